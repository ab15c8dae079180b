"""Reading the columns that `fieldlog.sync.compact` writes: every hash is worked out, and each run agrees with its last.

A line that was worked out here comes with its entry, so that nobody reads and proves it a second time.
"""

import hashlib
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

import orjson

from fieldlog.domain.entries import Entry, Proven, parse_entry, sibling
from fieldlog.domain.errors import FieldlogError, FoundWrong
from fieldlog.domain.log_format import LONGEST_LINE_BYTES
from fieldlog.sync.compact import SALT_KEY, TEXTS, Run, milliseconds_of, next_stamp

_SECOND: Final = re.compile(rb"[0-5][0-9][0-9]{3}")
_STAMP: Final = re.compile(rb"[0-9a-f]{16}")
_LINK_BYTES: Final = 64
_SALT_BYTES: Final = 16
_LEAST_LINE_BYTES: Final = 284
"""Of a line, without its body, people, kind and log."""


class ColumnsDamaged(FoundWrong):
    """What came are no columns, or not those that were sent."""


def from_columns(content: bytes, largest: int) -> Iterator[bytes | Proven]:
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


def _lines_of(run: Run, rows: Iterator[tuple[bytes, ...]]) -> list[bytes | Proven]:
    """The lines of a run, once all are there and known to be what was sent."""
    try:
        lines, last = _rebuild(run, rows)
    except ValueError:
        lines, last = [], ""
    if len(lines) != run.count or last.encode() != run.hash:
        raise ColumnsDamaged(
            f"数据包里 {run.log.decode()} 第 {run.first} 至 {run.first + run.count - 1} 条与校验值不符，"
            "传输时损坏了，没有收下；请再同步一次"
        )
    return lines


def _rebuild(run: Run, rows: Iterator[tuple[bytes, ...]]) -> tuple[list[bytes | Proven], str]:
    """Each line put together again, and the last hash; ValueError where a value cannot stand where it does."""
    minutes: dict[bytes, int] = {}
    known: dict[bytes, Entry] = {}
    """By `by`, `doc` and `kind`, an entry that was read strictly: of the next ones only what differs is looked at."""
    lines: list[bytes | Proven] = []
    log, prev, stamp = run.log, run.prev.decode(), 0
    for seq, (minute, second, given, emptied, people, kind, salt) in enumerate(rows, run.first):
        if minute not in minutes:
            minutes[minute] = milliseconds_of(minute)
        if not _SECOND.fullmatch(second) or (given and not _STAMP.fullmatch(given)):
            raise ValueError("not a moment or a stamp")
        seconds, milliseconds = second[:2], second[2:]
        stamp = int(given, 16) if given else next_stamp(stamp, minutes[minute], seconds, milliseconds)
        before, key, after = emptied.partition(SALT_KEY)
        body = before + key + salt + after
        at = b"%b:%b.%b%b" % (minute[:16], seconds, milliseconds, minute[16:])
        ends = b'"hlc":"%016x","kind":"%b","log":"%b","prev":"%b","seq":%d,"v":1}' % (
            stamp, kind, log, prev.encode(), seq,
        )  # fmt: skip
        digest = hashlib.sha256(body).hexdigest().encode()
        own = hashlib.sha256(b'{"at":"%b","body":"%b"%b%b' % (at, digest, people, ends)).hexdigest()
        line = b'{"at":"%b","body":%b%b"hash":"%b",%b' % (at, body, people, own.encode(), ends)
        like = known.get(people + kind)
        if like is not None:
            entry = sibling(like, at.decode(), body, f"{stamp:016x}", prev, seq, own)
        else:
            entry = _strictly(line)
            if entry is not None:  # its hash being right proves that it was cut where a strict reader cuts it
                known[people + kind] = entry
        lines.append(line if entry is None or len(line) > LONGEST_LINE_BYTES else Proven(line, entry))
        prev = own
    return lines, prev


def _strictly(line: bytes) -> Entry | None:
    try:
        return parse_entry(line)
    except FieldlogError:  # whoever takes the line in is told what is wrong with it
        return None


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
