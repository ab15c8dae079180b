"""The kinds of entries and what each body holds.

A body is checked against its model when it is written and again when it is folded, since another device, or a newer
version, may have written it. Unknown fields are kept in the log and ignored here. Dates are `YYYY-MM-DD` local
calendar days, moments are RFC 3339, money is in 分; `item` is a reference, `domain.reference`.
"""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from fieldlog.domain.body_fields import Body, Day, DeadlineKind, Handled, Level, Moment, ReasonGiven, Seen, Sha256
from fieldlog.domain.case_kinds import CASE_BODIES
from fieldlog.domain.desk_bodies import (
    HazardAssigned,
    HazardCommented,
    HazardConfirmed,
    HazardUnassigned,
    InspectionCommented,
    ItemConfirmed,
)
from fieldlog.domain.equipment_bodies import (
    EquipmentChanged,
    EquipmentLent,
    EquipmentRegistered,
    EquipmentReturned,
)
from fieldlog.domain.footage_bodies import RecordingChecked, RecordingFound, RecordingSeen, SlateShown
from fieldlog.domain.number_bodies import NumberTaken, NumberVoided
from fieldlog.domain.paper_bodies import PaperPrinted, PaperReprinted, PaperScanned, PaperVoided
from fieldlog.domain.photo_bodies import PhotoAttached
from fieldlog.domain.profile_bodies import CalendarCorrected, ProfileRuleTurned, ProfileValueSet

MOST_THINGS = 50
"""Things of a kind in one visit; a list may allow fewer."""


class Value(StrEnum):
    """The answer to a checklist item."""

    PASS = "符合"  # noqa: S105 - an answer, not a password
    FAIL = "不符合"
    NA = "不适用"
    PENDING = "待定"


class InspectionType(StrEnum):
    """Kind of visit (渝375 art. 3)."""

    ROUTINE = "日常"
    CAMPAIGN = "专项"
    LEAD_CHECK = "线索核查"
    EMERGENCY_CHECK = "即时"


class ClosingReason(StrEnum):
    """Why a hazard is closed (hazards.md, section 2)."""

    RECTIFIED = "整改到位"
    DISUSED = "停用"
    SHUT_DOWN = "关闭"
    REFERRED = "移交"
    FALSE_ALARM = "误报"


class LogStarted(Body):
    """First entry of every log; after a fork `continues` names the log it goes on from, with the newest common entry."""

    device: str
    unit: str
    unit_name: str = ""
    role: str = "officer"
    public_key: str
    """Ed25519, 64 hex digits."""
    continues: str = ""
    continues_seq: int = 0
    continues_hash: str = ""


class LogSealed(Body):
    """The device vouches for its log: `signature` is Ed25519 over `entries.seal_message(log, upto, head)`."""

    upto: int
    head: Sha256
    signature: str


class ChecklistRecorded(Body):
    """A version of a checklist, whole, the first time a visit on this device uses it."""

    list: str
    version: str
    digest: Sha256
    checklist: dict[str, Any]


class ChecklistPublished(Body):
    """A version of a list, whole, proposed for every device of the unit; it counts once it is approved."""

    list: str
    version: str
    digest: Sha256
    checklist: dict[str, Any]
    note: str = ""
    """What is different, in words."""


class ChecklistApproved(Body):
    """A supervisor lets the proposal of that digest count."""

    digest: Sha256
    note: str = ""


class ChecklistDeclined(Body):
    digest: Sha256
    reason: str


class ChecklistWithdrawn(Body):
    """The version counts no more for new visits; those that used it keep it."""

    digest: Sha256
    reason: str


class PremisesRegistered(Body):
    name: str
    uscc: str = ""
    address: str = ""
    kind: str = ""
    village: str = ""
    contact: str = ""
    phone: str = ""
    licence_no: str = ""
    licence_expiry: Day | None = None
    features: tuple[str, ...] = ()
    remark: str = ""
    source: str = ""


class PremisesChanged(Body):
    """Only the fields that change."""

    name: str | None = None
    uscc: str | None = None
    address: str | None = None
    kind: str | None = None
    village: str | None = None
    contact: str | None = None
    phone: str | None = None
    licence_no: str | None = None
    licence_expiry: Day | None = None
    features: tuple[str, ...] | None = None
    remark: str | None = None
    source: str | None = None


