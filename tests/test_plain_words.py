"""What an office and an officer are told when they do as the guides say and something is wrong."""

import json
from pathlib import Path

import pytest
from command import fieldlog, record, unit_copy


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """A small unit's laptop."""
    return unit_copy(tmp_path / "unit")


@pytest.fixture
def visit(unit: Path, tmp_path: Path) -> str:
    """A visit on it, of premises from a file."""
    (tmp_path / "单位.csv").write_text("单位名称,类别\n福源大药房,药店\n", encoding="utf-8")
    assert fieldlog("registry", "import", tmp_path / "单位.csv", data=unit).code == 0
    opened = {"do": "open", "premises": "福源大药房", "officers": ["李某甲", "王某乙"], "lists": ["yaodian"]}
    (done,) = record(unit, opened)
    return done["doc"]


def test_the_list_of_visits_gives_the_number_that_qr_asks_for(unit: Path, visit: str):
    assert visit in fieldlog("inspections", data=unit).out


def test_the_paper_names_the_premises_and_the_visit(unit: Path, visit: str, tmp_path: Path):
    assert fieldlog("qr", visit, "--png", tmp_path / "paper", data=unit).code == 0
    again = fieldlog("receive", tmp_path / "paper", data=unit)
    assert f"福源大药房（{visit}）" in again.out


def test_an_address_without_https_is_told_apart_from_a_folder(unit: Path):
    for options in ((), ("--enrol", "ABCD2345")):
        ran = fieldlog("sync", "192.168.1.10:8470", *options, data=unit)
        assert (ran.code, ran.complaint) == (2, "网址要以 https:// 开头：请写 https://192.168.1.10:8470")


def test_a_mistyped_target_is_not_gone_to_again(unit: Path, tmp_path: Path):
    (tmp_path / "stick").mkdir()
    assert fieldlog("sync", tmp_path / "stik", data=unit).code == 3
    assert "还没有同步过" in fieldlog("sync", data=unit).complaint
    assert fieldlog("sync", tmp_path / "stick", data=unit).code == 0
    assert str(tmp_path / "stick") in fieldlog("sync", data=unit).out


def test_a_damaged_file_on_a_stick_is_named_as_a_file(unit: Path, tmp_path: Path):
    stick = tmp_path / "stick"
    stick.mkdir()
    assert fieldlog("sync", stick, data=unit).code == 0
    (pack,) = [each for each in stick.rglob("*") if each.is_file() and each.suffix not in (".json", ".pub", ".toml")][
        :1
    ]
    pack.write_bytes(pack.read_bytes()[:-5])
    ran = fieldlog("verify", stick, data=unit)
    assert ran.code == 1
    assert "第 0 条" not in ran.out
    assert f"请不要改动，把 {stick} 交给办公室" in ran.out


def test_who_only_looks_on_registers_nobody(tmp_path: Path):
    named = ("init", "--unit", "houye", "--unit-name", "后叶镇", "--role", "viewer")
    ran = fieldlog(*named, "--officer", "张伟,50023502,2030-01-01,队员", data=tmp_path / "looker")
    assert (ran.code, ran.complaint) == (2, "“只看”的电脑不登记执法人员：请去掉 --officer，人员同步以后就有")
    assert fieldlog(*named, data=tmp_path / "looker").code == 0


def test_a_backup_is_not_written_beside_a_stick_that_is_not_there(tmp_path: Path):
    assert fieldlog("office", "init", data=tmp_path).code == 0
    assert fieldlog("office", "enrol", "houye-01", data=tmp_path).code == 0
    ran = fieldlog("office", "backup", tmp_path / "stick" / "b.zip", data=tmp_path)
    assert ran.code == 3
    assert "请插好 U 盘" in ran.complaint
    assert not (tmp_path / "stick").exists()


def test_a_file_that_is_no_backup_is_refused_in_chinese(tmp_path: Path):
    (tmp_path / "b.zip").write_text(json.dumps({}))
    ran = fieldlog("office", "restore", tmp_path / "b.zip", data=tmp_path / "office")
    assert (ran.code, ran.complaint.isascii()) == (1, False)
    assert "zip file" not in ran.complaint


def test_an_address_that_is_not_this_computers_is_told(tmp_path: Path):
    assert fieldlog("office", "init", data=tmp_path).code == 0
    ran = fieldlog("office", "serve", "--host", "203.0.113.9", "--port", "0", data=tmp_path)
    assert (ran.code, ran.complaint) == (3, "这台电脑没有 203.0.113.9 这个地址：请用它自己的地址，或用 --host 0.0.0.0")


def test_a_visit_that_came_by_paper_is_no_case_file_before_its_log_is_there(unit: Path, visit: str, tmp_path: Path):
    desk, out = tmp_path / "desk", tmp_path / "case.jsonl"
    named = ("init", "--unit", "houye", "--unit-name", "后叶镇", "--device", "houye-90", "--role", "supervisor")
    assert fieldlog(*named, data=desk).code == 0
    started = json.loads(fieldlog("export", "--format", "jsonl", data=unit).out.splitlines()[0])
    (desk / "keys" / f"{started['log']}.pub").write_text(started["body"]["public_key"])
    assert fieldlog("qr", visit, "--png", tmp_path / "paper", data=unit).code == 0
    assert fieldlog("receive", tmp_path / "paper", data=desk).code == 0
    ran = fieldlog("export", "--case", visit, "--output", out, data=desk)
    assert (ran.code, out.exists()) == (1, False)
    assert "日志还没有到" in ran.complaint
