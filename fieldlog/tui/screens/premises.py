"""The register of premises: find one, see its card, and go on from there."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.widget import Widget

from fieldlog.book.book import Book
from fieldlog.tui.premises_card import card
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.widgets.columns import Cell, Column
from fieldlog.tui.widgets.premises_field import PremisesField, searched
from fieldlog.tui.widgets.prose import Paragraph, Prose
from fieldlog.tui.widgets.row_list import RowList
from fieldlog.tui.widgets.text_field import SearchField, TextField

Row = Mapping[str, Any]

COLUMNS = (
    Column("单位", 20, grow=2),
    Column("类别", 10),
    Column("村（社区）", 10, priority=1),
    Column("地址", 16, grow=1, priority=3),
    Column("负责人", 8, priority=2),
)


def premises_cells(row: Row) -> Sequence[str | Cell]:
    """A row as `COLUMNS` show it."""
    return (
        row["name"],
        Cell(row.get("kind", ""), "muted"),
        Cell(row.get("village", ""), "muted"),
        Cell(row.get("address", ""), "muted"),
        row.get("contact", ""),
    )


class PremisesScreen(BookScreen):
    """A field over the list; beside it the card of the premises under the cursor."""

    CSS_PATH = "../styles/premises.tcss"
    DEFAULT_CLASSES = "premises register"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "查找"),
        Binding("1", "register", "登记单位"),
        Binding("2", "load_file", "导入台账"),
    ]

    def __init__(self, book: Book) -> None:
        super().__init__(book)
        self._said = Prose(classes="said")
        self._field = PremisesField()
        self._list = RowList[Row](
            COLUMNS,
            cells=premises_cells,
            key=lambda row: row["id"],
            empty="没有这样的单位。按 下 键，再按 1 登记或按 2 导入台账",
            open_word="打开",
        )
        self._card = Prose()

    def compose_body(self) -> Iterable[Widget]:
        """Field, list, card."""
        yield self._field
        yield self._said
        with Container(classes="beside"):
            yield self._list
            with VerticalScroll(classes="panel", can_focus=False):
                yield self._card

    def on_mount(self) -> None:
        """Type at once, where there is anything to find; the pinyin index is built meanwhile."""
        super().on_mount()
        (self._field if self.book.table("premises").rows else self._list).focus()
        index_premises(self)

    def show(self) -> None:
        """List what fits."""
        rows = find_premises(self, self._field.value)
        self._list.set_rows(rows)
        self._said.show([Paragraph(f"单位  共 {len(rows)} 家", "muted")])
        self._show_card()

    def _show_card(self) -> None:
        row = self._list.cursor_row
        self._card.show(card(self.book, row) if row is not None else "")

    def on_text_field_draft(self, message: TextField.Draft) -> None:
        """Narrow while typing, and go to the first hit."""
        self.show()
        self._list.action_first()

    def on_search_field_left(self, message: SearchField.Left) -> None:
        """Enter, or a scanner's line end, takes the first; Down goes on to the list."""
        if message.chosen:
            self._list.action_open()
        else:
            self._list.focus()

    def on_row_list_highlighted(self) -> None:
        """Show its card."""
        self._show_card()

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        """Its page."""
        from fieldlog.tui.screens.premises_detail import PremisesDetailScreen  # noqa: PLC0415

        self.fieldlog.push_screen(PremisesDetailScreen(self.book, message.key))

    def action_search(self) -> None:
        """Back to the field."""
        self._field.focus()

    @work
    async def action_register(self) -> None:
        """A new one, by its name."""
        from fieldlog.tui.screens.premises_form import register_premises  # noqa: PLC0415

        doc = await register_premises(self)
        if doc is not None:
            from fieldlog.tui.screens.premises_detail import PremisesDetailScreen  # noqa: PLC0415

            self.fieldlog.push_screen(PremisesDetailScreen(self.book, doc))

    @work
    async def action_load_file(self) -> None:
        """A register from the office's file."""
        from fieldlog.tui.screens.registering import import_register  # noqa: PLC0415

        await import_register(self)


def find_premises(screen: BookScreen, typed: str) -> list[dict[str, Any]]:
    """What the words find; everything by name where nothing is typed."""
    if typed.strip():
        return screen.desk.find_premises(searched(typed))
    return sorted(screen.book.rows("premises"), key=lambda row: str(row["name"]))


def index_premises(screen: BookScreen) -> None:
    """Build the pinyin index in a thread, where it is not there yet, and show the screen again then."""
    if screen.desk.premises_indexed:
        return
    rows = list(screen.book.rows("premises"))

    def build() -> None:
        screen.desk.index_premises(rows)
        screen.fieldlog.call_from_thread(screen.show)

    screen.run_worker(build, thread=True, exclusive=True, group="index")
