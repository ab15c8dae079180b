"""What a visit must have before it is closed."""

from collections.abc import Iterable, Sequence
from typing import Final

from fieldlog.domain.bodies import InspectionType, Signature
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.procedure.objections import Finding, not_applicable

UNANSWERED, LACKING, PHOTO = "unanswered", "lacking", "photo"
RULES: Final = frozenset(("P4", "P8", "P24", "P27", UNANSWERED, LACKING, PHOTO))


def kind_findings(type: str) -> list[Finding]:
    """P8: the kind of a visit is one of four."""
    kinds = [each.value for each in InspectionType]
    text = f"没有“{type}”这种检查，只有 {'、'.join(kinds)}"
    return [] if type in kinds else [Finding("P8", text, "type")]


def closing_findings(
    inspection: Inspection, items: Iterable[str], signature: Signature, photoless: Sequence[str] = ()
) -> list[Finding]:
    """What stands in the way of closing a visit whose questions are `items`, in walking order, `photoless` among them."""
    return [
        *_answers(inspection, list(items)),
        *_record(inspection, signature),
        *photo_findings(photoless),
    ]


def _answers(inspection: Inspection, order: Sequence[str]) -> list[Finding]:
    found: list[Finding] = []
    lacking = [item for item in order if inspection.is_lacking(item)]
    if lacking:
        found.append(Finding(LACKING, f"{len(lacking)} 项不符合还没有写明问题，请补充", lacking[0]))
    open_items = [item for item in order if (answer := inspection.answer(item)) is None or answer.value == "待定"]
    if open_items:
        found.append(Finding(UNANSWERED, f"{len(open_items)} 项没有检查，请补查，或说明原因", open_items[0]))
    return found


def _record(inspection: Inspection, signature: Signature) -> list[Finding]:
    """P4, P24 and P27: the certificate was shown, the visit was filmed, a refusal to sign has reason and witness."""
    found: list[Finding] = []
    if "亮证" not in {stage.stage for _by, stage in inspection.stages}:
        found.append(Finding("P4", "没有记录亮证时间", "亮证"))
    if not inspection.footage:
        found.append(Finding("P24", "没有关联执法记录仪录像", "footage"))
    if signature.way != "refused":
        found.append(not_applicable("P27", "当事人没有拒签"))
    elif not (signature.reason and signature.witness):
        found.append(Finding("P27", "当事人拒签，请写明拒签原因和见证人", "sign"))
    return found


def photo_findings(refs: Sequence[str]) -> list[Finding]:
    """What to say of items whose list asks for a photo and that have none: a reason lets them pass."""
    return [Finding(PHOTO, f"{len(refs)} 项缺照片，请补照，或说明原因", refs[0])] if refs else []
