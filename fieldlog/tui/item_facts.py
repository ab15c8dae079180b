"""What an officer may want to know about the item under the cursor, the most needed first."""

from collections.abc import Sequence
from datetime import date

from fieldlog.actions.contests import item_contest_words
from fieldlog.domain.bodies import FootageLinked, PhotoAttached, Value
from fieldlog.domain.checklist_parts import Measure
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.measured import within
from fieldlog.domain.walk import Question
from fieldlog.tui.status import weekday
from fieldlog.tui.talk import comment_words
from fieldlog.tui.visit import Visit, days
from fieldlog.tui.widgets.prose import Paragraph

_HANG = 4


def item_facts(visit: Visit, question: Question) -> list[Paragraph]:
    """The paragraphs of the panel beside the list."""
    item = question.item
    return [
        Paragraph(item.text, "strong"),
        *_standing(visit, question),
        *_between_people(visit, question),
        Paragraph(f"查：{item.how_to_check}", hanging=_HANG),
        *_measure(visit, question),
        *_major(question),
        Paragraph(f"依据：{_basis(question)}", "muted", 6),
        *_last_time(visit, question),
        *_attached(visit, question),
        *_thing(visit, question),
        *([Paragraph(f"提示：{item.note}", "muted", 6)] if item.note else []),
        *_together(question),
    ]


def item_details(visit: Visit, question: Question, articles: Sequence[Paragraph] = ()) -> list[Paragraph]:
    """Everything: the panel's paragraphs, the penalties, `articles`, the typical findings with what they demand."""
    return _details(question, item_facts(visit, question), articles)


def list_facts(question: Question) -> list[Paragraph]:
    """What the list itself says about an item, outside any visit."""
    item = question.item
    wanted = f"实测：{item.measure.label}，{limits(item.measure)}" if item.measure is not None else ""
    return [
        Paragraph(item.text, "strong"),
        Paragraph(f"查：{item.how_to_check}", hanging=_HANG),
        *([Paragraph(wanted, hanging=6)] if wanted else []),
        *_major(question),
        Paragraph(f"依据：{_basis(question)}", "muted", 6),
        *([Paragraph(f"提示：{item.note}", "muted", 6)] if item.note else []),
        *_together(question),
    ]


def list_details(question: Question, articles: Sequence[Paragraph] = ()) -> list[Paragraph]:
    """Everything that the list says about an item."""
    return _details(question, list_facts(question), articles)


def _details(question: Question, facts: Sequence[Paragraph], articles: Sequence[Paragraph]) -> list[Paragraph]:
    item = question.item
    unit = "日" if item.deadline_kind == "calendar" else "工作日"
    found = [
        Paragraph(f"{n} {each.text}：{each.measure}，{f'{each.days} {unit}内' if each.days else '当场'}", "", 2)
        for n, each in enumerate(item.findings, 1)
    ]
    penalty = [Paragraph(f"罚则：{'；'.join(each.shown for each in item.penalty)}", "muted", 6)] if item.penalty else []
    return [
        *facts,
        *penalty,
        *([Paragraph(""), *articles] if articles else []),
        *([Paragraph(""), Paragraph("常见问题和整改措施", "accent"), *found] if found else []),
        Paragraph(""),
        Paragraph(f"编号 {question.ref}  {question.checklist.title} {question.checklist.version}", "muted"),
    ]


def heading(question: Question, total: int) -> str:
    """第 19 项，共 30 项, with the level an answer of 不符合 would have."""
    return f"第 {question.number} 项 / {total}  {question.item.level or '记录'}"


def limits(measure: Measure) -> str:
    """`2～8 ℃`, `不高于 20 ℃`, `不低于 1.2 米`, or the unit alone."""
    if measure.min is not None and measure.max is not None:
        return f"{measure.min}～{measure.max} {measure.unit}"
    if measure.max is not None:
        return f"不高于 {measure.max} {measure.unit}"
    return f"不低于 {measure.min} {measure.unit}" if measure.min is not None else measure.unit


def due_text(hazard: Hazard) -> str:
    """`7日 12-01 周二`."""
    due = date.fromisoformat(hazard.fields["due"])
    return f"{days(hazard)} {due:%m-%d} {weekday(due)}"


