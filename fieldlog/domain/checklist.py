"""The checklist: what officers walk through, each item with its basis, penalty, level and typical findings.

`docs/checklist-format.md` describes every field. A list is recorded whole as a log entry when it is first
used, so `model_dump(mode="json")` holds no floats and only ASCII keys: measured limits are decimal strings.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from fieldlog.domain.citation import Citation

Area = Literal["企业安全", "食品药品", "烟花爆竹和液化气", "消防", "道路交通"]
Level = Literal["一般", "重大"]
DeadlineKind = Literal["calendar", "workday"]
Unit = Literal[
    "℃", "%", "毫米", "厘米", "米", "平方米", "克", "千克", "箱", "具", "个", "人", "台", "处", "件", "盒",
    "小时", "分钟", "天", "MPa", "V", "A", "mA", "Ω", "dB", "ppm", "mg/m³", "lx", "%LEL",
]  # fmt: skip

MOST_FINDINGS: Final = 4
"""One digit key each; 5 to 9 stay free for 其他."""

_FRAME = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)
_Line = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^\S(?:[^\n\r]*\S)?$")]
_ListId = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$")]
_ItemId = Annotated[str, StringConstraints(max_length=48, pattern=r"^[a-z][a-z0-9-]*-[1-9][0-9]*$")]
_Key = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$")]
_Version = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}\.[1-9][0-9]*$")]
_Decimal = Annotated[str, StringConstraints(max_length=16, pattern=r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$")]
_Days = Annotated[int, Field(ge=0, le=365)]
_Loose = Field(strict=False)  # a YAML or JSON list becomes a tuple


class Measure(BaseModel):
    """A value that the officer reads off and types; fieldlog never fills it in."""

    model_config = _FRAME
    label: _Line
    unit: Unit
    min: _Decimal | None = None
    """Lowest value that complies, a decimal string; None: no lower limit."""
    max: _Decimal | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Measure":
        if self.min is not None and self.max is not None and Decimal(self.min) > Decimal(self.max):
            raise PydanticCustomError(
                "measure", "范围颠倒：min {min} 大于 max {max}", {"min": self.min, "max": self.max}
            )
        return self

    def complies(self, value: Decimal) -> bool:
        """Whether `value` lies within the limits, both included."""
        low_enough = self.max is None or value <= Decimal(self.max)
        return low_enough and (self.min is None or value >= Decimal(self.min))


class Finding(BaseModel):
    """What is typically wrong, worded so that an officer can accept it as it stands.

    It states no number as if observed: that would be an invented fact in a legal record.
    """

    model_config = _FRAME
    text: _Line
    measure: _Line
    """整改措施, what the party must do."""
    days: _Days
    """Time to rectify, counted as the item's `deadline_kind`; 0: on the spot."""


class Standard(BaseModel):
    """The 判定标准 that makes a finding 重大."""

    model_config = _FRAME
    name: _Line
    clause: _Line
    verified: bool
    """Somebody read this clause in the text in force."""


class Item(BaseModel):
    """One statement, 符合 is good."""

    model_config = _FRAME
    id: _ItemId
    """Unique among all lists and never used again for another statement: `xiaofang-28`."""
    text: _Line
    how_to_check: _Line
    basis: Annotated[tuple[Citation, ...], _Loose, Field(min_length=1)]
    penalty: Annotated[tuple[Citation, ...], _Loose] = ()
    level: Level | None
    """None: a record that is asked for, not a hazard."""
    deadline_days: _Days
    """Default when the officer words the finding; a typical finding carries its own."""
    deadline_kind: DeadlineKind = "calendar"
    condition: _Line | None = None
    """Feature of the premises that makes the item apply; None: always. A ban never has one."""
    shared: _Key | None = None
    """Items of several lists with the same key are one question when walked together (综合查一次)."""
    measure: Measure | None = None
    standard: Standard | None = None
    note: _Line | None = None
    """What the officer has to know before choosing the level or the basis."""
    findings: Annotated[tuple[Finding, ...], _Loose, Field(max_length=MOST_FINDINGS)] = ()

    @model_validator(mode="after")
    def _level_holds(self) -> "Item":
        if self.level == "重大" and self.standard is None:
            raise PydanticCustomError("standard", "重大隐患没有写判定标准：加 standard（name、clause、verified）")
        if self.level is not None and not self.findings:
            raise PydanticCustomError("findings", "没有典型问题：findings 要 1 到 {most} 条", {"most": MOST_FINDINGS})
        return self


