"""Carries out one line of `fieldlog record` through the actions that the screens use."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from fieldlog.actions import (
    adoption,
    answering,
    assigning,
    comments,
    contests,
    evidence,
    hazards,
    lookup,
    photos,
    things,
    visit_closing,
    visit_opening,
)
from fieldlog.actions.hazard_numbers import hazard_numbered
from fieldlog.actions.paths import named_path
from fieldlog.book.book import Book
from fieldlog.cli import record_case, record_equipment, record_footage
from fieldlog.cli import record_lines as lines
from fieldlog.cli.record_case import CaseLine
from fieldlog.cli.record_equipment import ChangeEquipment, Lend, RegisterEquipment, Return
from fieldlog.cli.record_footage import CheckRecordings, ScanFolder, TakeStill, WriteSlate
from fieldlog.domain.bodies import ItemAnswered, Value
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import NotFound, Refused
from fieldlog.domain.fold import Document
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.measured import within
from fieldlog.domain.procedure import UNANSWERED
from fieldlog.domain.roles import require_work
from fieldlog.library import Library

_NUMBER = re.compile(r"[0-9]{1,4}")
NOT_SAID = "由程序记录，未说明"
"""Reason for warnings about things that a program may not know, such as when the certificate was shown."""


@dataclass(frozen=True, slots=True)
class Warned:
    """Something that was let pass, or not used."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """What a line wrote."""

    entry: Entry | None
    """None where it may have written many or none, as a scan does; the acknowledgement names the log's newest then."""
    hazard: str = ""
    """The hazard that stands because of an answer."""
    warnings: tuple[Warned, ...] = ()
    told: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What more the acknowledgement says."""


def carry_out(book: Book, library: Library, line: lines.Line) -> Done:
    """Do what the line says; the entry is on the disk when this returns.

    Raises:
        FieldlogError: it cannot be done, nothing was written; `Refused` carries the rule.
    """
    if not isinstance(line, lines.Comment | lines.DraftText):
        require_work(book.device.role, book.device.id)
    match line:
        case lines.Open():
            return Done(_open(book, library, line))
        case lines.FindHazard():
            return Done(_find(book, line))
        case RegisterEquipment() | ChangeEquipment() | Lend() | Return():
            return Done(record_equipment.carry_out(book, _named_or(book, line.by, ()), line))
        case CaseLine():
            by = _named_or(book, line.by, record_case.officers_of(book, line))
            return Done(record_case.carry_out(book, by, line))
        case ScanFolder() | CheckRecordings() | WriteSlate():
            by = _named_or(book, line.by, (book.device.id,))
            entry, told = record_footage.carry_out(book, by, line)
            return Done(entry, told=told)
        case lines.Adopt():
            doc, state = _document(book, line.doc)
            return Done(adoption.adopt(book, library, _who(book, line, state), doc, line.list))
        case _:
            return _go_on(book, line)


def _go_on(book: Book, line: lines.Line) -> Done:
    """A line about a document that exists."""
    doc, state = _document(book, str(getattr(line, "doc", "")))
    by = _who(book, line, state)
    match line:
        case lines.Answer():
            return _answer(book, by, doc, line)
        case lines.Undo():
            return Done(answering.undo(book, by, doc)[0])
        case lines.Note():
            return Done(answering.note(book, by, doc, line.text, line.item))
        case lines.DraftText():
            return Done(answering.save_draft(book, by, doc, line.field, line.text))
        case lines.Stage():
            return Done(evidence.reach_stage(book, by, doc, line.stage, line.note))
        case lines.Count():
            return Done(_count(book, by, doc, line))
        case lines.Footage():
            return Done(_footage(book, by, doc, line))
        case lines.Photo() | TakeStill():
            return _photo(book, by, doc, line)
        case lines.Assign() | lines.Unassign() | lines.Comment() | lines.Confirm():
            return Done(_between_people(book, by, state, line))
        case lines.Close() if isinstance(state, Inspection):
            return _close_visit(book, by, doc, line)
        case lines.Void() if isinstance(state, Inspection):
            return Done(visit_closing.void(book, by, doc, line.reason))
        case _:
            return Done(_on_hazard(book, by, doc, line))


def _photo(book: Book, by: str, doc: str, line: lines.Photo | TakeStill) -> Done:
    if isinstance(line, TakeStill):
        return Done(record_footage.take_still(book, by, doc, line))
    entry = evidence.attach_photo(book, by, doc, named_path(line.path), line.item, line.when)
    return Done(entry, warnings=tuple(Warned(rule, text) for rule, text in photos.remarks(book, entry)))


def _between_people(
    book: Book, by: str, state: Document, line: lines.Assign | lines.Unassign | lines.Comment | lines.Confirm
) -> Entry:
    """What a supervisor and an officer say to each other."""
    match line:
        case lines.Assign():
            return assigning.assign(book, by, state.doc, line.officer, line.note, line.due)
        case lines.Unassign():
            return assigning.take_back(book, by, state.doc, line.reason)
        case lines.Comment():
            return comments.comment(book, by, state.doc, line.text, line.item)
        case lines.Confirm() if isinstance(state, Inspection):
            return contests.confirm_item(book, by, state.doc, line.item)
        case lines.Confirm():
            return contests.confirm_hazard(book, by, state.doc)


def _on_hazard(book: Book, by: str, doc: str, line: lines.Line) -> Entry:
    match line:
        case lines.EditHazard():
            return hazards.edit(book, by, doc, **_edited(line))
        case lines.Urge():
            return hazards.urge(book, by, doc, line.note)
        case lines.Rectify():
            return hazards.rectify(book, by, doc, note=line.note, on=line.on, reported_by=line.reported_by)
        case lines.Recheck():
            return hazards.recheck(
                book, by, doc, passed=line.passed, note=line.note, officers=line.officers, on=line.on, due=line.due
            )
        case lines.Extend():
            return hazards.extend(book, by, doc, due=line.due, reason=line.reason, approver=line.approver)
        case lines.RequestClosing():
            return hazards.request_closing(book, by, doc, line.note)
        case lines.DeclineClosing():
            return hazards.decline_closing(book, by, doc, line.reason)
        case lines.Close():
            reason = line.reason or "整改到位"
            return hazards.close(book, by, doc, reason=reason, approver=line.approver, note=line.note)
        case lines.Void():
            return hazards.void(book, by, doc, line.reason)
        case _:
            raise AssertionError(line.do)  # LINES and this table name the same steps


def _open(book: Book, library: Library, line: lines.Open) -> Entry:
    place = lookup.premises(book, line.premises)
    people = [lookup.officer(book, named)["id"] for named in line.officers]
    features = line.features if line.features is not None else list(place.get("features", ()))
    used = line.lists or library.suggest(place["kind"], frozenset(features))
    if not used:
        kind = place["kind"] or "没有写明类别"
        raise Refused(f"“{kind}”没有对应的清单，请写明 lists，可用的有：{'、'.join(library)}", rule="lists")
    return visit_opening.open_inspection(
        book,
        library,
        _named_or(book, line.by, people),
        premises=place["id"],
        lists=used,
        officers=people,
        type=line.type,
        features=line.features,
        approval=line.approval,
        source=line.source,
    )


def _answer(book: Book, by: str, doc: str, line: lines.Answer) -> Done:
    finding, text = line.finding, line.text
    if isinstance(finding, str):
        if _NUMBER.fullmatch(finding.strip()):
            finding = int(finding)
        else:
            finding, text = _typical(book, doc, line.item, finding), text or finding
    given = answering.answer(
        book,
        by,
        doc,
        line.item,
        line.value,
        finding=finding,
        text=text,
        measured=line.measured,
        remark=line.note,
    )
    return Done(given.entry, given.hazard, tuple(_doubts(book, doc, given.entry)))


def _doubts(book: Book, doc: str, given: Entry) -> Iterator[Warned]:
    """What is odd about an answer that was taken."""
    body = ItemAnswered.model_validate(given.fields)
    if body.value is Value.FAIL and not body.text:
        yield Warned("lacking", "没有写明哪里不符合，结束检查前请补充（finding 写编号或文字）")
    measure = lookup.item(book, lookup.inspection(book, doc), body.item)[2].measure
    if measure is not None and body.measured:
        good = within(measure, body.measured)
        if (good, body.value) in ((True, Value.FAIL), (False, Value.PASS)):
            said = "在范围内" if good else "超出范围"
            yield Warned("measured", f"实测 {body.measured} {measure.unit} {said}，却记为{body.value.value}，请核对")


def _typical(book: Book, doc: str, item: str, words: str) -> int | None:
    """The number of the typical finding in just these words."""
    found = lookup.item(book, lookup.inspection(book, doc), item)[2]
    typical = [finding.text for finding in found.findings]
    return typical.index(words.strip()) + 1 if words.strip() in typical else None


def _count(book: Book, by: str, doc: str, line: lines.Count) -> Entry:
    if line.labels is not None:
        return things.count(book, by, doc, line.thing, line.labels)
    if line.number is None:
        raise Refused("请写 number（几个）或 labels（每个叫什么）", rule="count")
    return things.count_to(book, by, doc, line.thing, line.number)


def _footage(book: Book, by: str, doc: str, line: lines.Footage) -> Entry:
    hazard = _document(book, line.hazard)[0] if line.hazard else ""
    return evidence.link_footage(
        book, by, doc, camera=line.camera, moment=line.moment, item=line.item, hazard=hazard, note=line.note
    )


def _find(book: Book, line: lines.FindHazard) -> Entry:
    visit = lookup.inspection(book, line.doc) if line.doc else None
    return hazards.find(
        book,
        _who(book, line, visit),
        text=line.text,
        premises=line.premises,
        inspection=line.doc,
        item=line.item,
        level=line.level,
        standard=line.standard,
        basis=line.basis,
        measure=line.measure,
        days=line.days,
        deadline_kind=line.deadline_kind,
        due=line.due,
        responsible=line.responsible,
        place=line.place,
    )


def _edited(line: lines.EditHazard) -> dict[str, Any]:
    fields = line.model_dump(exclude={"do", "by", "doc", "days", *(line.model_extra or ())}, exclude_none=True)
    if line.days is not None:
        fields["deadline_days"] = line.days
    if not fields:
        raise Refused("没有写要改什么", rule="field")
    return fields


def _close_visit(book: Book, by: str, doc: str, line: lines.Close) -> Done:
    """End a visit. Every warning needs a reason, but those about what a program may not know get one of their own."""
    lookup.open_inspection(book, doc)
    reasons, warnings = dict(line.reasons), list[Warned]()
    for objection in visit_closing.objections(book, doc, line.signature):
        if objection.act == "block" or objection.rule in reasons:
            continue
        if line.reason:
            reasons[objection.rule] = line.reason
        elif objection.rule == UNANSWERED:
            how = '请补查，或在 reasons 里写 {"unanswered": "原因"}'
            raise Refused(f"{objection.text.partition('，')[0]}，{how}", rule=UNANSWERED, item=objection.item)
        else:
            reasons[objection.rule] = NOT_SAID
            warnings.append(Warned(objection.rule, objection.text))
    entry = visit_closing.close(book, by, doc, signature=line.signature, opinion=line.opinion, reasons=reasons)
    return Done(entry, warnings=tuple(warnings))


def _document(book: Book, named: str) -> tuple[str, Document]:
    """A visit or hazard by id, a hazard also by its number where only one has it."""
    state = book.document(named)
    if state is None:
        numbered = hazard_numbered(book, named)
        state = book.document(numbered) if numbered else None
    if state is None or not isinstance(state, Inspection | Hazard):
        raise NotFound(f"没有编号为 {named} 的检查或隐患")
    return state.doc, state


def _who(book: Book, line: lines.Line, state: Document | None) -> str:
    """Who acts: the one named, else the officer at this device, else the first one of the document."""
    people: Sequence[str] = ()
    if isinstance(state, Inspection) and state.opened:
        people = state.opened.officers
    elif isinstance(state, Hazard):
        people = cast(Sequence[str], state.fields.get("officers", ()))
    return _named_or(book, line.by, people)


def _named_or(book: Book, named: str, people: Sequence[str]) -> str:
    if named:
        return str(lookup.officer(book, named)["id"])
    if book.device.officer:
        return book.device.officer
    if people:
        return people[0]
    raise Refused("不知道是谁办的，请在 by 里写明执法人员", rule="by")
