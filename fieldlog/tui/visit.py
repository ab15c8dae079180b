"""One visit as its screens show it: the book's state by question. Holds no rule; it asks actions and remembers nothing
but which answers the disk refused."""

from collections import Counter
from typing import Literal

from fieldlog.actions import answering, lookup, overview
from fieldlog.actions.contests import MARK
from fieldlog.book.book import Book
from fieldlog.domain.bodies import ItemAnswered, Value
from fieldlog.domain.contested import Contest
from fieldlog.domain.errors import EnvironmentFault
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.hazard_state import VOID
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.inspection_state import CLOSED, OPEN
from fieldlog.domain.photos import asks_for_photo
from fieldlog.domain.score import Score, ScoreSheet
from fieldlog.domain.walk import Question, Walk
from fieldlog.tui.tally import DONE, Tally
from fieldlog.tui.widgets.columns import Cell, Tone

MARKS: dict[Value, tuple[str, Tone]] = {
    Value.PASS: ("符", "good"),
    Value.FAIL: ("不", "bad"),
    Value.NA: ("免", "muted"),
    Value.PENDING: ("待", "warn"),
}
"""A Han character for every answer: it is two cells wide on every console."""

Stage = Literal["亮证", "告知", "现场检查", "笔录签字"]
STAGES: tuple[Stage, ...] = ("亮证", "告知", "现场检查", "笔录签字")


