"""The rows of a check table, as they stand: what each cell said, before anything is made of it."""

from dataclasses import dataclass, field

from fieldlog.domain.checklist_parts import Place
from fieldlog.sheets.grid import column_letter
from fieldlog.tables.header import Header


@dataclass(frozen=True, slots=True)
class Draft:
    """One check, as its row gives it."""

    row: int
    """From 0."""
    section: str
    place: Place | None
    texts: dict[str, str]
    """Field to text, line breaks kept; empty cells are left out."""
    mark: str = ""
    """★ or the like, where the row carries one."""


@dataclass(slots=True)
class Table:
    """One list, from one table or from several with the same heading under one title."""

    sheet: str
    header: Header
    title: str
    titles: list[str]
    drafts: list[Draft] = field(default_factory=list[Draft])
    notes: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    """Rows that explain the table, from 0, with their text."""
    total: str = ""
    shared_cells: frozenset[tuple[int, int]] = frozenset()
    """Cells of ranges merged over several rows."""

    def letter(self, name: str) -> str:
        """The column of a field, as the office program calls it."""
        column = self.header.column(name)
        return "" if column is None else column_letter(column)
