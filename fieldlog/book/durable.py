"""Writing that is on the disk when the call returns, on Windows and on POSIX."""

import errno
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO, Final

_CANNOT_SYNC_FOLDERS: Final = (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS)
_PAUSES_S: Final = (0.02, 0.1, 0.3) if sys.platform == "win32" else ()
"""How long to wait for a virus scanner or another reader, which on Windows keeps a file from being replaced."""


def sync_folder(folder: Path) -> None:
    """Make a new or renamed file's name durable; Windows does so with the file itself.

    A shared drive (CIFS) and some sticks know no such thing for folders and say so; the file itself is on the disk.
    """
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC_FOLDERS:
            raise
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Have what was written to a file on the disk."""
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())


def replace_file(path: Path, content: bytes) -> None:
    """Put `content` at `path` whole or not at all: temporary file, fsync, rename.

    Raises:
        OSError: no room or no permission; what stood at `path` before still stands.
    """
    replace_file_with(path, (content,))


def replace_file_with(path: Path, pieces: Iterable[bytes]) -> None:
    """The same for content that need not fit into memory; what `pieces` raises leaves `path` as it was, too."""
    replace_files({path: pieces})


def replace_file_by(path: Path, fill: Callable[[IO[bytes]], None]) -> None:
    """The same for content that something else writes: `fill` gets the file; what it raises changes nothing, too."""
    _replace({path: fill})


def replace_files(contents: Mapping[Path, Iterable[bytes]]) -> None:
    """The same for several files: each is whole on the disk beside its place before the first one is put there.

    Raises:
        OSError: no room or no permission; what stood at every path before still stands.
    """
    _replace({path: partial(_write_pieces, pieces) for path, pieces in contents.items()})


def _write_pieces(pieces: Iterable[bytes], stream: IO[bytes]) -> None:
    stream.writelines(pieces)


def _replace(contents: Mapping[Path, Callable[[IO[bytes]], None]]) -> None:
    written: dict[Path, Path] = {}
    try:
        for path, fill in contents.items():
            durable_folder(path.parent)
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
            written[path] = Path(name)
            with os.fdopen(handle, "wb") as stream:
                fill(stream)
                stream.flush()
                os.fsync(stream.fileno())
        for path, temporary in written.items():
            move_onto(temporary, path)
    except BaseException:
        for temporary in written.values():
            temporary.unlink(missing_ok=True)
        raise
    for folder in {path.parent for path in contents}:
        sync_folder(folder)


def append_line(path: Path, line: bytes) -> None:
    """Put a line at the end of a file; what a power cut left of one before stays a line of its own.

    Raises:
        OSError: no room or no permission; the file is as it was.
    """
    is_new = not path.exists()
    with path.open("ab", buffering=0) as stream:
        before = stream.tell()
        content = line if _ends_whole(path, before) else b"\n" + line
        try:
            if stream.write(content) != len(content):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(stream.fileno())
        except OSError:
            with suppress(OSError):
                os.truncate(path, before)
            raise
    if is_new:
        sync_folder(path.parent)


def _ends_whole(path: Path, size: int) -> bool:
    with path.open("rb") as stream:
        stream.seek(max(0, size - 1))
        return stream.read(1) in (b"", b"\n")


def move_onto(temporary: Path, path: Path) -> None:
    """Rename, waiting a little for whoever holds `path` open where the system does not allow that.

    Raises:
        OSError: both files are as they were.
    """
    for pause_s in _PAUSES_S:
        try:
            temporary.replace(path)
        except PermissionError:
            time.sleep(pause_s)
        else:
            return
    temporary.replace(path)


def durable_folder(folder: Path, mode: int = 0o777) -> None:
    """Make a folder whose name is on the disk, as are the names of those above it that were missing, too."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(mode=mode, parents=True, exist_ok=True)
    for each in missing:
        sync_folder(each.parent)


def private_folder(folder: Path) -> None:
    """Make a folder, durable too, that nobody but the owner can look into; one that is there stays as it is."""
    durable_folder(folder, 0o700)


def only_owner(path: Path) -> None:
    """Let nobody but the owner read a file with a key or a token; on Windows the user's folder already does."""
    if sys.platform != "win32":
        path.chmod(0o600)
