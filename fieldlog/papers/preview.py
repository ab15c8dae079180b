"""A Word file's text in reading order, for a first look in the terminal."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, or a row of a table with its cells."""

    text: str = ""
    cells: tuple[str, ...] = ()
    centred: bool = False


def lines_of(docx: bytes) -> Iterator[Line]:
    """Headers first, then paragraphs and rows as they follow each other; a cell that spans columns stands once."""
    from docx import Document  # noqa: PLC0415 - only for looking at a paper
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
    from docx.table import Table  # noqa: PLC0415

    document = Document(BytesIO(docx))
    for paragraph in document.sections[0].header.paragraphs:
        if paragraph.text:
            yield Line(paragraph.text)
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                yield Line(cells=tuple(cell.text for cell in dict.fromkeys(row.cells)))
        else:
            yield Line(block.text, centred=block.alignment == WD_ALIGN_PARAGRAPH.CENTER)
