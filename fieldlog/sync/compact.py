"""Lines by columns, without what the receiver can work out: the `compact` way of a pack.

`prev` is the hash of the line before, and `hash` is worked out of everything else, so neither is carried but at the ends of
a run of one log's entries; nor is `hlc` where it is what the clock makes of `at`. A salt stands as 16 bytes. The receiver
works out every hash of a run and gives out none of its lines unless the last one is as the sender says. A line that
could not come out as it went in, being damaged or spelled otherwise, is carried as it is.

`docs/sync.md` has the bytes. On paper (`qr_compact`) fewer bytes count for more than time: there the fields stand in
columns, here the text does, since cutting it is several times as fast as reading and writing JSON.
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
    HASH,
    HLC,
    KIND,
    LOG,
    PREV,
    SEQ,
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


class Texts(NamedTuple):
    """Columns of text, each value ended by a line feed; `lines` are those carried as they are."""

    lines: list[bytes]
    minutes: list[bytes]
    seconds: list[bytes]
    stamps: list[bytes]
    """`hlc` where the clock would not have given it; empty where it would."""
    bodies: list[bytes]
    people: list[bytes]
    """`by` and `doc`, as they stand in the line."""
    kinds: list[bytes]


def to_columns(lines: Sequence[bytes]) -> bytes:
    """The lines, without line feeds, by columns; to be compressed."""
    columns = _Columns()
    for line in lines:
        if not columns.take(line):
            columns.carry(line)
    return columns.as_bytes()


class _Columns:
    """Columns in the making."""

    def __init__(self) -> None:
        self._runs: list[Run] = []
        self._texts = Texts([], [], [], [], [], [], [])
        self._salts: list[bytes] = []
        self._minutes: dict[bytes, int] = {}
        self._stamp = 0

    def carry(self, line: bytes) -> None:
        """Take the line as it is."""
        if not self._runs or self._runs[-1].log:
            self._runs.append(Run(b"", 0))
        self._runs[-1].count += 1
        self._texts.lines.append(line)

    def take(self, line: bytes) -> bool:
        """Take the line apart; False where it would not come out as it went in."""
        head, tail = head_of(line), tail_of(line)
        if head is None or tail is None:
            return False
        salt = _SALT.match(line, line.find(SALT_KEY, BODY_AT, tail.start()))
        minute, second, millisecond, zone = head.groups()
        began = self._began(minute + zone)
        if salt is None or began is None or second > b"59" or derived_hash(line, tail) != tail[HASH]:
            return False
        self._follow(tail)
        stamp, expected = int(tail[HLC], 16), next_stamp(self._stamp, began, second, millisecond)
        self._stamp = stamp
        texts = self._texts
        texts.minutes.append(minute + zone)
        texts.seconds.append(second + millisecond)
        texts.stamps.append(b"" if stamp == expected else tail[HLC])
        texts.bodies.append(line[BODY_AT : salt.start(1)] + line[salt.end(1) : tail.start()])
        texts.people.append(line[tail.start() : tail.end(DOC) + 2])
        texts.kinds.append(tail[KIND])
        self._salts.append(salt[1])
        return True

    def _began(self, minute: bytes) -> int | None:
        if minute not in self._minutes:
            try:
                self._minutes[minute] = milliseconds_of(minute)
            except ValueError:
                return None
        return self._minutes[minute]

    def _follow(self, tail: re.Match[bytes]) -> None:
        """Add to the last run, or begin another."""
        run = self._runs[-1] if self._runs else None
        log, seq = tail[LOG], int(tail[SEQ])
        if run is None or run.log != log or run.hash != tail[PREV] or run.first + run.count != seq:
            run = Run(log, seq, tail[PREV])
            self._runs.append(run)
            self._stamp = 0
        run.count += 1
        run.hash = tail[HASH]

    def as_bytes(self) -> bytes:
        """A line of JSON that says what there is, the texts, the links, the salts."""
        texts = [b"".join([value + b"\n" for value in column]) for column in self._texts]
        said = {
            "runs": [[run.log.decode(), run.first, run.count] for run in self._runs],
            "texts": [len(text) for text in texts],
        }
        ends = b"".join([run.prev + run.hash for run in self._runs])
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
