"""What a paper asks for that no record holds: its number and what is typed for it."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from fieldlog.actions import answering
from fieldlog.book.book import Book
from fieldlog.domain.errors import FieldlogError
from fieldlog.domain.people import StartedLog
from fieldlog.papers.layout import Layout
from fieldlog.tui.drafts import DraftKeeper
from fieldlog.tui.screens.frame import FieldScreen
from fieldlog.tui.screens.hazard_form import FormLine
from fieldlog.tui.widgets.note_area import NoteArea
from fieldlog.tui.widgets.prose import Paragraph, Prose
from fieldlog.tui.widgets.text_field import TextField

NUMBER = "number"
_LONG = 40
"""A sample longer than this gets several lines."""


class PaperForm(FieldScreen[Mapping[str, str]]):
    """One field a line; F10 takes them. What is typed is in the log at once and comes back."""

    CSS_PATH = "../styles/hazard_form.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f10,ctrl+s", "take", "出文书"),
        Binding("enter,down", "app.focus_next", "下一栏"),
        Binding("up", "app.focus_previous", "上一栏", show=False),
        Binding("escape", "leave", "返回（文字保留）"),
    ]

    def __init__(self, book: Book, by: str, layout: Layout, of: str, number: str) -> None:
        super().__init__()
        self._book, self._layout = book, layout
        self._prefix = f"paper:{of}:{layout.id}:"
        self._texts = {NUMBER: number} if layout.series else {}
        self._texts |= dict.fromkeys(layout.typed, "")
        self._drafts = DraftKeeper(
            self, lambda field, text: answering.save_draft(book, by, book.device.doc, field, text), self._complain
        )
        state = book.document(book.device.doc)
        kept = state.drafts if isinstance(state, StartedLog) else {}
        for name in self._texts:
            if text := kept.get(self._prefix + name):
                self._drafts.known(self._prefix + name, text)
                self._texts[name] = text

    def compose_body(self) -> Iterable[Widget]:
        """The fields, each behind its word."""
        with VerticalScroll(can_focus=False, id="form"):
            yield Prose([Paragraph(f"{self._layout.title}  {self._layout.note}", "accent")], classes="form--title")
            if self._layout.series:
                yield FormLine("文号", TextField(self._texts[NUMBER], id=NUMBER), "")
            for name, field in self._layout.typed.items():
                if len(field.sample) > _LONG:
                    yield FormLine(
                        field.what, NoteArea(self._texts[name], placeholder=f"如 {field.sample}", id=name), "-tall"
                    )
                else:
                    yield FormLine(
                        field.what, TextField(self._texts[name], placeholder=f"如 {field.sample}", id=name), ""
                    )

    def on_text_field_draft(self, message: TextField.Draft) -> None:
        """Take a change in."""
        self._changed(str(message.field.id), message.text)

    def on_note_area_draft(self, message: NoteArea.Draft) -> None:
        """Take a change in."""
        self._changed(str(message.area.id), message.text)

    def _changed(self, name: str, text: str) -> None:
        self._texts[name] = text
        self._drafts.change(self._prefix + name, text)

    def on_input_submitted(self, _message: Input.Submitted) -> None:
        """Enter in a field goes on to the next."""
        self.focus_next()

    def on_unmount(self) -> None:
        """Leave no typed text behind."""
        self._drafts.flush()

    def _complain(self, error: FieldlogError) -> None:
        self.notify(str(error), severity="error", timeout=8)

    def action_leave(self) -> None:
        """Go back; what was typed waits."""
        self._drafts.flush()
        self.dismiss(None)

    def action_take(self) -> None:
        """Hand the texts over, or say which is lacking."""
        for name, field in self._layout.typed.items():
            if field.required and not self._texts[name].strip():
                self.notify(f"还没有写：{field.what}", severity="warning")
                self.query_one(f"#{name}").focus()
                return
        for name in self._texts:
            self._drafts.end(self._prefix + name)
        self.dismiss(dict(self._texts))
