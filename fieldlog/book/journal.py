"""The log on disk: `log/<device>/YYYY-MM.jsonl`, one entry a line, the month taken from the logical clock.

Appending returns once the bytes are on the disk. A last line without its line feed is what a power cut leaves behind:
it was never acknowledged, so it is set aside in a `.torn` file and cut off. Any other damage is reported with file and
line, and the files stay as they are.
"""

import errno
import os
import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

from fieldlog.book.durable import sync_folder
from fieldlog.domain.entries import LONGEST_LINE_BYTES, NO_HASH, Entry, check_follows, parse_entry
from fieldlog.domain.errors import EnvironmentFault, FieldlogError, LogDamaged, NotSaved, os_words
from fieldlog.domain.heads import Head

_FILE = re.compile(r"[0-9]{4}-[0-9]{2}\.jsonl")
_SEQ = re.compile(rb'"seq":([0-9]{1,16}),"v":1\}$')


@dataclass(frozen=True, slots=True)
class Tip:
    """Where reading of a log has come to: its newest entry, and the file and byte that the next one starts at."""

    seq: int = 0
    hash: str = NO_HASH
    hlc: str = "0" * 16
    file: str = ""
    offset: int = 0

    @property
    def head(self) -> Head:
        """The newest entry's number and hash."""
        return Head(self.seq, self.hash)


class Place(NamedTuple):
    """Where one entry's line stands; `end` is after its line feed."""

    log: str
    file: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with a log, and where."""

    log: str
    seq: int
    """The entry that should stand there."""
    file: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"log/{self.log}/{self.file} 第 {self.line} 行：{self.why}"


class LogReader:
    """Reads one log from a tip on, proving each entry. After the loop, `tip`, `torn` and `damage` say how it ended."""

    def __init__(self, folder: Path, log: str, tip: Tip | None = None) -> None:
        self.folder = folder
        self.log = log
        self.tip = tip or Tip()
        self.torn = b""
        """An unfinished last line."""
        self.damage: Damage | None = None

    def __iter__(self) -> Iterator[tuple[Entry, Place]]:
        files = [name for name in log_files(self.folder) if name >= self.tip.file]
        if self.tip.offset and self.tip.file not in files:
            self._broken(self.tip.file, 0, "文件不见了")
            return
        for name in files:
            yield from self._read_file(name, last=name == files[-1])
            if self.damage or self.torn:
                return

    def _read_file(self, name: str, *, last: bool) -> Iterator[tuple[Entry, Place]]:
        start = self.tip.offset if name == self.tip.file else 0
        path = self.folder / name
        try:
            with path.open("rb") as stream:
                if path.stat().st_size < start:
                    self._broken(name, start, "文件比上次短，末尾的记录不见了")
                    return
                stream.seek(start)
                for line in iter(partial(stream.readline, LONGEST_LINE_BYTES + 2), b""):
                    end = start + len(line)
                    if len(line) > LONGEST_LINE_BYTES + 1:
                        self._broken(name, start, "这一行超过 4 MiB，不是 fieldlog 的记录")
                        return
                    if not line.endswith(b"\n"):
                        self._unfinished(name, start, line, last=last)
                        return
                    entry = self._prove(name, start, line[:-1])
                    if entry is None:
                        return
                    self.tip = Tip(entry.seq, entry.hash, entry.hlc, name, end)
                    yield entry, Place(self.log, name, start, end)
                    start = end
        except OSError as error:
            self._broken(name, start, f"读不出来：{os_words(error)}")

    def _prove(self, name: str, start: int, line: bytes) -> Entry | None:
        try:
            entry = parse_entry(line)
            check_follows(entry, self.tip.seq, self.tip.hash, self.tip.hlc)
        except FieldlogError as error:
            self._broken(name, start, str(error))
            return None
        if entry.log != self.log:
            self._broken(name, start, f"这一条属于 {entry.log}，不属于 {self.log}")
            return None
        return entry

    def _unfinished(self, name: str, start: int, line: bytes, *, last: bool) -> None:
        if not last:
            self._broken(name, start, "文件末尾的一行不完整")
            return
        if self._follows(line[:-1]) and not self._follows(line):
            self._broken(name, start, "行尾被改动过")  # a torn write is a beginning, and nothing stands after an end
            return
        self.torn = line
        if self.tip.file != name:
            self.tip = replace(self.tip, file=name, offset=start)

    def _follows(self, line: bytes) -> bool:
        try:
            check_follows(parse_entry(line), self.tip.seq, self.tip.hash, self.tip.hlc)
        except FieldlogError:
            return False
        return True

    def _broken(self, name: str, offset: int, why: str) -> None:
        self.damage = Damage(self.log, self.tip.seq + 1, name, line_number(self.folder / name, offset), why)


class Journal:
    """Appends to one log. Only one process does so at a time; the book's lock sees to that."""

    def __init__(self, folder: Path, log: str, tip: Tip) -> None:
        self.folder = folder
        self.log = log
        self.tip = tip
        self._handle = -1
        self._dirty = False

    def append(self, entries: Sequence[Entry]) -> list[Place]:
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
        made = not self.folder.exists()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._handle = os.open(self.folder / name, flags | os.O_CREAT, 0o600)
        for folder in (self.folder, self.folder.parent, self.folder.parent.parent)[: 3 if made else 1]:
            sync_folder(folder)

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


