"""On which disk, card or share a file lies, as people name it."""

import os
import re
from pathlib import Path
from typing import Final

_DRIVE: Final = re.compile(r"^([A-Za-z]:)[\\/]")
_SHARE: Final = re.compile(r"^(?:\\\\|//)([^\\/]+)[\\/]([^\\/]+)")
_MOUNTS: Final = re.compile(r"^(/(?:run/)?media/[^/]+/[^/]+|/Volumes/[^/]+|/mnt/[^/]+)(?:/|$)")


def volume_of(path: str) -> str:
    r"""`E:`, `\\server\share`, `/media/li/DSJ`; of a path that is here on a system without drives, its mount point."""
    if drive := _DRIVE.match(path):
        return drive[1].upper()
    if share := _SHARE.match(path):
        return f"\\\\{share[1]}\\{share[2]}"
    if mount := _MOUNTS.match(path):
        return mount[1]
    if not path.startswith("/") or os.name == "nt":
        return ""
    at = Path(path)
    while at != at.parent and not os.path.ismount(at):
        at = at.parent
    return str(at)
