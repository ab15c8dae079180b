"""The question for several lines of text, apart from the others because Textual's `TextArea` is slow to import."""

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.tui.screens.dialog import Dialog
from fieldlog.tui.widgets.note_area import NoteArea


class AskNote(Dialog[str]):
    """Several lines of text; F10 or Ctrl+S takes them. `on_draft` gets every change, to journal it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f10,ctrl+s", "take", "确定")]

    def __init__(
        self,
        title: str,
        *,
        text: str = "",
        placeholder: str = "",
        on_draft: Callable[[str], object] | None = None,
    ) -> None:
        super().__init__(title)
        self._on_draft = on_draft
        self._area = NoteArea(text, placeholder=placeholder)

    def compose_body(self) -> Iterable[Widget]:
        """The area."""
        yield self._area

    def on_note_area_draft(self, message: NoteArea.Draft) -> None:
        """Pass the draft on."""
        if self._on_draft is not None:
            self._on_draft(message.text)

    def action_take(self) -> None:
        """Close with the text."""
        self.dismiss(self._area.text.strip())
