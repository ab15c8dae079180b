"""A piece of equipment and who had it when (设备领用): folded from its entries."""

from dataclasses import dataclass, field, replace
from typing import Any, Final

from fieldlog.domain.body_fields import Body
from fieldlog.domain.entries import Entry
from fieldlog.domain.equipment_bodies import (
    EquipmentChanged,
    EquipmentLent,
    EquipmentRegistered,
    EquipmentReturned,
)

CAMERA: Final = "执法记录仪"
IN_SERVICE: Final = "在用"


@dataclass(frozen=True, slots=True)
class Loan:
    """Out and, once it is known, back."""

    officer: str
    out: str
    """RFC 3339."""
    clock_ms: int | None = None
    battery: str = ""
    space: str = ""
    faults: str = ""
    back: str = ""
    faults_back: str = ""
    lent_on: bool = False
    """It went to the next one with nobody writing down that it came back."""


@dataclass(slots=True)
class Equipment:
    """One camera, radio, recorder, printer or car."""

    doc: str
    last: tuple[str, str, int] = ("", "", 0)
    fields: dict[str, Any] = field(default_factory=dict[str, Any])
    loans: list[Loan] = field(default_factory=list[Loan])
    """In the order in which they were written."""

    def apply(self, entry: Entry, body: Body) -> None:
        """Take in the next entry."""
        del entry
        match body:
            case EquipmentRegistered():
                self.fields = body.model_dump(mode="json") | self.fields
            case EquipmentChanged():
                self.fields |= body.model_dump(mode="json", exclude_none=True, exclude={"reason"})
            case EquipmentLent():
                if (open_ := self.lent) is not None:
                    self.loans[-1] = replace(open_, back=body.moment, lent_on=True)
                self.loans.append(Loan(body.officer, body.moment, body.clock_ms, body.battery, body.space, body.faults))
            case EquipmentReturned():
                if (open_ := self.lent) is not None:
                    self.loans[-1] = replace(open_, back=body.moment, faults_back=body.faults)
            case _:
                pass

    @property
    def lent(self) -> Loan | None:
        """The loan that is not over yet."""
        return self.loans[-1] if self.loans and not self.loans[-1].back else None

    def row(self) -> dict[str, Any] | None:
        """What a list shows; None until it is registered."""
        if not self.fields.get("number"):
            return None
        lent = self.lent
        newest = self.loans[-1] if self.loans else None
        return {
            "id": self.doc,
            "status": IN_SERVICE,
            **self.fields,
            "holder": lent.officer if lent else "",
            "since": lent.out if lent else "",
            "clock_ms": newest.clock_ms if newest else None,
            "faults": (newest.faults_back or newest.faults) if newest else "",
            "loans": len(self.loans),
        }
