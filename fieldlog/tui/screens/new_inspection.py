"""Beginning a visit, first step: which premises. Letters, a code or a scanner find them; Enter takes the first."""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.widget import Widget

from fieldlog.book.book import Book
from fieldlog.tui.premises_card import card
from fieldlog.tui.screens.begin_visit import BeginVisitScreen
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.screens.premises import index_premises
from fieldlog.tui.widgets.columns import Cell, Column
from fieldlog.tui.widgets.premises_field import PremisesField, searched
from fieldlog.tui.widgets.prose import Paragraph, Prose
from fieldlog.tui.widgets.row_list import RowList
from fieldlog.tui.widgets.text_field import SearchField

Row = Mapping[str, Any]

_RECENT = 9
"""One digit each."""
_DIGITS = Binding.Group("选定", compact=True)


class NewInspectionScreen(BookScreen):
    """A field over the list, and the card of the premises under the cursor. Where nothing is typed: the last ones."""

    CSS_PATH = "../styles/premises.tcss"
    DEFAULT_CLASSES = "premises"

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(digit), f"pick({digit - 1})", "选定", group=_DIGITS) for digit in range(1, _RECENT + 1)),
        Binding("slash", "search", "查找"),
    ]

    def __init__(self, book: Book) -> None:
        super().__init__(book)
        self._field = PremisesField()
        self._said = Prose(classes="said")
        self._list = RowList[Row](
            [
                Column("", 1),
                Column("单位", 20, grow=2),
                Column("类别", 10),
                Column("村（社区）", 10, priority=1),
                Column("负责人", 8, priority=2),
                Column("地址", 16, grow=1, priority=3),
            ],
            cells=self._cells,
            key=lambda row: row["id"],
            empty="没有这样的单位。少打几个字试试；新单位按 Esc 后到「6 单位」登记",
            open_word="选定",
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
        """Type at once; the pinyin index is built meanwhile."""
        super().on_mount()
        self._field.focus()
        index_premises(self)

    def show(self) -> None:
        """List what fits."""
        typed = searched(self._field.value)
        found = self.desk.find_premises(typed) if typed.strip() else _recent(self.book)
        self._list.set_rows(found)
        if typed.strip():
            building = "" if self.desk.premises_indexed else "，拼音索引还在建立"
            self._said.show([Paragraph(f"找到 {len(found)} 家{building}", "muted")])
        elif not self.book.table("premises").rows:
            self._said.show([Paragraph("还没有单位。按 Esc，再按 6 登记单位或导入台账", "warn")])
        else:
            self._said.show([Paragraph("最近检查的单位：按 下 键到列表，再按数字或回车选定", "muted")])
        self._show_card()

    def _show_card(self) -> None:
        row = self._list.cursor_row
        self._card.show(card(self.book, row) if row is not None else "")

    def _cells(self, row: Row) -> Sequence[str | Cell]:
        place = self._list.index_of(row["id"]) or 0
        return (
            Cell(str(place + 1) if place < _RECENT else "", "accent"),
            row["name"],
            Cell(row.get("kind", ""), "muted"),
            Cell(row.get("village", ""), "muted"),
            row.get("contact", ""),
            Cell(row.get("address", ""), "muted"),
        )

    def on_text_field_draft(self) -> None:
        """Find while typing; the first hit is under the cursor."""
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
        """The second step."""
        self._begin(message.key)

    def _begin(self, premises: str) -> None:
        self.fieldlog.push_screen(BeginVisitScreen(self.book, premises, self._walk))

    def _walk(self, doc: str) -> None:
        """In place of this screen, so that Esc in the visit leads home."""
        from fieldlog.tui.screens.walk import WalkScreen  # noqa: PLC0415 - the largest of the screens

        self.fieldlog.switch_screen(WalkScreen(self.book, doc))  # pyright: ignore[reportUnknownMemberType]

    def action_pick(self, place: int) -> None:
        """Take the one of that digit."""
        if place < len(self._list.rows):
            self._begin(self._list.rows[place]["id"])

    def action_search(self) -> None:
        """Back to the field."""
        self._field.focus()


def _recent(book: Book) -> list[dict[str, Any]]:
    """The premises of the newest visits; where there were none, the first ones of the register."""
    visits = heapq.nlargest(60, book.rows("inspections"), key=lambda row: row["opened"])
    ids = list(dict.fromkeys(str(row["premises"]) for row in visits))[:_RECENT]
    rows = [row for each in ids if (row := book.row("premises", each)) is not None]
    return rows or heapq.nsmallest(_RECENT, book.rows("premises"), key=lambda row: str(row["name"]))
