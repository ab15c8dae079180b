"""The limits and names of a log, for those that handle its lines without reading them; `docs/format.md` describes it."""

import re
from typing import Final

FORMAT: Final = 1
NO_HASH: Final = "0" * 64
LONGEST_LINE_BYTES: Final = 4 * 1024 * 1024
DEVICE_PATTERN: Final = r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$"
CONTINUATION_LETTERS: Final = "23456789abcdefghjkmnpqrstvwxyz"
"""What the names of logs that go on after a fork end with: without 0 o, 1 i l and u, which are misread or misheard."""
CONTINUATION_LENGTH: Final = 4
_LONGEST_STEM: Final = 35
_CONTINUED = re.compile(f"(.+)-[{CONTINUATION_LETTERS}]{{{CONTINUATION_LENGTH}}}")
_DEVICE = re.compile(DEVICE_PATTERN)
_RESERVED: Final = re.compile(r"con|prn|aux|nul|(?:com|lpt)[0-9]")


def is_device_id(text: str) -> bool:
    """Whether `text` can name a device: lower-case letters, digits and hyphens, at most 40."""
    return _DEVICE.fullmatch(text) is not None


def is_reserved(text: str) -> bool:
    """Whether Windows keeps this name for a device of its own, so that no folder there can bear it."""
    return _RESERVED.fullmatch(text) is not None


def stem_of(root: str) -> str:
    """What the names of all logs that go on from `root` begin with."""
    return root[:_LONGEST_STEM].rstrip("-")


def is_log_id_of(root: str, log: str) -> bool:
    """Whether `log` is a name for what goes on from `root` after a fork."""
    continued = _CONTINUED.fullmatch(log)
    return continued is not None and continued[1] == stem_of(root)


def may_repeat(first: str, log: str) -> bool:
    """Whether the names allow that `log` goes on from `first`: from its root, or as one more that goes on from there."""
    continued, before = _CONTINUED.fullmatch(log), _CONTINUED.fullmatch(first)
    return continued is not None and continued[1] in (stem_of(first), before[1] if before else "")
