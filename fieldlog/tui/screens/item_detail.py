"""Everything there is to read about one item."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from fieldlog.actions.photos import shots_of_visit
from fieldlog.domain.photos import Pair, Shot
from fieldlog.domain.walk import Question
from fieldlog.tui.item_facts import heading, item_details
from fieldlog.tui.law_articles import cited_in_question, law_articles
from fieldlog.tui.playing import has_recordings, play_moment
from fieldlog.tui.screens.reading import Reading
from fieldlog.tui.visit import Visit
from fieldlog.tui.widgets.prose import Paragraph


class ItemDetail(Reading):
    """The item's whole text, with the articles it rests on where their text is at hand."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("asterisk,f5", "play", "放录像"),
        Binding("8", "look", "看照片"),
    ]

    def __init__(self, visit: Visit, question: Question) -> None:
        super().__init__()
        self._visit = visit
        self._question = question

    def paragraphs(self) -> Sequence[Paragraph]:
        """The item's facts, the articles below them, then the typical findings."""
        articles = law_articles(self._visit.book.folder, cited_in_question(self._question))
        title = Paragraph(heading(self._question, self._visit.tally.total), "accent")
        return [title, Paragraph(""), *item_details(self._visit, self._question, articles)]

    def action_play(self) -> None:
        """Open the recording that shows the item."""
        if not play_moment(self, self._visit.book, self._visit.doc, self._question.ref):
            self.notify(f"没有录像拍到第 {self._question.number} 项", severity="warning")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing to play before the first scan, and nothing to look at before the first photo."""
        if action == "look":
            return bool(self._shots)
        return action != "play" or has_recordings(self._visit.book)

    def action_look(self) -> None:
        """Show the item's photos."""
        from fieldlog.tui.screens.photo_view import PhotoView  # noqa: PLC0415

        self.fieldlog.push_screen(PhotoView(self._visit.book, [Pair(shot, None) for shot in self._shots]))

    @property
    def _shots(self) -> list[Shot]:
        return shots_of_visit(self._visit.state, self._question.ref)
