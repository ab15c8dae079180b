"""Bodies of a case from its proposal to the decision; what follows the decision is in `case_execution_bodies`.

`on` is the day a step was taken, never the day it was typed in.
"""

from typing import Annotated, Literal

from pydantic import Field

from fieldlog.domain.body_fields import Body, Day, Handled, ReasonGiven
from fieldlog.domain.case_parts import (
    CashGround,
    Delivery,
    Discretion,
    EvidenceKind,
    Fen,
    NoPenaltyGround,
    Outcome,
    Party,
    Penalty,
    PowerCited,
    Procedure,
    ReviewGround,
    Shown,
    Source,
)

_Words = Annotated[str, Field(min_length=1)]


class CaseStep(Handled):
    """A step in a case's course."""

    on: Day
    reasons: tuple[ReasonGiven, ...] = ()
    """Warnings that were passed over, each with why."""


class CaseProposed(CaseStep):
    """立案 is asked for: who is said to have done what, where that is known from, and on which power."""

    number: str = ""
    """案号."""
    source: Source
    source_doc: str = ""
    """The hazard or visit it comes from."""
    source_text: str = ""
    premises: str = ""
    party: Party
    cause: _Words
    """案由."""
    facts: _Words
    place: str = ""
    occurred: Day
    """The day of the violation, or of its end where it lasted (处罚法 art. 36)."""
    discovered: Day
    broken: tuple[str, ...] = ()
    """Citations of what was broken."""
    basis: tuple[str, ...] = ()
    """Citations of what the penalty rests on."""
    power: PowerCited = PowerCited()
    officers: tuple[str, ...]
    procedure: Procedure = "普通"


class CaseChanged(CaseStep):
    """What was written of the case is put right, until the investigation ends; only the fields that change."""

    party: Party | None = None
    cause: str | None = None
    facts: str | None = None
    place: str | None = None
    occurred: Day | None = None
    broken: tuple[str, ...] | None = None
    basis: tuple[str, ...] | None = None
    power: PowerCited | None = None


class CaseApproved(CaseStep):
    """立案: from `on` run the 90 days of 处罚法 art. 60."""

    approver: str = ""
    number: str = ""
    """案号, where it is given with the approval."""
    note: str = ""


class CaseDeclined(CaseStep):
    """不予立案."""

    approver: str = ""
    reason: _Words


class CaseOfficersChanged(CaseStep):
    """Other officers take the case, after 回避 or because somebody left."""

    officers: tuple[str, ...]
    why: Literal["回避", "人员变动"]
    decided_by: str = ""
    """Who decided the 回避 (处罚法 art. 43.3)."""
    note: str = ""


class EvidenceAdded(CaseStep):
    """A piece of evidence, with where it is from, who took it and when."""

    kind: EvidenceKind
    name: _Words
    proves: str = ""
    source: str = ""
    """From whom or where it was taken."""
    taken_by: tuple[str, ...] = ()
    copies: int = 1
    pages: int = 0
    shown: tuple[Shown, ...] = ()
    unlawful: bool = False
    """It may not be used (处罚法 art. 46.3); it stays on the list."""


class EvidenceHeld(CaseStep):
    """先行登记保存: approved by the head, to be decided within 7 working days (处罚法 art. 56)."""

    number: str = ""
    things: tuple[str, ...]
    place: str = ""
    approver: str = ""


class HoldDecided(CaseStep):
    """What becomes of what was registered; `hold` is the number of the hold in the case, from 1."""

    hold: int = 1
    decision: Literal["解除", "作为证据", "抽样、鉴定", "查封、扣押", "没收", "移送"]
    note: str = ""


class CaseInvestigated(CaseStep):
    """调查终结 with what the officers propose."""

    facts: _Words
    outcome: Outcome
    penalties: tuple[Penalty, ...] = ()
    discretion: Discretion | None = None
    ground: NoPenaltyGround | None = None
    corrected: bool | None = None
    """Whether the violation has been put right (处罚法 art. 28)."""
    weighty: bool = False
    """情节复杂或者重大: the heads decide together (处罚法 art. 57.2)."""
    review: tuple[ReviewGround, ...] = ()
    """Which of the four cases of 处罚法 art. 58 it is."""
    note: str = ""


