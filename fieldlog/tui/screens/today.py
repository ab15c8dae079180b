"""The first screen: what is to be done, and how the hazards stand."""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widget import Widget

from fieldlog.actions.ledger import days_word
from fieldlog.actions.overview import WEEKS, HazardCounts, count_hazards
from fieldlog.book.book import Book
from fieldlog.domain.errors import FieldlogError
from fieldlog.domain.hazard_state import OPEN_STATES
from fieldlog.domain.inspection_state import OPEN, VOID
from fieldlog.domain.roles import NAMES, is_read_only, looking_on, may_write
from fieldlog.tui.list_titles import list_titles
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.widgets.columns import Cell, Column
from fieldlog.tui.widgets.figures import Figure, Figures
from fieldlog.tui.widgets.prose import Paragraph, Prose
from fieldlog.tui.widgets.row_list import RowList
from fieldlog.tui.widgets.week_bars import WeekBars

_MOST_RECENT = 6
_LOOK_BACK = timedelta(weeks=WEEKS)
_MOST_URGENT = 8
_MOST_MAJOR = 4
_WIDE = 100
_BELOW, _ABOVE = 14, 5
"""Lines of the screen that are not the list's: with the hazards' figures below it, and beside it."""
_TOLD_S = 20  # a sentence that must be read before the first key
_TALL = 30  # lines of the screen from which groups have an empty line between them


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list: a heading, or something that Enter opens."""

    kind: str
    """heading, visit, hazard, lists, looking, or a first step: officers, premises, who."""
    key: str
    cells: tuple[str | Cell, ...] = ()
    title: str = ""


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
        groups = _groups(self.book, self.desk.officer)
        width, height = self.fieldlog.size
        if height >= _TALL:
            self._list.set_rows(_spaced(_headed(groups)))
        else:
            self._list.set_rows(_headed(_fitted(groups, height - (_BELOW if width < _WIDE else _ABOVE))))
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
            case "lists":
                self.action_go("checklists")
            case "looking":
                self.notify(looking_on(self.book.device.role, self.book.device.id), severity="warning")
            case _:
                self._first_step(line.kind)

    def _open_hazard(self, doc: str) -> None:
        from fieldlog.tui.screens.hazard_detail import HazardDetailScreen  # noqa: PLC0415 - not at start-up

        self.fieldlog.push_screen(HazardDetailScreen(self.book, doc))

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


def when(moment: str, now: datetime) -> str:
    """A moment of an entry as a list shows it: `09:12`, `昨天 16:40`, `11-20 16:40`, `2025-11-20`."""
    at = datetime.fromisoformat(moment).astimezone(now.tzinfo)
    days = (now.date() - at.date()).days
    if days == 0:
        return f"{at:%H:%M}"
    if days == 1:
        return f"昨天 {at:%H:%M}"
    return f"{at:%m-%d %H:%M}" if at.year == now.year else f"{at:%Y-%m-%d}"


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
        case "checklists":
            from fieldlog.tui.screens.checklists import ChecklistsScreen as Chosen  # noqa: PLC0415
        case "premises":
            from fieldlog.tui.screens.premises import PremisesScreen as Chosen  # noqa: PLC0415
        case _:
            from fieldlog.tui.screens.sync import SyncScreen as Chosen  # noqa: PLC0415
    return Chosen(book)


_Groups = Sequence[tuple[str, list[Line]]]


def _groups(book: Book, officer: Mapping[str, Any] | None) -> _Groups:
    """What is to be done, the most pressing first; each group has a line at least."""
    today = book.now().date()
    visits = [row for row in book.rows_since("inspections", today - _LOOK_BACK) if row["state"] != VOID]
    unfinished = sorted((row for row in visits if row["state"] == OPEN), key=_opened, reverse=True)
    own = [row for row in unfinished if officer is None or officer["id"] in row["officers"]]
    others = [row for row in unfinished if row not in own]  # a supervisor's device has everybody's
    newest = heapq.nlargest(_MOST_RECENT, (row for row in visits if row["state"] != OPEN), key=_opened)
    open_ = (row for row in book.rows_since("hazards", today) if row["state"] in OPEN_STATES)
    urgent = heapq.nsmallest(_MOST_URGENT, open_, key=lambda row: (row["due"], row["number"]))
    groups = (
        ("本机只能查看", _looking(book)),
        ("先做这几步", _first_steps(book, officer is not None)),
        ("清单", _lists(book)),
        ("未完成的检查", [_visit(book, row) for row in own]),
        ("最急的隐患", [_hazard(row, today, doubt=bool(book.clock_doubt)) for row in urgent]),
        ("别人没做完的检查", [_visit(book, row) for row in others]),
        ("做过的检查", [_visit(book, row) for row in newest]),
    )
    return [group for group in groups if group[1]]


def _lists(book: Book) -> list[Line]:
    """Lists that wait for this device's approval, or came back to it."""
    if not book.table("published").rows:
        return []
    from fieldlog.actions import own_lists  # noqa: PLC0415 - the lists' models take 60 ms

    waiting = [each for each in own_lists.proposals(book) if each.standing.state == own_lists.WAITING]
    lines: list[Line] = []
    if waiting and own_lists.may_decide(book):
        lines.append(
            Line("lists", "waiting", ("待审批的清单", Cell(waiting[0].row["title"], "muted"), f"{len(waiting)} 份"))
        )
    if back := own_lists.sent_back(book):
        lines.append(Line("lists", "back", ("被退回的清单", Cell(back[0].row["title"], "muted"), f"{len(back)} 份")))
    return lines


