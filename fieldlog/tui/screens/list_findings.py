"""The typical findings of an item: changed, added, taken out, put in another order."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.actions import list_drafts
from fieldlog.book.book import Book
from fieldlog.domain.checklist_parts import MOST_FINDINGS, Item
from fieldlog.tui.list_editing import LineAsker, ask_finding, moved
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.widgets.columns import Cell, Column
from fieldlog.tui.widgets.prose import Paragraph, Prose
from fieldlog.tui.widgets.row_list import RowList

Data = dict[str, Any]
_DIGITS = Binding.Group("改这一条", compact=True)


class FindingsScreen(BookScreen):
    """Each change is journalled at once; what is wrong stands on its line."""

    CSS_PATH = "../styles/lists.tcss"
    DEFAULT_CLASSES = "lists"

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(digit), f"change({digit - 1})", "改这一条", group=_DIGITS)
            for digit in range(1, MOST_FINDINGS + 1)
        ),
        Binding("plus,f3", "add", "加一条"),
        Binding("f8", "remove", "删"),
        Binding("f6", "move(-1)", "上移"),
        Binding("f7", "move(1)", "下移"),
        Binding("full_stop", "restore", "恢复原样"),
    ]

    def __init__(self, book: Book, list_id: str, item: str) -> None:
        super().__init__(book)
        self._list_id = list_id
        self._item_id = item
        self._said = Prose(classes="said")
        self._problems = Prose()
        self._list = RowList[int](
            [Column("", 1), Column("问题", 20, grow=3), Column("整改措施", 16, grow=2), Column("期限", 6)],
            cells=self._cells,
            key=str,
            empty="没有常见问题。按 + 加一条",
            open_word="改这一条",
        )

    def compose_body(self) -> Iterable[Widget]:
        """The item, its findings, and what is wrong."""
        yield self._said
        yield self._list
        yield self._problems

    def on_mount(self) -> None:
        """The findings take the keys."""
        super().on_mount()
        self._list.focus()

    @property
    def _item(self) -> Item:
        """The item as it stands with what is being changed in it."""
        found = list_drafts.edited(self.book, self.desk.library, self._list_id)
        checklist = found.shown if found is not None else self.desk.library[self._list_id]
        item = checklist.item(self._item_id)
        assert item is not None  # noqa: S101 - the screen before this one showed it
        return item

    @property
    def _findings(self) -> list[Data]:
        return [dict(each) for each in list_drafts.item_data(self._item).get("findings", [])]

    def show(self) -> None:
        """List anew."""
        found = list_drafts.edited(self.book, self.desk.library, self._list_id)
        self._said.show([Paragraph(f"{self._item_id}  {self._item.text}", "strong")])
        self._list.set_rows(range(len(self._item.findings)))
        whys = found.problems.get(self._item_id, []) if found is not None else []
        changed = found is not None and self._item_id in found.draft.items
        kept = [Paragraph("改动已保存在本机草稿里，回到清单按 F10 发布", "muted")] if changed else []
        self._problems.show([*(Paragraph(f"错：{why}", "bad", 4) for why in whys), *kept])

    def _cells(self, place: int) -> Sequence[str | Cell]:
        item = self._item
        if place >= len(item.findings):
            return ()
        finding = item.findings[place]
        unit = "工作日" if item.deadline_kind == "workday" else "天"
        days = f"{finding.days} {unit}" if finding.days else "当场"
        return Cell(str(place + 1), "accent"), finding.text, Cell(finding.measure, "muted"), days

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No more than the digits there are."""
        return len(self._item.findings) < MOST_FINDINGS if action == "add" else True

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        """Change the one under the cursor."""
        self.action_change(message.index)

    @work
    async def action_change(self, place: int) -> None:
        """Ask for its words anew."""
        findings, by = self._findings, await self.officer_id()
        if by is None or place >= len(findings):
            return
        asker = LineAsker(self, by, f"{self._item_id}:{place + 1}")
        finding = await ask_finding(asker, findings[place])
        if finding is not None:
            asker.done()
            self._keep(by, [*findings[:place], finding, *findings[place + 1 :]])

    @work
    async def action_add(self) -> None:
        """One more at the end."""
        by = await self.officer_id()
        if by is None:
            return
        asker = LineAsker(self, by, f"{self._item_id}:new")
        finding = await ask_finding(asker, None)
        if finding is not None:
            asker.done()
            self._keep(by, [*self._findings, finding])

    @work
    async def action_remove(self) -> None:
        """Take the one under the cursor out."""
        findings, by = self._findings, await self.officer_id()
        if by is None or self._list.cursor_row is None:
            return
        if len(findings) == 1:
            self.notify("至少要留一条常见问题", severity="warning")
            return
        del findings[self._list.cursor]
        self._keep(by, findings)

    @work
    async def action_move(self, by_lines: int) -> None:
        """Put the one under the cursor elsewhere: its digit is its place."""
        findings, by = self._findings, await self.officer_id()
        if by is None or not findings:
            return
        place = self._list.cursor
        self._keep(by, moved(findings, place, by_lines))
        self._list.cursor = min(max(place + by_lines, 0), len(findings) - 1)

    @work
    async def action_restore(self) -> None:
        """As the list has it."""
        by = await self.officer_id()
        if by is not None:
            library = self.desk.library
            self.attempt(lambda: list_drafts.restore_item(self.book, by, library, self._list_id, self._item_id))

    def _keep(self, by: str, findings: Sequence[Data]) -> None:
        item = list_drafts.item_data(self._item) | {"findings": list(findings)}
        self.attempt(lambda: list_drafts.change_item(self.book, by, self.desk.library, self._list_id, item))
