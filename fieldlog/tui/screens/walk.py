# pyright: reportUnknownMemberType=false
# Textual leaves `App` and `Screen` without their type parameters.
"""Walking a checklist: one key an answer, two a hazard."""

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import events
from textual.actions import parse
from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.actions import evidence
from fieldlog.book.book import Book
from fieldlog.domain.bodies import Value
from fieldlog.domain.walk import Question
from fieldlog.tui.desk import desk_of
from fieldlog.tui.resume import place_to_resume
from fieldlog.tui.screens import walk_ways
from fieldlog.tui.screens.walk_choices import WalkChoices
from fieldlog.tui.screens.walk_entries import mark_footage
from fieldlog.tui.screens.walk_page import WalkPage
from fieldlog.tui.screens.walk_strips import count_strip, finding_strip, stage_strip
from fieldlog.tui.screens.walk_typing import WalkTyping
from fieldlog.tui.visit import measured_of
from fieldlog.tui.walk_counting import thing_at, told_nothing_at
from fieldlog.tui.widgets.entry_box import EntryArea
from fieldlog.tui.widgets.row_list import RowList


class WalkScreen(WalkPage, inherit_bindings=False):
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
        Binding("plus,f3", "photo", "照片"),
        Binding("enter", "detail", "详情"),
        Binding("f4", "hazard", "隐患"),
        Binding("8", "measure", "实测"),
        Binding("f6", "stage", "阶段"),
        Binding("7,f7", "count", "几个"),
        Binding("f8", "hazard_beside", "清单外隐患"),
        Binding("slash", "type('find')", "查找"),
        Binding("9", "comment", "评论"),
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
        super().__init__(book, doc)
        self._typing = WalkTyping(self)
        self._choices = WalkChoices(self, self._typing)
        self._actions = dict(self._own_keys())

    def _own_keys(self) -> Iterable[tuple[str, Callable[[], None]]]:
        for binding in self.BINDINGS:
            assert isinstance(binding, Binding)  # noqa: S101 - they stand above
            _namespace, name, parameters = parse(binding.action)
            action = getattr(self, f"action_{name}")
            for key in binding.key.split(","):
                yield key, lambda action=action, parameters=parameters: action(*parameters)

    def on_mount(self) -> None:
        """Go to where the visit was left, and tell what came back."""
        super().on_mount()
        self.set_interval(self.COUNT_EVERY_S, self._count_waiting)
        for line in self.visit.book.recovered:
            self.notify(line, timeout=10)
        if not self.visit.walk.questions:
            self.say("这次检查没有适用的项目，按 F10 结束", "warn")
            return
        if not self.visit.locked and self.visit.by not in self.visit.opened.officers:
            names = "、".join(self.visit.officer_names())
            self.notify(f"这是{names}的检查，在这里答的记在你名下。只看请按 Esc 返回", severity="warning", timeout=10)
        place = place_to_resume(self.visit)
        self.list.show_question(place.question)
        self.paint()
        if place.purpose and not self.visit.locked:
            self.call_after_refresh(self._typing.open, place.purpose, place.told)
        else:
            self.say(place.told)

    def on_unmount(self) -> None:
        """Leave no typed text behind."""
        self._typing.flush()

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
        elif self.list.strip is not None and self._choices.key(self.list.strip, event.key):
            event.stop()
        elif (action := self._actions.get(event.key)) is not None:
            event.stop()
            self.list.close_strip()
            self.say("")
            action()
        elif event.key.isdecimal():
            event.stop()
            self.say(f"{event.key} 在这里没有用，按 F1 看全部按键", "warn")

    def _pass_on(self, target: Widget, event: events.Key) -> None:
        event.stop()
        target.post_message(events.Key(event.key, event.character))

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
        question = self.writable_question()
        if question is None:
            return
        wanted, standing = Value(value), self.visit.answer_to(question)
        same = standing is not None and standing.value is wanted and question.ref not in self.visit.refused
        if wanted is not Value.FAIL and self.visit.contest(question) is not None:
            same = False  # the same answer once more says that somebody has looked at both; 不符合 asks for its words
        if not same and not self.attempt(lambda: self.visit.answer(question, wanted, measured=measured_of(standing))):
            return
        self.redraw(question)
        if wanted is Value.FAIL:
            self.list.open_strip(finding_strip(self.visit, question))
        else:
            self.go_on(question)

    def action_undo(self) -> None:
        """Take the newest answer back and go to its item."""
        if not self.may_write():
            return
        undone: list[Question | None] = []
        if not self.attempt(lambda: undone.append(self.visit.undo())) or undone[0] is None:
            return
        question = undone[0]
        self.list.show_question(question)
        self.redraw(question)
        now = self.visit.answer_to(question)
        lacking = "（待补充）" if self.visit.is_lacking(question) else ""
        self.say(f"已撤销。第 {question.number} 项现在是 {f'{now.value}{lacking}' if now else '未检查'}")

    def action_measure(self) -> None:
        """Ask for the measured value of the item."""
        question = self.writable_question()
        if question is not None and question.item.measure is None:
            self.say(f"第 {question.number} 项没有要测的数值")
        elif question is not None:
            self._typing.open("measured")

    def action_mark(self) -> None:
        """Tie this second of the recording to the item; the first time asks which camera records.

        Where nothing can be written any more, open the recording at the item instead.
        """
        if self.visit.locked and (question := self.list.question) is not None:
            walk_ways.to_footage(self, question)
            return
        question = self.writable_question()
        if question is None:
            return
        if not evidence.last_camera(self.visit.state):
            self._typing.open("camera")
        else:
            self.tell(lambda: mark_footage(self.visit, question))

    def action_stage(self) -> None:
        """Ask which stage of the visit is reached."""
        if self.may_write():
            self.list.open_strip(stage_strip(self.visit))

    def action_count(self) -> None:
        """Ask how many things there are that this part is walked once for each of."""
        question = self.writable_question()
        if question is not None and (thing := thing_at(self.visit, question)) is not None:
            self.list.open_strip(count_strip(thing, question.nth))
        elif question is not None:
            self.say(told_nothing_at(self.visit), "warn")

    # Text

    def action_type(self, purpose: str) -> None:
        """Open the field for a text."""
        if purpose == "find" or self.may_write():
            self._typing.open(purpose)

    def on_note_area_draft(self, message: EntryArea.Draft) -> None:
        """Keep what is typed."""
        self._typing.changed(message.text)

    def on_entry_area_taken(self, message: EntryArea.Taken) -> None:
        """Save the text, or say what is wrong with it and leave it in the field."""
        self._typing.taken(message.text)

    def on_entry_area_left(self, message: EntryArea.Left) -> None:
        """Close the field; its text stays a draft."""
        self._typing.left(message.text)

    # Other screens

    def action_detail(self) -> None:
        """Show everything about the item."""
        walk_ways.to_item(self)

    def action_photo(self) -> None:
        """Attach a photo to the item."""
        if (question := self.writable_question()) is not None:
            walk_ways.to_photo(self, question)

    def action_comment(self) -> None:
        """Say something about the item to whoever looks at it elsewhere."""
        if (question := self.list.question) is not None:
            walk_ways.to_comment(self, question)

    def action_hazard(self) -> None:
        """Edit the hazard of the item, or write one down there."""
        if (question := self.writable_question()) is not None:
            walk_ways.to_hazard(self, question)

    def action_hazard_beside(self) -> None:
        """Write down a hazard that no list has."""
        if self.may_write():
            walk_ways.to_hazard(self)

    def action_finish(self) -> None:
        """Show what is left to do and close the visit, or what a closed one came to."""
        walk_ways.to_end(self)

    def action_newer_list(self) -> None:
        """Offer a newer version of a list, where there is one."""
        if self.may_write():
            walk_ways.to_newer_list(self)

    def on_row_list_highlighted(self, _message: RowList.Highlighted) -> None:
        """The mouse moved the cursor."""
        if not self.entry.is_open:
            self.paint()

    def on_row_list_opened(self, _message: RowList.Opened) -> None:
        """A double click."""
        self.action_detail()

    def on_resize(self) -> None:
        """Shorten the header anew; put the field where the cursor is now."""
        self.paint()
        if self.entry.is_open:
            self.call_after_refresh(self._typing.place)
