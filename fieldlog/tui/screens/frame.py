"""What every screen has in common."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar, cast

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen
from textual.widget import Widget

from fieldlog.tui.status import Status
from fieldlog.tui.widgets.key_bar import KeyBar
from fieldlog.tui.widgets.notice_line import Notice, NoticeLine
from fieldlog.tui.widgets.status_header import StatusHeader

if TYPE_CHECKING:
    from fieldlog.book.book import Book
    from fieldlog.tui.app import FieldlogApp

ResultT = TypeVar("ResultT")


class FieldScreen(Screen[ResultT]):
    """A screen with the status line above, notices and keys below; `compose_body` gives what is between.

    `BINDINGS` in order of importance: at 80 columns the key bar drops the tail. The body is a `Vertical` that fills
    the screen; give what should grow `height: 1fr`.
    """

    @property
    def fieldlog(self) -> "FieldlogApp":
        """The app, by its own type."""
        return cast("FieldlogApp", super().app)  # pyright: ignore[reportUnknownMemberType]

    @property
    def at_work_in(self) -> "tuple[Book, str] | None":
        """The book that this screen is on and the inspection that it shows, or empty; None where it knows no book."""
        return None

    def compose(self) -> ComposeResult:
        """Status line, body, notices, keys."""
        yield StatusHeader(self.fieldlog.status, self.fieldlog.now)
        with Vertical(classes="body"):
            yield from self.compose_body()
        yield NoticeLine()
        yield KeyBar()

    def on_mount(self) -> None:
        """Keep the status line true."""
        self.watch(self.fieldlog, "status", self._show_status, init=False)
        self.watch(self.fieldlog, "notice", self._show_notice)

    def _show_status(self, status: Status) -> None:
        self.query_one(StatusHeader).status = status

    def _show_notice(self, notice: Notice) -> None:
        self.query_one(NoticeLine).notice = notice

    def compose_body(self) -> Iterable[Widget]:
        """The widgets between the status line and the notices."""
        return ()
