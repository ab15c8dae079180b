"""What the keys do while a strip is open in the walk: a finding is chosen, a stage reached, a thing counted."""

from typing import cast

from fieldlog.actions import evidence
from fieldlog.domain.bodies import Value
from fieldlog.domain.walk import Question
from fieldlog.tui.screens.walk_entries import told_finding
from fieldlog.tui.screens.walk_page import WalkPage
from fieldlog.tui.screens.walk_strips import ADD, COUNT, FINDING, MEASURE, OTHER, RENAME, STAGE
from fieldlog.tui.screens.walk_typing import WalkTyping
from fieldlog.tui.visit import STAGES, Stage, measured_of
from fieldlog.tui.walk_counting import count, first_of_last
from fieldlog.tui.widgets.finding_strip import Choice, Strip


class WalkChoices:
    """Reads a strip's keys and writes what was chosen."""

    def __init__(self, page: WalkPage, typing: WalkTyping) -> None:
        self._page = page
        self._visit = page.visit
        self._typing = typing

    def key(self, strip: Strip, key: str) -> bool:
        """Read a key while a strip is open; False where it is none of the strip's."""
        if key == "escape":
            self._page.list.close_strip()
            if strip.purpose == FINDING and (question := self._page.list.question) and self._visit.is_lacking(question):
                self._page.say(f"第 {question.number} 项不符合，待补充。按 2 补", "warn")
            return True
        if not key.isdecimal():
            return key == "enter"
        choice = strip.of(key) or (strip.of_key(OTHER) if key == "9" else None)
        if choice is None:
            self._page.say(f"没有 {key} 这一条", "warn")
        else:
            self._choose(strip, choice)
        return True

    def _choose(self, strip: Strip, choice: Choice) -> None:
        question = self._page.writable_question()
        if question is None:
            return
        if strip.purpose == STAGE:
            self._reach_stage(choice.key)
        elif strip.purpose.startswith(COUNT):
            self._count(question, strip.purpose.partition(":")[2], choice.key)
        elif choice.key == OTHER:
            self._typing.open("other")
        elif choice.key == MEASURE:
            self._typing.open("measured")
        else:
            self._pick_finding(question, int(choice.key))

    def _pick_finding(self, question: Question, finding: int) -> None:
        standing = self._visit.answer_to(question)
        measured = measured_of(standing)
        if self._page.attempt(lambda: self._visit.answer(question, Value.FAIL, finding=finding, measured=measured)):
            self._page.list.close_strip()
            self._page.redraw(question)
            self._page.go_on(question)
            self._page.say(told_finding(self._visit, question), "bad" if self._visit.hazard_of(question) else "")

    def _reach_stage(self, named: str) -> None:
        stage = STAGES[[*STAGES].index(cast("Stage", named))]
        self._page.list.close_strip()

        def reach() -> str:
            entry = evidence.reach_stage(self._visit.book, self._visit.by, self._visit.doc, stage)
            return f"{stage} {entry.at[11:16]}，已记录"

        self._page.tell(reach)

    def _count(self, here: Question, thing: str, what: str) -> None:
        if what == RENAME:
            self._typing.open("label")
            return
        self._page.list.close_strip()
        told: list[str] = []
        if self._page.attempt(lambda: told.append(count(self._visit, thing, what))):
            self._page.walk_again((first_of_last(self._visit, thing) if what == ADD else None) or here)
            self._page.say(told[0])
