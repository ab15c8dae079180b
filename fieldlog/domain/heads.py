"""How far a log has come."""

from collections.abc import Mapping
from typing import NamedTuple


class Head(NamedTuple):
    """The newest entry of a log: its number and its hash."""

    seq: int
    hash: str


Heads = Mapping[str, Head]


class Refusal(NamedTuple):
    """An entry that was not taken in; what follows it in the same log was not either."""

    log: str
    seq: int
    why: str
    """One line in Chinese."""
