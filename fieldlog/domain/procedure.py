"""What the law asks of a step, checked on the folded state. The rules' numbers are those of the procedure table.

`block` forbids the step; `warn` lets it pass with a typed reason, which goes into the log.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from fieldlog.domain.bodies import Signature
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.people import MAY_APPROVE

LEAST_OFFICERS = 2
UNANSWERED, LACKING, PHOTO = "unanswered", "lacking", "photo"


@dataclass(frozen=True, slots=True)
class Objection:
    """Something that stands in the way of a step."""

    rule: str
    act: Literal["block", "warn"]
    text: str
    """One line: what is missing and what to do."""
    source: str = ""
    """Where the rule comes from."""
    item: str = ""
    """The checklist item to jump to, where there is one."""


def inspector_objections(officers: Sequence[Mapping[str, Any]], today: date) -> list[Objection]:
    """P1: at least two inspectors, each with a certificate valid that day (渝375 art. 15, 处罚法 art. 42)."""
    source = "行政处罚法第四十二条"
    found: list[Objection] = []
    if len({officer.get("certificate") or officer["id"] for officer in officers}) < LEAST_OFFICERS:
        found.append(Objection("P1", "block", "检查人员不得少于两人，请再选一名执法人员", source))
    for officer in officers:
        expiry = officer.get("certificate_expiry")
        if not officer.get("certificate"):
            found.append(Objection("P1", "block", f"{officer['name']} 没有登记执法证号，不能作为执法人员", source))
        elif expiry and expiry < today.isoformat():
            found.append(Objection("P1", "block", f"{officer['name']} 的执法证已于 {expiry} 到期，请换人", source))
    return found


def closing_objections(
    inspection: Inspection, items: Iterable[str], signature: Signature, today: date
) -> list[Objection]:
    """What stands in the way of closing an inspection whose applicable items are `items`, in walking order."""
    del today
    found: list[Objection] = []
    order = list(items)
    lacking = [item for item in order if inspection.is_lacking(item)]
    if lacking:
        text = f"{len(lacking)} 项不符合还没有写明问题，请补充"
        found.append(Objection(LACKING, "block", text, item=lacking[0]))
    open_items = [item for item in order if (answer := inspection.answer(item)) is None or answer.value == "待定"]
    if open_items:
        text = f"{len(open_items)} 项没有检查，请补查，或说明原因"
        found.append(Objection(UNANSWERED, "warn", text, item=open_items[0]))
    stages = {stage.stage for _by, stage in inspection.stages}
    if "亮证" not in stages:
        found.append(Objection("P4", "warn", "没有记录亮证时间", "行政处罚法第五十五条"))
    if not inspection.footage:
        found.append(Objection("P24", "warn", "没有关联执法记录仪录像", "行政处罚法第四十七条"))
    if signature.way == "refused" and not (signature.reason and signature.witness):
        text = "当事人拒签，请写明拒签原因和见证人"
        found.append(Objection("P27", "block", text, "安全生产法第六十八条；食品生产经营监督检查管理办法第三十四条"))
    return found


def photo_objections(refs: Sequence[str]) -> list[Objection]:
    """What to say of items whose list asks for a photo and that have none: a reason lets them pass."""
    text = f"{len(refs)} 项缺照片，请补照，或说明原因"
    return [Objection(PHOTO, "warn", text, item=refs[0])] if refs else []


def may_approve(officer: Mapping[str, Any] | None) -> bool:
    """Whether the officer's post approves a closing or an extension (hazards.md, section 3)."""
    return (
        officer is not None
        and any(post in str(officer.get("post", "")) for post in MAY_APPROVE)
        and "副大队长" not in str(officer.get("post", ""))
    )
