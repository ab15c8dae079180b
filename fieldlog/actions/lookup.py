"""Finding what a person names: by id, number or name."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any, cast

from fieldlog.book.book import Book
from fieldlog.domain.checklist import Checklist, recorded_digest
from fieldlog.domain.checklist_parts import Item
from fieldlog.domain.errors import NewerFormat, NotFound, Refused
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.inspection_state import OPEN
from fieldlog.domain.reference import item_of, reference
from fieldlog.domain.walk import Walk, plan_walk

Row = dict[str, Any]


def today(book: Book) -> date:
    """The local calendar day, as the laptop believes."""
    return book.now().date()


def officer(book: Book, named: str) -> Row:
    """An officer's row by id, certificate number or, where only one has it, name.

    Raises:
        NotFound: there is none, or the name is ambiguous.
    """
    return _one(book, "officers", named, ("certificate", "name"), "执法人员")


def premises(book: Book, named: str) -> Row:
    """Premises by id, unified social credit code or, where only one has it, name; raises as `officer` does."""
    return _one(book, "premises", named, ("uscc", "name"), "单位")


def inspection(book: Book, doc: str) -> Inspection:
    """The folded inspection.

    Raises:
        NotFound: there is none with that id.
    """
    state = book.document(doc)
    if not isinstance(state, Inspection) or state.opened is None:
        raise NotFound(f"没有编号为 {doc} 的检查")
    return state


def open_inspection(book: Book, doc: str) -> Inspection:
    """The folded inspection, still open.

    Raises:
        NotFound: there is none with that id.
        Refused: it is over.
    """
    state = inspection(book, doc)
    if state.state != OPEN:
        raise Refused(f"这次检查{state.state}，不能再改；有新情况请另开一次检查", rule="inspection.closed")
    return state


def hazard(book: Book, doc: str) -> Hazard:
    """The folded hazard.

    Raises:
        NotFound: there is none with that id.
    """
    state = book.document(doc)
    if not isinstance(state, Hazard) or state.found is None:
        raise NotFound(f"没有编号为 {doc} 的隐患")
    return state


def checklist(book: Book, digest: str) -> Checklist:
    """The version of a list that a visit used, from the log.

    Raises:
        NotFound: the entry with the list has not arrived on this device yet.
        NewerFormat: a newer version wrote it.
    """
    known = _lists.get(digest)
    if known is None:
        docs = [row["id"] for row in book.rows("checklists") if row["digest"] == digest]
        if not docs:
            raise NotFound("这次检查所用的清单还没有同步到本机，请先同步")
        known = next((found for doc in docs if (found := _recorded(book, doc, digest))), None)
        if known is None:
            raise NewerFormat("这次检查所用的清单由更新版本的 fieldlog 写成，请先升级本机的 fieldlog")
        _lists[digest] = known
    return known


def _recorded(book: Book, doc: str, digest: str) -> Checklist | None:
    """The list in a document, where it is one that this version reads and the one that the digest means."""
    for entry in book.entries_of(doc):
        content = entry.fields.get("checklist") if entry.kind == "checklist.recorded" else None
        if isinstance(content, dict) and recorded_digest(cast("dict[str, Any]", content)) == digest:
            with suppress(ValueError):
                return Checklist.model_validate(content)
    return None


def checklists(book: Book, visit: Inspection) -> list[Checklist]:
    """The lists of a visit in the versions that count; raises as `checklist` does."""
    return [checklist(book, used.digest) for used in visit.lists]


def plan(book: Book, visit: Inspection) -> Walk:
    """The questions of a visit, in walking order; raises as `checklist` does."""
    if visit.opened is None:
        return plan_walk((), frozenset())
    counted = {name: each.labels for name, each in visit.things.items()}
    key = (*(used.digest for used in visit.lists), *visit.opened.features, *sorted(counted.items()))
    known = _walks.get(key)
    if known is None:
        if len(_walks) >= _MOST_WALKS:
            _walks.clear()
        known = plan_walk(checklists(book, visit), frozenset(visit.opened.features), counted)
        _walks[key] = known
    return known


def walk(book: Book, visit: Inspection) -> Mapping[str, tuple[Checklist, Item]]:
    """The items that apply, by reference, in walking order; raises as `checklist` does."""
    return plan(book, visit).items


def item(book: Book, visit: Inspection, named: str) -> tuple[str, Checklist, Item]:
    """The reference, list and item of what is named; of a thing that is there only once the number may be left out.

    Raises:
        NotFound: no such item in this visit, or fewer things than the number says.
    """
    planned = plan(book, visit)
    found = planned.items.get(named)
    if found is not None:
        return named, *found
    known = item_of(named)
    thing = next((each for each in planned.things.values() if known in each.items), None)
    if thing is None:
        plain = f"，这一项不用写第几个，请写 {known}" if known in planned.items else ""
        raise NotFound(f"这次检查的清单里没有“{named}”这一项{plain}")
    first = reference(known, 1)
    if named != known:
        raise NotFound(f"{thing.name}有 {len(thing.labels)} 个，没有“{named}”；多一个请先加上再检查")
    if len(thing.labels) > 1:
        raise NotFound(f"{thing.name}有 {len(thing.labels)} 个，请写明是第几个，例如 {first}")
    return first, *planned.items[first]


_MOST_WALKS = 256
_lists: dict[str, Checklist] = {}
"""Recorded lists by digest; a digest never means another list."""
_walks: dict[tuple[object, ...], Walk] = {}


def _one(book: Book, table: str, named: str, fields: Iterable[str], what: str) -> Row:
    row = book.row(table, named)
    if row is not None:
        return row
    for field in fields:
        found = [row for row in book.rows(table) if named and row.get(field) == named]
        if len(found) == 1:
            return found[0]
        if found:
            raise NotFound(f"有 {len(found)} 个{what}叫“{named}”，请改用编号")
    raise NotFound(f"没有这个{what}：{named}")
