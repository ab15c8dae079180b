"""The library: every list there is, where it is from, and what waits for a supervisor."""

from asyncio import sleep
from collections.abc import Iterable
from functools import partial
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.actions import own_lists
from fieldlog.book.book import Book
from fieldlog.domain.checklist import Checklist
from fieldlog.domain.errors import FieldlogError
from fieldlog.library.shelf import LOCAL, PUBLISHED
from fieldlog.tui.screens.ask import AskLine
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.shelf_lines import Line, Shelf, base_of
from fieldlog.tui.widgets.columns import Column
from fieldlog.tui.widgets.prose import Paragraph, Prose
from fieldlog.tui.widgets.row_list import RowList
from fieldlog.tui.widgets.text_field import SearchField, TextField


class ChecklistsScreen(BookScreen):
    """Typing finds lists and items by text, pinyin and initials; Enter shows a list as it will be walked."""

    CSS_PATH = "../styles/lists.tcss"
    DEFAULT_CLASSES = "lists"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "查找"),
        Binding("f8", "withdraw", "撤回"),
        Binding("f10", "publish_file", "发布本机文件"),
        Binding("escape", "leave", "返回"),
    ]

    def __init__(self, book: Book) -> None:
        super().__init__(book)
        self._field = SearchField(placeholder="清单或检查项，拼音首字母也行")
        self._said = Prose(classes="said")
        self._shelf = Shelf(book, self.desk)
        self._broken: dict[str, str] = {}
        self._list = RowList[Line](
            [
                Column("清单", 20, grow=2),
                Column("版本", 8),
                Column("项", 4, justify="right"),
                Column("用过", 5, justify="right", priority=1),
                Column("来源", 14, grow=4),
            ],
            cells=lambda line: line.cells,
            key=lambda line: line.key,
            heading=lambda line: line.title if line.kind == "heading" else None,
            empty="没有这样的清单或检查项",
            open_word="看清单",
        )

    def compose_body(self) -> Iterable[Widget]:
        """What is said, the words searched for, the rows."""
        yield self._said
        yield self._field
        yield self._list

    def on_mount(self) -> None:
        """Show heads at once; count and index items behind."""
        from fieldlog.library import load_library  # noqa: PLC0415

        super().on_mount()
        load_library.cache_clear()  # a file may have been put into the folder meanwhile
        self._field.display = False
        self._list.focus()
        self._index()

    def show(self) -> None:
        """List anew."""
        words = self._field.value.strip()
        lines = self._shelf.found(words) if words else self._shelf.every()
        self._list.set_rows(lines)
        self._say()

    def _say(self) -> None:
        """How many lists there are, and in full where the one under the cursor is from."""
        lists, items, line = len(self.desk.library), self._shelf.items, self._list.cursor_row
        told = f"清单 {lists} 份，{sum(items.values())} 项" if len(items) == lists else f"清单 {lists} 份"
        source = self.desk.library.source(line.list) if line is not None else ""
        broken = next(iter(self._broken.values()), "")
        said = Paragraph(broken, "bad") if broken else Paragraph("  ".join(filter(None, (told, source))), "muted")
        self._said.show([said])

    @work(exclusive=True, group="index")
    async def _index(self) -> None:
        """Read the lists one by one and work out their pinyin, with a breath after each; rows fill up at the end."""
        library = self.desk.library
        for list_id in [*library]:
            await sleep(0)
            try:
                checklist: Checklist = library[list_id]
            except FieldlogError as error:
                self._broken[list_id] = str(error)
                continue
            self._shelf.add(checklist)
        self.show()

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only keys that would do something."""
        if action not in ("withdraw", "publish_file"):
            return True
        line = self._list.cursor_row
        origins = self.desk.library.origins(line.list) if line is not None else []
        return bool(origins) and origins[0].kind == (PUBLISHED if action == "withdraw" else LOCAL)

    def on_row_list_highlighted(self) -> None:
        """Which keys there are depends on the list."""
        self._say()
        self.refresh_bindings()

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        """Show the list at the item, or the proposal."""
        line = self._list.rows[message.index]
        if line.kind == "proposal":
            self._decide(line.key)
            return
        from fieldlog.tui.screens.list_preview import ListPreviewScreen  # noqa: PLC0415

        item = line.key if line.kind == "item" else ""
        try:
            screen = ListPreviewScreen(self.book, base_of(line.list, self.book), item)
        except FieldlogError as error:
            self.notify(str(error), severity="error", timeout=8)
            return
        self.fieldlog.push_screen(screen)

    def action_search(self) -> None:
        """Show the field."""
        self._field.display = True
        self._field.focus()

    def on_text_field_draft(self, message: TextField.Draft) -> None:
        """Narrow while typing."""
        self.show()
        self._list.action_first()

    def on_search_field_left(self) -> None:
        """Go on to the list; an empty field goes away."""
        self._list.focus()
        self._field.display = bool(self._field.value)

    def action_leave(self) -> None:
        """Take the words away first; then go back."""
        if self._field.value:
            self._field.restore("")
            self._field.display = False
            self.show()
        else:
            self.fieldlog.pop_screen()

    @work
    async def _decide(self, doc: str) -> None:
        """Show what a proposal changes; on a supervisor's device approve it or send it back."""
        from fieldlog.tui.deciding import DECLINING, WITHDRAWING, ask_reason, proposal_screen  # noqa: PLC0415

        try:
            screen = proposal_screen(self.book, self.desk.library, doc)
        except FieldlogError as error:
            self.notify(str(error), severity="error", timeout=8)
            return
        choice = await self.ask(screen)
        if choice is None:
            return
        by = await self.officer_id()
        if by is None:
            return
        if not own_lists.may_decide(self.book):
            reason = await ask_reason(self, "撤回的原因", WITHDRAWING)
            if reason:
                self.attempt(lambda: own_lists.withdraw(self.book, by, doc, reason))
        elif choice == 0:
            if self.attempt(lambda: own_lists.approve(self.book, by, doc)):
                self.notify("已批准：同步后各台设备新开的检查都用这一版", timeout=8)
        elif reason := await ask_reason(self, "退回的原因", DECLINING):
            self.attempt(lambda: own_lists.decline(self.book, by, doc, reason))
        self._index()

    @work
    async def action_withdraw(self) -> None:
        """Take the published list under the cursor back."""
        from fieldlog.tui.deciding import WITHDRAWING, ask_reason  # noqa: PLC0415

        line = self._list.cursor_row
        counts = self.desk.library.published(line.list) if line is not None else None
        by = await self.officer_id() if counts is not None else None
        reason = await ask_reason(self, "撤回的原因（新开的检查改用原来的清单）", WITHDRAWING) if by else None
        if counts is not None and by and reason:
            self.attempt(lambda: own_lists.withdraw(self.book, by, counts.doc, reason))

    @work
    async def action_publish_file(self) -> None:
        """Propose the list of a file on this device as it is."""
        line, library = self._list.cursor_row, self.desk.library
        origins = library.origins(line.list) if line is not None else []
        if line is None or not origins or origins[0].kind != LOCAL:
            return
        by = await self.officer_id()
        note = await self.ask(AskLine("发布给全单位：说明（审批人看）", placeholder="可不填")) if by else None
        if by and note is not None:
            publish = partial(own_lists.publish, self.book, library, by)
            if self.attempt(lambda: publish(library[line.list], note)):
                self.notify("已提交，同步后由审批人批准", timeout=8)
