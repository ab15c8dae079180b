"""Commands as other programs use them: names, keys, exit codes."""

import csv
import errno
import json
from pathlib import Path

import pytest
from command import demo_copy, fieldlog, new_unit, unit_copy

REGISTER = Path(__file__).parent / "data" / "registry"


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    return demo_copy(tmp_path / "demo")


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    return unit_copy(tmp_path / "unit")


def keys(rows: list[dict[str, object]]) -> set[str]:
    """Keys that every row has."""
    assert rows
    return set.intersection(*(set(row) for row in rows))


def test_lists_have_the_promised_keys(demo):
    promised = {
        "premises": "id name uscc address kind village",
        "inspections": "doc premises lists officers state opened closed answered items findings",
        "hazards": "doc number premises item list level state found due closed overdue",
    }
    for name, names in promised.items():
        ran = fieldlog(name, "--json", data=demo)
        assert ran.code == 0
        assert keys(ran.rows) >= set(names.split())


def test_values_of_the_lists_are_typed(demo):
    hazards = fieldlog("hazards", "--json", data=demo).rows
    assert {row["level"] for row in hazards} == {"一般", "重大"}
    assert {type(row["overdue"]) for row in hazards} == {bool}
    assert {row["closed"] is None for row in hazards if row["state"] != "已销号"} == {True}
    assert all(row["closed"] >= row["found"] for row in hazards if row["state"] == "已销号")
    visits = fieldlog("inspections", "--json", data=demo).rows
    assert {row["closed"] is None for row in visits if row["state"] == "进行中"} == {True}
    assert all(len(row["officers"]) == len(row["officer_names"]) == 2 for row in visits)


