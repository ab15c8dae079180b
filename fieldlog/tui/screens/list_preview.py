# pyright: reportUnknownMemberType=false
# Textual leaves `App` and `Screen` without their type parameters.
"""A list as it will be walked: to look at, and to change what an office may change in it."""

from collections.abc import Iterable
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widget import Widget

from fieldlog.actions.list_drafts import EditedList
from fieldlog.book.book import Book
from fieldlog.domain.checklist import feature_conditions
from fieldlog.domain.condition import asked_features
from fieldlog.domain.errors import FieldlogError
from fieldlog.domain.inspection_state import CLOSED
from fieldlog.domain.item_counts import count_items
from fieldlog.domain.walk import Question
from fieldlog.tui import local_items
from fieldlog.tui.item_facts import heading, list_facts
from fieldlog.tui.list_publishing import changes_screen, publish
from fieldlog.tui.preview import Preview, needed_features, read_preview, standing_lines
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.widgets.checklist_view import ChecklistView
from fieldlog.tui.widgets.item_panel import ItemPanel
from fieldlog.tui.widgets.prose import Paragraph, Prose
from fieldlog.tui.widgets.row_list import RowList
from fieldlog.tui.widgets.wrapping import lines_of

_FEATURES = Binding.Group("场所特点", compact=True)
_PAGE = 9


