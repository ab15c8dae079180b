"""The two lines above the list: where, what, who, since when, how far."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from fieldlog.tui.widgets.cells import fit
from fieldlog.tui.widgets.columns import Cell

_GAP = 2


@dataclass(frozen=True, slots=True)
class HeaderLines:
    """What the two lines say; the right sides stay, the left sides are shortened where there is no room."""

    premises: str = ""
    lists: str = ""
    who: str = ""
    progress: tuple[Cell, ...] = ()
    warnings: tuple[Cell, ...] = ()


class WalkHeader(Widget):
    """Shows `HeaderLines`."""

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "walk-header--accent",
        "walk-header--strong",
        "walk-header--muted",
        "walk-header--good",
        "walk-header--warn",
        "walk-header--bad",
    }
    """One for each tone of a piece."""

    DEFAULT_CSS = """
    WalkHeader {
        height: 2;
        padding: 0 1;
        background: $background;
        &>.walk-header--accent { color: $primary; }
        &>.walk-header--strong { text-style: bold; }
        &>.walk-header--muted { color: $text-muted; }
        &>.walk-header--good { color: $success; }
        &>.walk-header--warn { color: $warning; }
        &>.walk-header--bad { color: $error; }
    }
    """

    lines: reactive[HeaderLines] = reactive(HeaderLines())
    """What is shown; set it to change it."""

    def render(self) -> Text:
        """Both lines."""
        now, width = self.lines, self.size.width
        first = [Cell(now.premises, "strong"), Cell(now.lists, "")]
        return Text("\n", no_wrap=True, end="").join(
            [self._line(first, now.progress, width), self._line([Cell(now.who, "muted")], now.warnings, width)]
        )

    def _line(self, left: Sequence[Cell], right: Sequence[Cell], width: int) -> Text:
        ending = self._joined(right)
        room = width - ending.cell_len - _GAP
        line = Text(end="")
        for cell in left:
            space = room - line.cell_len - (_GAP if line.plain else 0)
            if not cell.text or space < 2:
                continue
            line.append(" " * _GAP if line.plain else "")
            line.append(fit(cell.text, min(space, cell_len(cell.text))), self._style(cell))
        line.append(" " * max(width - line.cell_len - ending.cell_len, 0))
        return line.append_text(ending)

    def _joined(self, cells: Sequence[Cell]) -> Text:
        line = Text(end="")
        for cell in cells:
            line.append(" " * _GAP if line.plain else "").append(cell.text, self._style(cell))
        return line

    def _style(self, cell: Cell) -> Style:
        return self.get_component_rich_style(f"walk-header--{cell.tone}", partial=True) if cell.tone else Style.null()
