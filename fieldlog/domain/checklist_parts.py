"""What a checklist is made of: items with their findings, measures and standards, the sections they stand in, and the
features of premises that decide what applies."""

from decimal import Decimal
from typing import Annotated, Final, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from fieldlog.domain.citation import UNVERIFIED_MARK, Citation
from fieldlog.domain.condition import well_formed

Level = Literal["一般", "重大"]
DeadlineKind = Literal["calendar", "workday"]
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

FRAME = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)
Line = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^\S(?:[^\n\r]*\S)?$")]
_ItemId = Annotated[str, StringConstraints(max_length=48, pattern=r"^[a-z][a-z0-9-]*-[1-9][0-9]*$")]
_Key = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$")]
_Decimal = Annotated[str, StringConstraints(max_length=16, pattern=r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$")]
_Condition = Annotated[Line, AfterValidator(well_formed)]
Points = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if type(value) is int else value),
    StringConstraints(max_length=6, pattern=r"^(?:0|[1-9][0-9]*)(?:\.[0-9])?$"),
]
"""分值 with at most one decimal, as text since entries hold no fractions."""
_Days = Annotated[int, Field(ge=0, le=365)]
LOOSE = Field(strict=False)  # a YAML or JSON list becomes a tuple


class Measure(BaseModel):
    """A value that the officer reads off and types; fieldlog never fills it in."""

    model_config = FRAME
    label: Line
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

    model_config = FRAME
    text: Line
    measure: Line
    """整改措施, what the party must do."""
    days: _Days
    """Time to rectify, counted as the item's `deadline_kind`; 0: on the spot."""
    deduct: Points | None = None
    """Points it costs in a scored list; None: all of the item's."""


class Standard(BaseModel):
    """The 判定标准 that makes a finding 重大."""

    model_config = FRAME
    name: Line
    clause: Line
    verified: bool
    """Somebody read this clause in the text in force."""

    @property
    def shown(self) -> str:
        """Name and clause, marked where nobody has verified it: what screens, hazards and documents hold."""
        mark = "" if self.verified or "待核" in self.clause else UNVERIFIED_MARK
        return f"{self.name} {self.clause}{mark}"


class Item(BaseModel):
    """One statement, 符合 is good."""

    model_config = FRAME
    id: _ItemId
    """Unique among all lists and never used again for another statement: `xiaofang-28`."""
    text: Line
    how_to_check: Line
    basis: Annotated[tuple[Citation, ...], LOOSE, Field(min_length=1)]
    penalty: Annotated[tuple[Citation, ...], LOOSE] = ()
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
    points: Points | None = None
    """What complying is worth in a scored list; None: the item is not scored."""
    veto: bool = False
    """In a scored list: not complying gives the lowest grade, whatever the points."""
    note: Line | None = None
    """What the officer has to know before choosing the level or the basis."""
    findings: Annotated[tuple[Finding, ...], LOOSE, Field(max_length=MOST_FINDINGS)] = ()

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

    model_config = FRAME
    name: Line
    most: Annotated[int, Field(ge=2, le=50)] = 20
    """More than so many are surely a slip of the finger."""


class Section(BaseModel):
    """A part of the walk."""

    model_config = FRAME
    title: Line
    place: Place | None = None
    """None: where the section before it is."""
    condition: _Condition | None = None
    """Holds for every item of the section, beside the item's own."""
    repeat: Repeat | None = None
    items: Annotated[tuple[Item, ...], LOOSE, Field(min_length=1)]


class Feature(BaseModel):
    """A condition of the premises, asked once at the start: 有冷藏药品."""

    model_config = FRAME
    id: Line
    question: Line
    condition: _Condition | None = None
    """Asked, and true, only where this holds of the other features."""
