"""The state of one case, folded from its entries; the states and the order of steps are in `case_state`."""

from dataclasses import dataclass, field
from typing import Any, Final

from fieldlog.domain import bodies
from fieldlog.domain import case_bodies as before
from fieldlog.domain import case_execution_bodies as after
from fieldlog.domain.case_parts import Party, Penalty, PowerCited
from fieldlog.domain.case_row import case_row
from fieldlog.domain.case_state import (
    DECIDED,
    INVESTIGATING,
    OVER,
    PROPOSED,
    SERVED,
    TRANSFERRED,
    may_follow,
)
from fieldlog.domain.case_steps import KEPT_AS, LEADS_TO, LISTED_IN, Dispute, Hold
from fieldlog.domain.comments import Comment
from fieldlog.domain.contested import first_place, newest
from fieldlog.domain.entries import Entry
from fieldlog.domain.inspection_parts import Attached
from fieldlog.domain.people import FIRST, Order


@dataclass(slots=True)
class Case:
    """One case from its proposal until it is closed; a 简易 one is decided by the entry that it begins with."""

    doc: str
    last: Order = FIRST
    state: str = PROPOSED
    before_transfer: str = INVESTIGATING
    began_at: str = ""
    proposed: before.CaseProposed | None = None
    on_spot: before.DecidedOnSpot | None = None
    party: Party | None = None
    cause: str = ""
    facts: str = ""
    place: str = ""
    occurred: str = ""
    broken: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    power: PowerCited = field(default_factory=PowerCited)
    officers: tuple[str, ...] = ()
    officers_changed: list[before.CaseOfficersChanged] = field(default_factory=list[before.CaseOfficersChanged])
    approved: before.CaseApproved | None = None
    declined: before.CaseDeclined | None = None
    evidence: list[before.EvidenceAdded] = field(default_factory=list[before.EvidenceAdded])
    holds: list[Hold] = field(default_factory=list[Hold])
    investigated: before.CaseInvestigated | None = None
    notified: before.CaseNotified | None = None
    heard: list[before.CaseHeard] = field(default_factory=list[before.CaseHeard])
    hearing_requested: before.HearingRequested | None = None
    hearing_dropped: before.HearingDropped | None = None
    hearing_set: before.HearingSet | None = None
    hearing_held: before.HearingHeld | None = None
    reviews: list[before.CaseReviewed] = field(default_factory=list[before.CaseReviewed])
    discussed: before.CaseDiscussed | None = None
    decided: before.CaseDecided | None = None
    services: list[after.CaseServed] = field(default_factory=list[after.CaseServed])
    payments: list[after.CasePaid] = field(default_factory=list[after.CasePaid])
    cash_delivered: list[after.CashDelivered] = field(default_factory=list[after.CashDelivered])
    terms: after.TermsGranted | None = None
    fulfilled: list[after.FulfilledOtherwise] = field(default_factory=list[after.FulfilledOtherwise])
    disputes: list[Dispute] = field(default_factory=list[Dispute])
    urged: list[after.CaseUrged] = field(default_factory=list[after.CaseUrged])
    urged_heard: list[after.UrgedHeard] = field(default_factory=list[after.UrgedHeard])
    enforcement: after.EnforcementApplied | None = None
    enforcement_answers: list[after.EnforcementAnswered] = field(default_factory=list[after.EnforcementAnswered])
    published: after.CasePublished | None = None
    not_published: after.NotPublished | None = None
    withdrawn: after.PublicationWithdrawn | None = None
    decision_changes: list[after.DecisionChanged] = field(default_factory=list[after.DecisionChanged])
    transfer_reported: after.TransferReported | None = None
    transfer_decided: after.TransferDecided | None = None
    transfer_sent: after.TransferSent | None = None
    transfer_answered: after.TransferAnswered | None = None
    transfer_objected: after.TransferObjected | None = None
    transfer_goods: after.TransferGoodsHanded | None = None
    handed_over: list[after.CaseHandedOver] = field(default_factory=list[after.CaseHandedOver])
    hand_over_received: list[after.HandOverReceived] = field(default_factory=list[after.HandOverReceived])
    closed: after.CaseClosed | None = None
    void_reason: str = ""
    approvals: list[list[str]] = field(default_factory=list[list[str]])
    """Of each approval: who is said to give it, who wrote it, in which log, its hybrid clock."""
    comments: list[Comment] = field(default_factory=list[Comment])
    photos: list[Attached] = field(default_factory=list[Attached])
    footage: list[Attached] = field(default_factory=list[Attached])
    drafts: dict[str, str] = field(default_factory=dict[str, str])
    heads: dict[str, int] = field(default_factory=dict[str, int])
    timeline: list[Entry] = field(default_factory=list[Entry])
    ignored: list[Entry] = field(default_factory=list[Entry])
    """Steps out of turn: kept, shown, and without effect."""

    # what follows from the steps

    @property
    def is_open(self) -> bool:
        """Whether something remains to be done."""
        return self.state not in OVER

    @property
    def procedure(self) -> str:
        """简易 or 普通."""
        return "简易" if self.on_spot else self.proposed.procedure if self.proposed else "普通"

    @property
    def number(self) -> str:
        """案号; of a 简易 case the form's number."""
        if self.on_spot:
            return self.on_spot.number
        given = self.approved.number if self.approved else ""
        return given or (self.proposed.number if self.proposed else "")

    @property
    def reviewed(self) -> before.CaseReviewed | None:
        """The newest 法制审核."""
        return self.reviews[-1] if self.reviews else None

    @property
    def penalties(self) -> tuple[Penalty, ...]:
        """What was decided."""
        if self.on_spot:
            return self.on_spot.penalties
        return self.decided.penalties if self.decided else ()

    @property
    def decided_on(self) -> str:
        """Day of the decision, or empty."""
        return self.on_spot.on if self.on_spot else self.decided.on if self.decided else ""

    @property
    def outcome(self) -> str:
        """What was decided: 处罚, 不予处罚, 撤销案件; empty before that."""
        return "处罚" if self.on_spot else self.decided.outcome if self.decided else ""

    @property
    def fine(self) -> int:
        """The fine in 分, as it is after changes."""
        changed = next((each.amount for each in reversed(self.decision_changes) if each.amount is not None), None)
        if self.is_void_decision:
            return 0
        return changed if changed is not None else sum(each.amount for each in self.penalties if each.kind == "罚款")

    @property
    def due_amount(self) -> int:
        """What is to be paid without surcharge, in 分: fine and forfeited gains."""
        if self.is_void_decision:
            return 0
        return self.fine + sum(each.amount for each in self.penalties if each.kind == "没收违法所得")

    @property
    def is_void_decision(self) -> bool:
        """Whether the decision was withdrawn or found unlawful or void."""
        return bool(self.decision_changes) and self.decision_changes[-1].how != "变更"

    @property
    def cash(self) -> int:
        """What was taken on the spot, in 分."""
        spot = self.on_spot.cash if self.on_spot else 0
        return spot + sum(each.amount for each in self.payments if each.way == "当场收缴")

    @property
    def paid(self) -> int:
        """What has come in of the sum itself, in 分."""
        return (self.on_spot.cash if self.on_spot else 0) + sum(each.amount for each in self.payments)

    @property
    def surcharge_paid(self) -> int:
        """What has come in of the surcharge, in 分."""
        return sum(each.surcharge for each in self.payments)

    @property
    def served_on(self) -> str:
        """The day the decision counts as served, or empty."""
        if self.on_spot:
            return self.on_spot.on
        return next((each.delivery.counts for each in self.services if each.paper == "决定书"), "")

    # folding

    def apply(self, entry: Entry, body: bodies.Body) -> None:
        """Take in the next entry; a step out of turn is kept among `ignored` and changes nothing."""
        if isinstance(body, bodies.DraftSaved):
            self.drafts[body.field] = body.text
            if not body.text:
                del self.drafts[body.field]
            return
        self.timeline.append(entry)
        self.heads = newest((*self.heads.items(), first_place(entry)))
        match body:
            case before.CaseCommented():
                self.comments.append(Comment(entry.at, entry.by, body.text))
            case bodies.PhotoAttached():
                self.photos.append(Attached(entry.at, entry.by, body))
            case bodies.FootageLinked():
                self.footage.append(Attached(entry.at, entry.by, body))
            case before.CaseProposed() | before.DecidedOnSpot():
                self._begin(entry, body)
            case _ if self.party is not None and may_follow(self, body):
                if approver := str(getattr(body, "approver", "")):
                    self.approvals.append([approver, entry.by, entry.log, entry.hlc])
                self._take(body)
            case _:
                self.ignored.append(entry)

    def _begin(self, entry: Entry, body: before.CaseProposed | before.DecidedOnSpot) -> None:
        if self.party is not None:
            self.ignored.append(entry)
            return
        if isinstance(body, before.CaseProposed):
            self.proposed, self.occurred = body, body.occurred
        else:
            self.on_spot, self.occurred, self.state = body, body.on, SERVED
        self.began_at = entry.at
        self.party, self.cause, self.facts, self.place = body.party, body.cause, body.facts, body.place
        self.broken, self.basis, self.power, self.officers = body.broken, body.basis, body.power, body.officers

    def _take(self, body: bodies.Body) -> None:
        """Keep the step where its kind is kept, move the state on, and do what only some kinds do."""
        kind = type(body)
        match body:
            case before.CaseChanged():
                self._change(body)
            case before.CaseOfficersChanged():
                self.officers = body.officers
            case before.EvidenceHeld():
                self.holds.append(Hold(body))
            case before.HoldDecided():
                self.holds[body.hold - 1].decided = body
            case before.CaseInvestigated():
                self._forget_notice()
                self.reviews, self.discussed = [], None
            case before.CaseNotified():
                self._forget_notice()
            case before.CaseVoided():
                self.void_reason = body.reason
            case _:
                self._take_later(body)
        if kind in KEPT_AS:
            setattr(self, KEPT_AS[kind], body)
        if kind in LISTED_IN:
            getattr(self, LISTED_IN[kind]).append(body)
        self.state = LEADS_TO.get(kind, self.state)

    def _take_later(self, body: bodies.Body) -> None:
        match body:
            case after.CaseServed(paper="决定书") if self.state == DECIDED:
                self.state = SERVED
            case after.DisputeBegan():
                self.disputes.append(Dispute(body))
            case after.DisputeEnded():
                next(each for each in self.disputes if each.kind == body.kind and not each.ended).ended = body
            case after.CasePublished():
                self.withdrawn = None
            case after.TransferReported():
                self.transfer_decided = self.transfer_sent = None
            case after.TransferSent():
                self.before_transfer, self.transfer_answered = self.state, None
            case after.TransferAnswered(opened=False) if self.state == TRANSFERRED:
                self.state = self.before_transfer  # the files come back; a penalty may still be due (处罚法 art. 27)
            case _:
                pass

    def _forget_notice(self) -> None:
        """What was told, heard and asked for belongs to the proposal before; the time line keeps it."""
        self.notified, self.heard = None, []
        self.hearing_requested = self.hearing_dropped = self.hearing_set = self.hearing_held = None

    def _change(self, body: before.CaseChanged) -> None:
        for name in _CHANGED:
            value = getattr(body, name)
            if value is not None:
                setattr(self, name, value)

    def row(self) -> dict[str, Any] | None:
        """What a list shows; None until the entry that it begins with is here."""
        return case_row(self)


_CHANGED: Final = ("party", "cause", "facts", "place", "occurred", "broken", "basis", "power")
