"""One hazard: its facts, and everything that happened to it on one vertical line."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from fieldlog.actions import evidence, lookup
from fieldlog.actions.approvals import UNCONFIRMED, unconfirmed
from fieldlog.actions.comments import mark_read
from fieldlog.actions.contests import hazard_contest_words
from fieldlog.actions.hazard_numbers import DOUBLED, namesakes
from fieldlog.actions.ledger import days_word, state_word
from fieldlog.actions.photos import name_and_time, remarks, shots_of_hazard
from fieldlog.actions.timeline import hazard_steps, name_of, names_of
from fieldlog.book.book import Book
from fieldlog.domain.entries import Entry
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.hazard_state import CLOSED
from fieldlog.domain.photos import WHEN_WORDS, pairs, when_of
from fieldlog.tui.list_titles import list_title
from fieldlog.tui.playing import play_moment
from fieldlog.tui.screens import handling
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.screens.desk_steps import comment, confirm_hazard
from fieldlog.tui.screens.footage_form import ask_footage
from fieldlog.tui.widgets.prose import Paragraph, Prose
from fieldlog.tui.widgets.timeline import Timeline

_HANG = 10  # cells: the facts' words line up


class HazardDetailScreen(BookScreen):
    """Facts above or at the left, the time line below or at the right; the digits of the ledger."""

    CSS_PATH = "../styles/hazards.tcss"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "handle('rectify')", "整改反馈"),
        Binding("2", "handle('recheck')", "复查"),
        Binding("3", "handle('finish')", "销号"),
        Binding("4", "handle('urge')", "督办"),
        Binding("5", "handle('extend')", "延期"),
        Binding("6", "handle('assign')", "指派"),
        Binding("minus,f2", "comment", "评论"),
        Binding("f6", "confirm", "确认两改"),
        Binding("plus,f3", "photo", "照片"),
        Binding("8", "look", "看照片"),
        Binding("asterisk,f5", "footage", "录像"),
        Binding("enter", "visit", "看检查"),
        Binding("7,f7", "law", "条文"),
        Binding("f4", "handle('correct')", "更正"),
        Binding("f8", "handle('void')", "作废"),
        Binding("f9", "proof", "凭据"),
        Binding("0", "papers", "文书"),
    ]

    def __init__(self, book: Book, doc: str) -> None:
        """Raises NotFound where there is no such hazard."""
        super().__init__(book)
        self._doc = doc
        self._facts = Prose(id="facts", classes="panel")
        self._timeline = Timeline()

    def compose_body(self) -> Iterable[Widget]:
        """Facts and time line."""
        with VerticalScroll(id="hazard"):
            yield self._facts
            yield self._timeline

    def show(self) -> None:
        """Fold anew."""
        hazard = lookup.hazard(self.book, self._doc)
        self._facts.show(_facts(self.book, hazard))
        self._timeline.show_steps(hazard_steps(self.book, self._doc))
        if (officer := self.desk.officer) is not None:
            mark_read(self.book, str(officer["id"]), self._doc)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A hazard that is over is not handled any more; one found beside a visit has none to show."""
        row = self.book.row("hazards", self._doc)
        if row is None:
            return True
        if action == "confirm":
            return bool(row["contested"])
        over = not lookup.hazard(self.book, self._doc).is_open
        if action == "handle" and over:
            return parameters == ("void",) and row["state"] == CLOSED
        if action in ("visit", "footage"):
            return bool(row["inspection"])
        return not (over and action == "photo")

    @work
    async def action_handle(self, step: str) -> None:
        """Take a step."""
        if await handling.take(self, step, [self._doc]):
            self.query_one("#hazard", VerticalScroll).scroll_end(animate=False)

    @work
    async def action_comment(self) -> None:
        """Say something about it."""
        if await comment(self, self._doc, about="这条隐患"):
            self.query_one("#hazard", VerticalScroll).scroll_end(animate=False)

    @work
    async def action_confirm(self) -> None:
        """Let stand what stands, where two people changed it without knowing of each other."""
        await confirm_hazard(self, self._doc)

    @work
    async def action_photo(self) -> None:
        """Attach a photo or scan: the newest of the folder, or by its file."""
        from fieldlog.tui.screens.photo_form import PhotoForm, remember_taken  # noqa: PLC0415

        when = when_of(lookup.hazard(self.book, self._doc))
        chosen = await self.ask(PhotoForm(self.book, "照片或扫描件", when))
        if chosen is None or (by := await self.officer_id()) is None:
            return
        written: list[Entry] = []
        if self.attempt(
            lambda: written.append(evidence.attach_photo(self.book, by, self._doc, chosen.path, when=chosen.when))
        ):
            remember_taken(self.book, chosen)
            odd = [text for _rule, text in remarks(self.book, written[0])]
            said = "；".join([f"{WHEN_WORDS[chosen.when]}的照片已保存：{chosen.path.name}", *odd])
            self.notify(said, severity="warning" if odd else "information", timeout=10 if odd else 5)

    def action_look(self) -> None:
        """Show its photos, before and after side by side."""
        from fieldlog.tui.screens.photo_view import PhotoView  # noqa: PLC0415

        shots = shots_of_hazard(self.book, lookup.hazard(self.book, self._doc))
        if shots:
            self.fieldlog.push_screen(PhotoView(self.book, pairs(shots)))
        else:
            self.notify("还没有照片，按 + 添加")

    @work
    async def action_footage(self) -> None:
        """Open the recording that shows it; where none does, tie a camera's moment to this hazard."""
        doc = str(lookup.hazard(self.book, self._doc).fields["inspection"])
        if not play_moment(self, self.book, doc, self._doc):
            await ask_footage(self, doc, hazard=self._doc)

    def action_visit(self) -> None:
        """Show the visit that found it."""
        from fieldlog.tui.screens.today import open_visit  # noqa: PLC0415 - today loads this module

        open_visit(self, str(lookup.hazard(self.book, self._doc).fields["inspection"]))

    def action_law(self) -> None:
        """Show the articles it rests on."""
        from fieldlog.tui.screens.law_page import law_of_hazard  # noqa: PLC0415

        self.fieldlog.push_screen(law_of_hazard(self.book, lookup.hazard(self.book, self._doc)))

    def action_proof(self) -> None:
        """Each entry's place in its log and its hash."""
        shown = self._timeline.toggle_proof()
        self.notify("每条记录下面是它在日志里的位置和哈希" if shown else "已收起")

    def action_papers(self) -> None:
        """The papers of the hazard."""
        from fieldlog.tui.screens.papers import PapersScreen  # noqa: PLC0415

        hazard = lookup.hazard(self.book, self._doc)
        self.fieldlog.push_screen(PapersScreen(self.book, self._doc, str(hazard.fields["number"])))


