"""What an answer's entry holds, from what was pressed or said."""

from fieldlog.domain import bodies
from fieldlog.domain.bodies import ItemAnswered, Value
from fieldlog.domain.checklist_parts import Item
from fieldlog.domain.errors import Refused
from fieldlog.domain.measured import read_number, value_after


def answer_body(
    ref: str, item: Item, standing: ItemAnswered | None, value: str, finding: int | None, text: str, measured: str
) -> ItemAnswered:
    """The body of an answer to `item`; without a `value` the measured number decides.

    Raises:
        Refused: the value or finding does not exist, or the number is none.
    """
    number = _number(item, measured)
    if not value:
        if item.measure is None or not number:
            raise Refused("没有写答案：符合、不符合、不适用、待定，或实测值", rule="answer")
        value = value_after(item.measure, number, standing)
        if value == Value.FAIL and finding is None and not text and standing is not None:
            finding, text = item.finding_number(standing.text), standing.text
    if value not in [each.value for each in Value]:
        raise Refused(f"没有“{value}”这种答案，只有 符合、不符合、不适用、待定", rule="answer")
    if value != Value.FAIL and (finding is not None or text):
        raise Refused("只有不符合的项目才能写问题", rule="answer")
    if finding is not None:
        if not 1 <= finding <= len(item.findings):
            raise Refused(f"这一项只有 {len(item.findings)} 条常见问题，没有第 {finding} 条", rule="answer")
        text = text or item.findings[finding - 1].text
    return bodies.ItemAnswered(item=ref, value=Value(value), finding=finding, text=text, measured=number)


def twin_body(body: ItemAnswered, ref: str, twin: Item, lead: Item) -> ItemAnswered:
    """The same answer on another list's item, with its own number of the same finding where it has that."""
    measured = body.measured if twin.measure == lead.measure else ""
    return body.model_copy(
        update={"item": ref, "finding": twin.finding_number(body.text), "measured": measured, "seen": {}}
    )


def _number(item: Item, measured: str) -> str:
    if not measured.strip():
        return ""
    if item.measure is None:
        raise Refused("这一项不用填实测值", rule="answer")
    return read_number(measured, item.measure.unit)
