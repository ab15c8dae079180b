"""What a device's seals vouch for, of entries that come from elsewhere than that device.

A stick can be written by anybody. An entry counts as a device's own only where a signature of that device's key covers
it: what somebody else made up would otherwise stand in the way of the true entry of the same number for ever, or, in
the own log, be sealed with this device's key at the next seal.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from fieldlog.book.device import is_signed
from fieldlog.domain.entries import Entry, parse_entry, seal_message
from fieldlog.domain.errors import FieldlogError, FoundWrong
from fieldlog.domain.heads import Heads, Refusal

PublicKey = Callable[[str], str | None]
"""The Ed25519 key of a device in hex digits; None or empty where it is not known."""

_TAIL: Final = re.compile(
    rb'"hash":"([0-9a-f]{64})","hlc":"[0-9a-f]{16}","kind":"([a-z_.]{1,60})","log":"([a-z0-9-]{1,40})",'
    rb'"prev":"([0-9a-f]{64})","seq":(\d{1,16}),"v":1\}\Z'
)
"""The end of every line that `parse_entry` accepts."""
_TAIL_BYTES: Final = 360


def check_seal(entry: Entry, public_key: str) -> None:
    """A seal vouches for the entry right before it; one without its body vouches for nothing.

    Raises:
        FoundWrong: it is for another entry, or another key signed it.
    """
    fields = entry.fields
    if fields.get("upto") != entry.seq - 1 or fields.get("head") != entry.prev:
        raise FoundWrong(f"{entry.log} 第 {entry.seq} 条的封签不是对它前一条的")
    if not is_signed(public_key, str(fields.get("signature")), seal_message(entry.log, entry.seq - 1, entry.prev)):
        raise FoundWrong(f"{entry.log} 第 {entry.seq} 条的签名不是这台设备的，记录被改动过或来历不明")


class _Line(NamedTuple):
    """A line, and what its end claims."""

    hash: bytes
    kind: bytes
    prev: bytes
    seq: int
    line: bytes


@dataclass(slots=True)
class Sealed:
    """Lines that may be merged, and what was left out."""

    lines: list[bytes] = field(default_factory=list[bytes])
    refused: list[Refusal] = field(default_factory=list[Refusal])
    """By log, the first entry that no seal vouches for."""
    unknown: set[str] = field(default_factory=set[str])
    """Logs whose key is not known, since they begin with a gap; they wait for their first entry."""


def only_sealed(lines: Iterable[bytes], heads: Heads, public_key: PublicKey, own: str) -> Sealed:
    """The lines but for those after `heads` that no seal of their log vouches for.

    A seal vouches for every entry from which the chain leads to it, so that a run may begin anywhere. The hashes and
    links that lines claim are taken at their word here, because merging proves each line against its hash. Lines that
    claim nothing are passed on, since merging refuses and names them.

    Args:
        lines: as they come out of a pack.
        heads: how far each log has come here; what is known already is for merging to compare.
        public_key: the keys known here; of a log that begins in `lines`, the key that its first entry states.
        own: this device's log, whose refusal is worded differently.
    """
    sealed = Sealed()
    new: dict[str, list[_Line]] = {}
    for line in lines:
        found = _TAIL.search(line, max(0, len(line) - _TAIL_BYTES))
        log, seq = (found[3].decode(), int(found[5])) if found else ("", 0)
        if found is None or (log in heads and seq <= heads[log].seq):
            sealed.lines.append(line)
        else:
            new.setdefault(log, []).append(_Line(found[1], found[2], found[4], seq, line))
    for log, claimed in new.items():
        key = public_key(log) or _stated(claimed)
        if not key:
            if any(each.seq == 1 for each in claimed):
                sealed.refused.append(Refusal(log, 1, f"{log} 的第一条里没有那台电脑的公钥，没有收下"))
            else:
                sealed.unknown.add(log)
            continue
        vouched = _vouched(claimed, key)
        sealed.lines += (each.line for each in claimed if each.hash in vouched)
        left = min((each for each in claimed if each.hash not in vouched), key=lambda each: each.seq, default=None)
        if left is not None:
            sealed.refused.append(Refusal(log, left.seq, _why(left, is_own=log == own)))
    return sealed


def _vouched(claimed: list[_Line], key: str) -> set[bytes]:
    """The hashes that seals of `key` cover, the newest seal first, since it mostly covers everything."""
    before = {each.hash: each.prev for each in claimed}
    vouched: set[bytes] = set()
    for each in sorted(claimed, key=lambda each: each.seq, reverse=True):
        if each.kind == b"log.sealed" and each.hash not in vouched and _holds(each.line, key):
            hash_: bytes | None = each.hash
            while hash_ in before and hash_ not in vouched:
                vouched.add(hash_)
                hash_ = before[hash_]
    return vouched


def _holds(line: bytes, key: str) -> bool:
    try:
        check_seal(parse_entry(line), key)
    except FieldlogError:
        return False
    return True


def _stated(claimed: list[_Line]) -> str:
    """The key that the log's first entry states; a seal must still be made with it."""
    for each in claimed:
        if each.seq == 1 and each.kind == b"log.started":
            try:
                return str(parse_entry(each.line).fields.get("public_key", ""))
            except FieldlogError:
                continue
    return ""


def _why(left: _Line, *, is_own: bool) -> str:
    try:
        parse_entry(left.line)
    except FieldlogError as error:
        return str(error)
    if is_own:
        return "这一条没有本机的签名，不是本机写的，没有收下；请把这个文件交给办公室"
    return "这一条没有那台电脑的签名，可能不是它写的，没有收下；请让那台电脑再同步一次"
