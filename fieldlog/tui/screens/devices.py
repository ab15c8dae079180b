"""The unit's devices: how far each log is here and at the office, and what was not taken in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.actions.devices import DeviceState, devices, office_said
from fieldlog.actions.refusals import Refused, way_on
from fieldlog.book.book import Book
from fieldlog.tui.dates import when
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.widgets.columns import Cell, Column, Tone
from fieldlog.tui.widgets.figures import Figure, Figures
from fieldlog.tui.widgets.prose import Paragraph, Prose
from fieldlog.tui.widgets.row_list import RowList


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list: a heading, a device, or something that was not taken in."""

    key: str
    title: str = ""
    device: DeviceState | None = None
    refused: Refused | None = None


class DevicesScreen(BookScreen):
    """Devices on top, what was not taken in below them; the line under the cursor is told in full at the foot."""

    CSS_PATH = "../styles/lists.tcss"
    DEFAULT_CLASSES = "lists devices"
    AUTO_FOCUS = "RowList"

    BINDINGS: ClassVar[list[BindingType]] = [Binding("8", "sync", "同步"), Binding("3", "hazards", "隐患")]

    def __init__(self, book: Book) -> None:
        super().__init__(book)
        self._figures = Figures()
        self._list = RowList[Line](
            [
                Column("电脑", 13),
                Column("角色", 8, priority=1),
                Column("最近联系", 12),
                Column("最近一条", 12, priority=3),
                Column("本机有", 8, priority=2, justify="right"),
                Column("办公室有", 8, priority=2, justify="right"),
                Column("情况", 14, grow=1),
            ],
            cells=self._cells,
            key=lambda line: line.key,
            heading=lambda line: line.title or None,
            empty="还没有别的电脑：同步以后，这里有每台的记录到哪里",
            open_word="详情",
        )
        self._told = Prose(id="last")

    def compose_body(self) -> Iterable[Widget]:
        """Counts, the devices and refusals, the one under the cursor in full."""
        yield self._figures
        yield self._list
        yield self._told

    def show(self) -> None:
        """List anew."""
        found = devices(self.book)
        refused = [one for each in found for one in each.refused]
        standing, past = [one for one in refused if one.stands], [one for one in refused if not one.stands]
        self._figures.set_figures(
            (
                Figure("电脑", len(found), "strong"),
                Figure("本机未送出", next((each.unsent or 0 for each in found if each.own), 0), "warn"),
                Figure("没有收下", len(standing), "bad"),
                Figure("换过日志", sum(bool(each.continues) for each in found), "strong"),
            )
        )
        lines = [
            Line("devices", title=f"各台电脑（{self._said()}）"),
            *(Line(each.device, device=each) for each in found),
        ]
        for title, some in (("没有收下的", standing), ("以前没有收下、后来过去的", past)):
            if some:
                lines.append(Line(title, title=f"{title} {len(some)}"))
                lines += [Line(f"{one.target} {one.log} {one.seq} {one.why}", refused=one) for one in some]
        self._list.set_rows(lines)
        self._tell()

    def _said(self) -> str:
        said = office_said(self.book)
        if not said:
            return "还没有与办公室的网址同步过，办公室有多少不清楚"
        return f"办公室有多少，是 {when(said, self.book.now())} 同步时它说的"

    def _cells(self, line: Line) -> Sequence[str | Cell]:
        now = self.book.now()
        if (one := line.refused) is not None:
            entry = f"第 {one.seq} 条" if one.log else "附件"
            tone: Tone = "bad" if one.stands else "muted"
            return one.log or "本机", entry, Cell(when(one.last, now), "muted"), "", "", "", Cell(one.why, tone)
        each = line.device
        if each is None:
            return ("",) * 7
        newest = Cell(when(each.newest, now), "muted") if each.newest else Cell("还没有", "muted")
        heard = Cell(when(each.heard, now), "muted") if each.heard else Cell("不清楚", "muted")
        office = Cell("不清楚", "muted") if each.at_office is None else str(each.at_office)
        own = Cell(f"{each.device} 本机", "accent") if each.own else each.device
        return own, each.role_word, heard, newest, str(each.here), office, Cell(each.state, _tone(each))

    def on_row_list_highlighted(self) -> None:
        """The line under the cursor in full."""
        self._tell()

    def on_row_list_opened(self) -> None:
        """A refusal leads to where something can be done about it."""
        line = self._list.cursor_row
        if line is not None and line.refused is not None and line.refused.stands:
            self.action_sync()
        else:
            self._tell()

    def _tell(self) -> None:
        line = self._list.cursor_row
        if line is None or line.title:
            self._told.show("")
        elif line.refused is not None:
            self._told.show(_refused(line.refused, self.book.device.id))
        elif line.device is not None:
            self._told.show([Paragraph(text, hanging=2) for text in _device(line.device)])

    def action_sync(self) -> None:
        """Go to the ways home."""
        from fieldlog.tui.screens.sync import SyncScreen  # noqa: PLC0415 - each screen loads when it is opened

        self.fieldlog.push_screen(SyncScreen(self.book))

    def action_hazards(self) -> None:
        """Go to the ledger."""
        from fieldlog.tui.screens.hazards import HazardsScreen  # noqa: PLC0415

        self.fieldlog.push_screen(HazardsScreen(self.book))


def _tone(each: DeviceState) -> Tone:
    if any(one.stands for one in each.refused):
        return "bad"
    return "warn" if each.unsent or (each.at_office or 0) > each.here else "muted"


def _device(each: DeviceState) -> list[str]:
    newest = (
        f"最近一条 {each.newest[:16].replace('T', ' ')}（按那台电脑的钟）" if each.newest else "它的记录还没有到这里"
    )
    seal = "，都有签名" if not each.unsealed else f"，最后 {each.unsealed} 条还没有签名"
    role = f"，{each.role_word}{'' if each.is_listed else '（它自己说的，办公室的名册还没有到）'}"
    lines = [f"{each.device}{role}：{newest}，本机有 {each.here} 条{seal if each.here else ''}。"]
    if each.heard:
        lines.append(f"最近一次联系办公室：{each.heard[:16].replace('T', ' ')}（按办公室的钟）。")
    if each.own:
        lines.append(f"还没有送到办公室的 {each.unsent} 条。" if each.unsent else "都已送到办公室。")
    elif each.at_office is None:
        lines.append("办公室有它多少、它自己还有多少没送，从这里看不到。")
    else:
        lines.append(f"办公室有 {each.at_office} 条；它自己还没有送出的，从这里看不到。")
    if each.is_revoked:
        lines.append("办公室已停用这台电脑，停用以前写的都算数。")
    if each.continues:
        lines.append(f"恢复或复制过：接着 {each.continues} 写，两边的记录都在。")
    if each.continued_as:
        lines.append(f"这台电脑恢复或复制过，后来的记录在 {each.continued_as} 里。")
    return lines


def _refused(one: Refused, own: str) -> list[Paragraph]:
    entry = f"{one.log} 第 {one.seq} 条" if one.log else "附件"
    since = "" if one.first == one.last else f"，从 {one.first[:16].replace('T', ' ')} 起"
    return [
        Paragraph(f"{entry}没有收下（{one.last[:16].replace('T', ' ')} 与 {one.target} 同步时{since}）", "strong", 2),
        Paragraph(one.why, "bad" if one.stands else "muted", 2),
        Paragraph(f"怎么办：{way_on(one, own)}", hanging=2),
    ]
