"""A photograph as so many points of colour as there is room for."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fieldlog.pictures.reading import opened

Colour = tuple[int, int, int]
Points = Sequence[Sequence[Colour]]


def points_of(path: Path, width: int, height: int) -> Points:
    """Rows of points, at most `width` by `height`, of one scale both ways; raises as `reading.opened` does."""
    picture: Any = opened(path)  # numpy's types, which are not installed, are in Pillow's
    scale = min(width / picture.width, height / picture.height)
    size = max(1, min(width, round(picture.width * scale))), max(1, min(height, round(picture.height * scale)))
    small = picture.resize(size)
    data: bytes = small.tobytes()
    row = 3 * size[0]
    return [
        [(data[at], data[at + 1], data[at + 2]) for at in range(start, start + row, 3)]
        for start in range(0, row * size[1], row)
    ]
