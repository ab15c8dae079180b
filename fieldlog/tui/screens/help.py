"""F1: the keys of the screen that was on top, and nothing else."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.tui.live_keys import LiveKey
from fieldlog.tui.screens.dialog import Dialog
from fieldlog.tui.widgets.columns import Cell, Column
from fieldlog.tui.widgets.prose import Paragraph, Prose
from fieldlog.tui.widgets.row_list import RowList

_EVERYWHERE = "FieldlogApp"


class HelpScreen(Dialog[str]):
    """Lists keys with what they do; dismissed with the key under the cursor by Enter, to press on the screen below."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1,question_mark,escape", "cancel", "关闭")]

    DEFAULT_CSS = """
    HelpScreen > .dialog { height: 100%; max-height: 90%; margin-top: 1; }
    HelpScreen > .dialog > .dialog--body { height: 1fr; padding: 1 1 0 1; }
    HelpScreen RowList { background: $panel; height: 1fr; }
    HelpScreen Prose { padding: 1 1 0 1; }
    """

    def __init__(self, keys: Sequence[LiveKey]) -> None:
        super().__init__("帮助：这一页的按键")
        here = [live for live in keys if live.owner != _EVERYWHERE]
        everywhere = [live for live in keys if live.owner == _EVERYWHERE]
        shown_first = sorted(here, key=lambda live: not live.shown)
        self._rows: list[LiveKey | str] = [*shown_first, *(["随处可用"] if shown_first else []), *everywhere]

    def compose_body(self) -> Iterable[Widget]:
        """The keys, and what helps under an input method."""
        yield RowList(
            [Column("", 18), Column("", 20, grow=1)],
            cells=_cells,
            key=lambda row: row if isinstance(row, str) else row.owner + row.keys[0],
            heading=lambda row: row if isinstance(row, str) else None,
            rows=self._rows,
            open_word="执行",
        )
        yield Prose([Paragraph("输入法开着时，数字、+ - * / . 和 F1 到 F10 照样可用。", "muted")])

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        """The officer chose a key."""
        row = self._rows[message.index]
        self.dismiss(None if isinstance(row, str) else row.keys[0])


def _cells(row: LiveKey | str) -> Sequence[str | Cell]:
    return ("", row) if isinstance(row, str) else (Cell(row.all_keys, "accent"), row.word)
