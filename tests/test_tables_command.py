"""`fieldlog checklist import` and `export`, as a user runs them."""

import json

import pytest
from checktables import SAMPLE, workbook
from command import fieldlog
from openpyxl import load_workbook

ROWS = [
    # row of the sample, statement, basis
    (4, "疏散通道、安全出口保持畅通", ["消防法#28"]),
    (5, "常闭式防火门未被打开固定", ["消防法#16.1.4"]),
    (6, "灭火器配置到位且压力正常", ["消防法#16.1.2"]),
    (7, "应急照明和疏散指示标志完好", ["消防法#16"]),
    (8, "未私拉乱接电线", ["消防法#27", "消防法#66"]),
    (9, "未在室内为电动自行车充电", ["依据待补"]),
    (10, "燃气软管未老化、未超期", ["城镇燃气管理条例#28"]),
    (11, "从业人员会使用灭火器", ["消防法#16"]),
    (12, "住宿与经营部分分隔符合要求", ["消防法#19"]),
]


def shown(ran_list, folder):
    """The list as the program itself reads it."""
    return fieldlog("checklist", "show", ran_list, "--json", data=folder).object


def test_every_row_of_the_sample_arrives_with_its_polarity_and_the_file_passes_lint(tmp_path):
    ran = fieldlog("checklist", "import", SAMPLE, "--json", data=tmp_path)
    (listed,) = ran.object["lists"]
    assert (listed["id"], listed["items"], listed["area"]) == ("jiuxiao-changsuo-xiaofang", 9, "消防")
    assert ran.object["turned"] == []  # statements already; 符合 is good in each
    assert [(p["row"], p["column"]) for p in ran.object["problems"]] == [(9, "E")]
    lint = fieldlog("checklist", "lint", listed["file"], "--json", data=tmp_path)
    assert lint.object == {"files": 1, "items": 9, "problems": []}
    items = shown(listed["id"], tmp_path)["items"]
    assert [(item["text"], item["basis"]) for item in items] == [(text, basis) for _row, text, basis in ROWS]
    assert all("（待核）" in cited for item in items for cited in item["basis_shown"])
    assert [item["section"] for item in items[:3]] == ["安全疏散", "安全疏散", "消防设施器材"]
    assert items[2]["how_to_check"] == "查看压力表"
    assert [finding["text"] for finding in items[2]["findings"]] == ["灭火器配置不到位", "压力不正常"]
    assert [finding["text"] for finding in items[4]["findings"]] == ["私拉乱接电线"]


def test_a_changed_workbook_keeps_the_ids_by_text_raises_the_version_and_needs_force(tmp_path):
    fieldlog("checklist", "import", SAMPLE, data=tmp_path)
    file = tmp_path / "checklists" / "jiuxiao-changsuo-xiaofang.yaml"
    read = file.read_text(encoding="utf-8").replace("{cite: 消防法#28, verified: false}", "消防法#28")
    file.write_text(read, encoding="utf-8", newline="\n")
    book = load_workbook(SAMPLE)
    sheet = book.active
    sheet["C4"] = "疏散楼梯间没有堆放杂物"  # the first row now says something else
    sheet["C5"] = "疏散通道、安全出口保持畅通"
    sheet["E5"] = "《消防法》第二十八条"
    changed = tmp_path / "改.xlsx"
    book.save(changed)
    refused = fieldlog("checklist", "import", changed, data=tmp_path)
    assert refused.code == 1
    assert "--force" in refused.complaint
    assert file.read_text(encoding="utf-8") == read
    again = fieldlog("checklist", "import", changed, "--force", "--json", data=tmp_path).object["lists"][0]
    assert (again["version"], again["state"]) == ("2026.2", "更新")
    items = shown(again["id"], tmp_path)["items"]
    assert [item["id"].rpartition("-")[2] for item in items[:3]] == ["10", "1", "3"]
    assert items[1]["basis_shown"] == ["《消防法》第二十八条"]  # somebody read it; that is not undone
    same = fieldlog("checklist", "import", changed, "--json", data=tmp_path).object["lists"][0]
    assert (same["version"], same["state"]) == ("2026.2", "没有变化")


