"""A newer version of a list for a visit that is still open. What the visit began with stays in its opening entry."""

from collections.abc import Iterator
from dataclasses import dataclass

from fieldlog.actions import lookup
from fieldlog.actions.visit_opening import record_drafts
from fieldlog.book.book import Book, Draft
from fieldlog.domain import bodies
from fieldlog.domain.checklist import Checklist
from fieldlog.domain.checklist_diff import ChecklistDiff, diff
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import NotFound, Refused
from fieldlog.domain.inspection import OPEN, Inspection
from fieldlog.domain.versions import version_key
from fieldlog.domain.walk import plan_walk
from fieldlog.library import Library


@dataclass(frozen=True, slots=True)
class Offer:
    """A version on the shelf that is newer than the one that counts in a visit."""

    id: str
    title: str
    old: str
    """The version that counts."""
    new: str


def newer_versions(library: Library, visit: Inspection) -> list[Offer]:
    """What could be adopted; reads the lists' heads only, and offers nothing where the visit is over."""
    if visit.state != OPEN:
        return []
    offers: list[Offer] = []
    for used in visit.lists:
        head = library.head(used.id)
        if head is not None and version_key(head.version) > version_key(used.version):
            offers.append(Offer(used.id, head.title, used.version, head.version))
    return offers


def changes(book: Book, library: Library, visit: Inspection, list_id: str) -> ChecklistDiff:
    """What the newer version of a list would change in a visit.

    Raises:
        NotFound: the visit does not use the list, or the shelf has it no more.
        Refused: there is no newer version.
    """
    return diff(*_versions(book, library, visit, list_id))


def adopt(book: Book, library: Library, by: str, doc: str, list_id: str) -> Entry:
    """Let the newer version of a list count in an open visit. Answers stay; new items are open; removed ones count no more.

    Raises:
        NotFound, Refused: as `changes`, and where the visit is over.
        NotSaved: nothing is on disk.
    """
    visit = lookup.open_inspection(book, doc)
    old, new = _versions(book, library, visit, list_id)
    features = frozenset(visit.opened.features if visit.opened else ())
    adopted = bodies.ListAdopted(
        list=list_id,
        replaces=next(used.digest for used in visit.lists if used.id == list_id),
        version=new.version,
        digest=new.digest(),
        was=len(old.applicable(features)),
        asked=tuple(item.id for item in new.applicable(features)),
        each=_of_each(book, visit, new, features),
    )
    recounted = (Draft(by, doc, body) for body in _recounted(book, visit, new))
    return book.write_all([*record_drafts(book, by, [new]), *recounted, Draft(by, doc, adopted)])[-1]


def _of_each(book: Book, visit: Inspection, new: Checklist, features: frozenset[str]) -> tuple[str, ...]:
    """The items of the newer version that the visit asks for each thing; a supplement's are also by its list's sections."""
    lists = [new if each.id == new.id else each for each in lookup.checklists(book, visit)]
    things = plan_walk(lists, features).things
    own = {item.id for item in new.items()}
    return tuple(dict.fromkeys(item for thing in things.values() for item in thing.items if item in own))


def _recounted(book: Book, visit: Inspection, new: Checklist) -> Iterator[bodies.InspectionCounted]:
    """The things of repeated sections again, where other items are asked of each from now on."""
    if visit.opened is None or not visit.things:
        return
    lists = [new if each.id == new.id else each for each in lookup.checklists(book, visit)]
    counted = {name: each.labels for name, each in visit.things.items()}
    things = plan_walk(lists, frozenset(visit.opened.features), counted).things
    for name, before in visit.things.items():
        if name in things and things[name].items != before.items:
            yield bodies.InspectionCounted(thing=name, labels=before.labels, items=things[name].items)


def _versions(book: Book, library: Library, visit: Inspection, list_id: str) -> tuple[Checklist, Checklist]:
    used = next((each for each in visit.lists if each.id == list_id), None)
    if used is None:
        raise NotFound(f"这次检查没有用“{list_id}”这份清单，用的是 {'、'.join(each.id for each in visit.lists)}")
    if list_id not in library:
        raise NotFound(f"现在没有“{list_id}”这份清单了，这次检查继续用 {used.version} 版")
    new = library[list_id]
    if version_key(new.version) <= version_key(used.version):
        raise Refused(f"{new.title}已经是 {used.version} 版，没有更新的版本", rule="list.version")
    return lookup.checklist(book, used.digest), new
