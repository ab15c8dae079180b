# pyright: reportUnknownMemberType=false
# Textual leaves `App` and `Screen` without their type parameters.
"""Walking a checklist: one key an answer, two a hazard."""

from collections.abc import Callable, Iterable
from typing import ClassVar, cast

from textual import events
from textual.actions import parse
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.geometry import Offset
from textual.widget import Widget

from fieldlog.actions import inspections
from fieldlog.book.book import Book
from fieldlog.domain.bodies import Value
from fieldlog.domain.errors import FieldlogError
from fieldlog.domain.walk import Question
from fieldlog.tui.desk import desk_of
from fieldlog.tui.drafts import DraftKeeper
from fieldlog.tui.item_facts import heading, item_facts
from fieldlog.tui.resume import place_to_resume
from fieldlog.tui.screens.frame import FieldScreen
from fieldlog.tui.screens.walk_entries import (
    find_question,
    mark_footage,
    told_finding,
)
from fieldlog.tui.screens.walk_strips import (
    ADD,
    COUNT,
    FINDING,
    MEASURE,
    OTHER,
    RENAME,
    STAGE,
    count_strip,
    finding_strip,
    stage_strip,
)
from fieldlog.tui.visit import STAGES, Stage, Visit, measured_of
from fieldlog.tui.walk_counting import count, first_of_last, thing_at, told_nothing_at
from fieldlog.tui.walk_lines import header_lines
from fieldlog.tui.walk_texts import WalkTexts
from fieldlog.tui.widgets.checklist_view import ChecklistView
from fieldlog.tui.widgets.columns import Tone
from fieldlog.tui.widgets.entry_box import EntryArea, EntryBox
from fieldlog.tui.widgets.finding_strip import Choice, Strip
from fieldlog.tui.widgets.item_panel import ItemPanel
from fieldlog.tui.widgets.notice_line import Notice, NoticeLine
from fieldlog.tui.widgets.row_list import RowList
from fieldlog.tui.widgets.walk_header import WalkHeader


