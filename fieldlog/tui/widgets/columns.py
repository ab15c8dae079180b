"""How the columns of a list share a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from fieldlog.tui.widgets.cells import Justify

GAP = 2
"""Cells between two columns."""

Tone = Literal["", "muted", "good", "warn", "bad", "accent", "strong"]
"""How a piece of text is meant. A tone only supports a word that says the same."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list. Widths are in cells."""

    title: str
    width: int
    """What the column needs to be of use."""
    grow: int = 0
    """Its share of the cells that are left over; 0 keeps `width`."""
    priority: int = 0
    """Where not all columns fit, those with the highest number go first; a column of priority 0 always stays."""
    justify: Justify = "left"


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of one column in one row, with the tone it is shown in."""

    text: str
    tone: Tone = ""


def share_width(columns: Sequence[Column], width: int) -> list[tuple[int, int]]:
    """The columns that fit into `width` cells, as (index, cells), left to right.

    The sum with its gaps never exceeds `width`: what cannot be left out is narrowed, from the widest.
    """
    kept = list(range(len(columns)))

    def needed() -> int:
        return sum(columns[index].width for index in kept) + GAP * (len(kept) - 1)

    while kept and needed() > width:
        index = max(kept, key=lambda index: (columns[index].priority, index))
        if columns[index].priority == 0:
            break
        kept.remove(index)
    cells = {index: columns[index].width for index in kept}
    spare = width - needed() if kept else 0
    while spare < 0 and max(cells.values()) > 1:
        cells[max(cells, key=lambda index: cells[index])] -= 1
        spare += 1
    growers = [index for index in kept if columns[index].grow]
    shares = sum(columns[index].grow for index in growers)
    for index in growers:
        extra = max(spare, 0) * columns[index].grow // shares
        spare -= extra
        shares -= columns[index].grow
        cells[index] += extra
    return [(index, cells[index]) for index in kept]
