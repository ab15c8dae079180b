"""The papers of a visit, hazard or case: what can be given out, what was, and printing it."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.actions import paper_files, papers
from fieldlog.actions.paper_offers import Offer, offers
from fieldlog.book.book import Book
from fieldlog.domain.errors import FieldlogError
from fieldlog.tui.screens.ask import AskLine, Confirm
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.widgets.columns import Cell, Column, Tone
from fieldlog.tui.widgets.prose import Paragraph
from fieldlog.tui.widgets.row_list import RowList

_TONES: Final[Mapping[str, Tone]] = {"未出": "muted", "已作废": "warn"}


class PapersScreen(BookScreen):
    """Enter gives a paper out, or prints it again; `2` shows what it says."""

    CSS_PATH = "../styles/lists.tcss"
    DEFAULT_CLASSES = "lists"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "give_out", "出文书"),
        Binding("2", "preview", "预览"),
        Binding("3", "another", "另出一份"),
        Binding("4", "print", "打印"),
        Binding("8", "void", "作废"),
    ]

    def __init__(self, book: Book, of: str, title: str) -> None:
        super().__init__(book)
        self._of, self._title = of, title
        self._written: dict[str, Path] = {}
        """By paper, the file that was written last."""
        self._list = RowList[Offer](
            [
                Column("编号", 5),
                Column("文书", 18, grow=2),
                Column("状态", 12),
                Column("文号", 20, grow=1),
                Column("日期", 10, priority=1),
                Column("签字件", 6, priority=1),
            ],
            cells=self._cells,
            key=lambda each: each.key,
            empty="这里没有可出的文书",
            open_word="出文书",
        )

    def compose_body(self) -> Iterable[Widget]:
        """The papers."""
        yield self._list

    def on_mount(self) -> None:
        """The list takes the keys."""
        super().on_mount()
        self._list.focus()

    def show(self) -> None:
        """List anew."""
        self._list.set_rows(offers(self.book, self._of))

    def _cells(self, each: Offer) -> Sequence[str | Cell]:
        given = each.given or {"number": "", "date": "", "scans": 0}
        standing = Cell(each.standing, _TONES.get(each.standing, "good"))
        scans = f"{given['scans']} 张" if given["scans"] else ""
        return each.layout.id, each.layout.title, standing, given["number"], given["date"], scans

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        """Give it out."""
        self.action_give_out()

    def action_give_out(self) -> None:
        """Give out what the cursor is on; what says the same as before is a reprint."""
        self._give_out(another=False)

    def action_another(self) -> None:
        """Give out one more of the kind, as for another person or another day."""
        self._give_out(another=True)

    @work(exclusive=True)
    async def _give_out(self, *, another: bool) -> None:
        offer = self._list.cursor_row
        by = await self.officer_id() if offer is not None else None
        if offer is None or by is None:
            return
        texts = await self._texts(offer, by, another=another)
        if texts is None:
            return
        typed = {name: text for name, text in texts.items() if name != "number"}
        given: list[papers.Given] = []
        self.notify("正在出文书")
        await asyncio.sleep(0)
        paper = offer.layout.id
        if not self.attempt(
            lambda: given.append(
                papers.give_out(self.book, by, paper, self._of, typed, number=texts.get("number", ""), another=another)
            )
        ):
            return
        self._write(given[0])

    async def _texts(self, offer: Offer, by: str, *, another: bool) -> Mapping[str, str] | None:
        """What is typed for it; nothing is asked for a paper that needs nothing more."""
        standing = "" if another or offer.given is None or offer.given["voided"] else str(offer.given["number"])
        if not offer.layout.typed and (standing or not offer.layout.series):
            return {}
        if not another and offer.given is not None and not offer.given["voided"]:
            return self._typed_before(offer)
        from fieldlog.tui.screens.paper_form import PaperForm  # noqa: PLC0415 - NoteArea is slow to load

        return await self.ask(PaperForm(self.book, by, offer.layout, self._of, standing))

    def _typed_before(self, offer: Offer) -> Mapping[str, str]:
        """What was typed for the version that stands: a reprint asks nothing again."""
        newest = papers.paper_of(self.book, offer.key).newest
        return dict(newest.body.values.get("typed", {})) if newest is not None else {}

    def _write(self, given: papers.Given) -> None:
        body = given.version.body
        place: list[Path] = []
        if self.attempt(lambda: place.append(paper_files.write_paper(self.book, given))):
            self._written[given.doc] = place[0]
            copy = f"第 {given.copy_no} 次重印" if given.copy_no else f"第 {body.version} 版"
            self.notify(f"{body.title} {body.number} {copy}，在 {place[0]}；按 4 打印", timeout=10)

    def action_preview(self) -> None:
        """Show what it would say now; what is typed for it only once it was given out."""
        from fieldlog.tui.screens.paper_preview import PaperPreview  # noqa: PLC0415

        offer = self._list.cursor_row
        if offer is None:
            return
        typed: Mapping[str, str] = self._typed_before(offer) if offer.given else {}
        try:
            content = papers.draft(self.book, offer.layout.id, self._of, typed)
        except FieldlogError as error:
            self.notify(str(error), severity="error", timeout=8)
            return
        self.fieldlog.push_screen(PaperPreview(f"{offer.layout.title}  {self._title}", content))

    def action_print(self) -> None:
        """Send what was just given out to the printer."""
        offer = self._list.cursor_row
        place = self._written.get(offer.key) if offer is not None else None
        if place is None:
            self.notify("先按 1 出这份文书，再打印", severity="warning")
            return
        if self.attempt(lambda: paper_files.send_to_printer(place)):
            self.notify("已交给打印机")

    @work
    async def action_void(self) -> None:
        """Say that it was given out by mistake."""
        offer = self._list.cursor_row
        if offer is None or offer.given is None or offer.given["voided"]:
            self.notify("这一份还没有出，不用作废", severity="warning")
            return
        by = await self.officer_id()
        if by is None:
            return
        question = [Paragraph("文号不再使用，记录都在；已经送出的请收回。")]
        if not await self.ask(Confirm(f"作废 {offer.layout.title} {offer.given['number']}", question, yes="作废", no="不作废")):  # fmt: skip
            return
        reason = await self.ask(AskLine("作废的原因", check=lambda text: None if text else "请写原因"))
        key = offer.key
        if reason and self.attempt(lambda: papers.void(self.book, by, key, reason)):
            self.notify("已作废")
