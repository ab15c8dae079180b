"""One of a few words in a form, chosen by its digit or with the arrows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class ChoiceField(Widget, can_focus=True):
    """Words side by side, the chosen one marked `(*)`."""

    ALLOW_SELECT = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "choose(0)", "第一个", show=False),
        Binding("2", "choose(1)", "第二个", show=False),
        Binding("3", "choose(2)", "第三个", show=False),
        Binding("right,space", "step(1)", "换一个", show=False),
        Binding("left", "step(-1)", "换回", show=False),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice-field--chosen"}
    """
    | Class | Description |
    | :- | :- |
    | `choice-field--chosen` | The chosen word, which also has the mark. |
    """

    DEFAULT_CSS = """
    ChoiceField {
        height: 1;
        padding: 0 1;
        background: $boost;
        &>.choice-field--chosen { color: $primary; text-style: bold; }
    }
    ChoiceField:focus { background-tint: $primary 12%; }
    """

    chosen: reactive[int] = reactive(0)
    """Index of the chosen word."""

    @dataclass
    class Changed(Message):
        """Another word is chosen."""

        field: "ChoiceField"
        text: str

        @property
        def control(self) -> "ChoiceField":
            """The field."""
            return self.field

    def __init__(self, words: Sequence[str], chosen: int = 0, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._words = tuple(words)
        self.set_reactive(ChoiceField.chosen, chosen)

    @property
    def text(self) -> str:
        """The chosen word."""
        return self._words[self.chosen]

    def render(self) -> Text:
        """Every word with its digit."""
        line = Text(no_wrap=True, end="")
        for index, word in enumerate(self._words):
            picked = index == self.chosen
            style = self.get_component_rich_style("choice-field--chosen", partial=True) if picked else ""
            line.append("   " if index else "").append(f"{'(*)' if picked else '( )'} {index + 1} {word}", style)
        return line

    def action_choose(self, index: int) -> None:
        """Choose the word of that index, if there is one."""
        if index < len(self._words) and index != self.chosen:
            self.chosen = index
            self.post_message(self.Changed(self, self.text))

    def action_step(self, by: int) -> None:
        """Choose the next word, round and round."""
        self.action_choose((self.chosen + by) % len(self._words))

    async def _on_click(self, event: events.Click) -> None:
        event.stop()
        self.action_step(1)
