"""One inspection on film: its time bar, and every moment with the recording that shows it."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.actions import lookup
from fieldlog.actions.footage_matching import Film, Tied, moment_at
from fieldlog.actions.footage_moments import WORDS, Shown, moments_of_visit, name_of_file, tie_around
from fieldlog.actions.footage_page import write_page
from fieldlog.actions.footage_sheet import each_once, sheet_of
from fieldlog.actions.footage_stills import keep_still, still_of, target_of
from fieldlog.actions.paths import export_folder
from fieldlog.book.book import Book
from fieldlog.domain.errors import FieldlogError
from fieldlog.domain.film_time import film_clock
from fieldlog.footage.timeline import Coverage
from fieldlog.tui.film_bar import FilmBar
from fieldlog.tui.playing import play
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.screens.footage_form import ask_footage
from fieldlog.tui.widgets.columns import Cell, Column, Tone
from fieldlog.tui.widgets.prose import Paragraph, Prose
from fieldlog.tui.widgets.row_list import RowList
from fieldlog.tui.widgets.time_bar import TimeBar

_LONG_MS = 15 * 60_000
_TONES: dict[str, Tone] = {"stage": "accent", "hazard": "bad", "mark": "warn"}


class VisitFootageScreen(BookScreen):
    """The bar above, the moments below; the pointer under the bar follows the cursor. Enter opens the player there."""

    CSS_PATH = "../styles/lists.tcss"
    DEFAULT_CLASSES = "lists film"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("asterisk,f5", "play", "放录像", show=False),
        Binding("1,plus,f3", "still", "截图作照片"),
        Binding("2", "add", "登记录像"),
        Binding("3", "only", "只看隐患、标记"),
        Binding("4", "visit", "看检查"),
        Binding("f7", "export", "录像清单"),
    ]

    def __init__(self, book: Book, doc: str, key: str = "") -> None:
        """`key`: the item, hazard or stage where the cursor begins."""
        super().__init__(book)
        self._doc = doc
        self._begin_at = key
        self._only = False
        self._all: list[Shown] = []
        self._said = Prose(classes="said")
        self._bar = TimeBar(self._clock)
        self._list = RowList[Shown](
            [
                Column("时间", 8),
                Column("类别", 6),
                Column("内容", 20, grow=3),
                Column("机号", 5),
                Column("录像里", 10),
                Column("文件", 20, grow=2, priority=1),
            ],
            cells=self._cells,
            key=lambda each: each.key,
            empty="没有这样的时刻",
            open_word="放录像",
        )

    @property
    def at_work_in(self) -> tuple[Book, str] | None:
        """The visit."""
        return self.book, self._doc

    def compose_body(self) -> Iterable[Widget]:
        """What is on film, the bar, the moments."""
        yield self._said
        yield self._bar
        yield self._list

    def on_mount(self) -> None:
        """The list takes the keys."""
        super().on_mount()
        self._list.focus()

    def show(self) -> None:
        """Tie anew: another recording may have been scanned."""
        tied = tie_around(self.book, self._doc)
        self._all = each_once(moments_of_visit(self.book, self._doc, tied))
        coverage = tied.match.coverage.get(self._doc)
        films = [film for film in tied.films if self._doc in film.inspections]
        visit = lookup.inspection(self.book, self._doc)
        name = visit.opened.premises_name if visit.opened else ""
        self._said.show([_summary(name, coverage, films, [f for f in tied.films if self._doc in f.unclear])])
        self._bar.show_bar(_bar(self._doc, tied, films, coverage))
        self._list_moments()
        if self._begin_at:
            first = next((each for each in self._all if each.event.key == self._begin_at), None)
            self._begin_at = ""
            if first is not None:
                self._list.move_to(first.key)
        self._point()

    def _clock(self, ms: int) -> str:
        """Seconds only where minutes would repeat themselves."""
        first, last = (self._all[0].event.ms, self._all[-1].event.ms) if self._all else (0, 0)
        return f"{moment_at(self.book, ms):{'%H:%M' if last - first > _LONG_MS else '%H:%M:%S'}}"

    def _list_moments(self) -> None:
        kept = ("hazard", "mark", "stage")
        self._list.set_rows(each for each in self._all if not self._only or each.event.kind in kept)

    def _cells(self, each: Shown) -> Sequence[str | Cell]:
        kind = each.event.kind
        film = each.film
        return (
            f"{moment_at(self.book, each.event.ms):%H:%M:%S}",
            Cell(WORDS[kind], _TONES.get(kind, "muted")),
            each.what,
            film.camera if film else "",
            film_clock(each.at_ms) if film else Cell("没有录像", "warn"),
            Cell(name_of_file(film.row["path"]), "muted") if film else "",
        )

    def on_row_list_highlighted(self, _message: RowList.Highlighted) -> None:
        """The pointer follows."""
        self._point()

    def _point(self) -> None:
        row = self._list.cursor_row
        self._bar.point_at(row.event.ms if row else None)

    def on_row_list_opened(self, _message: RowList.Opened) -> None:
        """Open the player at the moment."""
        self.action_play()

    def action_play(self) -> None:
        """Open the player at the moment."""
        row = self._list.cursor_row
        if row is None or row.film is None:
            self.notify("这一刻没有录像", severity="warning")
        elif row.film.row["broken"]:
            self.notify(f"放不出来：{row.film.row['broken']}", severity="warning")
        else:
            play(self, self.book, row)

    @work(exclusive=True, group="still")
    async def action_still(self) -> None:
        """Keep the frame of the moment as a photo of its hazard or item."""
        row = self._list.cursor_row
        if row is None or row.film is None:
            self.notify("这一刻没有录像", severity="warning")
            return
        if (by := await self.officer_id()) is None:
            return
        self.notify("正在截图")
        film, (doc, item) = row.film, target_of(self.book, row)
        try:
            still = await asyncio.to_thread(still_of, self.book, film, row.at_ms)
        except FieldlogError as error:
            self.notify(str(error), severity="error", timeout=8)
            return
        if self.attempt(lambda: keep_still(self.book, by, doc, film, still, item)):
            self.notify(f"截图已存为照片：{row.what or '这次检查'}，{still.width}x{still.height}", timeout=8)

    @work
    async def action_add(self) -> None:
        """Write down a camera and a time by hand."""
        await ask_footage(self, self._doc)

    def action_only(self) -> None:
        """Only what matters most, or everything again."""
        self._only = not self._only
        self._list_moments()
        self._point()

    def action_export(self) -> None:
        """Write the list to print."""
        path = export_folder(self.book) / f"录像清单-{self._doc}-{self.book.now():%Y%m%d-%H%M%S}.html"
        if self.attempt(lambda: write_page(sheet_of(self.book, self._doc), path)):
            self.notify(f"已写好录像清单，用浏览器打开打印：{path}", timeout=10)

    def action_visit(self) -> None:
        """Show the visit."""
        from fieldlog.tui.screens.today import open_visit  # noqa: PLC0415 - today loads this module's package

        open_visit(self, self._doc)


def _summary(name: str, coverage: Coverage | None, films: Sequence[Film], unclear: Sequence[Film]) -> Paragraph:
    if not films:
        told = f"，有 {len(unclear)} 个录像分不清是不是这次的" if unclear else ""
        return Paragraph(f"{name}  没有录像{told}", "warn")
    assert coverage is not None  # noqa: S101 - a recording shows it, so it was matched
    present = sum(end - begin for begin, end in coverage.sittings)
    share = 100 * coverage.covered_ms // present if present else 100
    cameras = "、".join(dict.fromkeys(film.camera or "不明" for film in films))
    told = f"{name}  {len(films)} 个录像（{cameras}）  在场 {_long(present)}，拍到 {share}%"
    if coverage.gaps:
        missing = sum(end - begin for begin, end in coverage.gaps)
        told += f"，缺 {len(coverage.gaps)} 处 {_long(missing)}"
    if coverage.unseen:
        told += f"，没拍到{'、'.join(coverage.unseen)}"
    return Paragraph(told, "warn" if coverage.gaps else "good")


def _bar(doc: str, tied: Tied, films: Sequence[Film], coverage: Coverage | None) -> FilmBar:
    by_camera: dict[str, list[tuple[int, int]]] = {}
    for film in films:
        begin = film.start.ms or 0
        spans = [(begin + span.from_ms, begin + span.to_ms) for span in film.spans if span.doc == doc]
        by_camera.setdefault(film.camera, []).extend(spans)
    visit = tied.visits.get(doc)
    sittings = coverage.sittings if coverage else ()
    gaps = coverage.gaps if coverage else ()
    return FilmBar(sittings, visit.events if visit else (), dict(sorted(by_camera.items())), gaps)


def _long(ms: int) -> str:
    seconds = round(ms / 1000)
    return f"{seconds} 秒" if seconds < 90 else f"{round(seconds / 60)} 分钟"
