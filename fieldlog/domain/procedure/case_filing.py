"""P38, P52-P55 and the evidence of P42: what a case needs until its investigation ends."""

from datetime import date

from fieldlog.domain import case_bodies as before
from fieldlog.domain.case import Case
from fieldlog.domain.case_parts import PowerCited
from fieldlog.domain.procedure.case_facts import CaseFacts, day_of, money_of, yuan_of
from fieldlog.domain.procedure.inspectors import inspector_findings
from fieldlog.domain.procedure.objections import Finding, not_applicable


def proposal_findings(body: before.CaseProposed, facts: CaseFacts) -> list[Finding]:
    """Whether a case may be proposed: officers, power, limitation, promptness."""
    return [
        *inspector_findings(facts.rows(body.officers), day_of(body.on)),
        *power_findings(body.power, body.officers, facts),
        *_limitation(body.occurred, body.discovered, facts),
        *_prompt(body, facts),
        *_basis(body),
    ]


def power_findings(power: PowerCited, officers: tuple[str, ...], facts: CaseFacts) -> list[Finding]:
    """P54: a power valid that day; P55: a delegate acts in the principal's name on a written 委托书."""
    del officers, facts
    found = (
        [] if power.name or power.power else [Finding("P54", "没有写明依据哪一条执法事项，请从事项清单里选", "power")]
    )
    if power.basis != "委托":
        return [*found, not_applicable("P55", "不是委托事项")]
    if not power.principal:
        found.append(Finding("P55", "委托事项要以委托机关的名义办，请写明委托机关", "power"))
    if not power.entrustment:
        found.append(Finding("P55", "委托事项要有委托书，请写明委托书文号", "power"))
    return found


def _limitation(occurred: str, discovered: str, facts: CaseFacts) -> list[Finding]:
    if discovered < occurred:
        return [Finding("P53", f"发现日期 {discovered} 早于违法行为发生日期 {occurred}，请核对", "occurred")]
    last = facts.end("处罚法#36.1", 2, day_of(occurred))
    if day_of(discovered) <= last:
        return []
    text = f"违法行为 {occurred} 发生，两年到 {last}，{discovered} 才发现；涉及生命健康安全且有危害后果的为五年，请写明理由"
    return [Finding("P53", text, "occurred")]


def _prompt(body: before.CaseProposed, facts: CaseFacts) -> list[Finding]:
    days = facts.value("P38.days")
    if days is None or day_of(body.on) <= (last := facts.working_days_on(day_of(body.discovered), days)):
        return []
    return [Finding("P38", f"{body.discovered} 发现，{days} 个工作日到 {last}，现在才申请立案，请写明原因", "on")]


def _basis(body: before.CaseProposed) -> list[Finding]:
    return [] if body.basis else [Finding("P54", "没有写明处罚依据的法条，请补充", "basis")]


def evidence_findings(body: before.EvidenceAdded, facts: CaseFacts) -> list[Finding]:
    """P42: two officers take evidence, and it says from where."""
    found: list[Finding] = []
    if body.taken_by:
        found += inspector_findings(facts.rows(body.taken_by), day_of(body.on))
    if not body.source:
        found.append(Finding("P42", "没有写明证据从哪里来，请补充", "source", act="warn"))
    return found


def hold_findings(body: before.EvidenceHeld) -> list[Finding]:
    """P42: 先行登记保存 is approved by the head and names the things."""
    found = [] if body.approver else [Finding("P42", "先行登记保存须经行政机关负责人批准，请写明批准人", "approver")]
    return found if body.things else [*found, Finding("P42", "请写明登记保存什么物品", "things")]


def hold_decision_findings(case: Case, body: before.HoldDecided, facts: CaseFacts) -> list[Finding]:
    """P42: decided within 7 working days."""
    held = case.holds[body.hold - 1].held
    last = facts.end("处罚法#56", 7, day_of(held.on))
    if day_of(body.on) <= last:
        return []
    return [Finding("P42", f"登记保存的处理期限 {last} 已过，请写明原因；逾期的登记保存应当解除", "on", act="warn")]


def investigation_findings(case: Case, body: before.CaseInvestigated) -> list[Finding]:
    """P42: facts rest on evidence; P51: why none is imposed; P52: the step of the scale."""
    found: list[Finding] = []
    usable = [each for each in case.evidence if not each.unlawful]
    if body.outcome in ("处罚", "移送") and not usable:
        found.append(Finding("P42", "还没有登记证据，事实不清、证据不足不得处罚，请先登记证据", "evidence"))
    if body.outcome == "处罚" and not body.penalties:
        found.append(Finding("P42", "建议处罚要写明种类和数额", "penalties"))
    if body.outcome == "不予处罚" and body.ground is None:
        found.append(Finding("P51", "建议不予处罚要写明是哪一种情形", "ground"))
    return [*found, *_discretion(body)]


def _discretion(body: before.CaseInvestigated) -> list[Finding]:
    if body.outcome != "处罚" or not any(each.kind == "罚款" for each in body.penalties):
        return [not_applicable("P52", "没有建议罚款")]
    used = body.discretion
    if used is None or not (used.scale or used.why):
        return [Finding("P52", "没有写明用了哪个裁量基准的哪一档；没有公布基准的请写明理由", "discretion")]
    fine = money_of(body.penalties, "罚款")
    if used.scale and not used.step:
        return [Finding("P52", f"裁量基准“{used.scale}”没有选档次", "discretion")]
    if used.scale and not used.least <= fine <= used.most:
        text = (
            f"罚款 {yuan_of(fine)} 不在“{used.step}”档的 {yuan_of(used.least)} 到 {yuan_of(used.most)} 之间，请写明理由"
        )
        return [Finding("P52", text, "penalties", act="warn")]
    return []


def minor(case: Case, day: date) -> bool:
    """Whether the party is a person under fourteen (处罚法 art. 30)."""
    born = case.party.born if case.party and case.party.kind == "公民" else None
    if not born:
        return False
    birth = day_of(born)
    return (day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))) < 14
