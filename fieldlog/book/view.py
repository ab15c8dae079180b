"""The view: rows for lists, folded from the log, and where each document's entries stand. It is disposable.

Folding, and the models it needs, load with the first entry: a start from a whole checkpoint folds nothing.
"""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from fieldlog.book.extents import ExtentIndex
from fieldlog.book.logfiles import Place
from fieldlog.book.tables import KeyedTable

if TYPE_CHECKING:
    from fieldlog.book.folding import Folding
    from fieldlog.domain.entries import Entry
    from fieldlog.domain.fold import Document

TABLES = (
    "premises",
    "officers",
    "equipment",
    "inspections",
    "hazards",
    "cases",
    "footage",
    "slates",
    "recordings",
    "papers",
    "numbers",
    "checklists",
    "published",
    "profile",
    "devices",
    "counters",
    "unknown",
)


class View:
    """Tables of rows by name, each a TinyDB table."""

    def __init__(self, read_entries: "Callable[[str], list[Entry]]") -> None:
        self.tables = {name: KeyedTable(name) for name in TABLES}
        self.extents = ExtentIndex()
        self._read_entries = read_entries

    def take(self, entry: "Entry", place: Place) -> None:
        """Fold one more entry; `flush` brings the rows up to date."""
        self._folding.take(entry, place)

    def flush(self) -> None:
        """Bring the rows of every document that changed up to date."""
        self._folding.flush()

    def state(self, doc: str) -> "Document | None":
        """The folded document, or None where there is none; it must not be changed."""
        return self._folding.state(doc)

    @cached_property
    def _folding(self) -> "Folding":
        from fieldlog.book.folding import Folding  # noqa: PLC0415 - see above

        return Folding(self.tables, self.extents, self._read_entries)
