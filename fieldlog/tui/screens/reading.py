"""A page to read: paragraphs in a place that scrolls by keys."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from fieldlog.tui.screens.frame import FieldScreen
from fieldlog.tui.widgets.prose import Paragraph, Prose


class Reading(FieldScreen[None]):
    """Shows `paragraphs`. Enter and Esc lead back."""

    CSS_PATH = "../styles/walk.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "app.back", "返回"),
        Binding("down,j", "scroll(1)", "下滚"),
        Binding("up,k", "scroll(-1)", "上滚", show=False),
        Binding("pagedown,space", "page(1)", "下一页"),
        Binding("pageup", "page(-1)", "上一页", show=False),
        Binding("home,g", "edge(False)", "到开头", show=False),
        Binding("end,G", "edge(True)", "到末尾", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._scroll = VerticalScroll(can_focus=False, classes="reading")

    def paragraphs(self) -> Sequence[Paragraph]:
        """What there is to read; asked once."""
        return ()

    def compose_body(self) -> Iterable[Widget]:
        """The paragraphs."""
        with self._scroll:
            yield Prose(self.paragraphs())

    def action_scroll(self, lines: int) -> None:
        """Scroll by a line."""
        self._scroll.scroll_relative(y=lines, animate=False)

    def action_page(self, pages: int) -> None:
        """Scroll by what is visible."""
        self._scroll.scroll_relative(y=pages * max(self._scroll.size.height - 1, 1), animate=False)

    def action_edge(self, end: bool) -> None:
        """Scroll to the beginning or the end."""
        (self._scroll.scroll_end if end else self._scroll.scroll_home)(animate=False)
