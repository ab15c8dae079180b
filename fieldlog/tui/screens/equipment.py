"""The loan ledger (设备领用): who has which camera, radio or car, lending it out and taking it back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.actions import equipment
from fieldlog.actions.timeline import name_of
from fieldlog.book.book import Book
from fieldlog.domain.equipment import CAMERA, IN_SERVICE
from fieldlog.tui.dates import when
from fieldlog.tui.screens.ask import AskLine, PickOne
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.widgets.columns import Cell, Column
from fieldlog.tui.widgets.row_list import RowList

Row = Mapping[str, Any]
KINDS = ("执法记录仪", "对讲机", "录音笔", "打印机", "执法车", "其他")
STATUSES = ("在用", "送修", "停用", "报废")
_FAULTS = ("没有故障", "电池不耐用", "存储空间不够", "时钟不准", "开不了机", "自己写")
_CONDITIONS = {
    "电量、空间都充足": ("充足", "充足"),
    "电量偏低": ("偏低", "充足"),
    "空间偏低": ("充足", "偏低"),
    "电量、空间都偏低": ("偏低", "偏低"),
    "没有查看": ("", ""),
}


class EquipmentScreen(BookScreen):
    """What is out stands on top. `1` lends or takes back what the cursor is on, Enter shows its loans."""

    CSS_PATH = "../styles/lists.tcss"
    DEFAULT_CLASSES = "lists"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "lend_or_return", "领用、归还"),
        Binding("2", "register", "登记设备"),
        Binding("4", "status", "改状态"),
    ]

    def __init__(self, book: Book) -> None:
        super().__init__(book)
        self._list = RowList[Row](
            [
                Column("设备", 16),
                Column("状态", 6),
                Column("在谁手里", 10, grow=1),
                Column("从何时", 12),
                Column("时钟", 14, priority=1),
                Column("故障", 14, grow=1, priority=2),
            ],
            cells=self._cells,
            key=lambda row: row["id"],
            empty="还没有登记设备，按 2 登记",
            open_word="领用记录",
        )

    def compose_body(self) -> Iterable[Widget]:
        """The equipment."""
        yield self._list

    def on_mount(self) -> None:
        """The list takes the keys."""
        super().on_mount()
        self._list.focus()

    def show(self) -> None:
        """List anew."""
        rows = self.book.rows("equipment")
        order = {kind: number for number, kind in enumerate(KINDS)}
        self._list.set_rows(sorted(rows, key=lambda row: (not row["holder"], order.get(row["kind"], 9), row["number"])))

    def _cells(self, row: Row) -> Sequence[str | Cell]:
        out = bool(row["holder"])
        status = Cell("借出", "accent") if out else Cell(row["status"], "" if row["status"] == IN_SERVICE else "warn")
        since = when(row["since"], self.book.now()) if out else ""
        clock = equipment.clock_word(row["clock_ms"]) if row["kind"] == CAMERA else ""
        holder = name_of(self.book, row["holder"]) if out else ""
        return equipment.shown(row), status, holder, Cell(since, "muted"), clock, Cell(row["faults"], "warn")

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        """Show who had it before."""
        self.fieldlog.push_screen(LoansScreen(self.book, message.key))

    @work
    async def action_lend_or_return(self) -> None:
        """Give it out, or take it back."""
        row = self._list.cursor_row
        by = await self.officer_id() if row is not None else None
        if row is None or by is None:
            return
        if row["holder"]:
            await self._take_back(row, by)
        else:
            await self._lend(row, by)

    async def _lend(self, row: Row, by: str) -> None:
        people = sorted(self.book.rows("officers"), key=lambda each: (each["id"] != by, str(each["name"])))
        name = equipment.shown(row)
        index = await self.ask(
            PickOne(f"{name}：谁领用", [f"{each['name']}  {each.get('post', '')}" for each in people])
        )
        if index is None:
            return
        clock_ms = None
        if row["kind"] == CAMERA:
            ask = AskLine(
                f"{name}：机器上显示的时间", placeholder="例如 091530；没有核对按 Enter", check=self._clock_objection
            )
            shown = await self.ask(ask)
            if shown is None:
                return
            clock_ms = equipment.clock_ahead(shown, self.book.now()) if shown else None
        condition = await self.ask(PickOne(f"{name}：电量和空间", tuple(_CONDITIONS)))
        if condition is None:
            return
        battery, space = tuple(_CONDITIONS.values())[condition]
        who = people[index]
        if self.attempt(
            lambda: equipment.lend(self.book, by, row["id"], who["id"], clock_ms=clock_ms, battery=battery, space=space)
        ):
            told = f"，时钟{equipment.clock_word(clock_ms)}" if clock_ms is not None else ""
            self.notify(f"{name} 已由 {who['name']} 领用{told}")

    def _clock_objection(self, text: str) -> str | None:
        if not text or equipment.clock_ahead(text, self.book.now()) is not None:
            return None
        return "看不懂这个时间，请写成 091530 或 09:15:30"

    async def _take_back(self, row: Row, by: str) -> None:
        index = await self.ask(PickOne(f"{equipment.shown(row)}：归还，有没有故障", _FAULTS))
        if index is None:
            return
        faults = "" if index == 0 else _FAULTS[index]
        if index == len(_FAULTS) - 1:
            written = await self.ask(AskLine("什么故障", check=lambda text: None if text else "请写故障"))
            if written is None:
                return
            faults = written
        if self.attempt(lambda: equipment.take_back(self.book, by, row["id"], faults)):
            self.notify(f"{equipment.shown(row)} 已归还")

    @work
    async def action_register(self) -> None:
        """Register another piece."""
        by = await self.officer_id()
        kind = await self.ask(PickOne("登记设备：类别", KINDS)) if by else None
        if by is None or kind is None:
            return
        number = await self.ask(
            AskLine(f"{KINDS[kind]}：编号", placeholder="例如 03", check=lambda text: None if text else "请写编号")
        )
        if number is None:
            return
        model = await self.ask(AskLine(f"{KINDS[kind]}{number}：型号", placeholder="不知道就按 Enter"))
        if model is not None and self.attempt(
            lambda: equipment.register(self.book, by, number=number, kind=KINDS[kind], model=model)
        ):
            self.notify(f"已登记 {KINDS[kind]}{number}")

    @work
    async def action_status(self) -> None:
        """In service, away for repair, out of service."""
        row = self._list.cursor_row
        by = await self.officer_id() if row is not None else None
        if row is None or by is None:
            return
        index = await self.ask(PickOne(f"{equipment.shown(row)}：状态", STATUSES))
        if index is not None and self.attempt(
            lambda: equipment.change(self.book, by, row["id"], status=STATUSES[index])
        ):
            self.notify(f"{equipment.shown(row)} 改为{STATUSES[index]}")


class LoansScreen(BookScreen):
    """The loans of one piece, the newest first."""

    CSS_PATH = "../styles/lists.tcss"
    DEFAULT_CLASSES = "lists"

    def __init__(self, book: Book, doc: str) -> None:
        super().__init__(book)
        self._doc = doc
        self._list = RowList[equipment.Lending](
            [
                Column("领用", 12),
                Column("归还", 12),
                Column("领用人", 10, grow=1),
                Column("时钟", 12),
                Column("故障", 12, grow=2),
                Column("电量", 4, priority=1),
                Column("空间", 4, priority=1),
            ],
            cells=self._cells,
            key=lambda each: each.loan.out,
            empty="还没有领用过",
        )

    def compose_body(self) -> Iterable[Widget]:
        """The loans."""
        yield self._list

    def on_mount(self) -> None:
        """The list takes the keys."""
        super().on_mount()
        self._list.focus()

    def show(self) -> None:
        """List anew."""
        self._list.set_rows(equipment.lendings(self.book, self._doc))

    def _cells(self, each: equipment.Lending) -> Sequence[str | Cell]:
        loan, now = each.loan, self.book.now()
        back = (
            Cell("没登记归还", "warn")
            if loan.lent_on
            else when(loan.back, now)
            if loan.back
            else Cell("未还", "accent")
        )
        faults = "；".join(filter(None, (loan.faults, loan.faults_back)))
        return (
            when(loan.out, now),
            back,
            name_of(self.book, loan.officer),
            equipment.clock_word(loan.clock_ms),
            Cell(faults, "warn"),
            loan.battery,
            loan.space,
        )
