"""The ways home: what waits, how the last try went, and trying again."""

from collections.abc import Iterable
from functools import partial
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.actions.ways_home import WayHome, bring_home, in_words, ways_home
from fieldlog.book.book import Book
from fieldlog.domain.errors import FieldlogError
from fieldlog.tui.screens.ask import AskLine
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.widgets.columns import Cell, Column
from fieldlog.tui.widgets.row_list import RowList


class SyncScreen(BookScreen):
    """Enter synchronises with the target under the cursor; `1` adds one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("1", "add", "新目标")]

    def __init__(self, book: Book) -> None:
        super().__init__(book)
        self._list = RowList[WayHome](
            [Column("目标", 20, grow=1), Column("上次成功", 16), Column("结果", 24, grow=1)],
            cells=lambda way: (
                way.target,
                Cell(way.answered[:16], "muted"),
                Cell(way.said, "bad" if way.failed else ""),
            ),
            key=lambda way: way.target,
            empty="还没有同步目标：按 1 填办公室的地址，或 U 盘、共享文件夹",
            open_word="同步",
        )

    def compose_body(self) -> Iterable[Widget]:
        """The ways."""
        yield self._list

    def show(self) -> None:
        """List anew."""
        self._list.set_rows(ways_home(self.book.folder))

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        """Synchronise with the target under the cursor."""
        way = next(each for each in ways_home(self.book.folder) if each.target == message.key)
        self._go(way, None)

    @work
    async def action_add(self) -> None:
        """Ask for an address or folder, and for a new hub the enrolment code, then synchronise."""
        target = await self.ask(AskLine("办公室的地址（http 开头），或文件夹"))
        if not target:
            return
        code = await self.ask(AskLine("登记码（已登记过就直接回车）")) if target.lower().startswith("http") else ""
        self._go(WayHome(target.strip()), code or None)

    def _go(self, way: WayHome, code: str | None) -> None:
        """On the screens' thread: the book belongs to it, and nothing else may be pressed meanwhile."""
        self.notify(f"正在与 {way.target} 同步")
        self.call_after_refresh(partial(self._run, way, code))

    def _run(self, way: WayHome, code: str | None) -> None:
        try:
            _way, result = bring_home(self.book, way, lambda _what, _done, _total: None, code)
        except FieldlogError as error:
            self.notify(str(error), severity="error", timeout=8)
        else:
            head = result.heads.get(self.book.device.id)
            seq = head.seq if head else 0
            self.notify(f"{in_words(result)}；对方已收到本机第 {seq} 条，校验一致")
        self.look_again()
