"""Tells rows of data from what else stands in an office's table: groups, totals, notes, signatures, numbering."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from fieldlog.domain.uscc import examine
from fieldlog.registry.header import Header
from fieldlog.registry.kinds import is_kind_word
from fieldlog.registry.places import village_in
from fieldlog.sheets.grid import Cell, Grid
from fieldlog.sheets.text import is_placeholder, match_key, text_of


class RowKind(StrEnum):
    """What a row is; all but DATA and STRAY are counted and passed over."""

    BLANK = "空行"
    DATA = "数据"
    TITLE = "标题"
    HEADER = "表头"
    GROUP = "分组"
    TOTAL = "合计"
    NOTE = "说明"
    SIGNATURE = "落款"
    NUMBERED = "空号"
    """Only a serial number, filled in beforehand."""
    COLUMN_NUMBERS = "列号"
    EXAMPLE = "示例"
    STRAY = "认不出"


_TOTAL: Final = re.compile(
    r"(.{0,12}?(合计|小计|总计|共计|累计)|总数|以上合计)([:：(（]?\s*\d*\s*[家户个人处条所]?[)）]?[。.]?)"
    r"|(合计|小计|总计|共计|共有?)[:：]?\d+.*"
)
_NOTE: Final = re.compile(
    r"([*＊※]?\s*(注|备注|说明|填表说明|填报说明|填写说明|注意|注意事项|提示)\s*\d*\s*[:：、.]|※|[*＊]\s*注)"
)
_NOTE_ITEM: Final = re.compile(r"([0-9一二三四五六七八九十]+|[①-⑳])\s*[、.．:：]?|[(（][0-9一二三四五六七八九十]+[)）]")
_SIGNATURE: Final = re.compile(
    r"(填报|填表|制表|统计|报送|上报|编制|审核|复核|审批|审签|经办|签发|报表)(人|单位|部门|时间|日期|员|者|机关)?(及.{0,6})?\s*([(（].*?[)）])?\s*[:：]"
    r"|(单位)?(负责人|主要领导|分管领导|联系人|联系电话|日期|时间|科室|单位|单位名称|镇街|乡镇)\s*([(（](签字|签章|盖章|公章|签名)[)）])?\s*[:：]"
    r"|.{0,8}[(（](签字|签章|盖章|公章|签名)[)）]|(盖章|签字|签章|公章|以下空白|以下无正文)$"
    r"|\d{0,4}\s*年\s*\d{0,2}\s*月(\s*\d{0,2}\s*日)?$"
)
_HEADING: Final = re.compile(
    r"[(（]?[一二三四五六七八九十]{1,3}[)）]?\s*[、.．:：)）]|[(（][一二三四五六七八九十0-9]{1,3}[)）]|第[一二三四五六七八九十0-9]+(类|部分)|.*[:：]$|.*类别?$|[◆●■★▲【《]"
)
_HINT: Final = frozenset(("必填", "选填", "必填项", "选填项", "下拉选择", "文本格式", "自动生成", "非必填"))


def classify(grid: Grid, row: int, tables: Sequence[Header], titles: set[str]) -> RowKind:
    """What the row is, given the table (or the tables side by side) it stands under.

    A valid credit code makes any row a row of data.
    """
    own = list(grid.own(row))
    if not own:
        return RowKind.BLANK
    texts = [text_of(cell) for _, cell in own]
    if _holds_code(grid, row, tables):
        return RowKind.DATA
    first = texts[0]
    if match_key(first) in titles and len(own) <= 3:
        return RowKind.TITLE
    if not any(match_key(text) for text in texts) or all(is_placeholder(text) for text in texts):
        return RowKind.BLANK if not any(match_key(text) for text in texts) else RowKind.NUMBERED
    if any(_TOTAL.fullmatch(text.replace(" ", "")) for text in texts[:2]):
        return RowKind.TOTAL
    if _NOTE.match(first) and len(own) <= 3:
        return RowKind.NOTE
    if _SIGNATURE.match(first) and not _has_serial(own, tables):
        return RowKind.SIGNATURE
    if all(match_key(text) in _HINT for text in texts):
        return RowKind.NOTE
    if _is_column_numbers(own):
        return RowKind.COLUMN_NUMBERS
    if re.match(r"(示例|样例|例)\d*([:：]|$)", first) or re.match(r"(示例|样例|例)[:：]", _name(grid, row, tables[0])):
        return RowKind.EXAMPLE
    return _by_filling(grid, row, own, tables)


def is_note_item(text: str) -> bool:
    """Whether a lone cell goes on with a list of notes (2. 本表…)."""
    return _NOTE_ITEM.match(text) is not None


def is_heading(text: str) -> bool:
    """Whether a lone cell is worded as a group's heading."""
    return _HEADING.match(text) is not None


def _by_filling(grid: Grid, row: int, own: list[tuple[int, Cell]], tables: Sequence[Header]) -> RowKind:
    """Rows that are told apart by where they hold something."""
    serials = {table.column("serial") for table in tables}
    beside = [(column, cell) for column, cell in own if column not in serials]
    if not beside:
        return RowKind.NUMBERED if all(_is_number(cell) for _, cell in own) else RowKind.GROUP
    if len(tables) > 1 or len(beside) > 1:
        return RowKind.DATA
    column, cell = beside[0]
    text, table = text_of(cell), tables[0]
    if len(own) > 1 and not is_heading(text_of(own[0][1])) and not _is_han_number(own[0][1]):
        return RowKind.DATA
    if len(own) > 1 and _is_number(own[0][1]):
        return RowKind.DATA
    wide = grid.spans.get((row, column), 1) >= max(2, (table.right - table.left + 1) // 2)
    if wide or len(own) > 1 or is_heading(text) or is_kind_word(text) or village_in(text) == text:
        return RowKind.GROUP
    if column == table.column("name") and not _is_number(cell):
        return RowKind.DATA
    return RowKind.GROUP if column == table.left and not _is_number(cell) else RowKind.STRAY


def _holds_code(grid: Grid, row: int, tables: Sequence[Header]) -> bool:
    columns = (table.column("uscc") for table in tables)
    return any(column is not None and examine(text_of(grid.at(row, column))).code for column in columns)


def _has_serial(own: list[tuple[int, Cell]], tables: Sequence[Header]) -> bool:
    serials = {table.column("serial") for table in tables}
    return any(column in serials and _is_number(cell) for column, cell in own)


def _name(grid: Grid, row: int, table: Header) -> str:
    column = table.column("name")
    return text_of(grid.at(row, column)) if column is not None else ""


def _is_number(cell: Cell) -> bool:
    return not isinstance(cell, bool) and re.fullmatch(r"[(（]?\d+(\.0+)?[)）.、]?", text_of(cell)) is not None


def _is_han_number(cell: Cell) -> bool:
    return re.fullmatch(r"[(（]?[一二三四五六七八九十]+[)）]?", text_of(cell)) is not None


def _is_column_numbers(own: list[tuple[int, Cell]]) -> bool:
    """1 2 3 4 … or A B C … under the header."""
    texts = [re.sub(r"[()（）]", "", text_of(cell)) for _, cell in own]
    if len(texts) < 3:
        return False
    numbers = [str(number) for number in range(len(texts) + 1)]
    return texts in (
        numbers[1:],
        numbers[:-1],
        [chr(65 + n) for n in range(len(texts))],
        [*"甲乙丙丁戊己庚辛壬癸"][: len(texts)],
    )
