"""Check a list that is being edited: problems by item, since there is no file with lines yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import ValidationError

from fieldlog.domain.checklist import Checklist, Head
from fieldlog.domain.checklist_parts import Item, Section
from fieldlog.library.lint import check_history, check_source
from fieldlog.library.source import Source, Step


@dataclass(slots=True)
class _Edited(Source):
    """Data without a file; what is wrong is kept by path."""

    found: list[tuple[tuple[Step, ...], str]] = field(default_factory=list[tuple[tuple[Step, ...], str]])

    def report(self, path: tuple[Step, ...], why: str) -> None:
        """Note a problem at `path`."""
        self.found.append((path, why))


def check_draft(
    data: Mapping[str, Any], versions: Iterable[Checklist] = ()
) -> tuple[Checklist | None, dict[str, list[str]]]:
    """The list, None while it cannot be used, and what is wrong by item id; what is of no item by an empty id.

    With older `versions` of the list, numbers given to other statements are found, too.
    """
    source = _Edited("", data)
    checklist = check_source(source)
    if checklist is not None:
        check_history(source, checklist, versions)
    problems: dict[str, list[str]] = {}
    for path, why in source.found:
        problems.setdefault(_item_at(data, path), []).append(why)
    return (None if source.found else checklist), problems


def as_it_stands(data: Mapping[str, Any]) -> Checklist:
    """The list to look at while something between its parts is still wrong; what is wrong in itself is left out.

    Raises:
        ValidationError: its head is no head.
    """
    head = Head.model_validate({key: value for key, value in data.items() if key != "sections"})
    sections: list[Section] = []
    for held in cast("list[dict[str, Any]]", data["sections"]):
        items = [item for raw in held["items"] if (item := _sound(raw)) is not None]
        if items:
            sections.append(Section.model_validate({**held, "items": items}))
    return Checklist.model_construct(**dict(head), sections=tuple(sections))


def _sound(raw: Any) -> Item | None:  # noqa: ANN401 - an item that somebody is working on
    try:
        return Item.model_validate(raw)
    except ValidationError:
        return None


def _item_at(data: Mapping[str, Any], path: tuple[Step, ...]) -> str:
    if len(path) < 4 or path[0] != "sections" or path[2] != "items":
        return ""
    return str(data["sections"][path[1]]["items"][path[3]].get("id", ""))
