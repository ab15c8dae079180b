"""The lines of the library: lists by area with where each is from, what was found by words, what waits."""

from collections import Counter
from dataclasses import dataclass

from fieldlog.actions import list_drafts, own_lists
from fieldlog.actions.list_search import ListSearch
from fieldlog.actions.own_lists import Proposal
from fieldlog.actions.timeline import name_of
from fieldlog.book.book import Book
from fieldlog.domain.checklist import Checklist, Head
from fieldlog.domain.published import WAITING
from fieldlog.tui.dates import when
from fieldlog.tui.desk import Desk
from fieldlog.tui.widgets.columns import Cell


@dataclass(frozen=True, slots=True)
class Line:
    """A list, an item that was found, a proposal, or the title of a group."""

    kind: str
    """heading, list, item, proposal."""
    key: str
    cells: tuple[str | Cell, ...] = ()
    list: str = ""
    title: str = ""


class Shelf:
    """The lists on the shelf of this device as lines; how many items each has is known once it was read."""

    def __init__(self, book: Book, desk: Desk) -> None:
        self._book = book
        self._desk = desk
        self._search = ListSearch()
        self.items: dict[str, int] = {}

    def add(self, checklist: Checklist) -> None:
        """Take a list that was read: count its items, let them be found."""
        self._search.add(checklist)
        self.items[checklist.id] = len(checklist.items())

    def every(self) -> list[Line]:
        """What waits for a supervisor, then every list by area, then new ones that are still drafts."""
        lines = [self._proposal(each) for each in own_lists.proposals(self._book) if each.standing.state == WAITING]
        if lines:
            lines.insert(0, Line("heading", "waiting", title="待审批"))
        if back := [self._proposal(each) for each in own_lists.sent_back(self._book)]:
            lines += [Line("heading", "back", title="被退回"), *back]
        heads = {head.id: head for head in self._desk.library.heads()}
        used = Counter[str]()
        for row in self._book.rows("inspections"):
            used.update(row["lists"])
        for area in dict.fromkeys(head.area for head in heads.values()):
            lines.append(Line("heading", f"area {area}", title=area))
            within = [head for head in heads.values() if head.area == area]
            for head in sorted(within, key=lambda head: (head.extends or head.id, head.id)):
                lines.append(self._head(head, used[head.id]))
        new = [each for each in list_drafts.drafts(self._book) if each not in heads]
        if new:
            lines.append(Line("heading", "new", title="还没有发布的新清单"))
            lines += [Line("list", each, (each, "", "", "", Cell("本机草稿", "warn")), each) for each in new]
        return lines

    def _head(self, head: Head, used: int) -> Line:
        source = self._desk.library.source(head.id)
        drafted = head.id in list_drafts.drafts(self._book)
        title = f"  + {head.title}" if head.extends else head.title
        items = str(self.items.get(head.id, ""))
        cells = (
            title,
            head.version,
            items,
            str(used or ""),
            Cell(f"有草稿，{source}" if drafted else source, "warn" if drafted else "muted"),
        )
        return Line("list", head.id, cells, list=head.id)

    def _proposal(self, each: Proposal) -> Line:
        row = each.row
        now = each.standing
        said = f"{name_of(self._book, now.by)} {when(now.at, self._book.now())}"
        cells = (row["title"], row["version"], str(row["items"]), "", Cell(f"{now.words or now.state}  {said}", "warn"))
        return Line("proposal", each.doc, cells, list=row["list"])

    def found(self, words: str) -> list[Line]:
        """The lists and items that words, pinyin or initials find."""
        lines: list[Line] = []
        titles = {head.id: head.title for head in self._desk.library.heads()}
        for hit in self._search.find(words, self._desk.library):
            if hit.item:
                cells = (f"  {hit.text}", "", "", "", Cell(f"{hit.item}  {titles.get(hit.list, '')}", "muted"))
                lines.append(Line("item", hit.item, cells, list=hit.list))
            else:
                head = self._desk.library.head(hit.list)
                if head is not None:
                    lines.append(self._head(head, 0))
        return lines


def base_of(list_id: str, book: Book) -> str:
    """The list to open: a draft of a new supplement is looked at within the list it supplements."""
    draft = list_drafts.drafts(book).get(list_id)
    return str(draft.head.get("extends") or list_id) if draft is not None and draft.head else list_id
