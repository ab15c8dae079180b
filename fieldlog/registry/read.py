"""Reads a register: finds its tables, goes through their rows, and says what it understood and what it doubts.

Every row that holds something becomes premises or an officer, or is in `SheetUnderstanding.skipped`, or a problem.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path
from typing import Final

from fieldlog.domain.uscc import examine
from fieldlog.registry.header import Header, find_header
from fieldlog.registry.kinds import kind_in_heading
from fieldlog.registry.officer_row import read_officer
from fieldlog.registry.places import village_in
from fieldlog.registry.premises_row import RowReader, Surroundings, read_premises
from fieldlog.registry.records import (
    OfficerRow,
    PremisesRow,
    Problem,
    Register,
    RegisterKind,
    SheetUnderstanding,
    TableKind,
)
from fieldlog.registry.rows import RowKind, classify, is_note_item
from fieldlog.sheets.files import read_grids
from fieldlog.sheets.grid import Grid, column_letter
from fieldlog.sheets.text import match_key, text_of

_CROWDED: Final = 3
"""So many filled cells above the first header are no title: they may be data that would be lost."""


def read_register(path: Path) -> Register:
    """Read premises and officers from an xlsx, xls or CSV file; nothing is written.

    Raises:
        RegisterUnreadable: the file as a whole cannot be read.
    """
    found = _Found()
    for grid in read_grids(path):
        _read_sheet(grid, found)
    if found.premises and found.officers:
        kind: RegisterKind = "mixed"
    else:
        kind = "premises" if found.premises else "officers" if found.officers else "empty"
    return Register(kind, tuple(found.sheets), tuple(found.premises), tuple(found.officers), tuple(found.problems))


@dataclass(slots=True)
class _Found:
    sheets: list[SheetUnderstanding] = field(default_factory=list[SheetUnderstanding])
    premises: list[PremisesRow] = field(default_factory=list[PremisesRow])
    officers: list[OfficerRow] = field(default_factory=list[OfficerRow])
    problems: list[Problem] = field(default_factory=list[Problem])


@dataclass(slots=True)
class _Table:
    """The table being read, until the next header or the end of the sheet."""

    tables: tuple[Header, ...]
    around: Surroundings
    data: list[list[int]]
    """Rows taken over, for each table side by side."""
    skipped: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    in_notes: bool = False

    def skip(self, kind: RowKind, row: int) -> None:
        self.skipped.setdefault(kind.value, []).append(row + 1)


def _read_sheet(grid: Grid, found: _Found) -> None:
    filled = [row for row in range(len(grid.rows)) if any(True for _ in grid.own(row))]
    if not filled:
        found.sheets.append(SheetUnderstanding(grid.sheet, "empty"))
        return
    if grid.hidden:
        found.sheets.append(SheetUnderstanding(grid.sheet, "hidden"))
        why = f"工作表“{grid.sheet}”是隐藏的，没有读取（有内容 {len(filled)} 行），要导入请先取消隐藏"
        found.problems.append(Problem(grid.sheet, filled[0] + 1, "", why, "refused"))
        return
    _read_rows(grid, filled, found)


def _read_rows(grid: Grid, filled: Sequence[int], found: _Found) -> None:
    titles: list[int] = []
    title_texts: set[str] = set()
    next_titles: list[int] = []
    header_texts: set[tuple[str, ...]] = set()
    table: _Table | None = None
    below = -1
    for row, following in zip_longest(filled, filled[1:], fillvalue=-1):
        if row <= below:
            continue
        texts = _texts(grid, row)
        if table and texts in header_texts:
            table.skip(RowKind.HEADER, row)
            continue
        if headers := find_header(grid, row, _context(grid, titles)):
            if table:
                _close(grid, table, found)
            table = _open(grid, headers, row, titles if table is None else next_titles, found)
            next_titles = []
            below = headers[0].bottom
            header_texts = {_texts(grid, r) for r in range(headers[0].top, below + 1)}
        elif table and len(texts) == 1 and following > 0 and _starts_table(grid, following, header_texts):
            titles.append(row)
            next_titles.append(row)
        elif table:
            _read_row(grid, row, table, title_texts, found)
        else:
            titles.append(row)
            title_texts.update(_texts(grid, row))
    if table:
        _close(grid, table, found)
    else:
        _report_unrecognised(grid, filled, found)


def _starts_table(grid: Grid, row: int, header_texts: set[tuple[str, ...]]) -> bool:
    """Whether another table's header stands here, so that a lone cell above it is its title."""
    return _texts(grid, row) not in header_texts and bool(find_header(grid, row, grid.sheet))


def _texts(grid: Grid, row: int) -> tuple[str, ...]:
    return tuple(match_key(text_of(cell)) for _, cell in grid.own(row))


def _context(grid: Grid, titles: Sequence[int]) -> str:
    return " ".join([grid.sheet, *(text_of(cell) for row in titles[-5:] for _, cell in grid.own(row))])


