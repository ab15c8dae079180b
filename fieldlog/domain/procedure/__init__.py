"""What the law asks of a step, checked on the folded state. The rules' numbers are those of the procedure table.

Checks stand by stage and are pure: `*_findings` of a folded state say which rules it breaks. How strictly a rule is kept
and where it comes from is data (`rules`), which an office may turn from a day on (`profile`); `judged` puts both together.
"""

from fieldlog.domain.procedure.inspectors import LEAST_OFFICERS, inspector_findings, may_approve
from fieldlog.domain.procedure.judging import RulesOfDay, judged
from fieldlog.domain.procedure.objections import Act, Finding, Objection, not_applicable
from fieldlog.domain.procedure.profile import SHIPPED, OfficeProfile
from fieldlog.domain.procedure.rules import STEPS, Rule, RuleTable, RuleValue
from fieldlog.domain.procedure.visit import LACKING, PHOTO, UNANSWERED, closing_findings, photo_findings

__all__ = [
    "LACKING",
    "LEAST_OFFICERS",
    "PHOTO",
    "SHIPPED",
    "STEPS",
    "UNANSWERED",
    "Act",
    "Finding",
    "Objection",
    "OfficeProfile",
    "Rule",
    "RuleTable",
    "RuleValue",
    "RulesOfDay",
    "closing_findings",
    "inspector_findings",
    "judged",
    "may_approve",
    "not_applicable",
    "photo_findings",
]
