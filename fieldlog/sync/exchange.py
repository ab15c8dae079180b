"""Heads and packs: what one side holds, and entries on their way to the other. Knows no transport.

A pack is a run of entries as NDJSON inside zstd, led by a header in a zstd skippable frame, so that `zstd -d` prints
the entries of any pack. `docs/sync.md` describes the bytes. Reading a pack trusts nothing in it: it may be cut short,
no zstd at all, swell without end, or hold one endless line.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import orjson
import zstandard

from fieldlog.domain.entries import ProvenRun
from fieldlog.domain.errors import NewerFormat
from fieldlog.domain.heads import Head, Heads, Refusal
from fieldlog.domain.log_format import LONGEST_LINE_BYTES, is_device_id
from fieldlog.sync.branching import Parted
from fieldlog.sync.compact import to_columns
from fieldlog.sync.compact_reading import ColumnsDamaged, from_columns
from fieldlog.sync.unpacking import PackDamaged, cut_lines, in_steps, no_more_than, unpack

PROTOCOL: Final = 1
PLAIN, COMPACT = "plain", "compact"
WAYS: Final = (PLAIN, COMPACT)
"""How the entries of a pack may be written, as this version reads them; see `fieldlog.sync.compact`."""
WAITING: Final = "等网络"
"""What progress is told while a line that was cut is waited for."""
PIECE_ENTRIES: Final = 20_000
PIECE_BYTES: Final = 4 * 1024 * 1024
LARGEST_PACK_BYTES: Final = 64 * 1024 * 1024
"""Of entries in one pack, unpacked; a reader stops there."""
LARGEST_RELAY_BYTES: Final = LARGEST_PACK_BYTES - LONGEST_LINE_BYTES

_LEVEL: Final = 1  # measured on real entries: level 3 saves 4 % and takes 1.5 times as long
_HEADER_MAGIC: Final = 0x184D2A50.to_bytes(4, "little")
_ZSTD_MAGIC: Final = 0xFD2FB528.to_bytes(4, "little")
_LONGEST_HEADER: Final = 64 * 1024
_TAIL: Final = re.compile(
    rb'"kind":"([a-z_.]+)","log":"([a-z0-9-]{1,40})","prev":"[0-9a-f]{64}","seq":(\d{1,16}),"v":1\}$'
)
_TAIL_BYTES: Final = 300


class PackHeader(NamedTuple):
    """What a pack says about itself; only a hint, since anybody can write it."""

    way: str = PLAIN
    spans: Mapping[str, tuple[int, int]] = {}
    """First and last sequence number by log."""


class Place(NamedTuple):
    """What the end of a canonical line tells without reading the whole."""

    kind: str
    log: str
    seq: int


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What one exchange did; `fieldlog sync --json` prints it."""

    target: str
    sent: int = 0
    received: int = 0
    heads: Heads = field(default_factory=dict[str, Head])
    """What the other side holds now."""
    blobs_sent: int = 0
    blobs_received: int = 0
    refused: tuple[Refusal, ...] = ()
    parted: Parted | None = None
    """Where this device's own log parted from the one elsewhere."""
    went_back: int = 0
    """How many entries of this device the other side had acknowledged before and did not have any more."""
    notes: tuple[str, ...] = ()
    """What else there is to know, a line each, in Chinese; nothing went wrong."""
    heard: Mapping[str, int] = field(default_factory=dict[str, int])
    """By device, when it last spoke to the office, milliseconds since 1970, where the office tells this one."""

    def as_json(self) -> dict[str, Any]:
        """The result with plain types."""
        return {
            "target": self.target,
            "sent": self.sent,
            "received": self.received,
            "heads": heads_to_json(self.heads),
            "blobs_sent": self.blobs_sent,
            "blobs_received": self.blobs_received,
            "refused": [refusal._asdict() for refusal in self.refused],
            "fork": {
                "log": self.parted.log,
                "seq": self.parted.common.seq,
                "entries": self.parted.entries,
                "continues_as": self.parted.now or None,
            }
            if self.parted
            else None,
            "went_back": self.went_back,
            "notes": list(self.notes),
        }


def heads_to_json(heads: Heads) -> dict[str, list[int | str]]:
    """`{"houye-01": [12, "9f…"]}`."""
    return {log: [head.seq, head.hash] for log, head in sorted(heads.items())}


def heads_from_json(value: object) -> dict[str, Head]:
    """Read heads that somebody else wrote.

    Raises:
        ValueError: they are none.
    """
    if not isinstance(value, dict):
        raise ValueError("heads are an object")
    heads: dict[str, Head] = {}
    fields: dict[Any, Any] = value  # pyright: ignore[reportUnknownVariableType] - any JSON object
    for log, head in fields.items():
        match head:
            case [int(seq), str(hash_)] if is_device_id(str(log)) and seq >= 0 and re.fullmatch("[0-9a-f]{64}", hash_):
                heads[log] = Head(seq, hash_)
            case _:
                raise ValueError(f"no head of {log!r}")
    return heads


def place_of(line: bytes) -> Place | None:
    """Which entry a line says it is, proven or not; None where it does not say."""
    found = _TAIL.search(line, max(0, len(line) - _TAIL_BYTES))
    if found:
        return Place(found[1].decode(), found[2].decode(), int(found[3]))
    try:
        fields: Any = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    match fields:
        case {"kind": str(kind), "log": str(log), "seq": int(seq)} if is_device_id(log) and seq >= 0:
            return Place(kind, log, seq)
        case _:
            return None


