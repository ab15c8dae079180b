"""The texts of QR codes in pictures: photographs, scans, the frames of a film as a folder of pictures."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from fieldlog.codes.reading import lacking, texts_of
from fieldlog.domain.errors import EnvironmentFault, NotFound, UsageError

if TYPE_CHECKING:
    from PIL.Image import Image

PICTURES: Final = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif")
FILMS: Final = (".mp4", ".mov", ".mkv", ".webm", ".avi", ".3gp", ".m4v")


def pictures_at(path: Path) -> list[Path]:
    """The picture or film, or those in a folder in the order of their names.

    Raises:
        NotFound: there is nothing at `path`.
        UsageError: there is no picture in the folder.
    """
    if path.is_dir():
        wanted = (*PICTURES, *FILMS)
        found = sorted(each for each in path.iterdir() if each.suffix.lower() in wanted and each.name[:1] != ".")
        if not found:
            raise UsageError(f"{path} 里没有照片（{'、'.join(PICTURES)}）")
        return found
    if not path.is_file():
        raise NotFound(f"没有这个文件或文件夹：{path}")
    return [path]


def texts_in(path: Path) -> Iterator[str]:
    """What the codes in one picture or film say, turned, skewed or badly lit as it may be.

    Raises:
        EnvironmentFault: the reader is not installed, or the file cannot be read.
        UsageError: it is no picture.
    """
    try:
        from PIL import Image, ImageOps, ImageSequence  # noqa: PLC0415 - only for receiving
    except ImportError as error:
        raise lacking("Pillow") from error
    if path.suffix.lower() in FILMS:
        yield from _texts_in_film(path)
        return
    try:
        with Image.open(path) as picture:
            for each in ImageSequence.Iterator(picture):
                yield from texts_of(ImageOps.exif_transpose(each).convert("L"))
    except (Image.UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, ValueError) as error:
        raise UsageError(f"{path.name} 不是能读的照片或视频；照片请用 PNG 或 JPEG，PDF 请打印出来再拍") from error
    except OSError as error:
        raise UsageError(f"{path.name} 读不出来，照片可能没有传完") from error


def _texts_in_film(path: Path) -> "Iterator[str]":
    """What the codes in a film say, each once. A picture that is blurred between two codes is passed over: others come."""
    try:
        import av  # noqa: PLC0415 - only for receiving a film
        from av.error import FFmpegError  # noqa: PLC0415
    except ImportError as error:
        raise EnvironmentFault(
            "缺少组件 av，读不了视频；请安装 fieldlog[video]，或把视频导出成一个文件夹的图片再收"
        ) from error
    told: set[str] = set()
    try:
        with av.open(str(path)) as film:
            for picture in film.decode(video=0):
                whole: Any = picture  # its `to_image` has no types
                shot = cast("Image", whole.to_image())
                new = texts_of(shot.convert("L"), patient=False) - told
                told |= new
                yield from new
    except (FFmpegError, IndexError, ValueError) as error:
        if not told:
            raise UsageError(f"{path.name} 不是能读的视频；请用 MP4，或导出成一个文件夹的图片") from error