class WalkScreen(FieldScreen[None], inherit_bindings=False):
    """The items of one visit and the keys that answer them.

    The screen reads every key itself, in one place and one after another, so that of keys pressed fast none is lost
    or meets another item. What it shows as answered is on the disk: it draws after the action has returned.
    """

    CSS_PATH = "../styles/walk.tcss"
    AUTO_FOCUS = ""
    COUNT_EVERY_S = 2.0

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "answer('符合')", "符合"),
        Binding("2", "answer('不符合')", "不符合"),
        Binding("3", "answer('不适用')", "不适用"),
        Binding("0", "answer('待定')", "待定"),
        Binding("full_stop,backspace", "undo", "撤销"),
        Binding("tab", "next_open", "未检"),
        Binding("f10", "finish", "结束"),
        Binding("minus,f2", "type('note')", "备注"),
        Binding("asterisk,f5", "mark", "录像"),
        Binding("plus,f3", "type('photo')", "照片"),
        Binding("enter", "detail", "详情"),
        Binding("f4", "hazard", "隐患"),
        Binding("8", "measure", "实测"),
        Binding("f6", "stage", "阶段"),
        Binding("7,f7", "count", "几个"),
        Binding("f8", "hazard_beside", "清单外隐患"),
        Binding("slash", "type('find')", "查找"),
        Binding("f9", "newer_list", "换新版清单", show=False),
        Binding("up,k", "move(-1)", "上一项", show=False),
        Binding("down,j", "move(1)", "下一项", show=False),
        Binding("pageup", "page(-1)", "上一页", show=False),
        Binding("pagedown", "page(1)", "下一页", show=False),
        Binding("home,g", "first", "第一项", show=False),
        Binding("end,G", "last", "最后一项", show=False),
    ]

    def __init__(self, book: Book, doc: str) -> None:
        """Raises NotFound where there is no such inspection, or its lists have not arrived on this device."""
        super().__init__()
        self.visit = Visit(book, doc)
        self.list = ChecklistView(self.visit)
        self.panel = ItemPanel(id="item")
        self.entry = EntryBox()
        self._header = WalkHeader()
        self._drafts = DraftKeeper(self, self.visit.save_draft, lambda error: self._say(str(error), "bad"))
        self._texts = WalkTexts(self.visit, self.list, self.entry, self._drafts)
        self._actions = dict(self._own_keys())

    def _own_keys(self) -> Iterable[tuple[str, Callable[[], None]]]:
        for binding in self.BINDINGS:
            assert isinstance(binding, Binding)  # noqa: S101 - they stand above
            _namespace, name, parameters = parse(binding.action)
            action = getattr(self, f"action_{name}")
            for key in binding.key.split(","):
                yield key, lambda action=action, parameters=parameters: action(*parameters)

    def compose_body(self) -> Iterable[Widget]:
        """Header, list and panel; the field waits over the list."""
        yield self._header
        yield Container(self.list, self.panel, id="walk-body")
        yield self.entry

    def on_mount(self) -> None:
        """Go to where the visit was left, and tell what came back."""
        super().on_mount()
        self.set_interval(self.COUNT_EVERY_S, self._count_waiting)
        for line in self.visit.book.recovered:
            self.notify(line, timeout=10)
        if not self.visit.walk.questions:
            self._say("这次检查没有适用的项目，按 F10 结束", "warn")
            return
        place = place_to_resume(self.visit)
        self.list.show_question(place.question)
        self._paint()
        if place.purpose and not self.visit.locked:
            self.call_after_refresh(self._open_entry, place.purpose, place.told)
        else:
            self._say(place.told)

    def on_unmount(self) -> None:
        """Leave no typed text behind."""
        self._drafts.flush()

    def _count_waiting(self) -> None:
        """Keep what waits for the office true; beside the keys, since it reads a file."""
        if self.app.screen is self and self.fieldlog.status.device:
            self.fieldlog.status = desk_of(self.visit.book).status()

    # Keys

    def on_key(self, event: events.Key) -> None:
        """Read one key to its end."""
        if event is self.entry.area.bubbling:
            return
        if self.app.screen is not self:
            self._pass_on(self.app.focused or self.app.screen, event)
        elif self.entry.is_open:
            self._pass_on(self.entry.area, event)
        elif self.list.strip is not None and self._strip_key(self.list.strip, event.key):
            event.stop()
        elif (action := self._actions.get(event.key)) is not None:
            event.stop()
            self.list.close_strip()
            self._say("")
            action()
        elif event.key.isdecimal():
            event.stop()
            self._say(f"{event.key} 在这里没有用，按 F1 看全部按键", "warn")

    def _pass_on(self, target: Widget, event: events.Key) -> None:
        event.stop()
        target.post_message(events.Key(event.key, event.character))

    def _strip_key(self, strip: Strip, key: str) -> bool:
        """Read a key while a strip is open; False where it is none of the strip's."""
        if key == "escape":
            self.list.close_strip()
            if strip.purpose == FINDING and (question := self.list.question) and self.visit.is_lacking(question):
                self._say(f"第 {question.number} 项不符合，待补充。按 2 补", "warn")
            return True
        if not key.isdecimal():
            return key == "enter"
        choice = strip.of(key) or (strip.of_key(OTHER) if key == "9" else None)
        if choice is None:
            self._say(f"没有 {key} 这一条", "warn")
        else:
            self._choose(strip, choice)
        return True

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a text is typed the keys are the field's."""
        if action == "count" and not self.visit.walk.things:
            return False
        own = any(action == parse(binding.action)[1] for binding in self.BINDINGS if isinstance(binding, Binding))
        if action == "answer" and self.list.strip is not None:
            return False  # the digits are the strip's
        return not (own and self.entry.is_open)

    # Answers

    def action_answer(self, value: str) -> None:
        """Answer the item under the cursor and go on; 不符合 opens the strip."""
        question = self._writable_question()
        if question is None:
            return
        wanted, standing = Value(value), self.visit.answer_to(question)
        same = standing is not None and standing.value is wanted and question.ref not in self.visit.refused
        if not same and not self._try(lambda: self.visit.answer(question, wanted, measured=measured_of(standing))):
            return
        self._answered(question)
        if wanted is Value.FAIL:
            self.list.open_strip(finding_strip(self.visit, question))
        else:
            self._go_on(question)

    def _choose(self, strip: Strip, choice: Choice) -> None:
        question = self._writable_question()
        if question is None:
            return
        if strip.purpose == STAGE:
            self._reach_stage(choice.key)
        elif strip.purpose.startswith(COUNT):
            self._count(question, strip.purpose.partition(":")[2], choice.key)
        elif choice.key == OTHER:
            self._open_entry("other")
        elif choice.key == MEASURE:
            self._open_entry("measured")
        else:
            self._pick_finding(question, int(choice.key))

    def _pick_finding(self, question: Question, finding: int) -> None:
        standing = self.visit.answer_to(question)
        measured = measured_of(standing)
        if self._try(lambda: self.visit.answer(question, Value.FAIL, finding=finding, measured=measured)):
            self.list.close_strip()
            self._answered(question)
            self._go_on(question)
            self._say(told_finding(self.visit, question), "bad" if self.visit.hazard_of(question) else "")

    def action_undo(self) -> None:
        """Take the newest answer back and go to its item."""
        if not self._may_write():
            return
        undone: list[Question | None] = []
        if not self._try(lambda: undone.append(self.visit.undo())) or undone[0] is None:
            return
        question = undone[0]
        self.list.show_question(question)
        self._answered(question)
        now = self.visit.answer_to(question)
        lacking = "（待补充）" if self.visit.is_lacking(question) else ""
        self._say(f"已撤销。第 {question.number} 项现在是 {f'{now.value}{lacking}' if now else '未检查'}")

    def action_measure(self) -> None:
        """Ask for the measured value of the item."""
        question = self._writable_question()
        if question is not None and question.item.measure is None:
            self._say(f"第 {question.number} 项没有要测的数值")
        elif question is not None:
            self._open_entry("measured")

    def action_mark(self) -> None:
        """Tie this second of the recording to the item; the first time asks which camera records."""
        question = self._writable_question()
        if question is None:
            return
        if not inspections.last_camera(self.visit.state):
            self._open_entry("camera")
        else:
            self._tell(lambda: mark_footage(self.visit, question))

    def action_stage(self) -> None:
        """Ask which stage of the visit is reached."""
        if self._may_write():
            self.list.open_strip(stage_strip(self.visit))

    def _reach_stage(self, named: str) -> None:
        stage = STAGES[[*STAGES].index(cast("Stage", named))]
        self.list.close_strip()

        def reach() -> str:
            entry = inspections.reach_stage(self.visit.book, self.visit.by, self.visit.doc, stage)
            return f"{stage} {entry.at[11:16]}，已记录"

        self._tell(reach)

    def action_count(self) -> None:
        """Ask how many things there are that this part is walked once for each of."""
        question = self._writable_question()
        if question is not None and (thing := thing_at(self.visit, question)) is not None:
            self.list.open_strip(count_strip(thing, question.nth))
        elif question is not None:
            self._say(told_nothing_at(self.visit), "warn")

    def _count(self, here: Question, thing: str, what: str) -> None:
        if what == RENAME:
            self._open_entry("label")
            return
        self.list.close_strip()
        told: list[str] = []
        if self._try(lambda: told.append(count(self.visit, thing, what))):
            self._walk_again((first_of_last(self.visit, thing) if what == ADD else None) or here)
            self._say(told[0])

    def _walk_again(self, question: Question) -> None:
        """Show the walk after things were counted, with the cursor on what `question` was."""
        self.list.redraw_all()
        near = self.visit.walk.questions[min(question.number, self.visit.total) - 1]
        self._go_to(self.visit.walk.of(question.ref) or near)

    # Moving

    def action_move(self, by: int) -> None:
        """Go up or down."""
        self.list.action_move(by)
        self._paint()

    def action_page(self, pages: int) -> None:
        """Go a page up or down."""
        self.list.action_page(pages)
        self._paint()

    def action_first(self) -> None:
        """Go to the first item."""
        self.list.action_first()
        self._paint()

    def action_last(self) -> None:
        """Go to the last item."""
        self.list.action_last()
        self._paint()

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
            self._say("全部检查完了，按 F10 结束")
            return
        self._go_to(target)
        if waiting is None:
            self._say("都检查过了，还有不符合没有写明问题：按 2 补", "warn")
        elif target.number <= here.number:
            self._say("后面的都检查过了，回到前面的未检项")

    def _go_to(self, question: Question) -> None:
        self.list.show_question(question)
        self._paint()

    def _go_on(self, question: Question) -> None:
        if question.number < self.visit.total:
            self._go_to(self.visit.walk.questions[question.number])
            return
        left = self.visit.total - self.visit.done
        self._say(f"到最后一项了。还有 {left} 项未检，按 Tab" if left else "全部检查完了，按 F10 结束")

    # Text

    def action_type(self, purpose: str) -> None:
        """Open the field for a text."""
        if purpose == "find" or self._may_write():
            self._open_entry(purpose)

    def _open_entry(self, purpose: str, hint: str = "") -> None:
        if (question := self.list.question) is not None:
            self._texts.open(purpose, question, self._origin, hint)

    @property
    def _origin(self) -> Offset:
        return self.query_one(".body").region.offset

    def on_note_area_draft(self, message: EntryArea.Draft) -> None:
        """Keep what is typed."""
        self._texts.changed(message.text)

    def on_entry_area_taken(self, message: EntryArea.Taken) -> None:
        """Save the text, or say what is wrong with it and leave it in the field."""
        question, purpose = self._texts.question, self._texts.purpose
        if question is None:
            return
        try:
            told = self._texts.take(message.text)
        except FieldlogError as error:
            self.entry.complain(str(error))
            return
        self._answered(question)
        if purpose == "other":
            self._go_on(question)
        elif purpose == "measured":
            self._after_number(question)
        elif purpose == "label":
            self._walk_again(question)
        elif purpose == "find" and (found := find_question(self.visit, question, message.text)) is not None:
            self._go_to(found)
        self._say(told, "bad" if purpose == "other" and self.visit.hazard_of(question) else "")

    def _after_number(self, question: Question) -> None:
        """Where a number has settled the item go on; where it shows that something is wrong, ask what."""
        answer = self.visit.answer_to(question)
        if self.visit.is_lacking(question):
            self._go_to(question)
            self.list.open_strip(finding_strip(self.visit, question))
        elif answer is not None and answer.value is Value.PASS:
            self._go_on(question)

    def on_entry_area_left(self, message: EntryArea.Left) -> None:
        """Close the field; its text stays a draft."""
        stays = self._texts.leave(message.text)
        if (question := self._texts.question) is not None:
            self._answered(question)
        if stays:
            self._say("没有保存完的文字留着，再打开接着写", "warn")

    # Other screens

    def action_detail(self) -> None:
        """Show everything about the item."""
        from fieldlog.tui.screens.item_detail import ItemDetail  # noqa: PLC0415

        if (question := self.list.question) is not None:
            self.app.push_screen(ItemDetail(self.visit, question))

    def action_hazard(self) -> None:
        """Edit the hazard of the item, or write one down there."""
        from fieldlog.tui.screens.hazard_form import HazardForm  # noqa: PLC0415

        if (question := self._writable_question()) is not None:
            self.app.push_screen(HazardForm(self.visit, question), self._come_back)

    def action_hazard_beside(self) -> None:
        """Write down a hazard that no list has."""
        from fieldlog.tui.screens.hazard_form import HazardForm  # noqa: PLC0415

        if self._may_write():
            self.app.push_screen(HazardForm(self.visit), self._come_back)

    def action_finish(self) -> None:
        """Show what is left to do and close the visit, or what a closed one came to."""
        from fieldlog.tui.screens.finish import FinishScreen  # noqa: PLC0415
        from fieldlog.tui.screens.visit_summary import VisitSummary  # noqa: PLC0415

        if self.visit.state.closed is not None:
            self.app.push_screen(VisitSummary(self.visit))
        else:
            self.app.push_screen(FinishScreen(self.visit), self._come_back_from_finish)

    def action_newer_list(self) -> None:
        """Offer a newer version of a list, where there is one."""
        from fieldlog.tui.adopting import offer_newer  # noqa: PLC0415

        if self._may_write():
            offer_newer(self, self.visit, self._walk_anew)

    def _walk_anew(self, told: str) -> None:
        """Go on in the versions that count now."""
        self.app.switch_screen(WalkScreen(self.visit.book, self.visit.doc))
        self.notify(told, timeout=8)

    def _come_back(self, told: str | None) -> None:
        self.visit.reload()
        self.list.redraw_all()
        self._paint()
        if told:
            self._say(told)

    def _come_back_from_finish(self, item: str | None) -> None:
        from fieldlog.tui.screens.visit_summary import VisitSummary  # noqa: PLC0415

        if self.visit.is_outdated:
            self.app.switch_screen(WalkScreen(self.visit.book, self.visit.doc))
            return
        self._come_back(None)
        if self.visit.state.closed is not None:
            self.app.switch_screen(VisitSummary(self.visit))
        elif item and (question := self.visit.walk.of(item)) is not None:
            self._go_to(question)

    # Saying

    def _writable_question(self) -> Question | None:
        return self.list.question if self._may_write() else None

    def _may_write(self) -> bool:
        if self.visit.locked:
            self._say(self.visit.locked, "warn")
            return False
        return True

    def _try(self, act: Callable[[], object]) -> bool:
        """Do it, or say in a line why it was not done; the same key tries again."""
        try:
            act()
        except FieldlogError as error:
            if (question := self.list.question) is not None:
                self._answered(question)
            self._say(str(error), "bad")
            return False
        return True

    def _tell(self, act: Callable[[], str]) -> None:
        told: list[str] = []
        if self._try(lambda: told.append(act())):
            if (question := self.list.question) is not None:
                self._answered(question)
            self._say(told[0])

    def _say(self, text: str, tone: Tone = "") -> None:
        self.query_one(NoticeLine).notice = Notice(text, tone)

    def _answered(self, question: Question) -> None:
        self.visit.recount(question)
        self.list.redraw(question)
        self._paint()

    def _paint(self) -> None:
        """Bring header and panel up to date."""
        self._header.lines = header_lines(self.visit, self.size.width)
        if (question := self.list.question) is not None:
            self.panel.show(heading(question, self.visit.total), item_facts(self.visit, question))

    def on_row_list_highlighted(self, _message: RowList.Highlighted) -> None:
        """The mouse moved the cursor."""
        if not self.entry.is_open:
            self._paint()

    def on_row_list_opened(self, _message: RowList.Opened) -> None:
        """A double click."""
        self.action_detail()

    def on_resize(self) -> None:
        """Shorten the header anew; put the field where the cursor is now."""
        self._paint()
        if self.entry.is_open:
            self.call_after_refresh(lambda: self._texts.place(self._origin))