class OfficerRegistered(Body):
    name: str
    certificate: str = ""
    certificate_expiry: Day | None = None
    issuer: str = ""
    post: str = ""
    phone: str = ""


class OfficerChanged(Body):
    name: str | None = None
    certificate: str | None = None
    certificate_expiry: Day | None = None
    issuer: str | None = None
    post: str | None = None
    phone: str | None = None


class ListUsed(Body):
    id: str
    version: str
    digest: Sha256


class InspectionOpened(Body):
    premises: str
    premises_name: str
    type: InspectionType
    lists: tuple[ListUsed, ...]
    officers: tuple[str, ...]
    features: tuple[str, ...] = ()
    items: int
    """How many items apply, so that progress is known without the checklist."""
    approval: str = ""
    source: str = ""


class InspectionCounted(Body):
    """How many things of a kind there are that a section is walked once for each of, and what each is called."""

    thing: str
    """冷藏柜, as the lists name it."""
    labels: Annotated[tuple[str, ...], Field(min_length=1, max_length=MOST_THINGS)]
    items: tuple[str, ...] = ()
    """Ids of the items that are asked for each, so that progress is known without the checklist."""


class ListAdopted(Body):
    """A newer version of one of the visit's lists counts from now on; what it began with stays in its opening entry."""

    list: str
    replaces: Sha256
    """Digest of the version that counted before."""
    version: str
    digest: Sha256
    was: int
    """How many items of the version before applied, each once."""
    asked: tuple[str, ...]
    """Ids of the items that apply now, so that answers to the others are told apart without the checklist."""
    each: tuple[str, ...] | None = None
    """Those of them that are asked for each thing of a kind; None where the version that wrote it did not say."""


class ItemAnswered(Body):
    item: str
    """`domain.reference`: the item's id, with the thing's number behind it in a repeated section."""
    value: Value
    finding: int | None = None
    """Which typical finding, from 1."""
    text: str = ""
    """The fact in words: the typical finding's, or what the officer wrote."""
    measured: str = ""
    """Decimal text in the item's unit."""
    hazard: str = ""
    """The hazard this answer gave rise to."""
    seen: Seen = Field(default_factory=dict[str, int])
    """Of other logs, the answers to this item that the device held."""


class AnswerUndone(Body):
    """Takes back the answer that stands at `log`/`seq`."""

    log: str
    seq: int
    item: str


class ItemNoted(Body):
    """A remark; an empty `item` means the whole inspection, an empty `note` takes it away."""

    item: str = ""
    note: str


class DraftSaved(Body):
    """Text still being typed in `field` of this document; empty once it is saved or given up."""

    field: str
    text: str


class StageReached(Body):
    stage: Literal["亮证", "告知", "现场检查", "笔录签字"]
    moment: Moment
    note: str = ""


class FootageLinked(Body):
    """`reference`: camera and time, typed; `mark`: the second of a key press at an item."""

    strength: Literal["reference", "mark"]
    camera: str
    moment: Moment
    item: str = ""
    hazard: str = ""
    note: str = ""


class Signature(Body):
    way: Literal["paper", "refused", "page"] = "paper"
    reason: str = ""
    witness: str = ""


class InspectionClosed(Body):
    signature: Signature = Signature()
    opinion: str = ""
    """What the inspected party said."""
    reasons: tuple[ReasonGiven, ...] = ()
    """Warnings that were passed over, each with why."""


class InspectionVoided(Body):
    reason: str


class HazardFound(Body):
    number: str
    serial: int
    premises: str
    premises_name: str
    inspection: str = ""
    item: str = ""
    list: str = ""
    text: str
    place: str = ""
    level: Level = "一般"
    standard: str = ""
    basis: tuple[str, ...] = ()
    measure: str = ""
    found: Day
    deadline_kind: DeadlineKind = "calendar"
    deadline_days: int
    due: Day
    responsible: str = ""
    officers: tuple[str, ...] = ()
    doubt: bool = False
    """The laptop's clock could not be right when the deadline was worked out."""


