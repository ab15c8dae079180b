"""A film of the moving codes, compressed as telephones do."""

from pathlib import Path

from PIL import Image

from fieldlog.sync.qr_screen import MovingCodes


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
