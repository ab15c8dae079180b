"""The last page of a visit: what is missing, each line leading to its cause, then the signature and the end."""

from collections.abc import Iterable
from typing import ClassVar, TypeVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.actions import inspections
from fieldlog.domain.bodies import Signature
from fieldlog.domain.errors import FieldlogError
from fieldlog.domain.procedure import Objection
from fieldlog.tui.screens.ask import AskLine, PickOne
from fieldlog.tui.screens.dialog import Dialog
from fieldlog.tui.screens.frame import FieldScreen
from fieldlog.tui.visit import Visit
from fieldlog.tui.widgets.columns import Cell, Column
from fieldlog.tui.widgets.row_list import RowList

_REASONS = {
    "unanswered": ("当事人歇业，无法查看", "当事人不配合", "时间不够，另行补查"),
    "P4": ("已当面亮证，时间未记录", "当事人熟识，已口头说明身份"),
    "P24": ("执法记录仪没电", "执法记录仪故障", "录像已拍，编号待补"),
}
AnswerT = TypeVar("AnswerT")
_OTHER = "其他，自己写"
_REFUSALS = ("当事人不认可检查结果", "当事人不在场", "当事人不说明原因")


class FinishScreen(FieldScreen[str]):
    """What stands in the way of closing. Dismissed with the item to jump to, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f10", "close", "结束检查"),
        Binding("2", "refused", "拒签后结束"),
    ]

    def __init__(self, visit: Visit) -> None:
        super().__init__()
        self._visit = visit
        self._list = RowList[Objection](
            [Column("处理", 8), Column("内容", 20, grow=1), Column("依据", 24, priority=1)],
            cells=lambda each: (
                Cell("必须补" if each.act == "block" else "写原因", "bad" if each.act == "block" else "warn"),
                each.text,
                Cell(each.source, "muted"),
            ),
            key=lambda each: each.rule,
            empty="没有遗漏，按 F10 结束检查",
            open_word="去补",
        )

    def compose_body(self) -> Iterable[Widget]:
        """The objections."""
        yield self._list

    def on_mount(self) -> None:
        """List what is missing."""
        super().on_mount()
        self._list.set_rows(inspections.objections(self._visit.book, self._visit.doc, Signature()))
        self._list.focus()

    @on(RowList.Opened)
    def _jump(self) -> None:
        if (row := self._list.cursor_row) is not None:
            self.dismiss(row.item)

    @work
    async def action_close(self) -> None:
        """Signed on paper: ask for the reasons that are due, and close."""
        await self._close(Signature(way="paper"))

    @work
    async def action_refused(self) -> None:
        """The party refused to sign: reason and witness first."""
        reason = await self._words("拒签原因", _REFUSALS)
        witness = await self._ask(AskLine("见证人姓名")) if reason else None
        if reason and witness:
            await self._close(Signature(way="refused", reason=reason, witness=witness))

    async def _close(self, signature: Signature) -> None:
        book, visit = self._visit.book, self._visit
        reasons: dict[str, str] = {}
        for each in inspections.objections(book, visit.doc, signature):
            if each.act == "block":
                self.notify(each.text, severity="warning")
                return
            reason = await self._words(f"{each.text}：原因", _REASONS.get(each.rule, ()))
            if not reason:
                return
            reasons[each.rule] = reason
        try:
            inspections.close(book, visit.by, visit.doc, signature=signature, reasons=reasons)
        except FieldlogError as error:
            self.notify(str(error), severity="error", timeout=8)
            return
        self.notify("检查已结束，记录已签名封存")
        self.dismiss("")

    async def _words(self, title: str, phrases: tuple[str, ...]) -> str | None:
        options = [*phrases, _OTHER]
        picked = await self._ask(PickOne(title, options)) if phrases else len(phrases)
        if picked is None:
            return None
        return options[picked] if options[picked] != _OTHER else await self._ask(AskLine(title))

    async def _ask(self, dialog: Dialog[AnswerT]) -> AnswerT | None:
        return await self.fieldlog.push_screen_wait(dialog)
