"""P42-P46 and P51: from the notice to the decision; P39 and P41: the decision on the spot."""

from collections.abc import Sequence
from datetime import date

from fieldlog.domain import case_bodies as before
from fieldlog.domain.case import Case
from fieldlog.domain.case_parts import Party, Penalty
from fieldlog.domain.procedure.case_facts import WEIGHTY_KINDS, CaseFacts, day_of, money_of, yuan_of
from fieldlog.domain.procedure.case_filing import minor, power_findings
from fieldlog.domain.procedure.case_service import delivery_findings
from fieldlog.domain.procedure.inspectors import inspector_findings
from fieldlog.domain.procedure.objections import Finding, not_applicable

SLIGHT = ("违法行为轻微并及时改正，没有造成危害后果", "初次违法且危害后果轻微并及时改正")
EDUCATED = (*SLIGHT, "没有主观过错")
LEAST_DISCUSSING = 2


def hearing_threshold(party: Party, facts: CaseFacts) -> int | None:
    """From how much on a fine or forfeiture gives the right to a hearing, in 分."""
    return facts.value("P43.citizen" if party.kind == "公民" else "P43.organisation")


def gives_hearing(party: Party, penalties: Sequence[Penalty], facts: CaseFacts) -> str:
    """Why these penalties give the right to a hearing (处罚法 art. 63), in words; empty where they do not."""
    threshold = hearing_threshold(party, facts)
    for what, kinds in (("罚款", ("罚款",)), ("没收", ("没收违法所得", "没收非法财物"))):
        amount = money_of(penalties, *kinds)
        if threshold is not None and amount >= threshold:
            return f"{what} {yuan_of(amount)}，达到{party.kind} {yuan_of(threshold)} 的标准"
    return next((each.kind for each in penalties if each.kind in WEIGHTY_KINDS), "")


def notice_findings(case: Case, body: before.CaseNotified, facts: CaseFacts) -> list[Finding]:
    """P42: what is to be told; P43: the right to a hearing where there is one."""
    found = delivery_findings(body.delivery, facts)
    if not body.basis:
        found.append(Finding("P42", "告知书要写明处罚依据", "basis"))
    if not body.penalties:
        found.append(Finding("P42", "告知书要写明拟作出的处罚内容", "penalties"))
    why = gives_hearing(case.party, body.penalties, facts) if case.party else ""
    if not why:
        return [*found, not_applicable("P43", "拟处罚达不到听证标准")]
    if not body.hearing:
        found.append(Finding("P43", f"{why}，应当告知有权要求听证", "hearing"))
    return found


def hearing_request_findings(case: Case, body: before.HearingRequested, facts: CaseFacts) -> list[Finding]:
    """P43: asked for within 5 working days of being told."""
    assert case.notified is not None  # noqa: S101 - the order of steps has seen to it
    if not case.notified.hearing:
        text = "告知书没有告知听证权利；决定听证的请写明理由"
        return [Finding("P43", text, "hearing", act="warn")]
    last = facts.end("处罚法#64.1.1", 5, day_of(case.notified.delivery.counts))
    if day_of(body.on) <= last:
        return []
    return [Finding("P43", f"要求听证的期限 {last} 已过；仍然组织听证的请写明理由", "on", act="warn")]


def hearing_notice_findings(case: Case, body: before.HearingSet, facts: CaseFacts) -> list[Finding]:
    """P43: notice 7 working days ahead, a chair from outside the case."""
    found = [*delivery_findings(body.delivery, facts), *_chair(case, body.chair, facts)]
    last = facts.end("处罚法#64.1.2", 7, day_of(body.day))
    if day_of(body.delivery.counts) > last:
        text = f"听证定在 {body.day}，最迟 {last} 通知到当事人；请改到更晚的日期"
        found.append(Finding("P43", text, "day"))
    return found


def hearing_findings(case: Case, body: before.HearingHeld, facts: CaseFacts) -> list[Finding]:
    """P43: held on the day that was told, not before, with a signed record."""
    assert case.hearing_set is not None  # noqa: S101 - the order of steps has seen to it
    found = _chair(case, body.chair, facts)
    if body.on < case.hearing_set.day:
        found.append(Finding("P43", f"通知的听证日期是 {case.hearing_set.day}，不能提前到 {body.on}", "on"))
    if not body.signed and not body.unsigned_why:
        found.append(Finding("P43", "当事人没有在听证笔录上签字，请由主持人注明原因", "unsigned_why"))
    return found


