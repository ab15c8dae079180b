"""Checklists out of the tables that offices keep, and into a table to print; values are worked out, nothing is written.

The work loads on the first call: the start of the program needs only the names.
"""

from pathlib import Path

from fieldlog.tables.records import Problem, TableList, Tables, TablesUnreadable, Turned


def read_tables(path: Path, version: str) -> Tables:
    """Every checklist in an xlsx, xls or CSV file: check tables, an XLSForm, or a list that fieldlog exported.

    Args:
        version: the version of lists that carry none of their own, `2026.1`.

    Raises:
        TablesUnreadable: the file as a whole cannot be read.
    """
    from fieldlog.tables import workbook  # noqa: PLC0415 - tables of words and patterns

    return workbook.read_tables(path, version)


__all__ = ["Problem", "TableList", "Tables", "TablesUnreadable", "Turned", "read_tables"]
