"""The line above the keys where a screen says what has just happened."""

from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from fieldlog.tui.widgets.cells import fit
from fieldlog.tui.widgets.columns import Cell


class MessageLine(Widget):
    """One line of text in a tone. Empty most of the time; it keeps its place, so that nothing moves."""

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "message-line--muted",
        "message-line--good",
        "message-line--warn",
        "message-line--bad",
        "message-line--accent",
        "message-line--strong",
    }
    """One for each tone."""

    DEFAULT_CSS = """
    MessageLine {
        height: 1;
        padding: 0 1;
        background: $background;
        &>.message-line--muted { color: $text-muted; }
        &>.message-line--good { color: $success; }
        &>.message-line--warn { color: $warning; }
        &>.message-line--bad { color: $error; text-style: bold; }
        &>.message-line--accent { color: $primary; }
        &>.message-line--strong { text-style: bold; }
    }
    """

    message: reactive[Cell] = reactive(Cell(""))
    """What is said."""

    def render(self) -> Text:
        """The message; where it does not fit, the end is cut and marked."""
        text, tone = self.message.text, self.message.tone
        style = self.get_component_rich_style(f"message-line--{tone}", partial=True) if tone else Style.null()
        return Text(fit(text, self.size.width) if text else "", style, no_wrap=True, end="")
