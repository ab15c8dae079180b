"""Everything there is to read about one item of a list, outside any visit."""

from collections.abc import Sequence

from fieldlog.book.book import Book
from fieldlog.domain.walk import Question
from fieldlog.tui.item_facts import heading, list_details
from fieldlog.tui.law_articles import cited_in_question, law_articles
from fieldlog.tui.screens.reading import Reading
from fieldlog.tui.widgets.prose import Paragraph


class ListItemDetail(Reading):
    """The item's whole text, how often it failed, and the articles it rests on."""

    def __init__(self, book: Book, question: Question, total: int, counted: Sequence[Paragraph]) -> None:
        super().__init__()
        self._book = book
        self._question = question
        self._total = total
        self._counted = counted

    def paragraphs(self) -> Sequence[Paragraph]:
        """Counts, facts, articles, findings."""
        articles = law_articles(self._book.folder, cited_in_question(self._question))
        title = Paragraph(heading(self._question, self._total), "accent")
        return [title, *self._counted, Paragraph(""), *list_details(self._question, articles)]
