"""Whatever is in a workbook: it becomes sound lists, or one line; no traceback, no half-written file."""

import tempfile
from datetime import date
from io import BytesIO
from pathlib import Path

from checktables import SAMPLE
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from fieldlog.actions.checklist_import import Wishes, import_tables
from fieldlog.domain.errors import FieldlogError
from fieldlog.library import lint

WORDS = st.sampled_from(
    [
        "序号", "检查项目", "检查内容", "检查方法", "依据", "处罚依据", "分值", "扣分标准", "检查结果", "备注", "是", "否", "类别", "级别", "整改期限",
        "一、安全", "（一）疏散", "合计", "注：★为否决项", "检查人签字：", "是否违规", "是否畅通？", "有无隐患", "灭火器有几具？", "★", "1、甲；2、乙；3、丙丁戊",
        "《消防法》第十条至第九条", "第条", "重大", "3天", "扣5分", "#REF!", "x" * 400, "字" * 200, "，，", "？", "\n", "：", "（）", "survey", "type", "name", "label",
        "select_one yes_no", "begin repeat", "end group", "decimal", "image", "${a} = 'yes'", "某某检查表", "9" * 30,
    ]
)  # fmt: skip
CELLS = st.one_of(
    st.none(), WORDS, WORDS, WORDS, st.integers(-(10**12), 10**12), st.floats(allow_nan=False, allow_infinity=False), st.booleans(),
    st.datetimes(), st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8),
)  # fmt: skip
GRID = st.lists(st.lists(CELLS, max_size=8), max_size=9)
HEADER = st.permutations(["序号", "检查内容", "依据", "检查方法", "分值", "检查结果", "类别", None])
GRIDS = st.builds(lambda above, header, below: [*above, header, *below], GRID, HEADER, GRID)
FORMS = st.builds(lambda rows: [["type", "name", "label", "relevant", "constraint", "hint"], *rows], GRID)
MERGES = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 7), st.integers(1, 3), st.integers(1, 3)), max_size=3)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def take_in(content: bytes, ending: str = ".xlsx") -> None:
    """Import, and hold what was written against lint."""
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / f"检查表{ending}", Path(folder) / "out"
        path.write_bytes(content)
        try:
            outcome = import_tables(path, out, date(2026, 11, 24), Wishes())
        except FieldlogError as refused:
            assert "\n" not in str(refused)
            assert not out.exists() or not list(out.iterdir())
            return
        assert {each.name for each in out.iterdir()} == {listed.file.name for listed in outcome.lists}
        assert lint([out]).problems == []
        for problem in outcome.problems:
            assert problem.row >= 1
            assert "\n" not in problem.why


def workbook_bytes(rows, merges=(), sheet="检查表") -> bytes:
    book = Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    taken: set[tuple[int, int]] = set()
    for top, left, height, width in merges:
        cells = {(r, c) for r in range(top, top + height) for c in range(left, left + width)}
        if len(cells) > 1 and not cells & taken:
            taken |= cells
            book.active.merge_cells(
                start_row=top, start_column=left, end_row=top + height - 1, end_column=left + width - 1
            )
    target = BytesIO()
    book.save(target)
    return target.getvalue()


@example(
    [["序号", "检查内容", "依据", "检查方法"], ["1", "，，", "", ""], ["3", 0.5, "", ""], ["2", "地面干净", "", ""]], []
)
@given(GRIDS, MERGES)
@QUICK
def test_any_table_becomes_lists_that_pass_lint(rows, merges):
    take_in(workbook_bytes(rows, merges))


@given(FORMS)
@QUICK
def test_any_form_becomes_a_list_that_passes_lint(rows):
    take_in(workbook_bytes(rows, sheet="survey"))


@given(st.data())
@QUICK
def test_flipped_bytes_are_read_or_refused(data):
    content = bytearray(SAMPLE.read_bytes())
    for _ in range(data.draw(st.integers(1, 12))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    take_in(bytes(content))


@given(st.binary(max_size=300), st.sampled_from([".xlsx", ".xls", ".csv"]))
@QUICK
def test_random_bytes_are_read_or_refused(content, ending):
    take_in(content, ending)
