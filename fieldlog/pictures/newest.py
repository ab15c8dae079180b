"""The newest photographs of a folder, such as a telephone's, by the names and times that the folder itself gives."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nlargest
from pathlib import Path
from typing import Final

from fieldlog.pictures.reading import SUFFIXES

_DEEPEST: Final = 3
"""`DCIM`, in it `100APPLE`: cameras go no deeper."""


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A photograph in a folder; the later one is the greater."""

    modified_ns: int
    path: str

    @property
    def name(self) -> str:
        """What it is called."""
        return Path(self.path).name


def newest_pictures(folder: Path, most: int) -> list[Found]:
    """The newest photographs below the folder, the newest first; no file is opened.

    Raises:
        OSError: the folder cannot be read. One below it that cannot is passed over.
    """
    return nlargest(most, _pictures(os.fspath(folder), 0))


def _pictures(folder: str, depth: int) -> Iterator[Found]:
    try:
        entries = os.scandir(folder)
    except OSError:
        if depth:
            return
        raise
    with entries:
        for entry in entries:
            if entry.name.startswith("."):  # thumbnails, and what is being copied just now
                continue
            try:
                if entry.name.lower().endswith(SUFFIXES):
                    found = entry.stat()
                    if found.st_size:
                        yield Found(found.st_mtime_ns, entry.path)
                elif depth < _DEEPEST and entry.is_dir(follow_symlinks=False):
                    yield from _pictures(entry.path, depth + 1)
            except OSError:
                continue  # deleted meanwhile


def likely_folders(home: Path) -> list[Path]:
    """Where telephones, cards and the system put photographs on this machine, of those that are there now."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    wanted = [
        (Path("/media"), "*/*/DCIM"),
        (Path("/run/media"), "*/*/DCIM"),
        (Path("/Volumes"), "*/DCIM"),
        (Path(f"/run/user/{user}/gvfs"), "*/DCIM"),
        (Path(f"/run/user/{user}/gvfs"), "*/*/DCIM"),
        *((Path(f"{letter}:/"), "DCIM") for letter in ("DEFGHIJKLM" if os.name == "nt" else "")),
        (home / "Pictures", "Camera Roll"),
        (home, "Pictures"),
        (home, "图片"),
    ]
    found: list[Path] = []
    for root, pattern in wanted:
        try:
            found += [path for path in sorted(root.glob(pattern)) if path.is_dir()]
        except OSError:
            continue
    return list(dict.fromkeys(found))