def _chair(case: Case, chair: str, facts: CaseFacts) -> list[Finding]:
    if chair not in case.officers:
        return []
    return [Finding("P43", f"{facts.name(chair)} 是本案调查人员，不能主持听证，请另指定", "chair")]


def review_findings(case: Case, body: before.CaseReviewed, facts: CaseFacts) -> list[Finding]:
    """P44: the reviewer is no officer of the case and has passed the 法律职业资格 examination."""
    found: list[Finding] = []
    if body.reviewer in case.officers:
        text = f"{facts.name(body.reviewer)} 是办案人员，不能审核自己的案件，请换人审核"
        found.append(Finding("P44", text, "reviewer"))
    if not body.qualification:
        text = "没有写明法律职业资格证号；初次从事法制审核的必须有，不是初次的请写明"
        found.append(Finding("P44", text, "qualification", act="warn"))
    if body.result != "通过" and not body.opinion:
        found.append(Finding("P44", "审核不通过或要补充的，请写明意见", "opinion"))
    return found


def discussion_findings(body: before.CaseDiscussed) -> list[Finding]:
    """P45: several heads, and what came of it."""
    if len(set(body.attended)) >= LEAST_DISCUSSING:
        return []
    return [Finding("P45", "集体讨论至少要有两名负责人参加，请写明参加的人", "attended")]


def decision_findings(case: Case, body: before.CaseDecided, facts: CaseFacts) -> list[Finding]:
    """P42-P46, P51 and P56 of a decision of the general procedure."""
    found = list(_late(case, body, facts))
    if not body.approver:
        found.append(Finding("P45", "处罚决定由行政机关负责人作出，请写明批准人", "approver"))
    if body.outcome != "处罚":
        return [*found, *_no_penalty(case, body)]
    if not body.penalties:
        found.append(Finding("P42", "处罚决定要写明种类和数额", "penalties"))
    if not body.basis:
        found.append(Finding("P42", "处罚决定要写明依据", "basis"))
    if minor(case, day_of(case.occurred)):
        found.append(Finding("P51", "当事人不满十四周岁，不予行政处罚，责令监护人管教", "ground"))
    if (decided := case.transfer_decided) and decided.approved:
        found.append(Finding("P56", "已批准移送公安机关，不得以罚款代替移送", "transfer"))
    return [*found, *_heard(case, body, facts), *_heavier(case, body), *_hearing_over(case, body, facts)]


def _late(case: Case, body: before.CaseDecided, facts: CaseFacts) -> list[Finding]:
    if case.approved is None:
        return []
    last = facts.end("处罚法#60", 90, day_of(case.approved.on))
    if day_of(body.on) <= last:
        return []
    return [
        Finding(
            "P46",
            f"立案 {case.approved.on}，九十日到 {last} 已过，请写明法律、法规、规章另有规定的依据",
            "on",
            act="warn",
        )
    ]


def _heard(case: Case, body: before.CaseDecided, facts: CaseFacts) -> list[Finding]:
    if case.heard or case.notified is None:
        return []
    days = facts.value("P42.days")
    if days is None:
        return [Finding("P42", "还没有记下当事人的陈述申辩；没有提出的请写明", "heard", act="warn")]
    last = facts.working_days_on(day_of(case.notified.delivery.counts), days)
    if day_of(body.on) > last:
        return []
    return [Finding("P42", f"当事人还没有陈述申辩，期限到 {last}；要先听取，或记下当事人放弃", "heard")]


def _heavier(case: Case, body: before.CaseDecided) -> list[Finding]:
    if case.notified is None:
        return []
    told = case.notified.penalties
    new = [each.kind for each in body.penalties if each.kind not in {one.kind for one in told}]
    if new:
        return [Finding("P42", f"{'、'.join(new)} 没有告知过，不能决定；请重新告知", "penalties")]
    for kind in dict.fromkeys(each.kind for each in body.penalties):
        if money_of(body.penalties, kind) > money_of(told, kind):
            text = f"{kind}多于告知的 {yuan_of(money_of(told, kind))}，不得因申辩加重；事实变了的请重新告知"
            return [Finding("P42", text, "penalties")]
    return []


