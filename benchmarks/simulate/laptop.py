"""A simulated laptop: its folder and disk, its wrong clock, its open book, and what it has acknowledged."""

import random
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from benchmarks.simulate.disk import HOOKS, Disk, Killed
from benchmarks.simulate.township import new_laptop
from fieldlog.book.book import Book
from fieldlog.domain.errors import NotFound

_BEIJING: Final = timezone(timedelta(hours=8))
_FILE: Final = re.compile(r"[0-9]{4}-[0-9]{2}\.jsonl")
NOT_WORK: Final = ("log.started", "log.sealed")
"""They say something of their own log only, and are not written again where it is given up."""


class Broken(AssertionError):
    """What must hold did not."""


class Stood(NamedTuple):
    """An entry as it stands in some log."""

    kind: str
    log: str
    seq: int
    by: str
    doc: str


class Laptop:
    """One data folder and whoever works on it. `label` stays the same whatever its log is called."""

    def __init__(self, label: str, folder: Path, now_ms: Callable[[], int], dice: random.Random) -> None:
        self.label = label
        self.folder = folder
        self.skew_ms = 0
        self.disk = Disk(dice)
        self.holds: dict[str, Stood] = {}
        """What calls that returned have left here, by the hash of what was written first."""
        self.name = ""
        """The log it began with, where nothing may be on the disk yet."""
        self._now_ms = now_ms
        self._book: Book | None = None
        self._copies = 0

    def __str__(self) -> str:
        return self.label

    @property
    def book(self) -> Book:
        """The open book."""
        assert self._book is not None
        return self._book

    def now(self) -> datetime:
        """What its clock says."""
        return datetime.fromtimestamp((self._now_ms() + self.skew_ms) / 1000, _BEIJING)

    def open(self) -> None:
        """Start the program; raises Killed where it dies on the way."""
        with HOOKS.running(self.disk):
            try:
                self._book = Book.open(self.folder, now=self.now)
            except NotFound:
                if not self.name:
                    raise
                self._book = new_laptop(self.folder, self.name, self.now)
        if self._book.read_only or self._book.damages:
            raise Broken(f"{self} opens read-only: {self._book.read_only} {[str(one) for one in self._book.damages]}")
        self.check()

    def close(self) -> None:
        """Leave the program in an orderly way."""
        if self._book is not None:
            with HOOKS.running(None):
                self._book.close()
        self._book = None

    def after_kill(self) -> None:
        """The files stand elsewhere from now on, so that nothing of the dead program holds them open."""
        self._book = None
        self.move(self.folder)

    def move(self, source: Path) -> None:
        """Go on with a copy of another folder."""
        self._copies += 1
        target = self.folder.with_name(f"{self.label}.{self._copies}")
        copy_data(source, target)
        shutil.rmtree(self.folder)
        self.folder = target

    def check(self) -> None:
        """What stood here stands here still; take note of what has come."""
        stands = standing(self.folder)
        if gone := self.holds.keys() - stands.keys():
            raise Broken(f"{self} lost {[self.holds[each] for each in sorted(gone)]}")
        self.holds = stands


def copy_data(source: Path, target: Path) -> None:
    """A data folder as a backup or a clone has it."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("lock"))


def log_bytes(folder: Path) -> dict[str, bytes]:
    """Each log as it stands on a disk."""
    logs: dict[str, bytes] = {}
    for path in sorted((folder / "log").glob("*/*.jsonl")):
        if _FILE.fullmatch(path.name):
            logs[path.parent.name] = logs.get(path.parent.name, b"") + path.read_bytes()
    return {log: content for log, content in logs.items() if content}


def case_lines(folder: Path) -> list[bytes]:
    """The entries that came on paper and stand beside the logs."""
    lines = (line for path in (folder / "log").glob("*/case-*.jsonl") for line in path.read_bytes().splitlines())
    return [line for line in lines if b'"hash":' in line]


def standing(folder: Path) -> dict[str, Stood]:
    """What the logs of a folder say happened, by the hash of the entry that said it first."""
    return stood(line for content in log_bytes(folder).values() for line in content.splitlines())


def stood(lines: Iterable[bytes]) -> dict[str, Stood]:
    """The same of lines from anywhere."""
    return {
        what: Stood(fields["kind"], fields["log"], fields["seq"], fields["by"], fields["doc"])
        for what, fields in _read(lines)
        if fields["kind"] not in NOT_WORK
    }


def _read(lines: Iterable[bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    for line in lines:
        try:
            fields: dict[str, Any] = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue  # torn
        yield fields["body"].get("origin", fields)["hash"], fields


__all__ = ["Broken", "Killed", "Laptop", "Stood", "case_lines", "copy_data", "log_bytes", "standing", "stood"]
