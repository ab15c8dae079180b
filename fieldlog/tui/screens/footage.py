"""Recordings that visits refer to, and adding one when there is time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.actions import lookup
from fieldlog.actions.timeline import name_of
from fieldlog.book.book import Book
from fieldlog.domain.errors import NotFound
from fieldlog.domain.inspection_state import VOID
from fieldlog.tui.dates import when
from fieldlog.tui.screens.ask import PickOne
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.screens.footage_form import ask_footage
from fieldlog.tui.screens.today import open_visit
from fieldlog.tui.widgets.columns import Cell, Column
from fieldlog.tui.widgets.row_list import RowList

Row = Mapping[str, Any]
_MOST_VISITS = 60
_STRENGTHS = {"reference": "登记", "mark": "标记", "file": "文件", "moment": "对时"}


@dataclass(frozen=True, slots=True)
class Line:
    """The title of a visit, or one link of it."""

    doc: str
    key: str
    title: str = ""
    link: Row | None = None


class FootageScreen(BookScreen):
    """References and marks by visit, the newest first; a visit without any says so."""

    CSS_PATH = "../styles/lists.tcss"
    DEFAULT_CLASSES = "lists"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "add_here", "给这次检查登记"),
        Binding("2", "add", "给别的检查登记"),
    ]

    def __init__(self, book: Book) -> None:
        super().__init__(book)
        self._list = RowList[Line](
            [
                Column("时间", 12),
                Column("机号", 6),
                Column("方式", 4),
                Column("对着什么", 24, grow=1),
                Column("登记人", 10, priority=1),
            ],
            cells=self._cells,
            key=lambda line: line.key,
            heading=lambda line: line.title or None,
            empty="还没有检查，也就没有录像。按 Esc 返回",
            open_word="看检查",
        )

    def compose_body(self) -> Iterable[Widget]:
        """The links."""
        yield self._list

    def show(self) -> None:
        """List anew."""
        links: dict[str, list[Row]] = {}
        for row in self.book.rows("footage"):
            links.setdefault(row["doc"], []).append(row)
        lines: list[Line] = []
        for visit in _newest(self.book):
            of_visit = sorted(links.get(visit["doc"], []), key=lambda row: row["moment"])
            count = f"{len(of_visit)} 处" if of_visit else "没有登记录像"
            moment = when(visit["opened"], self.book.now())
            lines.append(Line(visit["doc"], f"{visit['doc']}/", f"{visit['premises_name']}  {moment}  {count}"))
            lines += [Line(visit["doc"], row["id"], link=row) for row in of_visit] or [Line(visit["doc"], visit["doc"])]
        self._list.set_rows(lines)

    def _cells(self, line: Line) -> Sequence[str | Cell]:
        link = line.link
        if link is None:
            return "", "", "", Cell("按 1 登记机号和时间", "warn")
        at, strength = str(link["moment"]), str(link["strength"])
        said = "  ".join(filter(None, (self._aim(line.doc, link), str(link["note"]))))
        return (
            at[11:19],
            link["camera"],
            Cell(_STRENGTHS.get(strength, strength), "muted"),
            said,
            name_of(self.book, link["by"]),
        )

    def _aim(self, doc: str, link: Row) -> str:
        """What the camera looked at, in words."""
        hazard = self.book.row("hazards", str(link["hazard"])) if link["hazard"] else None
        if hazard is not None:
            return f"隐患：{hazard['text']}"
        if not link["item"]:
            return "整个检查"
        try:
            found = lookup.walk(self.book, lookup.inspection(self.book, doc)).get(str(link["item"]))
        except NotFound:  # the list is on another device still
            found = None
        return f"项目：{found[1].text if found else link['item']}"

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        """The visit."""
        open_visit(self, self._list.rows[message.index].doc)

    @work
    async def action_add_here(self) -> None:
        """A camera and a time for the visit under the cursor."""
        if (line := self._list.cursor_row) is not None:
            await self._add(line.doc)

    @work
    async def action_add(self) -> None:
        """A camera and a time for a visit that is asked for."""
        visits = _newest(self.book)
        now = self.book.now()
        names = [f"{row['premises_name']}  {when(row['opened'], now)}" for row in visits]
        chosen = await self.ask(PickOne("哪次检查", names))
        if chosen is not None:
            await self._add(visits[chosen]["doc"])

    async def _add(self, doc: str) -> None:
        hazards = [row for row in self.book.rows("hazards") if row["inspection"] == doc]
        hazard = ""
        if hazards:
            chosen = await self.ask(PickOne("对着什么", ["整个检查", *(f"隐患：{row['text']}" for row in hazards)]))
            if chosen is None:
                return
            hazard = hazards[chosen - 1]["doc"] if chosen else ""
        await ask_footage(self, doc, hazard)


def _newest(book: Book) -> list[Row]:
    visits: list[Row] = [row for row in book.rows("inspections") if row["state"] != VOID]
    return sorted(visits, key=lambda row: row["opened"], reverse=True)[:_MOST_VISITS]
