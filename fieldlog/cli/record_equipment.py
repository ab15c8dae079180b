"""Lines for `fieldlog record` about equipment and its loans."""

from typing import Annotated, Final

from pydantic import AliasChoices, Field

from fieldlog.actions import equipment
from fieldlog.book.book import Book
from fieldlog.cli.record_lines import Line
from fieldlog.domain.entries import Entry

_Which = Annotated[str, Field(min_length=1, max_length=80, validation_alias=AliasChoices("equipment", "number", "doc"))]


class RegisterEquipment(Line):
    """Register a camera, radio, recorder, printer or car."""

    number: str
    kind: str = "执法记录仪"
    model: str = ""
    serial: str = ""
    note: str = ""


class ChangeEquipment(Line):
    """Change what is known of it, or its status."""

    equipment: _Which
    status: str | None = None
    model: str | None = None
    serial: str | None = None
    note: str | None = None
    reason: str = ""


class Lend(Line):
    """Give it to an officer."""

    equipment: _Which
    officer: str
    clock_ms: int | None = None
    battery: str = ""
    space: str = ""
    faults: str = ""


class Return(Line):
    """Take it back."""

    equipment: _Which
    faults: str = ""


EQUIPMENT_LINES: Final[dict[str, type[Line]]] = {
    "equipment": RegisterEquipment,
    "change_equipment": ChangeEquipment,
    "lend": Lend,
    "return": Return,
}
"""Every `do` about equipment with its model."""

EquipmentLine = RegisterEquipment | ChangeEquipment | Lend | Return


def carry_out(book: Book, by: str, line: EquipmentLine) -> Entry:
    """Do what the line says; raises as the actions do."""
    match line:
        case RegisterEquipment():
            others = {"model": line.model, "serial": line.serial, "note": line.note}
            return equipment.register(book, by, number=line.number, kind=line.kind, **others)
        case ChangeEquipment():
            names = ("status", "model", "serial", "note")
            changes = {name: value for name in names if (value := getattr(line, name)) is not None}
            return equipment.change(book, by, line.equipment, line.reason, **changes)
        case Lend():
            return equipment.lend(
                book,
                by,
                line.equipment,
                line.officer,
                clock_ms=line.clock_ms,
                battery=line.battery,
                space=line.space,
                faults=line.faults,
            )
        case Return():
            return equipment.take_back(book, by, line.equipment, line.faults)
