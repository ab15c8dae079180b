"""The entry: one line of JSON, chained by hash to the line before it. `docs/format.md` is the full description.

The hash covers the body only through its digest, so a body can be withheld (`body` then is that digest, a string)
and the chain still verifies. Since entries hold no floats, no integer of 2**53 or more and only ASCII keys, what orjson
writes with sorted keys is the canonical form of RFC 8785.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal, NamedTuple, cast

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fieldlog.domain.clock import FIRST_IMPOSSIBLE_STAMP
from fieldlog.domain.errors import ChainBroken, EntryInvalid, NewerFormat
from fieldlog.domain.log_format import DEVICE_PATTERN, FORMAT, LONGEST_LINE_BYTES

LARGEST_INTEGER: Final = 2**53 - 1
"""RFC 7493, section 2.2: beyond it two integers may read as the same number."""
DEEPEST_BODY: Final = 32

Body = Mapping[str, Any]

_MOMENT: Final = (  # spelled out, since \d would let full-width digits in
    r"^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]\.[0-9]{3}[+-][0-9]{2}:[0-9]{2}$"
)
_BY: Final = b',"by":"'
_AFTER_BODY: Final = b'"hash":"'
_HASH_BYTES: Final = len(_AFTER_BODY) + 64 + len(b'",')

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Entry(BaseModel):
    """Something that happened, as it stands in a log."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    v: Literal[1] = 1
    log: Annotated[str, Field(pattern=DEVICE_PATTERN)]
    """Device id, `houye-01`."""
    seq: Annotated[int, Field(ge=1, le=LARGEST_INTEGER)]
    """1, 2, 3 … without a gap within a log."""
    prev: Hash
    """Hash of the entry before it, 64 hex digits; zeros for the first."""
    hlc: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    """Hybrid logical clock, 16 hex digits; see `fieldlog.domain.clock`."""
    at: Annotated[str, Field(pattern=_MOMENT)]
    """Wall clock as the laptop believed, RFC 3339 with milliseconds and offset."""
    by: str
    """Officer id, or the device id for what the device does by itself."""
    kind: Annotated[str, Field(pattern=r"^[a-z_]+(?:\.[a-z_]+)+$", max_length=60)]
    """What happened, `item.answered`; the kinds and their bodies are in `fieldlog.domain.bodies`."""
    doc: Annotated[str, Field(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$")]
    """ULID of the document it is about."""
    body: dict[str, Any] | Hash
    """What happened in detail with its salt, or the body's digest where the body is withheld."""
    hash: Hash

    @property
    def order(self) -> tuple[str, str, int]:
        """Where the entry stands among those of all devices."""
        return (self.hlc, self.log, self.seq)

    @property
    def fields(self) -> Mapping[str, Any]:
        """The body's fields; empty where the body is withheld."""
        return {} if isinstance(self.body, str) else self.body

    def line(self) -> bytes:
        """The entry as it stands in a log, without the line feed."""
        return canonical(self.__dict__)


class Proven(NamedTuple):
    """A line that was proven to be an entry, and what of that entry decides whether it is taken in.

    A tuple of plain values: of a hundred thousand entries an `Entry` each would take as long to make as all else.
    """

    seq: int
    hash: str
    line: bytes
    prev: str
    hlc: str
    kind: str
    fields: Mapping[str, Any]
    """The body's; where the body is withheld, none of this is made."""


class ProvenRun(NamedTuple):
    """Entries of one log that follow one another, put together and proven on the way."""

    log: str
    entries: list[Proven]


def canonical(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """RFC 8785 bytes of a value that `check_plain` accepts."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def check_plain(value: Any, depth: int = 0) -> None:  # noqa: ANN401 - any JSON value
    """Raise EntryInvalid unless `value` may stand in an entry: no floats, no huge integers, ASCII keys only."""
    kind = cast(type[Any], type(value))
    if kind is dict or kind is list:
        if depth >= DEEPEST_BODY:
            raise EntryInvalid(f"记录的内容嵌套超过 {DEEPEST_BODY} 层")
        if kind is dict:
            _check_keys(value)
        for inner in value.values() if kind is dict else value:
            if type(inner) is not str and inner is not None:
                check_plain(inner, depth + 1)
    elif kind is int:
        if not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
            raise EntryInvalid("记录里的整数达到或超过 2^53")
    elif kind is not str and kind is not bool and value is not None:
        raise EntryInvalid(f"记录里不允许 {kind.__name__} 类型的值")


def _check_keys(fields: dict[Any, Any]) -> None:
    try:
        if "".join(fields).isascii():  # all at once: half the time of one after the other
            return
    except TypeError:  # a key that is no text
        pass
    key = next(key for key in fields if type(key) is not str or not key.isascii())
    raise EntryInvalid(f"记录里的键名不是 ASCII：{key!r}")


def body_digest(body: Body | str) -> str:
    """SHA-256 of the body's canonical form; a withheld body is its own digest."""
    return body if isinstance(body, str) else hashlib.sha256(canonical(body)).hexdigest()


def entry_hash(fields: Mapping[str, Any]) -> str:
    """Hash of an entry's fields; a `hash` among them is left out, the body goes in through its digest."""
    covered = dict(fields)
    covered.pop("hash", None)
    covered["body"] = body_digest(covered["body"])
    return hashlib.sha256(canonical(covered)).hexdigest()


def seal_message(log: str, seq: int, head: str) -> bytes:
    """The bytes a device signs to vouch for its log up to entry `seq`."""
    return f"fieldlog seal 1\n{log}\n{seq}\n{head}\n".encode()


def case_message(log: str, doc: str, hashes: Sequence[str]) -> bytes:
    """The bytes a device signs to vouch for these entries of its log, whatever stands between them; for paper."""
    digest = hashlib.sha256(b"".join(map(bytes.fromhex, hashes))).hexdigest()
    return f"fieldlog case 1\n{log}\n{doc}\n{len(hashes)}\n{digest}\n".encode()


def make_entry(
    *, log: str, seq: int, prev: str, hlc: str, at: str, by: str, kind: str, doc: str, body: Body, salt: str
) -> Entry:
    """Build the next entry of a log; `salt` is 128 random bits as 32 hex digits.

    Raises:
        EntryInvalid: the body or a field holds what an entry may not hold.
    """
    salted = {**body, "salt": salt}
    check_plain(salted)
    fields: dict[str, Any] = {
        "v": FORMAT, "log": log, "seq": seq, "prev": prev, "hlc": hlc, "at": at,
        "by": by, "kind": kind, "doc": doc, "body": salted,
    }  # fmt: skip
    try:
        entry = Entry.model_validate({**fields, "hash": entry_hash(fields)})
    except (orjson.JSONEncodeError, UnicodeError) as error:  # a lone surrogate from a broken terminal
        raise EntryInvalid("文字里有无法保存的字符，请删掉重输") from error
    except ValidationError as error:
        raise EntryInvalid(f"记录的字段不合格式：{_first_field(error)}") from error
    if len(entry.line()) > LONGEST_LINE_BYTES:
        raise EntryInvalid("这一条记录超过 4 MiB，请分开写")
    return entry


def parse_entry(line: bytes) -> Entry:
    """Read one line, without its line feed, and prove that it is what was written.

    Raises:
        NewerFormat: `v` is larger than this version knows.
        EntryInvalid: the line is no entry, not in canonical form, or does not match its hash.
    """
    if len(line) > LONGEST_LINE_BYTES:
        raise EntryInvalid("这一行超过 4 MiB，不是 fieldlog 的记录")
    try:
        entry = Entry.model_validate_json(line)
    except ValidationError as error:
        _refuse_newer(line)
        raise EntryInvalid(f"这一行不是一条完整的记录：{_first_field(error)}") from error
    if entry.hlc >= FIRST_IMPOSSIBLE_STAMP:
        raise EntryInvalid("逻辑时钟超出可能的范围")
    if not _is_moment(entry.at):
        raise EntryInvalid("记录的时间不是日历上的时刻")
    check_plain(entry.body)  # first, since writing an integer beyond 64 bits out again fails
    if canonical(entry.__dict__) != line:
        raise EntryInvalid("这一行不是规范写法，被改动过")
    if _hash_of_canonical(line, len(b'{"at":"","body":') + len(entry.at)) != entry.hash:
        raise EntryInvalid("内容与它的校验值不符，被改动过")
    return entry


def body_fields(body: bytes) -> dict[str, Any] | None:
    """The fields of a body that `parse_entry` would accept, or None."""
    try:
        fields: dict[str, Any] = orjson.loads(body)  # so far any JSON value
        check_plain(fields)
    except (orjson.JSONDecodeError, EntryInvalid):
        return None
    return fields if type(fields) is dict and canonical(fields) == body else None


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _hash_of_canonical(line: bytes, body_at: int) -> str:
    """`entry_hash` of a line known to be canonical, without writing any of it out again.

    `,"by":"` and `"hash":"` cannot stand inside a JSON string, where every quote follows a backslash; no object comes
    after the body, so that the last `by` is the entry's own.
    """
    after = line.rindex(_BY)
    body = line[body_at:after]
    digest = body if body[:1] == b'"' else b'"%b"' % hashlib.sha256(body).hexdigest().encode()
    own = line.index(_AFTER_BODY, after)
    return hashlib.sha256(line[:body_at] + digest + line[after:own] + line[own + _HASH_BYTES :]).hexdigest()


def _refuse_newer(line: bytes) -> None:
    try:
        fields: Any = orjson.loads(line)
    except orjson.JSONDecodeError:
        return
    version = cast(dict[str, Any], fields).get("v") if isinstance(fields, dict) else None
    if type(version) is int and version > FORMAT:
        raise NewerFormat(f"记录格式是第 {version} 版，本程序只认得第 {FORMAT} 版，请先升级 fieldlog")


def _first_field(error: ValidationError) -> str:
    where = error.errors(include_url=False, include_input=False)[0]
    return ".".join(str(part) for part in where["loc"]) or "不是 JSON"


def origin_of(entry: Entry) -> str:
    """The hash of the entry that this one repeats in another log after a fork, or empty."""
    match entry.fields.get("origin"):
        case {"hash": str(hash_)}:
            return hash_
        case _:
            return ""


def check_follows(entry: Entry, seq: int, hash_: str, hlc: str) -> None:
    """Raise ChainBroken unless `entry` comes right after the entry with that `seq`, `hash_` and `hlc`."""
    if entry.seq != seq + 1:
        raise ChainBroken(f"{entry.log} 第 {seq} 条之后应是第 {seq + 1} 条，却是第 {entry.seq} 条")
    if entry.prev != hash_:
        raise ChainBroken(f"{entry.log} 第 {entry.seq} 条与前一条不衔接")
    if entry.hlc <= hlc:
        raise ChainBroken(f"{entry.log} 第 {entry.seq} 条的逻辑时钟没有前进")
