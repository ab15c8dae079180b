"""The office's list of the unit's devices on its way: signed by the office, believed only with its signature.

It comes with `GET /v1/heads` where it is another one than the device has, and on sticks. Over the wire the office's
word of now counts, also that of one that was restored from a backup; of those on sticks the newest does.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from fieldlog.book.device import is_signed
from fieldlog.book.roster_file import read_roster_file, read_signed
from fieldlog.domain.entries import parse_entry
from fieldlog.domain.errors import FieldlogError, FoundWrong, NewerFormat
from fieldlog.domain.roster import Listed, Roster, roster_of, start_objection
from fieldlog.sync.office_keys import load_trust

if TYPE_CHECKING:
    from pathlib import Path

    from fieldlog.book.book import Book

FIRST_LINE_ENDS = b'"seq":1,"v":1}'
"""How the first line of every log ends, since lines are canonical."""


def sign(roster: Roster, signature: Callable[[bytes], str]) -> dict[str, Any]:
    """The roster as it travels; `signature` is `OfficeKeys.sign`."""
    return {**roster.plain(), "signature": signature(roster.message())}


def digest(roster: Roster, signing_key: str) -> str:
    """64 hex digits that change with what the roster says, and with the office's key."""
    return hashlib.sha256(signing_key.encode() + b"\n" + roster.message()).hexdigest()


def verify(value: Mapping[str, Any], signing_key: str, unit: str) -> Roster:
    """The roster in what came.

    Args:
        value: as `sign` made it.
        signing_key: the office's, 64 hex digits.
        unit: this device's.

    Raises:
        FoundWrong: it is none, is another unit's, or the office did not sign it.
        NewerFormat: a newer version wrote it.
    """
    roster = roster_of(value)
    if not is_signed(signing_key, str(value.get("signature", "")), roster.message()):
        raise FoundWrong("设备名册的签名不是办公室的，没有采用；请联系办公室")
    if roster.unit != unit:
        raise FoundWrong(f"设备名册是单位 {roster.unit} 的，没有采用")
    return roster


def load(folder: "Path") -> Roster | None:
    """The roster in the book at `folder`, or None."""
    return read_roster_file(folder)


def load_signed(folder: "Path") -> dict[str, Any] | None:
    """The same with the office's signature, for whoever passes it on, or None."""
    return read_signed(folder)


def save(book: "Book", value: Mapping[str, Any], signing_key: str, *, live: bool) -> bool:
    """Keep a roster that came, where it counts: one that is `live`, from the hub itself, or that is newer than what is
    here. This device goes by the role that it names. Returns whether it is kept.

    Raises:
        FoundWrong, NewerFormat: as `verify`; the one before still counts.
        NotSaved: the disk refused, likewise.
    """
    roster = verify(value, signing_key, book.device.unit)
    known = book.roster
    if known is not None and (known == roster or (not live and roster.at <= known.at)):
        return False
    book.take_roster(dict(value))
    if book.device.id in roster.devices:
        book.take_role(roster.devices[book.device.id].dates.now)
    return True


def digest_here(book: "Book") -> str:
    """The digest of the roster that the book goes by, or empty."""
    trust = load_trust(book.folder)
    return digest(book.roster, trust.public.signing_key) if book.roster and trust else ""


def take(book: "Book", value: Mapping[str, Any]) -> str:
    """Keep a roster that the hub itself sent; why it was not taken, or empty. Who knows no office's key waits for it."""
    trust = load_trust(book.folder)
    if trust is None:
        return ""
    try:
        save(book, value, trust.public.signing_key, live=True)
    except (FoundWrong, NewerFormat) as error:
        return str(error)
    return ""


def objection(line: bytes, roster: Roster) -> str:
    """Why the line is no first entry of a log that agrees with the roster, or empty.

    Lines that are no first entry, and devices that the roster does not know, pass: those are believed no more than an
    officer's.
    """
    if not line.endswith(FIRST_LINE_ENDS):
        return ""
    try:
        entry = parse_entry(line)
    except FieldlogError as error:
        return str(error)
    listed: Listed | None = roster.devices.get(entry.log)
    return start_objection(entry.log, entry.fields, listed) if listed and entry.kind == "log.started" else ""
