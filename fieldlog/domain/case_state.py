"""The states of a case, and which steps may come next: the order of stages, whatever device writes them.

Here stands what follows from the order alone: a step out of turn changes no case, also where a newer or another program
wrote it. What depends on days, amounts and people is checked before a step is written (`procedure.case`).
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from fieldlog.domain import case_bodies as before
from fieldlog.domain import case_execution_bodies as after
from fieldlog.domain.body_fields import Body
from fieldlog.domain.case_kinds import CASE_BODIES

if TYPE_CHECKING:
    from fieldlog.domain.case import Case

PROPOSED, DECLINED, INVESTIGATING, INVESTIGATED = "待立案", "不予立案", "调查中", "调查终结"
NOTIFIED, DECIDED, SERVED, TRANSFERRED, CLOSED, VOID = "已告知", "已决定", "已送达", "已移送", "已结案", "已作废"
OVER: Final = frozenset((DECLINED, CLOSED, VOID))
"""States in which nothing is left to do, but for what a review, a suit or a publication brings."""
OPEN_STATES: Final = (PROPOSED, INVESTIGATING, INVESTIGATED, NOTIFIED, DECIDED, SERVED, TRANSFERRED)

_TEAM: Final = frozenset(("case.officers_changed", "case.evidence_added", "case.evidence_held", "case.hold_decided"))
_TRANSFER: Final = frozenset(("case.transfer_reported", "case.transfer_decided", "case.transfer_sent"))
_HANDING: Final = frozenset(("case.handed_over", "case.hand_over_received"))
_PUBLIC: Final = frozenset(("case.published", "case.not_published", "case.publication_withdrawn"))
_AFTERMATH: Final = frozenset(
    ("case.decision_changed", "case.dispute_began", "case.dispute_ended", "case.cash_delivered")
)
_HEARING: Final = frozenset(
    ("case.heard", "case.hearing_requested", "case.hearing_dropped", "case.hearing_set", "case.hearing_held")
)
_GATES: Final = frozenset(("case.reviewed", "case.discussed", "case.decided"))

_MAY_FOLLOW: Final[Mapping[str, frozenset[str]]] = {
    PROPOSED: _TEAM | _HANDING | {"case.changed", "case.approved", "case.declined", "case.voided"},
    DECLINED: _HANDING,
    INVESTIGATING: _TEAM | _TRANSFER | _HANDING | {"case.changed", "case.investigated"},
    INVESTIGATED: _TEAM | _TRANSFER | _HANDING | _GATES | {"case.investigated", "case.notified"},
    NOTIFIED: _TEAM | _TRANSFER | _HANDING | _GATES | _HEARING | {"case.investigated", "case.notified"},
    DECIDED: _PUBLIC | _AFTERMATH | _HANDING | {"case.hold_decided", "case.served", "case.closed"},
    SERVED: _PUBLIC | _AFTERMATH | _HANDING | _TRANSFER | {
        "case.hold_decided", "case.served", "case.paid", "case.terms_granted", "case.fulfilled", "case.urged",
        "case.urged_heard", "case.enforcement_applied", "case.enforcement_answered", "case.closed",
    },
    TRANSFERRED: _HANDING | {
        "case.transfer_answered", "case.transfer_objected", "case.transfer_goods_handed", "case.hold_decided",
        "case.closed",
    },
    CLOSED: _PUBLIC | _AFTERMATH | _HANDING | {"case.paid", "case.transfer_goods_handed"},
    VOID: frozenset(),
}  # fmt: skip

KIND_OF: Final = {model: kind for kind, model in CASE_BODIES.items()}


def kinds_after(state: str) -> frozenset[str]:
    """The kinds of steps that the stage allows; whether one fits this case is for `standing_in_the_way`."""
    return _MAY_FOLLOW.get(state, frozenset())


def may_follow(case: "Case", body: Body) -> bool:
    """Whether the step counts for the case as it stands."""
    return KIND_OF.get(type(body)) in kinds_after(case.state) and not standing_in_the_way(case, body)


def standing_in_the_way(case: "Case", body: Body) -> str:
    """Why the step does not fit what happened in the case so far, in one line; empty where it does."""
    check = _CHECKS.get(type(body))
    return check(case, body) if check else ""


def needs_review(case: "Case") -> bool:
    """Whether 法制审核 must come before the decision (处罚法 art. 58.1)."""
    return bool(case.hearing_held or (case.investigated and case.investigated.review))


def _decided(case: "Case", body: Body) -> str:
    if not isinstance(body, before.CaseDecided):
        return ""
    if body.outcome == "移送":
        return "涉嫌犯罪的按移送程序办理（报告、审批、移送），不在这里决定"
    if body.outcome == "处罚" and case.notified is None:
        return "还没有事先告知，不得作出处罚决定（行政处罚法第六十二条）"
    if case.hearing_requested and not (case.hearing_held or case.hearing_dropped):
        return "当事人要求听证，还没有举行（行政处罚法第六十三条）"
    if body.outcome != "处罚":
        return ""
    if needs_review(case) and (case.reviewed is None or case.reviewed.result != "通过"):
        return "应当法制审核，还没有通过，不得作出决定（行政处罚法第五十八条）"
    if case.investigated and case.investigated.weighty and case.discussed is None:
        return "情节复杂或者重大，还没有集体讨论（行政处罚法第五十七条）"
    return ""


def _notified(case: "Case", body: Body) -> str:
    return "" if case.investigated and case.investigated.outcome == "处罚" else "调查终结没有建议处罚，不用事先告知"


def _hearing(case: "Case", body: Body) -> str:
    match body:
        case before.HearingRequested():
            return "已经要求过听证" if case.hearing_requested else ""
        case before.HearingDropped():
            gone = case.hearing_requested is None or bool(case.hearing_held or case.hearing_dropped)
            return "没有待举行的听证" if gone else ""
        case before.HearingSet():
            gone = case.hearing_requested is None or bool(case.hearing_held or case.hearing_dropped)
            return "当事人没有要求听证，不用通知" if gone else ""
        case before.HearingHeld():
            return "" if case.hearing_set and not case.hearing_held else "还没有通知听证的时间、地点"
        case _:
            return ""


def _hold(case: "Case", body: Body) -> str:
    if not isinstance(body, before.HoldDecided):
        return ""
    if not 1 <= body.hold <= len(case.holds):
        return f"没有第 {body.hold} 次先行登记保存"
    return "这次先行登记保存已经处理" if case.holds[body.hold - 1].decided else ""


def _transfer(case: "Case", body: Body) -> str:
    match body:
        case after.TransferDecided() if case.transfer_reported is None:
            return "还没有移送报告"
        case after.TransferSent() if case.transfer_decided is None or not case.transfer_decided.approved:
            return "还没有批准移送（移送规定第五条）"
        case after.TransferObjected() if case.transfer_answered is None or case.transfer_answered.opened:
            return "公安机关没有通知不予立案"
        case after.TransferGoodsHanded() if case.transfer_answered is None or not case.transfer_answered.opened:
            return "公安机关还没有通知立案"
        case _:
            return ""


def _after_decision(case: "Case", body: Body) -> str:
    match body:
        case after.CasePaid() if not case.due_amount:
            return "这个案件没有要缴的款"
        case after.CaseUrged() | after.TermsGranted() if not case.due_amount:
            return "这个案件没有要缴的款"
        case after.EnforcementApplied() if not case.urged:
            return "还没有催告，不能申请强制执行（行政强制法第五十四条）"
        case after.EnforcementAnswered() if case.enforcement is None:
            return "还没有申请强制执行"
        case after.UrgedHeard() if not case.urged:
            return "还没有催告"
        case after.PublicationWithdrawn() if case.published is None:
            return "还没有公示"
        case after.DisputeEnded() if not any(each.kind == body.kind and not each.ended for each in case.disputes):
            return f"没有正在进行的{body.kind}"
        case after.HandOverReceived() if not case.handed_over:
            return "还没有移交"
        case after.CashDelivered() if not case.cash:
            return "没有当场收缴的款"
        case _:
            return ""


def _closed(case: "Case", body: Body) -> str:
    if case.state == DECIDED and not (case.decided and case.decided.outcome == "撤销案件"):
        return "决定书还没有送达（行政处罚法第六十一条）"
    if case.hearing_requested and not (case.hearing_held or case.hearing_dropped):
        return "当事人要求听证，还没有举行"
    return ""


_CHECKS: Final[Mapping[type[Body], "Callable[[Case, Body], str]"]] = {
    before.CaseDecided: _decided,
    before.CaseNotified: _notified,
    before.HearingRequested: _hearing,
    before.HearingDropped: _hearing,
    before.HearingSet: _hearing,
    before.HearingHeld: _hearing,
    before.HoldDecided: _hold,
    after.TransferDecided: _transfer,
    after.TransferSent: _transfer,
    after.TransferObjected: _transfer,
    after.TransferGoodsHanded: _transfer,
    after.CasePaid: _after_decision,
    after.CaseUrged: _after_decision,
    after.TermsGranted: _after_decision,
    after.EnforcementApplied: _after_decision,
    after.EnforcementAnswered: _after_decision,
    after.UrgedHeard: _after_decision,
    after.PublicationWithdrawn: _after_decision,
    after.DisputeEnded: _after_decision,
    after.HandOverReceived: _after_decision,
    after.CashDelivered: _after_decision,
    after.CaseClosed: _closed,
}
