"""Lines by columns, without what the receiver can work out: the `compact` way of a pack.

`prev` is the hash of the line before, and `hash` is worked out of everything else, so neither is carried but at the ends of
a run of one log's entries; nor is `hlc` where it is what the clock makes of `at`. A salt stands as 16 bytes. The receiver
works out every hash of a run and gives out none of its lines unless the last one is as the sender says. A line that
could not come out as it went in, being damaged or spelled otherwise, is carried as it is.

`docs/sync.md` has the bytes. On paper (`qr_compact`) fewer bytes count for more than time: there the fields stand in
columns, here the text does, since cutting it is several times as fast as reading and writing JSON.
"""

import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final, NamedTuple

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
from fieldlog.domain.errors import FoundWrong

_SALT_KEY: Final = b'"salt":"'
_SALT: Final = re.compile(rb'"salt":"([0-9a-f]{32})"')
_MINUTE: Final = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}")
_LINK_BYTES: Final = 64
_SALT_BYTES: Final = 16
_LEAST_LINE_BYTES: Final = 284
"""Of a line, without its body, people, kind and log."""
_EPOCH: Final = datetime.fromtimestamp(0, UTC)


class ColumnsDamaged(FoundWrong):
    """What came are no columns, or not those that were sent."""


@dataclass(slots=True)
class _Run:
    """Entries of one log that follow one another; without a log, lines that are carried as they are."""

    log: bytes
    first: int
    prev: bytes = b""
    hash: bytes = b""
    count: int = 0


class _Texts(NamedTuple):
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


def from_columns(content: bytes, largest: int) -> Iterator[bytes]:
    """What `to_columns` was given, run by run; each run's hashes are worked out and agree with its last.

    Raises:
        ColumnsDamaged: these are no columns, they are of more than about `largest` bytes of lines, or a run is not
            what was sent; none of its lines came out.
    """
    arrived = _read(content, largest)
    rows = zip(*arrived.texts, arrived.salts, strict=True)
    links = iter(arrived.links)
    for run in arrived.runs:
        if run.log:
            run.prev, run.hash = next(links), next(links)
            yield from _lines_of(run, islice(rows, run.count))
        else:
            yield from islice(arrived.carried, run.count)


class _Columns:
    """Columns in the making."""

    def __init__(self) -> None:
        self._runs: list[_Run] = []
        self._texts = _Texts([], [], [], [], [], [], [])
        self._salts: list[bytes] = []
        self._minutes: dict[bytes, int] = {}
        self._stamp = 0

    def carry(self, line: bytes) -> None:
        """Take the line as it is."""
        if not self._runs or self._runs[-1].log:
            self._runs.append(_Run(b"", 0))
        self._runs[-1].count += 1
        self._texts.lines.append(line)

    def take(self, line: bytes) -> bool:
        """Take the line apart; False where it would not come out as it went in."""
        head, tail = head_of(line), tail_of(line)
        if head is None or tail is None:
            return False
        salt = _SALT.match(line, line.find(_SALT_KEY, BODY_AT, tail.start()))
        minute, second, millisecond, zone = head.groups()
        began = self._began(minute + zone)
        if salt is None or began is None or derived_hash(line, tail) != tail[HASH]:
            return False
        self._follow(tail)
        stamp, expected = int(tail[HLC], 16), _next_stamp(self._stamp, began, second, millisecond)
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
                self._minutes[minute] = _milliseconds(minute)
            except ValueError:
                return None
        return self._minutes[minute]

    def _follow(self, tail: re.Match[bytes]) -> None:
        """Add to the last run, or begin another."""
        run = self._runs[-1] if self._runs else None
        log, seq = tail[LOG], int(tail[SEQ])
        if run is None or run.log != log or run.hash != tail[PREV] or run.first + run.count != seq:
            run = _Run(log, seq, tail[PREV])
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


