"""What kind of workbook it is, and the lists in it."""

from dataclasses import replace
from pathlib import Path

from fieldlog.sheets.files import read_grids
from fieldlog.sheets.grid import Grid
from fieldlog.tables.build import Builder
from fieldlog.tables.hidden import SHEET, Damaged, hidden_list
from fieldlog.tables.printed import HEADER_KEY
from fieldlog.tables.read import Found, read_grid
from fieldlog.tables.records import Problem, TableList, Tables, Turned
from fieldlog.tables.returned import returned_tables
from fieldlog.tables.xlsform import form_tables
from fieldlog.tables.xlsform_sheets import form_of


def read_tables(path: Path, version: str) -> Tables:
    """See `fieldlog.tables.read_tables`."""
    grids = read_grids(path)
    try:
        held = hidden_list(grids)
    except Damaged as damage:
        read = office_tables(tuple(grid for grid in grids if grid.sheet != SHEET), version)
        why = f"{damage}：按普通检查表导入，编号、典型问题和条件要重新核对"
        return replace(read, problems=(Problem(SHEET, 1, "A", why), *read.problems))
    if held is not None:
        return returned_tables(grids, held)
    form = form_of(grids)
    return form_tables(form, version) if form is not None else office_tables(grids, version)


def office_tables(grids: tuple[Grid, ...], version: str) -> Tables:
    """The lists in the check tables of the sheets."""
    found = Found()
    for grid in grids:
        read_grid(_without_keys(grid), found)
    lists: list[TableList] = []
    problems: list[Problem] = list(found.problems)
    turned: list[Turned] = []
    for table in found.tables:
        builder = Builder(table, version)
        built = builder.build()
        problems += builder.problems
        turned += builder.turned
        if built is None:
            why = "认出了表头，下面却没有检查项，没有导入"
            problems.append(Problem(table.sheet, table.header.top + 1, table.letter("text"), why))
        else:
            lists.append(built)
    return Tables(tuple(lists), tuple(sorted(set(problems), key=lambda p: (p.sheet, p.row, p.column))), tuple(turned))


def _without_keys(grid: Grid) -> Grid:
    """A sheet that fieldlog exported, without the hidden column of keys, where the list beside it is lost."""
    keys = next((column for row in grid.rows for column, cell in enumerate(row) if column and cell == HEADER_KEY), None)
    if keys is None:
        return grid
    return replace(grid, rows=tuple((*row[:keys], *row[keys + 1 :]) for row in grid.rows))
