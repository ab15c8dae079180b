"""P47-P49 and P59-P61: service, payment, execution, disclosure and the end of a case."""

from datetime import timedelta

from fieldlog.domain import case_execution_bodies as after
from fieldlog.domain.case import Case
from fieldlog.domain.case_deadlines import court_window, pay_by
from fieldlog.domain.case_money import is_disputed, owed, surcharge
from fieldlog.domain.case_parts import Delivery
from fieldlog.domain.procedure.case_facts import CaseFacts, day_of, yuan_of
from fieldlog.domain.procedure.inspectors import inspector_findings
from fieldlog.domain.procedure.objections import Finding

ANNOUNCED_DAYS = 30
HANDED = ("直接", "留置")


def delivery_findings(delivery: Delivery, facts: CaseFacts) -> list[Finding]:
    """P47: what each way of serving needs, and the day from which it counts."""
    found: list[Finding] = []
    on, counts = day_of(delivery.on), day_of(delivery.counts)
    if counts < on:
        found.append(Finding("P47", f"算作送达的日期 {counts} 早于送出的日期 {on}，请核对", "delivery"))
    if delivery.way in HANDED:
        found += inspector_findings(facts.rows(delivery.servers), on)
        if counts != on:
            found.append(Finding("P47", f"{delivery.way}送达当天就算送达，不能写成 {counts}", "delivery"))
    match delivery.way:
        case "直接" if not delivery.receiver:
            found.append(Finding("P47", "直接送达要写明签收人", "delivery"))
        case "留置" if not delivery.refused or not (delivery.witness or delivery.film):
            found.append(Finding("P47", "留置送达要写明拒收原因，并有见证人或者拍照、录像", "delivery"))
        case "电子" if not delivery.consent:
            found.append(Finding("P47", "电子送达要当事人同意并签订确认书，请写明确认书", "delivery"))
        case "公告" if counts < on + timedelta(days=ANNOUNCED_DAYS):
            text = f"公告满三十日才算送达：{on} 发出的公告到 {on + timedelta(days=ANNOUNCED_DAYS)}"
            found.append(Finding("P47", text, "delivery"))
        case "邮寄" | "委托" | "公告" if not delivery.proof:
            found.append(Finding("P47", f"{delivery.way}送达要有凭据，请写明回执、邮件号或公告", "delivery"))
        case _:
            pass
    return found


def service_findings(case: Case, body: after.CaseServed, facts: CaseFacts) -> list[Finding]:
    """P47: within 7 working days where the party was not there."""
    found = delivery_findings(body.delivery, facts)
    if body.paper != "决定书" or not case.decided:
        return found
    last = facts.end("处罚法#61.1", 7, day_of(case.decided_on))
    sent = day_of(body.delivery.on)
    if sent > last:
        found.append(
            Finding("P47", f"决定 {case.decided_on} 作出，送达期限 {last} 已过，请写明原因", "delivery", act="warn")
        )
    if body.delivery.way == "公告":
        text = "公告送达只在受送达人下落不明，或者别的方式不能送达时用，请写明理由"
        found.append(Finding("P47", text, "delivery", act="warn"))
    return found


def payment_findings(case: Case, body: after.CasePaid, facts: CaseFacts) -> list[Finding]:
    """P48: no more than is owed; P41 of cash."""
    from fieldlog.domain.procedure.case_decision import cash_findings  # noqa: PLC0415 - it uses this module

    found: list[Finding] = []
    if not body.amount and not body.surcharge:
        found.append(Finding("P48", "缴款数额不能是 0", "amount"))
    if body.amount > owed(case):
        found.append(Finding("P48", f"缴款 {yuan_of(body.amount)} 多于欠缴的 {yuan_of(owed(case))}，请核对", "amount"))
    due = surcharge(case, pay_by(case, facts.calendar, facts.terms), day_of(body.on)) - case.surcharge_paid
    if body.surcharge > max(0, due):
        found.append(
            Finding(
                "P48", f"加处罚款到 {body.on} 是 {yuan_of(max(0, due))}，不能收 {yuan_of(body.surcharge)}", "surcharge"
            )
        )
    if body.way == "当场收缴":
        found += cash_findings(
            body.amount, body.cash_ground, body.receipt, case.fine, facts, general=case.on_spot is None
        )
    elif not body.receipt:
        found.append(Finding("P48", "没有写明缴款凭据号，请补充", "receipt", act="warn"))
    return found


def terms_findings(case: Case, body: after.TermsGranted) -> list[Finding]:
    """P48: parts that add up to what is owed, approved."""
    found: list[Finding] = []
    total = sum(each.amount for each in body.parts)
    if total != owed(case):
        found.append(Finding("P48", f"各期共 {yuan_of(total)}，应等于欠缴的 {yuan_of(owed(case))}", "parts"))
    days = [each.due for each in body.parts]
    if not days or days != sorted(set(days)) or days[0] < body.on:
        found.append(Finding("P48", "各期的日期要一期比一期晚，并且不早于批准的日期", "parts"))
    if not body.approver:
        found.append(Finding("P48", "延期、分期缴纳须经行政机关批准，请写明批准人", "approver"))
    return found


