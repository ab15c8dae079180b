"""Whatever is in a file: it is read, or refused in one line; and no row of a table disappears."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from registers import CODE_A, CODE_B, workbook

from fieldlog.registry import Register, RegisterUnreadable, plan_import, read_register

SAMPLES = Path(__file__).parent / "data" / "registry"

TITLES = [
    "单位名称",
    "名称",
    "姓名",
    "执法证号",
    "统一社会信用代码",
    "地址",
    "负责人",
    "联系电话",
    "类别",
    "备注",
    "序号",
]
MARKS = [
    "有无住宿",
    "有效期至",
    "合计",
    "小计",
    "注：说明",
    "食品类：",
    "一、餐饮",
    "填表人：",
    "/",
    "无",
    "是",
    "同上",
    "示例",
]
DATA = ["甲超市", "乙药房", "丙", CODE_A, CODE_B, "13000000001", "1.3E+10", "\n", "　", "2027.9.26", "长期"]
WORDS = st.sampled_from([*TITLES, *MARKS, *DATA])
CELLS = st.one_of(
    st.none(),
    st.none(),
    WORDS,
    WORDS,
    st.integers(-(10**18), 10**18),
    st.integers(0, 50),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.datetimes(),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8),
)
HEADERS = st.permutations(["序号", "单位名称", "统一社会信用代码", "地址", "联系电话", None])
GRIDS = st.builds(
    lambda above, header, below: [*above, *header, *below],
    st.lists(st.lists(CELLS, max_size=7), max_size=2),
    st.lists(HEADERS, max_size=1),
    st.lists(st.lists(CELLS, max_size=7), max_size=7),
)
MERGES = st.lists(st.tuples(st.integers(1, 7), st.integers(1, 6), st.integers(1, 3), st.integers(1, 3)), max_size=2)


def read_bytes(data: bytes, ending: str) -> Register | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"台账{ending}"
        path.write_bytes(data)
        try:
            return read_register(path)
        except RegisterUnreadable as refused:
            assert "\n" not in str(refused)
            return None


@given(st.binary(max_size=400), st.sampled_from([".xlsx", ".csv", ".xls"]))
def test_random_bytes_are_read_or_refused(data, ending):
    read_bytes(data, ending)


@given(st.data())
@settings(max_examples=150)
def test_damaged_files_are_read_or_refused(data):
    name = data.draw(st.sampled_from(["经营单位台账.xlsx", "九小场所.csv", "旧版药店名册.xls"]))
    content = bytearray((SAMPLES / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.one_of(st.just(len(content)), st.integers(0, len(content))))

    read_bytes(bytes(content[:end]), Path(name).suffix)


def accounted(register: Register, sheet: str) -> set[int]:
    rows = {problem.row for problem in register.problems if problem.sheet == sheet}
    for understanding in register.sheets:
        rows |= set(understanding.data_rows)
        for skipped in understanding.skipped.values():
            rows |= set(skipped)
    return rows


def is_filled(cell: object) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip("\u200b\ufeff \t\r\n\u3000\xa0'")))


@given(GRIDS, MERGES)
@settings(max_examples=200, deadline=None)
def test_no_row_disappears(grid, merges):
    ranges = [
        f"{'ABCDEFGHI'[left - 1]}{top}:{'ABCDEFGHI'[left + width - 2]}{top + height - 1}"
        for top, left, height, width in merges
    ]
    overlapping = len(merges) == 2
    with tempfile.TemporaryDirectory() as folder:
        path = workbook(Path(folder) / "r.xlsx", {"台账": grid}, ranges[:1] if overlapping else ranges)
        register = read_register(path)
        kept = list(load_workbook(path).worksheets[0].iter_rows(values_only=True))
    filled = {number for number, cells in enumerate(kept, 1) if any(is_filled(cell) for cell in cells)}

    if register.sheets[0].state == "unrecognised":
        assert register.problems
    else:
        assert filled <= accounted(register, "台账")
    taken = [*register.premises, *register.officers]
    assert sorted({row.row for row in taken}) == sorted({row for s in register.sheets for row in s.data_rows})
    plan_import([], register.premises)


@given(
    st.lists(st.lists(st.one_of(WORDS, st.just("#N/A"), st.text(max_size=6)), max_size=6), max_size=8),
    st.sampled_from(",;\t"),
)
@settings(max_examples=200)
def test_any_lines_of_text_are_read_or_refused(rows, separator):
    text = "\n".join(separator.join(row) for row in [["单位名称", "地址", "联系电话"], *rows])

    read_bytes(text.encode("utf-8", errors="replace"), ".csv")
