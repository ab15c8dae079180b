"""What differs between two versions of a checklist, item by item.

Items are compared by id: results stay comparable across versions because a number is never given to another statement.
Where it was given to another one all the same, the item is marked `reused`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, Final, cast

from fieldlog.domain.checklist import Checklist, Head
from fieldlog.domain.checklist_parts import Item, Section

_REWORDED: Final = 0.45
"""From this share of common characters on, a text is the same statement in other words."""
_REWORDED_SAME_BASIS: Final = 0.25
"""The same where both rest on the same article."""


class Change(StrEnum):
    """What happened to an item."""

    ADDED = "新增"
    REMOVED = "删去"
    CHANGED = "修改"
    MOVED = "移动"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs; empty text where it is not there."""

    field: str
    """As the format names it."""
    old: str
    new: str

    @property
    def word(self) -> str:
        """The field as an officer calls it."""
        return FIELD_WORDS.get(self.field, self.field)


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One item that differs."""

    change: Change
    id: str
    text: str
    """The newer statement, or the older one where there is no newer."""
    section: str
    fields: tuple[FieldChange, ...] = ()
    reused: bool = False
    """The number stands for another statement now: results before and after must not be compared."""


@dataclass(frozen=True, slots=True)
class ChecklistDiff:
    """The differences, in the order of the newer list; removed items stand where the older list had them."""

    old: Head
    new: Head
    head: tuple[FieldChange, ...]
    sections: tuple[FieldChange, ...]
    """Sections by title: come, gone, at another place of the order, or asked under another condition."""
    items: tuple[ItemChange, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not (self.head or self.sections or self.items)

    @property
    def same_content(self) -> bool:
        """Whether nothing but the version differs."""
        return not (self.sections or self.items) and all(each.field == "version" for each in self.head)

    @property
    def reused(self) -> tuple[ItemChange, ...]:
        """The items whose number was given to another statement."""
        return tuple(each for each in self.items if each.reused)

    def count(self, change: Change) -> int:
        """How many items that happened to."""
        return sum(each.change is change for each in self.items)

    @property
    def summary(self) -> str:
        """`新增 2 项，修改 3 项`, or that nothing differs."""
        said = [f"{change.value} {count} 项" for change in Change if (count := self.count(change))]
        if self.sections:
            said.append(f"部分变动 {len(self.sections)} 处")
        if any(each.field != "version" for each in self.head):
            said.append("清单开头有变动")
        return "，".join(said) or ("只有版本号不同" if self.head else "没有不同")


FIELD_WORDS: Final[Mapping[str, str]] = {
    "title": "名称",
    "version": "版本",
    "area": "领域",
    "form": "形式",
    "competence": "职责",
    "applies_to": "适用",
    "features": "场所特点",
    "scoring": "评分",
    "extends": "补充的清单",
    "section": "所在部分",
    "order": "次序",
    "place": "部位",
    "repeat": "逐个检查",
    "text": "检查内容",
    "how_to_check": "检查方法",
    "basis": "依据",
    "penalty": "罚则",
    "level": "级别",
    "deadline_days": "期限",
    "deadline_kind": "期限计法",
    "condition": "条件",
    "shared": "共用",
    "measure": "实测",
    "standard": "判定标准",
    "photo": "照片",
    "points": "分值",
    "veto": "否决项",
    "note": "提示",
    "findings": "常见问题",
}
_VALUES: Final[Mapping[str, Mapping[str, str]]] = {
    "deadline_kind": {"calendar": "自然日", "workday": "工作日"},
    "photo": {"always": "每次都拍", "fail": "不符合时拍"},
    "form": {"walk": "逐项检查", "catalogue": "违法行为目录"},
}


def diff(old: Checklist, new: Checklist) -> ChecklistDiff:
    """What is different in `new`."""
    return ChecklistDiff(
        old=old,
        new=new,
        head=tuple(_fields(_head_of(old), _head_of(new))),
        sections=tuple(_sections(old.sections, new.sections)),
        items=tuple(_items(old, new)),
    )


def is_other_statement(old: Item, new: Item, others: Iterable[str] = ()) -> bool:
    """Whether `new` says something else than `old`, rather than the same in other words.

    `others` are the statements of the older list's other items: one of theirs is certainly another statement.
    """
    if old.text == new.text:
        return False
    if new.text in others:
        return True
    common = SequenceMatcher(None, old.text, new.text, autojunk=False).ratio()
    same_article = bool(_articles(old) & _articles(new))
    return common < (_REWORDED_SAME_BASIS if same_article else _REWORDED)


def reused_ids(old: Checklist, new: Checklist) -> Iterator[tuple[Item, Item]]:
    """Pairs of an older and a newer item of one id that say different things."""
    if old.id != new.id:
        return
    texts = {item.id: item.text for item in old.items()}
    known = {item.id: item for item in old.items()}
    for item in new.items():
        before = known.get(item.id)
        others = (text for id_, text in texts.items() if id_ != item.id)
        if before is not None and is_other_statement(before, item, others):
            yield before, item


def _articles(item: Item) -> set[tuple[str, int | None]]:
    return {(cited.law, cited.article) for cited in item.basis}


def _items(old: Checklist, new: Checklist) -> Iterator[ItemChange]:
    before, after = _placed(old), _placed(new)
    reused = {item.id for _old, item in reused_ids(old, new)}
    moved = _out_of_order([id_ for id_ in before if id_ in after], [id_ for id_ in after if id_ in before])
    gone = [id_ for id_ in before if id_ not in after]
    place = {id_: n for n, id_ in enumerate(before)}
    for id_, (section, item) in after.items():
        while gone and place.get(id_, -1) > place[gone[0]]:
            yield _removed(before, gone.pop(0))
        if id_ not in before:
            yield ItemChange(Change.ADDED, id_, item.text, section)
            continue
        old_section, old_item = before[id_]
        fields = list(_fields(_dumped(old_item), _dumped(item)))
        if old_section != section:
            fields.append(FieldChange("section", old_section, section))
        change = Change.CHANGED if any(each.field != "section" for each in fields) else Change.MOVED
        if fields or id_ in moved:
            yield ItemChange(change, id_, item.text, section, tuple(fields), id_ in reused)
    for id_ in gone:
        yield _removed(before, id_)


def _removed(before: Mapping[str, tuple[str, Item]], id_: str) -> ItemChange:
    section, item = before[id_]
    return ItemChange(Change.REMOVED, id_, item.text, section)


def _placed(checklist: Checklist) -> dict[str, tuple[str, Item]]:
    return {item.id: (section.title, item) for section in checklist.sections for item in section.items}


def _out_of_order(old: list[str], new: list[str]) -> set[str]:
    """The fewest that have to be moved to come from one order to the other."""
    kept: set[str] = set()
    for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        kept.update(old[block.a : block.a + block.size])
    return set(old) - kept


def _sections(old: tuple[Section, ...], new: tuple[Section, ...]) -> Iterator[FieldChange]:
    before = {section.title: section for section in old}
    after = {section.title: section for section in new}
    for title in before:
        if title not in after:
            yield FieldChange("section", title, "")
    for title in after:
        if title not in before:
            yield FieldChange("section", "", title)
    both = ([title for title in before if title in after], [title for title in after if title in before])
    for title in sorted(_out_of_order(*both), key=both[1].index):
        yield FieldChange("order", f"{title} 第 {list(before).index(title) + 1}", f"第 {list(after).index(title) + 1}")
    for title in both[1]:
        frames = (each.model_dump(mode="json", exclude={"items"}) for each in (before[title], after[title]))
        for each in _fields(*frames):
            yield FieldChange(each.field, f"{title}：{each.old or '无'}", each.new or "无")


def _head_of(checklist: Checklist) -> dict[str, Any]:
    return checklist.model_dump(mode="json", exclude={"sections"})


def _dumped(item: Item) -> dict[str, Any]:
    """The item's fields, citations as they are read."""
    cited = {name: [each.shown for each in getattr(item, name)] for name in ("basis", "penalty")}
    return {**item.model_dump(mode="json", exclude={"id"}), **cited}


def _fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[FieldChange]:
    for field in dict.fromkeys([*new, *old]):
        if old.get(field) != new.get(field):
            yield FieldChange(field, _shown(field, old.get(field)), _shown(field, new.get(field)))


def _shown(field: str, value: Any) -> str:  # noqa: ANN401 - a field as JSON
    """A field's value on one line."""
    if value is None:
        return ""
    match value:
        case bool():
            return "是" if value else "否"
        case str() if field in _VALUES:
            return _VALUES[field].get(value, value)
        case list():
            return "；".join(_shown(field, each) for each in cast("list[Any]", value))
        case dict():
            return _shown_group(field, cast("dict[str, Any]", value))
        case _:
            return str(value)


def _shown_group(field: str, value: dict[str, Any]) -> str:
    if field == "findings":
        days = f"{value['days']} 天" if value["days"] else "当场"
        deduct = f"，扣 {value['deduct']} 分" if value.get("deduct") else ""
        return f"{value['text']}（{value['measure']}，{days}{deduct}）"
    return " ".join(text for each in value.values() if (text := _shown("", each)))
