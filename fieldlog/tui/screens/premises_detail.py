"""One of the premises: its card, its visits and its hazards."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.widget import Widget

from fieldlog.actions import lookup, overview
from fieldlog.actions.ledger import days_word, state_word
from fieldlog.book.book import Book
from fieldlog.tui.dates import when
from fieldlog.tui.list_titles import list_titles
from fieldlog.tui.premises_card import facts
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.screens.today import open_visit
from fieldlog.tui.widgets.columns import Cell, Column
from fieldlog.tui.widgets.prose import Prose
from fieldlog.tui.widgets.row_list import RowList

Row = Mapping[str, Any]
_MOST_VISITS = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A heading, a visit or a hazard."""

    kind: str
    key: str
    cells: tuple[str | Cell, ...] = ()


class PremisesDetailScreen(BookScreen):
    """Facts above or at the left; open hazards, visits and old hazards below or at the right."""

    CSS_PATH = "../styles/lists.tcss"
    DEFAULT_CLASSES = "lists"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "inspect", "新检查"),
        Binding("f4", "edit", "改资料"),
        Binding("6", "hazard", "登记隐患"),
    ]

    def __init__(self, book: Book, premises: str) -> None:
        """Raises NotFound where there are no such premises."""
        super().__init__(book)
        self._premises = premises
        self._facts = Prose()
        self._list = RowList[Line](
            [Column("", 12), Column("", 24, grow=1), Column("", 10), Column("", 8, priority=1)],
            cells=lambda line: line.cells,
            key=lambda line: line.key,
            heading=lambda line: line.key if line.kind == "heading" else None,
            empty="还没有检查过，按 1 开始检查",
        )

    def compose_body(self) -> Iterable[Widget]:
        """Facts and history."""
        with Container(classes="beside"):
            with VerticalScroll(classes="panel", can_focus=False):
                yield self._facts
            yield self._list

    def on_mount(self) -> None:
        """The history takes the keys."""
        super().on_mount()
        self._list.focus()

    def show(self) -> None:
        """List anew."""
        self._facts.show(facts(lookup.premises(self.book, self._premises)))
        self._list.set_rows(self._lines())

    def _lines(self) -> list[Line]:
        book, today = self.book, self.today
        hazards = [row for row in book.rows("hazards") if row["premises"] == self._premises]
        open_ = overview.open_hazards(book, self._premises)
        over = sorted((row for row in hazards if row not in open_), key=lambda row: row["found"], reverse=True)
        visits = overview.last_visits(book, self._premises, _MOST_VISITS)
        lines: list[Line] = []
        doubt = bool(self.book.clock_doubt)
        for title, rows in (
            (
                f"未销号的隐患 {len(open_)}",
                [_hazard(row, state_word(row, today), days_word(row, today, doubt=doubt)) for row in open_],
            ),
            (f"检查 {len(visits)}", [self._visit(row) for row in visits]),
            (f"以前的隐患 {len(over)}", [_hazard(row, row["state"], "") for row in over]),
        ):
            if rows:
                lines += [Line("heading", title), *rows]
        return lines

    def _visit(self, row: Row) -> Line:
        from fieldlog.tui.screens.inspections import progress  # noqa: PLC0415 - they show each other

        titles = list_titles(self.book, row["lists"])
        moment = Cell(when(row["opened"], self.book.now()), "muted")
        return Line("visit", row["doc"], (moment, titles, progress(row), Cell(row["type"], "muted")))

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        """Go on with a visit, look back at it, or show a hazard's story."""
        if self._list.rows[message.index].kind == "visit":
            open_visit(self, message.key)
        else:
            from fieldlog.tui.screens.hazard_detail import HazardDetailScreen  # noqa: PLC0415

            self.fieldlog.push_screen(HazardDetailScreen(self.book, message.key))

    def action_inspect(self) -> None:
        """Begin a visit here."""
        from fieldlog.tui.screens.begin_visit import BeginVisitScreen  # noqa: PLC0415

        self.fieldlog.push_screen(BeginVisitScreen(self.book, self._premises, lambda doc: open_visit(self, doc)))

    def action_edit(self) -> None:
        """Change what the register says."""
        from fieldlog.tui.screens.premises_form import PremisesFormScreen  # noqa: PLC0415

        self.fieldlog.push_screen(PremisesFormScreen(self.book, self._premises))

    @work
    async def action_hazard(self) -> None:
        """Record a hazard that somebody reported or that was seen in passing."""
        from fieldlog.tui.screens.handling import find  # noqa: PLC0415

        await find(self, self._premises)


def _hazard(row: Row, state: str, days: str) -> Line:
    tone = "bad" if days.startswith("超") else "good" if state == "已销号" else ""
    return Line("hazard", row["doc"], (Cell(row["found"], "muted"), row["text"], Cell(state, tone), Cell(days, tone)))
