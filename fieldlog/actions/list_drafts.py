"""Changing lists on the screen. Every change is journalled as a draft of this device at once, so that a kill loses nothing.

Typical findings may be changed in any list; that makes an own version of it, which keeps its id and its items' ids. Local
items go into a list of the office's own: where the list came with the program, into its supplement `<list>-<unit>`. The
shipped list's numbers are never used for them, so that no later version of it can collide with them.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from fieldlog.actions import own_lists
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.domain.checklist import Checklist
from fieldlog.domain.checklist_parts import Item
from fieldlog.domain.citation import Citation
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import NotFound, Refused
from fieldlog.domain.list_draft import Drafted, ListDraft, drafted, numbers, read_draft
from fieldlog.domain.people import StartedLog
from fieldlog.domain.versions import next_version
from fieldlog.laws import law_folder
from fieldlog.library import Library
from fieldlog.library.draft_lint import as_it_stands, check_draft

FIELD = "checklist:"
LARGEST_DRAFT = 1_000_000
Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class EditedList:
    """A list as it would be published now."""

    draft: ListDraft
    data: Data
    checklist: Checklist | None
    """None while something is wrong."""
    shown: Checklist
    """The list to look at, also while something is wrong."""
    problems: Mapping[str, list[str]]
    """By item id; what is of no item under an empty id."""
    lost: tuple[str, ...]

    @property
    def first_problem(self) -> str:
        """One line, or empty."""
        return next((why for whys in self.problems.values() for why in whys), "")


def drafts(book: Book) -> dict[str, ListDraft]:
    """What is being changed on this device, by list."""
    state = book.document(book.device.doc)
    kept = state.drafts if isinstance(state, StartedLog) else dict[str, str]()
    found = (read_draft(text) for name, text in kept.items() if name.startswith(FIELD))
    return {each.list: each for each in found if each is not None}


def own_list_of(book: Book, library: Library, list_id: str) -> str:
    """The list that local items beside this one go into."""
    return list_id if library.shipped(list_id) is None else f"{list_id}-{book.device.unit}"


def edited(book: Book, library: Library, list_id: str) -> EditedList | None:
    """A list with what is being changed in it; None where nothing is."""
    draft = drafts(book).get(list_id)
    return None if draft is None else _edited(book, library, draft)


def change_item(book: Book, by: str, library: Library, list_id: str, item: Data) -> EditedList:
    """Change an item of a list: of one that came with the program only its typical findings.

    Raises:
        NotFound: the list has no such item.
        Refused: the program's item would be changed in more than its findings.
        NotSaved: nothing is on disk.
    """
    standing = _item(book, library, list_id, str(item.get("id")))
    if library.shipped(list_id) is not None:
        changed = [name for name in {*item, *standing} if item.get(name) != standing.get(name) and name != "findings"]
        if changed:
            raise Refused("随程序的项只能改常见问题；要加别的要求请加本地项", rule="list.shipped")
    return _keep(book, by, library, _draft(book, library, list_id).with_item(item))


def add_item(book: Book, by: str, library: Library, list_id: str, section: str, item: Data) -> str:
    """Add a local item beside a list, after a section's own items; returns its id. Raises NotSaved."""
    own = own_list_of(book, library, list_id)
    draft = _draft(book, library, own, library[list_id] if own != list_id else None)
    item_id = f"{own}-{_next_number(book, library, own, draft)}"
    _keep(book, by, library, draft.with_item({"id": item_id, **item}, section))
    return item_id


def remove_item(book: Book, by: str, library: Library, list_id: str, item_id: str) -> EditedList:
    """Take a local item out; visits that used it keep it, and its number is not given away again.

    Raises:
        NotFound: the list has no such item.
        Refused: it came with the program.
    """
    if library.shipped(list_id) is not None:
        raise Refused("随程序的项不能删：不适用时现场答不适用", rule="list.shipped")
    _item(book, library, list_id, item_id)
    return _keep(book, by, library, _draft(book, library, list_id).without_item(item_id))


def restore_item(book: Book, by: str, library: Library, list_id: str, item_id: str) -> None:
    """Give up what is being changed in one item."""
    draft = drafts(book).get(list_id)
    if draft is None or not (item_id in draft.items or item_id in draft.removed):
        raise Refused("这一项没有改过", rule="list.draft")
    _keep(book, by, library, draft.restored(item_id))


def discard(book: Book, by: str, list_id: str) -> None:
    """Give up what is being changed in a list."""
    if list_id in drafts(book):
        _write(book, by, list_id, "")


