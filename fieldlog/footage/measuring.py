"""What a media file says of itself: container, codec, size, duration, and when it claims to begin.

PyAV reads video and audio and is imported here only, `pictures` photographs. A file that cannot be played is measured as
far as it goes and says why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fieldlog.domain.errors import EnvironmentFault, os_words
from fieldlog.footage.files import MediaFile
from fieldlog.pictures.reading import NoReader, read_picture

if TYPE_CHECKING:
    from av.container import InputContainer

INSTALL: Final = 'pip install "fieldlog[video]"'
_TIMES: Final = ("com.apple.quicktime.creationdate", "creation_time", "date", "origination_date")
_END_US: Final = 2_000_000
"""How near to its stated end a whole film still has pictures."""


@dataclass(slots=True)
class Measured:
    """Facts of one file; zero or empty where it says nothing."""

    broken: str = ""
    format: str = ""
    codec: str = ""
    width: int = 0
    height: int = 0
    rotation: int = 0
    frame_us: int = 0
    duration_ms: int | None = None
    container_time: str = ""


def require_reader() -> None:
    """Raise EnvironmentFault, with the command that puts it right, where PyAV is not installed."""
    try:
        import_module("av")
    except ImportError as error:
        raise EnvironmentFault(f"缺少组件 av，读不了录像；请运行 {INSTALL}，其他功能不受影响") from error


def measure(file: MediaFile) -> Measured:
    """What the file says of itself; what cannot be played says why in `broken`."""
    if file.size == 0:
        return Measured(broken="0 字节，什么也没有录下或没有拷完")
    if file.real and file.medium != "photo":
        return Measured(broken="文件名的编码不对，没有读里面的内容；改名后再扫一次")
    return _photo(file) if file.medium == "photo" else _film(file)


def _film(file: MediaFile) -> Measured:
    import av  # noqa: PLC0415 - only for scanning
    from av.error import FFmpegError  # noqa: PLC0415

    found = Measured()
    try:
        with av.open(file.path) as container:
            found.format = container.format.name.partition(",")[0]
            found.container_time = _stated_time(container.metadata)
            _streams(container, found)
            if not found.broken:
                found.rotation = _rotation(container)
                found.broken = _end_missing(container, found)
    except FFmpegError as error:
        found.broken = _why(error)
    except (ValueError, OverflowError, IndexError, OSError) as error:
        found.broken = f"读不出来（{error}）"
    return found


def _streams(container: "InputContainer", found: Measured) -> None:
    video, audio = container.streams.video, container.streams.audio
    if video:
        stream = video[0]
        context = stream.codec_context
        found.codec, found.width, found.height = context.name, context.width, context.height
        rate = stream.average_rate or stream.base_rate
        found.frame_us = round(1_000_000 / rate) if rate else 0
        found.container_time = found.container_time or _stated_time(stream.metadata)
        if stream.duration and stream.time_base:
            found.duration_ms = round(stream.duration * stream.time_base * 1000)
    elif audio:
        found.codec = audio[0].codec_context.name
        found.container_time = found.container_time or _stated_time(audio[0].metadata)
    else:
        found.broken = "里面没有录像也没有录音"
    if found.duration_ms is None and container.duration:
        found.duration_ms = container.duration // 1000
    if found.duration_ms is not None and found.duration_ms < 0:
        found.duration_ms = None


def _rotation(container: "InputContainer") -> int:
    """By how many degrees the first picture is to be turned; it is decoded for that, which also proves that it can be."""
    if not container.streams.video:
        return 0
    first = next(container.decode(container.streams.video[0]), None)
    return int(getattr(first, "rotation", 0))


def _end_missing(container: "InputContainer", found: Measured) -> str:
    """A file cut short whose index is whole promises pictures that are not there."""
    stream = container.streams.video[0] if container.streams.video else container.streams.audio[0]
    if not stream.time_base or found.duration_ms is None:
        return "" if next(iter(container.demux(stream)), None) else "里面没有画面"
    begin = stream.start_time or 0
    end_us = round(begin * stream.time_base * 1_000_000) + found.duration_ms * 1000
    try:
        container.seek(max(0, round((end_us - 200_000) / 1_000_000 / stream.time_base)), stream=stream, any_frame=False)
    except (OSError, ValueError):  # no index: a stream format, which ends where it ends
        return ""
    last_us = -1
    for packet in container.demux(stream):
        if packet.size and packet.pts is not None and packet.time_base and not packet.is_corrupt:
            last_us = max(last_us, round((packet.pts + (packet.duration or 0)) * packet.time_base * 1_000_000))
    return "没有拷完，后面的画面缺了" if (last_us < end_us - _END_US and end_us > _END_US) or last_us < 0 else ""


def _stated_time(metadata: Mapping[str, str]) -> str:
    lowered = {name.lower(): text for name, text in metadata.items()}
    for name in _TIMES:
        if text := lowered.get(name, "").strip():
            clock = lowered.get("origination_time", "") if name == "origination_date" else ""
            return f"{text}T{clock}" if clock else text
    return ""


def _why(error: Exception) -> str:
    text = str(error)
    if "Invalid data" in text:
        return "没有索引（moov）或开头损坏：录着断了电，或没有拷完"
    return f"读不出来（{text}）"


def _photo(file: MediaFile) -> Measured:
    try:
        facts = read_picture(Path(file.opens))
    except NoReader as error:
        raise EnvironmentFault(f"缺少组件 Pillow，读不了照片；请运行 {INSTALL}，其他功能不受影响") from error
    except OSError as error:
        return Measured(broken=f"读不出来（{os_words(error)}）")
    if facts.why:
        return Measured(broken=facts.why)
    return Measured(
        format=facts.kind,
        codec=facts.kind,
        width=facts.width,
        height=facts.height,
        duration_ms=0,
        container_time=facts.taken_at,
    )
