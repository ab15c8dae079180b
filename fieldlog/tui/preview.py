"""A list to look at as it will be walked, outside any visit; with what is being changed in it."""

from collections import Counter
from collections.abc import Mapping, Sequence

from fieldlog.actions import list_drafts
from fieldlog.actions.list_drafts import EditedList
from fieldlog.book.book import Book
from fieldlog.domain.checklist import Checklist, feature_conditions
from fieldlog.domain.checklist_diff import ChecklistDiff, diff
from fieldlog.domain.condition import named, true_features
from fieldlog.domain.errors import NotFound
from fieldlog.domain.versions import version_key
from fieldlog.domain.walk import Question, Walk, plan_walk
from fieldlog.library import Library, with_supplements
from fieldlog.tui.widgets.columns import Cell
from fieldlog.tui.widgets.prose import Paragraph


class Preview:
    """A list with its supplements at premises with some features."""

    def __init__(self, lists: Sequence[Checklist], features: frozenset[str] = frozenset()) -> None:
        self.lists = tuple(lists)
        self.features = features
        self.changed: Mapping[str, str] = {}
        """By item id: 改 or 新."""
        self.problems: Mapping[str, Sequence[str]] = {}
        self.asked: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        true = true_features(feature_conditions(self.lists), features)
        self.walk: Walk = plan_walk(self.lists, true)

    @property
    def several_lists(self) -> bool:
        """Whether supplements are walked with the list."""
        return len(self.lists) > 1

    def done_in(self, section: int) -> int:
        """Nothing is answered here."""
        del section
        return 0

    def mark(self, question: Question) -> Cell:
        """错, 新, 改 or nothing."""
        item = question.item.id
        if self.problems.get(item):
            return Cell("错", "bad")
        return Cell(self.changed.get(item, ""), "accent")

    def aside(self, question: Question) -> Cell:
        """What is wrong with it; else how often it failed."""
        item = question.item.id
        if whys := self.problems.get(item):
            return Cell(whys[0][:24], "bad")
        level = "重大" if question.item.level == "重大" else ""
        often = f"{self.failed[item]}/{self.asked[item]}" if self.asked[item] else ""
        return Cell(" ".join(filter(None, (level, often))), "warn" if level else "muted")

    def counted(self, question: Question) -> list[Paragraph]:
        """How often the item was asked and failed, and what is wrong with it."""
        item = question.item.id
        lines = [Paragraph(f"错：{why}", "bad", 4) for why in self.problems.get(item, ())]
        if asked := self.asked[item]:
            failed = self.failed[item]
            said = f"历次检查：查过 {asked} 次，不符合 {failed} 次（{failed * 100 // asked}%）"
            lines.append(Paragraph(said, "warn" if failed else "muted", 6))
        else:
            lines.append(Paragraph("历次检查：还没有查过", "muted"))
        return lines


def read_preview(
    book: Book, library: Library, list_id: str, features: frozenset[str]
) -> tuple[dict[str, EditedList], Preview]:
    """A list and its supplements with what is being changed in them, by list.

    Raises:
        FoundWrong: a file has mistakes.
        NotFound: there is no such list.
    """
    if list_id not in library and list_id not in list_drafts.drafts(book):
        raise NotFound(f"没有 {list_id} 这份清单了")
    ids = [*with_supplements(library, [list_id]), list_drafts.own_list_of(book, library, list_id)]
    edited: dict[str, EditedList] = {}
    lists: list[Checklist] = []
    for each in dict.fromkeys(ids):
        found = list_drafts.edited(book, library, each)
        if found is not None:
            edited[each] = found
            lists.append(found.shown)
        elif each in library:
            lists.append(library[each])
    preview = Preview(lists, features)
    preview.changed = {
        item: "新" if item in found.draft.sections else "改" for found in edited.values() for item in found.draft.items
    }
    preview.problems = {item: whys for found in edited.values() for item, whys in found.problems.items()}
    return edited, preview


def needed_features(lists: Sequence[Checklist], item_id: str) -> frozenset[str]:
    """Features with which an item is asked: those that its conditions, and theirs in turn, name."""
    wanted: set[str] = set()
    for checklist in lists:
        for section in checklist.sections:
            for item in section.items:
                if item.id == item_id:
                    wanted |= named(section.condition) | named(item.condition)
    conditions = feature_conditions(lists)
    ahead = set(wanted)
    while ahead:
        ahead = {name for each in ahead for condition in conditions.get(each, ()) for name in named(condition)} - wanted
        wanted |= ahead
    return frozenset(wanted)


def first_problem(edited: Mapping[str, EditedList]) -> str:
    """What is wrong with the changed lists, in a line; empty where nothing is."""
    return next((each.first_problem for each in edited.values() if each.first_problem), "")


def standing_lines(
    library: Library, list_id: str, preview: Preview, edited: Mapping[str, EditedList]
) -> list[Paragraph]:
    """Which list it is, where it is from and what it stands before, and what is being changed in it."""
    first = preview.lists[0]
    origins = library.origins(list_id)
    source = origins[0].words if origins else "本机草稿"
    covered = "、".join(f"{each.kind} {each.version}" for each in origins[1:])
    said = f"{first.title} {first.version}  {len(preview.walk.questions)} 项  来源：{source}"
    lines = [Paragraph(f"{said}{f'，覆盖{covered}' if covered else ''}", "strong", 4)]
    shipped = library.shipped(list_id)
    if shipped is not None and origins and version_key(shipped.version) > version_key(origins[0].version):
        lines.append(Paragraph(f"随程序的已经是 {shipped.version} 版，请核对本所的这一版是否还合适", "warn", 4))
    if edited:
        changed = sum(len(each.draft.items) + len(each.draft.removed) for each in edited.values())
        problem = first_problem(edited)
        told = f"有 {changed} 项改动没有发布。" + (f"错：{problem}" if problem else "按 F10 发布")
        lines.append(Paragraph(told, "bad" if problem else "warn", 4))
    for each in edited.values():
        if each.lost:
            lines.append(Paragraph(f"{'、'.join(each.lost)} 在现在的版本里没有了，它的改动用不上", "warn", 4))
    return lines


def changes(library: Library, edited: Mapping[str, EditedList]) -> tuple[list[ChecklistDiff], list[Checklist]]:
    """What is being changed against the lists that count, and the lists that are new."""
    known = [diff(library[id_], found.shown) for id_, found in edited.items() if id_ in library]
    return known, [found.shown for id_, found in edited.items() if id_ not in library]
