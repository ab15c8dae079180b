"""All visits: to go on with one, or to look back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.actions.contests import MARK
from fieldlog.actions.ledger import plain
from fieldlog.actions.received import Receipt, receipts
from fieldlog.actions.timeline import names_of
from fieldlog.book.book import Book
from fieldlog.domain.inspection_state import OPEN
from fieldlog.tui.dates import when
from fieldlog.tui.list_titles import list_titles
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.screens.premises import index_premises
from fieldlog.tui.screens.today import open_visit
from fieldlog.tui.widgets.columns import Cell, Column
from fieldlog.tui.widgets.prose import Paragraph, Prose
from fieldlog.tui.widgets.row_list import RowList
from fieldlog.tui.widgets.text_field import SearchField, TextField

Row = Mapping[str, Any]

VIEWS: Final = ("未完成", "今天", "有问题", "全部")


class InspectionsScreen(BookScreen):
    """Visits, the newest first; digits choose which. Opens on the unfinished ones where there are any."""

    CSS_PATH = "../styles/lists.tcss"
    DEFAULT_CLASSES = "lists"

    AUTO_FOCUS = "RowList"

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(place + 1), f"view({place})", word) for place, word in enumerate(VIEWS)),
        Binding("slash", "search", "查找"),
        Binding("escape", "leave", "返回"),
    ]

    def __init__(self, book: Book) -> None:
        super().__init__(book)
        unfinished = any(row["state"] == OPEN for row in book.rows("inspections"))
        self._view = VIEWS[0] if unfinished else VIEWS[-1]
        self._received = receipts(book)
        self._said = Prose(classes="said")
        self._field = SearchField(placeholder="单位名称，拼音首字母也行")
        self._field.display = False
        self._list = RowList[Row](
            [
                Column("单位", 18, grow=3),
                Column("清单", 16, grow=2),
                Column("进度", 8),
                Column("时间", 12),
                Column("办公室", 16, priority=1),
                Column("类型", 8, priority=2),
                Column("检查人", 14, priority=3),
            ],
            cells=self._cells,
            key=lambda row: row["doc"],
            empty="没有这样的检查。按 4 看全部",
            open_word="打开",
        )

    def compose_body(self) -> Iterable[Widget]:
        """What is shown, the words searched for, the rows."""
        yield self._said
        yield self._field
        yield self._list

    def on_mount(self) -> None:
        """The list first; the field comes when it is asked for."""
        super().on_mount()
        self._list.focus()

    def show(self) -> None:
        """List anew."""
        self._received = receipts(self.book)
        today, words = self.today.isoformat(), self._field.value
        rows = [row for row in self.book.rows("inspections") if self._wanted(row, today)]
        if words.strip():
            found = {str(row["id"]) for row in self.desk.find_premises(words)}
            then = plain(words).split()  # what the premises were called at that time counts too
            rows = [
                row
                for row in rows
                if row["premises"] in found or all(word in plain(row["premises_name"]) for word in then)
            ]
        self._list.set_rows(sorted(rows, key=lambda row: row["opened"], reverse=True))
        self._said.show([Paragraph(f"检查：{self._view}  共 {len(rows)} 次", "muted")])

    def _wanted(self, row: Row, today: str) -> bool:
        match self._view:
            case "未完成":
                return row["state"] == OPEN
            case "今天":
                return str(row["opened"]).startswith(today)
            case "有问题":
                return row["findings"] > 0
            case _:
                return True

    def _cells(self, row: Row) -> Sequence[str | Cell]:
        return (
            Cell(f"【{marks}】{row['premises_name']}", "warn") if (marks := _marks(row)) else row["premises_name"],
            Cell(list_titles(self.book, row["lists"]), "muted"),
            progress(row),
            Cell(when(row["opened"], self.book.now()), "muted"),
            office_cell(self._received(row), self.book.now()),
            Cell(row["type"], "muted"),
            Cell(names_of(self.book, row["officers"]), "muted"),
        )

    def action_view(self, place: int) -> None:
        """Show another part."""
        self._view = VIEWS[place]
        self.show()
        self._list.action_first()

    def action_search(self) -> None:
        """Show the field."""
        index_premises(self)
        self._field.display = True
        self._field.focus()

    def on_text_field_draft(self, message: TextField.Draft) -> None:
        """Narrow while typing."""
        self.show()
        self._list.action_first()

    def on_search_field_left(self) -> None:
        """Go on to the list; an empty field goes away."""
        self._list.focus()
        self._field.display = bool(self._field.value)

    def action_leave(self) -> None:
        """Take the words away first; then go back."""
        if self._field.display:
            self._field.restore("")
            self._field.display = False
            self._list.focus()
            self.show()
        else:
            self.fieldlog.pop_screen()

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        """Go on with the visit, or look back at it."""
        open_visit(self, message.key)


def office_cell(receipt: Receipt, now: datetime) -> Cell:
    """What the office has of a visit, as a list shows it."""
    match receipt.state:
        case "received":
            return Cell(f"已收 {when(receipt.at, now)}", "good")
        case "refused":
            return Cell("未收下", "bad")
        case "waiting":
            return Cell("未送出", "warn")
        case _:
            return Cell("")


def _marks(row: Row) -> str:
    """两改 and the number of comments."""
    comments = len(row["comments"].split())
    return " ".join(filter(None, (MARK if row["contested"] else "", f"评{comments}" if comments else "")))


def progress(row: Row) -> Cell:
    """How far a visit is, or what it found."""
    if row["state"] == OPEN:
        return Cell(f"{row['answered']}/{row['items']}", "accent")
    if row["state"] != "已完成":
        return Cell(row["state"], "muted")
    return Cell(f"问题 {row['findings']}", "warn") if row["findings"] else Cell("没有问题", "good")
