# pyright: reportUnknownMemberType=false
# Textual leaves `App` and `Screen` without their type parameters.
"""The last page of a visit: what is missing, each line leading to its cause, then the signature and the end."""

from collections.abc import Iterable, Sequence
from typing import ClassVar, TypeVar, cast

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.actions import evidence, lookup, visit_closing
from fieldlog.book.book import Book
from fieldlog.domain.errors import FieldlogError
from fieldlog.tui.drafts import DraftKeeper
from fieldlog.tui.finish_lines import FIELD, Closing, FinishLine, closing_of, finish_lines
from fieldlog.tui.screens.ask import AskLine, Confirm, PickOne
from fieldlog.tui.screens.dialog import Dialog
from fieldlog.tui.screens.frame import FieldScreen
from fieldlog.tui.screens.hazard_form import HazardForm
from fieldlog.tui.visit import Stage, Visit
from fieldlog.tui.widgets.columns import Cell, Column
from fieldlog.tui.widgets.prose import Paragraph, Prose
from fieldlog.tui.widgets.row_list import RowList

AnswerT = TypeVar("AnswerT")

_OTHER = "其他，自己写"
_REASONS: dict[str, tuple[str, ...]] = {
    "unanswered": ("当事人歇业，无法查看", "当事人不配合", "时间不够，另行补查"),
    "photo": ("当事人不让拍摄", "现场不宜拍摄", "照片在执法记录仪里，回办公室补"),
    "P4": ("已当面亮证，时间没有记录", "着制式服装并口头说明身份"),
    "P24": ("执法记录仪没电", "执法记录仪故障", "录像已拍，编号待补"),
}
_OPINIONS = ("无异议", "无异议，立即整改", "无异议，按期整改", "有异议，另行书面说明", "不表态")
_SIGNING = ("已在纸质笔录上签字", "拒绝签字")
_REFUSALS = ("不认可检查结果", "不说明原因", "负责人不在场，其他人不肯签")
_WITNESS_HINT = "见证人姓名和单位，如 社区 王某"


