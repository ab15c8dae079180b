"""Where a case keeps each step and what state it leads to, and the two things that take two steps: holds and disputes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fieldlog.domain import case_bodies as before
from fieldlog.domain import case_execution_bodies as after
from fieldlog.domain.body_fields import Body
from fieldlog.domain.case_state import (
    CLOSED,
    DECIDED,
    DECLINED,
    INVESTIGATED,
    INVESTIGATING,
    NOTIFIED,
    TRANSFERRED,
    VOID,
)


@dataclass(slots=True)
class Hold:
    """A 先行登记保存 and what became of it."""

    held: before.EvidenceHeld
    decided: before.HoldDecided | None = None


@dataclass(slots=True)
class Dispute:
    """A review or suit against the decision."""

    began: after.DisputeBegan
    ended: after.DisputeEnded | None = None

    @property
    def kind(self) -> str:
        """行政复议 or 行政诉讼."""
        return self.began.kind


LEADS_TO: Final[Mapping[type[Body], str]] = {
    before.CaseApproved: INVESTIGATING,
    before.CaseDeclined: DECLINED,
    before.CaseInvestigated: INVESTIGATED,
    before.CaseNotified: NOTIFIED,
    before.CaseDecided: DECIDED,
    before.CaseVoided: VOID,
    after.TransferSent: TRANSFERRED,
    after.CaseClosed: CLOSED,
}
KEPT_AS: Final[Mapping[type[Body], str]] = {
    before.CaseApproved: "approved",
    before.CaseDeclined: "declined",
    before.CaseInvestigated: "investigated",
    before.CaseNotified: "notified",
    before.HearingRequested: "hearing_requested",
    before.HearingDropped: "hearing_dropped",
    before.HearingSet: "hearing_set",
    before.HearingHeld: "hearing_held",
    before.CaseDiscussed: "discussed",
    before.CaseDecided: "decided",
    after.TermsGranted: "terms",
    after.EnforcementApplied: "enforcement",
    after.CasePublished: "published",
    after.NotPublished: "not_published",
    after.PublicationWithdrawn: "withdrawn",
    after.TransferReported: "transfer_reported",
    after.TransferDecided: "transfer_decided",
    after.TransferSent: "transfer_sent",
    after.TransferAnswered: "transfer_answered",
    after.TransferObjected: "transfer_objected",
    after.TransferGoodsHanded: "transfer_goods",
    after.CaseClosed: "closed",
}
"""Steps of which the newest counts, and where it is kept."""
LISTED_IN: Final[Mapping[type[Body], str]] = {
    before.CaseOfficersChanged: "officers_changed",
    before.EvidenceAdded: "evidence",
    before.CaseHeard: "heard",
    before.CaseReviewed: "reviews",
    after.CaseServed: "services",
    after.CasePaid: "payments",
    after.CashDelivered: "cash_delivered",
    after.FulfilledOtherwise: "fulfilled",
    after.CaseUrged: "urged",
    after.UrgedHeard: "urged_heard",
    after.EnforcementAnswered: "enforcement_answers",
    after.DecisionChanged: "decision_changes",
    after.CaseHandedOver: "handed_over",
    after.HandOverReceived: "hand_over_received",
}
"""Steps that are kept one after the other, and where."""
