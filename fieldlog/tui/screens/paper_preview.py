"""A paper's text in the terminal, before it is given out."""

from collections.abc import Sequence

from fieldlog.papers.preview import Line, lines_of
from fieldlog.tui.screens.reading import Reading
from fieldlog.tui.widgets.prose import Paragraph


class PaperPreview(Reading):
    """The words as they will stand in the Word file; the page breaks are Word's."""

    def __init__(self, title: str, content: bytes) -> None:
        super().__init__()
        self._title, self._content = title, content

    def paragraphs(self) -> Sequence[Paragraph]:
        """The lines, each row of a table as one."""
        return [Paragraph(self._title, "accent"), *(_shown(line) for line in lines_of(self._content))]


def _shown(line: Line) -> Paragraph:
    if line.cells:
        return Paragraph("｜".join(cell.replace("\n", " ") for cell in line.cells), hanging=2)
    return Paragraph(line.text, "strong" if line.centred else "")
