"""A photograph in the system's own viewer, never through a shell."""

import os
import shutil
import subprocess
import sys
import tempfile
from atexit import register
from functools import cache
from pathlib import Path
from typing import Final

from fieldlog.domain.errors import EnvironmentFault, os_words

_NAMES: Final = {"jpeg": ".jpg", "png": ".png", "heic": ".heic", "webp": ".webp", "bmp": ".bmp", "tiff": ".tif",
                 "gif": ".gif", "avif": ".avif", "pdf": ".pdf"}  # fmt: skip
"""How a file is called for the viewer, by what its content is: a name that came from elsewhere could be a program's."""


def open_outside(blob: Path, kind: str, name: str) -> None:
    """Open a copy of the stored picture; the stored one is never given away.

    Raises:
        EnvironmentFault: it is no picture, there is no viewer, or the disk refused.
    """
    suffix = _NAMES.get(kind)
    if suffix is None:
        raise EnvironmentFault(f"{name} 不是能打开的照片")
    stem = "".join(char for char in Path(name).stem if char.isalnum() or char in "-_ ")[:60] or "photo"
    try:
        folder = Path(tempfile.mkdtemp(dir=_copies()))
        copy = folder / f"{stem}{suffix}"
        shutil.copyfile(blob, copy)
        _start(copy)
    except OSError as error:
        raise EnvironmentFault(f"打不开看图程序：{os_words(error)}") from error


def _start(path: Path) -> None:
    if sys.platform == "win32":
        os.startfile(path)  # noqa: S606 - a picture by its own kind, see above
        return
    program = "open" if sys.platform == "darwin" else "xdg-open"
    found = shutil.which(program)
    if found is None or (
        program == "xdg-open" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    ):
        raise EnvironmentFault("这里没有图形界面，打不开看图程序；到本机上看")
    subprocess.Popen(
        [found, os.fspath(path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


@cache
def _copies() -> str:
    """The folder of the copies; it goes when the program ends."""
    folder = tempfile.mkdtemp(prefix="fieldlog-photos-")
    register(shutil.rmtree, folder, ignore_errors=True)
    return folder
