"""Where short messages appear: a line of its own above the keys.

Not Textual's toasts. They lie over the screen, and the compositor cuts what lies on top at every edge of what lies
below: a Han glyph on such an edge becomes a gap. A line of its own also keeps text fields off the two bottom rows,
where old consoles draw the candidate window over the field (terminal#20318).
"""

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from fieldlog.tui.widgets.columns import Tone
from fieldlog.tui.widgets.wrapping import wrap


@dataclass(frozen=True, slots=True)
class Notice:
    """A short message; its tone only supports its words."""

    text: str
    tone: Tone = ""


class NoticeLine(Widget):
    """Shows one notice, on as many lines as it takes, up to three; empty it keeps its line."""

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {"notice-line--warn", "notice-line--bad"}
    """One for each tone a notice can have."""

    DEFAULT_CSS = """
    NoticeLine {
        height: auto;
        min-height: 1;
        max-height: 3;
        padding: 0 1;
        color: $foreground;
        &>.notice-line--warn { color: $warning; }
        &>.notice-line--bad { color: $error; text-style: bold; }
    }
    """

    notice: reactive[Notice] = reactive(Notice(""), layout=True)
    """What is shown."""

    def render(self) -> Text:
        """The wrapped text."""
        tone = self.notice.tone
        style = self.get_component_rich_style(f"notice-line--{tone}", partial=True) if tone else ""
        return Text("\n".join(wrap(self.notice.text, self.size.width)), style, no_wrap=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The number of lines at that width; none where there is nothing to say, so that `min-height` decides."""
        return len(wrap(self.notice.text, width)) if self.notice.text else 0
