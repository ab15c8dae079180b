"""A slate as a picture file, for printing."""

from typing import Final

from fieldlog.codes.drawing import matrix, png
from fieldlog.domain.slate import Slate
from fieldlog.footage.slate_codes import LEVEL, code_text

_POINTS: Final = 16
"""A side of a module."""


def slate_png(slate: Slate) -> bytes:
    """The code, black on white, as PNG."""
    return png(matrix(code_text(slate), version=0, level=LEVEL), _POINTS)
