"""The state of one series of papers' numbers, folded from its entries; what numbers and blocks are is in `numbers`."""

from dataclasses import dataclass, field
from typing import Any

from fieldlog.domain.bodies import Body
from fieldlog.domain.entries import Entry
from fieldlog.domain.number_bodies import NumberTaken, NumberVoided
from fieldlog.domain.people import FIRST, Order


@dataclass(slots=True)
class NumberSeries:
    """What became of the serials of one series in one year."""

    doc: str
    last: Order = FIRST
    series: str = ""
    year: int = 0
    taken: dict[int, list[dict[str, str]]] = field(default_factory=dict[int, list[dict[str, str]]])
    """By serial, by whom and for what; more than one where a copied laptop used a block twice."""
    voided: dict[int, str] = field(default_factory=dict[int, str])

    def apply(self, entry: Entry, body: Body) -> None:
        """Take in the next entry."""
        match body:
            case NumberTaken():
                self.series, self.year = self.series or body.series, self.year or body.year
                by = {"log": entry.log, "at": entry.at, "by": entry.by, "of": body.of}
                self.taken.setdefault(body.serial, []).append(by)
            case NumberVoided():
                self.series, self.year = self.series or body.series, self.year or body.year
                self.voided[body.serial] = body.reason or "未说明"
            case _:
                pass

    @property
    def used(self) -> set[int]:
        """Serials that nobody may take any more."""
        return {*self.taken, *self.voided}

    @property
    def doubled(self) -> list[int]:
        """Serials that were given to more than one paper."""
        return sorted(serial for serial, each in self.taken.items() if len({one["of"] for one in each}) > 1)

    def row(self) -> dict[str, Any] | None:
        """What a list shows; None until a number was taken or voided."""
        if not self.series:
            return None
        return {
            "id": self.doc,
            "series": self.series,
            "year": self.year,
            "taken": len(self.taken),
            "highest": max(self.used, default=0),
            "voided": len(self.voided),
            "doubled": " ".join(map(str, self.doubled)),
        }
