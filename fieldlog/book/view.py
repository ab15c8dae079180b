"""The view: rows for lists, folded from the log, and where each document's entries stand.

It is disposable. It takes entries one by one; a document whose entries come in order costs one fold step an entry, one
whose entries arrive late is folded again from its own entries.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from fieldlog.book.extents import ExtentIndex
from fieldlog.book.journal import Place
from fieldlog.book.tables import KeyedTable
from fieldlog.domain.bodies import BODIES
from fieldlog.domain.entries import Entry
from fieldlog.domain.fold import Document, apply, family, fold
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.people import Officer, Premises, RecordedChecklist, StartedLog

TABLES = ("premises", "officers", "inspections", "hazards", "footage", "checklists", "devices", "counters", "unknown")
_TABLE_OF: dict[type[Document], str] = {
    Premises: "premises",
    Officer: "officers",
    Inspection: "inspections",
    Hazard: "hazards",
    RecordedChecklist: "checklists",
    StartedLog: "devices",
}
MOST_STATES = 512
"""Folded documents kept in memory; an officer works on one, a supervisor on a few at a time."""


class View:
    """Tables of rows by name, each a TinyDB table."""

    def __init__(self, read_entries: Callable[[str], list[Entry]]) -> None:
        self.tables = {name: KeyedTable(name) for name in TABLES}
        self.extents = ExtentIndex()
        self._read_entries = read_entries
        self._states: OrderedDict[str, Document] = OrderedDict()
        self._stale: set[str] = set()

    def take(self, entry: Entry, place: Place) -> None:
        """Fold one more entry; `flush` brings the rows up to date."""
        known = entry.doc in self.extents
        self.extents.add(entry.doc, place)
        if entry.kind not in BODIES:
            self._count_unknown(entry.kind)
        if entry.kind == "footage.linked":
            self._list_footage(entry)
        if entry.kind == "hazard.found":
            self._raise_serial(entry)
        state = self._states.get(entry.doc)
        if state is None and not known:
            kind = family(entry.kind)
            state = kind(entry.doc) if kind else None
            if state is not None:
                self._keep(state)
        if state is not None and entry.order > state.last:
            apply(state, entry)
        else:
            self._forget(entry.doc)
        self._stale.add(entry.doc)
        if len(self._states) > 8 * MOST_STATES:  # a long batch: older documents are folded again if they come back
            self.flush()

    def flush(self) -> None:
        """Bring the rows of every document that changed up to date."""
        while self._stale:
            doc = self._stale.pop()
            state = self.state(doc)
            row = state.row() if state is not None else None
            if state is not None and row is not None:
                self.tables[_TABLE_OF[type(state)]].put(doc, row)
        while len(self._states) > MOST_STATES:
            self._states.popitem(last=False)

    def state(self, doc: str) -> Document | None:
        """The folded document, or None where there is none; it must not be changed."""
        state = self._states.get(doc)
        if state is None and doc in self.extents:
            state = fold(self._read_entries(doc))
            if state is not None:
                self._keep(state)
        elif state is not None:
            self._states.move_to_end(doc)
        return state

    def _keep(self, state: Document) -> None:
        self._states[state.doc] = state

    def _forget(self, doc: str) -> None:
        self._states.pop(doc, None)

    def _count_unknown(self, kind: str) -> None:
        row = self.tables["unknown"].rows.get(kind, {"kind": kind, "entries": 0})
        self.tables["unknown"].put(kind, {**row, "entries": row["entries"] + 1})

    def _raise_serial(self, entry: Entry) -> None:
        key, serial = f"hazard/{entry.log}/{str(entry.fields.get('found', ''))[:4]}", entry.fields.get("serial")
        row = self.tables["counters"].rows.get(key, {"value": 0})
        if isinstance(serial, int) and serial > row["value"]:
            self.tables["counters"].put(key, {"value": serial})

    def _list_footage(self, entry: Entry) -> None:
        row: dict[str, Any] = {name: value for name, value in entry.fields.items() if name != "salt"}
        key = f"{entry.log}/{entry.seq:012d}"
        self.tables["footage"].put(key, {"id": key, "doc": entry.doc, "at": entry.at, "by": entry.by, **row})
