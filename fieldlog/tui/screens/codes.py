"""One inspection as moving QR codes, for the office to film from this screen."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.timer import Timer
from textual.widget import Widget

from fieldlog.book.book import Book
from fieldlog.domain.errors import FieldlogError
from fieldlog.domain.inspection_state import CLOSED
from fieldlog.sync.qr_screen import MovingCodes
from fieldlog.tui.screens.ask import PickOne
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.widgets.moving_code import MovingCode
from fieldlog.tui.widgets.prose import Paragraph, Prose

_OFFERED = 45
_PACES = (1.0, 0.5, 0.25, 0.125, 0.08)
"""Seconds a code; a telephone films 30 pictures a second."""


class CodesScreen(BookScreen):
    """The codes go on without end; any of them will do, from any start."""

    DEFAULT_CSS = "CodesScreen #codes-words { height: 1; padding: 0 1; }"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "pace(-1)", "慢些"),
        Binding("2", "pace(1)", "快些"),
        Binding("3", "pause", "停住"),
    ]

    def __init__(self, book: Book, doc: str, packed: bytes, name: str) -> None:
        super().__init__(book)
        self.doc = doc
        self._packed = packed
        self._name = name
        self._words = Prose(id="codes-words")
        self.codes = MovingCodes(packed, 0)
        self._pace = 2
        self._timer: Timer | None = None

    def compose_body(self) -> Iterable[Widget]:
        """What it is, and the code."""
        self._code = MovingCode(halves=not self.fieldlog.is_ascii)
        yield self._words
        yield self._code

    def on_mount(self) -> None:
        """Start moving."""
        self._timer = self.set_interval(_PACES[self._pace], self.advance)

    def on_moving_code_resized(self) -> None:
        """Cut the message anew for the room there is."""
        self.codes = MovingCodes(self._packed, self._code.room)
        self.advance()

    def advance(self) -> None:
        """Show the next code."""
        try:
            self._code.show_code(self.codes.next_code())
        except FieldlogError as error:
            self._words.show([Paragraph(str(error), "bad")])
            return
        if not self.codes.needed:
            self._words.show([Paragraph("窗口太小，画不下二维码，请放大", "warn")])
            return
        least = self.codes.needed * _PACES[self._pace]
        words = f"{self._name}  编号 {self.codes.name}  请办公室对着拍 {least * 1.5 + 2:.0f} 秒以上，从哪里开始都行"
        self._words.show([Paragraph(words)])

    def action_pace(self, step: int) -> None:
        """Slower for a dim camera, faster for a good one."""
        self._pace = min(max(self._pace + step, 0), len(_PACES) - 1)
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_interval(_PACES[self._pace], self.advance)
        self.advance()

    def action_pause(self) -> None:
        """Hold one code still, or go on."""
        if self._timer is None:
            self._timer = self.set_interval(_PACES[self._pace], self.advance)
        else:
            self._timer.stop()
            self._timer = None


async def show_codes(screen: BookScreen) -> None:
    """Ask which of this laptop's finished visits, and show its codes; for use in a worker."""
    from fieldlog.sync.qr_case import make_case  # noqa: PLC0415 - cryptography takes 40 ms
    from fieldlog.sync.qr_compact import pack_case  # noqa: PLC0415

    book = screen.book
    rows = [row for row in book.rows("inspections") if row["state"] == CLOSED]
    rows = sorted(rows, key=lambda row: str(row["closed"]), reverse=True)[:_OFFERED]
    if not rows:
        screen.notify("还没有办完的检查", severity="warning")
        return
    names = [f"{str(row['closed'])[5:10]}  {row['premises_name']}  {row['answered']} 项" for row in rows]
    index = await screen.ask(PickOne("哪一次检查", names))
    if index is None:
        return
    doc = str(rows[index]["doc"])
    try:
        packed = pack_case(make_case(book, doc))
    except FieldlogError as error:
        screen.notify(str(error), severity="error", timeout=8)
        return
    screen.fieldlog.push_screen(CodesScreen(book, doc, packed, str(rows[index]["premises_name"])))
