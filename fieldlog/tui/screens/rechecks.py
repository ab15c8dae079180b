"""What is to be re-checked: reported hazards first, then those past their due date."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.actions.approvals import unconfirmed
from fieldlog.actions.ledger import to_recheck
from fieldlog.book.book import Book
from fieldlog.domain.hazard_state import REPORTED
from fieldlog.tui.screens import handling
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.screens.hazard_detail import HazardDetailScreen
from fieldlog.tui.screens.hazards import COLUMNS, hazard_cells
from fieldlog.tui.widgets.row_list import RowList

Row = Mapping[str, Any]


class RechecksScreen(BookScreen):
    """Two groups; `2` records a re-check, Enter shows the hazard first."""

    CSS_PATH = "../styles/hazards.tcss"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("2", "handle('recheck')", "复查"),
        Binding("1", "handle('rectify')", "整改反馈"),
        Binding("4", "handle('urge')", "督办"),
    ]

    def __init__(self, book: Book) -> None:
        super().__init__(book)
        self._lacks = unconfirmed(book)
        self._list = RowList[Row](
            COLUMNS,
            cells=lambda row: hazard_cells(book, row, self.today, self._lacks),
            key=lambda row: row.get("doc") or row["heading"],
            heading=lambda row: row.get("heading"),
            empty="没有要复查的隐患",
            open_word="详情",
        )

    def compose_body(self) -> Iterable[Widget]:
        """The rows."""
        yield self._list

    def show(self) -> None:
        """List anew."""
        self._lacks = unconfirmed(self.book)
        rows = to_recheck(self.book.rows("hazards"), self.today)
        reported = [row for row in rows if row["state"] == REPORTED]
        late = rows[len(reported) :]
        lines: list[Row] = []
        if reported:
            lines += [{"heading": f"当事人已反馈，等待复查 {len(reported)}"}, *reported]
        if late:
            lines += [{"heading": f"超期没有反馈 {len(late)}"}, *late]
        self._list.set_rows(lines)

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        """Show the hazard's story."""
        self.fieldlog.push_screen(HazardDetailScreen(self.book, message.key))

    @work
    async def action_handle(self, step: str) -> None:
        """Take a step for the hazard under the cursor."""
        if (row := self._list.cursor_row) is not None:
            await handling.take(self, step, [row["doc"]])
