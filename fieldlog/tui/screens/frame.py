"""What every screen has in common."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar, cast

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from fieldlog.tui.status import Status
from fieldlog.tui.widgets.key_bar import KeyBar
from fieldlog.tui.widgets.status_header import StatusHeader

if TYPE_CHECKING:
    from fieldlog.tui.app import FieldlogApp

ResultT = TypeVar("ResultT")


class FieldScreen(Screen[ResultT]):
    """A screen with the status line above and its keys below; a subclass gives what is between with `compose_body`.

    `BINDINGS` in order of importance: at 80 columns the key bar drops the tail.
    """

    @property
    def fieldlog(self) -> "FieldlogApp":
        """The app, by its own type."""
        return cast("FieldlogApp", super().app)  # pyright: ignore[reportUnknownMemberType]

    def compose(self) -> ComposeResult:
        """Status line, body, keys."""
        yield StatusHeader(self.fieldlog.status, self.fieldlog.now)
        yield from self.compose_body()
        yield KeyBar()

    def on_mount(self) -> None:
        """Keep the status line true."""
        self.watch(self.fieldlog, "status", self._show_status, init=False)

    def _show_status(self, status: Status) -> None:
        for header in self.query(StatusHeader):
            header.status = status

    def compose_body(self) -> Iterable[Widget]:
        """The widgets between the status line and the keys."""
        return ()
