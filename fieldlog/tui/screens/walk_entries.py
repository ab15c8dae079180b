"""The texts that are typed during the walk: what each asks for, and what happens to it on Enter."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fieldlog.actions import answering, evidence, things
from fieldlog.book.search import spell
from fieldlog.domain.bodies import Value
from fieldlog.domain.errors import Refused
from fieldlog.domain.measured import within
from fieldlog.domain.walk import Question
from fieldlog.tui.item_facts import due_text, limits
from fieldlog.tui.visit import Visit


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind of text."""

    title: Callable[[Visit, Question], str]
    take: Callable[[Visit, Question, str], str]
    """Writes it through an action and returns what to tell; raises FieldlogError as the action does."""
    hint: str = "Enter 保存"
    keeps_draft: bool = False
    """Half-typed text goes into the log."""
    take_word: str = "保存"

    @property
    def words(self) -> Mapping[str, str]:
        """What Enter and Esc are called."""
        return {"take": self.take_word} | ({} if self.keeps_draft else {"leave": "取消"})


def draft_field(purpose: str, question: Question) -> str:
    """The name of the draft in the log."""
    return f"{purpose}:{question.ref}"


def _title_note(_visit: Visit, question: Question) -> str:
    return f"第 {question.number} 项备注"


def _take_note(visit: Visit, question: Question, text: str) -> str:
    answering.note(visit.book, visit.by, visit.doc, text, question.ref)
    return f"第 {question.number} 项备注已保存" if text.strip() else f"第 {question.number} 项没有备注"


def _title_other(_visit: Visit, question: Question) -> str:
    return f"第 {question.number} 项：写明是什么问题、在哪里、多少处"


def _take_other(visit: Visit, question: Question, text: str) -> str:
    if not text.strip():
        raise Refused("还没有写问题。写一句再按 Enter，或按 Esc 以后补充")
    answer = visit.answer_to(question)
    visit.answer(question, Value.FAIL, text=text, measured=answer.measured if answer else "")
    return told_finding(visit, question)


def told_finding(visit: Visit, question: Question) -> str:
    """What stands after a finding was chosen or written."""
    hazard = visit.hazard_of(question)
    if hazard is None:
        return f"第 {question.number} 项不符合，已记录（这一项不算隐患）"
    lacks = "；实测值还没有填，在这一项按 8" if visit.lacks_measure(question) else ""
    fields = hazard.fields
    return f"第 {question.number} 项 {fields['number']} {fields['level']} {due_text(hazard)}{lacks}"


def _title_measured(_visit: Visit, question: Question) -> str:
    measure = question.item.measure
    return f"{measure.label}（{limits(measure)}）" if measure else ""


def _take_measured(visit: Visit, question: Question, text: str) -> str:
    """Write the number; where the item has limits the answer follows from it."""
    if not text:
        raise Refused("还没有填数，例如 8.5；不填按 Esc")
    visit.answer(question, measured=text)
    return told_measured(visit, question)


def told_measured(visit: Visit, question: Question) -> str:
    """What a measured number has led to."""
    measure, answer = question.item.measure, visit.answer_to(question)
    if measure is None or answer is None:
        return ""
    said = f"第 {question.number} 项实测 {answer.measured} {measure.unit}"
    good = within(measure, answer.measured)
    if good is None:
        return f"{said}，已保存" + ("。没有限值，请判定" if visit.is_open(question) else "")
    verdict = "在范围内" if good else "超出范围"
    against = good and answer.value is Value.FAIL
    stands = f"{answer.value.value}，改判按 1" if against else answer.value.value
    return f"{said}，{verdict}（{limits(measure)}），{stands}"


def _title_label(visit: Visit, question: Question) -> str:
    return f"{visit.walk.label(question.ref)}改叫什么，例如 二楼阴凉柜"


def _take_label(visit: Visit, question: Question, text: str) -> str:
    thing = visit.walk.sections[question.section].thing
    things.rename(visit.book, visit.by, visit.doc, thing, question.nth, text)
    visit.reload()
    return f"第 {question.nth} 个{thing}叫 {visit.walk.label(question.ref)}"


def _title_camera(_visit: Visit, _question: Question) -> str:
    return "执法记录仪编号（这次检查只问一次）"


def _take_camera(visit: Visit, question: Question, text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip()
    return mark_footage(visit, question, plain)


def mark_footage(visit: Visit, question: Question, camera: str = "") -> str:
    """Tie this second to the item in front of the camera; raises as `evidence.link_footage` does."""
    entry = evidence.link_footage(visit.book, visit.by, visit.doc, camera=camera, item=question.ref)
    used = evidence.last_camera(visit.state)
    return f"第 {question.number} 项录像标记 {entry.at[11:19]}（{used} 号机）"


def _title_find(_visit: Visit, _question: Question) -> str:
    return "查找：项目序号，或内容里的字、拼音首字母"


def _take_find(visit: Visit, question: Question, text: str) -> str:
    found = find_question(visit, question, text)
    if found is None:
        raise Refused(f"没有找到「{text.strip()}」")
    return f"第 {found.number} 项"


def find_question(visit: Visit, question: Question, text: str) -> Question | None:
    """The question of that number, or the next after `question` that holds the words or, spelt in pinyin or initials,
    the letters; round and round."""
    plain = unicodedata.normalize("NFKC", text).strip()
    questions = visit.walk.questions
    if plain.isdecimal():
        return questions[int(plain) - 1] if 0 < int(plain) <= len(questions) else None
    around = [*questions[question.number :], *questions[: question.number]]
    found = (each for each in around if plain and plain in each.item.text + each.item.how_to_check)
    if (first := next(found, None)) is not None or not plain.isascii() or not plain:
        return first
    spelt = plain.lower().replace(" ", "")
    return next((each for each in around if any(spelt in form for form in spell(each.item.text))), None)


ENTRIES: Mapping[str, Entry] = {
    "note": Entry(_title_note, _take_note, keeps_draft=True),
    "other": Entry(_title_other, _take_other, keeps_draft=True),
    "measured": Entry(_title_measured, _take_measured, "只填数字，Enter 保存"),
    "label": Entry(_title_label, _take_label),
    "camera": Entry(_title_camera, _take_camera, "例如 03，Enter 保存并标记"),
    "find": Entry(_title_find, _take_find, "Enter 查找", take_word="查找"),
}
"""By purpose."""