def missing(mine: Heads, theirs: Heads) -> dict[str, int]:
    """The logs of which this side holds more, each with the last sequence number that the other side has."""
    return {
        log: theirs[log].seq if log in theirs else 0
        for log, head in mine.items()
        if head.seq > (theirs[log].seq if log in theirs else 0)
    }


def pieces(lines: Iterable[bytes], own_log: str | None = None, most_bytes: int = PIECE_BYTES) -> Iterator[list[bytes]]:
    """Cut lines into pieces of about `most_bytes` that are sent and acknowledged one by one.

    With `own_log`, a piece ends within another device's log only after a seal, since a hub takes relayed entries no
    further than the last seal it sees.
    """
    piece: list[bytes] = []
    size = 0
    for line in lines:
        if piece and size + len(line) >= LARGEST_RELAY_BYTES:
            yield piece
            piece, size = [], 0
        piece.append(line)
        size += len(line) + 1
        if (len(piece) >= PIECE_ENTRIES or size >= most_bytes) and (own_log is None or _may_end(line, own_log)):
            yield piece
            piece, size = [], 0
    if piece:
        yield piece


def _may_end(line: bytes, own_log: str) -> bool:
    place = place_of(line)
    return place is None or place.log == own_log or place.kind == "log.sealed"


def best_way(read: Iterable[str]) -> str:
    """The way to write a pack for somebody who reads these ways."""
    return COMPACT if COMPACT in read else PLAIN


def write_pack(lines: Sequence[bytes], way: str = PLAIN) -> bytes:
    """Lines, without line feeds, as a pack; `way` is one that the reader knows."""
    columns = to_columns(lines) if way == COMPACT else None
    places = filter(None, map(place_of, columns.carried if columns else lines))
    ends = [(place.log, place.seq, place.seq) for place in places]
    for run in columns.runs if columns else ():
        ends.append((run.log.decode(), run.first, run.first + run.count - 1))
    spans: dict[str, tuple[int, int]] = {}
    for log, first, last in filter(lambda end: end[0], ends):
        least, most = spans.get(log, (first, last))
        spans[log] = (min(least, first), max(most, last))
    header = orjson.dumps({"fieldlog": "pack", "v": PROTOCOL, "way": way, "spans": spans})
    content = columns.content if columns else b"".join(line + b"\n" for line in lines)
    frame = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(content)
    return _HEADER_MAGIC + len(header).to_bytes(4, "little") + header + frame


def looks_like_pack(beginning: bytes) -> bool:
    """Whether a file that begins so means to be a pack of ours."""
    return beginning[:4] == _HEADER_MAGIC and beginning[8:26] == b'{"fieldlog":"pack"'


def read_header(beginning: bytes) -> tuple[PackHeader, int]:
    """The header and its length in bytes; a pack without one is plain.

    Raises:
        PackDamaged: neither a header nor the beginning of a zstd frame.
        NewerFormat: packed by a newer version.
    """
    if beginning[:4] == _ZSTD_MAGIC:
        return PackHeader(), 0
    length = int.from_bytes(beginning[4:8], "little")
    if beginning[:4] != _HEADER_MAGIC or length > _LONGEST_HEADER or len(beginning) < 8 + length:
        raise PackDamaged("这不是 fieldlog 的数据包，或者开头已损坏")
    try:
        fields: Any = orjson.loads(beginning[8 : 8 + length])
        version, way = int(fields["v"]), str(fields["way"])
        spans = {str(log): (int(first), int(last)) for log, (first, last) in fields.get("spans", {}).items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PackDamaged("数据包的开头已损坏") from error
    if version > PROTOCOL or way not in WAYS:
        raise NewerFormat("数据包由更新版本的 fieldlog 写成，请先升级本机的 fieldlog")
    return PackHeader(way, spans), 8 + length


def read_pack(chunks: Iterable[bytes], largest: int = LARGEST_PACK_BYTES) -> Iterator[bytes]:
    """The lines of a pack, without line feeds, as they come; nothing about them is proven yet.

    Of a compact pack nothing comes before its end has come, and of a run of its entries either all or none.

    Raises:
        PackDamaged: cut short, damaged, unpacks to more than `largest` bytes, or holds a line longer than an entry.
        NewerFormat: packed by a newer version.
    """
    for arrived in read_proven(chunks, largest):
        if isinstance(arrived, bytes):
            yield arrived
        else:
            yield from [entry.line for entry in arrived.entries]


def read_proven(chunks: Iterable[bytes], largest: int = LARGEST_PACK_BYTES) -> Iterator[bytes | ProvenRun]:
    """What `read_pack` reads, but entries that were proven on the way run by run, with what they say."""
    beginning, rest = _split_header(in_steps(chunks))
    header, skipped = read_header(beginning)
    blocks = no_more_than(largest, unpack(_chain(beginning[skipped:], rest)), len)
    if header.way == PLAIN:
        yield from cut_lines(blocks)
        return
    try:
        yield from no_more_than(largest, from_columns(b"".join(blocks), largest), _length)
    except ColumnsDamaged as error:
        raise PackDamaged(str(error)) from error


def _length(arrived: bytes | ProvenRun) -> int:
    if isinstance(arrived, bytes):
        return len(arrived) + 1
    return sum([len(entry.line) for entry in arrived.entries]) + len(arrived.entries)


def _split_header(blocks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Enough of the beginning to hold the header, cut into it and what comes after."""
    beginning = b""
    for block in blocks:
        beginning += block
        needed = 8 + int.from_bytes(beginning[4:8], "little") if beginning[:4] == _HEADER_MAGIC else 8
        if len(beginning) >= min(needed, 8 + _LONGEST_HEADER) and len(beginning) >= 8:
            break
    return beginning, blocks


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield from in_steps([first])
    yield from rest
