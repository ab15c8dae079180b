"""A hazard as its form shows it, and how a changed one is written down."""

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, cast

from fieldlog.actions import hazards, lookup
from fieldlog.domain.bodies import DeadlineKind, Value
from fieldlog.domain.errors import Refused
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.walk import Question
from fieldlog.domain.workdays import deadline
from fieldlog.tui.status import weekday
from fieldlog.tui.visit import Visit
from fieldlog.tui.widgets.text_field import join_lines

LEVELS = ("一般", "重大")
KINDS: dict[str, DeadlineKind] = {"自然日": "calendar", "工作日": "workday"}
LONGEST_DAYS = 365


@dataclass(frozen=True, slots=True)
class HazardFields:
    """What the officer may change, as typed."""

    text: str = ""
    level: str = "一般"
    standard: str = ""
    """判定标准 and clause; 重大 needs both."""
    measure: str = ""
    days: str = "7"
    kind: str = "自然日"
    responsible: str = ""
    place: str = ""

    def with_(self, name: str, value: str) -> "HazardFields":
        """The same with one field changed."""
        return replace(self, **{name: value})


NAMES = tuple(each.name for each in fields(HazardFields))


def fields_of(visit: Visit, question: Question | None, hazard: Hazard | None) -> HazardFields:
    """The hazard's fields as they stand, or what the item suggests for a new one."""
    if hazard is not None:
        now = hazard.fields
        kind = next(word for word, kind in KINDS.items() if kind == now["deadline_kind"])
        return HazardFields(
            text=now["text"],
            level=now["level"],
            standard=now["standard"],
            measure=now["measure"],
            days=str(now["deadline_days"]),
            kind=kind,
            responsible=now["responsible"],
            place=now["place"],
        )
    shop = visit.book.row("premises", visit.opened.premises) or {}
    contact = str(shop.get("contact", ""))
    if question is None:
        return HazardFields(responsible=contact)
    item, answer = question.item, visit.answer_to(question)
    return HazardFields(
        text=answer.text if answer is not None else "",
        level=item.level or "一般",
        standard=standard_of(question),
        days=str(item.deadline_days or hazards.DEFAULT_DAYS),
        kind=next(word for word, kind in KINDS.items() if kind == item.deadline_kind),
        responsible=contact,
        place=visit.walk.label(question.ref),
    )


def standard_of(question: Question | None) -> str:
    """The item's 判定标准 with its clause, marked where nobody verified it, or empty."""
    standard = question.item.standard if question is not None else None
    return standard.shown if standard is not None else ""


def read_days(text: str) -> int:
    """The days typed.

    Raises:
        Refused: it is no number of days.
    """
    plain = text.strip()
    if not (plain.isdecimal() and int(plain) <= LONGEST_DAYS):
        raise Refused(f"期限「{plain}」不是 0 到 {LONGEST_DAYS} 的整数；0 是当场改正")
    return int(plain)


def due_line(form: HazardFields, found: date) -> str:
    """`2026-12-01 周二`, and where it is not certain why.

    Raises:
        Refused: the days are no number.
    """
    days = read_days(form.days)
    due = deadline(found, days, KINDS[form.kind])
    unsure = "" if due.certain else f"（{due.due.year} 年放假安排还没有，按周末推算，存疑）"
    return f"{'当场改正' if not days else '期限'} {due.due} {weekday(due.due)}{unsure}"


def save(visit: Visit, question: Question | None, hazard: Hazard | None, form: HazardFields) -> str:
    """Write what is new and return what to tell. An item without a hazard is answered 不符合 in these words first.

    Raises:
        Refused: no words, no number of days, or 重大 without a standard; and as the actions do.
    """
    form = form.with_("text", join_lines(form.text))
    if not form.text:
        raise Refused("请写明隐患是什么、在哪里、多少处")
    read_days(form.days)
    if form.level == "重大" and not form.standard.strip():
        raise Refused("重大隐患要写明判定标准和条款；乡镇提出，区县部门认定")
    if hazard is None and question is not None:
        answer = visit.answer_to(question)
        visit.answer(question, Value.FAIL, text=form.text, measured=answer.measured if answer else "")
        hazard = visit.hazard_of(question)
        if hazard is not None:
            form = form.with_("text", hazard.fields["text"])  # with the measured value behind it
    if hazard is None:
        return _found(visit, question, form)
    changed = _changes(fields_of(visit, question, hazard), form)
    if not changed:
        return f"{hazard.fields['number']} 没有改动"
    hazards.edit(visit.book, visit.by, hazard.doc, **changed)
    return f"{hazard.fields['number']} 已保存"


def _found(visit: Visit, question: Question | None, form: HazardFields) -> str:
    entry = hazards.find(
        visit.book,
        visit.by,
        inspection=visit.doc,
        item=question.ref if question is not None else "",
        text=form.text,
        level=form.level,
        standard=form.standard.strip(),
        basis=tuple(citation.shown for citation in question.item.basis) if question is not None else (),
        measure=form.measure.strip(),
        days=read_days(form.days),
        deadline_kind=KINDS[form.kind],
        responsible=form.responsible.strip(),
        place=form.place.strip(),
    )
    return f"{lookup.hazard(visit.book, entry.doc).fields['number']} 已记录"


def _changes(before: HazardFields, after: HazardFields) -> dict[str, Any]:
    """Only what differs, as `hazards.edit` takes it."""
    changed: dict[str, Any] = {
        name: cast(str, getattr(after, name)).strip()
        for name in ("text", "level", "standard", "measure", "responsible", "place")
        if getattr(before, name) != getattr(after, name)
    }
    if (before.days.strip(), before.kind) != (after.days.strip(), after.kind):
        changed |= {"deadline_days": read_days(after.days), "deadline_kind": KINDS[after.kind]}
    return changed
