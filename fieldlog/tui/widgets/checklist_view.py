"""The list that is walked: sections and items with their marks, and the strip under the cursor."""

from typing import ClassVar, Protocol

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip as Cells

from fieldlog.domain.citation import chinese_number
from fieldlog.domain.walk import Question, Stretch, Walk
from fieldlog.tui.widgets.cells import fit
from fieldlog.tui.widgets.columns import Cell, Column
from fieldlog.tui.widgets.finding_strip import Strip, StripLine
from fieldlog.tui.widgets.row_list import RowList

WalkRow = Stretch | Question

_BEFORE_TEXT = 9
"""Cells of the cursor's sign, the number and the mark."""
_CONTEXT = 2
"""Lines that stay visible beyond the cursor."""


class Walked(Protocol):
    """What is walked: a visit, or a list that is only looked at."""

    walk: Walk

    @property
    def several_lists(self) -> bool:
        """Whether titles say which list they are of."""
        ...

    def done_in(self, section: int) -> int:
        """How many questions of a section have an answer."""
        ...

    def mark(self, question: Question) -> Cell:
        """What stands before a question."""
        ...

    def aside(self, question: Question) -> Cell:
        """What stands behind it."""
        ...


class ChecklistView(RowList[WalkRow]):
    """Items of a visit, one a line. An answer draws its own line and its section's anew, whatever the number of items.

    It takes no focus: the screen reads the keys, so that two keys in a row cannot meet in different places.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "checklist-view--strip",
        "checklist-view--strip-accent",
        "checklist-view--strip-muted",
        "checklist-view--strip-strong",
    }
    """
    | Class | Description |
    | :- | :- |
    | `checklist-view--strip` | The lines of the strip. |
    | `checklist-view--strip-accent` ... | A piece of that tone. |
    """

    DEFAULT_CSS = """
    ChecklistView {
        padding: 0 1 0 0;
        &>.row-list--cursor {
            background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold;
        }
        &>.checklist-view--strip { background: $boost; color: $foreground; }
        &>.checklist-view--strip-accent { color: $primary; text-style: bold; }
        &>.checklist-view--strip-muted { color: $text-muted; }
        &>.checklist-view--strip-strong { text-style: bold; }
        &.-aside>.row-list--cursor {
            background: $block-cursor-blurred-background; color: $block-cursor-blurred-foreground;
        }
    }
    """

    def __init__(self, visit: Walked) -> None:
        self._visit = visit
        self._strip: Strip | None = None
        self._strip_lines: list[StripLine] = []
        self._strip_top = 0
        super().__init__(
            [Column("", 20, grow=1)],
            cells=lambda row: [],
            key=_key,
            heading=self._title,
            rows=_rows(visit),
            empty="这次检查没有适用的项目",
            open_word="详情",
            id="checklist",
        )
        self.can_focus = False

    # What the screen asks and says

    @property
    def question(self) -> Question | None:
        """The question under the cursor."""
        row = self.cursor_row
        return row if isinstance(row, Question) else None

    def show_question(self, question: Question) -> None:
        """Put the cursor on a question."""
        self.cursor = self._line_of(question)

    def redraw(self, question: Question) -> None:
        """Draw a question's line and its section's title anew."""
        section = self._visit.walk.sections[question.section]
        self.update_row(self._line_of(question), question)
        self.update_row(section.questions.start + question.section, section)

    def look_at(self, walked: Walked) -> None:
        """Show another walk."""
        self._visit = walked
        self.set_rows(_rows(walked))

    def redraw_all(self) -> None:
        """Draw every line anew, after another screen changed what they show."""
        self.set_rows(_rows(self._visit))

    @property
    def strip(self) -> Strip | None:
        """The strip that is open."""
        return self._strip

    def open_strip(self, strip: Strip) -> None:
        """Draw the strip over the lines below the cursor, or above where there is more room."""
        self._strip = strip
        self._strip_lines = strip.lines(self._width)
        at = self.cursor - round(self.scroll_offset.y)
        below = self._visible_rows - at - 1
        size = len(self._strip_lines)
        self._strip_top = at + 1 if below >= size or below >= at else max(at - size, 0)
        self.refresh()
        self.screen.refresh_bindings()

    def close_strip(self) -> None:
        """Show the lines that were under the strip."""
        if self._strip is not None:
            self._strip = None
            self._strip_lines = []
            self.refresh()
            self.screen.refresh_bindings()

    @property
    def cursor_line(self) -> int:
        """Line of the cursor within the visible part, from 0."""
        return self.cursor - round(self.scroll_offset.y)

    # Rows

    def _line_of(self, question: Question) -> int:
        return question.number + question.section  # every section before it has a line for its title

    def _title(self, row: WalkRow) -> str | None:
        if isinstance(row, Question):
            return None
        index = self._visit.walk.questions[row.questions.start].section
        several = self._visit.several_lists
        title = f"{chinese_number(index + 1)}、{row.title}"
        if several and row.enters_list:
            title = f"【{row.checklist.title}】{title}"
        return f" {title}  {self._visit.done_in(index)}/{len(row.questions)}"

    # Drawing

    def watch_cursor(self, before: int, after: int) -> None:
        """Keep some lines beyond the cursor in view; scroll by a good part of the page, so that it is seldom."""
        self.close_strip()
        super().watch_cursor(before, after)
        if not self.is_mounted or not self.size.height:
            return
        top = round(self.scroll_offset.y)
        last = max(len(self.rows) - self._visible_rows, 0)
        if after >= top + self._visible_rows - _CONTEXT and top < last:
            self.scroll_to(y=min(after - self._visible_rows // 3, last), animate=False, force=True)
        elif after < top + 1 and top > 0:
            self.scroll_to(y=max(after - self._visible_rows * 2 // 3, 0), animate=False, force=True)

    def render_line(self, y: int) -> Cells:
        """One line of the screen, the strip's where it lies."""
        place = y - self._strip_top
        if self._strip is not None and 0 <= place < len(self._strip_lines):
            return self._strip_cells(self._strip_lines[place])
        return super().render_line(y)

    def _row_strip(self, row: WalkRow, width: int, under_cursor: bool, marked: bool) -> Cells:
        """A line of the list. Not in columns: the text has all the cells that its remark at the right leaves."""
        if isinstance(row, Stretch):
            return super()._row_strip(row, width, under_cursor, marked)
        mark, aside = self._visit.mark(row), self._visit.aside(row)
        room = width - _BEFORE_TEXT - (cell_len(aside.text) + 2 if aside.text else 0) - 1
        pieces = [
            Cell(f"{'>' if under_cursor else ' '}{row.number:>4} ", "muted"),
            Cell(fit(mark.text, 2), mark.tone),
            Cell(f" {fit(row.item.text, room)}", "muted" if mark.tone == "muted" else ""),
            Cell(f"  {aside.text} " if aside.text else " ", aside.tone),
        ]
        base = self.get_component_rich_style("row-list--cursor") if under_cursor else self.rich_style
        return Cells(
            [
                Segment(each.text, base if under_cursor or not each.tone else base + self._tone_style(each.tone))
                for each in pieces
            ]
        ).adjust_cell_length(width, base)

    def _strip_cells(self, line: StripLine) -> Cells:
        base = self.get_component_rich_style("checklist-view--strip")
        segments = [
            Segment(
                text,
                base + self.get_component_rich_style(f"checklist-view--strip-{tone}", partial=True) if tone else base,
            )
            for text, tone in line.pieces
        ]
        return Cells(segments).adjust_cell_length(self._width, base)


def _rows(visit: Walked) -> list[WalkRow]:
    rows: list[WalkRow] = []
    for section in visit.walk.sections:
        rows.append(section)
        rows.extend(visit.walk.questions[index] for index in section.questions)
    return rows


def _key(row: WalkRow) -> str:
    return f"{row.number}" if isinstance(row, Question) else f"{row.checklist.id}/{row.questions.start}"
