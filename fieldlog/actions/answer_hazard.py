"""The hazard that follows from an answer: what to write so that it matches the answer that now counts."""

from fieldlog.actions import lookup
from fieldlog.actions.seen import drafts_with_seen
from fieldlog.book.book import Book, Draft
from fieldlog.domain import bodies
from fieldlog.domain.bodies import ItemAnswered, Value
from fieldlog.domain.checklist import Checklist
from fieldlog.domain.checklist_parts import Item
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import Refused
from fieldlog.domain.fold import fold, read_body
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.hazard_state import RECTIFYING, VOID
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.inspection_parts import Given
from fieldlog.domain.workdays import deadline


def hazard_drafts(
    book: Book, by: str, visit: Inspection, checklist: Checklist, item: Item, answer: ItemAnswered
) -> tuple[str, list[Draft]]:
    """The hazard's id (empty where none is due) and the entries that make it match `answer`.

    An item has one hazard a visit: it is found, edited, voided and reinstated as the answer changes, and keeps its
    number. Once the party has reported or somebody re-checked it, the answer no longer moves it.

    Raises:
        Refused: the answer would change or void a hazard that has moved on.
    """
    known = raised(book, visit, answer.item)
    due_hazard = answer.value is Value.FAIL and bool(answer.text) and item.level is not None
    if known is None:
        return _found(book, by, visit, checklist, item, answer) if due_hazard else ("", [])
    if not due_hazard:
        return "", drafts_with_seen(book, known, _voided(by, known))
    drafts: list[Draft] = []
    if known.state == VOID:
        drafts.append(Draft(by, known.doc, bodies.HazardReinstated(reason="检查项重新判为不符合")))
    edited = _edited(book, item, visit.answer(answer.item), answer, known)
    if edited is not None:
        _check_movable(known)
        drafts.append(Draft(by, known.doc, edited))
    return known.doc, drafts_with_seen(book, known, drafts)


def raised(book: Book, visit: Inspection, item: str) -> Hazard | None:
    """The hazard that the item has given rise to in this visit; None also where a power cut kept it from the disk."""
    state = book.document(visit.hazards.get(item, ""))
    return state if isinstance(state, Hazard) and state.found is not None else None


def taken_back(by: str, known: Hazard, answer: Given) -> list[Draft]:
    """The entries that take back what the write ending in `answer` did to its hazard; what was edited since stays.

    Raises:
        Refused: the hazard has moved on since.
    """
    written = _written_with(known, answer)
    if not written:
        return []
    _check_movable(known)
    before = fold(entry for entry in known.timeline if entry.order < written[0].order)
    drafts: list[Draft] = []
    for body in map(read_body, reversed(written)):  # a hazard takes no edits once it is void again
        match body:
            case bodies.HazardFound() | bodies.HazardReinstated() if known.state != VOID:
                drafts.append(Draft(by, known.doc, bodies.HazardVoided(reason="撤销检查项的答案")))
            case bodies.HazardVoided() if known.state == VOID:
                drafts.append(Draft(by, known.doc, bodies.HazardReinstated(reason="撤销检查项的答案")))
            case bodies.HazardEdited() if isinstance(before, Hazard):
                set_ = body.model_dump(mode="json", exclude_none=True, exclude={"seen"})
                old = {name: before.fields[name] for name, value in set_.items() if known.fields[name] == value}
                drafts.append(Draft(by, known.doc, bodies.HazardEdited.model_validate(old)))
            case _:
                pass
    return drafts


def _written_with(known: Hazard, answer: Given) -> list[Entry]:
    """What follows the answer, the last of its twins, in its own write and is about the hazard, in order."""
    written: list[Entry] = []
    seq = answer.seq
    for entry in known.timeline:
        if (entry.log, entry.seq, entry.at) == (answer.log, seq + 1, answer.at):
            written.append(entry)
            seq += 1
    return written


def fact(item: Item, answer: ItemAnswered) -> str:
    """What is wrong, in words, with the measured value where there is one."""
    if item.measure is None or not answer.measured:
        return answer.text
    label = item.measure.label if "实测" in item.measure.label else f"{item.measure.label}实测"
    return f"{answer.text}（{label} {answer.measured} {item.measure.unit}）"


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
    _check_movable(known)
    return [Draft(by, known.doc, bodies.HazardVoided(reason="检查项改判"))]


def _check_movable(known: Hazard) -> None:
    if known.rechecks or known.state not in (RECTIFYING, VOID):
        state = known.state if known.state != RECTIFYING else "复查过"
        raise Refused(f"这一项的隐患已经{state}，不能改答案；请在隐患台账里处理", rule="answer")


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
        item=answer.item,
        list=checklist.id,
        text=fact(item, answer),
        place=lookup.plan(book, visit).label(answer.item),
        level=item.level,
        standard=item.standard.shown if item.standard else "",
        basis=tuple(citation.shown for citation in item.basis),
        measure=measure,
        found=today.isoformat(),
        deadline_kind=item.deadline_kind,
        deadline_days=days,
        due=deadline(today, days, item.deadline_kind).due.isoformat(),
        officers=visit.opened.officers,
        responsible=_responsible(book, visit.opened.premises),
        doubt=bool(book.clock_doubt),
    )
    return doc, [Draft(by, doc, found)]


def _edited(
    book: Book, item: Item, before: ItemAnswered | None, answer: ItemAnswered, known: Hazard
) -> bodies.HazardEdited | None:
    """What the new finding changes; the officer's own edits stand where the finding is the same.

    A number that was read off in addition only stands behind the words, where those are still the finding's.
    """
    text = fact(item, answer)
    if text == known.fields["text"]:
        return None
    if before is not None and before.value is Value.FAIL and before.text == answer.text:
        return bodies.HazardEdited(text=text) if known.fields["text"] == fact(item, before) else None
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
