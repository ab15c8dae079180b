"""A block of text that breaks its lines as Chinese typesetting asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.geometry import Size
from textual.widget import Widget

from fieldlog.tui.widgets.columns import Tone
from fieldlog.tui.widgets.wrapping import wrap


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text shown in one tone; lines after its first, where `indented` that one too, begin `hanging` cells further in."""

    text: str
    tone: Tone = ""
    hanging: int = 0
    indented: bool = False


class Prose(Widget):
    """Shows paragraphs, as tall as they need. Put it into a `VerticalScroll` where they may be taller than the place.

    An empty paragraph is an empty line.
    """

    ALLOW_SELECT = False  # the lines are ours: Textual would select by its own wrapping

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "prose--muted",
        "prose--good",
        "prose--warn",
        "prose--bad",
        "prose--accent",
        "prose--strong",
    }
    """
    | Class | Description |
    | :- | :- |
    | `prose--muted` ... `prose--strong` | A paragraph of that tone. |
    """

    DEFAULT_CSS = """
    Prose {
        width: 1fr;
        height: auto;
        &>.prose--muted { color: $text-muted; }
        &>.prose--good { color: $success; }
        &>.prose--warn { color: $warning; }
        &>.prose--bad { color: $error; }
        &>.prose--accent { color: $primary; }
        &>.prose--strong { text-style: bold; }
    }
    """

    def __init__(
        self, content: str | Sequence[Paragraph] = "", *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._paragraphs = _paragraphs(content)

    @property
    def text(self) -> str:
        """The paragraphs, one a line, as they were given."""
        return "\n".join(paragraph.text for paragraph in self._paragraphs)

    def show(self, content: str | Sequence[Paragraph]) -> None:
        """Show other text. Costs a layout only where the text is new."""
        paragraphs = _paragraphs(content)
        if paragraphs != self._paragraphs:
            self._paragraphs = paragraphs
            self.refresh(layout=True)

    def render(self) -> Text:
        """The wrapped lines."""
        lines: list[Text] = []
        for paragraph in self._paragraphs:
            style = self._style(paragraph.tone)
            lines.extend(Text(line, style) for line in _lines(paragraph, self.size.width))
        return Text("\n", no_wrap=True).join(lines)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The number of lines at that width."""
        return sum(len(_lines(paragraph, width)) for paragraph in self._paragraphs)

    def _style(self, tone: Tone) -> Style:
        return self.get_component_rich_style(f"prose--{tone}", partial=True) if tone else Style.null()


def _lines(paragraph: Paragraph, width: int) -> list[str]:
    return wrap(paragraph.text, width, paragraph.hanging, indented=paragraph.indented)


def _paragraphs(content: str | Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    return (Paragraph(content),) if isinstance(content, str) else tuple(content)
