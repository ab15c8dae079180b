"""How an office's keys follow one another: a statement for each change, signed by the keys before it and by the new ones.

    Ed25519, by both, over "fieldlog office keys 1\\n<signing key before>\\n<at, ms>\\n<signing key>\\n<age recipient>\\n<SHA-256 of the authority's PEM>\\n"

The one before says who comes after it, so that whoever trusts it can go on; the one after says whom it succeeds, so that
whoever was given the newest key alone can tell which older ones were the office's. `docs/decisions/0019-office-keys-change.md`.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import orjson

from fieldlog.book.device import is_signed

KIND: Final = "office-keys"
LONGEST: Final = 64
"""So many changes are read; one a year is many."""
GRACE_MS: Final = 10 * 60 * 1000
"""So long after its replacement a key may still have signed: other processes of the hub notice a little later."""
LONGEST_AUTHORITY: Final = 16 * 1024
_SIGNING_KEY: Final = re.compile(r"[0-9a-f]{64}")
_SIGNATURE: Final = re.compile(r"[0-9a-f]{128}")
_RECIPIENT: Final = re.compile(r"age1[0-9a-z]{58}")

SigningKeys = Mapping[str, int | None]
"""The office's signing keys, the newest first, and until when (its clock, ms) each signed; None for the one in use."""


@dataclass(frozen=True, slots=True)
class OfficePublic:
    """The public halves of an office's keys."""

    signing_key: str
    """Ed25519, 64 hex digits; receipts and rosters are signed with it."""
    age_recipient: str
    """`age1…`; what travels to the office on a stick is encrypted to it."""
    authority: str
    """The office's own certificate authority, PEM."""

    @property
    def key_id(self) -> str:
        """16 hex digits that change when any of the keys does."""
        text = f"{self.signing_key}\n{self.age_recipient}\n{self.authority}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def as_json(self) -> dict[str, str]:
        """As the hub tells it."""
        return {"signing_key": self.signing_key, "age_recipient": self.age_recipient, "authority": self.authority}


def read_public(fields: Mapping[str, object]) -> OfficePublic:
    """Public keys as an answer or a file has them.

    Raises:
        ValueError: something is missing, or is no such key.
    """
    named = {name: str(fields.get(name, "")) for name in ("signing_key", "age_recipient", "authority")}
    matching(_SIGNING_KEY, named["signing_key"])
    matching(_RECIPIENT, named["age_recipient"])
    if "BEGIN CERTIFICATE" not in named["authority"] or len(named["authority"]) > LONGEST_AUTHORITY:
        raise ValueError("authority")
    return OfficePublic(**named)


@dataclass(frozen=True, slots=True)
class Statement:
    """The office's word that other keys took the place of those that it signed with until then."""

    before: str
    """The signing key until then, 64 hex digits."""
    at: int
    """By the office's clock, milliseconds since 1970."""
    public: OfficePublic
    """The keys from then on."""
    signature: str
    """By the key before."""
    countersignature: str
    """By the new one."""

    def holds(self) -> bool:
        """Whether both keys signed it."""
        message = succession_message(self.before, self.at, self.public)
        return is_signed(self.before, self.signature, message) and is_signed(
            self.public.signing_key, self.countersignature, message
        )

    def as_json(self) -> dict[str, Any]:
        """As it travels."""
        signatures = {"signature": self.signature, "countersignature": self.countersignature}
        return {"fieldlog": KIND, "v": 1, "before": self.before, "at": self.at, **self.public.as_json(), **signatures}

    def line(self) -> bytes:
        """The same as one line without its line feed."""
        return orjson.dumps(self.as_json())


def succession_message(before: str, at: int, public: OfficePublic) -> bytes:
    """What both keys sign."""
    authority = hashlib.sha256(public.authority.encode()).hexdigest()
    lines = ("fieldlog office keys 1", before, str(at), public.signing_key, public.age_recipient, authority)
    return "".join(f"{line}\n" for line in lines).encode()


def make_statement(
    before: str, at: int, public: OfficePublic, sign: Callable[[bytes], str], countersign: Callable[[bytes], str]
) -> Statement:
    """A statement, signed by the key before and by the new one."""
    message = succession_message(before, at, public)
    return Statement(before, at, public, sign(message), countersign(message))


def read_statement(fields: object) -> Statement:
    """A statement that came from somewhere; nothing about it is proven yet.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(fields, Mapping):
        raise ValueError(KIND)
    named = cast("Mapping[str, object]", fields)
    at = named.get("at")
    if named.get("fieldlog") != KIND or named.get("v") != 1 or not isinstance(at, int):
        raise ValueError(KIND)
    return Statement(
        matching(_SIGNING_KEY, str(named.get("before", ""))),
        at,
        read_public(named),
        matching(_SIGNATURE, str(named.get("signature", ""))),
        matching(_SIGNATURE, str(named.get("countersignature", ""))),
    )


def read_statements(values: object) -> tuple[Statement, ...]:
    """Statements in order, the oldest first.

    Raises:
        ValueError: it is no list of them, or they are too many.
    """
    if not isinstance(values, list) or len(cast("list[object]", values)) > LONGEST:
        raise ValueError(KIND)
    return tuple(read_statement(each) for each in cast("list[object]", values))


def steps_after(signing_key: str, statements: Sequence[Statement]) -> tuple[Statement, ...] | None:
    """Those that lead on from a key, each proven; None where one of them does not hold, or they do not hang together.

    Empty where nothing follows that key.
    """
    found: list[Statement] = []
    follows = {each.before: each for each in reversed(statements)}
    reached = signing_key
    while reached in follows:
        step = follows.pop(reached)
        if not step.holds():
            return None
        found.append(step)
        reached = step.public.signing_key
    return tuple(found)


def keys_of(current: str, statements: Iterable[Statement]) -> dict[str, int | None]:
    """The key in use and those before it, as far as the statements, each proven, lead back."""
    keys: dict[str, int | None] = {current: None}
    came = {each.public.signing_key: each for each in statements if each.holds()}
    reached = current
    while reached in came:
        step = came.pop(reached)
        keys.setdefault(step.before, step.at + GRACE_MS)
        reached = step.before
    return keys


def around(key: str, statements: Sequence[Statement]) -> dict[str, int | None]:
    """All keys of the office that has this one, those before it and after it, the newest first."""
    after = steps_after(key, statements) or ()
    return keys_of(after[-1].public.signing_key if after else key, statements)


def matching(pattern: re.Pattern[str], text: str) -> str:
    """The text, where all of it is of the pattern; else raises ValueError."""
    if not pattern.fullmatch(text):
        raise ValueError(text[:16])
    return text
