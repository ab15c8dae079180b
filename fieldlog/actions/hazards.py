"""A hazard from finding to closing. States and guards follow hazards.md, section 3."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, cast

from fieldlog.actions import lookup
from fieldlog.actions.answer_hazard import next_number
from fieldlog.actions.office_profile import rules_on
from fieldlog.actions.refusal import refuse
from fieldlog.actions.seen import write_step
from fieldlog.actions.texts import plain
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.domain.bodies import ClosingReason
from fieldlog.domain.checklist import Checklist
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import Refused
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.hazard_state import PASSED, RECTIFYING, REPORTED, VOID
from fieldlog.domain.procedure import inspector_findings, may_approve
from fieldlog.domain.roles import approves_by_itself
from fieldlog.domain.workdays import deadline

LONGEST_DAYS = 3_650
DEFAULT_DAYS = 7
DEFAULT_MEASURE = "按规定整改到位"
"""Offered where nothing else says how long; the officer decides, there is no number of days in law (P31)."""


def find(
    book: Book,
    by: str,
    *,
    text: str,
    premises: str = "",
    inspection: str = "",
    item: str = "",
    level: str = "一般",
    standard: str = "",
    basis: Sequence[str] = (),
    measure: str = "",
    days: int | None = None,
    deadline_kind: Literal["calendar", "workday"] = "calendar",
    due: str = "",
    responsible: str = "",
    place: str = "",
) -> Entry:
    """Record a hazard that no checklist finding describes, at premises or in a visit.

    Raises:
        NotFound: no such premises, inspection or item.
        Refused: no words, a due date before today, or 重大 without a standard.
    """
    visit = lookup.open_inspection(book, inspection) if inspection else None
    where = lookup.premises(book, premises or (visit.opened.premises if visit and visit.opened else ""))
    if not plain(text):
        raise Refused("请写明隐患是什么、在哪里、多少处", rule="hazard.found")
    _check_level(level, standard)
    asked: Checklist | None = None
    if item:
        if visit is None:
            raise Refused("写明检查项（item）就要写明是哪次检查（doc）", rule="hazard.found")
        item, asked, _item = lookup.item(book, visit, item)
        place = place or lookup.plan(book, visit).label(item)
    today = lookup.today(book)
    number, serial = next_number(book, today.year)
    days = DEFAULT_DAYS if days is None else days
    _check_deadline(days, deadline_kind)
    last = read_day(due, today) if due else deadline(today, days, deadline_kind).due
    found = bodies.HazardFound(
        number=number,
        serial=serial,
        premises=where["id"],
        premises_name=where["name"],
        inspection=inspection,
        item=item,
        list=asked.id if asked is not None else "",
        text=plain(text),
        place=plain(place),
        level=cast(bodies.Level, level),
        standard=plain(standard),
        basis=tuple(basis),
        measure=plain(measure) or DEFAULT_MEASURE,
        found=today.isoformat(),
        deadline_kind=deadline_kind,
        deadline_days=(last - today).days if due else days,
        due=last.isoformat(),
        responsible=plain(responsible) or str(where.get("contact", "")),
        officers=visit.opened.officers if visit and visit.opened else (),
        doubt=not due and bool(book.clock_doubt),
    )
    return book.write(by, book.new_id(), found)


def edit(book: Book, by: str, doc: str, **fields: Any) -> Entry:  # noqa: ANN401 - the fields of HazardEdited
    """Correct a hazard's words, level, basis, measure, deadline or responsible person.

    Raises:
        Refused: it is over, a field cannot hold what is given, or 重大 without a standard.
    """
    hazard = open_hazard(book, doc)
    if "text" in fields:
        fields["text"] = _words(str(fields["text"] or ""), "隐患是什么、在哪里、多少处")
    for name in ("place", "standard", "measure", "responsible"):
        if fields.get(name):
            fields[name] = plain(str(fields[name]))
    if "measure" in fields:
        fields["measure"] = fields["measure"] or DEFAULT_MEASURE
    level = fields.get("level") or hazard.fields["level"]
    _check_level(level, fields.get("standard") or hazard.fields["standard"])
    if fields.get("due"):
        fields["due"] = read_day(str(fields["due"]), date.fromisoformat(hazard.fields["found"])).isoformat()
    elif fields.get("deadline_days") is not None:
        days, kind = fields["deadline_days"], fields.get("deadline_kind") or hazard.fields["deadline_kind"]
        _check_deadline(days, kind)
        fields["due"] = deadline(date.fromisoformat(hazard.fields["found"]), days, kind).due.isoformat()
    try:
        body = bodies.HazardEdited.model_validate(fields)
    except ValueError as error:
        raise Refused("隐患的字段填得不对，请检查等级、期限和日期", rule="hazard.edited") from error
    return write_step(book, by, doc, body)


def urge(book: Book, by: str, doc: str, note: str) -> Entry:
    """督办: press for it, with words."""
    open_hazard(book, doc)
    return book.write(by, doc, bodies.HazardUrged(note=_words(note, "督办要求")))


def rectify(book: Book, by: str, doc: str, *, note: str, on: str = "", reported_by: str = "") -> Entry:
    """Record that the party reports it done; it then waits for a re-check.

    Raises:
        Refused: it is over, has passed already, or the day lies in the future or before it was found.
    """
    hazard = _in_state(book, doc, (RECTIFYING, REPORTED), "整改反馈")
    day = _past_day(book, on, hazard)
    body = bodies.HazardRectified(note=_words(note, "整改情况"), on=day, reported_by=plain(reported_by))
    return write_step(book, by, doc, body)


def recheck(
    book: Book,
    by: str,
    doc: str,
    *,
    passed: bool,
    note: str = "",
    officers: Sequence[str] = (),
    on: str = "",
    due: str = "",
) -> Entry:
    """Record a re-check by two officers (those who found it, unless named); one that fails sets a new deadline.

    Raises:
        Refused: P1, a state that has nothing to re-check, or a failed one without words.
    """
    hazard = _in_state(book, doc, (RECTIFYING, REPORTED), "复查")
    people = [lookup.officer(book, named) for named in (officers or hazard.fields["officers"])]
    refuse(rules_on(book).judged(inspector_findings(people, lookup.today(book))))
    today = lookup.today(book)
    new_due = None
    if not passed:
        days = max(1, int(hazard.fields["deadline_days"]))
        new_due = (
            read_day(due, today) if due else deadline(today, days, hazard.fields["deadline_kind"]).due
        ).isoformat()
    body = bodies.HazardRechecked(
        passed=passed,
        on=_past_day(book, on, hazard),
        note=plain(note) if passed else _words(note, "复查中仍存在的问题"),
        officers=tuple(person["id"] for person in people),
        due=new_due,
    )
    return write_step(book, by, doc, body)


def extend(book: Book, by: str, doc: str, *, due: str, reason: str, approver: str = "") -> Entry:
    """Grant more time, asked for before the due date and approved; the first due date stays for statistics.

    Raises:
        Refused: too late, not later than before, or nobody with the post approves it.
    """
    hazard = _in_state(book, doc, (RECTIFYING, REPORTED), "延期")
    today, old = lookup.today(book), date.fromisoformat(hazard.fields["due"])
    if today > old:
        raise Refused(f"期限 {old} 已过，不能再延期；请复查或督办", rule="hazard.extended")
    new = read_day(due, today)
    if new <= old:
        raise Refused(f"新期限应晚于原期限 {old}", rule="hazard.extended")
    who = _approver(book, by, approver, "hazard.extended")
    return write_step(
        book, by, doc, bodies.HazardExtended(due=new.isoformat(), reason=_words(reason, "延期理由"), approver=who)
    )


def request_closing(book: Book, by: str, doc: str, note: str = "") -> Entry:
    """Ask for the closing of a hazard that passed its re-check."""
    _in_state(book, doc, (PASSED,), "申请销号")
    return write_step(book, by, doc, bodies.HazardClosingRequested(note=plain(note)))


def decline_closing(book: Book, by: str, doc: str, reason: str) -> Entry:
    """Send it back for another re-check, with the reason."""
    _in_state(book, doc, (PASSED,), "退回销号")
    return write_step(book, by, doc, bodies.HazardClosingDeclined(reason=_words(reason, "退回的原因")))


def close(book: Book, by: str, doc: str, *, reason: str = "整改到位", approver: str = "", note: str = "") -> Entry:
    """销号. 整改到位 needs a passed re-check, another reason needs words; the post of 大队长 or above approves.

    Raises:
        Refused: not re-checked, no approver, or for 重大 the approver was at the re-check.
    """
    hazard = open_hazard(book, doc)
    if reason not in [each.value for each in ClosingReason]:
        names = "、".join(each.value for each in ClosingReason)
        raise Refused(f"没有“{reason}”这种销号原因，只有 {names}", rule="hazard.closed")
    if reason == ClosingReason.RECTIFIED and hazard.state != PASSED:
        raise Refused(f"隐患还在“{hazard.state}”，复查通过后才能销号", rule="hazard.closed")
    if reason != ClosingReason.RECTIFIED:
        _words(note, "说明")
    who = _approver(book, by, approver, "hazard.closed")
    if hazard.fields["level"] == "重大" and hazard.rechecks and who in hazard.rechecks[-1].officers:
        raise Refused("重大隐患的销号审批人不能是复查人员，请换人审批", rule="hazard.closed")
    on = lookup.today(book).isoformat()
    body = bodies.HazardClosed(reason=ClosingReason(reason), approver=who, on=on, note=plain(note))
    return write_step(book, by, doc, body)


def void(book: Book, by: str, doc: str, reason: str) -> Entry:
    """Mark a wrong entry; nothing is deleted and the number is kept."""
    hazard = lookup.hazard(book, doc)
    if hazard.state == VOID:
        raise Refused("这条隐患已经作废", rule="hazard.voided")
    return write_step(book, by, doc, bodies.HazardVoided(reason=_words(reason, "作废原因")))


def open_hazard(book: Book, doc: str) -> Hazard:
    """The folded hazard, with something left to do.

    Raises:
        NotFound: there is none with that id.
        Refused: it is over.
    """
    hazard = lookup.hazard(book, doc)
    if not hazard.is_open:
        raise Refused(f"这条隐患{hazard.state}，不能再办理", rule="hazard.state")
    return hazard


def _in_state(book: Book, doc: str, states: Sequence[str], step: str) -> Hazard:
    hazard = open_hazard(book, doc)
    if hazard.state not in states:
        raise Refused(f"隐患在“{hazard.state}”，不能{step}", rule="hazard.state")
    return hazard


def _approver(book: Book, by: str, named: str, rule: str) -> str:
    person = lookup.officer(book, named) if named else book.row("officers", by)
    if person is not None and (may_approve(person) or (approves_by_itself(book.device.role) and person["id"] == by)):
        return str(person["id"])
    who = f"{person['name']} 不是" if person else "需要"
    raise Refused(f"{who}大队长或以上的审批人，请写明审批人（approver）", rule=rule)


def _check_level(level: str, standard: str) -> None:
    if level not in ("一般", "重大"):
        raise Refused(f"没有“{level}”这种隐患等级，只有 一般、重大", rule="hazard.level")
    if level == "重大" and not standard:
        raise Refused("重大隐患要写明判定标准和条款；乡镇提出，区县部门认定", rule="hazard.level")


def _check_deadline(days: object, kind: str) -> None:
    if not isinstance(days, int) or not 0 <= days <= LONGEST_DAYS:
        raise Refused(f"整改期限应是 0 到 {LONGEST_DAYS} 天，0 天是当场整改", rule="hazard.due")
    if kind not in ("calendar", "workday"):
        raise Refused("期限只能按 calendar（自然日）或 workday（工作日）计算", rule="hazard.due")


def _words(text: str, what: str) -> str:
    words = plain(text)
    if not words:
        raise Refused(f"请写明{what}", rule="words")
    return words


def read_day(text: str, earliest: date) -> date:
    """A day as `2026-12-05`; raises Refused where it is none, or comes before `earliest`."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"日期“{text}”看不懂，请写成 2026-12-05", rule="date") from error
    if day < earliest:
        raise Refused(f"日期 {day} 早于 {earliest}", rule="date")
    return day


def _past_day(book: Book, text: str, hazard: Hazard) -> str:
    today = lookup.today(book)
    day = read_day(text, date.fromisoformat(hazard.fields["found"])) if text else today
    if day > today:
        raise Refused(f"日期 {day} 还没有到，今天是 {today}", rule="date")
    return day.isoformat()
