"""Photographs as telephones take them, made by Pillow."""

import io
import os
from pathlib import Path
from typing import Any

from PIL import Image

EXIF, GPS = 0x8769, 0x8825


def photo(path: Path, taken: str = "", *, offset: str = "", place: Any = None, size: tuple[int, int] = (64, 48),
          colour: str = "red", modified: float | None = None) -> Path:  # fmt: skip
    """A JPEG with its own time (`2026:11-24 09:05:06` as EXIF writes it) and place ((degrees, minutes, seconds) twice)."""
    exif = Image.Exif()
    if taken:
        exif.get_ifd(EXIF)[0x9003] = taken
    if offset:
        exif.get_ifd(EXIF)[0x9011] = offset
    if place:
        exif.get_ifd(GPS).update({1: "N", 2: place[0], 3: "E", 4: place[1]})
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path, "JPEG", exif=exif)
    if modified is not None:
        os.utime(path, (modified, modified))
    return path


def broken(path: Path) -> Path:
    """A JPEG that was copied half."""
    stream = io.BytesIO()
    Image.effect_noise((400, 300), 90).save(stream, "JPEG")
    path.write_bytes(stream.getvalue()[: len(stream.getvalue()) // 3])
    return path
