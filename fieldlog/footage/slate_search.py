"""Finding slates in a film: a look at a frame every second and a half, then every frame around what was found.

Cameras write a whole picture (a key frame) every second or two, and only those are decoded, so that an hour is searched
in a fraction of the time that decoding it takes; where key frames stand too far apart for a slate of three seconds, the
frames between them are decoded as well. Around a code every frame is read, since the frame in which the code changes is
what says to a frame when the laptop's second began.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from fieldlog.codes.reading import Code, codes_in
from fieldlog.domain.footage_bodies import SlateSeen
from fieldlog.domain.slate import Run, Slate
from fieldlog.footage.slate_codes import read_code

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from PIL.Image import Image

    Packets = list[Packet[VideoStream]]

LOOK_US: Final = 1_400_000
"""A look so often finds whatever is shown for three seconds, even where key frames are two seconds apart."""
_FAR_US: Final = 2_200_000
"""Key frames further apart are not enough."""
_AROUND_US: Final = 6_000_000
"""How long before and after a code every frame is read."""
_GONE_US: Final = 1_500_000
_AGAIN_US: Final = 600_000_000
"""A run that is shown on and on is read closely again so often, which tells how the camera's clock drifts."""
_MOST_SEEN: Final = 8
"""Codes kept of one close reading; the bounds follow from the best of them."""


@dataclass(slots=True)
class _Sighting:
    slate: Slate
    first_us: int
    last_us: int


@dataclass(slots=True)
class _Search:
    found: dict[tuple[Run, int], _Sighting] = field(default_factory=dict[tuple[Run, int], _Sighting])
    read_closely: dict[Run, int] = field(default_factory=dict[Run, int])
    """Of each run, when the newest close reading ended."""


def find_slates(path: str, watch: Callable[[int], None] = lambda _us: None) -> list[SlateSeen]:
    """The slates in a film, each code with the first and last frame in which it was read; `watch` hears how far it is.

    Of a film that breaks off, those before that.

    Raises:
        EnvironmentFault: the reader of codes is not installed.
    """
    from av.error import FFmpegError  # noqa: PLC0415 - only for scanning

    search = _Search()
    with suppress(FFmpegError, OSError, ValueError):
        _look_through(path, search, watch)
    return [_seen(each) for each in sorted(search.found.values(), key=lambda each: each.first_us)]


def _look_through(path: str, search: _Search, watch: Callable[[int], None]) -> None:
    import av  # noqa: PLC0415 - only for scanning

    with av.open(path) as film:
        if not film.streams.video:
            return
        stream = film.streams.video[0]
        zero = _zero_us(stream)
        for frame in _looks(film, stream):
            at = _at_us(frame, stream) - zero
            watch(at)
            for slate in _slates(codes_in(_grey(frame))):
                if at >= search.read_closely.get(slate.run, -1):
                    _read_closely(path, slate.run, at, search)


def _read_closely(path: str, run: Run, around: int, search: _Search) -> None:
    """Read every frame around a code, until it is gone."""
    import av  # noqa: PLC0415 - only for scanning

    seen: dict[int, _Sighting] = {}
    last = around
    with av.open(path) as film:
        stream = film.streams.video[0]
        zero = _zero_us(stream)
        _seek(film, stream, zero + around - _AROUND_US)
        box: tuple[int, int, int, int] | None = None
        for frame in film.decode(stream):
            at = _at_us(frame, stream) - zero
            if at < around - _AROUND_US:
                continue
            if at > around + _AROUND_US or at > max(last, around) + _GONE_US:
                break
            codes = _near(_grey(frame), box)
            for code, slate in [(code, slate) for code in codes if (slate := read_code(code.text))]:
                box = code.box
                if slate.run == run:
                    last = at
                    sighting = seen.setdefault(slate.counter, _Sighting(slate, at, at))
                    sighting.first_us, sighting.last_us = min(sighting.first_us, at), max(sighting.last_us, at)
    for each in _best(list(seen.values())):
        search.found[run, each.slate.counter] = each
    lasting = last >= around + _AROUND_US - _GONE_US
    search.read_closely[run] = last + (_AGAIN_US if lasting else _GONE_US)


