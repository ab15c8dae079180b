# pyright: reportUnknownMemberType=false
# Textual leaves `App` and `Screen` without their type parameters.
"""The page of a walk: where its cursor stands, what it shows of the visit and what it says."""

from collections.abc import Callable, Iterable

from textual.containers import Container
from textual.widget import Widget

from fieldlog.book.book import Book
from fieldlog.domain.errors import FieldlogError
from fieldlog.domain.walk import Question
from fieldlog.tui.item_facts import heading, item_facts
from fieldlog.tui.screens.frame import FieldScreen
from fieldlog.tui.visit import Visit
from fieldlog.tui.walk_lines import header_lines
from fieldlog.tui.widgets.checklist_view import ChecklistView
from fieldlog.tui.widgets.columns import Tone
from fieldlog.tui.widgets.entry_box import EntryBox
from fieldlog.tui.widgets.item_panel import ItemPanel
from fieldlog.tui.widgets.notice_line import Notice, NoticeLine
from fieldlog.tui.widgets.walk_header import WalkHeader


class WalkPage(FieldScreen[None], inherit_bindings=False):
    """Header, list and panel of one visit; what is written is drawn after the action has returned."""

    def __init__(self, book: Book, doc: str) -> None:
        """Raises NotFound where there is no such inspection, or its lists have not arrived on this device."""
        super().__init__()
        self.visit = Visit(book, doc)
        self.list = ChecklistView(self.visit)
        self.panel = ItemPanel(id="item")
        self.entry = EntryBox()
        self._header = WalkHeader()

    @property
    def at_work_in(self) -> tuple[Book, str] | None:
        """The visit."""
        return self.visit.book, self.visit.doc

    def compose_body(self) -> Iterable[Widget]:
        """Header, list and panel; the field waits over the list."""
        yield self._header
        yield Container(self.list, self.panel, id="walk-body")
        yield self.entry

    # Moving

    def action_move(self, by: int) -> None:
        """Go up or down."""
        self.list.action_move(by)
        self.paint()

    def action_page(self, pages: int) -> None:
        """Go a page up or down."""
        self.list.action_page(pages)
        self.paint()

    def action_first(self) -> None:
        """Go to the first item."""
        self.list.action_first()
        self.paint()

    def action_last(self) -> None:
        """Go to the last item."""
        self.list.action_last()
        self.paint()

    def action_next_open(self) -> None:
        """Go to the next item without an answer, from the start again at the end; then to those that lack a detail."""
        here = self.list.question
        if here is None:
            return
        questions = self.visit.walk.questions
        around = [*questions[here.number :], *questions[: here.number]]
        waiting = next((each for each in around if self.visit.is_open(each)), None)
        lacking = next((each for each in around if self.visit.is_lacking(each)), None)
        target = waiting or lacking
        if target is None:
            self.say("全部检查完了，按 F10 结束")
            return
        self.go_to(target)
        if waiting is None:
            self.say("都检查过了，还有不符合没有写明问题：按 2 补", "warn")
        elif target.number <= here.number:
            self.say("后面的都检查过了，回到前面的未检项")

    def go_to(self, question: Question) -> None:
        """Put the cursor on a question."""
        self.list.show_question(question)
        self.paint()

    def go_on(self, question: Question) -> None:
        """Put the cursor on the question behind this one, or tell that it was the last."""
        if question.number < self.visit.tally.total:
            self.go_to(self.visit.walk.questions[question.number])
            return
        left = self.visit.tally.total - self.visit.tally.done
        self.say(f"到最后一项了。还有 {left} 项未检，按 Tab" if left else "全部检查完了，按 F10 结束")

    def walk_again(self, question: Question) -> None:
        """Show the walk after things were counted, with the cursor on what `question` was."""
        self.list.redraw_all()
        near = self.visit.walk.questions[min(question.number, self.visit.tally.total) - 1]
        self.go_to(self.visit.walk.of(question.ref) or near)

    def walk_anew(self) -> None:
        """Go on in the versions of the lists that count now."""
        self.app.switch_screen(type(self)(self.visit.book, self.visit.doc))

    # Saying

    def writable_question(self) -> Question | None:
        """The question under the cursor, where something can be written."""
        return self.list.question if self.may_write() else None

    def may_write(self) -> bool:
        """Whether something can be written here; says why not."""
        if self.visit.locked:
            self.say(self.visit.locked, "warn")
            return False
        return True

    def attempt(self, act: Callable[[], object]) -> bool:
        """Do it, or say in a line why it was not done; the same key tries again."""
        try:
            act()
        except FieldlogError as error:
            if (question := self.list.question) is not None:
                self.redraw(question)
            self.say(str(error), "bad")
            return False
        return True

    def tell(self, act: Callable[[], str]) -> None:
        """Do it and say what it returned, or why it was not done."""
        told: list[str] = []
        if self.attempt(lambda: told.append(act())):
            if (question := self.list.question) is not None:
                self.redraw(question)
            self.say(told[0])

    def say(self, text: str, tone: Tone = "") -> None:
        """Put a line above the keys."""
        self.query_one(NoticeLine).notice = Notice(text, tone)

    def redraw(self, question: Question) -> None:
        """Show a question anew after something about it was written."""
        self.visit.recount(question)
        self.list.redraw(question)
        self.paint()

    def paint(self) -> None:
        """Bring header and panel up to date."""
        self._header.lines = header_lines(self.visit, self.size.width)
        if (question := self.list.question) is not None:
            self.panel.show(heading(question, self.visit.tally.total), item_facts(self.visit, question))
