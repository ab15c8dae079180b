"""The checklist: what officers walk through, each item with its basis, penalty, level and typical findings.

`docs/checklist-format.md` describes every field. A list is recorded whole as a log entry when it is first
used, so `model_dump(mode="json")` holds no floats and only ASCII keys: measured limits are decimal strings.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, get_args

import orjson
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from fieldlog.domain.citation import UNVERIFIED_MARK, Citation
from fieldlog.domain.condition import holds, named, true_features, well_formed

Area = Literal["企业安全", "食品药品", "烟花爆竹和液化气", "消防", "道路交通"]
Level = Literal["一般", "重大"]
DeadlineKind = Literal["calendar", "workday"]
Form = Literal["walk", "catalogue"]
Photo = Literal["always", "fail"]
Place = Literal["外围", "门口", "营业场所", "加工操作间", "库房", "设备间", "生活区", "资料"]
"""Where in the premises a section is walked, in the order in which an officer comes past."""
Unit = Literal[
    "℃", "%", "毫米", "厘米", "米", "平方米", "克", "千克", "箱", "具", "个", "人", "台", "处", "件", "盒",
    "小时", "分钟", "天", "MPa", "V", "A", "mA", "Ω", "dB", "ppm", "mg/m³", "lx", "%LEL",
]  # fmt: skip

PLACES: Final[tuple[str, ...]] = get_args(Place)
MOST_FINDINGS: Final = 4
"""One digit key each; 5 to 9 stay free for 其他."""

_FRAME = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)
_Line = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^\S(?:[^\n\r]*\S)?$")]
_ListId = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$")]
_ItemId = Annotated[str, StringConstraints(max_length=48, pattern=r"^[a-z][a-z0-9-]*-[1-9][0-9]*$")]
_Key = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$")]
_Version = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}\.[1-9][0-9]*$")]
_Decimal = Annotated[str, StringConstraints(max_length=16, pattern=r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$")]
_Condition = Annotated[_Line, AfterValidator(well_formed)]
_Points = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if type(value) is int else value),
    StringConstraints(max_length=6, pattern=r"^(?:0|[1-9][0-9]*)(?:\.[0-9])?$"),
]
"""分值 with at most one decimal, as text since entries hold no fractions."""
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
    deduct: _Points | None = None
    """Points it costs in a scored list; None: all of the item's."""


class Standard(BaseModel):
    """The 判定标准 that makes a finding 重大."""

    model_config = _FRAME
    name: _Line
    clause: _Line
    verified: bool
    """Somebody read this clause in the text in force."""

    @property
    def shown(self) -> str:
        """Name and clause, marked where nobody has verified it: what screens, hazards and documents hold."""
        mark = "" if self.verified or "待核" in self.clause else UNVERIFIED_MARK
        return f"{self.name} {self.clause}{mark}"


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
    condition: _Condition | None = None
    """What must hold of the premises for the item to apply, `domain.condition`; None: always. A ban never has one."""
    shared: _Key | None = None
    """Items of several lists with the same key are one question when walked together (综合查一次)."""
    measure: Measure | None = None
    standard: Standard | None = None
    photo: Photo | None = None
    """When a photo is asked for: once the thing was seen, or where the item is not complied with."""
    points: _Points | None = None
    """What complying is worth in a scored list; None: the item is not scored."""
    veto: bool = False
    """In a scored list: not complying gives the lowest grade, whatever the points."""
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

    def finding_number(self, text: str) -> int | None:
        """Which typical finding, from 1, has these words. An answer's own number may be that of an older version."""
        return next((number for number, each in enumerate(self.findings, 1) if each.text == text), None)


class Repeat(BaseModel):
    """A section walked once for each thing of a kind: each 冷藏柜, each 气瓶间."""

    model_config = _FRAME
    name: _Line
    most: Annotated[int, Field(ge=2, le=50)] = 20
    """More than so many are surely a slip of the finger."""


