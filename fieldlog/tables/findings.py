"""Typical findings that a table itself names: its column of problems, and what it takes points off for."""

import re
from decimal import Decimal
from typing import Final

from fieldlog.domain.observed import observed_quantity
from fieldlog.sheets.text import is_placeholder
from fieldlog.tables.numerals import without_serial
from fieldlog.tables.room import LONGEST
from fieldlog.tables.scores import plain_points

_MOST: Final = 4
_PIECES = re.compile(r"[；;。\n]+")
_DEDUCT = re.compile(r"(.{2,100}?)[，,]?\s*(?:的[，,]?)?\s*(?:酌情)?扣\s*(\d{1,3}(?:\.\d)?)\s*分")
_ALL = re.compile(
    r"(.{2,100}?)[，,]?\s*(?:的[，,]?)?\s*(?:扣完|扣除全部分?值?|全扣|不得分|该项不得分|本项不得分|扣全分)"
)
_EACH = re.compile(r"每|[一1]处|[一1]项|[一1]次|[一1]人|扣完为止|不超过")


def stated_findings(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The findings of a cell, at most four, and what of it cannot be one: a count, or a fifth."""
    found: list[str] = []
    left: list[str] = []
    for piece in [] if is_placeholder(text) else _PIECES.split(text):
        line = without_serial(piece.strip()).strip("，, 、")
        if not line:
            continue
        fits = len(line) <= LONGEST and not observed_quantity(line) and len(found) < _MOST and line not in found
        (found if fits else left).append(line)
    return tuple(found), tuple(left)


def deductions(text: str) -> tuple[tuple[tuple[str, str | None], ...], tuple[str, ...]]:
    """What is found wrong and the points it costs, out of 无制度扣2分；无记录扣1分; and what could not be told apart."""
    found: list[tuple[str, str | None]] = []
    left: list[str] = []
    for piece in [] if is_placeholder(text) else _PIECES.split(text):
        line = without_serial(piece.strip())
        costs, all_of = _DEDUCT.fullmatch(line), _ALL.fullmatch(line)
        match = costs or all_of
        if not line:
            continue
        wrong = match[1].strip().removesuffix("的") if match else ""
        if match is None or _EACH.search(line) or observed_quantity(wrong) or len(found) >= _MOST or len(wrong) < 2:
            left.append(line)
        else:
            found.append((wrong, plain_points(Decimal(match[2])) if costs else None))
    return tuple(found), tuple(left)
