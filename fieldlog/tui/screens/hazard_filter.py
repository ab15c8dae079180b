"""`f` in the ledger: what to narrow it to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.actions.ledger import VIEWS, Wanted
from fieldlog.tui.screens.dialog import Dialog
from fieldlog.tui.widgets.columns import Cell, Column
from fieldlog.tui.widgets.row_list import RowList

_DIGITS = Binding.Group("状态", compact=True)


@dataclass(frozen=True, slots=True)
class Option:
    """One line: a heading, or a value of one field of `Wanted`."""

    word: str
    field: str = ""
    """Empty for a heading."""
    value: str = ""


class HazardFilter(Dialog[Wanted]):
    """A digit chooses the state; the rest is chosen with the cursor. Each choice closes with the answer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(place + 1), f"view({place})", "状态", group=_DIGITS) for place in range(len(VIEWS))),
        Binding("0", "clear", "全部取消"),
    ]

    DEFAULT_CSS = """
    HazardFilter > .dialog { height: 80%; width: 52; }
    HazardFilter > .dialog > .dialog--body { height: 1fr; padding: 1 1; }
    HazardFilter RowList { background: $panel; height: 1fr; }
    """

    def __init__(
        self,
        wanted: Wanted,
        lists: Sequence[tuple[str, str]],
        villages: Sequence[str],
        officers: Sequence[tuple[str, str]],
    ) -> None:
        """`lists` and `officers` as (id, word)."""
        super().__init__("筛选")
        self._wanted = wanted
        self._options = [
            Option("状态"),
            *(Option(view, "view", view) for view in VIEWS),
            *_group("检查清单", "list", lists),
            *_group("村（社区）", "village", [(village, village) for village in villages]),
            *_group("跟进人", "officer", officers),
        ]

    def compose_body(self) -> Iterable[Widget]:
        """The values, those that hold now marked."""
        yield RowList[Option](
            [Column("", 1), Column("", 3), Column("", 20, grow=1)],
            cells=self._cells,
            key=lambda option: f"{option.field}/{option.value or option.word}",
            heading=lambda option: None if option.field else option.word,
            rows=self._options,
            open_word="选定",
        )

    def _cells(self, option: Option) -> Sequence[str | Cell]:
        digit = str(VIEWS.index(option.value) + 1) if option.field == "view" else ""
        holds = getattr(self._wanted, option.field) == option.value
        return Cell(digit, "accent"), "[x]" if holds else "[ ]", option.word

    def action_view(self, place: int) -> None:
        """Narrow to a state."""
        self.dismiss(replace(self._wanted, view=VIEWS[place]))

    def action_clear(self) -> None:
        """Narrow to nothing but what is open."""
        self.dismiss(Wanted(order=self._wanted.order))

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        """Take the value under the cursor, or take it away."""
        option = self._options[message.index]
        holds = getattr(self._wanted, option.field) == option.value
        value = (VIEWS[0] if option.field == "view" else "") if holds else option.value
        self.dismiss(replace(self._wanted, **{option.field: value}))


def _group(title: str, field: str, values: Sequence[tuple[str, str]]) -> list[Option]:
    return [Option(title), *(Option(word, field, value) for value, word in values)] if values else []
