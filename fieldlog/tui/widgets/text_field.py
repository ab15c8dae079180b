# pyright: reportUnknownMemberType=false
# Textual leaves `Widget.app` and `Screen` signals without their type parameters.
"""One line of text: what an officer types is never lost, and an input method finds its place.

Textual's `Input` keeps only the first line of a paste, has no undo, and its Ctrl+W takes a whole sentence of Han.
"""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input
from textual.widgets.input import Selection

from fieldlog.tui.widgets.cells import one_line
from fieldlog.tui.widgets.words import word_end, word_start

STAY_NOTICE = "文字还在。再按一次 Esc 离开"
"""Said by the first Esc on typed text."""

_LONGEST_UNDO_STEP = 12  # characters typed in one go that one Ctrl+Z takes back


def join_lines(text: str) -> str:
    """The lines of a paste on one line, with a space between them."""
    return one_line(" ".join(line.strip() for line in text.splitlines() if line.strip()))


@dataclass(frozen=True, slots=True)
class _Before:
    """A value and its cursor, as Ctrl+Z brings them back."""

    value: str
    cursor: int


class TextField(Input, inherit_bindings=False):
    """One line of text.

    A paste of several lines is joined with spaces. The first Esc on text that was typed here only says that a second
    one leaves, so a slip loses nothing. `Draft` follows every change at once, for the caller to journal.

    Never put it on the two bottom rows: old consoles draw the candidate window over it there (terminal#20318).
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "确定"),
        Binding("escape", "leave", "离开"),
        Binding("ctrl+z,super+z", "undo", "撤销", show=False),
        Binding("ctrl+y,super+y", "redo", "重做", show=False),
        Binding("backspace", "delete_left", "删除前一字", show=False),
        Binding("delete,ctrl+d", "delete_right", "删除后一字", show=False),
        Binding("ctrl+w,ctrl+backspace,alt+backspace", "delete_left_word", "删除前一词", show=False),
        Binding("ctrl+u,super+backspace", "delete_left_all", "删除光标前全部", show=False),
        Binding("ctrl+k", "delete_right_all", "删除光标后全部", show=False),
        Binding("left", "cursor_left", "左移一字", show=False),
        Binding("right", "cursor_right", "右移一字", show=False),
        Binding("ctrl+left", "cursor_left_word", "左移一词", show=False),
        Binding("ctrl+right", "cursor_right_word", "右移一词", show=False),
        Binding("home,ctrl+a", "home", "到行首", show=False),
        Binding("end,ctrl+e", "end", "到行尾", show=False),
        Binding("shift+left", "cursor_left(True)", "向左选", show=False),
        Binding("shift+right", "cursor_right(True)", "向右选", show=False),
        Binding("shift+home", "home(True)", "选到行首", show=False),
        Binding("shift+end", "end(True)", "选到行尾", show=False),
        Binding("ctrl+shift+a", "select_all", "全选", show=False),
        Binding("ctrl+x", "cut", "剪切", show=False),
        Binding("ctrl+c,super+c", "copy", "复制", show=False),
        Binding("ctrl+v", "paste", "粘贴", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | enter | Post `Input.Submitted`. |
    | escape | On typed text: say so first; then leave it to the screen. |
    | ctrl+z / ctrl+y | Undo / redo. |
    | ctrl+w | Delete a word: letters and digits, or two Han characters. |
    """

    DEFAULT_CSS = """
    TextField, TextField:focus {
        border: none;
        height: 1;
        padding: 0 1;
        background: $boost;
        color: $foreground;
    }
    TextField:focus { background-tint: $primary 12%; }
    TextField.-invalid, TextField.-invalid:focus { border: none; }
    """

    @dataclass
    class Draft(Message):
        """The text changed; sent for every change, so that a kill at any moment loses nothing."""

        field: "TextField"
        text: str

        @property
        def control(self) -> "TextField":
            """The field."""
            return self.field

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        max_length: int = 0,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        self._given = value
        self._esc_said = False
        self._undo: list[_Before] = []
        self._redo: list[_Before] = []
        self._step = 0  # characters typed since the last undo step was kept
        self._travelling = True  # an undo or redo is changing the value, or the first one comes
        super().__init__(
            value, placeholder=placeholder, max_length=max_length, select_on_focus=False, id=id, classes=classes
        )
        self._travelling = False

    @property
    def typed(self) -> bool:
        """Whether the officer changed the text that was given."""
        return self.value != self._given

    def restore(self, text: str) -> None:
        """Put text here that is already kept elsewhere; no `Draft` follows, and nothing is left to undo."""
        self._given = text
        with self.prevent(self.Draft):
            self.value = text
        self.cursor_position = len(text)
        self._undo.clear()
        self._redo.clear()

    # Draft and undo

    def watch_value(self, before: str, after: str) -> None:
        """Keep what undo needs and send the draft."""
        self._esc_said = False
        if not self._travelling:
            self._keep(before, after)
        if self.is_mounted:
            self.post_message(self.Draft(self, after))

    def _keep(self, before: str, after: str) -> None:
        typed_one = len(after) == len(before) + 1
        if not typed_one or not 0 < self._step < _LONGEST_UNDO_STEP:
            self._undo.append(_Before(before, self.cursor_position))
            self._step = 0
        self._step = self._step + 1 if typed_one else 0
        self._redo.clear()

    def action_undo(self) -> None:
        """Take back the last step: a few characters typed in one go, a paste, a deletion."""
        self._travel(self._undo, self._redo)

    def action_redo(self) -> None:
        """Do again what undo took back."""
        self._travel(self._redo, self._undo)

    def _travel(self, source: list[_Before], target: list[_Before]) -> None:
        if not source:
            return
        target.append(_Before(self.value, self.cursor_position))
        back = source.pop()
        self._step = 0
        self._travelling = True
        try:
            self.value = back.value
        finally:
            self._travelling = False
        self.cursor_position = back.cursor

    # Keys

    def action_leave(self) -> None:
        """Say that the text is kept; the next Esc is the screen's."""
        if self.typed and not self._esc_said:
            self._esc_said = True
            self.notify(STAY_NOTICE)
            return
        raise SkipAction

    def action_delete_left_word(self) -> None:
        """Delete the selection, or the word before the cursor."""
        if self.selection.is_empty:
            self.delete(word_start(self.value, self.cursor_position), self.cursor_position)
        else:
            self.delete_selection()

    def action_cursor_left_word(self, select: bool = False) -> None:
        """Go to the start of the word before the cursor."""
        self._go(word_start(self.value, self.cursor_position), select)

    def action_cursor_right_word(self, select: bool = False) -> None:
        """Go to the end of the word after the cursor."""
        self._go(word_end(self.value, self.cursor_position), select)

    def _go(self, place: int, select: bool) -> None:
        self.selection = Selection(self.selection.start if select else place, place)

    def action_paste(self) -> None:
        """Paste what was copied inside fieldlog; what the terminal pastes arrives as a `Paste` event."""
        self.replace(join_lines(self.app.clipboard), *self.selection)

    def _on_paste(self, event: events.Paste) -> None:
        self.replace(join_lines(event.text), *self.selection)
        event.prevent_default()
        event.stop()

    # The terminal's own cursor, where an input method opens its candidate window

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where the cursor block stands on the screen; `Input` counts one cell too many at the end of the text."""
        offset = super().cursor_screen_offset
        return offset - (1, 0) if self.cursor_at_end else offset

    def on_mount(self) -> None:
        """Follow the field when a layout moves it: Textual sets the cursor only when the text or the focus changes."""
        self.screen.screen_layout_refresh_signal.subscribe(self, self._place_cursor, immediate=True)

    def _place_cursor(self, _screen: Screen[object]) -> None:
        if self.has_focus:
            self.app.cursor_position = self.cursor_screen_offset


class SearchField(TextField):
    """A field that filters the list below it while the officer types.

    Enter, Down and Esc go on to the list and leave the words where they are; Esc on an empty field is the screen's.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on(True)", "选定"),
        Binding("down", "go_on(False)", "到列表", show=False),
    ]

    @dataclass
    class Left(Message):
        """The officer is done with the words; the screen should focus the list."""

        field: "SearchField"
        chosen: bool
        """Enter was pressed: what the list's cursor is on may be taken at once."""

        @property
        def control(self) -> "SearchField":
            """The field."""
            return self.field

    def action_go_on(self, chosen: bool) -> None:
        """Post `Left`."""
        self.post_message(self.Left(self, chosen))

    def action_leave(self) -> None:
        """Go on to the list, or out where nothing is typed."""
        if not self.value:
            raise SkipAction
        self.action_go_on(False)
