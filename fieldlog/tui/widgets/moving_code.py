"""A QR code drawn as large as there is room, dark on light whatever the theme, since many readers know no other.

Two modules stand in a cell, one above the other, as a half block; these are of ambiguous width, so that a terminal that draws
them two cells wide gets one module in two cells of background instead.
"""

from collections.abc import Sequence
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

QUIET: Final = 2
"""Modules of margin drawn at least; the standard's four where that costs nothing."""
_MOST_QUIET: Final = 4
_LIGHT: Final = Style(color="#000000", bgcolor="#ffffff")
_DARK: Final = Style(color="#ffffff", bgcolor="#000000")


class MovingCode(Widget):
    """Shows one code after the other; whoever holds it asks how many modules there is room for."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "MovingCode { width: 1fr; height: 1fr; }"

    class Resized(Message):
        """There is another amount of room than before."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set()

    def __init__(self, *, halves: bool) -> None:
        super().__init__()
        self._halves = halves
        self._modules: Sequence[Sequence[bool]] = ()

    @property
    def room(self) -> int:
        """How many modules wide and high a code may be."""
        return self._points - 2 * QUIET

    @property
    def _points(self) -> int:
        """How many points there are; one is half a cell high, or a line high and two cells wide."""
        width, height = self.size
        return min(width, height * 2) if self._halves else min(width // 2, height)

    @property
    def _scale(self) -> int:
        """How many points wide and high a module is drawn."""
        return max(1, self._points // (len(self._modules) + 2 * QUIET))

    @property
    def _quiet(self) -> int:
        """How many modules of margin there is room for."""
        return min(_MOST_QUIET, max(QUIET, (self._points // self._scale - len(self._modules)) // 2))

    def show_code(self, modules: Sequence[Sequence[bool]]) -> None:
        """Draw this code, or nothing."""
        self._modules = modules
        self.refresh()

    def on_resize(self) -> None:
        """Another code may fit now."""
        self.post_message(self.Resized())

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """All there is."""
        del viewport, width
        return container.height

    def render_line(self, y: int) -> Strip:
        """One line of cells, in the middle of the room."""
        if not self._modules:
            return Strip.blank(self.size.width, self.rich_style)
        side = (len(self._modules) + 2 * self._quiet) * self._scale
        lines = (side + 1) // 2 if self._halves else side
        line = y - max(0, (self.size.height - lines) // 2)
        if not 0 <= line < lines:
            return Strip.blank(self.size.width, self.rich_style)
        cells = self._half_blocks(line, side) if self._halves else self._blocks(line, side)
        before = max(0, (self.size.width - sum(segment.cell_length for segment in cells)) // 2)
        strip = Strip([Segment(" " * before, self.rich_style), *cells])
        return strip.adjust_cell_length(self.size.width, self.rich_style)

    def _half_blocks(self, line: int, side: int) -> list[Segment]:
        """Two rows of modules in one line; below the last one the margin goes on."""
        segments: list[Segment] = []
        for x in range(side):
            upper, lower = self._dark(x, 2 * line), self._dark(x, 2 * line + 1)
            style = _DARK if lower else _LIGHT
            segments.append(Segment(" " if upper == lower else "▀", style))
        return segments

    def _blocks(self, line: int, side: int) -> list[Segment]:
        return [Segment("  ", _DARK if self._dark(x, line) else _LIGHT) for x in range(side)]

    def _dark(self, x: int, y: int) -> bool:
        row, column = y // self._scale - self._quiet, x // self._scale - self._quiet
        inside = 0 <= row < len(self._modules) and 0 <= column < len(self._modules)
        return inside and self._modules[row][column]
