"""Cameras that film a laptop: small real videos whose first frame was taken at a moment the test knows."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import av
from PIL import Image, ImageEnhance, ImageFilter

from fieldlog.codes.drawing import matrix
from fieldlog.domain.slate import Showing
from fieldlog.footage.slate_codes import LEVEL, code_text

Look = Callable[[Image.Image], Image.Image]


@dataclass(frozen=True)
class Filmed:
    """A stretch of laptop time in which the camera has a slate in view."""

    showing: Showing
    begin_ms: int
    end_ms: int


@dataclass(frozen=True)
class Shot:
    """How a film is made; times are milliseconds since 1970 by the laptop's clock."""

    begin_ms: float
    seconds: float
    slates: Sequence[Filmed] = ()
    rate: int = 25
    size: tuple[int, int] = (320, 240)
    codec: str = "libx264"
    gop: int = 25
    module: float = 3.0
    """Points a module of the code."""
    look: Look = lambda picture: picture
    """What the lens makes of the screen."""
    stated: str = ""
    """`creation_time`."""
    rotation: int = 0
    b_frames: int = 0


def film(path: Path, shot: Shot) -> Path:
    """Write the film. Frame `n` is taken `n / rate` seconds after the first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ground = Image.effect_noise((shot.size[0] // 8, shot.size[1] // 8), 60).resize(shot.size)
    codes: dict[tuple[int, int], Image.Image] = {}
    with av.open(str(path), "w") as container:
        if shot.stated:
            container.metadata["creation_time"] = shot.stated
        options = {"g": str(shot.gop), "bf": str(shot.b_frames)}
        if shot.codec == "libx264":
            options |= {"preset": "veryfast" if shot.b_frames else "ultrafast", "crf": "26"}
        stream = container.add_stream(shot.codec, rate=shot.rate, options=options)
        stream.width, stream.height, stream.pix_fmt = *shot.size, "yuv420p"
        if shot.codec == "mpeg4":
            stream.bit_rate = 1_500_000
        frames: dict[tuple[int, int] | None, av.VideoFrame] = {}
        for number in range(round(shot.seconds * shot.rate)):
            at = shot.begin_ms + number * 1000 / shot.rate
            shown = _shown(shot, at)
            if shown not in frames:
                picture = ground.copy()
                if shown is not None:
                    code = codes.setdefault(shown, _code(shot, *shown))
                    picture.paste(code, ((picture.width - code.width) // 2, (picture.height - code.height) // 2))
                frames[shown] = av.VideoFrame.from_image(shot.look(picture).convert("RGB"))
            frame = frames[shown]
            frame.pts, frame.time_base = number, Fraction(1, shot.rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def _shown(shot: Shot, at: float) -> tuple[int, int] | None:
    """Which slate is on the screen when the frame is taken, and which of its codes."""
    for index, each in enumerate(shot.slates):
        if each.begin_ms <= at < each.end_ms:
            counter = math.floor((at - each.showing.run.start_ms) / 1000)
            return (index, counter) if each.showing.slate(counter) else None
    return None


def _code(shot: Shot, index: int, counter: int) -> Image.Image:
    slate = shot.slates[index].showing.slate(counter)
    assert slate
    modules = matrix(code_text(slate), version=0, level=LEVEL)
    side = len(modules) + 8
    picture = Image.new("L", (side, side), 235)
    for y, row in enumerate(modules, 4):
        for x, dark in enumerate(row, 4):
            if dark:
                picture.putpixel((x, y), 20)
    points = round(side * shot.module)
    return picture.resize((points, points), Image.Resampling.BILINEAR)


def utc(ms: float) -> str:
    """A container's time, right and in UTC, in whole seconds as cameras write it."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z")


def tilted(degrees: float) -> Look:
    """The laptop stands askew."""
    return lambda picture: picture.rotate(degrees, Image.Resampling.BILINEAR, fillcolor=90)


def blurred(radius: float) -> Look:
    """Out of focus."""
    return lambda picture: picture.filter(ImageFilter.GaussianBlur(radius))


def dim(share: float) -> Look:
    """A dark screen in a dark room: little light and little contrast."""
    return lambda picture: ImageEnhance.Contrast(ImageEnhance.Brightness(picture).enhance(share)).enhance(0.6)


def covered(share: float) -> Look:
    """A finger over the middle of the right edge of the code, that share of its area."""

    def look(picture: Image.Image) -> Image.Image:
        side = round(min(picture.size) * 0.45 * math.sqrt(share) * 2)
        done = picture.copy()
        middle = (picture.width // 2 + side // 3, picture.height // 2)
        done.paste(150, (middle[0], middle[1], middle[0] + side // 2, middle[1] + side // 2))
        return done

    return look
