"""CSV as offices save it: GBK, UTF-8 with or without a mark, UTF-16; comma, semicolon or tab."""

import codecs
import csv
import re
from collections import Counter
from io import StringIO
from typing import Final

from fieldlog.sheets.grid import Grid
from fieldlog.sheets.unreadable import SheetsUnreadable

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS: Final = (",", "\t", ";", "|")
_BINARY: Final = re.compile(r"[\x00-\x08\x0e-\x19\x1c-\x1f]")
_LONGEST_CELL: Final = 131_072  # csv's own limit, which is global and so left alone


def read_delimited(data: bytes, sheet: str, file_name: str) -> Grid:
    """One grid of text cells; a record with line breaks in quotes is one row, as the office program shows it."""
    text = _decode(data, file_name).removesuffix("\x1a")
    if _BINARY.search(text):
        raise SheetsUnreadable(f"“{file_name}”不是表格，请提供 xlsx、xls 或 CSV 文件。")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    separator = ""
    if told := re.match(r"\"?sep=(.)\"?\n", text):
        # Excel's own hint line; kept as an empty row so that row numbers stay what the person sees in a text editor
        separator, text = told[1], "\n" + text[told.end() :]
    rows = _split(text, separator or _separator(text))
    return Grid(sheet, tuple(tuple(row) for row in rows))


def _decode(data: bytes, file_name: str) -> str:
    """Strict and in a fixed order: statistics about a short GBK file guess wrong too often."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding, file_name)
    if b"\0" in data[:4096]:
        # Han sits in the upper byte of UTF-16, commas and digits show which of the two bytes is the upper one
        even, odd = data[:4096:2].count(0), data[1:4096:2].count(0)
        return _strictly(data, "utf-16-le" if odd > even else "utf-16-be", file_name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _strictly(data, "gb18030", file_name)


def _strictly(data: bytes, encoding: str, file_name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        raise SheetsUnreadable(
            f"“{file_name}”第 {line} 行附近的文字编码认不出来，请用 WPS 或 Excel 打开，另存为 .xlsx 后再导入。"
        ) from None


def _separator(text: str) -> str:
    """The sign that cuts most rows into the same, largest number of columns."""
    sample = "\n".join(text.split("\n", 200)[:200])

    def evenness(separator: str) -> int:
        widths = Counter(len(row) for row in _line_by_line(sample, separator) if len(row) > 1)
        return max((width * times for width, times in widths.items()), default=0)

    return max(_SEPARATORS, key=evenness)


def _split(text: str, separator: str) -> list[list[str]]:
    try:
        rows = list(csv.reader(StringIO(text, newline="\n"), delimiter=separator, strict=True))
    except csv.Error:
        return _line_by_line(text, separator)
    # a stray quotation mark swallows the rows up to the next one, so each line then stands for itself
    swallowed = any(
        line.count(separator) > 1 for row in rows for cell in row if "\n" in cell for line in cell.split("\n")
    )
    return _line_by_line(text, separator) if swallowed else rows


def _line_by_line(text: str, separator: str) -> list[list[str]]:
    rows: list[list[str]] = []
    for line in text.split("\n"):
        if line.count('"') % 2 or len(line) > _LONGEST_CELL:
            rows.append([cell.replace('"', "") for cell in line.split(separator)])
        else:
            rows.extend(csv.reader([line], delimiter=separator))
    return rows
