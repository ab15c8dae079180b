"""What a closed visit came to."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from fieldlog.actions import lookup
from fieldlog.actions.received import Receipt, receipts
from fieldlog.book.book import Book
from fieldlog.domain.bodies import Value
from fieldlog.tui.item_facts import due_text
from fieldlog.tui.screens.frame import FieldScreen
from fieldlog.tui.talk import received_lines
from fieldlog.tui.visit import Visit
from fieldlog.tui.widgets.prose import Paragraph, Prose

_HANG = 10


class VisitSummary(FieldScreen[None]):
    """One page to read before going on. Enter and Esc lead back."""

    CSS_PATH = "../styles/walk.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,f10", "app.back", "返回"),
        Binding("7", "papers", "文书"),
    ]

    def __init__(self, visit: Visit) -> None:
        super().__init__()
        self._visit = visit

    @property
    def at_work_in(self) -> tuple[Book, str] | None:
        """The visit."""
        return self._visit.book, self._visit.doc

    def action_papers(self) -> None:
        """The papers of the visit."""
        from fieldlog.tui.screens.papers import PapersScreen  # noqa: PLC0415

        title = self._visit.opened.premises_name
        self.fieldlog.push_screen(PapersScreen(self._visit.book, self._visit.doc, title))

    def compose_body(self) -> Iterable[Widget]:
        """The paragraphs."""
        with VerticalScroll(id="summary"):
            yield Prose(summary(self._visit))


def summary(visit: Visit) -> list[Paragraph]:
    """When, what, which hazards, who signed, and how far the log is sealed."""
    state = visit.state
    closed = state.closed
    if closed is None:
        return [Paragraph(f"这次检查{state.state}")]
    counts = visit.tally.counts
    hazards = [lookup.hazard(visit.book, doc) for doc in visit.hazards_here()]
    lines = [
        Paragraph("检查已结束，记录已签名封存", "good"),
        Paragraph(visit.opened.premises_name, "strong"),
        Paragraph(""),
        Paragraph(f"时间      {_span(state.opened_at, state.closed_at)}", hanging=_HANG),
        Paragraph(f"人员      {'、'.join(visit.officer_names())}", hanging=_HANG),
        Paragraph(f"项目      {'  '.join(f'{value.value} {counts[value]}' for value in Value if counts[value])}"),
        *(Paragraph(f"得分      {each.title} {each.shown}，满分 {each.full}", hanging=_HANG) for each in visit.scores),
        Paragraph(f"照片      {len(state.photos)}    录像标记 {len(state.footage)}"),
        Paragraph(f"签字      {_signed(visit)}", hanging=_HANG),
        *([Paragraph(f"对方意见  {closed.opinion}", hanging=_HANG)] if closed.opinion else []),
        *(Paragraph(f"说明      {each.reason}", "muted", _HANG) for each in closed.reasons),
        Paragraph(""),
        Paragraph(f"隐患 {sum(each.is_open for each in hazards)} 条", "accent"),
    ]
    for hazard in hazards:
        if hazard.is_open:
            now = hazard.fields
            tone = "bad" if now["level"] == "重大" else ""
            lines.append(Paragraph(f"{now['number']}  {now['level']}  {due_text(hazard)}  {now['text']}", tone, 4))
    head = visit.book.heads().get(visit.book.device.id)
    if head is not None:
        lines += [Paragraph(""), *_at_office(visit), Paragraph(f"本机日志到第 {head.seq} 条", "muted")]
    return lines


def _at_office(visit: Visit) -> list[Paragraph]:
    """Whether the office has it, and what to do where it has not."""
    row = visit.book.row("inspections", visit.doc)
    receipt = receipts(visit.book)(row) if row is not None else Receipt("unknown")
    then = [Paragraph("回办公室后同步（首页 8），送到才算交了", "muted")] if receipt.state == "waiting" else []
    return [*received_lines(receipt), *then]


def _span(opened: str, closed: str) -> str:
    start, end = datetime.fromisoformat(opened), datetime.fromisoformat(closed)
    minutes = max(round((end - start).total_seconds() / 60), 0)
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M}"
    return f"{start:%Y-%m-%d %H:%M} 到 {until}（{minutes} 分钟）"


def _signed(visit: Visit) -> str:
    closed = visit.state.closed
    if closed is None or closed.signature.way != "refused":
        return "已在纸质笔录上签字"
    return f"拒签：{closed.signature.reason}；见证人 {closed.signature.witness}"
