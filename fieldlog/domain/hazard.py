"""The state of one hazard, folded from its entries; the states and what is overdue are in `hazard_state`."""

from dataclasses import dataclass, field
from typing import Any

from fieldlog.domain import bodies
from fieldlog.domain.comments import Comment
from fieldlog.domain.contested import Change, Contest, contest, first_place, newest
from fieldlog.domain.entries import Entry
from fieldlog.domain.hazard_state import CLOSED, OPEN_STATES, PASSED, RECTIFYING, REPORTED, VOID
from fieldlog.domain.inspection_parts import Attached
from fieldlog.domain.people import FIRST, Order

_STEPS: dict[type[bodies.Body], str] = {
    bodies.HazardRectified: "整改反馈",
    bodies.HazardClosingRequested: "申请销号",
    bodies.HazardClosingDeclined: "退回销号",
    bodies.HazardClosed: "销号",
    bodies.HazardVoided: "作废",
    bodies.HazardReinstated: "恢复",
}
"""The steps that move a hazard on, in words; a re-check's says how it went."""
_EDITED = ("text", "place", "level", "standard", "basis", "measure", "due", "responsible")


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
    assigned: bodies.HazardAssigned | None = None
    assigned_by: str = ""
    assigned_at: str = ""
    comments: list[Comment] = field(default_factory=list[Comment])
    changes: dict[str, list[Change]] = field(default_factory=dict[str, list[Change]])
    """By what was changed, a field, `assigned` or `state`: every change, in order."""
    confirmed: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])
    heads: dict[str, int] = field(default_factory=dict[str, int])
    """By the log where it was written first, the number of the newest entry."""
    extensions: int = 0
    closing_requested: bool = False
    closed: bodies.HazardClosed | None = None
    closed_by: str = ""
    approvals: list[list[str]] = field(default_factory=list[list[str]])
    """Of each extension and the closing: who is said to approve it, who wrote it, in which log, its hybrid clock."""
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

    def contests(self) -> dict[str, Contest]:
        """What two devices changed without knowing of each other, where nobody has looked at it since."""
        found = ((what, contest(each, self.confirmed.get(what, {}))) for what, each in self.changes.items())
        return {what: each for what, each in found if each is not None}

    def apply(self, entry: Entry, body: bodies.Body) -> None:
        """Take in the next entry; what comes after the end, but words, is kept on the time line and changes nothing."""
        if isinstance(body, bodies.DraftSaved):
            self.drafts[body.field] = body.text
            if not body.text:
                del self.drafts[body.field]
            return
        self.timeline.append(entry)
        self.heads = newest((*self.heads.items(), first_place(entry)))
        if isinstance(body, bodies.HazardCommented):
            self.comments.append(Comment(entry.at, entry.by, body.text))
        elif isinstance(body, bodies.HazardConfirmed):
            self.confirmed[body.what] = newest((*self.confirmed.get(body.what, {}).items(), *body.seen.items()))
        elif self.is_open or isinstance(body, bodies.HazardVoided | bodies.HazardReinstated):
            self._note_changes(entry, body)
            self._go_on(entry, body)
        else:
            self.late += 1

    def _go_on(self, entry: Entry, body: bodies.Body) -> None:
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
                self.fields |= body.model_dump(mode="json", exclude_none=True, exclude={"seen"})
                if body.due and body.deadline_days is None:
                    self.fields["doubt"] = False  # a day that somebody named
                if body.due and not self.extensions and not self.rechecks:
                    self.first_due = body.due
            case bodies.HazardAssigned():
                self.assigned, self.assigned_by, self.assigned_at = body, entry.by, entry.at
            case bodies.HazardUnassigned():
                self.assigned, self.assigned_by, self.assigned_at = None, "", ""
            case _:
                self._moved_on(entry, body)

    def _note_changes(self, entry: Entry, body: bodies.Body) -> None:
        if isinstance(body, bodies.Handled):
            for what, value in _changed(body):
                change = Change(first_place(entry), entry.at, entry.by, value, body.seen)
                self.changes.setdefault(what, []).append(change)

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
                self.approvals.append([body.approver or entry.by, entry.by, entry.log, entry.hlc])
                self.fields |= {"due": body.due, "doubt": False}
            case bodies.HazardClosingRequested():
                self.closing_requested = True
            case bodies.HazardClosingDeclined():
                self.closing_requested = False
                self.state = REPORTED
            case bodies.HazardClosed():
                self.state, self.closed, self.closed_by = CLOSED, body, entry.by
                self.approvals.append([body.approver or entry.by, entry.by, entry.log, entry.hlc])
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
            "assigned": self.assigned.officer if self.assigned else "",
            "assigned_due": (self.assigned.due or "") if self.assigned else "",
            "assigned_by": self.assigned_by,
            "assigned_at": self.assigned_at,
            "officers": now["officers"],
            "closing_requested": self.closing_requested,
            "extensions": self.extensions,
            "approvals": list(self.approvals),
            "comments": " ".join(each.by for each in self.comments),
            "contested": " ".join(sorted(self.contests())),
            "photos": len(self.photos),
            "photos_after": sum(
                isinstance(each.body, bodies.PhotoAttached) and each.body.when == "after" for each in self.photos
            ),
            "footage": len(self.footage),
        }


def _changed(body: bodies.Handled) -> list[tuple[str, str]]:
    """What a step changes, and to what."""
    match body:
        case bodies.HazardEdited():
            fields = body.model_dump(mode="json", exclude_none=True)
            return [(name, _shown(fields[name])) for name in _EDITED if name in fields]
        case bodies.HazardExtended():
            return [("due", body.due)]
        case bodies.HazardAssigned():
            return [("assigned", body.officer)]
        case bodies.HazardUnassigned():
            return [("assigned", "")]
        case bodies.HazardRechecked():
            return [("state", "复查通过" if body.passed else "复查未通过")]
        case _:
            return [("state", _STEPS[type(body)])] if type(body) in _STEPS else []


def _shown(value: object) -> str:
    return "；".join(map(str, value)) if isinstance(value, list) else str(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