def test_hazard_filters_agree_with_the_rows(demo):
    every = fieldlog("hazards", "--json", data=demo).rows
    of = {row["doc"] for row in every}
    assert len(of) == len(every)

    def shown(*options: str) -> set[str]:
        return {row["doc"] for row in fieldlog("hazards", "--json", *options, data=demo).rows}

    assert shown("--open") == {row["doc"] for row in every if row["state"] in ("整改中", "待复查", "待销号")}
    assert shown("--overdue") == {row["doc"] for row in every if row["overdue"]} != set()
    assert shown("--level", "重大") == {row["doc"] for row in every if row["level"] == "重大"} != set()
    assert shown("--list", "xiaofang") == {row["doc"] for row in every if row["list"] == "xiaofang"} != set()
    assert shown("--state", "已销号") == {row["doc"] for row in every if row["state"] == "已销号"} != set()
    day = sorted(row["found"] for row in every)[len(every) // 2]
    assert shown("--since", day) == {row["doc"] for row in every if row["found"] >= day}
    name = every[0]["premises_name"]
    assert shown("--unit", name) == {row["doc"] for row in every if row["premises_name"] == name}
    assert shown("--unit", every[0]["premises"]) == shown("--unit", name)


def test_inspection_filters_agree_with_the_rows(demo):
    every = fieldlog("inspections", "--json", data=demo).rows
    opened = fieldlog("inspections", "--json", "--open", data=demo).rows
    assert [row["doc"] for row in opened] == [row["doc"] for row in every if row["state"] == "进行中"]
    assert len(opened) == 1
    officer = every[0]["officer_names"][1]
    shown = fieldlog("inspections", "--json", "--officer", officer, data=demo).rows
    assert {row["doc"] for row in shown} == {row["doc"] for row in every if officer in row["officer_names"]}


def test_premises_are_found_by_pinyin_initials(demo):
    ran = fieldlog("premises", "--json", "--find", "fydyf", data=demo)
    assert any("福源" in row["name"] and "大药房" in row["name"] for row in ran.rows)


def test_a_table_is_aligned_by_cells(demo):
    from wcwidth import wcswidth

    ran = fieldlog("hazards", data=demo)
    lines = ran.out.splitlines()
    assert lines[0].startswith("状态")
    at = wcswidth(lines[0][: lines[0].index("期限")])
    for line in lines[1:]:
        day = next(start for start in range(len(line)) if line[start : start + 4].isdigit())
        assert wcswidth(line[:day]) == at


def test_a_slip_in_a_filter_is_no_empty_list(demo):
    ran = fieldlog("hazards", "--unit", "没有这家店", data=demo)
    assert (ran.code, ran.out) == (1, "")
    assert "没有这家店" in ran.complaint
    for command in ("hazards", "inspections"):
        ran = fieldlog(command, "--list", "xiaofnag", data=demo)
        assert (ran.code, ran.out) == (1, "")
        assert "xiaofnag" in ran.complaint
    assert fieldlog("hazards", "--list", "daolu-jiaotong", data=demo).code == 0, "a list nobody has used yet"


def test_importing_twice_changes_nothing(unit):
    file = REGISTER / "经营单位台账.xlsx"
    first = fieldlog("registry", "import", file, "--json", data=unit)
    assert first.code == 0
    assert keys([first.object]) >= {"added", "updated", "unchanged", "problems"}
    assert first.object["added"] > 20
    before = sorted((path, path.read_bytes()) for path in unit.glob("log/*/*.jsonl"))
    second = fieldlog("registry", "import", file, "--json", data=unit).object
    assert (second["added"], second["updated"]) == (0, 0)
    assert second["unchanged"] == first.object["added"]
    assert sorted((path, path.read_bytes()) for path in unit.glob("log/*/*.jsonl")) == before
    assert len(fieldlog("premises", "--json", data=unit).rows) == first.object["added"]


def test_an_import_shows_what_it_understood_and_every_doubtful_row(unit, tmp_path):
    file = tmp_path / "台账.csv"
    with file.open("w", encoding="gbk", newline="") as stream:
        csv.writer(stream).writerows(
            [
                ["单位名称", "统一社会信用代码", "地址", "联系电话"],
                ["某某超市", "92500235MAD000000N", "正街1号", "13000000001"],
                ["某某药房", "92500235MAD0000001", "正街2号", "13000000002"],
            ]
        )
    told = fieldlog("registry", "import", file, data=unit)
    assert told.code == 0
    assert "统一社会信用代码" in told.out
    assert "新增 2" in told.out
    assert "第 3 行" in told.out
    problem = fieldlog("registry", "import", file, "--json", data=unit).object["problems"][0]
    assert (problem["row"], problem["column"]) == (3, "B")
    assert keys([problem]) >= {"sheet", "row", "column", "why"}


def test_a_dry_run_writes_nothing(unit):
    ran = fieldlog("registry", "import", REGISTER / "经营单位台账.xlsx", "--dry-run", "--json", data=unit)
    assert ran.object["added"] > 20
    assert fieldlog("premises", "--json", data=unit).rows == []


def test_officers_come_in_from_a_register(unit, tmp_path):
    file = tmp_path / "人员.csv"
    file.write_text("姓名,执法证号,有效期至,职务\n赵某丁,示例009,2098-01-01,队员\n", encoding="utf-8-sig")
    assert fieldlog("registry", "import", file, "--json", data=unit).object["added"] == 1
    assert "赵某丁" in {row["name"] for row in fieldlog("officers", "--json", data=unit).rows}


def test_checklists_are_listed_shown_and_sound():
    lint = fieldlog("checklist", "lint", "--json")
    assert lint.code == 0
    assert lint.object["problems"] == []
    lists = fieldlog("checklist", "list", "--json").rows
    assert keys(lists) >= {"id", "title", "version", "items"}
    assert lint.object["items"] == sum(row["items"] for row in lists)
    assert {row["id"] for row in lists if row["form"] == "catalogue"} == {"daolu-jiaotong"}
    shown = fieldlog("checklist", "show", lists[0]["id"], "--json").object
    assert len(shown["items"]) == lists[0]["items"]
    assert keys(shown["items"]) >= {"id", "text", "basis", "level", "place", "section_condition", "repeat"}


def test_lint_names_file_and_line(tmp_path):
    file = tmp_path / "huai.yaml"
    file.write_text('id: huai\ntitle: 坏的\nversion: 2026.1\nsections: "x"\n', encoding="utf-8")
    ran = fieldlog("checklist", "lint", file, "--json")
    assert ran.code == 1
    problem = ran.object["problems"][0]
    assert keys([problem]) >= {"file", "line", "why"}
    assert Path(problem["file"]).name == "huai.yaml"
    assert 3 in {each["line"] for each in ran.object["problems"]}


def test_an_offices_own_list_comes_first(unit):
    folder = unit / "checklists"
    folder.mkdir()
    shipped = Path(__file__).parent.parent / "checklists" / "yaodian.yaml"
    own = shipped.read_text(encoding="utf-8").replace("title: 药品零售检查", "title: 本镇药店检查", 1)
    (folder / "yaodian.yaml").write_text(own, encoding="utf-8")
    titles = {row["id"]: row["title"] for row in fieldlog("checklist", "list", "--json", data=unit).rows}
    assert titles["yaodian"] == "本镇药店检查"


def test_export_gives_the_log_as_it_stands(demo):
    ran = fieldlog("export", data=demo)
    assert ran.code == 0
    stored = b"".join(path.read_bytes() for path in sorted(demo.glob("log/houye-01/*.jsonl")))
    assert ran.out.encode() == stored


def test_export_as_json_holds_answers_and_time_lines(demo):
    book = json.loads(fieldlog("export", "--format", "json", data=demo).out)
    assert len(book["premises"]) == len(fieldlog("premises", "--json", data=demo).rows)
    assert all(len({a["item"] for a in each["answers"]}) >= each["answered"] for each in book["inspections"])
    closed = [each for each in book["hazards"] if each["state"] == "已销号"]
    assert closed
    for each in closed:
        assert each["timeline"][0]["kind"] == "hazard.found"
        assert each["timeline"][-1]["kind"] == "hazard.closed"
    assert "salt" not in json.dumps(book)


def test_export_as_workbook_is_the_ledger(demo, tmp_path):
    from openpyxl import load_workbook

    file = tmp_path / "隐患台账.xlsx"
    assert fieldlog("export", "--format", "xlsx", "--output", file, data=demo).code == 0
    sheet = load_workbook(file).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.rows]
    numbers = sorted(row["number"] for row in fieldlog("hazards", "--json", data=demo).rows)
    assert [row[0] for row in rows] == ["编号", *numbers]


