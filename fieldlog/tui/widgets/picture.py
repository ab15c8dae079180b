# pyright: reportUnknownMemberType=false
# Textual leaves `Widget.app` without its type parameters.
"""A photograph drawn in the terminal's own cells.

Two points stand in a cell, one above the other, as a half block, as `MovingCode` does; where half blocks are drawn two cells
wide a point is two cells of background. This works in every terminal with colours; what needs a sharper look is opened outside.
"""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import work
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from fieldlog.domain.errors import FieldlogError
from fieldlog.pictures.points import Points, points_of


class Picture(Widget):
    """Draws one picture as large as there is room; reading it runs beside the keys."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "Picture { width: 1fr; height: 1fr; }"
    COMPONENT_CLASSES: ClassVar[set[str]] = set()

    def __init__(self, *, halves: bool, told: Callable[[str], object]) -> None:
        """`told` gets a line in the place of a picture that cannot be drawn, or an empty one."""
        super().__init__()
        self._halves = halves
        self._told = told
        self._path: Path | None = None
        self._points: Points = ()

    def show_picture(self, path: Path | None) -> None:
        """Draw this picture, or nothing."""
        self._path = path
        self._points = ()
        self.refresh()
        self._read()

    def on_resize(self) -> None:
        """Another size, the same picture."""
        self._read()

    def _read(self) -> None:
        width, height = self.size
        if self._path is not None and width and height:
            room = (width, height * 2) if self._halves else (width // 2, height)
            self._read_beside(self._path, *room)

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _read_beside(self, path: Path, width: int, height: int) -> None:
        points: Points = ()
        try:
            points, why = points_of(path, max(1, width), max(1, height)), ""
        except FieldlogError as error:
            why = str(error)
        except (OSError, ValueError, MemoryError):
            why = "这里画不出这张，按回车用看图程序打开"
        self.app.call_from_thread(self._take, path, points, why)

    def _take(self, path: Path, points: Points, why: str) -> None:
        if path == self._path:
            self._points = points
            self._told(why)
            self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """All there is."""
        del viewport, width
        return container.height

    def render_line(self, y: int) -> Strip:
        """One line of cells, in the middle of the room."""
        rows = len(self._points)
        lines = -(-rows // 2) if self._halves else rows
        line = y - max(0, (self.size.height - lines) // 2)
        if not 0 <= line < lines:
            return Strip.blank(self.size.width, self.rich_style)
        cells = self._half_blocks(line) if self._halves else self._blocks(line)
        before = max(0, (self.size.width - sum(segment.cell_length for segment in cells)) // 2)
        strip = Strip([Segment(" " * before, self.rich_style), *cells])
        return strip.adjust_cell_length(self.size.width, self.rich_style)

    def _half_blocks(self, line: int) -> list[Segment]:
        upper = self._points[2 * line]
        if 2 * line + 1 == len(self._points):
            return [Segment("\u2580", self.rich_style + Style(color=_hex(point))) for point in upper]
        lower = self._points[2 * line + 1]
        both = zip(upper, lower, strict=True)
        return [Segment("\u2580", Style(color=_hex(above), bgcolor=_hex(below))) for above, below in both]

    def _blocks(self, line: int) -> list[Segment]:
        return [Segment("  ", Style(bgcolor=_hex(point))) for point in self._points[line]]


def _hex(point: tuple[int, int, int]) -> str:
    return f"#{point[0]:02x}{point[1]:02x}{point[2]:02x}"
