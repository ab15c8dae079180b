"""Versions of checklists: `2026.1`, year and issue.

Issues up to 100 are the program's. An office that changes a list that came with the program goes on from 101, so that
no later version of the program's ever carries the number of an office's.
"""

from collections.abc import Iterable
from typing import Final

FIRST_OWN_ISSUE: Final = 101


def version_key(version: str) -> tuple[int, int]:
    """What versions are ordered by: 2026.10 comes after 2026.9."""
    year, _dot, issue = version.partition(".")
    return int(year), int(issue)


def next_version(known: Iterable[str], year: int, *, shadows_shipped: bool) -> str:
    """The version of an office's next issue of a list, newer than all `known` ones."""
    newest = max(map(version_key, known), default=(0, 0))
    first = FIRST_OWN_ISSUE if shadows_shipped else 1
    if newest < (year, first):
        return f"{year}.{first}"
    return f"{newest[0]}.{max(newest[1] + 1, first)}"