class CaseNotified(CaseStep):
    """事先告知 (处罚法 art. 44): content, facts, reasons, basis and rights, handed to the party."""

    number: str = ""
    facts: _Words
    why: _Words
    basis: tuple[str, ...]
    penalties: tuple[Penalty, ...]
    hearing: bool = False
    """Whether the right to a hearing was told (处罚法 art. 63)."""
    delivery: Delivery


class CaseHeard(CaseStep):
    """陈述、申辩 (处罚法 art. 45, 62): what the party said and what is answered, or that they gave it up."""

    way: Literal["口头", "书面", "放弃"]
    said: str = ""
    answer: str = ""
    accepted: Literal["采纳", "部分采纳", "不采纳", ""] = ""
    no_hearing: bool = False
    """The party wrote that it does not want a hearing either."""


class HearingRequested(CaseStep):
    """听证 is asked for, within 5 working days of being told (处罚法 art. 64.1.1)."""

    way: Literal["口头", "书面"] = "书面"
    note: str = ""


class HearingDropped(CaseStep):
    """The party takes the request back or does not come (处罚法 art. 64.1.6)."""

    why: Literal["撤回", "无正当理由不出席", "中途退出"]
    note: str = ""


class HearingSet(CaseStep):
    """Notice of time and place, 7 working days ahead (处罚法 art. 64.1.2)."""

    number: str = ""
    day: Day
    place: _Words
    chair: str
    """No investigator of the case (处罚法 art. 64.1.4)."""
    delivery: Delivery


class HearingHeld(CaseStep):
    """The hearing with its record (处罚法 art. 64.1.8)."""

    chair: str
    attended: tuple[str, ...] = ()
    record: _Words
    signed: bool = True
    unsigned_why: str = ""
    opinion: str = ""


class CaseReviewed(CaseStep):
    """法制审核 (处罚法 art. 58)."""

    reviewer: str
    qualification: str = ""
    """Number of the 法律职业资格 certificate."""
    result: Literal["通过", "不通过", "补充"]
    grounds: tuple[ReviewGround, ...] = ()
    opinion: str = ""


class CaseDiscussed(CaseStep):
    """集体讨论 (处罚法 art. 57.2)."""

    chair: str
    attended: tuple[str, ...]
    views: str = ""
    result: _Words


class CaseDecided(CaseStep):
    """The decision (处罚法 art. 57, 59)."""

    number: str = ""
    outcome: Outcome
    facts: _Words
    why: str = ""
    basis: tuple[str, ...] = ()
    penalties: tuple[Penalty, ...] = ()
    ground: NoPenaltyGround | None = None
    education: str = ""
    """How the party was educated (处罚法 art. 33.3)."""
    approver: str = ""
    pay_by_account: str = ""
    """Bank or payment system and account (处罚法 art. 67)."""
    amount_in_words: str = ""


class DecidedOnSpot(CaseStep):
    """当场处罚 (处罚法 art. 51, 52): a case of one act, decided and handed over on the spot."""

    number: str = ""
    """Pre-printed."""
    at: str = ""
    """Hour and minute, 15:40."""
    source: Source = "检查"
    source_doc: str = ""
    premises: str = ""
    party: Party
    cause: _Words
    facts: _Words
    place: str = ""
    broken: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    power: PowerCited = PowerCited()
    officers: tuple[str, ...]
    penalties: tuple[Penalty, ...]
    said: str = ""
    """What the party said."""
    refused: str = ""
    """Why the party would not sign; noted on the form (处罚法 art. 52.1)."""
    cash: Fen = 0
    """Taken on the spot."""
    cash_ground: CashGround = ""
    receipt: str = ""
    """Number of the official 票据."""


class CaseVoided(CaseStep):
    """A wrong entry; nothing is deleted."""

    reason: _Words


class CaseCommented(Body):
    """Words on a case; also after it is over."""

    text: _Words
