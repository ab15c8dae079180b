"""The day of a step: never in the future, never before the step that it follows. No office can turn that."""

from datetime import date

from fieldlog.domain import case_bodies as before
from fieldlog.domain import case_execution_bodies as after
from fieldlog.domain.body_fields import Body
from fieldlog.domain.case import Case

_AFTER_PROPOSAL = (
    before.CaseApproved, before.CaseDeclined, before.CaseOfficersChanged, before.EvidenceHeld, before.CaseChanged,
)  # fmt: skip
_AFTER_NOTICE = (before.CaseHeard, before.HearingRequested)
_BEFORE_DECISION = (before.CaseReviewed, before.CaseDiscussed)


def day_problem(case: Case, body: Body, today: date) -> str:
    """Why the step's days cannot be right, in one line that says what to do; empty where they can."""
    on = str(getattr(body, "on", ""))
    if on > today.isoformat():
        return f"日期 {on} 还没有到，今天是 {today}"
    what, first = _follows(case, body)
    if first and on < first:
        return f"日期 {on} 早于{what} {first}，请核对；不能倒填日期"
    if isinstance(body, before.CaseProposed) and body.discovered > on:
        return f"申请立案 {on} 早于发现日期 {body.discovered}，请核对"
    return _delivery_problem(body, on, today)


def _delivery_problem(body: Body, on: str, today: date) -> str:
    if not isinstance(body, before.CaseNotified | before.HearingSet | after.CaseServed | after.CaseUrged):
        return ""
    sent, counts, way = body.delivery.on, body.delivery.counts, body.delivery.way
    if sent < on:
        return f"送达日期 {sent} 早于文书日期 {on}，不能倒填（行政处罚法第六十一条）"
    if sent > today.isoformat():
        return f"送达日期 {sent} 还没有到，今天是 {today}"
    if counts > today.isoformat() and way != "公告":
        return f"算作送达的日期 {counts} 还没有到，收到回执后再登记"
    return ""


def _follows(case: Case, body: Body) -> tuple[str, str]:
    """The step that this one follows, in words, and its day."""
    proposed = case.proposed.on if case.proposed else ""
    approved = case.approved.on if case.approved else ""
    match body:
        case _ if isinstance(body, _AFTER_PROPOSAL):
            return "申请立案", proposed
        case before.HoldDecided():
            return "登记保存", case.holds[body.hold - 1].held.on
        case before.CaseInvestigated():
            return ("上一次调查终结", case.investigated.on) if case.investigated else ("立案", approved)
        case before.CaseNotified():
            return "调查终结", case.investigated.on if case.investigated else ""
        case _ if isinstance(body, _AFTER_NOTICE):
            return "告知送达", case.notified.delivery.on if case.notified else ""
        case before.HearingSet() | before.HearingDropped():
            return "要求听证", case.hearing_requested.on if case.hearing_requested else ""
        case before.HearingHeld():
            return "听证通知", case.hearing_set.on if case.hearing_set else ""
        case _ if isinstance(body, _BEFORE_DECISION):
            return "调查终结", case.investigated.on if case.investigated else ""
        case before.CaseDecided():
            return "前面的步骤", _newest_before_decision(case)
        case _:
            return _follows_decision(case, body)


def _newest_before_decision(case: Case) -> str:
    days = [case.investigated.on if case.investigated else ""]
    if case.notified:
        days += [case.notified.delivery.on, *(each.on for each in case.heard)]
    days += [each.on for each in (case.hearing_held, case.discussed, case.reviewed) if each]
    return max(days)


def _follows_decision(case: Case, body: Body) -> tuple[str, str]:
    match body:
        case after.CaseServed():
            return "作出决定", case.decided_on
        case after.DisputeEnded():
            return "申请复议或起诉", max((each.began.on for each in case.disputes if not each.ended), default="")
        case after.UrgedHeard() | after.EnforcementApplied():
            return "催告", case.urged[-1].on if case.urged else ""
        case after.EnforcementAnswered():
            return "申请强制执行", case.enforcement.on if case.enforcement else ""
        case after.PublicationWithdrawn():
            return "公示", case.published.on if case.published else ""
        case after.TransferReported() | after.TransferDecided() | after.TransferSent() | after.TransferAnswered():
            return _follows_transfer(case, body)
        case after.TransferObjected() | after.TransferGoodsHanded():
            return "公安机关答复", case.transfer_answered.on if case.transfer_answered else ""
        case after.CaseHandedOver() | after.HandOverReceived():
            return "申请立案", case.proposed.on if case.proposed else case.decided_on
        case after.CaseClosed():
            return "前面的步骤", _newest(case)
        case _:
            return "作出决定", case.decided_on


def _follows_transfer(case: Case, body: Body) -> tuple[str, str]:
    match body:
        case after.TransferDecided():
            return "移送报告", case.transfer_reported.on if case.transfer_reported else ""
        case after.TransferSent():
            return "批准移送", case.transfer_decided.on if case.transfer_decided else ""
        case after.TransferAnswered():
            return "移送", case.transfer_sent.on if case.transfer_sent else ""
        case _:
            return "立案", case.approved.on if case.approved else case.decided_on


def _newest(case: Case) -> str:
    days = [case.decided_on, *(each.on for each in case.payments), *(each.on for each in case.enforcement_answers)]
    days += [each.delivery.on for each in case.services]
    days += [each.on for each in (case.transfer_sent, case.transfer_answered) if each]
    return max(days)