class Section(BaseModel):
    """A place in the walk."""

    model_config = _FRAME
    title: _Line
    items: Annotated[tuple[Item, ...], _Loose, Field(min_length=1)]


class Feature(BaseModel):
    """A condition of the premises, asked once at the start: 有冷藏药品."""

    model_config = _FRAME
    id: _Line
    question: _Line


class Suits(BaseModel):
    """For which premises the list is preselected."""

    model_config = _FRAME
    kinds: Annotated[tuple[_Line, ...], _Loose] = ()
    """Kinds of premises as the register names them: 药店, 超市."""
    features: Annotated[tuple[_Line, ...], _Loose] = ()
    """Any of these features suffices, whatever the kind."""


class Head(BaseModel):
    """What a menu shows of a list."""

    model_config = _FRAME
    id: _ListId
    title: _Line
    version: _Version
    """`2026.1`: year and issue; it changes with every change of content."""
    area: Area
    competence: _Line
    """Who may act on what the list finds; the township mostly demands and hands over."""
    applies_to: Suits = Suits()
    features: Annotated[tuple[Feature, ...], _Loose] = ()


class Checklist(Head):
    """One list, as an inspection walks it."""

    sections: Annotated[tuple[Section, ...], _Loose, Field(min_length=1)]

    @model_validator(mode="after")
    def _consistent(self) -> "Checklist":
        features = [feature.id for feature in self.features]
        for _, why in conflicts(self.id, features, self.items(), self.applies_to.features):
            raise PydanticCustomError("conflict", "{why}", {"why": why})
        return self

    def items(self) -> tuple[Item, ...]:
        """Every item, in the order of the walk."""
        return tuple(item for section in self.sections for item in section.items)

    def item(self, item_id: str) -> Item | None:
        """The item of that id."""
        return next((item for item in self.items() if item.id == item_id), None)

    def applicable(self, features: frozenset[str]) -> tuple[Item, ...]:
        """The items to walk at premises that have these features, in order."""
        return tuple(item for item in self.items() if item.condition is None or item.condition in features)

    def recorded(self) -> dict[str, Any]:
        """The list as a log entry holds it; `Checklist.model_validate` reads it back."""
        return self.model_dump(mode="json")

    def digest(self) -> str:
        """SHA-256, hex, of `recorded()` as canonical JSON."""
        return hashlib.sha256(orjson.dumps(self.recorded(), option=orjson.OPT_SORT_KEYS)).hexdigest()


def conflicts(
    list_id: str, features: Sequence[str], items: Iterable[Item], preselecting: Iterable[str] = ()
) -> Iterator[tuple[int | None, str]]:
    """What does not fit between the parts of a list: (position of the item, or None; why, in Chinese)."""
    if len(set(features)) < len(features):
        yield None, "features 里有重复的名称"
    for name in preselecting:
        if name not in features:
            yield None, f"applies_to 的“{name}”不在 features 里：先写上它和提问"
    own_id = re.compile(re.escape(list_id) + r"-[1-9][0-9]*", re.ASCII)
    ids: set[str] = set()
    texts: dict[str, str] = {}
    shared: dict[str, str] = {}
    for n, item in enumerate(items):
        if item.id in ids:
            yield n, f"编号 {item.id} 重复：每项的 id 只能用一次"
        elif not own_id.fullmatch(item.id):
            yield n, f"编号 {item.id} 应是 {list_id}- 加数字，免得与别的清单相撞"
        ids.add(item.id)
        if texts.setdefault(item.text, item.id) != item.id:
            yield n, f"{item.id} 的检查内容与 {texts[item.text]} 重复：{item.text}"
        if item.shared is not None and shared.setdefault(item.shared, item.id) != item.id:
            yield n, f"{item.id} 的 shared 与 {shared[item.shared]} 重复：同一清单里只能用一次"
        if item.condition is not None and item.condition not in features:
            yield n, f"{item.id} 的条件“{item.condition}”不在 features 里：先在清单开头写上它和提问"
