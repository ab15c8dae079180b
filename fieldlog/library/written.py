"""A checklist as the text of its file: what `docs/checklist-format.md` describes, `source` reads and lint accepts."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

import yaml

from fieldlog.domain.checklist import Checklist
from fieldlog.domain.checklist_parts import Item, Section
from fieldlog.domain.citation import Citation

_PLAIN: Final = re.compile(r"[\u4e00-\u9fffA-Za-z《（][^\n#:：\"'{}\[\],&*?|<>=!%@`\\]*")
_WORDS: Final = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff\u2028\u2029]")


def written(
    checklist: Checklist, *, opening: Sequence[str] = (), remarks: Mapping[str, Sequence[str]] | None = None
) -> str:
    """The list's file, whole.

    Args:
        opening: comments at the top of the file.
        remarks: comments before an item, by its id.
    """
    lines = [f"# {_comment(line)}".rstrip() for line in opening]
    lines += ["" for _ in lines[:1]]
    lines += list(_head(checklist))
    lines.append("sections:")
    for section in checklist.sections:
        lines += _section(section, remarks or {})
    return "\n".join(lines) + "\n"


def _head(checklist: Checklist) -> Iterable[str]:
    first = ("id", "title", "version", "area", "competence")
    for key in first:
        yield f"{key}: {scalar(getattr(checklist, key))}"
    held = checklist.model_dump(mode="json", exclude_defaults=True, exclude={*first, "sections"})
    for key, value in held.items():
        yield from _block(key, value, 0)


def _section(section: Section, remarks: Mapping[str, Sequence[str]]) -> Iterable[str]:
    yield f"  - title: {scalar(section.title)}"
    held = section.model_dump(mode="json", exclude_defaults=True, exclude={"items", "title"})
    for key, value in held.items():
        yield from _block(key, value, 4)
    yield "    items:"
    for item in section.items:
        for remark in remarks.get(item.id, ()):
            yield f"      # {_comment(remark)}"
        yield from _item(item)
        yield ""


def _item(item: Item) -> Iterable[str]:
    held = item.model_dump(mode="json", exclude_defaults=True, exclude={"id", "basis", "penalty", "level"})
    yield f"      - id: {scalar(item.id)}"
    for key in ("text", "how_to_check"):
        yield f"        {key}: {scalar(held.pop(key))}"
    yield f"        basis: {_citations(item.basis)}"
    if item.penalty:
        yield f"        penalty: {_citations(item.penalty)}"
    yield f"        level: {scalar(item.level)}"
    for key, value in held.items():
        yield from _block(key, value, 8)


def _citations(citations: Iterable[Citation]) -> str:
    return f"[{', '.join(_citation(each) for each in citations)}]"


def _citation(citation: Citation) -> str:
    if citation.verified:
        return scalar(str(citation))
    return f"{{cite: {scalar(str(citation))}, verified: false}}"


def _block(key: str, value: Any, indent: int) -> Iterable[str]:  # noqa: ANN401 - whatever a field holds
    pad = " " * indent
    if isinstance(value, dict):
        held = cast("dict[str, Any]", value)
        yield f"{pad}{key}:" if held else f"{pad}{key}: {{}}"
        for inner, each in held.items():
            yield from _block(inner, each, indent + 2)
    elif isinstance(value, list):
        yield f"{pad}{key}:"
        for each in cast("list[Any]", value):
            yield from _entry(each, indent + 2)
    else:
        yield f"{pad}{key}: {scalar(value)}"


def _entry(value: Any, indent: int) -> Iterable[str]:  # noqa: ANN401
    """One member of a list; the keys of a mapping stand below each other after the hyphen."""
    if not isinstance(value, dict):
        yield f"{' ' * indent}- {scalar(value)}"
        return
    held = cast("dict[str, Any]", value)
    lines = [line for key, each in held.items() for line in _block(key, each, indent + 2)]
    for n, line in enumerate(lines):
        yield f"{' ' * indent}- {line[indent + 2 :]}" if n == 0 else line


def scalar(value: str | int | bool | None) -> str:
    """A value on one line that reads back as itself; quoted unless it is plain words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    bare = _PLAIN.fullmatch(value) and value.isprintable() and value == value.strip() and value.lower() not in _WORDS
    if bare or re.fullmatch(r"[a-z]+(?:-[a-z0-9]+)+|[\u4e00-\u9fff]+#[1-9][0-9.]*", value):
        return value
    dumped: str = yaml.safe_dump(value, allow_unicode=True, default_style='"', width=10**9)
    return dumped.removesuffix("...\n").strip()


def _comment(text: str) -> str:
    return _CONTROL.sub(" ", re.sub(r"\s*[\r\n]+\s*", " ", text))