class FinishScreen(FieldScreen[str]):
    """The page. Dismissed with the item to jump to, or nothing; after the end the visit is closed.

    What is decided here (reasons, opinion, signature) goes into the log as drafts, so that leaving the page to mend
    something, or a kill, loses none of it.
    """

    DEFAULT_CSS = """
    FinishScreen #whose { padding: 0 1; max-height: 2; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f10", "go_on", "补缺或结束")]

    def __init__(self, visit: Visit) -> None:
        super().__init__()
        self._visit = visit
        self._drafts = DraftKeeper(self, visit.save_draft, self._failed)
        self._list = RowList[FinishLine](
            [Column("", 6), Column("", 30, grow=2), Column("", 20, grow=1, priority=1, justify="right")],
            cells=lambda line: (line.state, line.text, Cell(line.aside, "muted")),
            key=lambda line: line.key,
            heading=lambda line: f"  {line.text}" if line.act == "title" else None,
            open_word="处理",
        )

    @property
    def at_work_in(self) -> tuple[Book, str] | None:
        """The visit."""
        return self._visit.book, self._visit.doc

    def compose_body(self) -> Iterable[Widget]:
        """Whose visit it is, and the lines."""
        titles = "＋".join(each.title.removesuffix("检查") for each in self._visit.walk.lists)
        yield Prose([Paragraph(f"{self._visit.opened.premises_name}  {titles}", "strong")], id="whose")
        yield self._list

    def on_mount(self) -> None:
        """Show them."""
        super().on_mount()
        self._show()
        self._list.focus()

    def on_unmount(self) -> None:
        """Leave no typed text behind."""
        self._drafts.flush()

    @property
    def _decided(self) -> Closing:
        return closing_of(self._visit)

    def _show(self) -> None:
        self._list.set_rows(finish_lines(self._visit, self._decided))

    # Keys

    @on(RowList.Opened)
    def _opened(self) -> None:
        if (line := self._list.cursor_row) is not None:
            self._follow(line)

    @work(exclusive=True)
    async def _follow(self, line: FinishLine) -> None:
        await self._handle(line)

    @work(exclusive=True)
    async def action_go_on(self) -> None:
        """Go on towards the end."""
        await self._go_on()

    async def _go_on(self) -> None:
        """Go to the next line that stops the end, and ask what it needs; where none does, end the visit."""
        line = next((each for each in self._list.rows if each.stops), None)
        if line is None:
            await self._end()
            return
        self._list.move_to(line.key)
        if line.act == "jump":
            self.notify(f"{line.text}。按 Enter 去补", severity="warning")
        else:
            await self._handle(line)

    async def _handle(self, line: FinishLine) -> None:
        if self._visit.locked and line.act != "jump":
            self.notify(self._visit.locked, severity="warning")
            return
        match line.act:
            case "jump":
                self.dismiss(line.target)
            case "reason":
                words = await self._words(
                    f"{line.text}。说明原因", f"reason:{line.target}", _REASONS.get(line.target, ())
                )
                self._decide({f"reason:{line.target}": words})
            case "stage":
                self._reach(cast("Stage", line.target))
            case "hazard":
                await self._edit_hazard(line.target)
            case "opinion":
                self._decide({"opinion": await self._words("对方意见", "opinion", _OPINIONS)})
            case "sign":
                await self._sign()
            case "adopt":
                self._offer_newer()
            case "close":
                await self._go_on()
            case _:
                self.notify("这一行不用处理")

    def _reach(self, stage: Stage) -> None:
        try:
            evidence.reach_stage(self._visit.book, self._visit.by, self._visit.doc, stage)
        except FieldlogError as error:
            self._failed(error)
        self._show()

    async def _edit_hazard(self, doc: str) -> None:
        hazard = lookup.hazard(self._visit.book, doc)
        question = self._visit.walk.of(hazard.fields["item"]) if hazard.fields["item"] else None
        told = await self._ask(HazardForm(self._visit, question, hazard))
        self._visit.reload()
        self._show()
        if told:
            self.notify(told)

    async def _sign(self) -> None:
        picked = await self._ask(PickOne("签字", _SIGNING))
        if picked is None:
            return
        if picked == 0:
            self._decide({"way": "paper"})
            return
        reason = await self._words("拒签原因", "refusal", _REFUSALS)
        witness = await self._words("见证人", "witness", (), _WITNESS_HINT) if reason else None
        if reason and witness:
            self._decide({"way": "refused", "refusal": reason, "witness": witness})

    def _offer_newer(self) -> None:
        from fieldlog.tui.adopting import offer_newer  # noqa: PLC0415

        offer_newer(self, self._visit, self._adopted)

    def _adopted(self, told: str) -> None:
        """The walk begins anew in the version that counts now."""
        self.dismiss("")
        self.notify(told, timeout=8)

    def _decide(self, decided: dict[str, str | None]) -> None:
        """Keep what was decided; None leaves it as it was."""
        for name, text in decided.items():
            if text:
                self._drafts.change(f"{FIELD}{name}", text)
        self._drafts.flush()
        self._show()

    # The end

    async def _end(self) -> None:
        closing = self._decided
        if closing.signature is None:
            return
        if not await self._ask(Confirm("结束检查", "结束后答案不能再改，记录签名封存。", yes="结束", no="再看看")):
            return
        book, visit = self._visit.book, self._visit
        try:
            visit_closing.close(
                book,
                visit.by,
                visit.doc,
                signature=closing.signature,
                opinion=closing.opinion,
                reasons=closing.reasons,
            )
        except FieldlogError as error:
            if visit.state.closed is None:
                self._failed(error)
                return
            self.notify(f"检查已结束，签名没有写成：{error}", severity="warning", timeout=8)
        self.dismiss("")

    # Asking

    async def _words(self, title: str, name: str, phrases: Sequence[str], hint: str = "") -> str | None:
        """A phrase by its digit, or the officer's own words, which are journalled while they are typed."""
        field = f"typing:{name}"
        kept = self._visit.state.drafts.get(field, "")
        options = [*phrases, f"{_OTHER}（接着写：{kept}）" if kept else _OTHER]
        picked = await self._ask(PickOne(title, options)) if phrases else len(phrases)
        if picked is None:
            return None
        if picked < len(phrases):
            return phrases[picked]
        self._drafts.known(field, kept)
        ask = AskLine(title, value=kept, placeholder=hint, on_draft=lambda text: self._drafts.change(field, text))
        words = await self._ask(ask)
        if words is None:
            self._drafts.flush()
        else:
            self._drafts.end(field)
        return words

    async def _ask(self, dialog: Dialog[AnswerT] | FieldScreen[AnswerT]) -> AnswerT | None:
        return await self.fieldlog.push_screen_wait(dialog)

    def _failed(self, error: FieldlogError) -> None:
        self.notify(str(error), severity="error", timeout=8)