def test_a_number_is_never_given_to_another_statement(tmp_path):
    head = ["序号", "检查内容", "依据"]
    rows = [head, [1, "通道畅通", "《消防法》第二十八条"], [2, "灭火器有效", "《消防法》第十六条"]]
    file = tmp_path / "清单.xlsx"
    for last in (None, [2, "应急照明完好", "《消防法》第十六条"]):
        workbook(file, ("表", [*rows[:2], last] if last else rows, ()))
        fieldlog("checklist", "import", file, "--id", "lianxi", "--force", data=tmp_path)
    assert [item["id"] for item in shown("lianxi", tmp_path)["items"]] == ["lianxi-1", "lianxi-3"]


def test_an_exported_list_comes_back_as_it_was_and_an_edit_wins(tmp_path):
    paper = tmp_path / "消防.xlsx"
    assert fieldlog("checklist", "export", "xiaofang", "--xlsx", paper, data=tmp_path).code == 0
    back = fieldlog("checklist", "import", paper, "--json", data=tmp_path).object
    assert back["problems"] == []
    program = fieldlog("checklist", "show", "xiaofang", "--json", data=tmp_path / "leer").object["version"]
    assert back["lists"][0]["covers"] == program, "it stands before the program's list from now on"
    diff = fieldlog("checklist", "export", "xiaofang", "--yaml", tmp_path / "出.yaml", data=tmp_path)
    assert diff.code == 0, diff.err
    before = fieldlog("checklist", "show", "xiaofang", "--json", data=tmp_path / "leer").object
    assert shown("xiaofang", tmp_path) == before
    book = load_workbook(paper)
    sheet = book["检查表"]
    (row,) = [cell.row for cell in sheet["B"] if cell.value == before["items"][1]["text"]]
    sheet.cell(row, 2).value = "消火栓旁没有堆放货物"
    sheet.cell(row, 4).value = "《消防法》第二十八条；《消防法》第六十条"
    book.save(paper)
    edited = fieldlog("checklist", "import", paper, "--force", "--json", data=tmp_path).object
    assert [(p["row"], p["column"]) for p in edited["problems"]] == [(row, "B"), (row, "D")]
    now = shown("xiaofang", tmp_path)
    assert now["version"].endswith(".101"), "no later version of the program's has that number"
    assert now["items"][1]["id"] == before["items"][1]["id"]
    assert now["items"][1]["text"] == "消火栓旁没有堆放货物"
    assert now["items"][1]["basis_shown"] == ["《消防法》第二十八条", "《消防法》第六十条（待核）"]
    assert now["items"][2:] == before["items"][2:]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "空文件"),
        (b"%PDF-1.7 abc", "不是表格"),
        (b"PK\x03\x04broken", "已损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "密码"),
    ],
)
def test_a_file_that_is_no_table_gets_one_line_and_leaves_nothing(tmp_path, content, why):
    file = tmp_path / "表.xlsx"
    file.write_bytes(content)
    ran = fieldlog("checklist", "import", file, data=tmp_path / "data")
    assert ran.code == 2
    assert why in ran.complaint
    assert not (tmp_path / "data" / "checklists").exists()


def test_a_sheet_without_a_check_table_is_named_with_what_a_header_needs(tmp_path):
    file = workbook(tmp_path / "表.xlsx", ("通知", [["关于开展检查的通知"], ["各村、社区："]], ()))
    ran = fieldlog("checklist", "import", file, data=tmp_path)
    assert ran.code == 1
    assert "通知" in ran.complaint
    assert "检查内容" in ran.complaint


def test_several_lists_are_written_all_or_none(tmp_path):
    head = ["序号", "检查内容", "依据"]
    file = workbook(
        tmp_path / "表.xlsx",
        ("餐饮检查表", [head, [1, "餐具已消毒", "《食品安全法》第三十三条"]], ()),
        ("消防检查表", [head, [1, "通道畅通", "《消防法》第二十八条"]], ()),
    )
    out = tmp_path / "清单"
    out.mkdir()
    (out / "xiaofang.yaml").write_text("id: xiaofang\n", encoding="utf-8")
    ran = fieldlog("checklist", "import", file, "--out", out, data=tmp_path)
    assert [each.name for each in out.iterdir()] == ["xiaofang.yaml"]
    lists = json.loads(fieldlog("checklist", "import", file, "--out", out, "--json", "--force", data=tmp_path).out)
    assert ran.code == 1
    assert [each["area"] for each in lists["lists"]] == ["食品药品", "消防"]


def test_export_does_not_overwrite_unasked(tmp_path):
    paper = tmp_path / "消防.xlsx"
    paper.write_bytes(b"x")
    assert "已经有了" in fieldlog("checklist", "export", "xiaofang", "--xlsx", paper, data=tmp_path).complaint
    assert paper.read_bytes() == b"x"
