"""A Word template of a layout: A4, the fonts and margins of official documents, placeholders where values go.

The text is 156 mm wide with 28 mm to its left, as GB/T 9704 has it, and longer than there (240 mm), since tables are. Fonts are named as Windows, 统信UOS
and 麒麟 have them; a machine without them takes its own Song or Fangsong.
"""

from collections.abc import Sequence
from importlib import import_module
from io import BytesIO
from typing import Any, Final

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from fieldlog.papers.layout import Block, Each, Form, Layout, Sign, Signs, Table, Text

TEXT_MM: Final = 156
_ELEMENT: Any = import_module("docx.oxml").OxmlElement  # its types are only half told
_LABEL_MM: Final = 28
_CODE_MM: Final = 34
BODY_FONT, TITLE_FONT, LATIN_FONT = "仿宋", "宋体", "Times New Roman"
_BODY, _SMALL, _TITLE = Pt(14), Pt(11), Pt(20)
_ALIGN: Final = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
_DATE: Final = "　　　　年　　月　　日"
_LINE: Final = "＿＿＿＿＿＿＿＿"
_SIGNS: Final[dict[Signs, str]] = {
    "party": f"当事人（签名或盖章）：{_LINE}　{_DATE}",
    "recorder": f"记录人（签名）：{_LINE}　{_DATE}",
    "witness": f"见证人（签名）：{_LINE}　{_DATE}",
    "approver": f"负责人（签名）：{_LINE}　{_DATE}",
    "receiver": f"收件人（签名）：{_LINE}　{_DATE}",
}


def build(layout: Layout) -> bytes:
    """The template as a .docx file, which docxtpl fills in and anybody changes in Word."""
    document: Any = Document()
    _set_page(document)
    _set_fonts(document)
    _head_and_foot(document, layout)
    _paragraph(document, "{{ organ.name }}", align="center", size=Pt(16), font=TITLE_FONT)
    _paragraph(document, layout.title, align="center", size=_TITLE, font=TITLE_FONT, bold=True)
    if layout.series:
        _paragraph(document, "{{ number }}", align="center")
    for block in layout.blocks:
        _add(document, block)
    _proof(document)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(30), Mm(27)
    section.left_margin, section.right_margin = Mm(28), Mm(26)


def _set_fonts(document: Any) -> None:
    style = document.styles["Normal"]
    style.font.name, style.font.size = LATIN_FONT, _BODY
    style.element.rPr.rFonts.set(qn("w:eastAsia"), BODY_FONT)
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    style.paragraph_format.line_spacing = Pt(25)


def _head_and_foot(document: Any, layout: Layout) -> None:
    """Above, what tells a draft, a second version or a reprint; below, whose paper it is and page x of y."""
    section = document.sections[0]
    _run(section.header.paragraphs[0], "{{ edition }}", size=_SMALL, font=BODY_FONT)
    section.header.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(foot, f"{layout.title}　{{{{ number }}}}　第 ", size=_SMALL, font=BODY_FONT)
    _field(foot, "PAGE")
    _run(foot, " 页　共 ", size=_SMALL, font=BODY_FONT)
    _field(foot, "NUMPAGES")
    _run(foot, " 页", size=_SMALL, font=BODY_FONT)


def _field(paragraph: Any, name: str) -> None:
    """A number that Word works out."""
    for kind in ("begin", None, "end"):
        run = _run(paragraph, "", size=_SMALL, font=BODY_FONT)
        if kind is None:
            text = _ELEMENT("w:instrText")
            text.set(qn("xml:space"), "preserve")
            text.text = name
            run._r.append(text)
        else:
            char = _ELEMENT("w:fldChar")
            char.set(qn("w:fldCharType"), kind)
            run._r.append(char)


def _run(paragraph: Any, text: str, *, size: Any = _BODY, font: str = BODY_FONT, bold: bool = False) -> Any:
    run = paragraph.add_run(text)
    run.font.size, run.font.name, run.bold = size, LATIN_FONT, bold
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run


