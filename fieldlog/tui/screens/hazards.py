"""The hazard ledger, for officers and supervisors."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.actions.approvals import unconfirmed
from fieldlog.actions.contests import MARK
from fieldlog.actions.ledger import ORDERS, Wanted, days_word, state_word
from fieldlog.actions.ledger_export import export_ledger
from fieldlog.actions.overview import count_hazards
from fieldlog.actions.paths import export_folder
from fieldlog.actions.timeline import name_of, names_of
from fieldlog.book.book import Book
from fieldlog.tui.list_titles import list_title
from fieldlog.tui.screens import handling
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.screens.hazard_detail import HazardDetailScreen
from fieldlog.tui.screens.hazard_filter import HazardFilter
from fieldlog.tui.widgets.columns import Cell, Column, Tone
from fieldlog.tui.widgets.figures import Figure, Figures
from fieldlog.tui.widgets.prose import Paragraph, Prose
from fieldlog.tui.widgets.row_list import RowList
from fieldlog.tui.widgets.text_field import SearchField, TextField

Row = Mapping[str, Any]

COLUMNS = (
    Column("状态", 6),
    Column("等级", 4, priority=2),
    Column("剩余", 8),
    Column("单位", 18, grow=2),
    Column("隐患", 20, grow=3),
    Column("责任人", 8, priority=3),
    Column("期限", 10, priority=4),
    Column("来源", 10, priority=5),
    Column("凭证", 9, priority=6),
    Column("跟进", 10, priority=7),
)


def hazard_cells(book: Book, row: Row, today: date, lacks: Callable[[Row], bool]) -> Sequence[str | Cell]:
    """A hazard's row as `COLUMNS` show it; `lacks` says whether an approval is unconfirmed."""
    state, days = state_word(row, today), days_word(row, today, doubt=bool(book.clock_doubt))
    evidence = " ".join(f"{word}{row[count]}" for word, count in (("照", "photos"), ("录", "footage")) if row[count])
    if row["comments"]:
        evidence = f"{evidence} 评{len(row['comments'].split())}".strip()
    text = f"{row['place']}：{row['text']}" if row["place"] else row["text"]
    marks = " ".join(filter(None, ("未批" if lacks(row) else "", MARK if row["contested"] else "")))
    asked = Cell(f"{state}", "accent") if row["closing_requested"] else Cell(state, state_tone(state))
    return (
        asked,
        Cell(row["level"], "bad" if row["level"] == "重大" else "muted"),
        Cell(days, "bad" if days.startswith("超") else "warn" if days in ("今日", "时间存疑") else ""),
        row["premises_name"],
        Cell(f"【{marks}】{text}", "warn") if marks else text,
        row["responsible"],
        Cell(row["due"], "muted"),
        Cell(list_title(book, row["list"]) if row["list"] else "清单外", "muted"),
        Cell(evidence, "muted"),
        Cell(name_of(book, row["assigned"]) if row["assigned"] else names_of(book, row["officers"]), "muted"),
    )


def state_tone(state: str) -> Tone:
    """The tone that goes with a state's word."""
    tones: dict[str, Tone] = {
        "超期": "bad",
        "待复查": "accent",
        "待销号": "accent",
        "已销号": "good",
        "已作废": "muted",
    }
    return tones.get(state, "")


