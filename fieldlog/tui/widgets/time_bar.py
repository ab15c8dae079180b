"""The time bar of one inspection on film."""

from typing import ClassVar

from rich.text import Text
from textual.geometry import Size
from textual.widget import Widget

from fieldlog.tui.film_bar import LABEL, LEGEND, Clock, FilmBar, bar_lines
from fieldlog.tui.widgets.cells import fit


class TimeBar(Widget):
    """Stages and marks above, the cameras' recordings as bars, gaps hatched, a pointer below."""

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "time-bar--muted",
        "time-bar--good",
        "time-bar--warn",
        "time-bar--accent",
    }
    """Axis and legend, recordings, gaps, the pointer."""

    DEFAULT_CSS = """
    TimeBar {
        height: auto;
        &>.time-bar--muted { color: $text-muted; }
        &>.time-bar--good { color: $success; }
        &>.time-bar--warn { color: $warning; }
        &>.time-bar--accent { color: $primary; text-style: bold; }
    }
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._bar = FilmBar(())
        self._here: int | None = None

    def show_bar(self, bar: FilmBar) -> None:
        """Draw this one."""
        self._bar = bar
        self.refresh(layout=True)

    def point_at(self, ms: int | None) -> None:
        """Move the pointer."""
        if ms != self._here:
            self._here = ms
            self.refresh()

    def render(self) -> Text:
        """The lines, and what the signs mean."""
        text = Text(no_wrap=True)
        muted = self.get_component_rich_style("time-bar--muted", partial=True)
        for line in bar_lines(self._bar, self.size.width, self._clock, self._here):
            text.append(fit(line.label, LABEL), muted)
            style = self.get_component_rich_style(f"time-bar--{line.tone}", partial=True) if line.tone else ""
            text.append(line.cells, style).append("\n")
        return text.append(fit(LEGEND, self.size.width).rstrip(), muted)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A line each and the legend."""
        return len(bar_lines(self._bar, width, self._clock)) + 1
