"""A checklist as a workbook to print on A4 and fill in by hand; `returned` reads it back as it was."""

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from wcwidth import wcswidth

from fieldlog.domain.checklist import Checklist
from fieldlog.domain.errors import EnvironmentFault
from fieldlog.tables.hidden import SHEET, hidden_cells
from fieldlog.tables.printed import HEADER_KEY, Row, columns, rows

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_WIDTHS: Final = {"序号": 5, "检查内容": 32, "分值": 6, "检查方法": 22, "依据": 22, "结果": 14, "备注": 12}
_LINE_POINTS: Final = 14.0
_QR_PIXELS: Final = 84


def workbook_of(checklist: Checklist) -> bytes:
    """The workbook, as the bytes of an xlsx file.

    Raises:
        EnvironmentFault: openpyxl is missing on this computer.
    """
    try:
        from openpyxl import Workbook  # noqa: PLC0415 - loads only when a list is exported
    except ImportError:
        raise EnvironmentFault("本机缺少写 xlsx 的组件 openpyxl，请改用 --yaml") from None
    book: Any = Workbook()
    sheet = book.active
    sheet.title = "检查表"
    _fill(sheet, checklist)
    _set_up_page(sheet, checklist)
    hidden = book.create_sheet(SHEET)
    for number, text in enumerate(hidden_cells(checklist), 1):
        _put(hidden, number, 1, text)
    hidden.sheet_state = "hidden"
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _put(sheet: "Worksheet", row: int, column: int, text: str) -> Any:  # noqa: ANN401 - openpyxl's types are loose
    """Write text as text: one that begins with = would become a formula, and _x0041_ would be read as A."""
    cell: Any = sheet.cell(row, column)
    cell.value = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    cell.data_type = "s"
    return cell


def _fill(sheet: "Worksheet", checklist: Checklist) -> None:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    headings = columns(checklist)
    keys = len(headings) + 1
    for number, heading in enumerate(headings, 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS[heading]
    sheet.column_dimensions[get_column_letter(keys)].hidden = True
    for number, row in enumerate(rows(checklist), 1):
        _fill_row(sheet, number, row, headings)
        if row.key:
            _put(sheet, number, keys, row.key)
        if row.key == HEADER_KEY:
            sheet.print_title_rows = f"{number}:{number}"
    _add_code(sheet, checklist, get_column_letter(len(headings)))


def _fill_row(sheet: "Worksheet", number: int, row: Row, headings: tuple[str, ...]) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side  # noqa: PLC0415

    across = len(row.cells) == 1
    width = len(headings)
    thin = Side(style="thin", color="808080")
    border = Border(left=thin, right=thin, top=thin, bottom=thin)
    middle = {"序号", "分值"}
    for column, text in enumerate(row.cells, 1):
        cell = _put(sheet, number, column, text)
        centred = row.kind in ("title", "header") or (not across and headings[column - 1] in middle)
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center" if centred else "left")
        cell.font = Font(
            name="宋体", size=16 if row.kind == "title" else 10, bold=row.kind in ("title", "header", "section")
        )
    if across:
        end = width - 1 if row.kind == "title" else width  # the code stands at the right of the title
        sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=end)
    if row.kind in ("header", "section", "item"):
        for column in range(1, width + 1):
            sheet.cell(number, column).border = border
    if row.kind in ("header", "section"):
        for column in range(1, width + 1):
            sheet.cell(number, column).fill = PatternFill(
                "solid", fgColor="E8E8E8" if row.kind == "header" else "F4F4F4"
            )
    sheet.row_dimensions[number].height = _height(row, headings)


def _height(row: Row, headings: tuple[str, ...]) -> float:
    """Height in points: spreadsheet programs do not fit merged rows, and LibreOffice none, when a file is opened."""
    if row.kind == "title":
        return 66.0
    if row.kind == "sign":
        return 40.0 if row.cells[0].startswith("检查意见") else 26.0
    widths = [sum(_WIDTHS[each] for each in headings)] if len(row.cells) == 1 else [_WIDTHS[each] for each in headings]
    lines = max(_lines(text, width) for text, width in zip(row.cells, widths, strict=True))
    return max(20.0, lines * _LINE_POINTS + 6)


def _lines(text: str, width: int) -> int:
    return sum(max(1, -(-max(0, wcswidth(line)) // max(1, width - 1))) for line in text.split("\n"))


def _set_up_page(sheet: Any, checklist: Checklist) -> None:  # noqa: ANN401
    sheet.page_setup.orientation = "portrait"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.5
    margins.top, margins.bottom = 0.5, 0.7
    sheet.oddFooter.left.text = f"{checklist.id} {checklist.version}"
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    sheet.freeze_panes = None


def _add_code(sheet: Any, checklist: Checklist, column: str) -> None:  # noqa: ANN401
    """The QR code of list and version beside the title. openpyxl reads a picture's size with Pillow; ours is known."""
    from openpyxl.drawing.image import Image  # noqa: PLC0415

    png = code_png(f"fieldlog:checklist:{checklist.id}@{checklist.version}")

    class Code(Image):
        def __init__(self) -> None:
            self.ref = None
            self.format = "png"
            self.width = self.height = _QR_PIXELS
            self.anchor = f"{column}1"

        def _data(self) -> bytes:
            return png

    sheet.add_image(Code())


def code_png(text: str, dot: int = 4) -> bytes:
    """A QR code of the text as a black and white PNG, `dot` pixels a module."""
    from qrcode import QRCode  # noqa: PLC0415 - loads only when a list is exported
    from qrcode.constants import ERROR_CORRECT_M  # noqa: PLC0415
    from qrcode.image.pure import PyPNGImage  # noqa: PLC0415 - needs no Pillow

    code: Any = QRCode(border=2, box_size=dot, error_correction=ERROR_CORRECT_M, image_factory=PyPNGImage)
    code.add_data(text)
    png = BytesIO()
    code.make_image().save(png)
    return png.getvalue()
