"""The articles that a hazard rests on."""

from collections.abc import Sequence
from contextlib import suppress

from fieldlog.actions import lookup
from fieldlog.book.book import Book
from fieldlog.domain.checklist_parts import Item
from fieldlog.domain.errors import FieldlogError
from fieldlog.domain.hazard import Hazard
from fieldlog.tui.law_articles import CitedUnder, cited_by, law_articles
from fieldlog.tui.screens.reading import Reading
from fieldlog.tui.widgets.prose import Paragraph


class LawPage(Reading):
    """Basis and penalty clauses with their text, under the words they are cited for."""

    def __init__(self, book: Book, title: str, under: Sequence[CitedUnder]) -> None:
        super().__init__()
        self._book = book
        self._title = title
        self._under = under

    def paragraphs(self) -> Sequence[Paragraph]:
        """What is cited for, then the articles."""
        nothing = [Paragraph("没有写依据", "muted")]
        return [
            Paragraph(self._title, "strong"),
            *(
                Paragraph(f"{each.word}：{'；'.join(one.shown for one in each.cited)}", "muted", 6)
                for each in self._under
            ),
            Paragraph(""),
            *(law_articles(self._book.folder, self._under) or nothing),
        ]


def law_of_hazard(book: Book, hazard: Hazard) -> LawPage:
    """The page of a hazard: its basis as it was recorded, its item's penalty clauses where the list is at hand."""
    now = hazard.fields
    items: list[Item] = []
    if now["item"] and now["inspection"]:
        with suppress(FieldlogError):
            visit = lookup.inspection(book, str(now["inspection"]))
            items.append(lookup.item(book, visit, str(now["item"]))[-1])
    return LawPage(book, str(now["text"]), cited_by(items, basis=[str(each) for each in now["basis"]]))