def _best(seen: list[_Sighting]) -> list[_Sighting]:
    """Those that say most closely when a second began and when one ended."""
    if len(seen) <= _MOST_SEEN:
        return seen
    by_begin = sorted(seen, key=lambda each: each.slate.moment_ms * 1000 - each.first_us, reverse=True)
    by_end = sorted(seen, key=lambda each: each.slate.moment_ms * 1000 - each.last_us)
    kept = {each.slate.counter: each for each in (*by_begin[: _MOST_SEEN // 2], *by_end[: _MOST_SEEN // 2])}
    return list(kept.values())


def _near(picture: "Image", box: tuple[int, int, int, int] | None) -> list[Code]:
    """The codes near where one stood before, else those anywhere."""
    if box is not None:
        wide, high = box[2] - box[0], box[3] - box[1]
        part = (
            max(0, box[0] - wide // 2), max(0, box[1] - high // 2),
            min(picture.width, box[2] + wide // 2), min(picture.height, box[3] + high // 2),
        )  # fmt: skip
        found = codes_in(picture.crop(part))
        if found:
            left, top = part[:2]
            moved = ((code, code.box) for code in found)
            return [Code(c.text, (b[0] + left, b[1] + top, b[2] + left, b[3] + top)) for c, b in moved]
    return codes_in(picture)


def _looks(film: "InputContainer", stream: "VideoStream") -> Iterator["VideoFrame"]:
    """A frame every `LOOK_US` or so, decoding as little as that takes."""
    newest = -LOOK_US
    for pictures in _groups(film, stream):
        begin, end = _at_us(pictures[0], stream), _at_us(pictures[-1], stream)
        far = end - begin > _FAR_US
        if not far and begin < newest + LOOK_US:
            continue
        for frame in _decoded(stream, pictures if far else pictures[:1]):
            at = _at_us(frame, stream)
            if at >= newest + LOOK_US:
                newest = at
                yield frame


def _groups(film: "InputContainer", stream: "VideoStream") -> "Iterator[Packets]":
    """The packets from one key frame to the next."""
    group: Packets = []
    for packet in film.demux(stream):
        if not packet.size or (packet.pts is None and packet.dts is None):
            continue
        if packet.is_keyframe and group:
            yield group
            group = []
        if group or packet.is_keyframe:
            group.append(packet)
    if group:
        yield group


def _decoded(stream: "VideoStream", pictures: "Packets") -> Iterator["VideoFrame"]:
    """The frames of one group, which needs none of another."""
    context: Any = stream.codec_context  # its packets have no type
    for packet in pictures:
        yield from context.decode(packet)
    yield from context.decode(None)
    context.flush_buffers()


def _slates(codes: list[Code]) -> list[Slate]:
    return [slate for code in codes if (slate := read_code(code.text))]


def _grey(frame: "VideoFrame") -> "Image":
    """The brightness of a frame, without converting its colours where they stand apart, as nearly always."""
    from PIL import Image  # noqa: PLC0415 - only for scanning

    whole: Any = frame
    if not frame.format.name.startswith(("yuv4", "yuvj4", "nv12", "gray")) or frame.format.components[0].bits != 8:
        return whole.to_image().convert("L")
    plane = whole.planes[0]
    picture = Image.frombuffer("L", (plane.line_size, frame.height), plane, "raw", "L", 0, 1)
    return picture.crop((0, 0, frame.width, frame.height))


def _zero_us(stream: "VideoStream") -> int:
    """When the first frame stands."""
    return round((stream.start_time or 0) * (stream.time_base or 0) * 1_000_000)


def _at_us(each: "VideoFrame | Packet[VideoStream]", stream: "VideoStream") -> int:
    ticks = each.pts if each.pts is not None else each.dts  # AVI says only in which order to decode
    return round((ticks or 0) * (stream.time_base or 0) * 1_000_000)  # a frame that was flushed has no time base


def _seek(film: "InputContainer", stream: "VideoStream", at_us: int) -> None:
    """To the key frame before, or to the beginning where the container has no index."""
    try:
        film.seek(max(0, round(at_us / 1_000_000 / (stream.time_base or 1))), stream=stream)
    except OSError:
        film.seek(0)


def _seen(sighting: _Sighting) -> SlateSeen:
    run = sighting.slate.run
    return SlateSeen(
        device=run.log,
        inspection=run.doc,
        start_ms=run.start_ms,
        counter=sighting.slate.counter,
        token=sighting.slate.token.hex(),
        first_us=sighting.first_us,
        last_us=sighting.last_us,
    )