def log_files(folder: Path) -> list[str]:
    """The names of a log's files in the order of its entries; an empty one is left over from a write that failed."""
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if _FILE.fullmatch(path.name) and path.stat().st_size)


@contextmanager
def reading(path: Path) -> Generator[BinaryIO]:
    """Open a file of the log to read what is known to be there.

    Raises:
        EnvironmentFault: it cannot be read, as when the disk was pulled out.
    """
    try:
        with path.open("rb") as stream:
            yield stream
    except OSError as error:
        raise EnvironmentFault(f"读不出 {path}：{reason(error)}。接好磁盘后重新打开 fieldlog") from error


def mend_torn_tail(folder: Path, tip: Tip, torn: bytes) -> Path | None:
    """Repair what a power cut leaves: an entry that lacks only its line feed gets it, anything less is cut off.

    Returns where the bytes that were cut off are kept, or None where nothing was.

    Raises:
        OSError: the log is as it was.
    """
    try:
        check_follows(parse_entry(torn), tip.seq, tip.hash, tip.hlc)
        aside = None
    except FieldlogError:
        aside = _free_name(folder, tip.file)
        aside.write_bytes(torn)
    with (folder / tip.file).open("r+b") as stream:
        if aside is None:
            stream.seek(tip.offset + len(torn))
            stream.write(b"\n")
        else:
            stream.truncate(tip.offset)
        stream.flush()
        os.fsync(stream.fileno())
    sync_folder(folder)
    return aside


def _free_name(folder: Path, file: str) -> Path:
    number = 1
    while (aside := folder / f"{file}.{number}.torn").exists():
        number += 1
    return aside


def read_line(root: Path, place: Place) -> bytes:
    """The bytes at a place, which may span several lines."""
    with reading(root / place.log / place.file) as stream:
        stream.seek(place.start)
        return stream.read(place.end - place.start)


def raw_lines(folder: Path, tip: Tip, after: int) -> Iterator[bytes]:
    """The lines after entry `after` up to the tip, without line feeds; whoever takes them in proves them."""
    files = [name for name in log_files(folder) if name <= tip.file]
    if tip.file not in files:
        raise EnvironmentFault(f"{folder / tip.file} 不见了。接好磁盘后重新打开 fieldlog，或从备份恢复")
    first = [first_seq(folder / name) for name in files]
    for index, name in enumerate(files):
        if index + 1 < len(files) and first[index + 1] <= after + 1:
            continue
        with reading(folder / name) as stream:
            for seq, line in enumerate(stream, first[index]):
                if seq > tip.seq:
                    return
                if seq > after:
                    yield line.rstrip(b"\n")


def first_seq(path: Path) -> int:
    """The number of the first entry in a file of the log, as its line says.

    Raises:
        LogDamaged: it does not say.
    """
    with reading(path) as stream:
        found = _SEQ.search(stream.readline(LONGEST_LINE_BYTES + 1).rstrip(b"\n"))
    if not found:
        raise LogDamaged(f"{path} 第 1 行读不出来，请运行 fieldlog verify，并把整个数据文件夹交给办公室")
    return int(found[1])


def month_file(hlc: str) -> str:
    """The file an entry of that clock belongs in, the same on every device."""
    seconds = (int(hlc, 16) >> 16) / 1000
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m}.jsonl"


def line_number(path: Path, offset: int) -> int:
    """The number, from 1, of the line that starts at a byte; 1 where the file cannot be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(offset).count(b"\n") + 1
    except OSError:
        return 1


def reason(error: OSError) -> str:
    """Why the disk refused, in Chinese where it is one of the usual reasons."""
    known = {errno.EACCES: "没有写入权限", errno.EPERM: "没有写入权限", errno.ENOENT: "数据文件夹不见了"}
    return known.get(error.errno or 0) or os_words(error)
