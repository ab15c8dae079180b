"""Who may inspect: at least two, each with a certificate valid that day."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from fieldlog.domain.people import MAY_APPROVE
from fieldlog.domain.procedure.objections import Finding

RULES: Final = frozenset(("P1",))
LEAST_OFFICERS: Final = 2


def inspector_findings(officers: Sequence[Mapping[str, Any]], day: date) -> list[Finding]:
    """P1 of the rows of those who go (行政处罚法 art. 42)."""
    found: list[Finding] = []
    if len({officer.get("certificate") or officer["id"] for officer in officers}) < LEAST_OFFICERS:
        found.append(Finding("P1", "检查人员不得少于两人，请再选一名执法人员", "officers"))
    for officer in officers:
        expiry = officer.get("certificate_expiry")
        if not officer.get("certificate"):
            found.append(Finding("P1", f"{officer['name']} 没有登记执法证号，不能作为执法人员", "officers"))
        elif expiry and expiry < day.isoformat():
            found.append(Finding("P1", f"{officer['name']} 的执法证已于 {expiry} 到期，请换人", "officers"))
    return found


def may_approve(officer: Mapping[str, Any] | None) -> bool:
    """Whether the officer's post approves a closing or an extension (hazards.md, section 3)."""
    return (
        officer is not None
        and any(post in str(officer.get("post", "")) for post in MAY_APPROVE)
        and "副大队长" not in str(officer.get("post", ""))
    )
