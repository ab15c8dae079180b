"""What a photograph says of itself: format, size, when and where it was taken.

The file is only read. Pillow is imported with the first photograph; HEIC, which iPhones make, needs `pillow-heif` beside it.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from fieldlog.domain.errors import EnvironmentFault

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES: Final = (".jpg", ".jpeg", ".png", ".heic", ".heif", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".avif")
"""What photographs are called; case does not matter."""
BROKEN: Final = "broken"
"""The kind of a file that is called like a photograph and cannot be opened as one."""
UNREAD: Final = "unread"
"""The kind where Pillow is not there to tell."""
_EXIF, _GPS = 0x8769, 0x8825
_ORIGINAL, _OFFSET, _SET = 0x9003, 0x9011, 0x0132
_LATITUDE, _LONGITUDE = (1, 2, "S", 90), (3, 4, "W", 180)
_DEGREE = 10_000_000


class NoReader(EnvironmentFault):
    """Pillow is not there, as on an unusual processor."""


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """One picture's own words; empty, zero or None where it says nothing."""

    kind: str = ""
    """`jpeg`, `png`, `heic`, `pdf` …; `broken`; empty where it is no picture at all."""
    width: int = 0
    height: int = 0
    taken_at: str = ""
    """RFC 3339, without an offset where the camera says none: then it is the camera's local time."""
    lat_e7: int | None = None
    """In 1e-7 degrees, north positive."""
    lon_e7: int | None = None
    """In 1e-7 degrees, east positive."""
    why: str = ""
    """Why it cannot be opened."""


def read_picture(path: Path, name: str = "") -> PictureFacts:
    """What the picture says of itself; `name` is what it was called where `path` does not tell.

    A scaled-down decoding proves that its data is whole.

    Raises:
        NoReader: Pillow is not installed.
        OSError: the file cannot be read.
    """
    with path.open("rb") as stream:
        head = stream.read(16)
    suffix = Path(name or path.name).suffix.lower()
    if head.startswith(b"%PDF"):
        return PictureFacts("pdf")
    image = _pillow()
    if _is_heic(head) and not _reads_heic():
        return PictureFacts("heic")
    try:
        with image.open(path) as picture:
            facts = _facts(picture)
            picture.draft("L", (max(1, picture.width // 8), max(1, picture.height // 8)))
            picture.load()
            return facts
    except (image.UnidentifiedImageError, SyntaxError, image.DecompressionBombError):
        why = "不是能读的照片"
    except (OSError, ValueError, EOFError, ArithmeticError, LookupError, TypeError):
        why = "照片没有拷完或已损坏"
    return PictureFacts(BROKEN, why=why) if suffix in SUFFIXES else PictureFacts(why=why)


def opened(path: Path) -> "Image":
    """The picture itself, to draw it, the right way up.

    Raises:
        NoReader: Pillow, or for HEIC its plug-in, is not installed.
        ValueError: it cannot be opened.
        OSError: it cannot be read, or not to its end.
    """
    image = _pillow()
    from PIL import ImageOps  # noqa: PLC0415 - only for drawing

    with path.open("rb") as stream:
        if _is_heic(stream.read(16)) and not _reads_heic():
            raise NoReader("读不了 HEIC 照片；请运行 pip install 'fieldlog[heic]'，或用系统的看图程序打开")
    try:
        with image.open(path) as picture:
            picture.draft("RGB", (800, 800))
            return ImageOps.exif_transpose(picture).convert("RGB")
    except (image.DecompressionBombError, SyntaxError, ArithmeticError, LookupError, TypeError) as error:
        raise ValueError(str(error)) from error


def _pillow() -> ModuleType:
    try:
        return import_module("PIL.Image")
    except ImportError as error:
        raise NoReader("缺少组件 Pillow，读不了照片的时间和地点；请运行 pip install Pillow") from error


def _is_heic(head: bytes) -> bool:
    return head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"heim", b"heis")


@cache
def _reads_heic() -> bool:
    """Whether the plug-in is there; it is registered then."""
    try:
        import_module("pillow_heif").register_heif_opener()
    except (ImportError, AttributeError):
        return False
    return True


def _facts(picture: "Image") -> PictureFacts:
    taken_at, latitude, longitude = "", None, None
    with suppress(OSError, ValueError, SyntaxError, ArithmeticError, LookupError, TypeError, AttributeError):
        exif = picture.getexif()
        own: Mapping[int, Any] = exif.get_ifd(_EXIF)
        taken_at = _moment(own.get(_ORIGINAL) or exif.get(_SET), own.get(_OFFSET))
        place: Mapping[int, Any] = exif.get_ifd(_GPS)
        latitude, longitude = _degrees(place, *_LATITUDE), _degrees(place, *_LONGITUDE)
        if latitude is None or longitude is None or latitude == longitude == 0:  # zeros: no satellite was seen
            latitude = longitude = None
    kind = {"heif": "heic", "mpo": "jpeg"}.get(kind := str(picture.format or "").lower(), kind)
    return PictureFacts(kind, *picture.size, taken_at, latitude, longitude)


def _moment(text: object, offset: object) -> str:
    """`2026:05:11 09:30:15` as RFC 3339; empty where it is no moment."""
    day, _, clock = str(text or "").strip("\0 ").partition(" ")
    plain = f"{day.replace(':', '-')}T{clock[:8]}"
    zone = str(offset or "").strip("\0 ")
    for written in (plain + zone, plain):
        with suppress(ValueError):
            moment = datetime.fromisoformat(written)
            return moment.isoformat(timespec="seconds")
    return ""


def _degrees(place: Mapping[int, Any], side: int, value: int, negative: str, most: int) -> int | None:
    parts = [float(part) for part in place.get(value, ())]
    if len(parts) != 3 or not all(0 <= part <= most for part in parts):
        return None
    degrees = round((parts[0] + parts[1] / 60 + parts[2] / 3600) * _DEGREE)
    if degrees > most * _DEGREE:
        return None
    return -degrees if str(place.get(side, "")).strip("\0 ").upper() == negative else degrees
