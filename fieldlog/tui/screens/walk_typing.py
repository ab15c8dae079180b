"""Typing in the walk: opening the field for a purpose, and where the walk goes on once a text was taken."""

from textual.geometry import Offset

from fieldlog.domain.bodies import Value
from fieldlog.domain.errors import FieldlogError
from fieldlog.domain.walk import Question
from fieldlog.tui.drafts import DraftKeeper
from fieldlog.tui.screens.walk_entries import find_question
from fieldlog.tui.screens.walk_page import WalkPage
from fieldlog.tui.screens.walk_strips import finding_strip
from fieldlog.tui.walk_texts import WalkTexts


class WalkTyping:
    """The texts that belong to the question under the cursor."""

    def __init__(self, page: WalkPage) -> None:
        self._page = page
        self._visit = page.visit
        self._drafts = DraftKeeper(page, page.visit.save_draft, lambda error: page.say(str(error), "bad"))
        self._texts = WalkTexts(page.visit, page.list, page.entry, self._drafts)

    def open(self, purpose: str, hint: str = "") -> None:
        """Open the field for a text."""
        if (question := self._page.list.question) is not None:
            self._texts.open(purpose, question, self._origin, hint)

    def place(self) -> None:
        """Put the field where the cursor is now."""
        self._texts.place(self._origin)

    @property
    def _origin(self) -> Offset:
        return self._page.query_one(".body").region.offset

    def changed(self, text: str) -> None:
        """Keep what is typed."""
        self._texts.changed(text)

    def flush(self) -> None:
        """Leave no typed text behind."""
        self._drafts.flush()

    def taken(self, text: str) -> None:
        """Save the text, or say what is wrong with it and leave it in the field."""
        question, purpose = self._texts.question, self._texts.purpose
        if question is None:
            return
        try:
            told = self._texts.take(text)
        except FieldlogError as error:
            self._page.entry.complain(str(error))
            return
        self._page.redraw(question)
        if purpose == "other":
            self._page.go_on(question)
        elif purpose == "measured":
            self._after_number(question)
        elif purpose == "label":
            self._page.walk_again(question)
        elif purpose == "find" and (found := find_question(self._visit, question, text)) is not None:
            self._page.go_to(found)
        self._page.say(told, "bad" if purpose == "other" and self._visit.hazard_of(question) else "")

    def _after_number(self, question: Question) -> None:
        """Where a number has settled the item go on; where it shows that something is wrong, ask what."""
        answer = self._visit.answer_to(question)
        if self._visit.is_lacking(question):
            self._page.go_to(question)
            self._page.list.open_strip(finding_strip(self._visit, question))
        elif answer is not None and answer.value is Value.PASS:
            self._page.go_on(question)

    def left(self, text: str) -> None:
        """Close the field; its text stays a draft."""
        stays = self._texts.leave(text)
        if (question := self._texts.question) is not None:
            self._page.redraw(question)
        if stays:
            self._page.say("没有保存完的文字留着，再打开接着写", "warn")
