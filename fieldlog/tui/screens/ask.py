"""The questions screens ask: yes or no, one of several, a line of text, several lines, a date."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.tui.dates import HOW, Unclear, read_date, spoken
from fieldlog.tui.screens.dialog import Dialog
from fieldlog.tui.widgets.columns import Cell, Column
from fieldlog.tui.widgets.prose import Paragraph, Prose
from fieldlog.tui.widgets.row_list import RowList
from fieldlog.tui.widgets.text_field import TextField

Check = Callable[[str], str | None]
"""What is wrong with a text, in one Chinese line, or None."""


def _anything(_text: str) -> str | None:
    return None


class Confirm(Dialog[bool]):
    """Yes with `1`, no with `0` or Esc. Enter answers nothing, so that a key held down cannot."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "answer(True)", "是"),
        Binding("0", "answer(False)", "否"),
        Binding("escape", "answer(False)", "否", show=False),
    ]

    def __init__(self, title: str, question: str | Sequence[Paragraph], *, yes: str = "是", no: str = "否") -> None:
        super().__init__(title)
        self._question = question
        self.action_words = {"answer(True)": yes, "answer(False)": no}

    def compose_body(self) -> Iterable[Widget]:
        """The question."""
        yield Prose(self._question)

    def action_answer(self, answer: bool) -> None:
        """Close with the answer."""
        self.dismiss(answer)


_DIGITS = Binding.Group("选定", compact=True)


class PickOne(Dialog[int]):
    """One of several texts (常用语) by its digit; dismissed with its index, or None.

    More than nine come in pages; on every page the digits are 1 to 9. Up, down and Enter choose too.
    """

    PAGE = 9

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(digit), f"pick({digit})", "选定", group=_DIGITS) for digit in range(1, 10)),
        Binding("0", "turn(1)", "下一页"),
        Binding("minus", "turn(-1)", "上一页", show=False),
    ]

    DEFAULT_CSS = """
    PickOne > .dialog > .dialog--body { padding: 1 1 0 1; }
    PickOne RowList { background: $panel; height: auto; max-height: 9; }
    """

    def __init__(self, title: str, options: Sequence[str]) -> None:
        super().__init__(title)
        self._options = tuple(options)
        self._page = 0
        self._list = RowList[int](
            [Column("", 1), Column("", 20, grow=1)],
            cells=lambda index: (Cell(str(index % self.PAGE + 1), "accent"), self._options[index]),
            key=str,
            rows=self._on_page(),
            empty="没有可选的",
            open_word="选定",
        )

    def compose_body(self) -> Iterable[Widget]:
        """The texts of this page."""
        yield self._list

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Pages exist only where there are more texts than digits."""
        return len(self._options) > self.PAGE if action == "turn" else True

    def action_pick(self, digit: int) -> None:
        """Close with the text of that digit."""
        index = self._page * self.PAGE + digit - 1
        if index < len(self._options):
            self.dismiss(index)

    def action_turn(self, by: int) -> None:
        """Show another page, round and round."""
        pages = -(-len(self._options) // self.PAGE)
        self._page = (self._page + by) % pages
        self._list.set_rows(self._on_page())
        self._list.action_first()

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        """Close with the text under the cursor."""
        self.dismiss(self._list.rows[message.index])

    def _on_page(self) -> range:
        first = self._page * self.PAGE
        return range(first, min(first + self.PAGE, len(self._options)))


class AskLine(Dialog[str]):
    """One line of text, checked on Enter. `on_draft` gets every change, to journal it."""

    def __init__(
        self,
        title: str,
        *,
        value: str = "",
        placeholder: str = "",
        check: Check = _anything,
        on_draft: Callable[[str], object] | None = None,
        typed_over: bool = False,
    ) -> None:
        """`typed_over`: the first letter takes the place of `value`."""
        super().__init__(title)
        self._check = check
        self._on_draft = on_draft
        self._field = TextField(value, placeholder=placeholder)
        self._field.select_on_focus = typed_over
        self._said = Prose()

    def compose_body(self) -> Iterable[Widget]:
        """The field, and what is wrong with its text."""
        yield self._field
        yield self._said

    def on_text_field_draft(self, message: TextField.Draft) -> None:
        """Pass the draft on."""
        self._said.show("")
        if self._on_draft is not None:
            self._on_draft(message.text)

    def on_input_submitted(self) -> None:
        """Enter in the field."""
        self._take()

    def _take(self) -> None:
        """Close with the text, or say what is wrong with it."""
        text = self._field.value.strip()
        if (wrong := self._check(text)) is not None:
            self._said.show([Paragraph(wrong, "bad")])
        else:
            self.dismiss(text)


class AskDate(Dialog[date]):
    """A date. What is understood, with its weekday, shows while typing; Enter takes exactly that.

    `remark` may add something about a day, e.g. that it is no working day.
    """

    def __init__(
        self,
        title: str,
        today: date,
        *,
        value: date | None = None,
        earliest: date | None = None,
        latest: date | None = None,
        remark: Callable[[date], str] = lambda day: "",
    ) -> None:
        super().__init__(title)
        self._today = today
        self._earliest = earliest
        self._latest = latest
        self._remark = remark
        self._field = TextField("" if value is None else value.isoformat(), placeholder=HOW)
        self._field.select_on_focus = True  # another day is typed over the suggested one
        self._said = Prose(self._understood())

    def compose_body(self) -> Iterable[Widget]:
        """The field, and what is understood."""
        yield self._field
        yield self._said

    def _read(self) -> date | Unclear:
        return read_date(self._field.value, self._today, earliest=self._earliest, latest=self._latest)

    def _understood(self) -> list[Paragraph]:
        if not self._field.value.strip():
            return [Paragraph(HOW, "muted")]
        found = self._read()
        if isinstance(found, Unclear):
            return [Paragraph(found.why, "bad")]
        return [Paragraph(" ".join(filter(None, (spoken(found, self._today), self._remark(found)))), "good")]

    def on_text_field_draft(self) -> None:
        """Say what is understood."""
        self._said.show(self._understood())

    def on_input_submitted(self) -> None:
        """Enter in the field."""
        self._take()

    def _take(self) -> None:
        """Close with the date, if there is one."""
        found = self._read()
        if isinstance(found, Unclear):
            self._said.show([Paragraph(found.why, "bad")])
        else:
            self.dismiss(found)
