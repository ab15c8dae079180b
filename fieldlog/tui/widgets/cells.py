"""Text measured in terminal cells: a Han character takes two, and half of one is never drawn."""

import re
from typing import Literal

from rich.cells import cell_len, set_cell_size

Justify = Literal["left", "right", "centre"]

CUT_MARK = ".."
"""Ends a text that did not fit. The one-cell ellipsis is drawn two cells wide by old consoles."""

_CUT_MARK_FROM = 6  # in a narrower column the mark would cost more than it tells

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def one_line(text: str) -> str:
    """The text on one line: line breaks and control characters become a space, invisible characters go.

    Names out of an office's spreadsheets hold both, and a single one shifts everything to its right.
    """
    if text.isascii() and text.isprintable():
        return text
    return _CONTROL.sub(" ", _UNSEEN.sub("", text))


def fit(text: str, width: int, justify: Justify = "left") -> str:
    """The text in exactly `width` cells, cut or padded; half a glyph becomes a space."""
    if width <= 0:
        return ""
    text = one_line(text)
    size = cell_len(text)
    if size > width:
        if width < _CUT_MARK_FROM:
            return set_cell_size(text, width)
        return set_cell_size(text, width - len(CUT_MARK)) + CUT_MARK
    if justify == "right":
        return " " * (width - size) + text
    if justify == "centre":
        return set_cell_size(" " * ((width - size) // 2) + text, width)
    return text + " " * (width - size)
