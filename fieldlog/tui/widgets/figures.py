"""A few numbers with their words, on one line or below each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.geometry import Size
from textual.widget import Widget

from fieldlog.tui.widgets.columns import Tone

_GAP = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and what it counts; its tone shows only where the number is not zero."""

    word: str
    number: int
    tone: Tone = ""


class Figures(Widget):
    """Numbers side by side, in as many lines as the width asks for, in columns of equal width."""

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "figures--word",
        "figures--strong",
        "figures--good",
        "figures--warn",
        "figures--bad",
        "figures--muted",
        "figures--accent",
    }
    """
    | Class | Description |
    | :- | :- |
    | `figures--word` | What a number counts. |
    | `figures--strong` ... | A number of that tone. |
    """

    DEFAULT_CSS = """
    Figures {
        height: auto;
        &>.figures--word { color: $text-muted; }
        &>.figures--strong { text-style: bold; }
        &>.figures--good { color: $success; text-style: bold; }
        &>.figures--warn { color: $warning; text-style: bold; }
        &>.figures--bad { color: $error; text-style: bold; }
        &>.figures--muted { color: $text-muted; }
        &>.figures--accent { color: $primary; text-style: bold; }
    }
    """

    def __init__(self, figures: Sequence[Figure] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._figures = tuple(figures)

    def set_figures(self, figures: Sequence[Figure]) -> None:
        """Show other numbers."""
        if tuple(figures) != self._figures:
            self._figures = tuple(figures)
            self.refresh(layout=True)

    def render(self) -> Text:
        """The numbers in columns."""
        lines: list[Text] = []
        per_line = self._per_line(self.size.width)
        for start in range(0, len(self._figures), per_line):
            line = Text(no_wrap=True)
            for place, figure in enumerate(self._figures[start : start + per_line]):
                line.append(" " * (place * self._cell - line.cell_len))
                line.append(figure.word, self._style("word")).append(f" {figure.number}", self._number_style(figure))
            lines.append(line)
        return Text("\n", no_wrap=True).join(lines)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the numbers need."""
        return -(-len(self._figures) // self._per_line(width)) if self._figures else 0

    @property
    def _cell(self) -> int:
        return max((cell_len(f"{figure.word} {figure.number}") for figure in self._figures), default=1) + _GAP

    def _per_line(self, width: int) -> int:
        fits = max((width + _GAP) // self._cell, 1)
        lines = -(-len(self._figures) // fits)
        return max(-(-len(self._figures) // lines), 1) if lines else 1  # as even as can be: 3 and 3, not 5 and 1

    def _number_style(self, figure: Figure) -> Style:
        return self._style(figure.tone if figure.number and figure.tone else "strong" if figure.number else "muted")

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"figures--{name}", partial=True)
