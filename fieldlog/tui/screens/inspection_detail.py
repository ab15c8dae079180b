"""Looking back at a visit: when, who, what was answered, what was found, why something was left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.widget import Widget

from fieldlog.actions import lookup
from fieldlog.actions.comments import mark_read
from fieldlog.actions.contests import confirm_item
from fieldlog.actions.received import Receipt, receipts
from fieldlog.actions.scoring import scores_of
from fieldlog.actions.timeline import names_of
from fieldlog.book.book import Book
from fieldlog.domain.bodies import FootageLinked, Value
from fieldlog.domain.errors import NotFound
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.reference import item_of
from fieldlog.domain.walk import Question
from fieldlog.tui.playing import play_moment
from fieldlog.tui.premises_card import fact
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.screens.desk_steps import comment
from fieldlog.tui.talk import item_marks, received_lines, talk_lines
from fieldlog.tui.widgets.columns import Cell, Column, Tone
from fieldlog.tui.widgets.prose import Paragraph, Prose
from fieldlog.tui.widgets.row_list import RowList

_HANG = 10
_TONES: dict[Value, Tone] = {Value.PASS: "good", Value.FAIL: "bad", Value.NA: "muted", Value.PENDING: "warn"}
_SIGNED = {"paper": "当事人已在纸上签字", "refused": "当事人拒签", "page": "当事人在网页上签字"}
_RULES = {"unanswered": "有项目没有检查", "photo": "缺照片", "P4": "没有亮证时间", "P24": "没有录像"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the answers: the title of a section, or an item."""

    key: str
    title: str = ""
    question: Question | None = None
    dropped: str = ""
    """The words of an item that is asked no more."""