class Visit:
    """One inspection, question by question.

    Raises:
        NotFound: there is no such inspection, or its lists have not arrived on this device.
    """

    def __init__(self, book: Book, doc: str) -> None:
        self.book = book
        self.doc = doc
        state = lookup.inspection(book, doc)
        assert state.opened is not None  # noqa: S101 - `lookup.inspection` has seen to it
        self.opened = state.opened
        self.walk: Walk = lookup.plan(book, state)
        self._versions = state.lists
        self.by = book.device.officer or state.opened.officers[0]
        self.refused: dict[str, str] = {}
        """Answers that the disk did not take, by reference: shown as 未保存 until they are given again."""
        self._last_hazards = overview.last_hazards(book, state.opened.premises, doc)
        self._last_visit = self._previous()
        self.tally = Tally(self.walk)
        self._sheet = ScoreSheet(self.walk)
        self._scores: tuple[Score, ...] | None = None
        self._hung: tuple[int, Counter[tuple[str, str]]] = (-1, Counter())
        self._beside: dict[str, str] = {}
        """Hazards of this visit by item, for items whose list sees no hazard there."""
        self.reload()

    def _previous(self) -> Inspection | None:
        for row in overview.last_visits(self.book, self.opened.premises):
            if row["doc"] != self.doc and row["state"] == CLOSED:
                return lookup.inspection(self.book, row["doc"])
        return None

    # What stands

    @property
    def state(self) -> Inspection:
        """The inspection as the log has it."""
        return lookup.inspection(self.book, self.doc)

    @property
    def locked(self) -> str:
        """Why nothing can be written here, or empty."""
        if self.book.read_only:
            return self.book.read_only
        return "" if self.state.state == OPEN else f"这次检查{self.state.state}，只能查看"

    @property
    def several_lists(self) -> bool:
        """Whether the walk goes through more than one list."""
        return len(self.opened.lists) > 1

    @property
    def is_outdated(self) -> bool:
        """Whether other versions of the lists count now than those that are walked here."""
        return self.state.lists != self._versions

    def answer_to(self, question: Question) -> ItemAnswered | None:
        """The answer that counts."""
        return self.state.answer(question.ref)

    def is_open(self, question: Question) -> bool:
        """Whether it waits for an answer: none yet, or 待定."""
        return self.tally.value(question) not in DONE

    def is_lacking(self, question: Question) -> bool:
        """Whether it is 不符合 without a word on what is wrong."""
        return self.state.is_lacking(question.ref)

    def contest(self, question: Question) -> Contest | None:
        """Where two devices answered it differently without knowing of each other, and nobody has looked since."""
        return self.state.contest(question.ref)

    def hazard_of(self, question: Question) -> Hazard | None:
        """The hazard that stands because of the answer."""
        doc = self.state.hazards.get(question.ref) or self._beside.get(question.ref)
        hazard = lookup.hazard(self.book, doc) if doc else None
        return hazard if hazard is not None and hazard.state != VOID else None

    def hazards_here(self) -> list[str]:
        """Ids of every hazard found at this visit, in the order they were found."""
        return [row["doc"] for row in self.book.rows("hazards") if row["inspection"] == self.doc]

    def reload(self) -> None:
        """Look again at what other screens may have changed."""
        rows = (self.book.row("hazards", doc) for doc in self.hazards_here())
        self._beside = {row["item"]: row["doc"] for row in rows if row is not None and row["state"] != VOID}
        self.walk = lookup.plan(self.book, self.state)
        self._sheet = ScoreSheet(self.walk)
        self.tally = Tally(self.walk)
        for question in self.walk.questions:
            self.recount(question)

    def lacks_measure(self, question: Question) -> bool:
        """Whether something is wrong here that has a number, and the number was not written down."""
        answer = self.answer_to(question)
        return bool(
            question.item.measure and answer and answer.value is Value.FAIL and answer.text and not answer.measured
        )

    def lacks_photo(self, question: Question) -> bool:
        """Whether its list asks for a photo with this answer, and there is none."""
        hung = self._hung_on()
        return asks_for_photo(question, self.tally.value(question)) and not any(
            hung["照", ref] for ref in (question.ref, *question.twins)
        )

    def last_time(self, question: Question) -> str:
        """What the item said at the visit before, in a line, or empty."""
        # of things counted for the first time now, the first one is what the item was asked of before
        refs = (question.ref, question.item.id) if question.nth == 1 else (question.ref,)
        row = next((self._last_hazards[ref] for ref in refs if ref in self._last_hazards), None)
        if row is not None:
            return f"{row['found']} 不符合：{row['text']}（{row['state']}）"
        last = self._last_visit
        answer = next(filter(None, (last.answer(ref) for ref in refs)), None) if last is not None else None
        return f"{last.opened_at[:10]} {answer.value.value}" if last is not None and answer is not None else ""

    def text(self, question: Question) -> str:
        """The item's words, with the thing they are about where there are several."""
        section = self.walk.sections[question.section]
        return f"{section.label}：{question.item.text}" if section.many > 1 else question.item.text

    # Counting

    @property
    def scores(self) -> tuple[Score, ...]:
        """What its scored lists come to so far."""
        if self._scores is None:
            self._scores = self._sheet.scores(self.state.answer)
        return self._scores

    def done_in(self, section: int) -> int:
        """How many of a section have an answer other than 待定."""
        return self.tally.done_in(section)

    def recount(self, question: Question) -> None:
        """Take the question's answer into the counts."""
        self._scores = None
        answer = self.answer_to(question)
        self.tally.take(question, answer.value if answer is not None else None)
        self.tally.take_lacks(question, words=self.is_lacking(question), photo=self.lacks_photo(question))

    # What a list shows

    def mark(self, question: Question) -> Cell:
        """符, 不, 免, 待 or nothing."""
        value = self.tally.value(question)
        return Cell("") if value is None else Cell(*MARKS[value])

    def aside(self, question: Question) -> Cell:
        """What stands at the right of the item: the most pressing in words, then counts of what hangs on it."""
        if question.ref in self.refused:
            return Cell(f"未保存 {self.refused[question.ref]}", "bad")
        parts: list[str] = []
        tone: Tone = "muted"
        if question.item.level == "重大" and self.tally.value(question) is None:
            parts.append("重大")
            tone = "warn"
        if self.tally.value(question) is Value.FAIL:
            hazard = self.hazard_of(question)
            tone = "bad"
            if hazard is not None:
                parts.append(f"{hazard.fields['level']} {days(hazard)}")
            elif self.is_lacking(question):
                parts.append("待补充")
                tone = "warn"
            else:
                parts.append("记录")
        if self.lacks_measure(question):
            parts.append("缺实测")
        if self.tally.is_photoless(question):
            parts.append("缺照")
            tone = tone if tone == "bad" else "warn"
        if self.contest(question) is not None:
            parts.append(MARK)
            tone = tone if tone == "bad" else "warn"
        parts.append(self._attached(question))
        return Cell(" ".join(filter(None, parts)), tone)

    def _attached(self, question: Question) -> str:
        state, item = self.state, question.ref
        note = "备" if item in state.notes else "稿" if f"note:{item}" in state.drafts else ""
        hung = self._hung_on()
        photos, marks = hung["照", item], hung["录", item]
        said = sum(each.item == item for each in state.comments)
        counts = (("评", said), ("照", photos), ("录", marks))
        return note + "".join(f"{word}{count}" for word, count in counts if count)

    def _hung_on(self) -> Counter[tuple[str, str]]:
        """Photos and footage marks by item; counted again only where there are more."""
        state = self.state
        size = len(state.photos) + len(state.footage)
        if self._hung[0] != size:
            photos = (("照", each.body.item) for each in state.photos)
            footage = (("录", each.body.item) for each in state.footage)
            self._hung = (size, Counter([*photos, *footage]))
        return self._hung[1]

    # Doing

    def answer(
        self,
        question: Question,
        value: Value | None = None,
        *,
        finding: int | None = None,
        text: str = "",
        measured: str = "",
    ) -> None:
        """Write the answer, without a value the one that the measured number gives.

        Raises as `answering.answer` does, and remembers what the disk refused.
        """
        try:
            answering.answer(
                self.book,
                self.by,
                self.doc,
                question.ref,
                value or "",
                finding=finding,
                text=text,
                measured=measured,
                twins=question.twins,
            )
        except EnvironmentFault:
            self.refused[question.ref] = value.value if value is not None else f"实测 {measured}"
            raise
        self.refused.pop(question.ref, None)
        self.recount(question)

    def undo(self) -> Question | None:
        """Take the newest answer back and return its question; raises as `answering.undo` does."""
        _entry, item = answering.undo(self.book, self.by, self.doc)
        question = self.walk.of(item)
        if question is not None:
            self.recount(question)
        return question

    def save_draft(self, field: str, text: str) -> None:
        """Keep half-typed text; an empty one ends the draft."""
        answering.save_draft(self.book, self.by, self.doc, field, text)

    def officer_names(self) -> list[str]:
        """The names of the officers, in the order they were chosen."""
        rows = (self.book.row("officers", officer) for officer in self.opened.officers)
        return [str(row["name"]) for row in rows if row is not None]


def measured_of(answer: ItemAnswered | None) -> str:
    """The measured value of an answer, or empty."""
    return answer.measured if answer is not None else ""


def days(hazard: Hazard) -> str:
    """How long there is: `当场`, `7日`, `5工作日`."""
    fields = hazard.fields
    if not fields["deadline_days"]:
        return "当场"
    return f"{fields['deadline_days']}{'日' if fields['deadline_kind'] == 'calendar' else '工作日'}"
