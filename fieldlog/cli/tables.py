"""A readable table for the terminal, aligned by cells since a Han character takes two."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from wcwidth import wcswidth

from fieldlog.cli.streams import say

_GAP = "  "


class Column(NamedTuple):
    """One column: its heading and the most cells it may take, 0 for as many as its texts need."""

    heading: str
    most: int = 0


def say_table(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> int:
    """Print the rows under their headings and return how many there were."""
    texts = [[_clipped(_flat(text), column.most) for column, text in zip(columns, row, strict=True)] for row in rows]
    headings = [column.heading for column in columns]
    widths = [max(_width(text) for text in column) for column in zip(headings, *texts, strict=True)]
    for row in [headings, *texts] if texts else []:
        say(_GAP.join(text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)).rstrip())
    return len(texts)


def _width(text: str) -> int:
    return max(0, wcswidth(text))


def _flat(text: str) -> str:
    """One line without control characters, which could move the cursor."""
    return "".join(char if char.isprintable() else " " for char in text)


def _clipped(text: str, most: int) -> str:
    if not most or _width(text) <= most:
        return text
    kept, width = "", 0
    for char in text:
        width += _width(char)
        if width > most - 2:
            break
        kept += char
    return kept + ".."
