"""Words as they go into the log."""

import re

from fieldlog.domain.errors import Refused

LONGEST_TEXT = 4_000
LONGEST_DRAFT = 100_000
"""Far more than a text may have in the end: what is too long to be saved is shortened by hand, and nothing of it lost."""
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def plain(text: str) -> str:
    """The text without control characters but line breaks, and without space at its ends.

    Raises:
        Refused: it is longer than `LONGEST_TEXT` characters.
    """
    kept = _CONTROL.sub("", text.replace("\t", " "))
    if len(kept) > LONGEST_TEXT:
        raise Refused(f"文字超过 {LONGEST_TEXT} 字，请分开写", rule="text")
    return kept.strip()
