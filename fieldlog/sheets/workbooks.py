"""Workbooks as grids: xlsx through calamine, the old xls through xlrd.

Calamine would read xls too, but a damaged one makes it ask for terabytes and takes the process down; xlrd is plain
Python and raises.
"""

from collections.abc import Iterator
from datetime import datetime, time
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any, Final

from fieldlog.sheets.grid import Cell, Grid, Merge
from fieldlog.sheets.unreadable import SheetsUnreadable

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_SAVE_AS: Final = "请用 WPS 或 Excel 打开，另存为 .xlsx 后再导入"


def read_xlsx(data: bytes, name: str) -> tuple[Grid, ...]:
    """Every worksheet; a formula gives the value saved with it, a failed one nothing."""
    try:
        import python_calamine as calamine  # noqa: PLC0415 - loads only when a workbook is read
    except ImportError:
        raise SheetsUnreadable("本机缺少读 xlsx 的组件 python-calamine，请先把表格另存为 CSV 再导入。") from None
    try:
        with calamine.CalamineWorkbook.from_filelike(BytesIO(data)) as book:
            visible = calamine.SheetVisibleEnum.Visible
            worksheets = [m for m in book.sheets_metadata if m.typ == calamine.SheetTypeEnum.WorkSheet]
            return tuple(_xlsx_grid(book.get_sheet_by_name(m.name), m.visible != visible) for m in worksheets)
    except calamine.PasswordError:
        raise _encrypted(name) from None
    except calamine.CalamineError:
        raise _damaged(name) from None
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001 - a panic in Rust is no Exception, and its class cannot be imported
        raise _damaged(name) from None


def _xlsx_grid(sheet: "CalamineSheet", hidden: bool) -> Grid:
    rows = tuple(tuple(_whole(cell) for cell in row) for row in sheet.to_python(skip_empty_area=False))
    merges = tuple(Merge(*start, *end) for start, end in sheet.merged_cell_ranges or ())
    return Grid(sheet.name, rows, merges, hidden)


def read_xls(data: bytes, name: str) -> tuple[Grid, ...]:
    """Every worksheet of an old workbook."""
    try:
        import xlrd  # noqa: PLC0415 - loads only when a workbook is read
    except ImportError:
        raise SheetsUnreadable("本机缺少读 xls 的组件 xlrd，请先把表格另存为 xlsx 再导入。") from None
    log = StringIO()  # xlrd prints its doubts otherwise
    try:
        book: Any = xlrd.open_workbook(
            file_contents=data, formatting_info=True, ragged_rows=True, logfile=log
        )  # merged ranges come with the formatting
        return tuple(_xls_grid(sheet, book.datemode, xlrd) for sheet in book.sheets())
    except Exception as fault:  # noqa: BLE001 - damage shows as struct.error, IndexError, AssertionError …
        if "encrypted" in str(fault).lower():
            raise _encrypted(name) from None
        raise _damaged(name) from None


def _xls_grid(sheet: Any, datemode: int, xlrd: Any) -> Grid:  # noqa: ANN401 - xlrd has no types
    def cells(row: int) -> Iterator[Cell]:
        for kind, value in zip(sheet.row_types(row), sheet.row_values(row), strict=True):
            yield _xls_cell(kind, value, datemode, xlrd)

    merges = tuple(Merge(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells)
    return Grid(sheet.name, tuple(tuple(cells(row)) for row in range(sheet.nrows)), merges, bool(sheet.visibility))


def _xls_cell(kind: int, value: Any, datemode: int, xlrd: Any) -> Cell:  # noqa: ANN401 - xlrd has no types
    if kind == xlrd.XL_CELL_DATE:
        try:
            moment: datetime = xlrd.xldate_as_datetime(value, datemode)
        except (ValueError, OverflowError):
            return _whole(value)
        return moment.date() if moment.time() == time() else moment
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(value, "#N/A"))
    return _whole(value)


def _whole(cell: Cell) -> Cell:
    """Whole numbers come as floats: a phone number must not end in `.0`."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53 else cell


def _encrypted(name: str) -> SheetsUnreadable:
    return SheetsUnreadable(f"“{name}”设有密码，请打开后取消密码再导入。")


def _damaged(name: str) -> SheetsUnreadable:
    return SheetsUnreadable(f"“{name}”已损坏，或不是表格，{_SAVE_AS}。")
