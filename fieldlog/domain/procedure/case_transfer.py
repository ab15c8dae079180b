"""P56-P58: a suspected crime goes to the police; P29: what is another body's goes there."""

from datetime import datetime

from fieldlog.domain import case_execution_bodies as after
from fieldlog.domain.case import Case
from fieldlog.domain.procedure.case_facts import CaseFacts, day_of
from fieldlog.domain.procedure.inspectors import inspector_findings
from fieldlog.domain.procedure.objections import Finding

ENCLOSED = ("移送书", "调查报告")
"""What must go with every transfer (移送规定 art. 6); goods and test reports only where there are any."""


def report_findings(body: after.TransferReported, facts: CaseFacts) -> list[Finding]:
    """P56: at least two officers report."""
    return inspector_findings(facts.rows(body.officers), day_of(body.on))


def transfer_decision_findings(case: Case, body: after.TransferDecided, facts: CaseFacts) -> list[Finding]:
    """P56: the head decides within 3 days and says why not."""
    found: list[Finding] = []
    if not body.approver:
        found.append(Finding("P56", "移送由正职负责人或主持工作的负责人审批，请写明批准人", "approver"))
    if not body.approved and not body.why:
        found.append(Finding("P56", "不批准移送的，应当把理由记录在案", "why"))
    if case.transfer_reported is not None:
        last = facts.end("移送规定#5.2", 3, day_of(case.transfer_reported.received))
        if day_of(body.at) > last:
            found.append(Finding("P56", f"审批期限 {last} 已过，请写明原因", "at", act="warn"))
        if body.at[:10] < case.transfer_reported.received[:10]:
            found.append(Finding("P56", "审批早于收到报告，请核对时间", "at"))
    return found


def sending_findings(case: Case, body: after.TransferSent) -> list[Finding]:
    """P56: within 24 hours; P57: with what must be enclosed."""
    found: list[Finding] = []
    missing = [each for each in ENCLOSED if not any(each in name for name in body.enclosed)]
    if missing:
        found.append(Finding("P57", f"移送材料缺{'、'.join(missing)}", "enclosed"))
    if any(hold.decided is None for hold in case.holds) and not any("清单" in name for name in body.enclosed):
        found.append(Finding("P57", "有登记保存的物品，移送材料缺涉案物品清单", "enclosed"))
    if case.transfer_decided is not None:
        hours = (
            datetime.fromisoformat(body.at) - datetime.fromisoformat(case.transfer_decided.at)
        ).total_seconds() / 3600
        if hours < 0:
            found.append(Finding("P56", "移送早于批准，请核对时间", "at"))
        elif hours > 24:
            found.append(Finding("P56", "批准后 24 小时内应当移送，已经超过，请写明原因", "at", act="warn"))
    return found


def objection_findings(case: Case, body: after.TransferObjected, facts: CaseFacts) -> list[Finding]:
    """P56: within 3 days of the notice."""
    if case.transfer_answered is None:
        return []
    last = facts.end("移送规定#9.1", 3, day_of(case.transfer_answered.on))
    if day_of(body.on) <= last:
        return []
    return [Finding("P56", f"提请复议的期限 {last} 已过，请写明原因", "on", act="warn")]


def handing_findings(body: after.CaseHandedOver) -> list[Finding]:
    """P29: what goes to another body is said and its receipt kept; P58: a duty crime goes to 监察."""
    if body.receipt:
        return []
    return [Finding("P29", "还没有回执；收到后请补记", "receipt", act="log")]
