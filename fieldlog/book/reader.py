"""Reading a log and proving each entry.

A last line without its line feed is what a power cut leaves behind: it was never acknowledged, so it is set aside in a
`.torn` file and cut off. Any other damage is reported with file and line, and the files stay as they are.
"""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from fieldlog.book.durable import sync_folder
from fieldlog.book.logfiles import Damage, Place, Tip, line_number, log_files
from fieldlog.domain.entries import Entry, check_follows, parse_entry
from fieldlog.domain.errors import FieldlogError, NewerFormat, os_words
from fieldlog.domain.log_format import LONGEST_LINE_BYTES


class LogReader:
    """Reads one log from a tip on, proving each entry. After the loop, `tip`, `torn` and `damage` say how it ended."""

    def __init__(self, folder: Path, log: str, tip: Tip | None = None) -> None:
        self.folder = folder
        self.log = log
        self.tip = tip or Tip()
        self.torn = b""
        """An unfinished last line."""
        self.torn_file = ""
        """The file it stands in, after the tip or at its beginning."""
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
            self._broken(name, start, str(error), newer=isinstance(error, NewerFormat))
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
        self.torn, self.torn_file = line, name

    def _follows(self, line: bytes) -> bool:
        try:
            check_follows(parse_entry(line), self.tip.seq, self.tip.hash, self.tip.hlc)
        except FieldlogError:
            return False
        return True

    def _broken(self, name: str, offset: int, why: str, *, newer: bool = False) -> None:
        self.damage = Damage(self.log, self.tip.seq + 1, name, line_number(self.folder / name, offset), why, newer)


def mend_torn_tail(folder: Path, tip: Tip, torn: bytes, file: str) -> Path | None:
    """Repair what a power cut leaves: an entry that lacks only its line feed gets it, anything less is cut off.

    `file` is the one that ends with the torn line: the tip's, or where that was the first line of a month, the next.
    Returns where the bytes that were cut off are kept, or None where nothing was.

    Raises:
        OSError: the log is as it was.
    """
    try:
        check_follows(parse_entry(torn), tip.seq, tip.hash, tip.hlc)
        aside = None
    except FieldlogError:
        aside = _free_name(folder, file)
        aside.write_bytes(torn)
    start = tip.offset if file == tip.file else 0
    with (folder / file).open("r+b") as stream:
        if aside is None:
            stream.seek(start + len(torn))
            stream.write(b"\n")
        else:
            stream.truncate(start)
        stream.flush()
        os.fsync(stream.fileno())
    sync_folder(folder)
    return aside


def _free_name(folder: Path, file: str) -> Path:
    number = 1
    while (aside := folder / f"{file}.{number}.torn").exists():
        number += 1
    return aside