def _lines_of(run: _Run, rows: Iterator[tuple[bytes, ...]]) -> list[bytes]:
    minutes: dict[bytes, int] = {}
    lines: list[bytes] = []
    log, prev, seq, stamp = run.log, run.prev, run.first, 0
    damaged = ColumnsDamaged(
        f"数据包里 {log.decode()} 第 {seq} 至 {seq + run.count - 1} 条与校验值不符，传输时损坏了，没有收下；请再同步一次"
    )
    for minute, second, given, body, people, kind, salt in rows:
        if minute not in minutes:
            try:
                minutes[minute] = _milliseconds(minute)
            except ValueError as error:
                raise damaged from error
        try:
            expected = _next_stamp(stamp, minutes[minute], second[:2], second[2:])
            stamp = int(given, 16) if given else expected
        except ValueError as error:
            raise damaged from error
        before, key, after = body.partition(_SALT_KEY)
        whole = before + key + salt + after
        begins = b'{"at":"%b:%b.%b%b","body":' % (minute[:16], second[:2], second[2:], minute[16:])
        ends = b'"hlc":"%016x","kind":"%b","log":"%b","prev":"%b","seq":%d,"v":1}' % (stamp, kind, log, prev, seq)
        digest = hashlib.sha256(whole).hexdigest().encode()
        prev = hashlib.sha256(b'%b"%b"%b%b' % (begins, digest, people, ends)).hexdigest().encode()
        lines.append(b'%b%b%b"hash":"%b",%b' % (begins, whole, people, prev, ends))
        seq += 1
    if prev != run.hash or len(lines) != run.count:
        raise damaged
    return lines


class _Arrived(NamedTuple):
    """Columns that came, of the lengths that their runs say."""

    runs: list[_Run]
    carried: Iterator[bytes]
    texts: list[list[bytes]]
    """All but the lines that are carried as they are."""
    links: list[bytes]
    salts: list[bytes]


def _read(content: bytes, largest: int) -> _Arrived:
    at = content.find(b"\n") + 1
    try:
        said: Any = orjson.loads(content[:at])
        runs = [_Run(str(log).encode(), int(first), count=int(count)) for log, first, count in said["runs"]]
        lengths = [int(length) for length in said["texts"]]
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise ColumnsDamaged("数据包已损坏，解不开") from error
    columns: list[bytes] = []
    for length in lengths:
        columns.append(content[at : at + length])
        at += length
    proven = [run for run in runs if run.log]
    count = sum(run.count for run in proven)
    counts = [sum(run.count for run in runs) - count] + [count] * (len(_Texts._fields) - 1)
    salts_at = at + len(proven) * _LINK_BYTES
    whole = (
        all(length >= 0 for length in lengths)
        and all(run.count > 0 and run.first >= 0 for run in runs)
        and [column.count(b"\n") for column in columns] == counts
        and all(column[-1:] in (b"", b"\n") for column in columns)
        and len(content) == salts_at + count * _SALT_BYTES
    )
    if not whole:
        raise ColumnsDamaged("数据包已损坏，解不开")
    if count * _LEAST_LINE_BYTES + sum(map(len, columns[4:])) > largest:
        raise ColumnsDamaged(f"数据包解开后超过 {largest // 1024 // 1024} MiB，已停止读取")
    carried = (line[:-1] for line in io.BytesIO(columns[0]))
    texts = [column.split(b"\n")[:-1] for column in columns[1:]]
    return _Arrived(runs, carried, texts, _cut(content[at:salts_at], 32), _cut(content[salts_at:], _SALT_BYTES))


def _cut(content: bytes, size: int) -> list[bytes]:
    """Values of that many bytes, in hex digits."""
    digits, step = content.hex().encode(), 2 * size
    return [digits[at : at + step] for at in range(0, len(digits), step)]


def _milliseconds(minute: bytes) -> int:
    """When a minute began, `2026-11-24T09:00+08:00`; ValueError where it is none."""
    if not _MINUTE.fullmatch(minute):
        raise ValueError("not a minute")
    return (datetime.fromisoformat(minute.decode()) - _EPOCH) // timedelta(milliseconds=1)


def _next_stamp(last: int, minute_began: int, second: bytes, millisecond: bytes) -> int:
    """What a clock that is not ahead of the wall gives next; see `fieldlog.domain.clock`."""
    return max(last + 1, (minute_began + int(second) * 1000 + int(millisecond)) << 16)


def _packed(hex_digits: bytes) -> bytes:
    return bytes.fromhex(hex_digits.decode())
