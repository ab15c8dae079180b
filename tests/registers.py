"""Small office tables for the tests of the registry, written as an office program would."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from fieldlog.registry import Register, read_register

CODE_A = "91500235CL12TH3BJB"
CODE_B = "9150023572HD1TJ3YE"
CODE_C = "915002359D4H3J9HTA"
"""Valid codes of invented firms."""

Rows = Sequence[Sequence[Any]]


def workbook(path: Path, sheets: Mapping[str, Rows], merges: Iterable[str] = (), hidden: Iterable[str] = ()) -> Path:
    """Write sheets of rows; `merges` apply to the first sheet."""
    book = Workbook()
    for place, (name, rows) in enumerate(sheets.items()):
        sheet = book.active if place == 0 else book.create_sheet()
        assert sheet is not None
        sheet.title = name
        for row, cells in enumerate(rows, 1):
            for column, cell in enumerate(cells, 1):
                if cell is not None:
                    sheet.cell(row, column, cell)
        if name in hidden:
            sheet.sheet_state = "hidden"
    for merge in merges:
        book.worksheets[0].merge_cells(merge)
    book.save(path)
    return path


def read_rows(tmp_path: Path, rows: Rows, merges: Iterable[str] = (), sheet: str = "台账") -> Register:
    return read_register(workbook(tmp_path / "register.xlsx", {sheet: rows}, merges))


def whys(register: Register) -> list[str]:
    return [problem.why for problem in register.problems]
