"""The state of one hazard, folded from its entries; the states and what is overdue are in `hazard_state`."""

from dataclasses import dataclass, field
from typing import Any

from fieldlog.domain import bodies
from fieldlog.domain.entries import Entry
from fieldlog.domain.hazard_state import CLOSED, OPEN_STATES, PASSED, RECTIFYING, REPORTED, VOID
from fieldlog.domain.inspection import Attached
from fieldlog.domain.people import FIRST, Order


@dataclass(slots=True)
class Hazard:
    """One hazard from the moment it was found until it is closed; its number is kept for ever."""

    doc: str
    last: Order = FIRST
    found: bodies.HazardFound | None = None
    found_at: str = ""
    fields: dict[str, Any] = field(default_factory=dict[str, Any])
    """The fields as they stand after edits and extensions."""
    first_due: str = ""
    """Statistics use this one; an extension never moves it."""
    state: str = RECTIFYING
    before_void: str = RECTIFYING
    assigned: str = ""
    extensions: int = 0
    closing_requested: bool = False
    closed: bodies.HazardClosed | None = None
    closed_by: str = ""
    approvals: list[list[str]] = field(default_factory=list[list[str]])
    """Of each extension and the closing: who is said to approve it, who wrote it, in which log."""
    rechecks: list[bodies.HazardRechecked] = field(default_factory=list[bodies.HazardRechecked])
    photos: list[Attached] = field(default_factory=list[Attached])
    footage: list[Attached] = field(default_factory=list[Attached])
    drafts: dict[str, str] = field(default_factory=dict[str, str])
    timeline: list[Entry] = field(default_factory=list[Entry])
    late: int = 0

    @property
    def is_open(self) -> bool:
        """Whether something remains to be done."""
        return self.state in OPEN_STATES

    def apply(self, entry: Entry, body: bodies.Body) -> None:
        """Take in the next entry; what comes after the end is kept on the time line and changes nothing."""
        if isinstance(body, bodies.DraftSaved):
            self.drafts[body.field] = body.text
            if not body.text:
                del self.drafts[body.field]
            return
        self.timeline.append(entry)
        if not self.is_open and not isinstance(body, bodies.HazardVoided | bodies.HazardReinstated):
            self.late += 1
            return
        match body:
            case bodies.PhotoAttached():
                self.photos.append(Attached(entry.at, entry.by, body))
            case bodies.FootageLinked():
                self.footage.append(Attached(entry.at, entry.by, body))
            case bodies.HazardFound() if self.found is None:
                self.found, self.found_at = body, entry.at
                self.fields = body.model_dump(mode="json")
                self.first_due = body.due
            case bodies.HazardEdited():
                self.fields |= body.model_dump(mode="json", exclude_none=True)
                if body.due and body.deadline_days is None:
                    self.fields["doubt"] = False  # a day that somebody named
                if body.due and not self.extensions and not self.rechecks:
                    self.first_due = body.due
            case bodies.HazardAssigned():
                self.assigned = body.officer
            case _:
                self._moved_on(entry, body)

    def _moved_on(self, entry: Entry, body: bodies.Body) -> None:
        match body:
            case bodies.HazardRectified():
                self.state = REPORTED
            case bodies.HazardRechecked():
                self.rechecks.append(body)
                self.state = PASSED if body.passed else RECTIFYING
                self.closing_requested = False
                if body.due:
                    self.fields |= {"due": body.due, "doubt": False}
            case bodies.HazardExtended():
                self.extensions += 1
                self.approvals.append([body.approver or entry.by, entry.by, entry.log])
                self.fields |= {"due": body.due, "doubt": False}
            case bodies.HazardClosingRequested():
                self.closing_requested = True
            case bodies.HazardClosingDeclined():
                self.closing_requested = False
                self.state = REPORTED
            case bodies.HazardClosed():
                self.state, self.closed, self.closed_by = CLOSED, body, entry.by
                self.approvals.append([body.approver or entry.by, entry.by, entry.log])
            case bodies.HazardVoided() if self.state != VOID:
                self.before_void, self.state = self.state, VOID
            case bodies.HazardReinstated() if self.state == VOID:
                self.state = self.before_void
            case _:
                pass

    def row(self) -> dict[str, Any] | None:
        """What a list shows; None until the finding entry is here."""
        if self.found is None:
            return None
        now = self.fields
        return {
            "id": self.doc,
            "doc": self.doc,
            "number": now["number"],
            "premises": now["premises"],
            "premises_name": now["premises_name"],
            "inspection": now["inspection"],
            "item": now["item"],
            "list": now["list"],
            "text": now["text"],
            "place": now["place"],
            "level": now["level"],
            "state": self.state,
            "found": now["found"],
            "due": now["due"],
            "first_due": self.first_due,
            "doubt": now["doubt"],
            "closed": self.closed.on if self.closed else "",
            "responsible": now["responsible"],
            "assigned": self.assigned,
            "officers": now["officers"],
            "closing_requested": self.closing_requested,
            "extensions": self.extensions,
            "approvals": list(self.approvals),
            "photos": len(self.photos),
            "footage": len(self.footage),
        }
