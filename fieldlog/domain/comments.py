"""What people say to each other about a visit, one of its items, or a hazard."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Comment:
    """Words, with who said them and when."""

    at: str
    by: str
    text: str
    item: str = ""
    """`domain.reference` of the item of a visit it is about; empty for the whole."""


def count_others(row: Mapping[str, Any], reader: str) -> int:
    """How many comments on a visit or hazard somebody else than the reader has made; `row` is its row.

    It only ever grows, whatever order comments arrive in, so that a number is enough to remember what was read.
    """
    return sum(by != reader for by in row["comments"].split())
