"""What an office is changing in a list before it is published: item by item, so that it fits a later version of the list, too."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self, cast

import orjson

from fieldlog.domain.checklist import Checklist

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ListDraft:
    """Changes to one list. Items are plain data: what is half done need not be sound yet."""

    list: str
    head: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The head of a list that does not exist yet; empty for changes to one that does."""
    items: Mapping[str, Data] = field(default_factory=dict[str, Data])
    """Changed and new items whole, by id."""
    sections: Mapping[str, str] = field(default_factory=dict[str, str])
    """Into which section a new item goes, by id."""
    removed: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is changed."""
        return not (self.items or self.removed)

    def with_item(self, item: Data, section: str = "") -> Self:
        """The draft with an item changed, or added to a section."""
        item_id = str(item["id"])
        sections = dict(self.sections) | ({item_id: section} if section else {})
        removed = tuple(each for each in self.removed if each != item_id)
        return replace(self, items=dict(self.items) | {item_id: item}, sections=sections, removed=removed)

    def without_item(self, item_id: str) -> Self:
        """The draft with an item taken out of the list."""
        known = self.restored(item_id)
        return replace(known, removed=(*known.removed, item_id)) if item_id not in self.sections else known

    def restored(self, item_id: str) -> Self:
        """The draft without what it changes in an item."""
        items = {id_: item for id_, item in self.items.items() if id_ != item_id}
        sections = {id_: section for id_, section in self.sections.items() if id_ != item_id}
        return replace(
            self, items=items, sections=sections, removed=tuple(each for each in self.removed if each != item_id)
        )

    def text(self) -> str:
        """The draft as it is journalled; `read_draft` reads it back. Empty where nothing is changed."""
        if self.is_empty:
            return ""
        fields = {
            "head": self.head,
            "items": self.items,
            "list": self.list,
            "removed": self.removed,
            "sections": self.sections,
        }
        return orjson.dumps(fields).decode()


def read_draft(text: str) -> ListDraft | None:
    """A journalled draft; None where it is none that this version reads."""
    try:
        fields = orjson.loads(text)
        return ListDraft(
            str(fields["list"]),
            dict(fields["head"]),
            {str(id_): dict(item) for id_, item in fields["items"].items()},
            {str(id_): str(title) for id_, title in fields["sections"].items()},
            tuple(map(str, fields["removed"])),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


@dataclass(frozen=True, slots=True)
class Drafted:
    """A list with its draft applied."""

    data: Data
    """As a YAML file would hold it; perhaps not sound yet."""
    lost: tuple[str, ...] = ()
    """Changed items that the list has no more, so that their changes came to nothing."""


def drafted(base: Checklist | None, draft: ListDraft, version: str) -> Drafted:
    """The list as it would be published."""
    data: Data = base.recorded() if base is not None else dict(draft.head) | {"sections": []}
    data["version"] = version
    sections = cast("list[Data]", data["sections"])
    known: set[str] = set()
    for section in sections:
        held = cast("list[Data]", section["items"])
        known |= {str(item["id"]) for item in held}
        section["items"] = [draft.items.get(item["id"], item) for item in held if item["id"] not in draft.removed]
    for item_id, title in draft.sections.items():
        if item_id not in known:
            _section(sections, title)["items"].append(draft.items[item_id])
    data["sections"] = [section for section in sections if section["items"]]
    lost = [
        item_id for item_id in (*draft.items, *draft.removed) if item_id not in known and item_id not in draft.sections
    ]
    return Drafted(data, tuple(lost))


def _section(sections: list[Data], title: str) -> Data:
    found: Data | None = next((section for section in sections if section["title"] == title), None)
    if found is None:
        found = {"title": title, "items": list[Data]()}
        sections.append(found)
    return found


def numbers(list_id: str, ids: Iterator[str]) -> Iterator[int]:
    """The numbers of those ids that are the list's own."""
    for item_id in ids:
        owner, _dash, number = item_id.rpartition("-")
        if owner == list_id and number.isdecimal():
            yield int(number)
