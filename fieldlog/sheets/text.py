"""What stands in a cell, as text: one way of writing each, so that rows can be compared."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from fieldlog.sheets.grid import Cell

HAN: Final = "\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PLACEHOLDERS: Final = frozenset(
    (
        *("", "/", "//", "\\", "-", "--", "—", "——", "———", "_", ".", "*", "0", "无", "暂无", "不详", "未知", "空"),
        *("n/a", "na", "null", "none", "nan"),
    )
)
_ERRORS: Final = frozenset(("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#GETTING_DATA"))
_FULL_WIDTH: Final = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_INVISIBLE: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\ufeff]")


def text_of(cell: Cell) -> str:
    """One line of text: no invisible signs, half-width letters and digits, no blanks beside Han."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, (date, int, time, timedelta)):
        return str(cell)
    return _clean(cell)


@lru_cache(maxsize=16_384)  # a row's cells are looked at several times: as a header, as a note, as a value
def _clean(written: str) -> str:
    text = _INVISIBLE.sub("", written).translate(_FULL_WIDTH)
    text = re.sub(r"\s+", " ", text).strip().removeprefix("'").strip()
    return re.sub(rf"(?<=[{HAN}（），。、：；]) | (?=[{HAN}（），。、：；])", "", text)


def is_error(cell: Cell) -> bool:
    """Whether a formula failed here."""
    return isinstance(cell, str) and cell.strip().upper() in _ERRORS


def is_ditto(text: str) -> bool:
    """Whether the cell only refers to the one above; it is not followed, since rows get sorted and filtered."""
    return text in ("同上", "同前", "〃", "”", '"')


def is_placeholder(text: str) -> bool:
    """Whether the text only says that there is nothing to say."""
    return text.casefold() in _PLACEHOLDERS or text.upper() in _ERRORS


def plain(cell: Cell) -> str:
    """The cell's text, or nothing where it holds a placeholder or an error."""
    text = text_of(cell)
    return "" if is_placeholder(text) else text


@lru_cache(maxsize=16_384)
def match_key(text: str) -> str:
    """Two spellings of one name or address have the same key: width, case, blanks and punctuation don't count."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] in "LN")
