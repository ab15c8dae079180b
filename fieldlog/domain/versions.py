"""Versions of checklists: `2026.1`, year and issue.

Issues up to 100 are the program's. An office that changes a list that came with the program goes on from 101, so that
no later version of the program's ever carries the number of an office's.
"""

import re
from collections.abc import Iterable
from typing import Final

FIRST_OWN_ISSUE: Final = 101


_VERSION = re.compile(r"([0-9]{4})\.([0-9]{1,6})", re.ASCII)


def version_key(version: str) -> tuple[int, int]:
    """What versions are ordered by: 2026.10 comes after 2026.9; what is no version comes before all."""
    found = _VERSION.fullmatch(version)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def next_version(known: Iterable[str], year: int, *, shadows_shipped: bool) -> str:
    """The version of an office's next issue of a list, newer than all `known` ones."""
    newest = max(map(version_key, known), default=(0, 0))
    first = FIRST_OWN_ISSUE if shadows_shipped else 1
    if newest < (year, first):
        return f"{year}.{first}"
    return f"{newest[0]}.{max(newest[1] + 1, first)}"
