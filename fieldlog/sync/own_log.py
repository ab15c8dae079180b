"""This device's own log out of a folder that anybody can write to.

A laptop that was restored from a backup gets its own newest entries back from others. Only entries that one of its own
seals vouches for are its own: what somebody else made up would be sealed with this device's key at the next seal.
"""

from collections.abc import Iterable

from fieldlog.book.device import is_signed
from fieldlog.domain.entries import Entry, parse_entry, seal_message
from fieldlog.domain.errors import FieldlogError
from fieldlog.domain.heads import Head, Refusal
from fieldlog.sync.exchange import place_of


def without_made_up(
    lines: Iterable[bytes], log: str, head: Head, public_key: str
) -> tuple[list[bytes], Refusal | None]:
    """The lines but for those after `head` of `log` that no seal vouches for, and the first of these, refused."""
    kept: list[bytes] = []
    new: dict[int, list[bytes]] = {}
    for line in lines:
        place = place_of(line)
        if place is not None and place.log == log and place.seq > head.seq:
            new.setdefault(place.seq, []).append(line)
        else:
            kept.append(line)
    following: list[bytes] = []
    sealed, seq, hash_ = 0, head.seq, head.hash
    while entry := _next(new.get(seq + 1, ()), log, hash_):
        following.append(entry.line())
        seq, hash_ = entry.seq, entry.hash
        if entry.kind == "log.sealed" and _is_sealed(entry, public_key):
            sealed = len(following)
    if not following:  # they follow nothing here, as after a fork: merging says so
        return kept + [line for number in sorted(new) for line in new[number]], None
    reached = head.seq + sealed
    left = min((number for number in new if number > reached), default=0)
    why = "这一条没有本机的签名，不是本机写的，没有收下；请把这个文件交给办公室"
    return kept + following[:sealed], Refusal(log, left, why) if left else None


def _next(lines: Iterable[bytes], log: str, prev: str) -> Entry | None:
    for line in lines:
        try:
            entry = parse_entry(line)
        except FieldlogError:
            continue
        if entry.log == log and entry.prev == prev:
            return entry
    return None


def _is_sealed(entry: Entry, public_key: str) -> bool:
    fields, upto = entry.fields, entry.seq - 1
    return (
        fields.get("upto") == upto
        and fields.get("head") == entry.prev
        and is_signed(public_key, str(fields.get("signature")), seal_message(entry.log, upto, entry.prev))
    )