class ListPreviewScreen(BookScreen):
    """Digits switch features on and off, as they would be answered at the door. Changes are journalled at once."""

    CSS_PATH = "../styles/walk.tcss"
    AUTO_FOCUS = ""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(digit), f"tick({digit - 1})", "场所特点", group=_FEATURES) for digit in range(1, _PAGE + 1)),
        Binding("0", "more_features", "其余特点"),
        Binding("enter", "detail", "详情"),
        Binding("f4", "findings", "改常见问题"),
        Binding("plus,f3", "add", "加本地项"),
        Binding("f2,minus", "change", "改本地项"),
        Binding("f8", "remove", "删本地项"),
        Binding("full_stop", "restore", "撤销改动"),
        Binding("f6", "show_changes", "看改动"),
        Binding("f10", "publish", "发布"),
        Binding("up,k", "move(-1)", "上一项", show=False),
        Binding("down,j", "move(1)", "下一项", show=False),
        Binding("pageup", "page(-1)", "上一页", show=False),
        Binding("pagedown", "page(1)", "下一页", show=False),
        Binding("home,g", "edge(False)", "第一项", show=False),
        Binding("end,G", "edge(True)", "最后一项", show=False),
    ]

    def __init__(self, book: Book, list_id: str, item: str = "") -> None:
        """Raises FoundWrong where the list's file has mistakes, NotFound where there is no such list."""
        super().__init__(book)
        head = self.desk.library.head(list_id)
        self._id = head.extends if head is not None and head.extends is not None else list_id
        self._features: frozenset[str] = frozenset()
        self._feature_page = 0
        visits = [row for row in book.rows("inspections") if row["state"] == CLOSED]
        self._counts = count_items(visits)
        self._edited: dict[str, EditedList] = {}
        self._preview = self._read()
        self._list = ChecklistView(self._preview)
        self._panel = ItemPanel(id="item")
        self._said = Prose(id="features")
        self._first = item

    def compose_body(self) -> Iterable[Widget]:
        """The features, the list and the panel."""
        yield self._said
        yield Container(self._list, self._panel, id="walk-body")

    def on_mount(self) -> None:
        """Go to the item that was looked for."""
        super().on_mount()
        if self._first and self._preview.walk.of(self._first) is None:
            self._features = needed_features(self._preview.lists, self._first)
            self.show()
        if (question := self._preview.walk.of(self._first)) is not None:
            self._list.show_question(question)
        self._paint()

    # What is shown

    def _read(self) -> Preview:
        """The list and its supplements with what is being changed in them."""
        self._edited, preview = read_preview(self.book, self.desk.library, self._id, self._features)
        preview.asked, preview.failed = self._counts
        return preview

    def show(self) -> None:
        """Read the list anew; the cursor stays on its item."""
        here = self._question
        try:
            self._preview = self._read()
        except FieldlogError as error:
            self.notify(str(error), severity="error", timeout=8)
            return
        self._list.look_at(self._preview)
        if here is not None and (again := self._preview.walk.of(here.ref)) is not None:
            self._list.show_question(again)
        self._paint()

    def _paint(self) -> None:
        self._said.show(self._lines())
        question = self._question
        if question is None:
            self._panel.show("没有适用的项目", [Paragraph("按数字键勾选场所特点")])
            return
        counted = self._preview.counted(question)
        self._panel.show(heading(question, len(self._preview.walk.questions)), [*counted, *list_facts(question)])

    def _lines(self) -> list[Paragraph]:
        asked = self._asked
        page = asked[self._feature_page * _PAGE : (self._feature_page + 1) * _PAGE]
        ticks = [f"{n}[{'x' if each in self._features else ' '}]{each}" for n, each in enumerate(page, 1)]
        more = ["0 其余"] if len(asked) > _PAGE else []
        features = [Paragraph(line, "muted") for line in lines_of([*ticks, *more], self.size.width - 2)]
        return [*standing_lines(self.desk.library, self._id, self._preview, self._edited), *features]

    @property
    def _asked(self) -> list[str]:
        """The features that would be asked at the door now."""
        return list(asked_features(feature_conditions(self._preview.lists), self._features))

    @property
    def _question(self) -> Question | None:
        return self._list.question

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only keys that would do something."""
        match action:
            case "more_features":
                return len(self._asked) > _PAGE
            case "publish" | "show_changes":
                return bool(self._edited)
            case _:
                return True

    def action_tick(self, place: int) -> None:
        """Say that the premises have a feature, or have not."""
        asked = self._asked[self._feature_page * _PAGE :]
        if place < len(asked):
            self._features ^= {asked[place]}
            self.show()

    def action_more_features(self) -> None:
        """The next nine features."""
        self._feature_page = (self._feature_page + 1) % -(-len(self._asked) // _PAGE)
        self._paint()

    def action_move(self, by: int) -> None:
        """Go up or down."""
        self._list.action_move(by)
        self._paint()

    def action_page(self, pages: int) -> None:
        """Go a page up or down."""
        self._list.action_page(pages)
        self._paint()

    def action_edge(self, last: bool) -> None:
        """Go to the first or the last item."""
        (self._list.action_last if last else self._list.action_first)()
        self._paint()

    def on_row_list_highlighted(self, _message: RowList.Highlighted) -> None:
        """The mouse moved the cursor."""
        self._paint()

    def action_detail(self) -> None:
        """Everything about the item, its articles too."""
        from fieldlog.tui.screens.list_item import ListItemDetail  # noqa: PLC0415

        if (question := self._question) is not None:
            total = len(self._preview.walk.questions)
            self.fieldlog.push_screen(ListItemDetail(self.book, question, total, self._preview.counted(question)))

    def action_findings(self) -> None:
        """Change the item's typical findings."""
        from fieldlog.tui.screens.list_findings import FindingsScreen  # noqa: PLC0415

        if (question := self._question) is not None and self._may_write():
            if question.item.level is None:
                self.notify("这一项只是记录，没有常见问题")
            else:
                self.fieldlog.push_screen(FindingsScreen(self.book, question.checklist.id, question.item.id))

    @work
    async def action_add(self) -> None:
        """Add a local item at the section of the cursor."""
        question, by = self._question, await self._writer()
        if question is not None and by is not None:
            made = await local_items.add(self, by, self._id, self._section_of(question))
            if made is not None and (added := self._preview.walk.of(made)) is not None:
                self._list.show_question(added)
                self._paint()

    @work
    async def action_change(self) -> None:
        """Change a local item."""
        question, by = self._question, await self._writer()
        if question is not None and by is not None:
            await local_items.change(self, by, question, self._section_of(question))

    @work
    async def action_remove(self) -> None:
        """Take a local item out."""
        question, by = self._question, await self._writer()
        if question is not None and by is not None:
            await local_items.remove(self, by, question)

    @work
    async def action_restore(self) -> None:
        """Give up what is being changed in the item."""
        question, by = self._question, await self._writer()
        if question is not None and by is not None:
            local_items.restore(self, by, question)

    def action_show_changes(self) -> None:
        """What is being changed, against the lists that count."""
        self.fieldlog.push_screen(changes_screen(self.desk.library, self._edited, "没有发布的改动"))

    @work
    async def action_publish(self) -> None:
        """Show the changes, ask what they are for, and propose the lists."""
        by = await self._writer()
        await publish(self, by, self._edited)

    def _section_of(self, question: Question) -> str:
        return self._preview.walk.sections[question.section].title

    async def _writer(self) -> str | None:
        return await self.officer_id() if self._may_write() else None

    def _may_write(self) -> bool:
        if self.book.read_only:
            self.notify(self.book.read_only, severity="error")
        return not self.book.read_only