class InspectionDetailScreen(BookScreen):
    """Facts above or at the left, the answers below or at the right; Enter on a 不符合 shows its hazard."""

    CSS_PATH = "../styles/lists.tcss"
    DEFAULT_CLASSES = "lists"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "only_failed", "只看不符合"),
        Binding("minus,f2", "comment(True)", "评这一项"),
        Binding("plus,f3", "comment(False)", "评整次"),
        Binding("4,f6", "confirm", "确认两改"),
        Binding("asterisk,f5", "play", "放录像"),
        Binding("5", "footage", "录像时间轴"),
        Binding("6", "premises", "看单位"),
        Binding("7", "papers", "文书"),
    ]

    def __init__(self, book: Book, doc: str) -> None:
        super().__init__(book)
        self._doc = doc
        self._only_failed = False
        self._facts = Prose()
        self._list = RowList[Line](
            [
                Column("", 3, justify="right"),
                Column("结论", 6),
                Column("项目", 24, grow=3),
                Column("", 20, grow=2, priority=1),
            ],
            cells=self._cells,
            key=lambda line: line.key,
            heading=lambda line: line.title or None,
            empty="没有这样的项目",
            open_word="看隐患",
        )

    @property
    def at_work_in(self) -> tuple[Book, str] | None:
        """The visit."""
        return self.book, self._doc

    def compose_body(self) -> Iterable[Widget]:
        """Facts and answers."""
        with Container(classes="beside"):
            with VerticalScroll(classes="panel"):
                yield self._facts
            yield self._list

    def on_mount(self) -> None:
        """The answers take the keys."""
        super().on_mount()
        self._list.focus()

    def show(self) -> None:
        """Fold anew."""
        visit = lookup.inspection(self.book, self._doc)
        row = self.book.row("inspections", self._doc)
        facts = _facts(self.book, visit, receipts(self.book)(row) if row is not None else Receipt("unknown"))
        self._facts.show([*facts, *talk_lines(self.book, visit)])
        if (officer := self.desk.officer) is not None:
            mark_read(self.book, str(officer["id"]), self._doc)
        try:
            self._list.set_rows(self._lines(visit))
            self.refresh_bindings()
        except NotFound as error:
            self.notify(str(error), severity="warning")

    def _lines(self, visit: Inspection) -> list[Line]:
        walk = lookup.plan(self.book, visit)
        lines: list[Line] = []
        for place, section in enumerate(walk.sections):
            questions = [walk.questions[index] for index in section.questions]
            if self._only_failed:
                questions = [each for each in questions if self._value(visit, each) is Value.FAIL]
            if questions:
                lines.append(Line(f"section {place}", title=f"{section.checklist.title}  {section.title}"))
                lines += [Line(each.ref, question=each) for each in questions]
        dropped = [ref for ref in visit.given if visit.answer(ref) and walk.of(ref) is None]
        if dropped and not self._only_failed:
            lines.append(Line("section dropped", title="不再检查（换版前已答，答案保留）"))
            lines += [Line(each, dropped=self._dropped_text(visit, each)) for each in dropped]
        return lines

    def _dropped_text(self, visit: Inspection, item: str) -> str:
        """The words of an item that the versions that count have no more."""
        for _at, _by, adopted in visit.adopted:
            known = lookup.checklist(self.book, adopted.replaces).item(item_of(item))
            if known is not None:
                return known.text
        return item

    @staticmethod
    def _value(visit: Inspection, question: Question) -> Value | None:
        answer = visit.answer(question.ref)
        return answer.value if answer else None

    def _cells(self, line: Line) -> Sequence[str | Cell]:
        question = line.question
        visit = lookup.inspection(self.book, self._doc)
        if question is None:
            given = visit.answer(line.key)
            said = (given.value.value, given.text) if given else ("", "")
            return "", Cell(said[0], "muted"), Cell(line.dropped, "muted"), Cell(said[1], "muted")
        answer = visit.answer(question.ref)
        word = Cell(answer.value.value, _TONES[answer.value]) if answer else Cell("未检", "warn")
        remark = visit.notes.get(question.ref, "")
        measured = f"实测 {answer.measured}" if answer and answer.measured else ""
        said = "  ".join(filter(None, (answer.text if answer else "", measured, remark)))
        marks = item_marks(visit, question.ref)
        return str(question.number), word, question.item.text, Cell(f"{marks}{said}", "warn" if marks else "muted")

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        """Show the hazard of the item, where it has one."""
        from fieldlog.tui.screens.hazard_detail import HazardDetailScreen  # noqa: PLC0415 - it imports this package's today

        visit = lookup.inspection(self.book, self._doc)
        doc = visit.hazards.get(message.key)
        if doc:
            self.fieldlog.push_screen(HazardDetailScreen(self.book, doc))
        else:
            self.notify("这一项没有隐患")

    def action_only_failed(self) -> None:
        """Only what does not comply, or everything again."""
        self._only_failed = not self._only_failed
        self.show()

    @work
    async def action_comment(self, of_item: bool) -> None:
        """Say something about the item under the cursor, or about the whole visit."""
        line = self._list.cursor_row
        if of_item and line is not None and not line.title:
            number = f"第 {line.question.number} 项" if line.question else "这一项"
            await comment(self, self._doc, line.key, f"{number}")
        else:
            await comment(self, self._doc, about="这次检查")

    @work
    async def action_confirm(self) -> None:
        """Let the answers stand that count, of the items that two people answered differently."""
        visit = lookup.inspection(self.book, self._doc)
        by = await self.officer_id()
        items = [item for item in sorted(visit.shared) if visit.contest(item)]
        if by is not None and self.attempt(lambda: [confirm_item(self.book, by, self._doc, each) for each in items]):
            self.notify(f"已确认 {len(items)} 项，以现在的为准")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is something to settle only where two people answered differently."""
        if action == "confirm":
            row = self.book.row("inspections", self._doc)
            return bool(row and row["contested"])
        return True

    def action_play(self) -> None:
        """Open the recording at the item under the cursor; where none shows it, show what is on film."""
        line = self._list.cursor_row
        key = line.key if line is not None and not line.title else ""
        if not key or not play_moment(self, self.book, self._doc, key):
            self._show_footage(key)
            self.notify("没有录像拍到这一项，这里是这次检查的录像", severity="warning")

    def action_footage(self) -> None:
        """Show stages, marks, recordings and gaps on one line of time."""
        self._show_footage()

    def _show_footage(self, key: str = "") -> None:
        from fieldlog.tui.screens.visit_footage import VisitFootageScreen  # noqa: PLC0415 - it imports this package's today

        self.fieldlog.push_screen(VisitFootageScreen(self.book, self._doc, key))

    def action_premises(self) -> None:
        """Show the premises."""
        from fieldlog.tui.screens.premises_detail import PremisesDetailScreen  # noqa: PLC0415

        visit = lookup.inspection(self.book, self._doc)
        if visit.opened is not None:
            self.fieldlog.push_screen(PremisesDetailScreen(self.book, visit.opened.premises))

    def action_papers(self) -> None:
        """The papers of the visit."""
        from fieldlog.tui.screens.papers import PapersScreen  # noqa: PLC0415

        row = self.book.row("inspections", self._doc)
        if row is not None:
            self.fieldlog.push_screen(PapersScreen(self.book, self._doc, row["premises_name"]))


def _facts(book: Book, visit: Inspection, receipt: Receipt) -> Sequence[Paragraph]:
    opened = visit.opened
    assert opened is not None  # noqa: S101 - lookup has seen to it
    lines = [
        Paragraph(opened.premises_name, "strong"),
        Paragraph(fact("状态", f"{visit.state}，{_count(visit)}"), "good" if visit.closed else "warn", _HANG),
        *received_lines(receipt),
        *(
            Paragraph(fact("得分", f"{each.title} {each.shown}，满分 {each.full}"), "bad" if each.vetoed else "", _HANG)
            for each in scores_of(book, visit)
        ),
        Paragraph(fact("时间", f"{_span(visit)}  {opened.type.value}  {opened.approval}".strip()), hanging=_HANG),
        Paragraph(fact("检查人", names_of(book, opened.officers)), hanging=_HANG),
        Paragraph(fact("阶段", _stages(visit)), hanging=_HANG),
        *_footage(visit),
        *_adopted(book, visit),
    ]
    if visit.closed is not None:
        signed = visit.closed.signature
        words = "，".join(
            filter(None, (_SIGNED[signed.way], signed.reason, signed.witness and f"见证人 {signed.witness}"))
        )
        lines.append(Paragraph(fact("签字", words), hanging=_HANG))
        if visit.closed.opinion:
            lines.append(Paragraph(fact("意见", visit.closed.opinion), hanging=_HANG))
        for given in visit.closed.reasons:
            lines.append(Paragraph(f"{_RULES.get(given.rule, given.rule)}：{given.reason}", "warn", 2))
    if visit.voided:
        lines.append(Paragraph(fact("作废", visit.voided), "bad", _HANG))
    if visit.notes.get(""):
        lines.append(Paragraph(fact("备注", visit.notes[""]), hanging=_HANG))
    if visit.late:
        lines.append(Paragraph(f"有 {visit.late} 条迟到记录，只留痕，不改变结果", "warn"))
    return lines


def _adopted(book: Book, visit: Inspection) -> list[Paragraph]:
    """Which versions of the lists it used, and when a newer one was adopted."""
    rows = {row["digest"]: row for row in book.rows("checklists")}
    lines: list[Paragraph] = []
    if visit.opened is not None:
        used = "、".join(f"{rows.get(each.digest, {}).get('title', each.id)} {each.version}" for each in visit.lists)
        lines.append(Paragraph(fact("清单", used), hanging=_HANG))
    for at, by, body in visit.adopted:
        title, before = rows.get(body.digest, {}).get("title", body.list), rows.get(body.replaces, {})
        said = f"{at[5:16].replace('T', ' ')} {names_of(book, [by])} 把{title}由 {before.get('version', '')} 版换成 {body.version} 版"
        lines.append(Paragraph(fact("换版", said), "warn", _HANG))
    return lines


def _count(visit: Inspection) -> str:
    return f"共 {visit.items} 项，已检 {visit.answered}，不符合 {visit.failed}"


def _stages(visit: Inspection) -> str:
    return "  ".join(f"{stage.stage} {stage.moment[11:16]}" for _by, stage in visit.stages) or "没有登记"


def _span(visit: Inspection) -> str:
    end = f" 到 {visit.closed_at[11:16]}" if visit.closed_at else ""
    return f"{visit.opened_at[:16].replace('T', ' ')}{end}"


def _footage(visit: Inspection) -> list[Paragraph]:
    links = [link.body for link in visit.footage if isinstance(link.body, FootageLinked)]
    if not links:
        return [Paragraph(fact("录像", "没有登记"), "muted", _HANG)]
    cameras = "、".join(dict.fromkeys(link.camera for link in links))
    return [Paragraph(fact("录像", f"{cameras} 号机，{len(links)} 处"), hanging=_HANG)]
