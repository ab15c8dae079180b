"""Bodies of what an office owns and lends out: cameras, radios, recorders, cars."""

from typing import Annotated, Literal

from pydantic import Field

from fieldlog.domain.body_fields import Body, Moment

_Name = Annotated[str, Field(min_length=1, max_length=40)]
Kind = Literal["执法记录仪", "对讲机", "录音笔", "打印机", "执法车", "其他"]
Status = Literal["在用", "送修", "停用", "报废"]
Level = Literal["", "充足", "偏低"]
"""Of a battery or of free space, as it was looked at; empty where nobody looked."""


class EquipmentRegistered(Body):
    """A piece of equipment, by the number that stands on it."""

    number: _Name
    kind: Kind
    model: str = ""
    serial: str = ""
    """The maker's number."""
    note: str = ""


class EquipmentChanged(Body):
    """Only the fields that change."""

    number: _Name | None = None
    kind: Kind | None = None
    model: str | None = None
    serial: str | None = None
    note: str | None = None
    status: Status | None = None
    reason: str = ""


class EquipmentLent(Body):
    """An officer took it; before that its clock, battery and space were looked at (procedure P25)."""

    officer: str
    moment: Moment
    clock_ms: int | None = None
    """How far its clock is ahead of the laptop's; None where nobody compared them."""
    battery: Level = ""
    space: Level = ""
    faults: str = ""


class EquipmentReturned(Body):
    """It came back."""

    moment: Moment
    faults: str = ""
