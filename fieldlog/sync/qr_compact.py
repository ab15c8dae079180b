"""A case in as few bytes as it takes: columns instead of lines, and nothing that can be worked out.

`docs/sync.md` describes the bytes. Hashes are worked out again, and so is `prev` where the entry before is in the case,
too; the signature says whether all came out as they were. Salts, the links over gaps and the signature are random bytes
that no compressor shortens, so they stand by themselves. The rest is JSON by columns, compressed with a dictionary that
was made from an inspection and never changes within a version.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from importlib import resources
from typing import Any, Final

import orjson
import zstandard

from fieldlog.domain.entries import Entry, entry_hash, parse_entry
from fieldlog.domain.errors import FieldlogError, FoundWrong, NewerFormat
from fieldlog.domain.log_format import FORMAT, NO_HASH
from fieldlog.sync.qr_case import Case

VERSION: Final = 1
LARGEST_CASE_BYTES: Final = 256 * 1024
"""Of one case, packed: some 400 codes; nobody prints that."""
_LARGEST_COLUMNS: Final = 16 * 1024 * 1024
_SALT, _HASH, _SIGNATURE = 16, 32, 64
_SALT_TEXT: Final = re.compile("[0-9a-f]{32}")


class CaseTooLarge(FoundWrong):
    """More than anybody would carry home on paper."""


class CaseDamaged(FoundWrong):
    """What the codes carry is no case."""

    def __init__(self) -> None:
        super().__init__("二维码里的内容解不开，没有收下；请重新出一份")


def pack_case(case: Case) -> bytes:
    """The case as bytes.

    Raises:
        CaseTooLarge: it is for a stick and no paper.
        FoundWrong: an entry is not as this program writes them.
    """
    bodies = [dict(entry.fields) for entry in case.entries]
    salts = [str(body.pop("salt", "")) for body in bodies]
    if not all(_SALT_TEXT.fullmatch(salt) for salt in salts):
        raise FoundWrong("这次检查里有不是本程序写的记录，出不了二维码；请用 U 盘或网络同步")
    links = [
        entry.prev for entry, last in zip(case.entries, [None, *case.entries], strict=False) if _is_gap(entry, last)
    ]
    raw = bytes.fromhex("".join((case.signature, *salts, *links)))
    columns = zstandard.ZstdCompressor(
        level=19, dict_data=_words(), write_content_size=False, write_dict_id=False, write_checksum=False
    ).compress(orjson.dumps(_columns(case, bodies)))
    packed = bytes([VERSION]) + len(case.entries).to_bytes(2) + len(links).to_bytes(2) + raw + columns
    if len(packed) > LARGEST_CASE_BYTES:
        raise CaseTooLarge("这次检查的记录太多，二维码装不下；请用 U 盘或网络同步")
    if unpack_case(packed) != case:
        raise FoundWrong("这次检查里有不是本程序写的记录，出不了二维码；请用 U 盘或网络同步")
    return packed


def unpack_case(packed: bytes) -> Case:
    """The case that `pack_case` packed; its signature is still to be checked.

    Raises:
        CaseDamaged: the bytes are none.
        NewerFormat: a newer version packed it.
    """
    if packed[:1] and packed[0] > VERSION:
        raise NewerFormat("二维码由更新版本的 fieldlog 出具，请先升级本机的 fieldlog")
    if packed[:1] != bytes([VERSION]):
        raise CaseDamaged
    try:
        count, links = int.from_bytes(packed[1:3]), int.from_bytes(packed[3:5])
        salts_at = 5 + _SIGNATURE
        links_at = salts_at + count * _SALT
        columns_at = links_at + links * _HASH
        unpacked = zstandard.ZstdDecompressor(dict_data=_words()).decompress(
            packed[columns_at:], max_output_size=_LARGEST_COLUMNS
        )
        columns: dict[str, Any] = orjson.loads(unpacked)
        salts = [packed[at : at + _SALT].hex() for at in range(salts_at, links_at, _SALT)]
        gaps = iter([packed[at : at + _HASH].hex() for at in range(links_at, columns_at, _HASH)])
        entries = tuple(_entries(columns, salts, gaps))
        return Case(columns["log"], columns["docs"][0], entries, packed[5:salts_at].hex())
    except (zstandard.ZstdError, FieldlogError, ValueError, KeyError, IndexError, TypeError, AttributeError,
            StopIteration, RuntimeError, OverflowError, MemoryError) as error:  # fmt: skip
        raise CaseDamaged from error


def _is_gap(entry: Entry, last: Entry | None) -> bool:
    """Whether the entry's `prev` has to be carried."""
    return entry.seq != 1 if last is None else entry.seq != last.seq + 1


