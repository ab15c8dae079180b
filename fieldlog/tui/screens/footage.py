"""Recordings: of which inspections there are any, which show none, and adding a camera and a time by hand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.actions.footage_matching import Film, Tied, moment_at, tie
from fieldlog.book.book import Book
from fieldlog.domain.inspection_state import VOID
from fieldlog.tui.dates import when
from fieldlog.tui.playing import has_recordings, play_film
from fieldlog.tui.screens.ask import PickOne
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.screens.footage_form import ask_footage
from fieldlog.tui.screens.visit_footage import VisitFootageScreen
from fieldlog.tui.widgets.columns import Cell, Column
from fieldlog.tui.widgets.row_list import RowList

Row = Mapping[str, Any]
_MOST_VISITS = 60
_BEFORE = timedelta(days=2)
_HOW = "还没有扫描过录像。插好存储卡后运行 fieldlog footage scan 文件夹"


@dataclass(frozen=True, slots=True)
class Line:
    """The title of a group, a visit, or a recording that shows none."""

    key: str
    title: str = ""
    visit: Row | None = None
    film: Film | None = None


class FootageScreen(BookScreen):
    """The newest visits with what is on film of them, those without any marked; below, recordings of no visit."""

    CSS_PATH = "../styles/lists.tcss"
    DEFAULT_CLASSES = "lists"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "add_here", "给这次检查登记"),
        Binding("2", "add", "给别的检查登记"),
        Binding("3", "only_missing", "只看缺录像的"),
    ]

    def __init__(self, book: Book) -> None:
        super().__init__(book)
        self._only_missing = False
        self._tied: Tied | None = None
        self._of_visit: dict[str, list[Film]] = {}
        self._links: dict[str, int] = {}
        self._list = RowList[Line](
            [
                Column("时间", 12),
                Column("单位、文件", 20, grow=3),
                Column("录像", 10, grow=1),
                Column("拍到", 6),
                Column("缺什么", 18, grow=2, priority=1),
            ],
            cells=self._cells,
            key=lambda line: line.key,
            heading=lambda line: line.title or None,
            empty="还没有检查，也就没有录像。按 Esc 返回",
            open_word="时间轴",
        )

    def compose_body(self) -> Iterable[Widget]:
        """Visits and recordings."""
        yield self._list

    def on_mount(self) -> None:
        """The list takes the keys."""
        super().on_mount()
        self._list.focus()

    def show(self) -> None:
        """Tie anew."""
        visits = _newest(self.book)
        self._links = {}
        for row in self.book.rows("footage"):
            self._links[row["doc"]] = self._links.get(row["doc"], 0) + 1
        loose = self._tie(visits)
        if self._only_missing:
            visits = [row for row in visits if self._lacks(row["doc"])]
        lines = [Line(row["doc"], visit=row) for row in visits]
        if loose or lines:
            lines.append(Line("/loose", title=f"没有对上检查的录像  {len(loose) or '没有'}" if self._tied else _HOW))
        self._list.set_rows([*lines, *(Line(film.row["id"], film=film) for film in loose)])

    def _tie(self, visits: Sequence[Row]) -> list[Film]:
        """Work out who is on film, and return the recordings that show nothing, the newest first."""
        self._of_visit, self._tied = {}, None
        if not has_recordings(self.book):
            return []
        first = date.fromisoformat(visits[-1]["opened"][:10]) - _BEFORE if visits else None
        self._tied = tie(self.book, first)
        loose: list[Film] = []
        for film in self._tied.films:
            for doc in film.inspections:
                self._of_visit.setdefault(doc, []).append(film)
            late = (
                first is None or film.start.ms is None or moment_at(self.book, film.start.ms).date() >= first + _BEFORE
            )
            if not film.inspections and late:
                loose.append(film)
        return sorted(loose, key=lambda film: -(film.start.ms or 0))

    def _lacks(self, doc: str) -> bool:
        coverage = self._tied.match.coverage.get(doc) if self._tied else None
        return not self._of_visit.get(doc) or (coverage is not None and bool(coverage.gaps))

    def _cells(self, line: Line) -> Sequence[str | Cell]:
        now = self.book.now()
        if line.visit is not None:
            return (when(line.visit["opened"], now), line.visit["premises_name"], *self._on_film(line.visit["doc"]))
        film = line.film
        if film is None:
            return ("",)
        start = film.start.ms
        begun = when(moment_at(self.book, start).isoformat(), now) if start is not None else Cell("时间不明", "warn")
        return begun, _name(film), film.camera and f"{film.camera} 号机", "", Cell(_why_loose(film), "warn")

    def _on_film(self, doc: str) -> Sequence[str | Cell]:
        films = self._of_visit.get(doc, [])
        if not films:
            links = self._links.get(doc, 0)
            return Cell(f"只登记 {links} 处" if links else "没有录像", "warn"), "", ""
        coverage = self._tied.match.coverage.get(doc) if self._tied else None
        cameras = "、".join(dict.fromkeys(film.camera or "不明" for film in films))
        shown = f"{len(films)} 个（{cameras}）"
        if coverage is None:
            return shown, "", ""
        present = sum(end - begin for begin, end in coverage.sittings)
        share = f"{100 * coverage.covered_ms // present if present else 100}%"
        lacks = [f"缺 {len(coverage.gaps)} 处"] if coverage.gaps else []
        lacks += [f"没拍到{'、'.join(coverage.unseen)}"] if coverage.unseen else []
        return shown, share, Cell("，".join(lacks), "warn")

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        """The time bar of the visit; a recording of none is played from its beginning."""
        line = self._list.rows[message.index]
        if line.visit is not None:
            self.fieldlog.push_screen(VisitFootageScreen(self.book, line.visit["doc"]))
        elif line.film is not None and line.film.row["broken"]:
            self.notify(f"放不出来：{line.film.row['broken']}", severity="warning")
        elif line.film is not None:
            play_film(self, self.book, line.film)

    def action_only_missing(self) -> None:
        """Only visits without recording or with gaps, or all again."""
        self._only_missing = not self._only_missing
        self.show()

    @work
    async def action_add_here(self) -> None:
        """A camera and a time for the visit under the cursor."""
        line = self._list.cursor_row
        if line is not None and line.visit is not None:
            await self._add(line.visit["doc"])

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


def _why_loose(film: Film) -> str:
    if film.row["broken"]:
        return "放不出来"
    return f"分不清是 {len(film.unclear)} 次里的哪次" if film.unclear else "那时没有检查"


def _name(film: Film) -> str:
    return str(film.row["path"]).replace("\\", "/").rpartition("/")[2]


def _newest(book: Book) -> list[Row]:
    visits: list[Row] = [row for row in book.rows("inspections") if row["state"] != VOID]
    return sorted(visits, key=lambda row: row["opened"], reverse=True)[:_MOST_VISITS]
