"""Appending to a log: when it returns, the entries are on the disk, or none of them is."""

import errno
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fieldlog.book.durable import durable_folder, sync_folder
from fieldlog.book.logfiles import Place, Tip, month_file, reason
from fieldlog.domain.errors import NotSaved

if TYPE_CHECKING:
    from fieldlog.domain.entries import Entry


class Journal:
    """Appends to one log. Only one process does so at a time; the book's lock sees to that."""

    def __init__(self, folder: Path, log: str, tip: Tip) -> None:
        self.folder = folder
        self.log = log
        self.tip = tip
        self._handle = -1
        self._dirty = False

    def append(self, entries: "Sequence[Entry]") -> list[Place]:
        """Write the entries, all or none, and return once they are on the disk.

        Raises:
            NotSaved: nothing of them is on disk; they may be appended again.
        """
        places: list[Place] = []
        name = max(month_file(entries[0].hlc), self.tip.file)
        try:
            size = self._open(name)
            start, lines = size, list[bytes]()
            for entry in entries:
                line = entry.line() + b"\n"
                places.append(Place(self.log, name, start, start + len(line)))
                start += len(line)
                lines.append(line)
            self._write(b"".join(lines), size)
        except OSError as error:
            raise NotSaved(f"没有保存：{reason(error)}。腾出空间或换回可写的磁盘后再按一次") from error
        newest = entries[-1]
        self.tip = Tip(newest.seq, newest.hash, newest.hlc, name, start)
        return places

    def close(self) -> None:
        """Release the file."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def _open(self, name: str) -> int:
        """Have `name` open for appending, cut back to what is acknowledged, and return its size."""
        size = self.tip.offset if name == self.tip.file else 0
        if self._handle < 0 or name != self.tip.file:
            self.close()
            self._dirty = True
            self._open_file(name, is_new=size == 0)
        self._check_untouched(size)
        if self._dirty:
            os.ftruncate(self._handle, size)
            self._dirty = False
        return size

    def _check_untouched(self, size: int) -> None:
        """Half a microsecond against writing into a file that was deleted, or behind what somebody else wrote."""
        found = os.fstat(self._handle)
        if not found.st_nlink or found.st_size < size or (found.st_size > size and not self._dirty):
            self.close()
            raise OSError(errno.ESTALE, "日志文件被别的程序改动或删除，请退出并重新打开 fieldlog")

    def _open_file(self, name: str, *, is_new: bool) -> None:
        """Open for appending; a file that should hold entries and is gone is not made anew, which would hide the loss."""
        flags = os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0)
        if not is_new:
            self._handle = os.open(self.folder / name, flags)
            return
        durable_folder(self.folder)
        self._handle = os.open(self.folder / name, flags | os.O_CREAT, 0o600)
        sync_folder(self.folder)

    def _write(self, lines: bytes, size: int) -> None:
        self._dirty = True
        try:
            written = os.write(self._handle, lines)
            while written < len(lines):
                written += os.write(self._handle, lines[written:])
            os.fsync(self._handle)
        except OSError:
            # After a failed fsync nobody knows what is on the disk, so the file is closed and cut before the next try.
            try:
                os.ftruncate(self._handle, size)
            finally:
                self.close()
            raise
        self._dirty = False
