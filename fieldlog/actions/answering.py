"""Answering the items of a visit and taking an answer back, with what is noted or half typed beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from fieldlog.actions import lookup
from fieldlog.actions.answer_body import answer_body, twin_body
from fieldlog.actions.answer_hazard import hazard_drafts, raised, taken_back
from fieldlog.actions.seen import answer_with_seen, drafts_with_seen
from fieldlog.actions.texts import LONGEST_DRAFT, plain
from fieldlog.book.book import Book, Draft
from fieldlog.domain import bodies
from fieldlog.domain.checklist_parts import Item
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import Refused
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.inspection_parts import Given

LONGEST_TWINS = 32
"""More lists than any visit walks together; a shared question has at most one item in each."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer wrote."""

    entry: Entry
    hazard: str
    """The hazard that stands because of it, or empty."""


def answer(
    book: Book,
    by: str,
    doc: str,
    item: str,
    value: str = "",
    *,
    finding: int | None = None,
    text: str = "",
    measured: str = "",
    remark: str = "",
    twins: Sequence[str] = (),
) -> Answered:
    """Answer an item; a 不符合 with a typical finding or words raises, changes or keeps its hazard in the same write.

    Without a `value` the `measured` number decides. A `remark` is noted in the same write too. `twins` are items of the visit's other lists that ask the same: they get
    the same answer in the same write and point to the same hazard.

    Raises:
        NotFound: no such inspection or item.
        Refused: the inspection is over, the value or finding does not exist, or the hazard has moved on.
        NotSaved: nothing is on disk; the same answer may be given again.
    """
    visit = lookup.open_inspection(book, doc)
    item, checklist, asked = lookup.item(book, visit, item)
    body = answer_body(item, asked, visit.answer(item), value, finding, plain(text), measured)
    hazard, drafts = hazard_drafts(book, by, visit, checklist, asked, body)
    body = answer_with_seen(book, visit, body.model_copy(update={"hazard": hazard}))
    noted = [Draft(by, doc, bodies.ItemNoted(item=item, note=plain(remark)))] if remark.strip() else []
    same = [Draft(by, doc, _twin(book, visit, body, twin, asked)) for twin in twins]
    return Answered(book.write_all([Draft(by, doc, body), *same, *drafts, *noted])[0], hazard)


def _twin(book: Book, visit: Inspection, body: bodies.ItemAnswered, twin: str, lead: Item) -> bodies.ItemAnswered:
    ref, _list, item = lookup.item(book, visit, twin)
    return answer_with_seen(book, visit, twin_body(body, ref, item, lead))


def undo(book: Book, by: str, doc: str) -> tuple[Entry, str]:
    """Take back this device's newest answer, its twins with it; returns the entry and the item that led.

    Raises:
        Refused: the inspection is over, or there is nothing to take back.
    """
    visit = lookup.open_inspection(book, doc)
    together = _newest_together(book, visit)
    if not together:
        raise Refused("没有可以撤销的答案", rule="undo")
    led, last = _given(visit, together[0]), _given(visit, together[-1])
    item = led.answer.item
    known = raised(book, visit, item)
    counts = visit.given[item][-1] is led  # else another device's answer does, before and after
    drafts = drafts_with_seen(book, known, taken_back(by, known, last)) if known is not None and counts else []
    undone = [Draft(by, doc, bodies.AnswerUndone(log=log, seq=seq, item=item)) for log, seq, item in together]
    return book.write_all([*undone, *drafts])[0], item


def _newest_together(book: Book, visit: Inspection) -> list[tuple[str, int, str]]:
    """This device's newest answer and the twins written with it, in the order of the log: the one that led is first."""
    own = [each for each in visit.trail[-LONGEST_TWINS:] if _may_take_back(book, visit, each)]
    if not own:
        own = [each for each in visit.trail if _may_take_back(book, visit, each)][-1:]
    together = own[-1:]
    for each in reversed(own[:-1]):
        if each[1] != together[0][1] - 1 or not _is_twin(book, visit, each, together[0]):
            break
        together.insert(0, each)
    return together


def _may_take_back(book: Book, visit: Inspection, place: tuple[str, int, str]) -> bool:
    """This device's own answer, to an item that is still asked; one that its log repeats after a fork is its own, too."""
    log, seq, item = place
    own = log == book.device.id or any(
        there == (log, seq) and here[0] == book.device.id for here, there in visit.again.items()
    )
    return own and visit.is_asked(item)


def _is_twin(book: Book, visit: Inspection, one: tuple[str, int, str], other: tuple[str, int, str]) -> bool:
    """Whether two answers to a shared question came out of one write, which gives both the same moment."""
    shared, same = (lookup.item(book, visit, each[2])[2].shared for each in (one, other))
    is_shared = shared is not None and shared == same
    return is_shared and _given(visit, one).at == _given(visit, other).at


def _given(visit: Inspection, place: tuple[str, int, str]) -> Given:
    """The standing answer at a place of the trail."""
    log, seq, item = place
    return next(given for given in visit.given[item] if (given.log, given.seq) == (log, seq))


def note(book: Book, by: str, doc: str, text: str, item: str = "") -> Entry:
    """Write the remark on an item, or on the whole visit; an empty text takes it away.

    Raises:
        NotFound, Refused: no such inspection or item, or it is over.
    """
    visit = lookup.open_inspection(book, doc)
    if item:
        item = lookup.item(book, visit, item)[0]
    return book.write(by, doc, bodies.ItemNoted(item=item, note=plain(text)))


def save_draft(book: Book, by: str, doc: str, field: str, text: str) -> Entry:
    """Keep half-typed text, so that a kill loses none of it; an empty text means it is no longer a draft."""
    return book.write(by, doc, bodies.DraftSaved(field=field, text=text[:LONGEST_DRAFT]))
