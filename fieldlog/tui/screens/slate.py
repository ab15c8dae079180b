# pyright: reportUnknownMemberType=false
# Textual leaves `App` and `Screen` without their type parameters.
"""The slate: the whole screen is a code that changes every second, for a camera to film."""

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.timer import Timer

from fieldlog.actions.footage_slates import current_visit, show_slate
from fieldlog.book.book import Book
from fieldlog.codes.drawing import Modules, matrix
from fieldlog.domain.errors import FieldlogError
from fieldlog.domain.slate import Showing
from fieldlog.footage.slate_codes import LEVEL, code_text
from fieldlog.tui.widgets.moving_code import MovingCode
from fieldlog.tui.widgets.prose import Paragraph, Prose

if TYPE_CHECKING:
    from fieldlog.tui.app import FieldlogApp

_LITTLE_ROOM = "窗口太小，画不下对时码：把窗口拉大，或者把字缩小（Ctrl 和 -）"


class SlateScreen(Screen[None]):
    """Nothing but the code, and beside it what to do. The log vouches for the run before the first code is shown.

    The code of each second is drawn when that second begins by the laptop's clock, as it stood when the run began.
    """

    DEFAULT_CSS = """
    SlateScreen #slate { width: 1fr; height: 1fr; }
    SlateScreen #slate-words { width: 30; height: 1fr; padding: 1 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter", "leave", "返回")]

    def __init__(self, book: Book, doc: str = "", *, tick: Callable[[], float] = monotonic) -> None:
        """`doc`: the inspection; without one the visit that somebody at this laptop is in, if any."""
        super().__init__()
        self._book = book
        self._doc = doc or current_visit(book)
        self._tick = tick
        self._begun = 0.0
        self._showing: Showing | None = None
        self._next: Timer | None = None
        self._words = Prose()
        self.counter = -1
        """The code on the screen."""

    @property
    def showing(self) -> Showing | None:
        """The run that is shown; None where the log could not be written."""
        return self._showing

    def compose(self) -> ComposeResult:
        """The code, and words beside it."""
        app = cast("FieldlogApp", super().app)
        self._code = MovingCode(halves=not app.is_ascii)
        with Horizontal(id="slate"):
            yield self._code
            with Vertical(id="slate-words"):
                yield self._words

    def on_mount(self) -> None:
        """Begin the run."""
        self._begin()

    def on_moving_code_resized(self) -> None:
        """Another size, the same code."""
        if self._showing is not None:
            self._draw()

    def action_leave(self) -> None:
        """Go back to where the key was pressed."""
        self.dismiss(None)

    def _begin(self) -> None:
        by = self._book.device.officer or self._book.device.id
        try:
            self._showing = show_slate(self._book, by, self._doc)
        except FieldlogError as error:
            self._showing = None
            self._code.show_code(())
            self._words.show(
                [Paragraph("没有显示对时码", "bad"), Paragraph(str(error)), Paragraph("按 Esc 返回", "muted")]
            )
            return
        self._begun = self._tick()
        self._advance()

    def _advance(self) -> None:
        """Show the code of this second, and wait for the next to begin."""
        if self._showing is None:
            return
        passed = self._tick() - self._begun
        self.counter = int(passed)
        if self._showing.slate(self.counter) is None:  # the run is over: an hour
            self._begin()
            return
        self._draw()
        self._next = self.set_timer(max(0.001, self.counter + 1 - (self._tick() - self._begun)), self._advance)

    def _draw(self) -> None:
        slate = self._showing.slate(self.counter) if self._showing else None
        if slate is None:
            return
        modules: Modules = matrix(code_text(slate), version=0, level=LEVEL)
        fits = len(modules) <= self._code.room
        self._code.show_code(modules if fits else ())
        row = self._book.row("inspections", self._doc) or {}
        about = str(row.get("premises_name", "")) or "不属于哪次检查"
        head = Paragraph("记录仪对准这个码拍 3 秒") if fits else Paragraph(_LITTLE_ROOM, "warn")
        self._words.show([
            head,
            Paragraph(f"{about}"),
            Paragraph(f"{self._book.device.id}  第 {self.counter} 秒", "muted"),
            Paragraph("拍不清就靠近些，把屏幕调亮", "muted"),
            Paragraph("按 Esc 或 F12 返回", "muted"),
        ])  # fmt: skip
