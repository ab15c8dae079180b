"""Writing that is on the disk when the call returns, on Windows and on POSIX."""

import os
import sys
import tempfile
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Make a new or renamed file's name durable; Windows does so with the file itself."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_file(path: Path, content: bytes) -> None:
    """Put `content` at `path` whole or not at all: temporary file, fsync, rename.

    Raises:
        OSError: no room or no permission; what stood at `path` before still stands.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def only_owner(path: Path) -> None:
    """Let nobody but the owner read a file with a key or a token; on Windows the user's folder already does."""
    if sys.platform != "win32":
        path.chmod(0o600)
