"""The ways home: what waits, how the last try went, and trying again."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.actions.received import receipts
from fieldlog.actions.ways_home import WayHome, forget, happened, in_words, remember, waiting, ways_home
from fieldlog.book.book import Book
from fieldlog.domain.errors import FieldlogError
from fieldlog.sync.branching import Parted
from fieldlog.sync.exchange import SyncResult
from fieldlog.tui.dates import when
from fieldlog.tui.screens.ask import AskLine, Confirm
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.screens.codes import show_codes
from fieldlog.tui.screens.sync_progress import SyncProgress
from fieldlog.tui.typed_path import path_of
from fieldlog.tui.widgets.columns import Cell, Column
from fieldlog.tui.widgets.figures import Figure, Figures
from fieldlog.tui.widgets.prose import Paragraph, Prose
from fieldlog.tui.widgets.row_list import RowList

_LOOK_BACK = timedelta(weeks=26)
_HASH = 16  # hex digits that two people can compare by reading them out


class SyncScreen(BookScreen):
    """Enter synchronises with the target under the cursor."""

    CSS_PATH = "../styles/lists.tcss"
    DEFAULT_CLASSES = "lists sync"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "add_office", "加办公室"),
        Binding("2", "add_folder", "加文件夹或U盘"),
        Binding("3", "enrol", "重新登记"),
        Binding("4", "codes", "二维码"),
        Binding("f8", "forget", "去掉"),
    ]

    def __init__(self, book: Book) -> None:
        super().__init__(book)
        self._figures = Figures()
        self._list = RowList[WayHome](
            [
                Column("方式", 6),
                Column("目标", 20, grow=2),
                Column("上次成功", 12),
                Column("办公室已收到", 14, priority=1),
                Column("上次结果", 24, grow=3, priority=2),
            ],
            cells=self._cells,
            key=lambda way: way.target,
            empty="还没有回办公室的路：按 1 填办公室地址，按 2 选 U 盘或共享文件夹",
            open_word="同步",
        )
        self._last = Prose(id="last")
        self._heads = Prose(id="heads")

    def compose_body(self) -> Iterable[Widget]:
        """What waits, the ways, the last result in full, and the heads to compare."""
        yield self._figures
        yield self._list
        yield self._last
        yield self._heads

    def show(self) -> None:
        """List anew."""
        ways = ways_home(self.book.folder)
        own = self.book.heads().get(self.book.device.id)
        reached = max((way.acknowledged for way in ways), default=0)
        wait = waiting(self.book, ways)
        self._figures.set_figures(
            (
                Figure("本机记录", own.seq if own else 0, "strong"),
                Figure("办公室已收到", reached, "good"),
                Figure("待同步", wait.entries, "warn"),
                Figure("未送出的检查", self._visits_not_there(), "warn"),
            )
        )
        self._list.set_rows(ways)
        self._show_last()
        self._heads.show(self._head_lines())

    def _visits_not_there(self) -> int:
        """How many visits that are over the office does not have whole."""
        receipt = receipts(self.book)
        rows = (row for row in self.book.rows_since("inspections", self.today - _LOOK_BACK) if row["closed"])
        return sum(receipt(row).state in ("waiting", "refused") for row in rows)

    def _cells(self, way: WayHome) -> Sequence[str | Cell]:
        came = when(way.answered, self.book.now()) if way.answered else "还没有"
        reached = f"第 {way.acknowledged} 条" if way.acknowledged else ""
        return (
            Cell("网络" if way.is_hub else "文件夹", "muted"),
            way.target,
            Cell(came, "muted"),
            reached,
            Cell(way.said, "bad" if way.failed else "muted"),
        )

    def _show_last(self) -> None:
        way = self._list.cursor_row
        if way is None or not way.tried:
            self._last.show("")
            return
        tone = "bad" if way.failed else "good"
        word = "上次没有成功" if way.failed else "上次结果"
        self._last.show([Paragraph(f"{word}（{when(way.tried, self.book.now())}）：{way.said}", tone, 2)])

    def _head_lines(self) -> list[Paragraph]:
        lines = [Paragraph("各台设备的日志（与办公室核对最后一条的校验值）", "muted")]
        for log, head in self.book.heads().items():
            own = "  本机" if log == self.book.device.id else ""
            lines.append(Paragraph(f"{log}{own}  第 {head.seq} 条  {head.hash[:_HASH]}", "" if own else "muted", 2))
        return lines

    def on_row_list_highlighted(self) -> None:
        """The last result of the one under the cursor."""
        self._show_last()

    def on_row_list_opened(self) -> None:
        """Synchronise with the target under the cursor."""
        if (way := self._list.cursor_row) is not None:
            self._go(way)

    @work
    async def _go(self, way: WayHome) -> None:
        code = None
        if way.is_hub and not self._enrolled(way):
            code = await self._ask_code()
            if code is None:
                return
        await self._run(way, code)

    def _enrolled(self, way: WayHome) -> bool:
        from fieldlog.sync.joining import may_be_known  # noqa: PLC0415
        from fieldlog.sync.line import hub_address  # noqa: PLC0415 - httpx takes 60 ms to load

        try:
            return may_be_known(self.book.folder, hub_address(way.target))
        except FieldlogError:
            return True  # the exchange says what is wrong

    async def _ask_code(self) -> str | None:
        title = "登记码（请办公室用 fieldlog office enrol 给一个）"
        return await self.ask(AskLine(title, check=_wrong_code))

    async def _run(self, way: WayHome, code: str | None, *, fork: bool = False) -> None:
        if self.book.read_only:
            self.notify(self.book.read_only, severity="error", timeout=8)
            return
        outcome = await self.ask(SyncProgress(self.desk, way, code.strip() if code else None, fork=fork))
        self.look_again()
        if outcome is None or outcome.error is not None:
            if outcome is not None:
                self.notify(str(outcome.error), severity="error", timeout=10)
            return
        parted = outcome.result.parted if outcome.result else None
        if parted is not None and not parted.now and not fork:
            if await self.ask(Confirm("换用新日志", _question(parted), yes="换用并补送", no="先不动")):
                await self._run(outcome.way, None, fork=True)
            return
        self._tell(outcome.way, outcome.result)
        if why := self.book.clock_doubt:
            self.notify(why, severity="warning", timeout=12)

    def _tell(self, way: WayHome, result: SyncResult | None) -> None:
        if result is None:
            return
        if result.refused:
            self.notify(in_words(result), severity="error", timeout=12)
        elif not way.is_hub:
            self.notify(way.said, timeout=8)
        else:
            own = self.book.device.id
            same = result.heads.get(own) == self.book.heads().get(own)
            said = (
                f"办公室已收到第 {way.acknowledged} 条，校验一致" if same else "办公室的日志与本机不一致，请联系办公室"
            )
            self.notify(
                f"{said}；{in_words(result)}",
                severity="information" if same else "error",
                timeout=10 if not happened(result) else 20,
            )

    @work
    async def action_add_office(self) -> None:
        """Ask for a hub's address, and synchronise."""
        typed = await self.ask(AskLine("办公室的地址", placeholder="例如 https://192.168.1.10:8470", check=_no_address))
        if typed is None:
            return
        way = WayHome(typed.strip().rstrip("/"))
        if self.attempt(lambda: self._remember(way)):
            self._list.move_to(way.target)
            self._go(way)

    @work
    async def action_add_folder(self) -> None:
        """Ask for a folder, and synchronise."""
        typed = await self.ask(AskLine("U 盘或共享文件夹", placeholder="可把文件夹拖到窗口里", check=_no_folder))
        if typed is None:
            return
        way = WayHome(str(_folder(typed)))
        if self.attempt(lambda: self._remember(way)):
            self._list.move_to(way.target)
            self._go(way)

    def _remember(self, way: WayHome) -> None:
        if all(known.target != way.target for known in ways_home(self.book.folder)):
            remember(self.book.folder, way)

    @work
    async def action_enrol(self) -> None:
        """A new code, where the office gave one because the old access is no longer good."""
        way = self._list.cursor_row
        if way is None or not way.is_hub:
            self.notify("文件夹不用登记；请先选一个办公室地址", severity="warning")
            return
        code = await self._ask_code()
        if code is not None:
            await self._run(way, code)

    @work
    async def action_codes(self) -> None:
        """Show one visit as moving QR codes, where there is neither line nor stick."""
        await show_codes(self)

    @work
    async def action_forget(self) -> None:
        """Take a target off the list; nothing of the records is touched."""
        way = self._list.cursor_row
        if way is None:
            return
        question = f"从列表里去掉 {way.target}？记录不受影响，以后可以再加。"
        if await self.ask(Confirm("去掉", question, yes="去掉", no="留着")):
            self.attempt(lambda: forget(self.book.folder, way.target))


