"""A slate as a picture file, for printing."""

from importlib import import_module
from io import BytesIO
from typing import Any, Final

from fieldlog.codes.drawing import matrix
from fieldlog.domain.slate import Slate
from fieldlog.footage.slate_codes import LEVEL, code_text

_POINTS: Final = 16
"""A side of a module."""
_QUIET: Final = 4
"""Modules of margin, ISO/IEC 18004."""


def slate_png(slate: Slate) -> bytes:
    """The code, black on white, as PNG."""
    drawing: Any = import_module("png")  # pypng, which has no types; loaded only for drawing one

    modules = matrix(code_text(slate), version=0, level=LEVEL)
    side = (len(modules) + 2 * _QUIET) * _POINTS
    light = [1] * side
    rows: list[list[int]] = [light] * (_QUIET * _POINTS)
    for line in modules:
        row = [1] * (_QUIET * _POINTS)
        for dark in line:
            row += [0 if dark else 1] * _POINTS
        rows += [row + [1] * (_QUIET * _POINTS)] * _POINTS
    rows += [light] * (_QUIET * _POINTS)
    content = BytesIO()
    drawing.Writer(side, side, greyscale=True, bitdepth=1).write(content, rows)
    return content.getvalue()
