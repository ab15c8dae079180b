# pyright: reportUnknownMemberType=false
# Textual leaves `App` and `Screen` without their type parameters.
"""A hazard's fields, to be put right or written down."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, Static

from fieldlog.actions import lookup
from fieldlog.domain.errors import FieldlogError, Refused
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.walk import Question
from fieldlog.tui.drafts import DraftKeeper
from fieldlog.tui.hazard_fields import KINDS, LEVELS, NAMES, HazardFields, due_line, fields_of, save, standard_of
from fieldlog.tui.screens.frame import FieldScreen
from fieldlog.tui.visit import Visit
from fieldlog.tui.widgets.choice_field import ChoiceField
from fieldlog.tui.widgets.note_area import NoteArea
from fieldlog.tui.widgets.prose import Paragraph, Prose
from fieldlog.tui.widgets.text_field import TextField


class FactArea(NoteArea):
    """The words of the hazard. Enter goes on to the next field."""

    DEFAULT_CSS = """
    FactArea, FactArea:focus { height: 3; }
    """

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.screen.focus_next()
            return
        await super()._on_key(event)


class FormLine(Horizontal):
    """A word and its field; a mark stands before the word while the field has the focus."""

    def __init__(self, word: str, field: Widget, kind: str) -> None:
        self._word = Static(f"  {word}", markup=False, classes="form--word")
        super().__init__(self._word, field, classes=f"form--line {kind}".strip())
        self._plain = word

    def on_descendant_focus(self) -> None:
        """A tint alone does not show on every terminal."""
        self._word.update(f"> {self._plain}")

    def on_descendant_blur(self) -> None:
        """Take the mark away."""
        self._word.update(f"  {self._plain}")


class HazardForm(FieldScreen[str]):
    """Words, level, measure, deadline, responsible person, place. Dismissed with what to tell, or nothing.

    What is typed is journalled at once, so that leaving or a kill loses nothing; it comes back with the form.
    """

    CSS_PATH = "../styles/hazard_form.tcss"
    AUTO_FOCUS = "#text"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f10,ctrl+s", "save", "保存"),
        Binding("enter,down", "app.focus_next", "下一栏"),
        Binding("up", "app.focus_previous", "上一栏", show=False),
        Binding("escape", "leave", "返回（文字保留）"),
        Binding("f7", "law", "条文"),
    ]

    def __init__(self, visit: Visit, question: Question | None = None, hazard: Hazard | None = None) -> None:
        super().__init__()
        self._visit = visit
        self._question = question
        self._hazard = hazard or (visit.hazard_of(question) if question is not None else None)
        self._prefix = f"form:{question.ref if question is not None else self._hazard.doc if self._hazard else ''}:"
        self._drafts = DraftKeeper(self, visit.save_draft, self._complain)
        self._form = self._with_drafts(fields_of(visit, question, self._hazard))
        self._due = Prose(id="due")

    def _with_drafts(self, form: HazardFields) -> HazardFields:
        self._restored = False
        for name in NAMES:
            kept = self._visit.state.drafts.get(self._prefix + name)
            if kept is not None:
                self._drafts.known(self._prefix + name, kept)
                self._restored = self._restored or kept != getattr(form, name)
                form = form.with_(name, kept)
        return form

    def compose_body(self) -> Iterable[Widget]:
        """The fields, each behind its word."""
        form = self._form
        kinds = [*KINDS]
        with VerticalScroll(can_focus=False, id="form"):
            yield Prose(self._title(), classes="form--title")
            yield _line("隐患", FactArea(form.text, placeholder="是什么、在哪里、多少处", id="text"), "-tall")
            yield _line("级别", ChoiceField(LEVELS, LEVELS.index(form.level), id="level"))
            yield _line("判定标准", TextField(form.standard, placeholder="重大隐患必填：标准和条款", id="standard"))
            yield _line("依据", Prose(self._basis()), "-auto")
            yield _line("整改措施", TextField(form.measure, placeholder="按规定整改到位", id="measure"))
            yield _line("期限", TextField(form.days, placeholder="天数", id="days"), "-days")
            yield _line("", ChoiceField(kinds, kinds.index(form.kind), id="kind"))
            yield _line("", self._due)
            yield _line("责任人", TextField(form.responsible, id="responsible"))
            yield _line("具体位置", TextField(form.place, placeholder="如 二楼东侧库房", id="place"))

    def on_mount(self) -> None:
        """Say when the deadline ends, and whether something came back."""
        super().on_mount()
        self._show_due()
        if self._restored:
            self.notify("已恢复没有保存的修改")

    def on_unmount(self) -> None:
        """Leave no typed text behind."""
        self._drafts.flush()

    def _title(self) -> list[Paragraph]:
        if self._hazard is not None:
            return [Paragraph(f"{self._hazard.fields['number']}  {self._visit.opened.premises_name}", "accent")]
        if self._question is None:
            return [Paragraph(f"清单外隐患  {self._visit.opened.premises_name}", "accent")]
        item = self._visit.text(self._question)
        return [Paragraph(f"第 {self._question.number} 项  {item}", "accent"), Paragraph("保存后这一项记为不符合")]

    def _basis(self) -> list[Paragraph]:
        if self._hazard is not None:
            cited = self._hazard.fields["basis"]
        else:
            cited = [citation.shown for citation in self._question.item.basis] if self._question is not None else []
        return [Paragraph(f"{'；'.join(cited)}  按 F7 看条文" if cited else "没有填", "muted")]

    # Typing

    def on_text_field_draft(self, message: TextField.Draft) -> None:
        """Take a change in."""
        self._changed(str(message.field.id), message.text)

    def on_note_area_draft(self, message: NoteArea.Draft) -> None:
        """Take a change in."""
        self._changed(str(message.area.id), message.text)

    def on_choice_field_changed(self, message: ChoiceField.Changed) -> None:
        """Take a choice in; 重大 brings the item's standard along."""
        self._changed(str(message.field.id), message.text)
        standard = self.query_one("#standard", TextField)
        if message.text == "重大" and not standard.value:
            standard.value = standard_of(self._question)

    def _changed(self, name: str, text: str) -> None:
        self._form = self._form.with_(name, text)
        self._drafts.change(self._prefix + name, text)
        if name in ("days", "kind"):
            self._show_due()

    def _show_due(self) -> None:
        found = date.fromisoformat(self._hazard.fields["found"]) if self._hazard else lookup.today(self._visit.book)
        try:
            self._due.show([Paragraph(due_line(self._form, found), "good")])
        except Refused as error:
            self._due.show([Paragraph(str(error), "bad")])

    def _complain(self, error: FieldlogError) -> None:
        self.notify(str(error), severity="error", timeout=8)

    # Keys

    def on_input_submitted(self, _message: Input.Submitted) -> None:
        """Enter in a field goes on to the next."""
        self.focus_next()

    def action_law(self) -> None:
        """Show the articles that the hazard rests on; what was typed stays."""
        from fieldlog.tui.law_articles import cited_in_question  # noqa: PLC0415
        from fieldlog.tui.screens.law_page import LawPage, law_of_hazard  # noqa: PLC0415

        book, question = self._visit.book, self._question
        if self._hazard is not None:
            self.app.push_screen(law_of_hazard(book, self._hazard))
        else:
            title = self._visit.text(question) if question is not None else "清单外隐患"
            self.app.push_screen(LawPage(book, title, cited_in_question(question) if question is not None else []))

    def action_leave(self) -> None:
        """Go back; what was typed waits."""
        self._drafts.flush()
        waiting = any(field.startswith(self._prefix) for field in self._visit.state.drafts)
        self.dismiss("没有保存的修改留着，再打开接着写" if waiting else "")

    def action_save(self) -> None:
        """Write it and go back, or say what is missing."""
        try:
            told = save(self._visit, self._question, self._hazard, self._form)
        except FieldlogError as error:
            self._complain(error)
            self._go_to_cause(str(error))
            return
        for name in NAMES:
            self._drafts.end(self._prefix + name)
        self.dismiss(told)

    def _go_to_cause(self, why: str) -> None:
        for word, name in (("判定标准", "standard"), ("期限", "days"), ("写明隐患", "text")):
            if word in why:
                self.query_one(f"#{name}").focus()
                return


def _line(word: str, field: Widget, kind: str = "") -> FormLine:
    return FormLine(word, field, kind)