def _looking(book: Book) -> list[Line]:
    """What a device is told whose role lets it look on only."""
    role = book.device.role
    if not is_read_only(role):
        return []
    may = "看检查、隐患、录像、清单，写评论" if may_write(role, "hazard.commented") else "看检查、隐患、录像、清单"
    return [Line("looking", role, (f"角色是“{NAMES[role]}”：{may}；不能检查、办理隐患", "", "", ""))]


def _fitted(groups: _Groups, room: int) -> _Groups:
    """The groups cut to so many lines, so that no heading stands without a line; what is left out has its own screen."""
    left = max(room - 2 * len(groups), 0)
    fitted: list[tuple[str, list[Line]]] = []
    for title, lines in groups:
        more = min(len(lines) - 1, left)
        left -= more
        fitted.append((title, lines[: 1 + more]))
    return fitted


def _headed(groups: _Groups) -> list[Line]:
    return [line for title, lines in groups for line in (Line("heading", title, title=title), *lines)]


def _first_steps(book: Book, knows_officer: bool) -> list[Line]:
    """What a fresh book still lacks before a visit can begin."""
    if is_read_only(book.device.role):
        return []
    people, places = len(book.table("officers").rows), len(book.table("premises").rows)
    steps: list[Line] = []
    if people < 2:  # P1: two inspectors
        steps.append(Line("officers", "导入人员", ("导入执法人员名册（xlsx、csv）", "", "", "")))
        steps.append(Line("officer", "登记人员", (f"或逐个登记执法人员（已有 {people} 人，至少 2 人）", "", "", "")))
    if not places:
        steps.append(Line("premises", "导入单位", ("导入单位台账（xlsx、csv）", "", "", "")))
    if people and not knows_officer:
        steps.append(Line("who", "使用人", ("选定现在的使用人", "", "", "")))
    return steps


def _spaced(lines: list[Line]) -> list[Line]:
    """The lines with an empty one before each heading but the first."""
    spaced: list[Line] = []
    for line in lines:
        if line.kind == "heading" and spaced:
            spaced.append(Line("heading", f"before {line.key}", title=" "))
        spaced.append(line)
    return spaced


def _opened(row: Mapping[str, Any]) -> str:
    return str(row["opened"])


def _visit(book: Book, row: Mapping[str, Any]) -> Line:
    going_on = row["state"] == OPEN
    done = f"{row['answered']}/{row['items']}" if going_on else "已完成"
    found = Cell(f"问题 {row['findings']}", "warn") if row["findings"] and not going_on else Cell(done, "muted")
    progress = Cell(done, "accent") if going_on else found
    moment = Cell(when(row["opened"], book.now()), "muted")
    titles = list_titles(book, row["lists"])
    return Line("visit", row["doc"], (row["premises_name"], Cell(titles, "muted"), progress, moment))


def _hazard(row: Mapping[str, Any], today: date, *, doubt: bool) -> Line:
    days = days_word(row, today, doubt=doubt)
    word = Cell(days or row["state"], "bad" if days.startswith("超") else "warn" if days == "今日" else "")
    due = Cell(row["due"][5:], "muted")
    return Line("hazard", row["doc"], (row["premises_name"], Cell(row["text"], "muted"), word, due))


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
