"""A list of any length that draws only the rows on the screen."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from fieldlog.tui.widgets.cells import fit
from fieldlog.tui.widgets.columns import GAP, Cell, Column, Tone, share_width

RowT = TypeVar("RowT")


class RowList(ScrollView, Generic[RowT], can_focus=True):
    """Rows in columns, with a cursor, and marks for several rows where `multi_select` asks for them.

    Nothing is mounted for a row: `cells` is asked for a row when it comes onto the screen. 100,000 rows cost what
    the visible ones do. Where the line is too short, columns with a high `priority` are left out.

    The key bar calls Enter by `open_word`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "打开"),
        Binding("space", "mark", "选中"),
        Binding("up,k", "move(-1)", "上一行", show=False),
        Binding("down,j", "move(1)", "下一行", show=False),
        Binding("pageup", "page(-1)", "上一页", show=False),
        Binding("pagedown", "page(1)", "下一页", show=False),
        Binding("home,g", "first", "到开头", show=False),
        Binding("end,G", "last", "到末尾", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | enter | Post `Opened` for the row under the cursor. |
    | space | Mark the row, or take its mark away, and go down (with `multi_select`). |
    | up,k / down,j | Move the cursor by a row. |
    | pageup / pagedown | Move the cursor by what is visible. |
    | home,g / end,G | Go to the first / last row. |
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row-list--header",
        "row-list--heading",
        "row-list--cursor",
        "row-list--empty",
        "row-list--muted",
        "row-list--good",
        "row-list--warn",
        "row-list--bad",
        "row-list--accent",
        "row-list--strong",
    }
    """
    | Class | Description |
    | :- | :- |
    | `row-list--header` | The line with the columns' titles. |
    | `row-list--heading` | A row that is the title of a group. |
    | `row-list--cursor` | The row under the cursor, which also starts with `>`. |
    | `row-list--empty` | The text shown where there are no rows. |
    | `row-list--muted` ... `row-list--strong` | A cell of that tone. |
    """

    DEFAULT_CSS = """
    RowList {
        height: 1fr;
        background: $background;
        color: $foreground;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        &>.row-list--header { color: $text-muted; }
        &>.row-list--heading { color: $primary; text-style: bold; }
        &>.row-list--cursor { background: $block-cursor-blurred-background; color: $block-cursor-blurred-foreground; }
        &:focus>.row-list--cursor {
            background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold;
        }
        &>.row-list--empty { color: $text-muted; }
        &>.row-list--muted { color: $text-muted; }
        &>.row-list--good { color: $success; }
        &>.row-list--warn { color: $warning; }
        &>.row-list--bad { color: $error; }
        &>.row-list--accent { color: $primary; }
        &>.row-list--strong { text-style: bold; }
    }
    """

    cursor: reactive[int] = reactive(0, repaint=False)
    """Index of the row under the cursor. 0 where there are no rows; never a heading if there is any other row."""

    @dataclass
    class RowMessage(Message):
        """Something happened to one row; `key` is what the list's `key` gave for it."""

        row_list: "RowList[object]"
        index: int
        key: str

        @property
        def control(self) -> "RowList[object]":
            """The list, so that `@on(RowList.Opened, "#hazards")` finds it."""
            return self.row_list

    class Opened(RowMessage):
        """Enter or a double click on a row."""

    class Highlighted(RowMessage):
        """The cursor came to a row."""

    @dataclass
    class MarksChanged(Message):
        """Space marked a row or took its mark away."""

        row_list: "RowList[object]"
        marked: frozenset[str]

        @property
        def control(self) -> "RowList[object]":
            """The list."""
            return self.row_list

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        cells: Callable[[RowT], Sequence[str | Cell]],
        key: Callable[[RowT], str],
        heading: Callable[[RowT], str | None] | None = None,
        rows: Iterable[RowT] = (),
        empty: str = "没有记录",
        open_word: str = "打开",
        multi_select: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """`heading` gives the text of a row that is the title of a group; the cursor steps over such rows."""
        super().__init__(id=id, classes=classes)
        self._columns = tuple(columns)
        self._cells = cells
        self._key = key
        self._heading = heading
        self._rows = list(rows)
        self._empty = empty
        self.action_words = {"open": open_word}
        self._multi_select = multi_select
        self._marked: set[str] = set()
        self._header_height = 1 if any(column.title for column in columns) else 0
        self._layout: tuple[int, list[tuple[int, int]]] = (-1, [])
        self._strips: LRUCache[tuple[int, int, bool, bool], Strip] = LRUCache(512)
        self.set_reactive(RowList.cursor, self._nearest_row(0, 1))

    # What the owner asks and says

    @property
    def rows(self) -> Sequence[RowT]:
        """The rows; change them with `set_rows` and `update_row`."""
        return self._rows

    @property
    def cursor_row(self) -> RowT | None:
        """The row under the cursor, or None where there is none."""
        return self._rows[self.cursor] if self._on_row(self.cursor) else None

    @property
    def marked(self) -> frozenset[str]:
        """Keys of the marked rows, visible or filtered away."""
        return frozenset(self._marked)

    def set_rows(self, rows: Iterable[RowT]) -> None:
        """Show other rows. The cursor stays on the same key where it is still there, else on the same line."""
        before = self.cursor_row
        key = None if before is None else self._key(before)
        self._rows = list(rows)
        self._strips.clear()
        self._update_virtual_size()
        self.set_reactive(RowList.cursor, self._place_of(key, self.cursor))
        self._scroll_to_cursor()
        self.refresh()
        self.refresh_bindings()
        after = self.cursor_row
        if after is not None and self._key(after) != key:
            self._tell_highlighted()

    def update_row(self, index: int, row: RowT) -> None:
        """Replace one row and redraw only its line."""
        self._rows[index] = row
        for cursor in (False, True):
            for marked in (False, True):
                self._strips.discard((index, self._width, cursor, marked))
        self._refresh_row(index)

    def index_of(self, key: str) -> int | None:
        """Where the row of that key stands, or None. Looks at every row."""
        return next((index for index, row in enumerate(self._rows) if self._key(row) == key), None)

    def move_to(self, key: str) -> bool:
        """Put the cursor on the row of that key; False if there is none."""
        index = self.index_of(key)
        if index is None:
            return False
        self.cursor = index
        return True

    def clear_marks(self) -> None:
        """Take all marks away."""
        if self._marked:
            self._marked.clear()
            self._strips.clear()
            self.refresh()
            self.post_message(self.MarksChanged(self._as_control(), self.marked))

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter and Space exist only where they would do something."""
        if action == "open":
            return bool(self._rows)
        if action == "mark":
            return self._multi_select and bool(self._rows)
        return True

    def action_move(self, by: int) -> None:
        """Move the cursor by `by` rows."""
        self.cursor = self._nearest_row(self.cursor + by, 1 if by > 0 else -1)

    def action_page(self, pages: int) -> None:
        """Move the cursor by what is visible."""
        self.cursor = self._nearest_row(self.cursor + pages * max(self._visible_rows - 1, 1), 1 if pages > 0 else -1)

    def action_first(self) -> None:
        """Go to the first row, and show the heading above it."""
        self.cursor = self._nearest_row(0, 1)
        self.scroll_to(y=0, animate=False, force=True)

    def action_last(self) -> None:
        """Go to the last row."""
        self.cursor = self._nearest_row(len(self._rows) - 1, -1)

    def action_open(self) -> None:
        """Tell the screen that the row under the cursor is to be opened."""
        if (row := self.cursor_row) is not None:
            self.post_message(self.Opened(self._as_control(), self.cursor, self._key(row)))

    def action_mark(self) -> None:
        """Mark the row, or take its mark away, and go on to the next."""
        if (row := self.cursor_row) is None:
            return
        self._marked.symmetric_difference_update({self._key(row)})
        if len(self._marked) <= 1:  # the boxes came or went
            self._strips.clear()
            self.refresh()
        self._refresh_row(self.cursor)
        self.post_message(self.MarksChanged(self._as_control(), self.marked))
        self.action_move(1)

    async def _on_click(self, event: events.Click) -> None:
        index = event.y + round(self.scroll_offset.y) - self._header_height
        if event.y < self._header_height or not self._on_row(index):
            return
        event.stop()
        self.cursor = index
        if event.chain == 2:
            self.action_open()

    # Cursor

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on a row that is not a heading."""
        return self._nearest_row(cursor, 1 if cursor >= self.cursor else -1)

    def watch_cursor(self, before: int, after: int) -> None:
        """Redraw the two lines concerned and tell the screen."""
        self._refresh_row(before)
        self._refresh_row(after)
        self._scroll_to_cursor()
        self._tell_highlighted()

    def _tell_highlighted(self) -> None:
        if (row := self.cursor_row) is not None:
            self.post_message(self.Highlighted(self._as_control(), self.cursor, self._key(row)))

    def _as_control(self) -> "RowList[object]":
        return self  # type: ignore[return-value]  # a message cannot know the type of the rows

    def _on_row(self, index: int) -> bool:
        return 0 <= index < len(self._rows) and not self._is_heading(index)

    def _is_heading(self, index: int) -> bool:
        return self._heading is not None and self._heading(self._rows[index]) is not None

    def _nearest_row(self, index: int, step: int) -> int:
        """The nearest index that is no heading: on in the direction of `step`, else back."""
        if not self._rows:
            return 0
        index = min(max(index, 0), len(self._rows) - 1)
        ahead = range(index, len(self._rows)) if step > 0 else range(index, -1, -1)
        behind = range(index - 1, -1, -1) if step > 0 else range(index + 1, len(self._rows))
        for path in (ahead, behind):
            for place in path:
                if not self._is_heading(place):
                    return place
        return 0

    def _place_of(self, key: str | None, line: int) -> int:
        if key is not None and line < len(self._rows) and self._key(self._rows[line]) == key:
            return line
        found = None if key is None else self.index_of(key)
        return self._nearest_row(line if found is None else found, 1)

    # Drawing

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    @property
    def _visible_rows(self) -> int:
        return max(self.scrollable_content_region.height - self._header_height, 1)

    def _on_mount(self, event: events.Mount) -> None:
        self._update_virtual_size()

    def _on_resize(self, event: events.Resize) -> None:
        self._strips.clear()
        self._update_virtual_size()
        self._scroll_to_cursor()

    def notify_style_update(self) -> None:
        """Another theme, or focus: nothing drawn before is right any more."""
        self._strips.clear()
        super().notify_style_update()

    def _update_virtual_size(self) -> None:
        self.virtual_size = Size(max(self._width, 1), len(self._rows) + self._header_height)

    def _scroll_to_cursor(self) -> None:
        if not self.is_mounted or not self.size.height:
            return
        top = round(self.scroll_offset.y)
        if self.cursor < top:
            # A group's title comes into view with its first row.
            above = 1 if self.cursor and self._is_heading(self.cursor - 1) else 0
            self.scroll_to(y=self.cursor - above, animate=False, force=True)
        elif self.cursor >= top + self._visible_rows:
            self.scroll_to(y=self.cursor - self._visible_rows + 1, animate=False, force=True)

    def _refresh_row(self, index: int) -> None:
        y = index + self._header_height - round(self.scroll_offset.y)
        if 0 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """One line of the screen; row strips are kept, so that moving the cursor draws two rows anew."""
        width = self._width
        if y < self._header_height:
            return self._header_strip(width)
        index = y - self._header_height + round(self.scroll_offset.y)
        if not self._rows:
            return self._empty_strip(width, y)
        if index >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        key = self._key(self._rows[index])
        state = (index, width, index == self.cursor, key in self._marked)
        strip = self._strips.get(state)
        if strip is None:
            strip = self._strips[state] = self._row_strip(self._rows[index], *state[1:])
        return strip

    @property
    def _gutter_width(self) -> int:
        return 6 if self._marked else 2

    def _shares(self, width: int) -> list[tuple[int, int]]:
        room = width - self._gutter_width - 1
        if self._layout[0] != room:
            self._layout = (room, share_width(self._columns, room))
        return self._layout[1]

    def _header_strip(self, width: int) -> Strip:
        style = self.get_component_rich_style("row-list--header")
        titles = [
            fit(self._columns[index].title, cells, self._columns[index].justify) for index, cells in self._shares(width)
        ]
        return Strip([Segment(fit(" " * self._gutter_width + (" " * GAP).join(titles), width), style)], width)

    def _empty_strip(self, width: int, y: int) -> Strip:
        text = self._empty if y == self._header_height else ""
        return Strip(
            [Segment(fit(" " * self._gutter_width + text, width), self.get_component_rich_style("row-list--empty"))],
            width,
        )

    def _row_strip(self, row: RowT, width: int, under_cursor: bool, marked: bool) -> Strip:
        heading = None if self._heading is None else self._heading(row)
        if heading is not None:
            return Strip([Segment(fit(heading, width), self.get_component_rich_style("row-list--heading"))], width)
        base = self.get_component_rich_style("row-list--cursor") if under_cursor else self.rich_style
        segments = [Segment(self._gutter(under_cursor, marked), base)]
        cells = self._cells(row)
        for position, (index, size) in enumerate(self._room(cells, self._shares(width))):
            text, tone = _text_and_tone(cells, index)
            if position:
                segments.append(Segment(" " * GAP, base))
            style = base if under_cursor or not tone else base + self._tone_style(tone)
            segments.append(Segment(fit(text, size, self._columns[index].justify), style))
        return Strip(segments).adjust_cell_length(width, base)

    def _room(self, cells: Sequence[str | Cell], shares: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """The columns of one row: a text that is too long goes on over the empty cells to its right."""
        room: list[tuple[int, int]] = []
        for index, size in shares:
            last, used = room[-1] if room else (index, size)
            text = _text_and_tone(cells, last)[0]
            runs_over = self._columns[last].justify == "left" and cell_len(text) > used
            if room and runs_over and not _text_and_tone(cells, index)[0]:
                room[-1] = (last, used + GAP + size)
            else:
                room.append((index, size))
        return room

    def _gutter(self, under_cursor: bool, marked: bool) -> str:
        pointer = ">" if under_cursor else " "
        if not self._marked:
            return f"{pointer} "
        return f"{pointer} [x] " if marked else f"{pointer} [ ] "

    def _tone_style(self, tone: str) -> Style:
        return self.get_component_rich_style(f"row-list--{tone}", partial=True)


def _text_and_tone(cells: Sequence[str | Cell], index: int) -> tuple[str, Tone]:
    cell = cells[index] if index < len(cells) else ""
    return (cell, "") if isinstance(cell, str) else (cell.text, cell.tone)