def _facts(book: Book, hazard: Hazard) -> Sequence[Paragraph]:
    now, row = hazard.fields, hazard.row()
    assert row is not None  # noqa: S101 - lookup has seen to it
    today = lookup.today(book)
    doubt = bool(book.clock_doubt) or row["doubt"]
    days = days_word(row, today, doubt=doubt)
    state = " ".join(filter(None, (state_word(row, today), days)))
    tone = "bad" if days.startswith("超") else "good" if row["state"] == CLOSED else "accent"
    lines = [
        Paragraph(now["text"], "strong"),
        Paragraph(f"{now['premises_name']}  {now['place']}".strip()),
        Paragraph(""),
        Paragraph(_fact("状态", state + ("，已申请销号" if hazard.closing_requested else "")), tone, _HANG),
        _level(now),
        Paragraph(_fact("期限", _due(hazard) + ("  时间存疑" if doubt else "")), "warn" if doubt else "", _HANG),
        Paragraph(_fact("措施", now["measure"]), hanging=_HANG),
        Paragraph(_fact("责任人", now["responsible"] or "未填"), hanging=_HANG),
        Paragraph(_fact("跟进", _followed(book, row)), hanging=_HANG),
        *(Paragraph(_fact("依据", basis), hanging=_HANG) for basis in now["basis"]),
        *([Paragraph(_fact("条文", "按 7 看"), "muted", _HANG)] if now["basis"] else []),
        Paragraph(_fact("来源", _source(book, now)), "muted", _HANG),
        Paragraph(_fact("编号", now["number"]), "muted", _HANG),
        *(
            Paragraph(_fact(DOUBLED, _other(each)), "warn", _HANG)
            for each in namesakes(book, hazard.doc, now["number"])
        ),
        *_photos(book, hazard),
    ]
    lines += [
        Paragraph(f"{hazard_contest_words(book, what, each)}，按 F6 确认", "warn")
        for what, each in hazard.contests().items()
    ]
    if unconfirmed(book)(row):
        lines.append(
            Paragraph(f"{'销号' if hazard.closed else '延期'}{UNCONFIRMED}：审批人不是大队长或以上，请核实", "bad")
        )
    if hazard.late:
        lines.append(Paragraph(f"有 {hazard.late} 条迟到记录：结束以后才到，只留痕，不改变结果", "warn"))
    return lines


def _photos(book: Book, hazard: Hazard) -> list[Paragraph]:
    """What was found and how it looks since, each pair in two lines."""
    lines: list[Paragraph] = []
    for pair in pairs(shots_of_hazard(book, hazard)):
        for shot in filter(None, (pair.before, pair.after)):
            words = name_and_time(shot)
            lines.append(
                Paragraph(words, "", _HANG, indented=True) if lines else Paragraph(_fact("照片", words), hanging=_HANG)
            )
    return [*lines, Paragraph("按 8 看照片", "muted", _HANG, indented=True)] if lines else []


def _followed(book: Book, row: Mapping[str, Any]) -> str:
    """Who follows it up, by when, and who said so."""
    if not row["assigned"]:
        return names_of(book, row["officers"])
    due = f"，{row['assigned_due']} 前办好" if row["assigned_due"] else ""
    return f"{name_of(book, row['assigned'])}（{name_of(book, row['assigned_by'])} 指派{due}）"


def _level(now: Mapping[str, Any]) -> Paragraph:
    major = now["level"] == "重大"
    standard = f"  {now['standard']}（乡镇提出，区县部门认定）" if now["standard"] else ""
    return Paragraph(_fact("等级", now["level"] + standard), "bad" if major else "", _HANG)


def _source(book: Book, now: Mapping[str, Any]) -> str:
    return f"{list_title(book, now['list'])} {now['item']}" if now["item"] else "清单外"


def _due(hazard: Hazard) -> str:
    now = hazard.fields
    kind = "个工作日" if now["deadline_kind"] == "workday" else "天"
    first = f"，首次期限 {hazard.first_due}" if hazard.first_due != now["due"] else ""
    return f"{now['due']}（{now['deadline_days']}{kind}{first}）"


def _other(row: Mapping[str, Any]) -> str:
    """Another hazard with the same number."""
    return f"另一条也是这个编号：{row['premises_name']}，{row['text']}"


def _fact(word: str, text: str) -> str:
    return f"{word}{'　' * (3 - len(word))}  {text}"
