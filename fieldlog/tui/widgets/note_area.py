# pyright: reportUnknownMemberType=false
# Textual leaves `Widget.app` and `Screen` signals without their type parameters.
"""Several lines of text. In a module of its own, because Textual's `TextArea` is slow to import."""

from dataclasses import dataclass
from typing import ClassVar

from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.widgets import TextArea

from fieldlog.tui.widgets.text_field import STAY_NOTICE
from fieldlog.tui.widgets.words import word_end, word_start


class NoteArea(TextArea, inherit_bindings=False):
    """Several lines of text, with undo. `Draft` follows every change at once, for the caller to journal.

    The first Esc on text that was typed here only says that a second one leaves. Tab goes to the next field.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "离开"),
        Binding("ctrl+z,super+z", "undo", "撤销", show=False),
        Binding("ctrl+y,super+y", "redo", "重做", show=False),
        Binding("backspace", "delete_left", "删除前一字", show=False),
        Binding("delete,ctrl+d", "delete_right", "删除后一字", show=False),
        Binding("ctrl+w,ctrl+backspace,alt+backspace", "delete_word_left", "删除前一词", show=False),
        Binding("ctrl+u,super+backspace", "delete_to_start_of_line", "删到行首", show=False),
        Binding("ctrl+k", "delete_to_end_of_line_or_delete_line", "删到行尾", show=False),
        Binding("up", "cursor_up", "上一行", show=False),
        Binding("down", "cursor_down", "下一行", show=False),
        Binding("left", "cursor_left", "左移一字", show=False),
        Binding("right", "cursor_right", "右移一字", show=False),
        Binding("ctrl+left", "cursor_word_left", "左移一词", show=False),
        Binding("ctrl+right", "cursor_word_right", "右移一词", show=False),
        Binding("home,ctrl+a", "cursor_line_start", "到行首", show=False),
        Binding("end,ctrl+e", "cursor_line_end", "到行尾", show=False),
        Binding("pageup", "cursor_page_up", "上一页", show=False),
        Binding("pagedown", "cursor_page_down", "下一页", show=False),
        Binding("shift+up", "cursor_up(True)", "向上选", show=False),
        Binding("shift+down", "cursor_down(True)", "向下选", show=False),
        Binding("shift+left", "cursor_left(True)", "向左选", show=False),
        Binding("shift+right", "cursor_right(True)", "向右选", show=False),
        Binding("shift+home", "cursor_line_start(True)", "选到行首", show=False),
        Binding("shift+end", "cursor_line_end(True)", "选到行尾", show=False),
        Binding("ctrl+shift+a", "select_all", "全选", show=False),
        Binding("ctrl+x,super+x", "cut", "剪切", show=False),
        Binding("ctrl+c,super+c", "copy", "复制", show=False),
        Binding("ctrl+v", "paste", "粘贴", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | escape | On typed text: say so first; then leave it to the screen. |
    | ctrl+w | Delete a word: letters and digits, or two Han characters. |
    """

    DEFAULT_CSS = """
    NoteArea, NoteArea:focus {
        border: none;
        padding: 0 1;
        height: 6;
        background: $boost;
        color: $foreground;
        scrollbar-size-vertical: 1;
        & .text-area--cursor-line { background: transparent; }
    }
    NoteArea:focus { background-tint: $primary 12%; }
    """

    @dataclass
    class Draft(Message):
        """The text changed; sent for every change, so that a kill at any moment loses nothing."""

        area: "NoteArea"
        text: str

        @property
        def control(self) -> "NoteArea":
            """The area."""
            return self.area

    def __init__(
        self, text: str = "", *, placeholder: str = "", id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(text, placeholder=placeholder, id=id, classes=classes)
        self._given = text
        self._seen = text
        self._esc_said = False

    @property
    def typed(self) -> bool:
        """Whether the officer changed the text that was given."""
        return self.text != self._given

    def restore(self, text: str) -> None:
        """Put text here that is already kept elsewhere; no `Draft` follows, and nothing is left to undo."""
        self._given = self._seen = text
        self.load_text(text)
        self.move_cursor(self.document.end)

    def on_mount(self) -> None:
        """Follow the area when a layout moves it."""
        self.screen.screen_layout_refresh_signal.subscribe(self, self._place_cursor, immediate=True)
        self.move_cursor(self.document.end)

    def _place_cursor(self, _screen: Screen[object]) -> None:
        if self.has_focus:
            self.app.cursor_position = self.cursor_screen_offset

    def on_text_area_changed(self) -> None:
        """Send the draft, once for each text."""
        self._esc_said = False
        if self.text != self._seen:
            self._seen = self.text
            self.post_message(self.Draft(self, self.text))

    def action_leave(self) -> None:
        """Say that the text is kept; the next Esc is the screen's."""
        if self.typed and not self._esc_said:
            self._esc_said = True
            self.notify(STAY_NOTICE)
            return
        raise SkipAction

    def get_cursor_word_left_location(self) -> tuple[int, int]:
        """The start of the word before the cursor, or the end of the line above."""
        row, column = self.cursor_location
        if not column and row:
            return row - 1, len(self.document[row - 1])
        return row, word_start(self.document[row], column)

    def get_cursor_word_right_location(self) -> tuple[int, int]:
        """The end of the word after the cursor, or the start of the line below."""
        row, column = self.cursor_location
        if column == len(self.document[row]) and row + 1 < self.document.line_count:
            return row + 1, 0
        return row, word_end(self.document[row], column)