def _paragraph(
    holder: Any,
    text: str,
    *,
    align: str = "left",
    indent: bool = False,
    bold: bool = False,
    size: Any = _BODY,
    font: str = BODY_FONT,
) -> Any:
    paragraph = holder.add_paragraph()
    paragraph.alignment = _ALIGN[align]
    if size != _BODY:
        paragraph.paragraph_format.line_spacing = Pt(size.pt * 1.6)
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(size.pt * 2)
    _run(paragraph, text, size=size, font=font, bold=bold)
    return paragraph


def _add(document: Any, block: Block) -> None:
    if block.when:
        _paragraph(document, f"{{%p if {block.when} %}}")
    match block:
        case Text():
            _paragraph(document, block.text, align=block.align, indent=block.indent, bold=block.bold)
        case Each():
            _paragraph(document, f"{{%p for row in {block.each} %}}")
            _paragraph(document, block.text, indent=True)
            _paragraph(document, "{%p endfor %}")
        case Form():
            _form(document, block)
        case Table():
            _table(document, block)
        case Sign():
            for each in block.sign:
                _sign(document, each)
    if block.when:
        _paragraph(document, "{%p endif %}")


def _sign(document: Any, who: Signs) -> None:
    if who == "officers":
        _paragraph(document, "{%p for row in officers %}")
        _paragraph(document, f"执法人员（签名）：{_LINE}　{{{{ row.name }}}}　执法证号 {{{{ row.certificate }}}}")
        _paragraph(document, "{%p endfor %}")
    elif who == "seal":
        for text in ("", "{{ organ.name }}（印章）", "{{ date }}"):
            line = _paragraph(document, text, align="right")
            line.paragraph_format.keep_with_next = True  # a seal that stands alone on a page seals nothing
    else:
        _paragraph(document, _SIGNS[who])


def _form(document: Any, block: Form) -> None:
    columns = max(len(row) for row in block.form)
    value = TEXT_MM * 2 // columns - _LABEL_MM
    widths = [_LABEL_MM if index % 2 == 0 else value for index in range(columns)]
    table = _ruled(document, len(block.form), widths)
    for line, row in zip(table.rows, block.form, strict=True):
        cells = list(line.cells)
        if len(row) < columns:
            cells[len(row) - 1] = cells[len(row) - 1].merge(cells[-1])
        for index, text in enumerate(row):
            _fill(cells[index], text, bold=index % 2 == 0)
        _keep_whole(line)


def _table(document: Any, block: Table) -> None:
    table = _ruled(document, 4, [column.mm for column in block.columns])
    head, begin, line, end = table.rows
    for cell, column in zip(head.cells, block.columns, strict=True):
        _fill(cell, column.head, bold=True)
    for cell, column in zip(line.cells, block.columns, strict=True):
        _fill(cell, column.value)
    _fill(begin.cells[0], f"{{%tr for row in {block.table} %}}")
    _fill(end.cells[0], "{%tr endfor %}")
    repeated = _ELEMENT("w:tblHeader")
    head._tr.get_or_add_trPr().append(repeated)
    _keep_whole(line)


def _ruled(document: Any, rows: int, widths: Sequence[int], style: str = "Table Grid") -> Any:
    """A table of columns so many millimetres wide; LibreOffice goes by the grid, Word by the cells."""
    table = document.add_table(rows=rows, cols=len(widths))
    table.style, table.alignment, table.autofit = style, WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    return table


def _keep_whole(row: Any) -> None:
    """A row goes to the next page as a whole; one longer than a page still goes on there."""
    row._tr.get_or_add_trPr().append(_ELEMENT("w:cantSplit"))


def _fill(cell: Any, text: str, *, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
    paragraph.paragraph_format.line_spacing = Pt(18)
    _run(paragraph, text, size=Pt(12), bold=bold)


def _proof(document: Any) -> None:
    """The code by which the paper is checked, and what it says, at the end of every paper."""
    table = _ruled(document, 1, [TEXT_MM - _CODE_MM, _CODE_MM], "Normal Table")
    left, right = table.rows[0].cells
    paragraph = left.paragraphs[0]
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
    paragraph.paragraph_format.line_spacing = Pt(14)
    _run(paragraph, "{{ proof }}", size=Pt(9))
    code = right.paragraphs[0]
    code.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    code.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _run(code, "{{ mark }}", size=Pt(9))
    _keep_whole(table.rows[0])
