"""A QR code's modules, for paper and for the screen."""

from collections.abc import Sequence
from importlib import import_module
from io import BytesIO
from typing import Any, Final

Modules = Sequence[Sequence[bool]]
"""Rows of modules without the quiet zone, True for dark."""
QUIET: Final = 4
"""Modules of margin, ISO/IEC 18004."""


def matrix(text: str, *, version: int, level: str) -> Modules:
    """The modules of a QR code of alphanumeric text without its quiet zone, True for dark; `level` is L or M.

    Version 0 takes the smallest that holds the text.
    """
    import qrcode  # noqa: PLC0415 - only for drawing one
    from qrcode.util import MODE_ALPHA_NUM, QRData  # noqa: PLC0415

    code: Any = qrcode.QRCode(version=version or None, border=0, error_correction={"L": 1, "M": 0}[level])
    code.add_data(QRData(text, mode=MODE_ALPHA_NUM))  # pyright: ignore[reportArgumentType] - an int there, too
    code.make(fit=version == 0)
    return code.get_matrix()


def png(modules: Modules, points: int) -> bytes:
    """The code with its quiet zone as a PNG picture, black on white; a side of a module has so many points."""
    drawing: Any = import_module("png")  # pypng, which has no types; loaded only for drawing one
    side = (len(modules) + 2 * QUIET) * points
    rows: list[list[int]] = [[1] * side] * (QUIET * points)
    for line in modules:
        row = [1] * (QUIET * points)
        for dark in line:
            row += [0 if dark else 1] * points
        rows += [row + [1] * (QUIET * points)] * points
    rows += [[1] * side] * (QUIET * points)
    content = BytesIO()
    drawing.Writer(side, side, greyscale=True, bitdepth=1).write(content, rows)
    return content.getvalue()
