"""A QR code's modules, for paper and for the screen."""

from collections.abc import Sequence
from typing import Any

Modules = Sequence[Sequence[bool]]
"""Rows of modules without the quiet zone, True for dark."""


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