def publish_draft(book: Book, by: str, library: Library, list_id: str, note: str = "") -> Entry:
    """Propose a list as it is being changed, and end the draft.

    Raises:
        NotFound: nothing is being changed in it.
        Refused: something in it is wrong, or as `own_lists.publish`.
    """
    found = edited(book, library, list_id)
    if found is None:
        raise NotFound(f"“{list_id}”没有改动，不用发布")
    if found.checklist is None:
        raise Refused(f"还不能发布：{found.first_problem}", rule="list.lint")
    entry = own_lists.publish(book, library, by, found.checklist, note)
    _write(book, by, list_id, "")
    return entry


def read_basis(text: str) -> tuple[list[Data], str]:
    """The citations in an officer's words, all to be verified, and what could not be read as one."""
    from fieldlog.tables.citations import read_citations  # noqa: PLC0415 - only while somebody types a basis

    read = read_citations(text)
    return [each.model_dump(mode="json", exclude_none=True) for each in read.citations], "；".join(read.rest)


def statement_of(text: str) -> str:
    """What a question says where its answer is good, 没有违规用电 of 是否违规用电; empty for what is no question."""
    from fieldlog.tables.polarity import is_question, judge  # noqa: PLC0415 - only while somebody types an item

    return judge(text).text if is_question(text) else ""


def item_data(item: Item) -> Data:
    """An item as a draft holds it."""
    return item.model_dump(mode="json", exclude_defaults=True)


def _draft(book: Book, library: Library, list_id: str, supplemented: Checklist | None = None) -> ListDraft:
    known = drafts(book).get(list_id)
    if known is not None:
        return known
    if list_id in library or supplemented is None:
        return ListDraft(list_id)
    head = {
        "id": list_id,
        "title": f"本所补充：{supplemented.title}",
        "area": supplemented.area,
        "competence": supplemented.competence,
        "extends": supplemented.id,
    }
    return ListDraft(list_id, head)


def _edited(book: Book, library: Library, draft: ListDraft) -> EditedList:
    base = _base(library, draft)
    known = own_lists.known_versions(book, draft.list)
    versions = [each.version for each in known] + [origin.version for origin in library.origins(draft.list)]
    versions += [str(each.row["version"]) for each in own_lists.proposals(book) if each.row["list"] == draft.list]
    shadows = library.shipped(draft.list) is not None
    version = next_version(filter(None, versions), book.now().year, shadows_shipped=shadows)
    made: Drafted = drafted(base, draft, version)
    checklist, problems = check_draft(made.data, known)
    for item_id, why in () if shadows else _unlawful(book, draft):  # nobody here can mend the program's citations
        problems.setdefault(item_id, []).append(why)
    shown = checklist or as_it_stands(made.data)
    return EditedList(draft, made.data, None if problems else checklist, shown, problems, made.lost)


def _unlawful(book: Book, draft: ListDraft) -> Iterator[tuple[str, str]]:
    """Citations of changed items that the office's law texts do not have, by item id."""
    texts = law_folder(book.folder)
    if texts is None:
        return
    for item_id, data in draft.items.items():
        for raw in (*data.get("basis", ()), *data.get("penalty", ())):
            with suppress(ValidationError):  # told already
                if (why := texts.objection(Citation.model_validate(raw))) is not None:
                    yield item_id, why


def _base(library: Library, draft: ListDraft) -> Checklist | None:
    if draft.list in library:
        return library[draft.list]
    if draft.head:
        return None
    raise NotFound(f"清单“{draft.list}”不在了，它的改动用不上：请放弃改动")


def _keep(book: Book, by: str, library: Library, draft: ListDraft) -> EditedList:
    _write(book, by, draft.list, draft.text())
    return _edited(book, library, draft)


def _write(book: Book, by: str, list_id: str, text: str) -> None:
    if len(text) > LARGEST_DRAFT:
        raise Refused("改动太多，请先发布再接着改", rule="list.draft")
    book.write(by, book.device.doc, bodies.DraftSaved(field=f"{FIELD}{list_id}", text=text))


def _item(book: Book, library: Library, list_id: str, item_id: str) -> Data:
    """The item as it stands, with what is being changed in it."""
    draft = drafts(book).get(list_id)
    if draft is not None and item_id in draft.items:
        return draft.items[item_id]
    item = library[list_id].item(item_id) if list_id in library else None
    if item is None:
        raise NotFound(f"清单“{list_id}”里没有“{item_id}”这一项，可能新版里已删去：请重新打开清单")
    return item_data(item)


def _next_number(book: Book, library: Library, list_id: str, draft: ListDraft) -> int:
    """One that no version of the list has used."""
    versions: Iterable[Checklist] = own_lists.known_versions(book, list_id)
    if list_id in library:
        versions = [*versions, library[list_id]]
    ids = [item.id for each in versions for item in each.items()]
    return max(numbers(list_id, iter([*ids, *draft.items, *draft.removed])), default=0) + 1
