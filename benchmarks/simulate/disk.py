"""The disk under a simulated laptop: where its program may be killed, and what a power cut leaves of what was written.

The calls by which the product changes a disk are watched while a laptop runs. Each is a moment at which the program can
be killed, a write to a log also half way through. What no fsync has covered is remembered, and a power cut takes some of
it back: a log loses any number of bytes beyond what was synced, or has zeros there; a name that was made, moved or removed
is as before unless its folder was synced. `os.fsync` itself is not called: that is what would make a simulation slow, and
what it is good for is decided here.
"""

import errno
import os
import random
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest import mock

_REAL: Final = {
    name: getattr(os, name)
    for name in ("open", "write", "fsync", "ftruncate", "replace", "rename", "unlink", "remove", "mkdir", "rmdir")
}
Inode = tuple[int, int]


class Killed(BaseException):
    """The program was killed here."""


@dataclass(slots=True)
class Change:
    """A name that was changed, how to take that back, and the folders that make it durable."""

    what: str
    path: str
    folders: set[Inode]
    undo: Callable[[], None]


@dataclass(slots=True)
class Stick:
    """A stick that is pulled out while a laptop writes to it."""

    folder: Path
    aside: Path
    left: int
    """So many changes of the disk before it is pulled."""
    out: bool = False


