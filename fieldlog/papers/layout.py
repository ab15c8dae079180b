"""What a shipped paper looks like, read from `layouts/*.yaml`; `building` makes a Word template of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Annotated, Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fieldlog.domain.errors import NotFound, UsageError

Family = Literal["inspection", "hazard", "task", "case", "stop", "premises"]
"""What a paper is of, named like the documents of the log."""
Signs = Literal["party", "officers", "recorder", "witness", "approver", "receiver", "seal"]


class _Block(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    when: str = ""
    """A placeholder; the block is left out where it is empty or false."""


class Text(_Block):
    """A paragraph."""

    text: str
    align: Literal["left", "center", "right"] = "left"
    indent: bool = True
    bold: bool = False


class Each(_Block):
    """A paragraph for each row of a list, which it calls `row`."""

    each: str
    text: str


class Form(_Block):
    """Labels and values in a ruled table: each row is a label, a value, and so on."""

    form: tuple[tuple[str, ...], ...]


class Column(BaseModel):
    """A column of a table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    head: str
    mm: Annotated[int, Field(gt=0)]
    """Width in millimetres; those of a table come to about 156."""
    value: str


class Table(_Block):
    """A ruled table with a line for each row of a list, which its values call `row`."""

    table: str
    columns: tuple[Column, ...]


class Sign(_Block):
    """Lines to sign by hand."""

    sign: tuple[Signs, ...]


Block = Text | Each | Form | Table | Sign


class TypedField(BaseModel):
    """Something that no record holds, and that is typed for this paper."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    what: str
    sample: str
    required: bool = True


class Layout(BaseModel):
    """One paper."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^D[1-9]\d?[a-z]?$")]
    """The number in the table of documents, D9."""
    title: str
    of: tuple[Family, ...]
    series: str = ""
    """The kind of number it bears, 责改; empty where it bears none."""
    orders: bool = False
    """Whether it demands that hazards are gone by their days, which then cannot have passed."""
    form_known: bool = False
    """Whether an official form was at hand; if not, the list of papers says so."""
    note: str = ""
    fields: tuple[str, ...] = ()
    """Names of files in `fields/` whose placeholders it may hold, beside `common`."""
    typed: Mapping[str, TypedField] = {}
    """By name; in the paper it is `typed.NAME`."""
    blocks: tuple[Block, ...]


Samples = Mapping[str, Any]
"""Placeholders by name: `[what it is, sample]`, a mapping of such, or a list of one mapping for rows."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One name that may stand in a template."""

    name: str
    """`party.name`, or `facts[].text` for a row's."""
    what: str
    sample: str


@cache
def layouts() -> Mapping[str, Layout]:
    """The shipped papers by number, in the order of the table of documents."""
    folder = resources.files("fieldlog.papers").joinpath("layouts")
    read = [_layout(each.name, each.read_text("utf-8")) for each in folder.iterdir() if each.name.endswith(".yaml")]
    return {
        each.id: each for each in sorted(read, key=lambda each: (int("".join(filter(str.isdigit, each.id))), each.id))
    }


def layout(named: str) -> Layout:
    """The paper of that number or title.

    Raises:
        NotFound: there is none.
    """
    known = layouts()
    wanted = named.strip()
    found = known.get(wanted.upper().replace("A", "a")) or known.get(wanted.upper())
    found = found or next((each for each in known.values() if each.title == wanted), None)
    if found is None:
        raise NotFound(f"没有“{named}”这种文书，运行 fieldlog papers list 看有哪些")
    return found


def _layout(name: str, text: str) -> Layout:
    try:
        return Layout.model_validate(yaml.safe_load(text))
    except (yaml.YAMLError, ValidationError) as error:
        raise UsageError(f"文书版式 {name} 看不懂：{str(error).splitlines()[0]}") from error


@cache
def _fields(name: str) -> Samples:
    text = resources.files("fieldlog.papers").joinpath("fields", f"{name}.yaml").read_text("utf-8")
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - text only: `no` is a name here and no truth value


def _all_fields(paper: Layout) -> Samples:
    found: dict[str, Any] = {}
    for name in ("common", *paper.fields):
        found |= _fields(name)
    return found | {"typed": {name: [each.what, each.sample] for name, each in paper.typed.items()}}


def sample_values(paper: Layout) -> dict[str, Any]:
    """Values as a record would give them, for a first look at a template and to check it."""
    return {name: _sample(each) for name, each in _all_fields(paper).items()}


def _sample(field: Any) -> Any:  # noqa: ANN401 - whatever YAML held
    if isinstance(field, dict):
        return {name: _sample(each) for name, each in field.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(field[0], dict):
        return [_sample(field[0])]
    return field[1]


_NESTED: Final = "."


def placeholders(paper: Layout) -> list[Placeholder]:
    """Every name that may stand in the paper's template, with what it is."""
    return [found for name, each in _all_fields(paper).items() for found in _named(name, each)]


def _named(name: str, field: Any) -> list[Placeholder]:  # noqa: ANN401 - whatever YAML held
    if isinstance(field, dict):
        return [one for key, each in field.items() for one in _named(f"{name}{_NESTED}{key}", each)]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(field[0], dict):
        return [one for key, each in field[0].items() for one in _named(f"{name}[]{_NESTED}{key}", each)]  # pyright: ignore[reportUnknownVariableType]
    return [Placeholder(name, str(field[0]), str(field[1]))]
