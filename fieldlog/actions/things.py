"""The things that sections are walked once for each of: how many there are, and what each is called."""

from collections.abc import Iterable, Iterator, Sequence

from fieldlog.actions import lookup, overview
from fieldlog.actions.texts import plain
from fieldlog.book.book import Book, Draft
from fieldlog.domain import bodies
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import NotFound, Refused
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.inspection_state import VOID
from fieldlog.domain.reference import label_of, reference
from fieldlog.domain.walk import Thing, Walk

LONGEST_LABEL = 20
_LOOK_BACK = 5
"""Visits among which the newest that counted a kind of things is looked for."""


def count(book: Book, by: str, doc: str, thing: str, labels: Sequence[str]) -> Entry:
    """Say what the things of a kind are called, and so how many there are.

    A hazard that was found at one that is called otherwise now says so.

    Raises:
        NotFound: no such inspection, or nothing in its lists is asked for each thing of that kind.
        Refused: the inspection is over, a label is none, there are too many, or one that goes has been looked at.
    """
    visit = lookup.open_inspection(book, doc)
    known = _thing(lookup.plan(book, visit), thing)
    clean = tuple(map(_label, labels))
    if not clean:
        raise Refused(f"{thing}至少要有一个；没有就把这些项记为不适用", rule="count")
    if len(clean) > known.most:
        raise Refused(f"{thing}最多 {known.most} 个，多出来的记在备注里", rule="count")
    if len(set(clean)) < len(clean):
        raise Refused(f"{thing}的名称有重复，请改成不同的", rule="count")
    for nth in range(len(clean) + 1, len(known.labels) + 1):
        if _is_touched(book, visit, known, nth):
            raise Refused(f"{known.labels[nth - 1]}已经检查过，不能去掉；不在了就记不适用", rule="count")
    counted = bodies.InspectionCounted(thing=thing, labels=clean, items=known.items)
    return book.write_all([Draft(by, doc, counted), *_renamed(book, by, visit, known, clean)])[0]


def count_to(book: Book, by: str, doc: str, thing: str, number: int) -> Entry:
    """Say how many there are; those that are new are called by their numbers. Raises as `count` does."""
    labels = list(_labels(book, doc, thing)[:number])
    nth = len(labels)
    while len(labels) < min(number, bodies.MOST_THINGS + 1):
        nth += 1
        if label_of(thing, nth) not in labels:
            labels.append(label_of(thing, nth))
    return count(book, by, doc, thing, labels)


def add(book: Book, by: str, doc: str, thing: str) -> Entry:
    """One more, called by its number until somebody names it; raises as `count` does."""
    return count_to(book, by, doc, thing, len(_labels(book, doc, thing)) + 1)


def rename(book: Book, by: str, doc: str, thing: str, nth: int, label: str) -> Entry:
    """Call the nth otherwise; raises as `count` does."""
    labels = _labels(book, doc, thing)
    return count(book, by, doc, thing, (*labels[: nth - 1], label, *labels[nth:]))


def remove_last(book: Book, by: str, doc: str, thing: str) -> Entry:
    """One less; raises as `count` does."""
    return count(book, by, doc, thing, _labels(book, doc, thing)[:-1])


def remembered(book: Book, premises: str, walk: Walk) -> list[bodies.InspectionCounted]:
    """What the newest visit to the premises that counted the walk's things has said of them."""
    found: list[bodies.InspectionCounted] = []
    visits = overview.last_visits(book, premises, _LOOK_BACK) if walk.things else []
    states = [book.document(row["doc"]) for row in visits if row["state"] != VOID]
    for name, thing in walk.things.items():
        before = (each.things.get(name) for each in states if isinstance(each, Inspection))
        newest = next((each for each in before if each is not None), None)
        if newest is not None and newest.labels != thing.labels:
            labels = newest.labels[: thing.most]
            found.append(bodies.InspectionCounted(thing=name, labels=labels, items=thing.items))
    return found


def _labels(book: Book, doc: str, thing: str) -> tuple[str, ...]:
    return _thing(lookup.plan(book, lookup.open_inspection(book, doc)), thing).labels


def _thing(walk: Walk, name: str) -> Thing:
    if name in walk.things:
        return walk.things[name]
    if not walk.things:
        raise NotFound("这次检查的清单没有要逐个检查的部分")
    raise NotFound(f"这次检查没有要逐个检查的“{name}”，有的是：{'、'.join(walk.things)}")


def _label(text: str) -> str:
    label = " ".join(plain(text).split())
    if not label:
        raise Refused("名称是空的，请写一个，例如 阴凉柜", rule="count")
    if len(label) > LONGEST_LABEL:
        raise Refused(f"名称超过 {LONGEST_LABEL} 个字，请写短些", rule="count")
    return label


def _is_touched(book: Book, visit: Inspection, thing: Thing, nth: int) -> bool:
    """Whether anything hangs on the nth thing: an answer, a remark or half of one, a photo, a recording, a hazard."""
    refs = {reference(item, nth) for item in thing.items}
    hung: Iterable[str] = (each.body.item for each in (*visit.photos, *visit.footage))
    typed = (field.split(":")[1] for field in visit.drafts if ":" in field)
    found = (row["item"] for row in book.rows("hazards") if row["inspection"] == visit.doc and row["state"] != VOID)
    return any(visit.given.get(ref) for ref in refs) or not refs.isdisjoint((*visit.notes, *hung, *typed, *found))


def _renamed(book: Book, by: str, visit: Inspection, thing: Thing, labels: Sequence[str]) -> Iterator[Draft]:
    """The hazards found at things that are called otherwise now, where nobody wrote another place down."""
    for nth, (old, new) in enumerate(zip(thing.labels, labels, strict=False), 1):
        docs = (visit.hazards.get(reference(item, nth), "") for item in thing.items if old != new)
        for doc in filter(None, docs):
            hazard = lookup.hazard(book, doc)
            if hazard.is_open and hazard.fields["place"] == old:
                yield Draft(by, doc, bodies.HazardEdited(place=new))