class HazardsScreen(BookScreen):
    """Every hazard, sorted by urgency; digits handle the one under the cursor or the marked ones."""

    CSS_PATH = "../styles/hazards.tcss"

    AUTO_FOCUS = "RowList"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "handle('rectify')", "整改反馈"),
        Binding("2", "handle('recheck')", "复查"),
        Binding("3", "handle('finish')", "销号"),
        Binding("4", "handle('urge')", "督办"),
        Binding("5", "handle('extend')", "延期"),
        Binding("6", "handle('assign')", "指派"),
        Binding("f,asterisk", "filter", "筛选"),
        Binding("slash", "search", "查找"),
        Binding("o,minus", "order", "排序"),
        Binding("f7", "export", "导出"),
        Binding("f8", "handle('void')", "作废", show=False),
        Binding("escape", "leave", "返回"),
    ]

    def __init__(self, book: Book) -> None:
        super().__init__(book)
        self._wanted = Wanted()
        self._lacks = unconfirmed(book)
        self._figures = Figures()
        self._said = Prose(id="narrowed")
        self._field = SearchField(placeholder="单位、隐患、责任人、编号，或单位名称的拼音首字母", id="words")
        self._field.display = False
        self._list = RowList[Row](
            COLUMNS,
            cells=lambda row: hazard_cells(book, row, self.today, self._lacks),
            key=lambda row: row["doc"],
            empty="没有这样的隐患。按 * 改筛选，按 / 改查找",
            open_word="详情",
            multi_select=True,
        )

    def compose_body(self) -> Iterable[Widget]:
        """Counts, what it is narrowed to, the words searched for, the rows."""
        yield self._figures
        yield self._said
        yield self._field
        yield self._list

    def on_mount(self) -> None:
        """Make the texts for the search ready while the officer reads."""
        super().on_mount()
        self._list.focus()
        self.desk.current_ledger()
        self._index()

    @work(thread=True, exclusive=True, group="index")
    def _index(self) -> None:
        self.desk.index_ledger()

    def show(self) -> None:
        """Count, narrow and sort anew."""
        self._lacks = unconfirmed(self.book)
        counts = count_hazards(self.book.rows("hazards"), self.today)
        self._figures.set_figures(
            (
                Figure("未销号", counts.open, "strong"),
                Figure("超期", counts.overdue, "bad"),
                Figure("今日到期", counts.due_today, "warn"),
                Figure("待复查", counts.to_recheck, "accent"),
                Figure("待销号", counts.to_close, "accent"),
            )
        )
        self._narrow()

    def _narrow(self) -> None:
        rows = self.desk.current_ledger().select(self._wanted, self._field.value, self.today)
        self._list.set_rows(rows)
        self._tell(len(rows))

    def _tell(self, count: int) -> None:
        wanted = self._wanted
        parts = [
            wanted.view,
            list_title(self.book, wanted.list) if wanted.list else "",
            wanted.village,
            name_of(self.book, wanted.officer) if wanted.officer else "",
        ]
        marked = len(self._list.marked)
        chosen = f"，选中 {marked} 条" if marked else ""
        words = f"，含「{self._field.value}」" if self._field.value and not self._field.display else ""
        said = f"筛选：{' + '.join(part for part in parts if part)}{words}  共 {count} 条{chosen}  按{wanted.order}排"
        self._said.show([Paragraph(said, "accent" if wanted.narrowed or marked else "muted")])

    # search, filter, order

    def action_search(self) -> None:
        """Show the field."""
        self._field.display = True
        self._field.focus()

    def on_text_field_draft(self, message: TextField.Draft) -> None:
        """Narrow while typing, and go to the first hit."""
        self._narrow()
        self._list.action_first()

    def on_search_field_left(self) -> None:
        """Go on to the list; an empty field goes away."""
        self._list.focus()
        self._field.display = bool(self._field.value)

    def action_leave(self) -> None:
        """Take marks and words away first; then go back."""
        if self._list.marked:
            self._list.clear_marks()
        elif self._field.display:
            self._field.restore("")
            self._field.display = False
            self._list.focus()
            self._narrow()
        else:
            self.fieldlog.pop_screen()

    @work
    async def action_filter(self) -> None:
        """Ask what to narrow to."""
        ledger = self.desk.current_ledger()
        answer = await self.ask(
            HazardFilter(
                self._wanted,
                [(each, list_title(self.book, each)) for each in ledger.lists()],
                ledger.villages(),
                [(each, name_of(self.book, each)) for each in ledger.officers()],
            )
        )
        if answer is not None:
            self._wanted = answer
            self._narrow()
            self._list.action_first()

    def action_order(self) -> None:
        """The next order, round and round."""
        place = (ORDERS.index(self._wanted.order) + 1) % len(ORDERS)
        self._wanted = replace(self._wanted, order=ORDERS[place])
        self._narrow()
        self._list.action_first()

    # handling

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        """Show the hazard's story."""
        self.fieldlog.push_screen(HazardDetailScreen(self.book, message.key))

    def on_row_list_marks_changed(self) -> None:
        """Say how many are marked."""
        self._tell(len(self._list.rows))

    @work
    async def action_handle(self, step: str) -> None:
        """Take a step for the hazard under the cursor; 销号, 督办 and 指派 for all that are marked."""
        row = self._list.cursor_row
        docs = sorted(self._list.marked) or ([row["doc"]] if row else [])
        if not docs:
            return
        if len(docs) > 1 and step not in handling.FOR_SEVERAL:
            self.notify("选中了多条：只能一起销号、督办、指派；其他请逐条办理", severity="warning")
            return
        if await handling.take(self, step, docs):
            self._list.clear_marks()

    def action_export(self) -> None:
        """Write what the list shows to a file."""
        rows, folder = list(self._list.rows), export_folder(self.book)
        path: list[Path] = []
        if self.attempt(lambda: path.append(export_ledger(self.book, rows, folder, self.book.now()))):
            self.notify(f"已导出 {len(rows)} 条：{path[0]}", timeout=10)
