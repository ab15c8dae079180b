"""An enrolment as a QR code: the hub's address and the code, `HTTPS://192.168.1.10:8470 ABCD-EFGH-…`."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

QUIET: Final = 4
"""Modules of margin, as ISO/IEC 18004 has it."""
_DOTS: Final = 10
"""Of a picture, to a module."""


def enrolment_text(code: str, url: str) -> str:
    """What the QR code says; upper case makes it a third smaller, and only a path on the server minds."""
    has_path = "/" in url.partition("://")[2]
    return f"{url if has_path else url.upper()} {code}".strip()


def modules(text: str) -> Sequence[Sequence[bool]]:
    """The QR code with its margin, True for dark."""
    return _code(text).get_matrix()


def picture(text: str) -> bytes:
    """The QR code as a PNG."""
    from qrcode.image.pure import PyPNGImage  # noqa: PLC0415

    stream = BytesIO()
    _code(text).make_image(image_factory=PyPNGImage).save(stream)
    return stream.getvalue()


def _code(text: str) -> Any:  # noqa: ANN401 - qrcode has no types
    import qrcode  # noqa: PLC0415 - only for drawing one

    code = qrcode.QRCode(
        border=QUIET, box_size=_DOTS, error_correction=0
    )  # M: a photograph of a screen has reflections
    code.add_data(text)
    code.make(fit=True)
    return code
