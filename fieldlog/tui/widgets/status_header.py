"""The top line of every screen: whose laptop this is, what waits for the office, what time it is."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from fieldlog.tui.status import GAP, Part, Status, header_parts

_LOOK_AT_CLOCK_S = 5.0


class StatusHeader(Widget):
    """Shows a `Status` and the time. `now` is asked every few seconds; only a new minute is drawn."""

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "status-header--accent",
        "status-header--strong",
        "status-header--muted",
        "status-header--warn",
        "status-header--bad",
    }
    """One for each tone a part can have."""

    DEFAULT_CSS = """
    StatusHeader {
        height: 1;
        padding: 0 1;
        background: $panel;
        color: $foreground;
        &>.status-header--accent { color: $primary; text-style: bold; }
        &>.status-header--strong { text-style: bold; }
        &>.status-header--muted { color: $text-muted; }
        &>.status-header--warn { color: $warning; }
        &>.status-header--bad { color: $error; text-style: bold; }
    }
    """

    status: reactive[Status] = reactive(Status())
    """What the line says; set it to change it."""

    minute: reactive[datetime | None] = reactive(None)
    """The time shown, to the minute."""

    def __init__(self, status: Status, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self.set_reactive(StatusHeader.status, status)
        self._look_at_clock()

    def on_mount(self) -> None:
        """Start looking at the clock."""
        self.set_interval(_LOOK_AT_CLOCK_S, self._look_at_clock)

    def _look_at_clock(self) -> None:
        self.minute = self._now().replace(second=0, microsecond=0)

    def render(self) -> Text:
        """The parts that fit, the ones of the right side at the right."""
        width = self.size.width
        parts = header_parts(self.status, self.minute or self._now(), width)
        left = self._joined([part for part in parts if part.side == "left"])
        right = self._joined([part for part in parts if part.side == "right"])
        left.append(" " * max(width - left.cell_len - right.cell_len, 0))
        return left.append_text(right)

    def _joined(self, parts: list[Part]) -> Text:
        line = Text(no_wrap=True, end="")
        for place, part in enumerate(parts):
            line.append(" " * GAP if place else "")
            style = self.get_component_rich_style(f"status-header--{part.tone}", partial=True) if part.tone else ""
            line.append(part.text, style)
        return line