def _question(parted: Parted) -> str:
    if parted.is_two_computers:
        return (
            f"另一台电脑也用了编号 {parted.log}，本机的 {parted.entries} 条还没有送到。办公室登记过的那台不用换；"
            "本机没有登记过，就换用新编号补送。记录都保留，一条也不会丢。"
        )
    return (
        f"本机的数据恢复或复制过：{parted.log} 从第 {parted.common.seq + 1} 条起与别处不同，之后的 {parted.entries} 条"
        "办公室还没有。换用新日志，把这些补送过去？两边的记录都保留，一条也不会丢。"
    )


def _folder(typed: str) -> Path:
    return path_of(typed).absolute()


def _no_address(typed: str) -> str | None:
    from fieldlog.sync.line import hub_address  # noqa: PLC0415 - httpx takes 60 ms to load

    try:
        hub_address(typed)
    except FieldlogError as error:
        return str(error)
    return None


def _wrong_code(typed: str) -> str | None:
    from fieldlog.sync.enrol_code import read_code  # noqa: PLC0415

    try:
        read_code(typed)
    except FieldlogError as error:
        return str(error)
    return None


def _no_folder(typed: str) -> str | None:
    try:
        there = bool(typed.strip()) and _folder(typed).is_dir()
    except (OSError, RuntimeError, ValueError):
        there = False
    return None if there else "没有这个文件夹：请插好 U 盘，或核对路径"
