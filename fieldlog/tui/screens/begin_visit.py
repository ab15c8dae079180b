"""Beginning a visit, second step: lists, officers, kind. All is chosen beforehand, so that Enter begins."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.widget import Widget

from fieldlog.actions import lookup
from fieldlog.actions.visit_opening import people_objections
from fieldlog.book.book import Book
from fieldlog.domain.bodies import InspectionType
from fieldlog.tui.begin import begin, carry_out, count_questions, questions, unfinished_at
from fieldlog.tui.premises_card import card
from fieldlog.tui.screens.ask import AskLine, PickOne
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.widgets.columns import Cell, Column
from fieldlog.tui.widgets.prose import Paragraph, Prose
from fieldlog.tui.widgets.row_list import RowList

_DIGITS = Binding.Group("勾选", compact=True)
_PAGE = 9
"""Choices of a group that have a digit at a time."""
_TITLES = {
    "lists": "检查清单",
    "features": "场所特点（决定检查哪些项目）",
    "officers": "检查人（至少两名）",
    "type": "检查种类",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A choice, or the title of a group of choices."""

    group: str
    value: str = ""
    """Empty for the title."""
    word: str = ""
    remark: str = ""
    digit: str = ""
    """Its key, while the cursor is in its group."""


class BeginVisitScreen(BookScreen):
    """Groups of choices; digits and Space choose in the group under the cursor, Tab goes to the next, Enter begins.

    The digits stand at the nine choices around the cursor; 0 takes them on to the next nine.
    """

    CSS_PATH = "../styles/lists.tcss"
    DEFAULT_CLASSES = "lists"

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(digit), f"choose({digit - 1})", "勾选", group=_DIGITS) for digit in range(1, 10)),
        Binding("space", "choose_here", "勾选", show=False),
        Binding("tab", "next_group", "下一组"),
        Binding("0", "turn", "后面的"),
        Binding("minus,f2", "approval", "审批号"),
    ]

    def __init__(self, book: Book, premises: str, go_on: Callable[[str], None]) -> None:
        """`go_on` is called with the visit when it has begun. Raises NotFound where there are no such premises."""
        super().__init__(book)
        self._go_on = go_on
        self._row = lookup.premises(book, premises)
        self._chosen = begin(book, self.desk.library, self._row, book.device.officer)
        self._group = "lists" if self._chosen.asked_before else "features"
        self._page = 0
        self._card = Prose()
        self._said = Prose(classes="said")
        self._list = RowList[Line](
            [Column("", 1), Column("", 3), Column("", 20, grow=2), Column("", 18, grow=1, priority=1)],
            cells=self._cells,
            key=_key,
            heading=lambda line: None if line.value else line.word,
            open_word="开始检查",
        )

    def compose_body(self) -> Iterable[Widget]:
        """The premises' card and the choices."""
        with Container(classes="beside"):
            with VerticalScroll(classes="panel", can_focus=False):
                yield self._card
            yield self._list
        yield self._said

    def on_mount(self) -> None:
        """Into the first group, or to the features where nobody was asked about them yet."""
        super().on_mount()
        self._list.focus()
        self.show()
        self._go_to(self._group)
        self.call_after_refresh(lambda: self._go_to(self._group))  # the list has its height now, and can scroll
        if left_out := self._left_out():  # the lists' heading may be out of view
            self.notify(f"检查清单{left_out}", severity="warning", timeout=10)
        self._offer_unfinished()

    def show(self) -> None:
        """List the choices anew."""
        self._card.show(card(self.book, self._row))
        self._list.set_rows(self._lines())
        self._said.show(self._summary())

    @work
    async def _offer_unfinished(self) -> None:
        row = unfinished_at(self.book, str(self._row["id"]))
        if row is None:
            return
        going_on = f"继续未完成的那次（{row['answered']}/{row['items']}，{row['opened'][5:16].replace('T', ' ')} 开始）"
        chosen = await self.ask(PickOne("这家有一次检查没有完成", [going_on, "另开一次检查"]))
        if chosen == 0:
            self._walk(row["doc"])
        elif chosen is None:
            self.fieldlog.pop_screen()

    # what is listed

    def _lines(self) -> list[Line]:
        lines: list[Line] = []
        for group, title in _TITLES.items():
            choices = list(self._choices(group))
            if choices:
                first = self._page * _PAGE if group == self._group else len(choices)
                lines.append(Line(group, word=title + (self._left_out() if group == "lists" else "")))
                lines += [
                    Line(group, value, word, remark, str(place - first + 1) if 0 <= place - first < _PAGE else "")
                    for place, (value, word, remark) in enumerate(choices)
                ]
        return lines

    def _choices(self, group: str) -> Iterable[tuple[str, str, str]]:
        library, chosen = self.desk.library, self._chosen
        match group:
            case "lists":
                heads = {head.id: head for head in library.walked()}
                supplemented = {head.extends for head in library.heads()}
                first = [each for each in library.suggest(str(self._row.get("kind", ""))) if each in heads]
                for each in dict.fromkeys([*first, *heads]):
                    remark = f"{heads[each].area}{'，含本所补充' if each in supplemented else ''}"
                    yield each, heads[each].title, remark
            case "officers":
                people = sorted(self.book.rows("officers"), key=lambda row: str(row["name"]))
                usual = begin(self.book, library, self._row, self.book.device.officer).officers
                for row in sorted(people, key=lambda row: row["id"] not in usual):
                    expired = (
                        "（已到期）" if "" < str(row.get("certificate_expiry") or "") < self.today.isoformat() else ""
                    )
                    certificate = f"{row.get('certificate', '') or '没有执法证'}{expired}"
                    yield row["id"], row["name"], f"{row.get('post', '')}  {certificate}"
            case "type":
                for each in InspectionType:
                    yield each.value, each.value, ""
            case _:
                for feature, question in questions(library, chosen).items():
                    yield feature, question, ""

    def _cells(self, line: Line) -> Sequence[str | Cell]:
        mark = Cell("[x]", "accent") if self._holds(line) else "[ ]"
        return Cell(line.digit, "accent"), mark, line.word, Cell(line.remark, "muted")

    def _holds(self, line: Line) -> bool:
        match line.group:
            case "lists":
                return line.value in self._chosen.lists
            case "officers":
                return line.value in self._chosen.officers
            case "type":
                return line.value == self._chosen.type
            case _:
                return line.value in self._chosen.features

    def _people(self) -> list[dict[str, Any]]:
        return [row for each in self._chosen.officers if (row := self.book.row("officers", each)) is not None]

    def _summary(self) -> list[Paragraph]:
        chosen, library = self._chosen, self.desk.library
        people = self._people()
        objections = people_objections(self.book, people)
        if not chosen.lists:
            return [Paragraph("没有选检查清单，请至少选一份", "warn")]
        if objections:
            return [Paragraph(objections[0].text, "warn")]
        items = count_questions(library, chosen)
        approval = f"，审批号 {chosen.approval}" if chosen.approval else ""
        names = "、".join(str(row["name"]) for row in people)
        asks = "" if chosen.asked_before else "。第一次检查这家：请先勾选场所特点"
        return [
            Paragraph(f"{items} 项，{names}，{chosen.type}{approval}{asks}", "muted" if chosen.asked_before else "warn")
        ]

    def _left_out(self) -> str:
        """Lists that cannot be offered: an officer would look for them in vain."""
        broken = "、".join(self.desk.library.unreadable())
        return f"（{broken} 用不了，没有列出）" if broken else ""

    # keys

    def on_row_list_highlighted(self, message: RowList.Highlighted) -> None:
        """Digits follow the cursor from group to group, and from nine to nine within one."""
        group = self._list.rows[message.index].group
        values = [line.value for line in self._list.rows if line.group == group and line.value]
        page = values.index(self._list.rows[message.index].value) // _PAGE
        if (group, page) != (self._group, self._page):
            self._group, self._page = group, page
            self._list.set_rows(self._lines())
            self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """0 is there where a group has more choices than digits."""
        return len(self._group_lines()) > _PAGE if action == "turn" else True

    def action_turn(self) -> None:
        """To the next nine choices of the group, round and round."""
        lines = self._group_lines()
        first = (self._page + 1) * _PAGE
        first = first if first < len(lines) else 0
        for each in reversed(lines[first : first + _PAGE]):  # the last one too is in view then
            self._list.move_to(_key(each))

    def _group_lines(self) -> list[Line]:
        return [line for line in self._list.rows if line.group == self._group and line.value]

    def action_next_group(self) -> None:
        """To the first choice of the next group."""
        groups = list(dict.fromkeys(line.group for line in self._list.rows))
        self._go_to(groups[(groups.index(self._group) + 1) % len(groups)])

    def _go_to(self, group: str) -> None:
        first = next((line for line in self._list.rows if line.group == group and line.value), None)
        if first is not None:
            self._show_whole(first)

    def _show_whole(self, line: Line) -> None:
        """Put the cursor on a line, with the end of its group in view where there is room."""
        last = [each for each in self._list.rows if each.group == line.group][-1]
        for each in (last, line):
            self._list.move_to(_key(each))

    def action_choose(self, place: int) -> None:
        """Choose by digit in the group under the cursor."""
        lines = self._group_lines()[self._page * _PAGE :]
        if place < len(lines):
            self._toggle(lines[place])
        else:
            self.notify(f"没有 {place + 1} 这一条", severity="warning")

    def action_choose_here(self) -> None:
        """Choose what is under the cursor, and go on to the next line."""
        if (line := self._list.cursor_row) is not None:
            self._toggle(line)
            self._list.action_move(1)

    def _toggle(self, line: Line) -> None:
        chosen = self._chosen
        match line.group:
            case "lists":
                _switch(chosen.lists, line.value)
            case "officers":
                _switch(chosen.officers, line.value)
            case "type":
                chosen.type = line.value
            case _:
                chosen.features ^= {line.value}
        self.show()
        if line.group == "features":
            self._show_whole(line)

    @work
    async def action_approval(self) -> None:
        """The number of the approval, where there is one."""
        number = await self.ask(AskLine("审批号（没有可不填）", value=self._chosen.approval))
        if number is not None:
            self._chosen.approval = number
            self.show()

    def on_row_list_opened(self) -> None:
        """Begin."""
        self._begin()

    @work
    async def _begin(self) -> None:
        by = await self.officer_id()
        if by is None:
            return
        if people_objections(self.book, self._people()):
            self._go_to("officers")  # the line below says what is wrong with them
            return
        opened: list[str] = []
        if self.attempt(lambda: opened.append(carry_out(self.book, self.desk.library, by, self._chosen))):
            self._walk(opened[0])

    def _walk(self, doc: str) -> None:
        """Leave, and let the screen that asked go on to the visit."""
        self.fieldlog.pop_screen()
        self._go_on(doc)


def _key(line: Line) -> str:
    return f"{line.group}/{line.value}"


def _switch(values: list[str], value: str) -> None:
    if value in values:
        values.remove(value)
    else:
        values.append(value)