class Disk:
    """What one laptop's program does to its disk, and to a stick in it."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._beyond: dict[Inode, tuple[str, int]] = {}
        """Logs that were written to since the last fsync: path, and the length that is safe."""
        self._changes: list[Change] = []
        self.left: int | None = None
        """So many changes before the program is killed."""
        self.full: int | None = None
        """So many bytes until the disk is full."""
        self.lies = False
        """It says that a log is synced and does not do it."""
        self.stick: Stick | None = None
        self.dead = False
        self.steps = 0

    def step(self) -> None:
        """One more change; raises Killed where the program dies before it."""
        self.steps += 1
        if self.stick is not None and not self.stick.out:
            self.stick.left -= 1
            if self.stick.left < 0:
                self.pull()
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                self.dead = True
        if self.dead:
            raise Killed

    def pull(self) -> None:
        """Pull the stick out: what was not synced on it is taken back, and from now on it is not there."""
        assert self.stick is not None
        self.stick.out = True
        root = str(self.stick.folder)
        self._take_back([change for change in self._changes if change.path.startswith(root)])
        self._changes = [change for change in self._changes if not change.path.startswith(root)]
        _REAL["rename"](self.stick.folder, self.stick.aside)

    def cut_power(self) -> str:
        """Take back what a power cut does; returns what that was."""
        kept = self._dice.randrange(len(self._changes) + 1)
        lost = self._changes[kept:]
        self._take_back(lost)
        said = [f"{change.what} {Path(change.path).name}" for change in lost]
        for path, safe in self._beyond.values():
            with suppress(FileNotFoundError):
                size = Path(path).stat().st_size
                if size > safe:
                    said.append(self._tear(path, safe, size))
        self.settle()
        return ", ".join(said) or "nothing"

    def settle(self) -> None:
        """Everything is on the disk, and the program is not running."""
        self._changes, self._beyond = [], {}
        self.left, self.full, self.dead = None, None, False

    def _tear(self, path: str, safe: int, size: int) -> str:
        left = self._dice.randint(safe, size)
        os.truncate(path, left)
        if self._dice.random() < 0.2:
            os.truncate(path, size)  # as NTFS leaves it: the new length, and zeros
        return f"{Path(path).name} {size} to {left} bytes, {safe} were safe"

    def _take_back(self, changes: list[Change]) -> None:
        for change in reversed(changes):
            change.undo()

    # what the hooks tell

    def changed(self, what: str, path: str, folders: set[Inode], undo: Callable[[], None]) -> None:
        """A name was changed."""
        self._changes.append(Change(what, path, folders, undo))

    def written(self, inode: Inode, path: str, size: int) -> None:
        """A file that was `size` bytes long is about to be written to."""
        self._beyond.setdefault(inode, (path, size))

    def synced(self, inode: Inode, *, is_folder: bool) -> None:
        """A file or folder was synced."""
        if is_folder:
            self._changes = [change for change in self._changes if inode not in change.folders]
        elif not self.lies:
            self._beyond.pop(inode, None)

    def room_for(self, data: bytes) -> bytes:
        """As much of the data as there is room for."""
        if self.full is None:
            return data
        fits = data[: self.full]
        self.full -= len(fits)
        return fits

    def part_of(self, data: bytes) -> bytes:
        """What was written of the data when the program was killed."""
        return data[: self._dice.randrange(len(data) + 1)]


class Hooks:
    """The watch over `os`; `disk` is the one whose laptop runs now."""

    def __init__(self) -> None:
        self.disk: Disk | None = None
        self._paths: dict[int, str] = {}

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Watch `os` until the end of the block."""
        with ExitStack() as stack:
            for name in _REAL:
                hook = self._unlink if name == "remove" else self._replace if name == "rename" else None
                stack.enter_context(mock.patch.object(os, name, hook or getattr(self, f"_{name}")))
            yield

    @contextmanager
    def running(self, disk: Disk | None) -> Iterator[None]:
        """A laptop runs on this disk; with None somebody else does, such as the hub."""
        before, self.disk = self.disk, disk
        try:
            yield
        finally:
            self.disk = before

    def _open(self, path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        disk = self.disk
        if disk is None or dir_fd is not None:
            return _REAL["open"](path, flags, mode, dir_fd=dir_fd)
        makes = bool(flags & os.O_CREAT) and not os.path.lexists(path)
        if makes:
            disk.step()
            if disk.full is not None and disk.full <= 0:
                raise OSError(errno.ENOSPC, "no room", str(path))
        handle = _REAL["open"](path, flags, mode)
        self._paths[handle] = str(path)
        if makes:
            disk.changed("made", str(path), {_folder(path)}, lambda: _gone(path))
        return handle

    def _write(self, handle: int, data: Any) -> int:
        disk = self.disk
        if disk is None:
            return _REAL["write"](handle, data)
        found = os.fstat(handle)
        if stat.S_ISREG(found.st_mode):
            disk.written((found.st_dev, found.st_ino), self._paths.get(handle, ""), found.st_size)
        try:
            disk.step()
        except Killed:
            if disk.left == -1:
                _REAL["write"](handle, disk.part_of(bytes(data)))
            raise
        fits = disk.room_for(bytes(data))
        if data and not fits:
            raise OSError(errno.ENOSPC, "no room")
        return _REAL["write"](handle, fits)

    def _fsync(self, handle: int) -> None:
        disk = self.disk
        if disk is None:
            return
        disk.step()
        found = os.fstat(handle)
        disk.synced((found.st_dev, found.st_ino), is_folder=stat.S_ISDIR(found.st_mode))

    def _ftruncate(self, handle: int, length: int) -> None:
        if self.disk is not None:
            self.disk.step()
        _REAL["ftruncate"](handle, length)

    def _replace(self, source: Any, target: Any, **folders: Any) -> None:
        disk = self.disk
        if disk is None:
            return _REAL["replace"](source, target, **folders)
        disk.step()
        before = _content(target)
        _REAL["replace"](source, target, **folders)

        def back() -> None:
            if os.path.lexists(target):
                _REAL["replace"](target, source)
            if before is not None:
                Path(target).write_bytes(before)

        disk.changed("moved", str(target), {_folder(source), _folder(target)}, back)
        return None

    def _unlink(self, path: Any, *, dir_fd: int | None = None) -> None:
        disk = self.disk
        if disk is not None:
            disk.step()
        if disk is None or dir_fd is not None:
            return _REAL["unlink"](path, dir_fd=dir_fd)
        before, folder = _content(path), _folder(path)
        _REAL["unlink"](path)

        def back() -> None:
            if before is not None and Path(path).parent.is_dir():
                Path(path).write_bytes(before)

        disk.changed("removed", str(path), {folder}, back)
        return None

    def _mkdir(self, path: Any, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
        disk = self.disk
        if disk is not None:
            disk.step()
            if disk.stick is not None and disk.stick.out and str(path) == str(disk.stick.folder):
                raise OSError(errno.ENODEV, "pulled out", str(path))
        _REAL["mkdir"](path, mode, dir_fd=dir_fd)
        if disk is not None and dir_fd is None:
            disk.changed("made", str(path), {_folder(path)}, lambda: _no_folder(path))

    def _rmdir(self, path: Any, *, dir_fd: int | None = None) -> None:
        if self.disk is not None:
            self.disk.step()
        _REAL["rmdir"](path, dir_fd=dir_fd)


def _folder(path: Any) -> Inode:
    found = Path(path).parent.stat()
    return found.st_dev, found.st_ino


def _content(path: Any) -> bytes | None:
    try:
        return Path(path).read_bytes()
    except OSError:
        return None


def _gone(path: Any) -> None:
    with suppress(OSError):
        _REAL["unlink"](path)


def _no_folder(path: Any) -> None:
    with suppress(OSError):
        _REAL["rmdir"](path)


HOOKS: Final = Hooks()
