"""Lines by columns, without what the receiver can work out: the `compact` way of a pack.

`prev` is the hash of the line before, and `hash` is worked out of everything else, so neither is carried but at the ends of
a run of one log's entries; nor is `hlc` where it is what the clock makes of `at`. A salt stands as 16 bytes. The receiver
works out every hash of a run and gives out none of its lines unless the last one is as the sender says. A line that
could not come out as it went in, being damaged or spelled otherwise, is carried as it is.

`docs/sync.md` has the bytes. On paper (`qr_compact`) fewer bytes count for more than time: there the fields stand in
columns, here the text does, since cutting it is faster than reading and writing JSON.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import orjson

from fieldlog.domain.canonical_line import (
    BODY_AT,
    DOC,
    derived_hash,
    head_of,
    tail_of,
)  # fmt: skip

SALT_KEY: Final = b'"salt":"'
_SALT: Final = re.compile(rb'"salt":"([0-9a-f]{32})"')
_MINUTE: Final = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}[+-][0-9]{2}:[0-9]{2}")
_SECOND: Final = re.compile(rb"[0-5][0-9][0-9]{3}")
_STAMP: Final = re.compile(rb"[0-9a-f]{16}")
_LINK_BYTES: Final = 64
_SALT_BYTES: Final = 16
_LEAST_LINE_BYTES: Final = 284
"""Of a line, without its body, people, kind and log."""
_EPOCH: Final = datetime.fromtimestamp(0, UTC)


@dataclass(slots=True)
class Run:
    """Entries of one log that follow one another; without a log, lines that are carried as they are."""

    log: bytes
    first: int
    prev: bytes = b""
    hash: bytes = b""
    count: int = 0


TEXTS: Final = ("lines", "minutes", "seconds", "stamps", "bodies", "people", "kinds")
"""Columns of text, each value ended by a line feed: the lines that are carried as they are, and of all others the minute
and the second of `at`, `hlc` where the clock would not have given it, the body without its salt, `by` with `doc`, and `kind`."""


class Columns(NamedTuple):
    """Lines by columns."""

    content: bytes
    """To be compressed."""
    runs: list[Run]
    carried: list[bytes]
    """The lines that are carried as they are."""


def to_columns(lines: Sequence[bytes]) -> Columns:
    """The lines, without line feeds, by columns."""
    columns = _Taken()
    for line in lines:
        if not columns.take(line):
            columns.carry(line)
    return Columns(columns.as_bytes(), columns.runs, columns.carried)


class _Taken:
    """Columns in the making."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self._last = Run(b"", 0)
        self.carried: list[bytes] = []
        self._rows: list[tuple[bytes, ...]] = []
        """Of the other texts, entry by entry."""
        self._salts: list[bytes] = []
        self._minutes: dict[bytes, int] = {}
        self._stamp = 0

    def carry(self, line: bytes) -> None:
        """Take the line as it is."""
        if self._last.log or not self.runs:
            self._begin(Run(b"", 0))
        self._last.count += 1
        self.carried.append(line)

    def take(self, line: bytes) -> bool:
        """Take the line apart; False where it would not come out as it went in."""
        head, tail = head_of(line), tail_of(line)
        if head is None or tail is None:
            return False
        body_ends = tail.start()
        salt = _SALT.search(line, BODY_AT, body_ends)
        minute, second, millisecond, zone = head.groups()
        minute += zone
        began = self._minutes.get(minute) or self._began(minute)
        _by, _doc, own, _rest, hlc, kind, log, prev, seq = tail.groups()
        if salt is None or began is None or second > b"59" or derived_hash(line, tail) != own:
            return False
        if self._last.hash != prev or self._last.log != log or self._last.first + self._last.count != int(seq):
            self._begin(Run(log, int(seq), prev))
        self._last.count += 1
        self._last.hash = own
        stamp, expected = int(hlc, 16), next_stamp(self._stamp, began, second, millisecond)
        self._stamp = stamp
        salt_begins, salt_ends = salt.span(1)
        self._rows.append((
            minute, second + millisecond, b"" if stamp == expected else hlc,
            line[BODY_AT:salt_begins] + line[salt_ends:body_ends], line[body_ends : tail.end(DOC) + 2], kind,
        ))  # fmt: skip
        self._salts.append(salt[1])
        return True

    def _began(self, minute: bytes) -> int | None:
        if minute not in self._minutes:
            try:
                self._minutes[minute] = milliseconds_of(minute)
            except ValueError:
                return None
        return self._minutes[minute]

    def _begin(self, run: Run) -> None:
        self.runs.append(run)
        self._last = run
        self._stamp = 0

    def as_bytes(self) -> bytes:
        """A line of JSON that says what there is, the texts, the links, the salts."""
        columns = zip(*self._rows, strict=True) if self._rows else [()] * (len(TEXTS) - 1)
        texts = [b"".join([value + b"\n" for value in column]) for column in (self.carried, *columns)]
        said = {
            "runs": [[run.log.decode(), run.first, run.count] for run in self.runs],
            "texts": [len(text) for text in texts],
        }
        ends = b"".join([run.prev + run.hash for run in self.runs])
        return b"".join((orjson.dumps(said), b"\n", *texts, _packed(ends), _packed(b"".join(self._salts))))


def _packed(hex_digits: bytes) -> bytes:
    return bytes.fromhex(hex_digits.decode())


def milliseconds_of(minute: bytes) -> int:
    """When a minute began, `2026-11-24T09:00+08:00`; ValueError where it is none."""
    if not _MINUTE.fullmatch(minute):
        raise ValueError("not a minute")
    return (datetime.fromisoformat(minute.decode()) - _EPOCH) // timedelta(milliseconds=1)


def next_stamp(last: int, minute_began: int, second: bytes, millisecond: bytes) -> int:
    """What a clock that is not ahead of the wall gives next; see `fieldlog.domain.clock`."""
    return max(last + 1, (minute_began + int(second) * 1000 + int(millisecond)) << 16)
