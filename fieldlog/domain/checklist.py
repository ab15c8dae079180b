"""The checklist: what officers walk through, each item with its basis, penalty, level and typical findings.

`docs/checklist-format.md` describes every field. A list is recorded whole as a log entry when it is first
used, so `model_dump(mode="json")` holds no floats and only ASCII keys: measured limits are decimal strings.
"""

import hashlib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from fieldlog.domain.checklist_conflicts import conflicts
from fieldlog.domain.checklist_parts import FRAME, LOOSE, Feature, Item, Line, Points, Section
from fieldlog.domain.condition import holds, true_features

Area = Literal["企业安全", "食品药品", "烟花爆竹和液化气", "消防", "道路交通"]
Form = Literal["walk", "catalogue"]

_ListId = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$")]
_Version = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}\.[1-9][0-9]*$")]


class Grade(BaseModel):
    """A step of a scored list: A, 良好, 三星."""

    model_config = FRAME
    name: Line
    at_least: Points


class Scoring(BaseModel):
    """How a scored list (量化分级, 星级) turns answers into a score: what applies is scaled to `full`."""

    model_config = FRAME
    full: Points = "100"
    grades: Annotated[tuple[Grade, ...], LOOSE] = ()
    """From the best down; the last one has everything that the others leave."""

    @model_validator(mode="after")
    def _falling(self) -> "Scoring":
        steps = [Decimal(grade.at_least) for grade in self.grades]
        if steps != sorted(set(steps), reverse=True):
            raise PydanticCustomError("grades", "等级要从高到低排，分数线不能相同")
        if steps and steps[0] > Decimal(self.full):
            raise PydanticCustomError("grades", "最高等级的分数线超过满分 {full}", {"full": self.full})
        return self


class Suits(BaseModel):
    """For which premises the list is preselected."""

    model_config = FRAME
    kinds: Annotated[tuple[Line, ...], LOOSE] = ()
    """Kinds of premises as the register names them: 药店, 超市."""
    features: Annotated[tuple[Line, ...], LOOSE] = ()
    """Any of these features suffices, whatever the kind."""


class Head(BaseModel):
    """What a menu shows of a list."""

    model_config = FRAME
    id: _ListId
    title: Line
    version: _Version
    """`2026.1`: year and issue; it changes with every change of content."""
    area: Area
    form: Form = "walk"
    """`catalogue`: violations to choose one from (道路交通 stops); each statement is the violation itself."""
    competence: Line
    """Who may act on what the list finds; the township mostly demands and hands over."""
    applies_to: Suits = Suits()
    features: Annotated[tuple[Feature, ...], LOOSE] = ()
    scoring: Scoring | None = None
    extends: _ListId | None = None
    """The list that this one supplements: its items are walked after that list's section of the same title."""

    @model_validator(mode="after")
    def _named_after_base(self) -> "Head":
        if self.extends is not None and not self.id.startswith(f"{self.extends}-"):
            raise PydanticCustomError(
                "extends",
                "补充清单的 id 要以 {extends}- 开头，后面是单位代码，如 {extends}-houye",
                {"extends": self.extends},
            )
        return self


class Checklist(Head):
    """One list, as an inspection walks it."""

    sections: Annotated[tuple[Section, ...], LOOSE, Field(min_length=1)]

    @model_validator(mode="after")
    def _consistent(self) -> "Checklist":
        for _, why in conflicts(self.id, self.features, self.sections, self.applies_to.features):
            raise PydanticCustomError("conflict", "{why}", {"why": why})
        return self

    def items(self) -> tuple[Item, ...]:
        """Every item, in the order of the walk."""
        return tuple(item for section in self.sections for item in section.items)

    def item(self, item_id: str) -> Item | None:
        """The item of that id."""
        return next((item for item in self.items() if item.id == item_id), None)

    def applicable(self, features: frozenset[str]) -> tuple[Item, ...]:
        """The items to walk at premises that have these features, in order; of a repeated section each once."""
        return tuple(item for _section, items in self.walked(features) for item in items)

    def walked(self, features: frozenset[str]) -> Iterator[tuple[Section, tuple[Item, ...]]]:
        """The sections that apply at premises with these features, each with its items that do."""
        true = self.true_features(features)
        for section in self.sections:
            if holds(section.condition, true):
                items = tuple(item for item in section.items if holds(item.condition, true))
                if items:
                    yield section, items

    def true_features(self, features: frozenset[str]) -> frozenset[str]:
        """`features` without those whose own condition does not hold, such as 有凉菜间 where nothing is cooked."""
        return true_features(feature_conditions([self]), features)

    def recorded(self) -> dict[str, Any]:
        """The list as a log entry holds it; `Checklist.model_validate` reads it back.

        Without what has its default, so that a field added to the format later changes no older list's digest.
        """
        return self.model_dump(mode="json", exclude_defaults=True)

    def digest(self) -> str:
        """SHA-256, hex, of `recorded()` as canonical JSON."""
        return recorded_digest(self.recorded())


def feature_conditions(lists: Iterable[Head]) -> dict[str, list[str | None]]:
    """Every feature that these lists ask for, with its condition in each list that has it."""
    conditions: dict[str, list[str | None]] = {}
    for head in lists:
        for feature in head.features:
            conditions.setdefault(feature.id, []).append(feature.condition)
    return conditions


def recorded_digest(recorded: dict[str, Any]) -> str:
    """SHA-256, hex, of a list as an entry holds it, as canonical JSON, whichever version wrote it."""
    return hashlib.sha256(orjson.dumps(recorded, option=orjson.OPT_SORT_KEYS)).hexdigest()
