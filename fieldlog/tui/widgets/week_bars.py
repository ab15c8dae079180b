"""Twelve weeks of found and closed hazards as columns of `#` and `=`: block characters are of ambiguous width."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.geometry import Size
from textual.widget import Widget

FOUND, CLOSED = "#", "="
_WEEK = 3  # cells: two bars and a gap


def columns(weekly: Sequence[tuple[int, int]], height: int) -> list[list[tuple[bool, bool]]]:
    """The chart's lines from the top: whether each week's two bars reach that high. One is never drawn as none."""
    most = max((number for week in weekly for number in week), default=0)
    if not most:
        return [[(False, False)] * len(weekly) for _ in range(height)]
    tall = [(-(-found * height // most), -(-closed * height // most)) for found, closed in weekly]
    return [[(found >= level, closed >= level) for found, closed in tall] for level in range(height, 0, -1)]


class WeekBars(Widget):
    """Found and closed, week by week, the newest at the right, with the sums in the line above."""

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {"week-bars--found", "week-bars--closed", "week-bars--word"}
    """The bars of what was found, of what was closed, and the words."""

    DEFAULT_CSS = """
    WeekBars {
        height: 7;
        width: 38;
        &>.week-bars--found { color: $warning; }
        &>.week-bars--closed { color: $success; }
        &>.week-bars--word { color: $text-muted; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._weekly: tuple[tuple[int, int], ...] = ()
        self._first = ""

    def set_weeks(self, weekly: Sequence[tuple[int, int]], first: str) -> None:
        """Show these weeks; `first` names the first one."""
        if (tuple(weekly), first) != (self._weekly, self._first):
            self._weekly, self._first = tuple(weekly), first
            self.refresh()

    def render(self) -> Text:
        """Sums, bars, and the ends of the axis."""
        found_style = self.get_component_rich_style("week-bars--found", partial=True)
        closed_style = self.get_component_rich_style("week-bars--closed", partial=True)
        word_style = self.get_component_rich_style("week-bars--word", partial=True)
        text = Text(no_wrap=True)
        text.append(f"近{len(self._weekly)}周  ", word_style)
        text.append(f"{FOUND} 新增 {sum(found for found, _ in self._weekly)}", found_style).append("  ")
        text.append(f"{CLOSED} 销号 {sum(closed for _, closed in self._weekly)}", closed_style)
        for line in columns(self._weekly, max(self.size.height - 2, 1)):
            text.append("\n")
            for found, closed in line:
                text.append(FOUND if found else " ", found_style).append(CLOSED if closed else " ", closed_style)
                text.append(" ")
        width = max(len(self._weekly) * _WEEK - 1, 0)
        text.append("\n").append(f"{self._first}{'本周':>{max(width - len(self._first) - 2, 2)}}", word_style)
        return text

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Three cells a week."""
        return max(len(self._weekly) * _WEEK, 30)
