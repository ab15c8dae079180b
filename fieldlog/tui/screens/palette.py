"""Ctrl+P: everything that can be done here, found by its words, its pinyin or the pinyin's initials."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.tui.screens.dialog import Dialog
from fieldlog.tui.widgets.columns import Cell, Column
from fieldlog.tui.widgets.row_list import RowList
from fieldlog.tui.widgets.text_field import SearchField, TextField


@dataclass(frozen=True, slots=True)
class Command:
    """Something that can be done: its word, its keys as they are called on the screen, and how."""

    word: str
    keys: str
    run: Callable[[], object]


class PaletteScreen(Dialog[Callable[[], object]]):
    """A search field over a list of commands; dismissed with what the chosen one runs."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+p", "cancel", "关闭", show=False)]

    DEFAULT_CSS = """
    PaletteScreen > .dialog { height: 80%; }
    PaletteScreen > .dialog > .dialog--body { height: 1fr; padding: 1 1 0 1; }
    PaletteScreen RowList { background: $panel; height: 1fr; margin-top: 1; }
    """

    def __init__(self, commands: Sequence[Command]) -> None:
        super().__init__("全部命令")
        self._found_by = [(_found_by(command.word), command) for command in commands]
        self._list = RowList[Command](
            [Column("", 24, grow=1), Column("", 16, priority=1)],
            cells=lambda command: (command.word, Cell(command.keys, "muted")),
            key=lambda command: command.word,
            rows=commands,
            empty="没有这样的命令",
            open_word="执行",
        )

    def compose_body(self) -> Iterable[Widget]:
        """Field and list."""
        yield SearchField(placeholder="命令，或拼音首字母")
        yield self._list

    def on_text_field_draft(self, message: TextField.Draft) -> None:
        """Filter while typing."""
        words = message.text.lower().split()
        self._list.set_rows(command for text, command in self._found_by if all(word in text for word in words))

    def on_search_field_left(self, message: SearchField.Left) -> None:
        """Enter runs what the cursor is on; else go on to the list."""
        command = self._list.cursor_row
        if message.chosen and command is not None:
            self.dismiss(command.run)
        else:
            self._list.focus()

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        """Run the command under the cursor."""
        self.dismiss(self._list.rows[message.index].run)


def _found_by(word: str) -> str:
    """The word, its pinyin and its initials, in lower case."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - slow to import, and only the palette needs it here

    syllables = lazy_pinyin(word)
    initials = "".join(lazy_pinyin(word, style=Style.FIRST_LETTER))
    return " ".join((word, "".join(syllables), initials)).lower()