class HazardEdited(Handled):
    """Only the fields that change; the number, the premises and the day found never do."""

    text: str | None = None
    place: str | None = None
    level: Level | None = None
    standard: str | None = None
    basis: tuple[str, ...] | None = None
    measure: str | None = None
    deadline_kind: DeadlineKind | None = None
    deadline_days: int | None = None
    due: Day | None = None
    responsible: str | None = None


class HazardUrged(Body):
    """督办: a supervisor presses for it."""

    note: str


class HazardRectified(Handled):
    """The party reports that it is done; `on` is the day they say."""

    note: str
    on: Day
    reported_by: str = ""


class HazardRechecked(Handled):
    passed: bool
    on: Day
    note: str = ""
    officers: tuple[str, ...] = ()
    due: Day | None = None
    """The new deadline of a second order, when the re-check failed."""


class HazardExtended(Handled):
    due: Day
    reason: str
    approver: str = ""


class HazardClosingRequested(Handled):
    note: str = ""


class HazardClosingDeclined(Handled):
    reason: str


class HazardClosed(Handled):
    reason: ClosingReason
    approver: str = ""
    on: Day
    note: str = ""


class HazardVoided(Handled):
    reason: str


class HazardReinstated(Handled):
    """Takes a voiding back, as when the answer that led to it is undone."""

    reason: str


BODIES: dict[str, type[Body]] = {
    "log.started": LogStarted,
    "log.sealed": LogSealed,
    "checklist.recorded": ChecklistRecorded,
    "checklist.published": ChecklistPublished,
    "checklist.approved": ChecklistApproved,
    "checklist.declined": ChecklistDeclined,
    "checklist.withdrawn": ChecklistWithdrawn,
    "profile.value_set": ProfileValueSet,
    "profile.rule_turned": ProfileRuleTurned,
    "calendar.corrected": CalendarCorrected,
    "premises.registered": PremisesRegistered,
    "premises.changed": PremisesChanged,
    "officer.registered": OfficerRegistered,
    "officer.changed": OfficerChanged,
    "equipment.registered": EquipmentRegistered,
    "equipment.changed": EquipmentChanged,
    "equipment.lent": EquipmentLent,
    "equipment.returned": EquipmentReturned,
    "inspection.opened": InspectionOpened,
    "inspection.counted": InspectionCounted,
    "inspection.list_adopted": ListAdopted,
    "item.answered": ItemAnswered,
    "answer.undone": AnswerUndone,
    "item.noted": ItemNoted,
    "item.confirmed": ItemConfirmed,
    "inspection.commented": InspectionCommented,
    "draft.saved": DraftSaved,
    "stage.reached": StageReached,
    "photo.attached": PhotoAttached,
    "footage.linked": FootageLinked,
    "slate.shown": SlateShown,
    "recording.found": RecordingFound,
    "recording.seen": RecordingSeen,
    "recording.checked": RecordingChecked,
    "inspection.closed": InspectionClosed,
    "inspection.voided": InspectionVoided,
    "hazard.found": HazardFound,
    "hazard.edited": HazardEdited,
    "hazard.commented": HazardCommented,
    "hazard.confirmed": HazardConfirmed,
    "hazard.assigned": HazardAssigned,
    "hazard.unassigned": HazardUnassigned,
    "hazard.urged": HazardUrged,
    "hazard.rectified": HazardRectified,
    "hazard.rechecked": HazardRechecked,
    "hazard.extended": HazardExtended,
    "hazard.closing_requested": HazardClosingRequested,
    "hazard.closing_declined": HazardClosingDeclined,
    "hazard.closed": HazardClosed,
    "hazard.voided": HazardVoided,
    "hazard.reinstated": HazardReinstated,
    **CASE_BODIES,
    "number.taken": NumberTaken,
    "number.voided": NumberVoided,
    "paper.printed": PaperPrinted,
    "paper.reprinted": PaperReprinted,
    "paper.scanned": PaperScanned,
    "paper.voided": PaperVoided,
}

KIND_OF = {model: kind for kind, model in BODIES.items()}
"""The kind that goes with a body."""
