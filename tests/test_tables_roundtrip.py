"""What is exported comes back as it was; what was edited comes back edited; damage is told and nothing is half-written."""

import tempfile
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from checklist_strategies import checklists
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from fieldlog.domain.checklist import Checklist
from fieldlog.library import load_library, written
from fieldlog.library.source import read_text
from fieldlog.tables import read_tables
from fieldlog.tables.export import workbook_of

EACH = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def read_back(content: bytes):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "表.xlsx"
        path.write_bytes(content)
        return read_tables(path, "2026.1")


def edited(checklist: Checklist, change) -> bytes:
    book = load_workbook(BytesIO(workbook_of(checklist)))
    change(book)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


@given(checklists())
@EACH
def test_import_of_export_is_the_list_itself(checklist):
    read = read_back(workbook_of(checklist))
    assert read.problems == ()
    (listed,) = read.lists
    assert listed.checklist == checklist
    assert not listed.edited


@given(checklists())
@settings(max_examples=60, deadline=None)
def test_what_is_written_as_yaml_reads_as_the_list_itself(checklist):
    source = read_text(
        written(checklist, opening=["一\n二"], remarks={checklist.items()[0].id: ["a\rb"]}), "lianxi.yaml"
    )
    assert source.problems == []
    assert Checklist.model_validate(source.data) == checklist


def test_every_shipped_list_survives_the_round_trip():
    for checklist in load_library().values():
        (listed,) = read_back(workbook_of(checklist)).lists
        assert listed.checklist == checklist


def test_the_sheet_is_set_up_to_print():
    content = workbook_of(load_library()["xiaofang"])
    book = load_workbook(BytesIO(content))
    sheet = book["检查表"]
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("portrait", 9)
    assert sheet.page_setup.fitToWidth == 1
    header = sheet.print_title_rows.strip("$").split(":$")[0]
    assert [cell.value for cell in sheet[header]][:6] == ["序号", "检查内容", "检查方法", "依据", "结果", "备注"]
    assert "&P" in sheet.oddFooter.center.text
    assert book["fieldlog"].sheet_state == "hidden"
    pictures = [name for name in ZipFile(BytesIO(content)).namelist() if name.startswith("xl/media/")]
    assert len(pictures) == 1
    assert any("（待核）" in str(cell.value) for cell in sheet["D"])


def test_a_row_deleted_and_a_row_added_by_hand_are_told():
    checklist = load_library()["yaodian"]

    def change(book):
        sheet = book["检查表"]
        sheet.delete_rows(next(c.row for c in sheet["G"] if c.value == "yaodian-2"))
        row = next(c.row for c in sheet["G"] if c.value == "yaodian-3")
        sheet.insert_rows(row)
        for column, text in enumerate(["", "是否销售假药", "看货架", "《药品管理法》第九十八条"], 1):
            sheet.cell(row, column).value = text

    read = read_back(edited(checklist, change))
    (listed,) = read.lists
    ids = [item.id for item in listed.checklist.items()]
    new = listed.checklist.item(next(each for each in ids if checklist.item(each) is None))
    assert "yaodian-2" not in ids
    assert new is not None
    assert (new.text, [str(each) for each in new.basis]) == ("没有销售假药", ["药品管理法#98"])
    assert len(read.problems) == 2


def test_a_damaged_hidden_sheet_leaves_an_ordinary_check_table():
    checklist = load_library()["yanhua-baozhu"]
    read = read_back(edited(checklist, lambda book: book["fieldlog"].cell(3, 1, "0" * 64)))
    (listed,) = read.lists
    assert [item.text for item in listed.checklist.items()] == [item.text for item in checklist.items()]
    assert listed.checklist.sections[0].title.startswith(checklist.sections[0].title)
    assert "改动过" in read.problems[0].why
    gone = read_back(edited(checklist, lambda book: book.remove(book["fieldlog"])))
    assert [item.text for item in gone.lists[0].checklist.items()] == [item.text for item in checklist.items()]


@given(st.data())
@EACH
def test_any_edit_of_the_visible_cells_gives_a_sound_list(data):
    checklist = load_library()["yaodian"]

    def change(book):
        sheet = book["检查表"]
        for _ in range(data.draw(st.integers(1, 4))):
            row, column = data.draw(st.integers(1, sheet.max_row)), data.draw(st.integers(1, 7))
            cell = sheet.cell(row, column)
            if type(cell).__name__ != "MergedCell":
                cell.value = data.draw(
                    st.sampled_from(
                        [None, "", "改", "是否违规", "yaodian-1", "section:0", 3, "字" * 300, "《消防法》第一条"]
                    )
                )

    for listed in read_back(edited(checklist, change)).lists:
        Checklist.model_validate(listed.checklist.recorded())
