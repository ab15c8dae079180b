"""Folding entries into the rows of the view, document by document.

It takes entries one by one; a document whose entries come in order costs one fold step an entry, one whose entries
arrive late is folded again from its own entries.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from fieldlog.book.extents import ExtentIndex
from fieldlog.book.logfiles import Place
from fieldlog.book.tables import KeyedTable
from fieldlog.domain.bodies import BODIES, FootageLinked, HazardFound, SlateShown
from fieldlog.domain.case import Case
from fieldlog.domain.contested import first_place
from fieldlog.domain.entries import Entry, origin_of
from fieldlog.domain.equipment import Equipment
from fieldlog.domain.fold import Document, apply, family, fold, happening, read_body
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.numbering import NumberSeries
from fieldlog.domain.paper import Paper
from fieldlog.domain.people import Officer, Premises, RecordedChecklist, StartedLog
from fieldlog.domain.profile_words import ProfileWords
from fieldlog.domain.published import PublishedChecklist
from fieldlog.domain.recording import Recording

_TABLE_OF: dict[type[Document], str] = {
    Premises: "premises",
    Officer: "officers",
    Equipment: "equipment",
    Inspection: "inspections",
    Hazard: "hazards",
    Case: "cases",
    RecordedChecklist: "checklists",
    PublishedChecklist: "published",
    ProfileWords: "profile",
    StartedLog: "devices",
    Recording: "recordings",
    Paper: "papers",
    NumberSeries: "numbers",
}
_ALSO_LISTED = ("hazard.found", "footage.linked", "slate.shown")
MOST_STATES = 512
"""Folded documents kept in memory; an officer works on one, a supervisor on a few at a time."""


class Folding:
    """Keeps the rows of `tables` and the `extents` in step with the entries it is given."""

    def __init__(
        self, tables: Mapping[str, KeyedTable], extents: ExtentIndex, read_entries: Callable[[str], list[Entry]]
    ) -> None:
        self.tables = tables
        self.extents = extents
        self._read_entries = read_entries
        self._states: OrderedDict[str, Document] = OrderedDict()
        self._stale: set[str] = set()

    def take(self, entry: Entry, place: Place) -> None:
        """Fold one more entry; `flush` brings the rows up to date."""
        if entry.kind == "log.sealed":
            return  # one a visit in every log: the device's document would grow without end, and no row shows them
        known = entry.doc in self.extents
        self.extents.add(entry.doc, place)
        if entry.kind not in BODIES and place.is_in_log:  # what came on paper comes again with its log
            self._count_unknown(entry.kind)
        if entry.kind in _ALSO_LISTED:
            self._list(entry)
        state, kind = self._states.get(entry.doc), family(entry.kind)
        if state is None and not known:
            state = kind(entry.doc) if kind else None
        fits = state is not None and kind in (None, type(state))  # else folding all of them says what it is
        if state is not None and fits and entry.order > state.last and not origin_of(entry):
            self._keep(state)
            apply(state, entry)
        else:
            self._states.pop(entry.doc, None)
        self._stale.add(entry.doc)
        if len(self._states) > 8 * MOST_STATES:  # a long batch: older documents are folded again if they come back
            self.flush()

    def flush(self) -> None:
        """Bring the rows of every document that changed up to date."""
        while self._stale:
            doc = self._stale.pop()
            state = self._states.get(doc) or self._fold(doc)
            row = state.row() if state is not None else None
            for family_, name in _TABLE_OF.items():
                if row is not None and type(state) is family_:
                    self.tables[name].put(doc, row)
                else:
                    self.tables[name].drop(doc)
        while len(self._states) > MOST_STATES:
            self._states.popitem(last=False)

    def state(self, doc: str) -> Document | None:
        """The folded document, or None where there is none; it must not be changed."""
        state = self._states.get(doc)
        if state is None:
            return self._fold(doc)
        self._states.move_to_end(doc)
        return state

    def _fold(self, doc: str) -> Document | None:
        state = fold(self._read_entries(doc)) if doc in self.extents else None
        if state is not None:
            self._keep(state)
        return state

    def _keep(self, state: Document) -> None:
        self._states[state.doc] = state
        self._states.move_to_end(state.doc)

    def _count_unknown(self, kind: str) -> None:
        row = self.tables["unknown"].rows.get(kind, {"kind": kind, "entries": 0})
        self.tables["unknown"].put(kind, {**row, "entries": row["entries"] + 1})

    def _list(self, entry: Entry) -> None:
        """What an entry adds to other tables than its document's."""
        match read_body(entry):
            case HazardFound() as found:
                key = f"hazard/{entry.log}/{found.found[:4]}"
                row = self.tables["counters"].rows.get(key, {"value": 0})
                self.tables["counters"].put(key, {"value": max(row["value"], found.serial)})
            case FootageLinked() as link:
                key, _ = _first_written(entry)
                fields: dict[str, Any] = link.model_dump(mode="json")
                self.tables["footage"].put(key, {"id": key, "doc": entry.doc, "at": entry.at, "by": entry.by, **fields})
            case SlateShown() as run:
                key, log = _first_written(entry)
                start_ms = round(datetime.fromisoformat(run.moment).timestamp() * 1000)
                row = {"id": key, "log": log, "doc": entry.doc, "at": entry.at, "by": entry.by, "start_ms": start_ms}
                self.tables["slates"].put(key, {**row, **run.model_dump(mode="json")})
            case _:
                pass


def _first_written(entry: Entry) -> tuple[str, str]:
    """A key that an entry shares with those that say it again after a fork, and the log that it was first written in.

    It covers all that the row says: who claims to repeat an entry and says something else gets a row of its own.
    """
    log, _seq = first_place(entry)
    *what, said = happening(entry)
    return hashlib.sha256("\n".join((log, entry.at, *map(str, what), "")).encode() + said).hexdigest(), log
