"""Where the parts of an entry's line stand, found without reading it as JSON.

Keys are sorted, so every canonical line is `{"at":"…","body":…,"by":"…","doc":"…",…,"v":1}`. Only the spelling is looked
at here: whoever needs proof reads the body and compares the hash.
"""

import hashlib
import re
from typing import Final

from fieldlog.domain.log_format import DEVICE_PATTERN

BODY_AT: Final = len('{"at":"2026-11-24T09:00:00.000+08:00","body":')
"""Where the body begins: a moment is 29 bytes long."""

_BY: Final = b',"by":"'
_TAIL: Final = re.compile(
    rb',"by":"([^"\\\x00-\x1f]*)","doc":"([0-9A-HJKMNP-TV-Z]{26})",'
    rb'"hash":"([0-9a-f]{64})",("hlc":"([0-9a-f]{16})","kind":"([a-z_]+(?:\.[a-z_]+)+)",'
    rb'"log":"('
    + DEVICE_PATTERN.strip("^$").encode()
    + rb')","prev":"([0-9a-f]{64})","seq":([1-9][0-9]{0,15}),"v":1\})'
)
_HEAD: Final = re.compile(
    rb'\{"at":"([0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]):([0-6][0-9])\.([0-9]{3})([+-][0-9]{2}:[0-9]{2})","body":'
)
_HASH_KEY: Final = len('"hash":"')
_HASH: Final = len('"hash":"",') + 64

BY, DOC, HASH, REST, HLC, KIND, LOG, PREV, SEQ = range(1, 10)
"""Groups of what `tail_of` finds; REST is everything after the hash."""


def head_of(line: bytes) -> re.Match[bytes] | None:
    """The beginning of a line up to its body: minute, second, milliseconds and offset of `at`."""
    return _HEAD.match(line)


def tail_of(line: bytes) -> re.Match[bytes] | None:
    """Everything after a line's body; None where it is not spelled as nearly every line is, which may still be right.

    `,"by":"` cannot stand inside a JSON string, where a backslash comes before every quote, and the last one is the
    entry's own, since no object comes after the body.
    """
    return _TAIL.fullmatch(line, max(BODY_AT, line.rfind(_BY)))


def derived_hash(line: bytes, tail: re.Match[bytes]) -> bytes:
    """The hash that belongs to the line, worked out of the rest of it, in hex digits."""
    body_ends, own = tail.start(), tail.start(HASH) - _HASH_KEY
    body = line[BODY_AT:body_ends]
    digest = body if body[:1] == b'"' else b'"%b"' % hashlib.sha256(body).hexdigest().encode()
    return hashlib.sha256(line[:BODY_AT] + digest + line[body_ends:own] + line[own + _HASH :]).hexdigest().encode()
