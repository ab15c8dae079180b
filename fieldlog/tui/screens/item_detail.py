"""Everything there is to read about one item."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from fieldlog.domain.walk import Question
from fieldlog.tui.item_facts import heading, item_details
from fieldlog.tui.screens.frame import FieldScreen
from fieldlog.tui.visit import Visit
from fieldlog.tui.widgets.prose import Paragraph, Prose


class ItemDetail(FieldScreen[None]):
    """The item's whole text in a place that scrolls. Enter and Esc lead back."""

    CSS_PATH = "../styles/walk.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "app.back", "返回清单"),
        Binding("down,j", "scroll(1)", "下滚"),
        Binding("up,k", "scroll(-1)", "上滚", show=False),
        Binding("pagedown,space", "page(1)", "下一页"),
        Binding("pageup", "page(-1)", "上一页", show=False),
    ]

    def __init__(self, visit: Visit, question: Question) -> None:
        super().__init__()
        self._visit = visit
        self._question = question
        self._scroll = VerticalScroll(can_focus=False)

    def compose_body(self) -> Iterable[Widget]:
        """The paragraphs."""
        title = Paragraph(heading(self._question, self._visit.total), "accent")
        with self._scroll:
            yield Prose([title, Paragraph(""), *item_details(self._visit, self._question)])

    def action_scroll(self, lines: int) -> None:
        """Scroll by a line."""
        self._scroll.scroll_relative(y=lines, animate=False)

    def action_page(self, pages: int) -> None:
        """Scroll by what is visible."""
        self._scroll.scroll_relative(y=pages * max(self._scroll.size.height - 1, 1), animate=False)
