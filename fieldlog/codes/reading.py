"""What the QR codes in a picture say, read by another library than the one that draws them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from fieldlog.domain.errors import EnvironmentFault

if TYPE_CHECKING:
    from PIL.Image import Image

_SMALL: Final = 1600
"""Points of the longer side below which a picture is also tried at twice its size."""


class Code(NamedTuple):
    """One code, and the box in the picture that it stands in: left, top, right, bottom."""

    text: str
    box: tuple[int, int, int, int]


def texts_of(picture: "Image", *, patient: bool = True) -> set[str]:
    """What the codes in a grey picture say; with `patient`, harder ways are tried where the plain one leaves codes unread.

    Raises:
        EnvironmentFault: the reader is not installed.
    """
    read_barcodes, only = _reader()
    found: set[str] = set()
    for variant in _variants(picture):
        read = read_barcodes(variant, formats=only, return_errors=True)
        found |= {code.text for code in read if code.valid}
        if not patient or (read and all(code.valid for code in read)):
            break
    return found


def codes_in(picture: "Image") -> list[Code]:
    """The codes in one frame of a film, quickly: harder ways are tried only where something looks like a code.

    Raises:
        EnvironmentFault: the reader is not installed.
    """
    read_barcodes, only = _reader()
    read = read_barcodes(picture, formats=only, return_errors=True, try_invert=False)
    if read and not any(code.valid for code in read):
        for variant in _variants(picture, larger=False):
            read = read_barcodes(variant, formats=only)
            if read:
                break
    return [Code(code.text, _box(code.position)) for code in read if code.valid]


def _reader() -> tuple[Any, Any]:
    try:
        import zxingcpp  # noqa: PLC0415 - only for receiving
    except ImportError as error:
        raise lacking("zxing-cpp") from error
    only: Any = zxingcpp.BarcodeFormat.QRCode
    return zxingcpp.read_barcodes, only


def _box(position: Any) -> tuple[int, int, int, int]:  # noqa: ANN401 - the library has no types
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    across, down = [corner.x for corner in corners], [corner.y for corner in corners]
    return min(across), min(down), max(across), max(down)


def _variants(picture: "Image", *, larger: bool = True) -> "Iterator[Image]":
    from PIL import ImageFilter, ImageOps  # noqa: PLC0415 - only for receiving

    yield picture
    yield ImageOps.autocontrast(picture, cutoff=2)
    if larger and max(picture.size) < _SMALL:
        yield ImageOps.scale(picture, 2)
    yield ImageOps.autocontrast(picture, cutoff=2).filter(ImageFilter.SHARPEN)


def lacking(package: str) -> EnvironmentFault:
    """What to say where a library is not installed."""
    return EnvironmentFault(f"缺少组件 {package}，读不出二维码；请安装 fieldlog[qr]，其他功能不受影响")
