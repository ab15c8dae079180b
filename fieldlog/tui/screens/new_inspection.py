"""Beginning a visit: type a few letters or the code, Enter on the premises, Enter on the proposed lists."""

from collections.abc import Iterable
from typing import Any, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.actions import inspections, overview
from fieldlog.book.book import Book
from fieldlog.domain.errors import FieldlogError
from fieldlog.tui.screens.ask import PickOne
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.screens.walk import WalkScreen
from fieldlog.tui.widgets.columns import Cell, Column
from fieldlog.tui.widgets.row_list import RowList
from fieldlog.tui.widgets.text_field import TextField

Row = dict[str, Any]

_COLUMNS = [Column("单位", 20, grow=2), Column("类别", 12), Column("地址", 16, grow=1, priority=1), Column("未销号", 6)]


class NewInspectionScreen(BookScreen):
    """A search field over the premises; what is typed narrows the list below at once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "to_list", "到列表", show=False),
    ]

    def __init__(self, book: Book) -> None:
        super().__init__(book)
        self._field = TextField(placeholder="名称、拼音首字母、信用代码或地址；回车选中第一个")
        self._list = RowList[Row](
            _COLUMNS, cells=self._cells, key=lambda row: str(row["id"]), empty="没有这样的单位", open_word="选定"
        )

    def compose_body(self) -> Iterable[Widget]:
        """The field and what it finds."""
        yield self._field
        yield self._list

    def on_mount(self) -> None:
        """Begin to type at once; the pinyin index is built meanwhile."""
        super().on_mount()
        self._field.focus()
        self._index()

    def show(self) -> None:
        """List what fits."""
        self._list.set_rows(self.desk.find_premises(self._field.value))

    @work(thread=True)
    def _index(self) -> None:
        if not self.desk.premises_indexed:
            self.desk.index_premises(list(self.book.table("premises").rows.values()))
            self.fieldlog.call_from_thread(self.show)

    @on(TextField.Draft)
    def _typed(self) -> None:
        self.show()
        self._list.cursor = 0

    @on(TextField.Submitted)
    def _entered(self) -> None:
        if (row := self._list.cursor_row) is not None:
            self._begin(row)

    @on(RowList.Opened)
    def _picked(self) -> None:
        if (row := self._list.cursor_row) is not None:
            self._begin(row)

    def action_to_list(self) -> None:
        """Leave the field for the list."""
        self._list.focus()

    @work
    async def _begin(self, row: Row) -> None:
        by = await self.officer_id()
        if by is None or (lists := await self._lists(row)) is None or (second := await self._second(by)) is None:
            return
        try:
            opened = inspections.open_inspection(
                self.book, self.desk.library, by, premises=row["id"], lists=lists, officers=[by, second]
            )
        except FieldlogError as error:
            self.notify(str(error), severity="error", timeout=8)
            return
        self.fieldlog.switch_screen(WalkScreen(self.book, opened.doc))  # pyright: ignore[reportUnknownMemberType]

    async def _lists(self, row: Row) -> list[str] | None:
        """The lists proposed for these premises, or another one."""
        titles = {head.id: head.title for head in self.desk.library.heads()}
        proposed = self.desk.library.suggest(row["kind"], frozenset(row["features"]))
        choices = [proposed] if proposed else []
        choices += [[each] for each in proposed if len(proposed) > 1]
        choices += [[each] for each in titles if each not in proposed]
        picked = await self.ask(PickOne("检查清单", ["、".join(titles[each] for each in choice) for choice in choices]))
        return None if picked is None else choices[picked]

    async def _second(self, by: str) -> str | None:
        """The second inspector; without asking where there is only one other."""
        others = [row for row in self.book.rows("officers") if row["id"] != by]
        if not others:
            self.notify("检查人员不得少于两人：请先在首页登记另一名执法人员", severity="warning")
            return None
        if len(others) == 1:
            return str(others[0]["id"])
        picked = await self.ask(PickOne("另一名检查人员", [f"{row['name']}  {row.get('post', '')}" for row in others]))
        return None if picked is None else str(others[picked]["id"])

    def _cells(self, row: Row) -> list[str | Cell]:
        open_ = len(overview.open_hazards(self.book, row["id"]))
        return [row["name"], Cell(row["kind"], "muted"), Cell(row["address"], "muted"), Cell(str(open_ or ""), "warn")]
