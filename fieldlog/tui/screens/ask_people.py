"""Which officers were there."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.domain.procedure import LEAST_OFFICERS
from fieldlog.tui.screens.dialog import Dialog
from fieldlog.tui.widgets.columns import Cell, Column
from fieldlog.tui.widgets.row_list import RowList

Row = Mapping[str, Any]
_DIGITS = Binding.Group("选人", compact=True)


class AskPeople(Dialog[tuple[str, ...]]):
    """Officers by their digits, some chosen beforehand; Enter takes them, and they come back as ids in order."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "确定", priority=True),
        *(Binding(str(digit), f"choose({digit - 1})", "选人", group=_DIGITS) for digit in range(1, 10)),
        Binding("space", "choose_here", "选中", priority=True),
    ]

    DEFAULT_CSS = """
    AskPeople > .dialog > .dialog--body { padding: 1 1; }
    AskPeople RowList { background: $panel; height: auto; max-height: 12; }
    """

    def __init__(self, title: str, people: Sequence[Row], chosen: Sequence[str], least: int = LEAST_OFFICERS) -> None:
        super().__init__(title)
        self._least = least
        known = {person["id"] for person in people}
        self._people = sorted(people, key=lambda person: (person["id"] not in chosen, str(person["name"])))
        self._chosen = [person for person in chosen if person in known]
        self._list = RowList[int](
            [Column("", 1), Column("", 3), Column("", 12, grow=1), Column("", 12), Column("", 14, priority=1)],
            cells=self._cells,
            key=str,
            rows=range(len(self._people)),
            empty="还没有登记执法人员",
        )

    def compose_body(self) -> Iterable[Widget]:
        """The officers."""
        yield self._list

    def _cells(self, index: int) -> Sequence[str | Cell]:
        person = self._people[index]
        mark = "[x]" if person["id"] in self._chosen else "[ ]"
        digit = Cell(str(index + 1) if index < 9 else "", "accent")
        return digit, mark, person["name"], Cell(person.get("post", ""), "muted"), person.get("certificate", "")

    def action_choose(self, index: int) -> None:
        """Choose the person of that digit, or not."""
        if index >= len(self._people):
            return
        person = self._people[index]["id"]
        if person in self._chosen:
            self._chosen.remove(person)
        else:
            self._chosen.append(person)
        self._list.update_row(index, index)

    def action_choose_here(self) -> None:
        """Choose the person under the cursor, or not."""
        if self._list.cursor_row is not None:
            self.action_choose(self._list.cursor_row)

    def action_take(self) -> None:
        """Close with those who are chosen, if they are enough."""
        if len(self._chosen) < self._least:
            self.notify(f"至少选 {self._least} 名执法人员", severity="warning")
            return
        self.dismiss(tuple(self._chosen))