def _hearing_over(case: Case, body: before.CaseDecided, facts: CaseFacts) -> list[Finding]:
    if case.notified is None or not case.notified.hearing:
        return [not_applicable("P43", "没有听证权利")]
    if case.hearing_requested or any(each.no_hearing for each in case.heard):
        return []
    last = facts.end("处罚法#64.1.1", 5, day_of(case.notified.delivery.counts))
    if day_of(body.on) > last:
        return []
    return [Finding("P43", f"当事人可以在 {last} 以前要求听证，还没有到期，也没有书面放弃", "on")]


def _no_penalty(case: Case, body: before.CaseDecided) -> list[Finding]:
    if body.outcome != "不予处罚":
        return []
    found: list[Finding] = []
    if body.ground is None:
        found.append(Finding("P51", "不予处罚要写明是哪一种情形", "ground"))
    if body.ground in SLIGHT and not (case.investigated and case.investigated.corrected):
        found.append(Finding("P51", "这种情形要已经改正，调查终结时没有记下改正", "ground"))
    if body.ground in EDUCATED and not body.education:
        found.append(Finding("P51", "不予处罚的应当教育当事人，请写明怎样教育的", "education"))
    return found


def on_spot_findings(body: before.DecidedOnSpot, facts: CaseFacts) -> list[Finding]:
    """P39: what may be decided on the spot; P41: when cash may be taken."""
    found = [
        *inspector_findings(facts.rows(body.officers), day_of(body.on)),
        *power_findings(body.power, body.officers, facts),
        *_on_spot_limits(body, facts),
    ]
    if not body.number:
        found.append(Finding("P39", "当场处罚决定书要有预印编号，请写明", "number"))
    if not body.basis:
        found.append(Finding("P39", "决定书要写明处罚依据", "basis"))
    return [*found, *cash_findings(body.cash, body.cash_ground, body.receipt, money_of(body.penalties, "罚款"), facts)]


def _on_spot_limits(body: before.DecidedOnSpot, facts: CaseFacts) -> list[Finding]:
    other = [each.kind for each in body.penalties if each.kind not in ("警告", "罚款")]
    if other:
        return [Finding("P39", f"当场只能警告或者罚款，{other[0]}请走普通程序", "penalties")]
    if not body.penalties:
        return [Finding("P39", "请写明警告，或罚款多少", "penalties")]
    most = facts.value("P39.citizen" if body.party.kind == "公民" else "P39.organisation")
    fine = money_of(body.penalties, "罚款")
    if most is not None and fine > most:
        return [Finding("P39", f"对{body.party.kind}当场罚款不能超过 {yuan_of(most)}，请走普通程序", "penalties")]
    return []


def cash_findings(
    cash: int, ground: str, receipt: str, fine: int, facts: CaseFacts, *, general: bool = False
) -> list[Finding]:
    """P41 of money that officers take themselves; `general`: after a decision of the general procedure."""
    if not cash:
        return [not_applicable("P41", "没有当场收缴")]
    found: list[Finding] = []
    most = facts.value("P41.cash")
    remote = ground.startswith("边远")
    if not ground:
        found.append(Finding("P41", "当场收缴要写明是哪一种情形", "cash_ground"))
    elif general and not remote:
        found.append(
            Finding("P41", "普通程序的罚款只有边远、水上、交通不便并由当事人提出的才能当场收缴", "cash_ground")
        )
    elif ground == "一百元以下" and most is not None and fine > most:
        found.append(Finding("P41", f"罚款 {yuan_of(fine)} 超过 {yuan_of(most)}，不属于这种情形", "cash_ground"))
    if not receipt:
        found.append(Finding("P41", "当场收缴要出具财政部门统一制发的专用票据，请写明票据号", "receipt"))
    if cash > fine:
        found.append(Finding("P41", f"收了 {yuan_of(cash)}，多于罚款 {yuan_of(fine)}", "cash"))
    return found


def review_due(case: Case, day: date) -> list[Finding]:
    """P44 and P45 where they ask nothing of this case."""
    del day
    found: list[Finding] = []
    if not (case.hearing_held or (case.investigated and case.investigated.review)):
        found.append(not_applicable("P44", "不是应当法制审核的四种情形"))
    if not (case.investigated and case.investigated.weighty):
        found.append(not_applicable("P45", "不是情节复杂或者重大的"))
    return found