def urging_findings(case: Case, body: after.CaseUrged, facts: CaseFacts) -> list[Finding]:
    """P49: only after the term to pay, for what is owed."""
    found = delivery_findings(body.delivery, facts)
    last = pay_by(case, facts.calendar, facts.terms)
    if last is not None and day_of(body.on) <= last:
        found.append(Finding("P49", f"缴款期限到 {last}，还没有逾期，不能催告", "on"))
    if is_disputed(case, day_of(body.on)):
        found.append(Finding("P49", "正在复议或诉讼，不能申请强制执行；仍要催告的请写明理由", "on", act="warn"))
    if body.amount > owed(case):
        found.append(Finding("P49", f"催告 {yuan_of(body.amount)} 多于欠缴的 {yuan_of(owed(case))}", "amount"))
    grown = surcharge(case, last, day_of(body.on)) - case.surcharge_paid
    if body.surcharge > max(0, grown):
        found.append(
            Finding(
                "P48",
                f"加处罚款到 {body.on} 是 {yuan_of(max(0, grown))}，不能写 {yuan_of(body.surcharge)}",
                "surcharge",
            )
        )
    return found


def enforcement_findings(case: Case, body: after.EnforcementApplied, facts: CaseFacts) -> list[Finding]:
    """P49: after 催告 and 10 working days, after the terms of review and suit, within three months."""
    found: list[Finding] = []
    if not body.signed_by:
        found.append(Finding("P49", "强制执行申请书要由行政机关负责人签名，请写明签名人", "signed_by"))
    if not owed(case) and case.surcharge_paid >= body.surcharge:
        found.append(Finding("P49", "当事人已经缴清，不用申请强制执行", "amount"))
    if case.urged:
        last = facts.end("强制法#54", 10, day_of(case.urged[-1].delivery.counts))
        if day_of(body.on) <= last:
            found.append(Finding("P49", f"催告书送达后十日到 {last}，还没有满", "on"))
    if any(not each.ended for each in case.disputes):
        found.append(Finding("P49", "正在复议或诉讼，不能申请强制执行", "on"))
    window = court_window(case, facts.calendar, facts.terms)
    if window and day_of(body.on) <= window[0]:
        found.append(Finding("P49", f"复议和诉讼期限到 {window[0]} 才届满，之后三个月内申请", "on"))
    elif window and day_of(body.on) > window[1]:
        found.append(Finding("P49", f"申请期限 {window[1]} 已过，法院不受理", "on"))
    return found


def publication_findings(case: Case, body: after.CasePublished, facts: CaseFacts) -> list[Finding]:
    """P59: in time; P60: with persons' data masked."""
    found: list[Finding] = []
    if not body.masked:
        found.append(Finding("P60", "公示前要遮盖个人信息和商业秘密，请确认已经遮盖", "masked"))
    days = facts.value("P59.penalty_days")
    if days is not None and case.decided_on:
        last = facts.working_days_on(day_of(case.decided_on), days)
        if day_of(body.on) > last:
            found.append(Finding("P59", f"公示期限 {last} 已过，请写明原因", "on", act="warn"))
    return found


def withdrawal_findings(case: Case, body: after.PublicationWithdrawn, facts: CaseFacts) -> list[Finding]:
    """P61: within 3 working days of the change, with the reason public."""
    if not case.decision_changes:
        return [Finding("P61", "决定没有变更、撤销或确认违法，撤回公示请写明理由", "on", act="warn")]
    last = facts.end("处罚法#48.2", 3, day_of(case.decision_changes[-1].on))
    if day_of(body.on) <= last:
        return []
    return [Finding("P61", f"撤回期限 {last} 已过，请写明原因", "on", act="warn")]


def closing_findings_of_case(case: Case, body: after.CaseClosed) -> list[Finding]:
    """结案: nothing is owed, nothing is held, nothing runs."""
    found: list[Finding] = []
    if not body.approver:
        found.append(Finding("closing", "结案须经审批，请写明批准人", "approver"))
    if any(each.decided is None for each in case.holds):
        found.append(Finding("P42", "还有先行登记保存的证据没有处理", "hold"))
    if any(not each.ended for each in case.disputes):
        found.append(Finding("dispute", "复议或诉讼还没有结果，现在结案请写明理由", "dispute", act="warn"))
    if body.outcome == "已履行" and owed(case):
        found.append(Finding("P48", f"还欠缴 {yuan_of(owed(case))}，不能按已履行结案", "paid"))
    finished = any(each.result in ("执行完毕", "终结执行", "不予执行") for each in case.enforcement_answers)
    if body.outcome in ("法院执行完毕", "终结执行") and not finished:
        found.append(Finding("P49", "法院还没有执行完毕或终结执行", "enforcement"))
    if (
        body.outcome == "移送"
        and not (case.transfer_answered and case.transfer_answered.opened)
        and not case.handed_over
    ):
        found.append(Finding("P56", "公安机关还没有立案，也没有移交别的机关，不能按移送结案", "transfer"))
    if body.outcome == "决定被撤销" and not case.is_void_decision:
        found.append(Finding("P61", "决定没有被撤销，不能这样结案", "outcome"))
    if body.outcome in ("不予处罚", "撤销案件") and case.outcome != body.outcome:
        found.append(Finding("P51", f"决定的不是{body.outcome}，不能这样结案", "outcome"))
    if case.outcome == "处罚" and case.published is None and case.not_published is None:
        found.append(Finding("P59", "处罚决定还没有公示，请先公示，或写明为什么不公示", "published", act="warn"))
    return found