def test_rebuild_makes_the_same_bytes_again(demo):
    assert fieldlog("rebuild", "--json", data=demo).code == 0
    before = (demo / "view.json").read_bytes()
    (demo / "view.json").unlink()
    entries = fieldlog("rebuild", "--json", data=demo).object["entries"]
    assert (demo / "view.json").read_bytes() == before
    assert entries == len(fieldlog("export", data=demo).out.splitlines())


def test_doctor_says_that_all_is_well(demo):
    ran = fieldlog("doctor", "--json", data=demo)
    assert (ran.code, ran.object["ok"]) == (0, True)
    assert keys(ran.object["checks"]) >= {"name", "ok", "detail"}


def test_doctor_names_what_is_wrong(demo, tmp_path):
    nothing = fieldlog("doctor", "--json", data=tmp_path / "none")
    assert (nothing.code, nothing.object["ok"]) == (1, False)
    assert [check["name"] for check in nothing.object["checks"] if not check["ok"]] == ["data"]
    log = sorted(demo.glob("log/houye-01/*.jsonl"))[0]
    log.write_bytes(log.read_bytes().replace("不符合".encode(), "符合不".encode(), 1))
    (demo / "view.json").unlink()
    damaged = fieldlog("doctor", "--json", data=demo)
    assert damaged.code == 1
    detail = next(check["detail"] for check in damaged.object["checks"] if check["name"] == "log")
    assert log.name in detail
    assert "行" in detail


def test_data_is_named_by_option_before_environment(demo, tmp_path):
    assert fieldlog("premises", "--data", demo, "--json", data=tmp_path / "none").code == 0
    assert fieldlog("--data", demo, "premises", "--json", data=tmp_path / "none").code == 0


def test_init_takes_everything_from_the_command_line(tmp_path):
    folder = new_unit(tmp_path / "new")
    assert [row["name"] for row in fieldlog("officers", "--json", data=folder).rows] == ["李某甲", "王某乙", "张某丙"]
    again = fieldlog("init", "--unit", "houye", "--unit-name", "后叶镇", data=folder)
    assert again.code == 2
    assert "已经有数据" in again.complaint


def test_init_makes_the_book_with_every_officer_or_not_at_all(tmp_path):
    folder = tmp_path / "new"
    unit = ("init", "--unit", "houye", "--unit-name", "后叶镇", "--officer", "李某甲,001,20981231,队员")
    twice = fieldlog(*unit, "--officer", "王某乙,001,2098-12-31,队员", data=folder)
    assert (twice.code, folder.exists()) == (2, False)
    assert "001" in twice.complaint
    assert fieldlog(*unit, "--officer", "王某乙,002,2098-12-31,队员", data=folder).code == 0
    expiries = [row["certificate_expiry"] for row in fieldlog("officers", "--json", data=folder).rows]
    assert expiries == ["2098-12-31", "2098-12-31"]


def test_every_command_is_explained_in_chinese():
    top = fieldlog("--help")
    assert top.code == 0
    for word in ("Usage", "Options", "Commands", "Show this"):
        assert word not in top.out
    names = "demo init record premises inspections hazards registry checklist sync office export verify rebuild doctor"
    for name in names.split():
        assert f"\n  {name} " in top.out


def test_an_export_that_the_disk_does_not_take_leaves_what_stood_there(tmp_path, monkeypatch):
    """A name is given only to what is on the disk: else a power cut leaves an empty file under it."""
    from test_journal_trouble import Refusing

    from fieldlog.cli import export
    from fieldlog.domain.errors import EnvironmentFault

    output = tmp_path / "全部.jsonl"
    output.write_bytes(b"before")
    monkeypatch.setattr(export, "os", Refusing(errno.EIO, "fsync"))
    with pytest.raises(EnvironmentFault, match="读写出错"), export._sink(output) as sink:
        sink.write(b"after")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"before"]


def test_one_broken_file_hides_no_other_list(tmp_path):
    (tmp_path / "checklists").mkdir()
    (tmp_path / "checklists" / "xiaofang.yaml").write_text("id: xiaofang\ntitle: 坏\n", encoding="utf-8")
    told = fieldlog("checklist", "list", data=tmp_path)
    assert (told.code, "yaodian" in told.out, "xiaofang.yaml" in told.err) == (1, True, True)
    shared = fieldlog("checklist", "shared", data=tmp_path)
    assert (shared.code, "个共有的问题" in shared.err, "xiaofang.yaml" in shared.err) == (1, True, True)
