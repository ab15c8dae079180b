"""The first screen: what is to be done, and how the hazards stand."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widget import Widget

from fieldlog.actions.ledger import days_word
from fieldlog.actions.overview import WEEKS, HazardCounts, count_hazards
from fieldlog.book.book import Book
from fieldlog.domain.errors import FieldlogError
from fieldlog.domain.inspection_state import OPEN
from fieldlog.domain.roles import is_read_only, looking_on
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.today_lines import Line, fitted, groups, headed, spaced
from fieldlog.tui.widgets.columns import Column
from fieldlog.tui.widgets.figures import Figure, Figures
from fieldlog.tui.widgets.prose import Paragraph, Prose
from fieldlog.tui.widgets.row_list import RowList
from fieldlog.tui.widgets.week_bars import WeekBars

_MOST_MAJOR = 4
_WIDE = 100
_BELOW, _ABOVE = 14, 5
"""Lines of the screen that are not the list's: with the hazards' figures below it, and beside it."""
_TOLD_S = 20  # a sentence that must be read before the first key
_TALL = 30  # lines of the screen from which groups have an empty line between them


class TodayScreen(BookScreen):
    """Home. Unfinished visits stand on top, so that Enter goes on with the last one."""

    CSS_PATH = "../styles/today.tcss"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "go('new_inspection')", "新检查"),
        Binding("2", "go('inspections')", "继续"),
        Binding("3", "go('hazards')", "隐患"),
        Binding("4", "go('rechecks')", "复查"),
        Binding("5", "go('footage')", "录像"),
        Binding("6", "go('premises')", "单位"),
        Binding("8", "go('sync')", "同步"),
        Binding("plus,f7", "go('devices')", "各台电脑"),
        Binding("9,f9,asterisk", "go('checklists')", "清单"),
        Binding("0", "officer", "换人"),
        Binding("slash", "find", "查找"),
        Binding("f5", "go('equipment')", "设备领用"),
    ]

    def __init__(self, book: Book) -> None:
        super().__init__(book)
        self._list = RowList[Line](
            [Column("", 16, grow=3), Column("", 16, grow=2), Column("", 8), Column("", 12, priority=1)],
            cells=lambda line: line.cells,
            key=lambda line: line.key,
            heading=lambda line: line.title if line.kind == "heading" else None,
            open_word="打开",
            empty="按 1 开始一次检查",
        )
        self._figures = Figures()
        self._bars = WeekBars()
        self._major = Prose(id="major")

    def on_mount(self) -> None:
        """Say at once what stands in the way of a day's work, or what a power cut left behind."""
        super().on_mount()
        book = self.book
        looking = is_read_only(book.device.role) and looking_on(book.device.role, book.device.id)
        if told := book.read_only or "；".join(book.recovered) or book.clock_doubt or looking:
            self.notify(told, severity="warning", timeout=_TOLD_S)

    def compose_body(self) -> Iterable[Widget]:
        """What is to be done, and the hazards beside or below it."""
        with Container(id="today"):
            yield self._list
            with Container(id="standing", classes="panel"):
                yield self._figures
                with Container(id="trend"):
                    yield self._bars
                    yield self._major

    def show(self) -> None:
        """Count and list anew."""
        first = self.today - timedelta(days=self.today.weekday(), weeks=WEEKS - 1)
        hazards = self.book.rows_since("hazards", first)
        counts = count_hazards(hazards, self.today)
        found = groups(self.book, self.desk.officer)
        width, height = self.fieldlog.size
        if height >= _TALL:
            self._list.set_rows(spaced(headed(found)))
        else:
            self._list.set_rows(headed(fitted(found, height - (_BELOW if width < _WIDE else _ABOVE))))
        self._figures.set_figures(_figures(counts))
        self._bars.set_weeks(counts.weekly, f"{first:%m-%d}")
        self._major.show(_major(counts, self.book))
        self.query_one("#standing").display = any(True for _ in hazards)

    # keys

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        """Go on with a visit, look at a hazard, or take a first step."""
        line = self._list.rows[message.index]
        match line.kind:
            case "visit":
                open_visit(self, line.key)
            case "hazard":
                self._open_hazard(line.key)
            case "talk":
                self._look_back(line.key)
            case "lists":
                self.action_go("checklists")
            case "looking":
                self.notify(looking_on(self.book.device.role, self.book.device.id), severity="warning")
            case _:
                self._first_step(line.kind)

    def _open_hazard(self, doc: str) -> None:
        from fieldlog.tui.screens.hazard_detail import HazardDetailScreen  # noqa: PLC0415 - not at start-up

        self.fieldlog.push_screen(HazardDetailScreen(self.book, doc))

    def _look_back(self, doc: str) -> None:
        from fieldlog.tui.screens.inspection_detail import InspectionDetailScreen  # noqa: PLC0415 - not at start-up

        self.fieldlog.push_screen(InspectionDetailScreen(self.book, doc))

    @work
    async def _first_step(self, kind: str) -> None:
        from fieldlog.tui.screens import registering  # noqa: PLC0415 - only a fresh book needs it

        if kind == "who":
            await self.choose_officer()
        elif kind == "officer":
            await registering.register_officer(self)
        else:
            await registering.import_register(self)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A device that only looks on begins nothing."""
        if action == "go" and "new_inspection" in parameters:
            return not is_read_only(self.book.device.role)
        return super().check_action(action, parameters)

    def action_go(self, where: str) -> None:
        """Open a screen of the menu."""
        self.fieldlog.push_screen(_screen(where, self.book))

    def action_find(self) -> None:
        """Find premises, and from there their visits and hazards."""
        self.action_go("premises")

    @work
    async def action_officer(self) -> None:
        """Say who works here now; for a laptop that several share."""
        await self.choose_officer()


def open_visit(screen: BookScreen, doc: str) -> None:
    """Go on with an open visit; look at one that is over, or at any where this device only looks on."""
    row = screen.book.row("inspections", doc)
    if row is not None and row["state"] == OPEN and not is_read_only(screen.book.device.role):
        from fieldlog.tui.screens.walk import WalkScreen  # noqa: PLC0415 - not at start-up

        try:
            screen.fieldlog.push_screen(WalkScreen(screen.book, doc))
        except FieldlogError as error:  # its lists are on another device still
            screen.notify(str(error), severity="error")
    else:
        from fieldlog.tui.screens.inspection_detail import InspectionDetailScreen  # noqa: PLC0415

        screen.fieldlog.push_screen(InspectionDetailScreen(screen.book, doc))


def _screen(where: str, book: Book) -> BookScreen:
    # each screen loads when it is opened, so that start-up pays for none of them
    match where:
        case "new_inspection":
            from fieldlog.tui.screens.new_inspection import NewInspectionScreen as Chosen  # noqa: PLC0415
        case "inspections":
            from fieldlog.tui.screens.inspections import InspectionsScreen as Chosen  # noqa: PLC0415
        case "hazards":
            from fieldlog.tui.screens.hazards import HazardsScreen as Chosen  # noqa: PLC0415
        case "rechecks":
            from fieldlog.tui.screens.rechecks import RechecksScreen as Chosen  # noqa: PLC0415
        case "footage":
            from fieldlog.tui.screens.footage import FootageScreen as Chosen  # noqa: PLC0415
        case "equipment":
            from fieldlog.tui.screens.equipment import EquipmentScreen as Chosen  # noqa: PLC0415
        case "devices":
            from fieldlog.tui.screens.devices import DevicesScreen as Chosen  # noqa: PLC0415
        case "checklists":
            from fieldlog.tui.screens.checklists import ChecklistsScreen as Chosen  # noqa: PLC0415
        case "premises":
            from fieldlog.tui.screens.premises import PremisesScreen as Chosen  # noqa: PLC0415
        case _:
            from fieldlog.tui.screens.sync import SyncScreen as Chosen  # noqa: PLC0415
    return Chosen(book)


def _figures(counts: HazardCounts) -> Sequence[Figure]:
    return (
        Figure("超期", counts.overdue, "bad"),
        Figure("今日到期", counts.due_today, "warn"),
        Figure("7日内到期", counts.due_in_week, "strong"),
        Figure("未销号", counts.open, "strong"),
        Figure("待复查", counts.to_recheck, "accent"),
        Figure("待销号", counts.to_close, "accent"),
    )


def _major(counts: HazardCounts, book: Book) -> Sequence[Paragraph]:
    if not counts.major:
        return [Paragraph("没有未销号的重大隐患", "muted")]
    today = book.now().date()
    rows = sorted(counts.major, key=lambda row: row["due"])
    lines = [Paragraph(f"重大隐患 {len(rows)}", "bad")]
    for row in rows[:_MOST_MAJOR]:
        left = days_word(row, today, doubt=bool(book.clock_doubt)) or row["state"]
        lines.append(Paragraph(f"{row['premises_name']}：{row['text']}（{left}）", hanging=2))
    return lines
