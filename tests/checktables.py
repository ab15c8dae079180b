"""Workbooks with check tables, written down as rows."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from fieldlog.tables import Tables, read_tables

SAMPLE = Path(__file__).parent / "data" / "checklists" / "九小场所消防检查表.xlsx"
Rows = Sequence[Sequence[Any]]


def workbook(path: Path, *sheets: tuple[str, Rows, Sequence[str]]) -> Path:
    """An xlsx with the sheets: name, rows, merged ranges."""
    book = Workbook()
    book.remove(book.active)
    for name, rows, merges in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for merge in merges:
            sheet.merge_cells(merge)
    book.save(path)
    return path


def read_rows(folder: Path, rows: Rows, merges: Sequence[str] = (), sheet: str = "检查表") -> Tables:
    """What the importer makes of one sheet."""
    return read_tables(workbook(folder / "表.xlsx", (sheet, rows, merges)), "2026.1")


def texts(tables: Tables) -> list[str]:
    """The statements of all lists."""
    return [item.text for listed in tables.lists for item in listed.checklist.items()]
