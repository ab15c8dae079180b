"""The panel beside the list: what there is to know about the item under the cursor."""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from fieldlog.tui.widgets.cells import fit
from fieldlog.tui.widgets.prose import Paragraph
from fieldlog.tui.widgets.wrapping import wrap


class ItemPanel(Widget):
    """A title and paragraphs in a place of fixed size. What does not fit is announced in the last line.

    It draws lines itself: a `Prose` would lay the whole screen out again for every item the cursor comes to.
    """

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "item-panel--title",
        "item-panel--muted",
        "item-panel--good",
        "item-panel--warn",
        "item-panel--bad",
        "item-panel--accent",
        "item-panel--strong",
    }
    """
    | Class | Description |
    | :- | :- |
    | `item-panel--title` | The first line. |
    | `item-panel--muted` ... `item-panel--strong` | A paragraph of that tone. |
    """

    DEFAULT_CSS = """
    ItemPanel {
        background: $surface;
        padding: 0 1;
        &>.item-panel--title { color: $primary; text-style: bold; }
        &>.item-panel--muted { color: $text-muted; }
        &>.item-panel--good { color: $success; }
        &>.item-panel--warn { color: $warning; }
        &>.item-panel--bad { color: $error; }
        &>.item-panel--accent { color: $primary; }
        &>.item-panel--strong { text-style: bold; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._title = ""
        self._paragraphs: tuple[Paragraph, ...] = ()
        self._drawn: tuple[tuple[int, int], list[tuple[str, str]]] = ((-1, -1), [])

    @property
    def text(self) -> str:
        """The title and the paragraphs, one a line."""
        return "\n".join([self._title, *(paragraph.text for paragraph in self._paragraphs)])

    def show(self, title: str, paragraphs: Sequence[Paragraph]) -> None:
        """Show other text; draws only where it differs."""
        if (title, tuple(paragraphs)) != (self._title, self._paragraphs):
            self._title, self._paragraphs = title, tuple(paragraphs)
            self._drawn = ((-1, -1), [])
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line."""
        width = self.size.width
        lines = self._lines(width, self.size.height)
        if y >= len(lines):
            return Strip.blank(width, self.rich_style)
        text, tone = lines[y]
        style = self.rich_style + self._tone(tone)
        return Strip([Segment(fit(text, width), style)], width)

    def _lines(self, width: int, height: int) -> list[tuple[str, str]]:
        """The title, then the wrapped paragraphs; the last line says how much is missing."""
        if self._drawn[0] != (width, height):
            wrapped = [
                (line, paragraph.tone)
                for paragraph in self._paragraphs
                for line in wrap(paragraph.text, width, paragraph.hanging)
            ]
            room = height - 1
            if len(wrapped) > room:
                missing = len(wrapped) - room + 1
                wrapped = [*wrapped[: max(room - 1, 0)], (f"还有 {missing} 行，按 Enter 看全文", "accent")]
            self._drawn = ((width, height), [(self._title, "title"), *wrapped])
        return self._drawn[1]

    def _tone(self, tone: str) -> Style:
        return self.get_component_rich_style(f"item-panel--{tone}", partial=True) if tone else Style.null()