def _open(grid: Grid, headers: tuple[Header, ...], row: int, titles: Sequence[int], found: _Found) -> _Table:
    """Start a table; rows above the first one are its titles, unless they look like data."""
    table = _Table(headers, Surroundings(sheet=grid.sheet), [[] for _ in headers])
    for title in (*titles, *range(row, headers[0].top)):
        cells = [text_of(cell) for _, cell in grid.own(title)]
        labels = any(re.search(r"[:：]", text) for text in cells)
        if (len(cells) >= _CROWDED and not labels) or any(examine(text).code for text in cells):
            why = f"在表头（第 {headers[0].top + 1} 行）之前，没有导入；如是数据，请移到表头下面"
            found.problems.append(Problem(grid.sheet, title + 1, "", why, "refused"))
        elif cells:
            table.skip(RowKind.TITLE, title)
            heading = "" if labels else f"{table.around.title} {' '.join(cells)}"
            table.around = replace(table.around, title=heading.strip() or table.around.title)
    for header_row in range(headers[0].top, headers[0].bottom + 1):
        table.skip(RowKind.HEADER, header_row)
    return table


def _read_row(grid: Grid, row: int, table: _Table, titles: set[str], found: _Found) -> None:
    kind = classify(grid, row, table.tables, titles)
    lone = text_of(next(grid.own(row))[1]) if kind in (RowKind.GROUP, RowKind.STRAY) else ""
    if table.in_notes and lone and (is_note_item(lone) or kind is RowKind.STRAY):
        kind = RowKind.NOTE
    table.in_notes = kind is RowKind.NOTE or (table.in_notes and kind is RowKind.SIGNATURE)
    if kind is RowKind.DATA:
        _read_data(grid, row, table, found)
    elif kind is RowKind.STRAY:
        column, cell = list(grid.own(row))[-1]
        why = f"这一行只有“{text_of(cell)[:40]}”，没有名称（姓名），没有导入，请补全或删去"
        found.problems.append(Problem(grid.sheet, row + 1, column_letter(column), why, "refused"))
    else:
        table.skip(kind, row)
        if kind is RowKind.GROUP:
            table.around = _under(table.around, " ".join(text_of(cell) for _, cell in grid.own(row)))


def _under(around: Surroundings, heading: str) -> Surroundings:
    """What rows below a heading are: one of a kind, or of a village."""
    if kind_in_heading(heading)[0]:
        return replace(around, group=heading)
    village = village_in(heading)
    return replace(around, village=village) if village else replace(around, group="")


def _read_data(grid: Grid, row: int, table: _Table, found: _Found) -> None:
    for header, data in zip(table.tables, table.data, strict=True):
        cells = [column for column, _ in grid.own(row) if header.left <= column <= header.right]
        if len(table.tables) > 1 and not set(cells) - {header.column("serial")}:
            continue
        reader = RowReader(grid, row, header)
        if header.kind == "premises":
            if premises := read_premises(reader, table.around):
                found.premises.append(premises)
                data.append(row + 1)
        elif officer := read_officer(reader):
            found.officers.append(officer)
            data.append(row + 1)
        found.problems += reader.problems
    outside = [
        column
        for column, _ in grid.own(row)
        if not any(header.left <= column <= header.right for header in table.tables)
    ]
    if outside:
        letters = "、".join(column_letter(column) for column in outside[:5])
        why = f"{letters} 列没有表头，里面的内容没有采用"
        found.problems.append(Problem(grid.sheet, row + 1, column_letter(outside[0]), why))


def _close(grid: Grid, table: _Table, found: _Found) -> None:
    for place, header in enumerate(table.tables):
        kind: TableKind = header.kind
        found.sheets.append(
            SheetUnderstanding(
                grid.sheet,
                "read",
                kind,
                tuple(range(header.top + 1, header.bottom + 2)),
                {name: (column_letter(c[0].index), c[0].header) for name, c in header.columns.items()},
                tuple(
                    (name, column_letter(column.index), column.header)
                    for name, columns in header.columns.items()
                    for column in columns[1:]
                ),
                tuple((column_letter(index), text) for index, text in header.unknown),
                tuple(table.data[place]),
                {name: tuple(rows) for name, rows in table.skipped.items()} if place == 0 else {},
            )
        )


def _report_unrecognised(grid: Grid, filled: Sequence[int], found: _Found) -> None:
    found.sheets.append(SheetUnderstanding(grid.sheet, "unrecognised"))
    why = (
        f"没认出表头，{len(filled)} 行都没有导入；表头里要有“单位名称”（或“姓名”和“执法证号”）"
        "和另外至少一列，如统一社会信用代码、地址、电话"
    )
    found.problems.append(Problem(grid.sheet, filled[0] + 1, "", why, "refused"))
