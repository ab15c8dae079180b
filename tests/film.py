"""What a camera sees of the codes on the screen, and a film of them, compressed as telephones do."""

from pathlib import Path

from PIL import Image, ImageDraw
from textual.color import Color
from textual.screen import Screen

from fieldlog.sync.qr_screen import MovingCodes
from fieldlog.tui.widgets.moving_code import MovingCode

CELL = (10, 20)


def film_of(message: bytes, path: Path, *, side: int = 37, skip: int = 5) -> None:
    """Film the codes of `side` modules from the frame after `skip` on, until there are twice as many as are needed."""
    import av

    codes = MovingCodes(message, side)
    for _ in range(skip):
        codes.next_code()
    with av.open(str(path), "w") as film:
        stream = film.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 480
        stream.pix_fmt = "yuv420p"
        for _ in range(codes.needed * 2 + 4):
            frame = av.VideoFrame.from_image(picture_of(codes.next_code()))
            for _ in range(2):
                film.mux(stream.encode(frame))
        film.mux(stream.encode())


def picture_of(modules: list[list[bool]]) -> Image.Image:
    """One code with its quiet zone, a little soft as through a lens."""
    picture = Image.new("RGB", (len(modules) + 8, len(modules) + 8), "white")
    for y, row in enumerate(modules, 4):
        for x, dark in enumerate(row, 4):
            if dark:
                picture.putpixel((x, y), (0, 0, 0))
    return picture.resize((480, 480), Image.Resampling.BILINEAR)


def filmed(screen: Screen) -> Image.Image:
    """What a camera sees of the whole screen: every cell with its colours, half blocks as they are drawn."""
    size = screen.size
    picture = Image.new("L", (size.width * CELL[0], size.height * CELL[1]), 60)
    draw = ImageDraw.Draw(picture)
    code = screen.query_one(MovingCode)
    for y in range(code.size.height):
        x = code.region.x
        for segment in code.render_line(y):
            for glyph in segment.text:
                left, top = x * CELL[0], (code.region.y + y) * CELL[1]
                upper, lower = shades(segment.style, glyph)
                draw.rectangle((left, top, left + CELL[0] - 1, top + CELL[1] // 2 - 1), fill=upper)
                draw.rectangle((left, top + CELL[1] // 2, left + CELL[0] - 1, top + CELL[1] - 1), fill=lower)
                x += 1
    return picture


def shades(style, glyph: str) -> tuple[int, int]:
    def grey(color) -> int:
        return round(Color.from_rich_color(color).brightness * 255) if color else 60

    assert glyph in " ▀"
    ground = grey(style.bgcolor if style else None)
    return (grey(style.color), ground) if glyph == "▀" else (ground, ground)
