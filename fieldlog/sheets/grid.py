"""A sheet as a grid of cells, whatever file it came from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

Cell = str | int | float | bool | date | datetime | time | timedelta


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range; rows and columns from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Grid:
    """Rows and columns count from 0 here; an empty cell is `""`."""

    sheet: str
    rows: tuple[tuple[Cell, ...], ...]
    merges: tuple[Merge, ...] = ()
    hidden: bool = False

    @cached_property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)

    @cached_property
    def _filled_from(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Cells below the top of a merged range. Only its first column is filled: a value stretched over several
        columns belongs to the first of them."""
        height, width = len(self.rows), self.width
        return {
            (r, m.left): (m.top, m.left)
            for m in self.merges
            if m.top < height and m.left < width
            for r in range(m.top + 1, min(m.bottom, height - 1) + 1)
        }

    @cached_property
    def spans(self) -> dict[tuple[int, int], int]:
        """Number of columns of each merged range, by its top left cell."""
        return {(m.top, m.left): min(m.right, self.width - 1) - m.left + 1 for m in self.merges}

    @cached_property
    def covered(self) -> frozenset[tuple[int, int]]:
        """Cells of merged ranges other than their top left one."""
        return frozenset(
            (r, c)
            for m in self.merges
            for r in range(m.top, min(m.bottom, len(self.rows) - 1) + 1)
            for c in range(m.left, min(m.right, self.width - 1) + 1)
            if (r, c) != (m.top, m.left)
        )

    def at(self, row: int, column: int) -> Cell:
        """The cell's own value, or `""`."""
        if not 0 <= row < len(self.rows) or not 0 <= column < len(self.rows[row]):
            return ""
        return self.rows[row][column]

    def filled(self, row: int, column: int) -> Cell:
        """The cell's value, or that of the vertically merged range it lies in."""
        return self.at(*self._filled_from.get((row, column), (row, column)))

    def own(self, row: int) -> Iterator[tuple[int, Cell]]:
        """The row's cells that hold something, with their columns."""
        for column, cell in enumerate(self.rows[row]):
            if is_something(cell):
                yield column, cell


def is_something(cell: Cell) -> bool:
    return bool(cell.strip("\u200b\ufeff \t\r\n\u3000\xa0'")) if isinstance(cell, str) else True


def column_letter(column: int) -> str:
    """The letter of a column that counts from 0: A, B, … Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