def _columns(case: Case, bodies: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Everything but hashes, salts and links, one list a column; a column of one value stands for equal values."""
    clocks = [int(entry.hlc, 16) for entry in case.entries]
    moments = [datetime.fromisoformat(entry.at) for entry in case.entries]
    docs = list(dict.fromkeys([case.doc, *(entry.doc for entry in case.entries)]))
    people = list(dict.fromkeys(entry.by for entry in case.entries))
    shapes = list(
        dict.fromkeys((entry.kind, tuple(sorted(body))) for entry, body in zip(case.entries, bodies, strict=True))
    )
    shape_of = [
        shapes.index((entry.kind, tuple(sorted(body)))) for entry, body in zip(case.entries, bodies, strict=True)
    ]
    return {
        "log": case.log,
        "docs": docs,
        "people": people,
        "seq": _even(_steps([entry.seq for entry in case.entries])),
        "ms": _even(_steps([clock >> 16 for clock in clocks])),
        "count": _even([clock & 0xFFFF for clock in clocks]),
        "off": _even([_milliseconds(at) - (clock >> 16) for at, clock in zip(moments, clocks, strict=True)]),
        "zone": _even([int((at.utcoffset() or timedelta()).total_seconds()) // 60 for at in moments]),
        "doc": _even([docs.index(entry.doc) for entry in case.entries]),
        "by": _even([people.index(entry.by) for entry in case.entries]),
        "shapes": [[kind, list(names)] for kind, names in shapes],
        "shape": _even(shape_of),
        "bodies": [
            [_even([body[name] for body, at in zip(bodies, shape_of, strict=True) if at == number]) for name in names]
            for number, (_kind, names) in enumerate(shapes)
        ],
    }


def _entries(columns: dict[str, Any], salts: list[str], gaps: Iterator[str]) -> Iterator[Entry]:
    count = len(salts)
    table = {name: _spread(columns[name], count) for name in ("count", "off", "zone", "doc", "by", "shape")}
    bodies = _bodies(columns, table["shape"])
    seq = milliseconds = 0
    last: Entry | None = None
    for at, (step, pause) in enumerate(zip(_spread(columns["seq"], count), _spread(columns["ms"], count), strict=True)):
        seq, milliseconds = seq + step, milliseconds + pause
        kind, _names = columns["shapes"][table["shape"][at]]
        chained = seq == 1 if last is None else step == 1
        prev = (last.hash if last else NO_HASH) if chained else next(gaps)
        moment = _moment(milliseconds + table["off"][at], table["zone"][at])
        fields: dict[str, Any] = {
            "v": FORMAT, "log": columns["log"], "seq": seq, "prev": prev,
            "hlc": f"{milliseconds << 16 | table['count'][at]:016x}", "at": moment,
            "by": columns["people"][table["by"][at]], "kind": kind, "doc": columns["docs"][table["doc"][at]],
            "body": {**bodies[at], "salt": salts[at]},
        }  # fmt: skip
        line = orjson.dumps({**fields, "hash": entry_hash(fields)}, option=orjson.OPT_SORT_KEYS)
        last = parse_entry(line)
        yield last


def _bodies(columns: dict[str, Any], shape: list[int]) -> list[dict[str, Any]]:
    rows: list[Iterator[dict[str, Any]]] = []
    for number, ((_kind, names), values) in enumerate(zip(columns["shapes"], columns["bodies"], strict=True)):
        many = shape.count(number)
        spread = [_spread(column, many) for column in values]
        rows.append(
            iter([{name: column[at] for name, column in zip(names, spread, strict=True)} for at in range(many)])
        )
    return [next(rows[number]) for number in shape]


def _even(values: list[Any]) -> list[Any]:
    return values[:1] if len(values) > 1 and all(_same(value, values[0]) for value in values) else values


def _same(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other


def _spread(column: list[Any], count: int) -> list[Any]:
    if len(column) not in (1, count):
        raise ValueError("a column of another length")
    return column * count if len(column) == 1 else column


def _steps(values: Sequence[int]) -> list[int]:
    return [value - last for value, last in zip(values, [0, *values], strict=False)]


def _milliseconds(moment: datetime) -> int:
    return (moment - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)


def _moment(milliseconds: int, zone_minutes: int) -> str:
    zone = timezone(timedelta(minutes=zone_minutes))
    moment = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)
    return moment.astimezone(zone).isoformat(timespec="milliseconds")


@cache
def _words() -> zstandard.ZstdCompressionDict:
    content = resources.files("fieldlog.sync").joinpath("qr_words_1.txt").read_bytes()
    return zstandard.ZstdCompressionDict(content, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
