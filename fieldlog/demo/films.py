# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# Neither PyAV nor Pillow says all of its types.
"""Makes the recordings of a sample day: small real videos that show the true time, by cameras whose own clocks are wrong.

Only a decoder can tell whether a recording was opened at the right second, so every picture says when it was taken.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fieldlog.codes.drawing import matrix
from fieldlog.domain.errors import EnvironmentFault
from fieldlog.domain.slate import Showing
from fieldlog.footage.slate_codes import LEVEL, code_text

if TYPE_CHECKING:
    from PIL.Image import Image

_SIZE: Final = (320, 240)
_MODULE: Final = 3
"""Points a module of a slate: half of the picture's height."""
_EXACT_MS: Final = 1000
"""So near to an event every picture says its own millisecond; elsewhere they say the second, which is quicker to draw."""


@dataclass(frozen=True, slots=True)
class Held:
    """A slate that the camera has in view for a while."""

    showing: Showing
    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class Take:
    """One recording; times are milliseconds since 1970, the true ones."""

    name: str
    begin_ms: int
    seconds: float
    clock_off_ms: int
    """How far the camera's clock is ahead."""
    slates: Sequence[Held] = ()
    rate: int = 25
    codec: str = "libx264"
    local_as_utc: bool = False
    """Whether the camera writes its local time and calls it UTC."""


def shoot(folder: Path, take: Take, events: Sequence[int], zone: tzinfo | None) -> Path:
    """Write the recording below `folder`, with the file time that the camera would give it.

    Raises:
        EnvironmentFault: PyAV is not installed.
    """
    try:
        import av
    except ImportError as error:
        raise EnvironmentFault('做示例录像要一个组件，请运行 pip install "fieldlog[video]"') from error
    path = folder / take.name
    path.parent.mkdir(parents=True, exist_ok=True)
    options = {"g": str(take.rate)} | ({"preset": "ultrafast", "crf": "28"} if take.codec == "libx264" else {})
    with av.open(str(path), "w") as film:
        film.metadata["creation_time"] = _stated(take, zone)
        stream: Any = film.add_stream(take.codec, rate=take.rate, options=options)
        stream.width, stream.height, stream.pix_fmt = *_SIZE, "yuv420p"
        stream.bit_rate = 400_000
        drawn, frame = "", None
        for number in range(round(take.seconds * take.rate)):
            at = take.begin_ms + number * 1000 / take.rate
            slate = _slate_at(take, at)
            words = _clock(at, zone, exact=any(abs(at - event) <= _EXACT_MS for event in events))
            if frame is None or f"{words}{slate}" != drawn:
                drawn = f"{words}{slate}"
                frame = av.VideoFrame.from_image(_picture(words, slate))
            frame.pts, frame.time_base = number, Fraction(1, take.rate)
            film.mux(stream.encode(frame))
        film.mux(stream.encode())
    end_s = (take.begin_ms + take.clock_off_ms) / 1000 + take.seconds
    os.utime(path, (end_s, end_s))
    return path


def _stated(take: Take, zone: tzinfo | None) -> str:
    moment = datetime.fromtimestamp((take.begin_ms + take.clock_off_ms) // 1000, zone if take.local_as_utc else UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000000Z"


def _clock(at: float, zone: tzinfo | None, *, exact: bool) -> str:
    moment = datetime.fromtimestamp(at / 1000, zone)
    return f"{moment:%H:%M:%S}" + (f".{moment.microsecond // 1000:03}" if exact else "")


def _slate_at(take: Take, at: float) -> str:
    """The code on the laptop's screen when the picture is taken, or empty."""
    for held in take.slates:
        if held.from_ms <= at < held.to_ms:
            slate = held.showing.slate(int(at - held.showing.run.start_ms) // 1000)
            return code_text(slate) if slate else ""
    return ""


def _picture(words: str, slate: str) -> "Image":
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", _SIZE, (52, 70, 84))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((20, 60, 300, 236), fill=(84, 96, 88))
    draw.text((14, 8), words, font=ImageFont.load_default(36), fill="white")
    if slate:
        picture.paste(_code(slate), (90, 76))
    return picture


def _code(text: str) -> "Image":
    from PIL import Image

    modules = matrix(text, version=0, level=LEVEL)
    side = len(modules) + 8
    code = Image.new("L", (side, side), 235)
    for y, row in enumerate(modules, 4):
        for x, dark in enumerate(row, 4):
            if dark:
                code.putpixel((x, y), 20)
    return code.resize((side * _MODULE, side * _MODULE))
