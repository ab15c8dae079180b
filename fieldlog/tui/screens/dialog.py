"""A box over the screen that asks one thing."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from fieldlog.tui.widgets.key_bar import KeyBar
from fieldlog.tui.widgets.notice_line import Notice, NoticeLine

if TYPE_CHECKING:
    from fieldlog.tui.app import FieldlogApp

ResultT = TypeVar("ResultT")


class Dialog(ModalScreen[ResultT]):
    """A title, a body and the keys that work. Dismissed with None by Esc; it never changes anything itself.

    It stands in the upper part of the screen, so that a text field in it is never near the bottom.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "取消"),
        Binding("f1,question_mark", "app.help", "帮助"),
    ]

    DEFAULT_CSS = """
    Dialog {
        align: center top;
        background: $background 60%;
    }
    Dialog > .dialog {
        width: 64;
        max-width: 96%;
        height: auto;
        max-height: 80%;
        margin-top: 2;
        background: $panel;
    }
    Dialog > .dialog > .dialog--title {
        height: 1;
        padding: 0 2;
        background: $boost;
        color: $primary;
        text-style: bold;
    }
    Dialog > .dialog > .dialog--body {
        height: auto;
        padding: 1 2 0 2;
    }
    Dialog > .dialog > NoticeLine { padding: 0 2; }
    Dialog > .dialog > KeyBar { padding: 0 2; background: $panel; }
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    def compose(self) -> ComposeResult:
        """Title, body, keys."""
        with Vertical(classes="dialog"):
            yield Static(self._title, markup=False, classes="dialog--title")
            with Vertical(classes="dialog--body"):
                yield from self.compose_body()
            yield NoticeLine()
            yield KeyBar()

    def compose_body(self) -> Iterable[Widget]:
        """The widgets between title and keys."""
        return ()

    def on_mount(self) -> None:
        """Show notices inside the box: the line of the screen below is dimmed. What was said before stays there."""
        app = cast("FieldlogApp", super().app)  # pyright: ignore[reportUnknownMemberType]
        self.watch(app, "notice", self._show_notice, init=False)

    def _show_notice(self, notice: Notice) -> None:
        self.query_one(NoticeLine).notice = notice

    def action_cancel(self) -> None:
        """Close without an answer."""
        self.dismiss(None)
