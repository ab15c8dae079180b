"""What a file of check tables holds once it is read, and what was made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fieldlog.domain.checklist import Checklist
from fieldlog.sheets.unreadable import SheetsUnreadable

TablesUnreadable = SheetsUnreadable


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell that a person should look at."""

    sheet: str
    row: int
    """From 1, as the office program counts; 1 too where the whole sheet is meant."""
    column: str
    """Letter of the column, or empty."""
    why: str


@dataclass(frozen=True, slots=True)
class Turned:
    """A question that became a statement."""

    sheet: str
    row: int
    column: str
    original: str
    text: str
    sure: bool


@dataclass(frozen=True, slots=True)
class TableList:
    """One list out of the file, its items numbered from 1 under the id `list`."""

    sheet: str
    row: int
    checklist: Checklist
    stated: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """Which fields of each item the table itself gave; the others were filled in."""
    remarks: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """What found no room in an item, by its id; written beside it as a comment."""
    columns: Mapping[str, str] = field(default_factory=dict[str, str])
    """Column letter with heading, to what it was taken for."""
    own_id: bool = False
    """The id and the ids of the items stood in the file and are kept."""
    edited: bool = False
    """A list that fieldlog exported, changed by hand since."""


@dataclass(frozen=True, slots=True)
class Tables:
    """What a file held."""

    lists: tuple[TableList, ...]
    problems: tuple[Problem, ...]
    turned: tuple[Turned, ...] = ()
