"""The files of a log, `log/<device>/YYYY-MM.jsonl`: where entries stand in them, and reading what is known to be there.

One entry a line, the month taken from the logical clock; `docs/format.md` is the full description.
"""

import errno
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from fieldlog.domain.errors import EnvironmentFault, LogDamaged, os_words
from fieldlog.domain.heads import Head
from fieldlog.domain.log_format import LONGEST_LINE_BYTES, NO_HASH

_FILE = re.compile(r"[0-9]{4}-[0-9]{2}\.jsonl")
_TAIL_BYTES = 64 * 1024
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

    @property
    def is_in_log(self) -> bool:
        """Whether it is in a file of the log itself, and not in a case that came on paper."""
        return _FILE.fullmatch(self.file) is not None


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with a log, and where."""

    log: str
    seq: int
    """The entry that should stand there."""
    file: str
    line: int
    why: str

    newer: bool = False
    """Nothing is broken: a newer fieldlog wrote it."""

    def __str__(self) -> str:
        return f"log/{self.log}/{self.file} 第 {self.line} 行：{self.why}"

    @property
    def title(self) -> str:
        """What it is, in a word."""
        return "日志较新" if self.newer else "日志损坏"

    @property
    def advice(self) -> str:
        """What to do, as a sentence of its own."""
        return "升级之前只能查看，记录都在" if self.newer else "请不要改动，把整个数据文件夹交给办公室"


def log_files(folder: Path) -> list[str]:
    """The names of a log's files in the order of its entries; an empty one is left over from a write that failed."""
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if _FILE.fullmatch(path.name) and path.stat().st_size)


def ends_at(folder: Path, tip: Tip) -> bool:
    """Whether a log holds not a byte more and not one less than what was read up to `tip`."""
    try:
        return max(log_files(folder), default="") == tip.file and (folder / tip.file).stat().st_size == tip.offset
    except OSError:
        return False  # the reader says what is wrong


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


def last_lines(folder: Path, tip: Tip) -> list[bytes]:
    """The newest lines of a log, oldest first, as many as end in the last `_TAIL_BYTES` before the tip in its file."""
    if not tip.seq:
        return []
    with reading(folder / tip.file) as stream:
        start = max(0, tip.offset - _TAIL_BYTES)
        stream.seek(start)
        lines = stream.read(tip.offset - start).splitlines()
    return lines[1:] if start else lines


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
    ours = {errno.ENOENT: "数据文件夹不见了", errno.EACCES: "没有写入权限", errno.EPERM: "没有写入权限"}
    return ours.get(error.errno or 0) or os_words(error)
