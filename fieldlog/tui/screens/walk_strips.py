"""The strips of the walk: what each digit means where one is open."""

from fieldlog.domain.bodies import Value
from fieldlog.domain.checklist import Item
from fieldlog.domain.walk import Question
from fieldlog.tui.item_facts import complies, limits
from fieldlog.tui.visit import STAGES, Visit
from fieldlog.tui.widgets.finding_strip import Choice, Strip, number_choices

FINDING, STAGE, MEASURED = "finding", "stage", "measured"
OTHER, MEASURE = "other", "measure"


def finding_strip(visit: Visit, question: Question) -> Strip:
    """The typical findings, 其他 behind them (also on 9), and the measured value on 8 where the item has one."""
    item = question.item
    answer = visit.answer_to(question)
    standing = answer.finding if answer is not None else None
    choices = number_choices([each.text for each in item.findings], standing)
    own_words = answer is not None and bool(answer.text) and standing is None
    choices.append(Choice(str(len(choices) + 1), "其他（写明）", OTHER, small=True, chosen=own_words))
    if item.measure is not None:
        value = answer.measured if answer is not None else ""
        said = f"实测 {value} {item.measure.unit}" if value else f"填实测值（{limits(item.measure)}）"
        choices.append(Choice("8", said, MEASURE, small=True))
    leave = "Esc 不改" if answer is not None and answer.text else "Esc 以后补充"
    return Strip(FINDING, "", tuple(choices), leave)


def stage_strip(visit: Visit) -> Strip:
    """The stages of the visit, each with the time it was last reached."""
    reached = {stage.stage: stage.moment[11:16] for _by, stage in visit.state.stages}
    texts = [f"{stage} {reached[stage]}" if stage in reached else stage for stage in STAGES]
    choices = tuple(Choice(str(n), text, STAGES[n - 1], small=True) for n, text in enumerate(texts, 1))
    return Strip(STAGE, "现在到了哪一步（记下此刻）", choices, "Esc 不记")


def measured_strip(item: Item, value: str) -> Strip:
    """What the measured value suggests. The officer answers; a number never does."""
    assert item.measure is not None  # noqa: S101 - asked only where there is one
    within = complies(item.measure, value)
    said = {True: "在范围内，建议 1 符合", False: "超出范围，建议 2 不符合", None: "没有限值，请判定"}[within]
    title = f"{item.measure.label} {value} {item.measure.unit}：{said}（{limits(item.measure)}）"
    choices = (
        Choice("1", "符合", Value.PASS, small=True),
        Choice("2", "不符合", Value.FAIL, small=True),
        Choice("3", "不适用", Value.NA, small=True),
    )
    return Strip(f"{MEASURED}:{value}", title, choices, "Esc 不记")
