"""Logs in which the office writes again what nobody else will: a lost branch, or paper whose writer does not know of it.

Such a log is made once, whole, and is the same bytes whenever it is made of the same entries: a hub that was restored from
a backup makes no other one of that name. It is signed with the office's key. Each entry keeps when, by whom and what,
and names its original, so that a fold counts it once with whatever the laptop may still bring (`domain.fold.happening`).
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ulid import ULID

from fieldlog.book.device import is_signed
from fieldlog.domain.entries import Entry, Proven, canonical, make_entry, origin_of, seal_message
from fieldlog.domain.log_format import CONTINUATION_LENGTH, CONTINUATION_LETTERS, NO_HASH, stem_of

Place = tuple[str, int]
"""A log and a number."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be written again, and what is known of it."""

    unit: str
    log: str
    """The log that the entries are of."""
    root: str
    """The log that its device began with."""
    asked_by: str
    """The device at whose synchronisation it was done, or who did it by hand."""
    stranded: Sequence[Entry]
    taken_back: Mapping[str, str]
    """By the hash of an `answer.undone`, which entry it takes back: the hash it was written with first."""
    placed: Mapping[str, Place]
    """Where an entry, by the hash it was written with first, stands in the ledger already."""


@dataclass(frozen=True, slots=True)
class WrittenAgain:
    """One log, ready to be stored."""

    log: str
    lines: list[bytes]


@dataclass(frozen=True, slots=True)
class Office:
    """The key that signs such logs, and its public half."""

    sign: Callable[[bytes], str]
    public_key: str


def write_again(wish: Wish, office: Office, is_taken: Callable[[str], bool]) -> list[WrittenAgain]:
    """The logs that say it again; more than one only where entries of two branches have the same stamp.

    `is_taken` says of a name that another log bears it already.
    """
    left = sorted(wish.stranded, key=lambda entry: (entry.hlc, entry.seq, entry.hash))
    placed, made = dict(wish.placed), list[WrittenAgain]()
    while left:
        run, later = list[Entry](), list[Entry]()
        for entry in left:
            (run if not run or entry.hlc > run[-1].hlc else later).append(entry)
        name = _name(wish, office, run, placed, lambda name: is_taken(name) or any(name == each.log for each in made))
        placed |= {_first(entry): (name, seq) for seq, entry in enumerate(run, 2)}
        made.append(WrittenAgain(name, [entry.line() for entry in _entries(wish, office, name, run, placed)]))
        left = later
    return made


def log_in_question(log: str, first: Proven, unit: str, signing_key: str) -> str:
    """Of which log the office wrote entries again in the log that begins with this entry; empty where it did not."""
    fields = first.fields
    of, by = str(fields.get("written_for", "")), str(fields.get("asked_by", ""))
    if first.kind != "log.started" or first.seq != 1 or fields.get("public_key") != signing_key:
        return ""
    return of if is_signed(signing_key, str(fields.get("office", "")), _message(unit, log, of, by)) else ""


def _message(unit: str, name: str, of: str, asked_by: str) -> bytes:
    return f"fieldlog written again 1\n{unit}\n{name}\n{of}\n{asked_by}\n".encode()


def _first(entry: Entry) -> str:
    return origin_of(entry) or entry.hash


def _name(
    wish: Wish,
    office: Office,
    run: Sequence[Entry],
    placed: Mapping[str, Place],
    is_taken: Callable[[str], bool],
) -> str:
    """A name that follows from all that the log says, the office's key with it: under a later key it is another log."""
    inside = {_first(entry) for entry in run}
    told: list[Any] = [office.public_key, wish.unit, wish.log, wish.asked_by]
    for entry in run:
        target = wish.taken_back.get(entry.hash, "")
        told.append([entry.hash, None if target in inside else placed.get(target)])
    tried = 0
    while True:
        number = int.from_bytes(hashlib.sha256(canonical([*told, tried])).digest())
        letters = ""
        for _ in range(CONTINUATION_LENGTH):
            number, place = divmod(number, len(CONTINUATION_LETTERS))
            letters += CONTINUATION_LETTERS[place]
        name = f"{stem_of(wish.root)}-{letters}"
        if not is_taken(name):
            return name
        tried += 1


_STARTED, _SEALED = "log.started", "log.sealed"
_MILLISECONDS: Final = 16


def _entries(wish: Wish, office: Office, name: str, run: Sequence[Entry], placed: Mapping[str, Place]) -> list[Entry]:
    first = run[0]
    moment = int(first.hlc, 16) >> _MILLISECONDS
    doc = str(ULID.from_bytes(moment.to_bytes(6) + hashlib.sha256(f"{name} {first.hash}".encode()).digest()[:10]))
    started = {
        "device": name,
        "unit": wish.unit,
        "unit_name": "",
        "role": "officer",
        "public_key": office.public_key,
        "continues": wish.log,
        "continues_seq": 0,
        "continues_hash": NO_HASH,
        "written_for": wish.log,
        "asked_by": wish.asked_by,
        "office": office.sign(_message(wish.unit, name, wish.log, wish.asked_by)),
    }
    written = [_entry(name, None, f"{int(first.hlc, 16) - 1:016x}", first.at, _STARTED, doc, started)]
    for entry in run:
        body = {"origin": {"log": entry.log, "seq": entry.seq, "hash": entry.hash}} | dict(entry.fields)
        if place := placed.get(wish.taken_back.get(entry.hash, "")):
            body |= {"log": place[0], "seq": place[1]}
        salt = _salt(name, entry)
        written.append(_entry(name, written[-1], entry.hlc, entry.at, entry.kind, entry.doc, body, entry.by, salt))
    last = written[-1]
    seal = {"upto": last.seq, "head": last.hash, "signature": office.sign(seal_message(name, last.seq, last.hash))}
    written.append(_entry(name, last, f"{int(last.hlc, 16) + 1:016x}", last.at, _SEALED, doc, seal))
    return written


def _salt(name: str, entry: Entry) -> str:
    """A salt that nobody can guess who does not know the original's."""
    return hashlib.sha256(f"{name}\n{entry.hash}\n{entry.fields.get('salt', '')}\n".encode()).hexdigest()[:32]


def _entry(
    log: str, last: Entry | None, hlc: str, at: str, kind: str, doc: str, body: dict[str, Any], by: str = "",
    salt: str = "",
) -> Entry:  # fmt: skip
    seq, prev = (last.seq + 1, last.hash) if last else (1, NO_HASH)
    salt = salt or hashlib.sha256(f"{log}\n{kind}\n{prev}\n".encode()).hexdigest()[:32]
    return make_entry(
        log=log, seq=seq, prev=prev, hlc=hlc, at=at, by=by or log, kind=kind, doc=doc, body=body, salt=salt
    )