def _standing(visit: Visit, question: Question) -> list[Paragraph]:
    answer, hazard = visit.answer_to(question), visit.hazard_of(question)
    if question.ref in visit.refused:
        return [Paragraph(f"未保存：{visit.refused[question.ref]}。再按同一个键重试", "bad", _HANG)]
    if hazard is not None:
        line = f"隐患 {hazard.fields['level']} {due_text(hazard)}：{hazard.fields['text']}"
        return [Paragraph(line, "bad", _HANG), Paragraph(f"措施：{hazard.fields['measure']}", "", 6)]
    if answer is None or answer.value is Value.PASS:
        return []
    if visit.is_lacking(question):
        return [Paragraph("不符合，待补充：按 2 选问题", "warn", _HANG)]
    if answer.value is Value.FAIL:
        return [Paragraph(f"不符合（记录，不算隐患）：{answer.text}", "bad", _HANG)]
    return [Paragraph(answer.value.value, "muted")]


def _between_people(visit: Visit, question: Question) -> list[Paragraph]:
    """What two people answered differently, and what was said about the item."""
    state, found = visit.state, visit.contest(question)
    told = [Paragraph(f"{item_contest_words(visit.book, found)}，再按一次结论确认", "warn", _HANG)] if found else []
    said = (each for each in state.comments if each.item == question.ref)
    return [*told, *(Paragraph(comment_words(visit.book, state, each, alone=True), "accent", _HANG) for each in said)]


def _measure(visit: Visit, question: Question) -> list[Paragraph]:
    measure, answer = question.item.measure, visit.answer_to(question)
    if measure is None:
        return []
    wanted = f"实测：{measure.label}，{limits(measure)}"
    if answer is None or not answer.measured:
        return [Paragraph(f"{wanted}（按 8 填数）", "warn" if visit.lacks_measure(question) else "", 6)]
    good = within(measure, answer.measured)
    verdict = {True: "，在范围内", False: "，超出范围", None: ""}[good]
    return [Paragraph(f"{wanted}：{answer.measured} {measure.unit}{verdict}", "bad" if good is False else "good", 6)]


def _major(question: Question) -> list[Paragraph]:
    standard = question.item.standard
    if standard is None:
        return []
    return [Paragraph(f"重大判定：{standard.shown}", "warn", 10)]


def _basis(question: Question) -> str:
    cited = dict.fromkeys(citation.shown for _list, item in question.asked for citation in item.basis)
    return "；".join(cited)


def _last_time(visit: Visit, question: Question) -> list[Paragraph]:
    last = visit.last_time(question)
    return [Paragraph(f"上次：{last}", "warn" if "不符合" in last else "muted", 6)] if last else []


def _attached(visit: Visit, question: Question) -> list[Paragraph]:
    state, item = visit.state, question.ref
    found: list[Paragraph] = []
    if note := state.notes.get(item):
        found.append(Paragraph(f"备注：{note}", "", 6))
    if state.drafts.get(f"note:{item}"):
        found.append(Paragraph("备注没有写完，按 - 接着写", "warn", 6))
    hung = [each.body for each in state.photos if each.body.item == item]
    if visit.lacks_photo(question):
        found.append(Paragraph("要拍照片，还没有：按 + 添加", "warn", 6))
    photos = [each.name for each in hung if isinstance(each, PhotoAttached)]
    if photos:
        found.append(Paragraph(f"照片 {len(photos)}：{'、'.join(photos)}", "", 6))
    marks = [each.body for each in state.footage if each.body.item == item]
    said = [f"{each.moment[11:19]}（{each.camera} 号机）" for each in marks if isinstance(each, FootageLinked)]
    return [*found, Paragraph(f"录像：{'、'.join(said)}", "", 6)] if said else found


def _thing(visit: Visit, question: Question) -> list[Paragraph]:
    """Which of the things of a repeated section this is, and how to say that there are more."""
    if not question.nth:
        return []
    section = visit.walk.sections[question.section]
    which = (
        f"{section.label}（{section.thing} {question.nth}/{section.many}）"
        if section.many > 1
        else f"{section.thing}只有一个"
    )
    return [Paragraph(f"{which}，按 7 或 F7 增加、改名", "muted", 4)]


def _together(question: Question) -> list[Paragraph]:
    titles = "、".join(checklist.title for checklist, _item in question.asked[1:])
    return [Paragraph(f"同一问题，一并记入：{titles}", "muted", 4)] if titles else []
