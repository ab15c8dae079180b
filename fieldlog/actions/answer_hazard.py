"""The hazard that follows from an answer: what to write so that it matches the answer that now counts."""

from fieldlog.actions import lookup
from fieldlog.book.book import Book, Draft
from fieldlog.domain import bodies
from fieldlog.domain.bodies import ItemAnswered, Value
from fieldlog.domain.checklist import Checklist, Item
from fieldlog.domain.errors import Refused
from fieldlog.domain.hazard import RECTIFYING, VOID, Hazard
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.workdays import deadline


def hazard_drafts(
    book: Book, by: str, visit: Inspection, checklist: Checklist, item: Item, answer: ItemAnswered
) -> tuple[str, list[Draft]]:
    """The hazard's id (empty where none is due) and the entries that make it match `answer`.

    An item has one hazard a visit: it is found, edited, voided and reinstated as the answer changes, and keeps its
    number. Once the party has reported or somebody re-checked it, the answer no longer moves it.

    Raises:
        Refused: the answer would void a hazard that has moved on.
    """
    raised = visit.hazards.get(item.id)
    known = lookup.hazard(book, raised) if raised else None
    due_hazard = answer.value is Value.FAIL and bool(answer.text) and item.level is not None
    if known is None:
        return _found(book, by, visit, checklist, item, answer) if due_hazard else ("", [])
    if not due_hazard:
        return "", _voided(by, known)
    drafts: list[Draft] = []
    if known.state == VOID:
        drafts.append(Draft(by, known.doc, bodies.HazardReinstated(reason="检查项重新判为不符合")))
    edited = _edited(book, item, answer, known)
    if edited is not None:
        drafts.append(Draft(by, known.doc, edited))
    return known.doc, drafts


def fact(item: Item, answer: ItemAnswered) -> str:
    """What is wrong, in words, with the measured value where there is one."""
    if item.measure is None or not answer.measured:
        return answer.text
    return f"{answer.text}（{item.measure.label}实测 {answer.measured} {item.measure.unit}）"


def next_number(book: Book, year: int) -> tuple[str, int]:
    """The next hazard number of this device, which no other device gives: `隐患〔2026〕01-0007` on `houye-01`."""
    row = book.row("counters", f"hazard/{book.device.id}/{year:04d}")
    serial = (row["value"] if row else 0) + 1
    prefix, _hyphen, tail = book.device.id.rpartition("-")
    series = tail if prefix == book.device.unit and tail.isdigit() else book.device.id
    return f"隐患〔{year}〕{series}-{serial:04d}", serial


def _voided(by: str, known: Hazard) -> list[Draft]:
    if known.state == VOID:
        return []
    if known.state != RECTIFYING:
        raise Refused(f"这一项的隐患已经{known.state}，不能改答案；请在隐患台账里处理", rule="answer")
    return [Draft(by, known.doc, bodies.HazardVoided(reason="检查项改判或撤销"))]


def _found(
    book: Book, by: str, visit: Inspection, checklist: Checklist, item: Item, answer: ItemAnswered
) -> tuple[str, list[Draft]]:
    assert visit.opened is not None  # noqa: S101 - an open visit has its opening entry
    assert item.level is not None  # noqa: S101 - the caller has seen to it
    today = lookup.today(book)
    number, serial = next_number(book, today.year)
    measure, days = _demand(item, answer)
    doc = book.new_id()
    found = bodies.HazardFound(
        number=number,
        serial=serial,
        premises=visit.opened.premises,
        premises_name=visit.opened.premises_name,
        inspection=visit.doc,
        item=item.id,
        list=checklist.id,
        text=fact(item, answer),
        level=item.level,
        standard=f"{item.standard.name} {item.standard.clause}" if item.standard else "",
        basis=tuple(citation.shown for citation in item.basis),
        measure=measure,
        found=today.isoformat(),
        deadline_kind=item.deadline_kind,
        deadline_days=days,
        due=deadline(today, days, item.deadline_kind).due.isoformat(),
        officers=visit.opened.officers,
        responsible=_responsible(book, visit.opened.premises),
    )
    return doc, [Draft(by, doc, found)]


def _edited(book: Book, item: Item, answer: ItemAnswered, known: Hazard) -> bodies.HazardEdited | None:
    """What the new finding changes; the officer's own edits stand where the finding is the same."""
    text = fact(item, answer)
    if text == known.fields["text"]:
        return None
    measure, days = _demand(item, answer)
    due = deadline(lookup.today(book), days, item.deadline_kind).due.isoformat()
    return bodies.HazardEdited(
        text=text, measure=measure, deadline_days=days, deadline_kind=item.deadline_kind, due=due
    )


def _demand(item: Item, answer: ItemAnswered) -> tuple[str, int]:
    """The measure and the days: the typical finding's, or the item's default where the officer wrote the words."""
    if answer.finding is None:
        return "按规定整改到位", item.deadline_days
    finding = item.findings[answer.finding - 1]
    return finding.measure, finding.days


def _responsible(book: Book, premises: str) -> str:
    row = book.row("premises", premises)
    return str(row.get("contact", "")) if row else ""
