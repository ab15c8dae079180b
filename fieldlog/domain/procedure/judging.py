"""From what checks find to what stands in the way of a step, by the table and the office's profile on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from fieldlog.domain.procedure.objections import Act, Finding, Objection
from fieldlog.domain.procedure.profile import OfficeProfile
from fieldlog.domain.procedure.rules import RuleTable


@dataclass(frozen=True, slots=True)
class RulesOfDay:
    """The rules as they are kept on one day."""

    table: RuleTable
    profile: OfficeProfile
    day: date

    def act(self, rule: str) -> Act:
        """How strictly a rule is kept; one that this version does not know blocks nothing."""
        known = self.table.get(rule)
        return self.profile.act(known, self.day) if known is not None else "warn"

    def value(self, name: str) -> int | None:
        """The value of that name; None where nobody knows one. Raises KeyError where there is no such value."""
        return self.profile.value(self.table, name, self.day)

    def judged(self, findings: Iterable[Finding]) -> list[Objection]:
        """What stands in the way of the step, blocks and warnings in the order they were found."""
        return judged(findings, self.table, self.profile, self.day)


def judged(findings: Iterable[Finding], table: RuleTable, profile: OfficeProfile, day: date) -> list[Objection]:
    """The objections that the findings come to; act and source are the table's and the profile's of that day."""
    objections: list[Objection] = []
    for finding in findings:
        act = act_of(finding, table, profile, day)
        if finding.applies and act in ("block", "warn"):
            rule = table.get(finding.rule)
            source = rule.source if rule is not None and not rule.own else ""
            objections.append(Objection(finding.rule, act, finding.text, source, finding.jump))
    return objections


def act_of(finding: Finding, table: RuleTable, profile: OfficeProfile, day: date) -> Act:
    """How strictly the finding is taken: by what the office turned, else by its own strength, else by the table's."""
    rule = table.get(finding.rule)
    if rule is None:
        return finding.act or "warn"
    act = profile.act(rule, day)
    return finding.act if finding.act is not None and act == rule.act else act
