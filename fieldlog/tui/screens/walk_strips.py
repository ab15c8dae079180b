"""The strips of the walk: what each digit means where one is open."""

from fieldlog.domain.bodies import ItemAnswered
from fieldlog.domain.checklist_parts import Item
from fieldlog.domain.measured import within
from fieldlog.domain.walk import Question, Thing
from fieldlog.tui.item_facts import limits
from fieldlog.tui.visit import STAGES, Visit
from fieldlog.tui.widgets.finding_strip import Choice, Strip, number_choices

FINDING, STAGE, COUNT = "finding", "stage", "count"
OTHER, MEASURE = "other", "measure"
ADD, RENAME, REMOVE = "add", "label", "remove"


def finding_strip(visit: Visit, question: Question) -> Strip:
    """The typical findings, 其他 behind them (also on 9), and the measured value on 8 where the item has one."""
    item = question.item
    answer = visit.answer_to(question)
    standing = item.finding_number(answer.text) if answer is not None else None
    choices = number_choices([each.text for each in item.findings], standing)
    own_words = answer is not None and bool(answer.text) and standing is None
    choices.append(Choice(str(len(choices) + 1), "其他（写明）", OTHER, small=True, chosen=own_words))
    if item.measure is not None:
        value = answer.measured if answer is not None else ""
        said = f"实测 {value} {item.measure.unit}" if value else f"填实测值（{limits(item.measure)}）"
        choices.append(Choice("8", said, MEASURE, small=True))
    leave = "Esc 不改" if answer is not None and answer.text else "Esc 以后补充"
    return Strip(FINDING, _reading(item, answer), tuple(choices), leave)


def _reading(item: Item, answer: ItemAnswered | None) -> str:
    """What was measured, where that is what is wrong and nothing is chosen yet."""
    measure = item.measure
    if measure is None or answer is None or answer.text or not answer.measured:
        return ""
    verdict = "，超出范围" if within(measure, answer.measured) is False else ""
    return f"{measure.label} {answer.measured} {measure.unit}{verdict}（{limits(measure)}），是什么问题"


def count_strip(thing: Thing, nth: int) -> Strip:
    """What can be done about how many there are of a thing; `nth` is the one under the cursor, 0 for none."""
    choices = [Choice("1", f"再加一个{thing.name}", ADD)]
    if nth:
        choices.append(Choice("2", f"{thing.labels[nth - 1]} 改个名称", RENAME))
    if len(thing.labels) > 1:
        choices.append(Choice("3", f"去掉最后一个：{thing.labels[-1]}", REMOVE))
    title = f"{thing.name} {len(thing.labels)} 个：{'、'.join(thing.labels)}"
    return Strip(f"{COUNT}:{thing.name}", title, tuple(choices), "Esc 不改")


def stage_strip(visit: Visit) -> Strip:
    """The stages of the visit, each with the time it was last reached."""
    reached = {stage.stage: stage.moment[11:16] for _by, stage in visit.state.stages}
    texts = [f"{stage} {reached[stage]}" if stage in reached else stage for stage in STAGES]
    choices = tuple(Choice(str(n), text, STAGES[n - 1], small=True) for n, text in enumerate(texts, 1))
    return Strip(STAGE, "现在到了哪一步（记下此刻）", choices, "Esc 不记")
