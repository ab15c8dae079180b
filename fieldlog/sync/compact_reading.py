"""Reading the columns that `fieldlog.sync.compact` writes: every hash is worked out, and each run agrees with its last.

Lines that were worked out here come with what their entries say, so that nobody reads and proves them a second time.
"""

import io
import re
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from typing import Any, Final, NamedTuple

import orjson

from fieldlog.domain.clock import FIRST_IMPOSSIBLE_STAMP
from fieldlog.domain.entries import LARGEST_INTEGER, Proven, ProvenRun, body_fields, parse_entry
from fieldlog.domain.errors import FieldlogError, FoundWrong
from fieldlog.domain.log_format import LONGEST_LINE_BYTES
from fieldlog.sync.compact import SALT_KEY, TEXTS, Run, milliseconds_of

_STAMP: Final = re.compile(rb"[0-9a-f]{16}")
_LINK_BYTES: Final = 64
_SALT_BYTES: Final = 16
_LEAST_LINE_BYTES: Final = 284
"""Of a line, without its body, people, kind and log."""
_IMPOSSIBLE: Final = int(FIRST_IMPOSSIBLE_STAMP, 16)


class ColumnsDamaged(FoundWrong):
    """What came are no columns, or not those that were sent."""


def from_columns(content: bytes, largest: int) -> Iterator[bytes | ProvenRun]:
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


def _lines_of(run: Run, rows: Iterator[tuple[bytes, ...]]) -> list[bytes | ProvenRun]:
    """The lines of a run, once all are there and known to be what was sent."""
    rebuilding = _Rebuilding(run)
    try:
        rebuilding.take(rows)
        is_whole = rebuilding.count == run.count and rebuilding.prev == run.hash
    except ValueError:
        is_whole = False
    if not is_whole:
        raise ColumnsDamaged(
            f"数据包里 {run.log.decode()} 第 {run.first} 至 {run.first + run.count - 1} 条与校验值不符，"
            "传输时损坏了，没有收下；请再同步一次"
        )
    return rebuilding.parts


class _Rebuilding:
    """The lines of one run, put together again one after the other."""

    def __init__(self, run: Run) -> None:
        self.parts: list[bytes | ProvenRun] = []
        """Runs of proven entries, and between them lines that whoever takes them in has to read."""
        self.prev = run.prev
        """The newest hash."""
        self.count = 0
        self._run = run
        self._log = run.log.decode()
        self._can_be_proven = run.first >= 1 and run.first + run.count - 1 <= LARGEST_INTEGER
        self._proven: list[Proven] | None = None
        """The newest of `parts`, where that is a run."""
        self._people: set[bytes] = set()
        self._kinds: dict[bytes, str] = {}
        """What a strict reader found where it must stand, beside this very log: of further lines it is not looked at."""

    def take(self, rows: Iterator[tuple[bytes, ...]]) -> None:
        """Take the rows of the run; ValueError where a value cannot stand where it does."""
        minutes: dict[bytes, tuple[int, bytes, bytes]] = {}
        between = b'","log":"%b","prev":"' % self._run.log
        prev, stamp, people_known, kinds = self.prev, 0, self._people, self._kinds
        seq = self._run.first
        for minute, second, given, emptied, people, kind, salt in rows:
            spelled = minutes.get(minute)
            if spelled is None:
                spelled = minutes[minute] = _spelled(minute)
            if len(second) != 5 or not second.isdigit() or second > b"59999" or (given and not _STAMP.fullmatch(given)):
                raise ValueError("not a moment or a stamp")
            began, before, after = spelled
            stamp = int(given, 16) if given else max(stamp + 1, (began + int(second)) << 16)  # `compact.next_stamp`
            hlc = f"{stamp:016x}"
            body = emptied.replace(SALT_KEY, SALT_KEY + salt, 1)
            begins = b"".join((before, second[:2], b".", second[2:], after))
            ends = b"".join((b'"hlc":"', hlc.encode(), b'","kind":"', kind, between, prev, b'","seq":%d,"v":1}' % seq))
            digest = sha256(body).hexdigest().encode()
            link = prev
            own = sha256(b"".join((begins, b'"', digest, b'"', people, ends))).hexdigest()
            prev = own.encode()
            line = b"".join((begins, body, people, b'"hash":"', prev, b'",', ends))
            known = kinds.get(kind) if people in people_known else None
            if known is None:
                known = self._read(line, people, kind)
            fields = body_fields(body) if known is not None and stamp < _IMPOSSIBLE else None
            if known is None or fields is None or not self._can_be_proven or len(line) > LONGEST_LINE_BYTES:
                self.parts.append(line)
                self._proven = None
            else:
                if self._proven is None:
                    self._proven = []
                    self.parts.append(ProvenRun(self._log, self._proven))
                self._proven.append(Proven(seq, own, line, link.decode(), hlc, known, fields))
            seq += 1
        self.count, self.prev = seq - self._run.first, prev

    def _read(self, line: bytes, people: bytes, kind: bytes) -> str | None:
        """Read a line strictly, and know its people and its kind where they stand; its kind, or None.

        Its hash being right proves that it was cut where a strict reader cuts it, between the body and the people, too.
        """
        try:
            entry = parse_entry(line)
        except FieldlogError:  # whoever takes the line in is told what is wrong with it
            return None
        self._people.add(people)
        self._kinds[kind] = entry.kind
        return entry.kind


def _spelled(minute: bytes) -> tuple[int, bytes, bytes]:
    """When the minute began, and what stands in a line before and after its second."""
    return milliseconds_of(minute), b'{"at":"%b:' % minute[:16], b'%b","body":' % minute[16:]


class _Arrived(NamedTuple):
    """Columns that came, of the lengths that their runs say."""

    runs: list[Run]
    carried: Iterator[bytes]
    texts: list[list[bytes]]
    """All but the lines that are carried as they are."""
    links: list[bytes]
    salts: list[bytes]


def _read(content: bytes, largest: int) -> _Arrived:
    at = content.find(b"\n") + 1
    try:
        said: Any = orjson.loads(content[:at])
        runs = [Run(str(log).encode(), int(first), count=int(count)) for log, first, count in said["runs"]]
        lengths = [int(length) for length in said["texts"]]
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise ColumnsDamaged("数据包已损坏，解不开") from error
    columns: list[bytes] = []
    for length in lengths:
        columns.append(content[at : at + length])
        at += length
    proven = [run for run in runs if run.log]
    count = sum(run.count for run in proven)
    counts = [sum(run.count for run in runs) - count] + [count] * (len(TEXTS) - 1)
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
