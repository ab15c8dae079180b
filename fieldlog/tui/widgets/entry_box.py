# pyright: reportUnknownMemberType=false
# Textual leaves `Widget.app` and `Screen` signals without their type parameters.
"""A text field that opens at the cursor, over the list: for remarks, findings in the officer's words, numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message

from fieldlog.tui.widgets.note_area import NoteArea
from fieldlog.tui.widgets.prose import Paragraph, Prose

NO_WORDS: Final[Mapping[str, str]] = MappingProxyType({})


class EntryArea(NoteArea):
    """The field of an `EntryBox`. Enter takes the text, Ctrl+J breaks the line; one Esc leaves, the text is kept."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "保存"),
        Binding("escape", "leave", "先放着（文字保留）"),
        Binding("ctrl+j", "break_line", "换行"),
    ]

    DEFAULT_CSS = """
    EntryArea, EntryArea:focus { height: 3; }
    """

    @dataclass
    class Taken(Message):
        """Enter: the text is to be saved."""

        text: str

    @dataclass
    class Left(Message):
        """Esc: the text stays a draft."""

        text: str

    def __init__(self) -> None:
        super().__init__(id="entry")
        self.bubbling: events.Key | None = None
        """The key that the field passes on to the screen."""
        self.open = False
        self.action_words: dict[str, str] = {}
        self.several_lines = True
        """Ctrl+J breaks the line; a number or a name has only one."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer a new line only where the text may have one."""
        return self.several_lines if action == "break_line" else True

    async def _on_key(self, event: events.Key) -> None:
        # A key that was on its way here when the field closed belongs to the list.
        if not self.open:
            event.stop()
            event.prevent_default()
            self.screen.post_message(events.Key(event.key, event.character))
            return
        if event.key in ("enter", "escape", "ctrl+j"):
            event.stop()
            event.prevent_default()
            {"enter": self.action_take, "escape": self.action_leave, "ctrl+j": self.action_break_line}[event.key]()
            return
        self.bubbling = event
        await super()._on_key(event)

    def action_take(self) -> None:
        """Post `Taken`."""
        self.open = False
        self.post_message(self.Taken(self.text))

    def action_leave(self) -> None:
        """Post `Left`."""
        self.open = False
        self.post_message(self.Left(self.text))

    def action_break_line(self) -> None:
        """Begin a new line."""
        if self.several_lines:
            self.insert("\n")


class EntryBox(Vertical):
    """Title, field and a line on what is expected. Mounted once, shown where it is needed."""

    DEFAULT_CSS = """
    EntryBox {
        layer: overlay;
        display: none;
        height: auto;
        background: $panel;
        padding: 0 1;
        &>.entry--title { color: $primary; text-style: bold; }
        &>.entry--hint { color: $text-muted; }
    }
    """

    def __init__(self) -> None:
        super().__init__(id="entry-box")
        self.purpose = ""
        """What the text is for, as whoever opened it calls it."""
        self.area = EntryArea()
        self._title = Prose(classes="entry--title")
        self._hint = Prose(classes="entry--hint")

    def compose(self) -> ComposeResult:
        """Title, field, hint."""
        yield self._title
        yield self.area
        yield self._hint

    @property
    def is_open(self) -> bool:
        """Whether keys go into the field."""
        return self.area.open

    def open(
        self,
        purpose: str,
        title: str,
        *,
        text: str = "",
        hint: str = "",
        several_lines: bool = True,
        words: Mapping[str, str] = NO_WORDS,
    ) -> None:
        """Show the field with a text in it and let it take the keys at once; `words` are other names for its keys."""
        self.purpose = purpose
        self.area.several_lines = several_lines
        self.area.action_words = dict(words)
        self._title.show(title)
        self._hint.show([Paragraph(hint, "muted")] if hint else [])
        self.area.restore(text)
        self.area.open = True
        self.display = True
        self.screen.set_focus(self.area, scroll_visible=False)

    def complain(self, why: str) -> None:
        """Say what is wrong with the text and keep the field open."""
        self._hint.show([Paragraph(why, "bad")])
        self.area.open = True
        self.display = True
        self.screen.set_focus(self.area, scroll_visible=False)

    def close(self) -> None:
        """Hide the field."""
        self.area.open = False
        self.display = False
        self.screen.set_focus(None)
