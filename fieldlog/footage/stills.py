"""One picture out of a film: the frame that was on at a moment, turned as it is to be seen."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from fieldlog.domain.errors import EnvironmentFault, NotFound, os_words
from fieldlog.footage.measuring import require_reader

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_QUALITY: Final = 92


@dataclass(frozen=True, slots=True)
class Still:
    """A JPEG, and where in the film its frame stands."""

    jpeg: bytes
    at_ms: int
    width: int
    height: int


def take_still(path: Path, at_ms: int) -> Still:
    """The last frame that began at `at_ms` or before, from the film's first one on; the film is only read.

    Raises:
        NotFound: there is no picture, as in a recording of sound.
        EnvironmentFault: PyAV is not installed, or the file cannot be read.
    """
    require_reader()
    import av  # noqa: PLC0415 - only for pictures
    from av.error import FFmpegError  # noqa: PLC0415

    try:
        with av.open(str(path)) as film:
            if not film.streams.video:
                raise NotFound(f"{path.name} 里没有画面，截不了图")
            found = _frame(film, film.streams.video[0], at_ms * 1000)
            if found is None:
                raise NotFound(f"{path.name} 的 {at_ms / 1000:.1f} 秒处没有画面")
            frame, at_us = found
            picture: Any = cast("Any", frame).to_image()  # Pillow's types are not all known
            if frame.rotation:
                picture = picture.rotate(frame.rotation, expand=True)
    except FFmpegError as error:
        raise EnvironmentFault(f"{path.name} 读不出来：{error}") from error
    except OSError as error:
        raise EnvironmentFault(f"{path.name} 读不出来：{os_words(error)}") from error
    out = BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=_QUALITY, subsampling=0)
    return Still(out.getvalue(), max(0, round(at_us / 1000)), picture.width, picture.height)


def _frame(film: "InputContainer", stream: "VideoStream", at_us: int) -> "tuple[VideoFrame, int] | None":
    """From the key frame before on."""
    base = stream.time_base or 1
    zero = round((stream.start_time or 0) * base * 1_000_000)
    half = 500_000 / float(stream.average_rate or 25)
    try:
        film.seek(max(0, round((zero + at_us) / 1_000_000 / base)), stream=stream)
    except OSError:  # no index
        film.seek(0)
    found: tuple[VideoFrame, int] | None = None
    for frame in film.decode(stream):
        ticks = frame.pts if frame.pts is not None else frame.dts
        at = round((ticks or 0) * base * 1_000_000) - zero
        if found is not None and at > at_us + half / 2:  # times are rounded to milliseconds
            break
        found = (frame, at)
    return found