class Section(BaseModel):
    """A part of the walk."""

    model_config = _FRAME
    title: _Line
    place: Place | None = None
    """None: where the section before it is."""
    condition: _Condition | None = None
    """Holds for every item of the section, beside the item's own."""
    repeat: Repeat | None = None
    items: Annotated[tuple[Item, ...], _Loose, Field(min_length=1)]


class Feature(BaseModel):
    """A condition of the premises, asked once at the start: 有冷藏药品."""

    model_config = _FRAME
    id: _Line
    question: _Line
    condition: _Condition | None = None
    """Asked, and true, only where this holds of the other features."""


class Grade(BaseModel):
    """A step of a scored list: A, 良好, 三星."""

    model_config = _FRAME
    name: _Line
    at_least: _Points


class Scoring(BaseModel):
    """How a scored list (量化分级, 星级) turns answers into a score: what applies is scaled to `full`."""

    model_config = _FRAME
    full: _Points = "100"
    grades: Annotated[tuple[Grade, ...], _Loose] = ()
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
    form: Form = "walk"
    """`catalogue`: violations to choose one from (道路交通 stops); each statement is the violation itself."""
    competence: _Line
    """Who may act on what the list finds; the township mostly demands and hands over."""
    applies_to: Suits = Suits()
    features: Annotated[tuple[Feature, ...], _Loose] = ()
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

    sections: Annotated[tuple[Section, ...], _Loose, Field(min_length=1)]

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


def conflicts(
    list_id: str, features: Sequence[Feature], sections: Iterable[Section], preselecting: Iterable[str] = ()
) -> Iterator[tuple[Item | Section | Feature | None, str]]:
    """What does not fit between the parts of a list: (the part, or None for the features as a whole; why, in Chinese)."""
    known = {feature.id for feature in features}
    yield from _feature_conflicts(features, known, preselecting)
    own_id = re.compile(re.escape(list_id) + r"-[1-9][0-9]*", re.ASCII)
    ids: set[str] = set()
    texts: dict[str, str] = {}
    shared: dict[str, str] = {}
    for section in sections:
        for name in sorted(named(section.condition) - known):
            yield section, f"条件“{name}”不在 features 里：先在清单开头写上它和提问"
        for item in section.items:
            if item.id in ids:
                yield item, f"编号 {item.id} 重复：每项的 id 只能用一次"
            elif not own_id.fullmatch(item.id):
                yield item, f"编号 {item.id} 应是 {list_id}- 加数字，免得与别的清单相撞"
            ids.add(item.id)
            if texts.setdefault(item.text, item.id) != item.id:
                yield item, f"{item.id} 的检查内容与 {texts[item.text]} 重复：{item.text}"
            if item.shared is not None and shared.setdefault(item.shared, item.id) != item.id:
                yield item, f"{item.id} 的 shared 与 {shared[item.shared]} 重复：同一清单里只能用一次"
            if item.shared is not None and section.repeat is not None:
                yield item, f"{item.id} 要逐个检查，不能同别的清单共用：去掉 shared 或移到别的部分"
            for name in sorted(named(item.condition) - known):
                yield item, f"{item.id} 的条件“{name}”不在 features 里：先在清单开头写上它和提问"


def _feature_conflicts(
    features: Sequence[Feature], known: set[str], preselecting: Iterable[str]
) -> Iterator[tuple[Feature | None, str]]:
    if len(known) < len(features):
        yield None, "features 里有重复的名称"
    for name in preselecting:
        if name not in known:
            yield None, f"applies_to 的“{name}”不在 features 里：先写上它和提问"
    needs = {feature.id: named(feature.condition) for feature in features}
    for feature in features:
        for name in sorted(needs[feature.id] - known):
            yield feature, f"“{feature.id}”的条件“{name}”不在 features 里：先写上它和提问"
        reached, ahead = set[str](), set(needs[feature.id])
        while ahead:
            reached |= ahead
            ahead = {further for name in ahead for further in needs.get(name, ())} - reached
        if feature.id in reached:
            yield feature, f"“{feature.id}”的条件绕了一圈又回到它自己：去掉其中一个条件"
