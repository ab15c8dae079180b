"""What the register says of premises, field by field; each change is written at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.actions import lookup, registers
from fieldlog.book.book import Book
from fieldlog.domain.entries import Entry
from fieldlog.domain.uscc import examine
from fieldlog.registry.kinds import KINDS
from fieldlog.tui.screens.ask import AskDate, AskLine, PickOne
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.widgets.columns import Cell, Column
from fieldlog.tui.widgets.row_list import RowList

FIELDS: Final = {
    "name": "名称",
    "kind": "类别",
    "uscc": "信用代码",
    "village": "村（社区）",
    "address": "地址",
    "contact": "负责人",
    "phone": "电话",
    "licence_no": "许可证号",
    "licence_expiry": "许可证有效期",
    "remark": "备注",
}
_DIGITS = Binding.Group("改这一栏", compact=True)


@dataclass(frozen=True, slots=True)
class Line:
    """One field, or one feature of the premises."""

    field: str
    value: str
    feature: str = ""


class PremisesFormScreen(BookScreen):
    """Enter or a digit changes a field; Space or Enter says whether a feature is there."""

    CSS_PATH = "../styles/lists.tcss"
    DEFAULT_CLASSES = "lists"

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str((place + 1) % 10), f"change({place})", "改这一栏", group=_DIGITS)
            for place in range(len(FIELDS))
        ),
    ]

    def __init__(self, book: Book, premises: str) -> None:
        super().__init__(book)
        self._premises = premises
        self._list = RowList[Line](
            [Column("", 1), Column("", 14), Column("", 24, grow=1)],
            cells=self._cells,
            key=lambda line: line.feature or line.field,
            heading=lambda line: None if line.field else line.value,
            open_word="改",
        )

    def compose_body(self) -> Iterable[Widget]:
        """The fields."""
        yield self._list

    def show(self) -> None:
        """List anew."""
        row = lookup.premises(self.book, self._premises)
        lines = [Line("", f"{row['name']}的资料"), *(Line(name, str(row.get(name) or "")) for name in FIELDS)]
        known = row.get("features", ())
        lines.append(Line("", "场所特点（决定检查哪些项目）"))
        asked = {each.id: each.question for head in self.desk.library.heads() for each in head.features}
        lines += [Line("features", question, feature) for feature, question in asked.items()]
        self._known = frozenset(known)
        self._list.set_rows(lines)

    def _cells(self, line: Line) -> Sequence[str | Cell]:
        if line.feature:
            return "", Cell("[x] 是" if line.feature in self._known else "[ ]", "accent"), line.value
        digit = str((list(FIELDS).index(line.field) + 1) % 10)
        return Cell(digit, "accent"), Cell(FIELDS[line.field], "muted"), line.value or Cell("未填", "muted")

    def action_change(self, place: int) -> None:
        """Change the field of that digit."""
        name = list(FIELDS)[place]
        self._list.move_to(name)
        self._change(name)

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        """Change the field or feature under the cursor."""
        line = self._list.rows[message.index]
        if line.feature:
            features = self._known ^ {line.feature}
            self._write(features=tuple(sorted(features)))
        else:
            self._change(line.field)

    @work
    async def _change(self, name: str) -> None:
        value = str(lookup.premises(self.book, self._premises).get(name) or "")
        match name:
            case "kind":
                new = await ask_kind(self)
            case "licence_expiry":
                day = await self.ask(
                    AskDate("许可证有效期至", self.today, value=date.fromisoformat(value) if value else None)
                )
                new = day.isoformat() if day else None
            case _:
                check = no_name if name == "name" else no_code if name == "uscc" else anything
                new = await self.ask(AskLine(FIELDS[name], value=value, check=check))
        if new is not None and new != value:
            self._write(**{name: new})

    def _write(self, **changes: Any) -> None:  # noqa: ANN401 - the fields of PremisesChanged
        by = self.book.device.officer or self.book.device.id
        if self.attempt(lambda: registers.change_premises(self.book, by, self._premises, **changes)):
            self.notify("已保存")


async def register_premises(screen: BookScreen) -> str | None:
    """Ask for what a visit needs, and register; the id, or None where the question was left."""
    name = await screen.ask(AskLine("登记单位：名称", check=no_name))
    if name is None or (kind := await ask_kind(screen)) is None:
        return None
    code = await screen.ask(AskLine(f"{name}：信用代码（没有可不填，按 Enter）", check=no_code))
    if code is None:
        return None
    by, entries = screen.book.device.officer or screen.book.device.id, list[Entry]()
    screen.attempt(
        lambda: entries.append(registers.register_premises(screen.book, by, name=name, uscc=code, kind=kind))
    )
    return entries[0].doc if entries else None


async def ask_kind(screen: BookScreen) -> str | None:
    """One of the kinds that checklists know."""
    kinds = list(KINDS)
    chosen = await screen.ask(PickOne("类别", kinds))
    return None if chosen is None else kinds[chosen]


def anything(_text: str) -> str | None:
    """Nothing is wrong with any text."""
    return None


def no_name(text: str) -> str | None:
    """Why it is no name."""
    return None if text.strip() else "请写单位名称"


def no_code(text: str) -> str | None:
    """Why it is no unified social credit code; an empty one is none, and may be."""
    doubt = examine(text).doubt if text.strip() else ""
    return f"{doubt}，请核对营业执照" if doubt else None
