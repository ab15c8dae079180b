"""The text being typed over the list: which item it belongs to, where it stands, and that none of it is lost."""

from textual.geometry import Offset

from fieldlog.domain.walk import Question
from fieldlog.tui.drafts import DraftKeeper
from fieldlog.tui.screens.walk_entries import ENTRIES, draft_field
from fieldlog.tui.visit import Visit, measured_of
from fieldlog.tui.widgets.checklist_view import ChecklistView
from fieldlog.tui.widgets.entry_box import EntryBox

_HEIGHT = 5
_SCROLL_BAR = 2


class WalkTexts:
    """Opens the one field of the walk for one item at a time and journals what is typed in it."""

    def __init__(self, visit: Visit, rows: ChecklistView, entry: EntryBox, drafts: DraftKeeper) -> None:
        self._visit = visit
        self._rows = rows
        self._entry = entry
        self._drafts = drafts
        self.question: Question | None = None
        """The item the text belongs to, wherever the cursor is by now."""

    @property
    def purpose(self) -> str:
        """What the text is for."""
        return self._entry.purpose

    def open(self, purpose: str, question: Question, origin: Offset, hint: str = "") -> None:
        """Show the field for `question` with the text so far. `origin` is where the field's container begins."""
        entry = ENTRIES[purpose]
        self.question = question
        self._rows.close_strip()
        self.place(origin)
        self._entry.open(
            purpose,
            entry.title(self._visit, question),
            text=self._so_far(purpose, question),
            hint=hint or entry.hint,
            several_lines=entry.keeps_draft,
            words=entry.words,
        )
        self._rows.add_class("-aside")

    def place(self, origin: Offset) -> None:
        """Put the field below the cursor's line, or above it where the list ends."""
        room = self._rows.region.translate(-origin)
        top = room.y + self._rows.cursor_line + 1
        if top + _HEIGHT > room.bottom:
            top = max(room.y + self._rows.cursor_line - _HEIGHT, room.y)
        self._entry.styles.offset = (room.x, top)
        self._entry.styles.width = room.width - _SCROLL_BAR  # the compositor cuts glyphs at the edge of what lies below

    def changed(self, text: str) -> None:
        """Journal what is typed now; a change that arrives late, when another text is open, is none."""
        if self._entry.is_open and text == self._entry.area.text:
            self._keep(text)

    def take(self, text: str) -> str:
        """Save the text through its action, end its draft, and return what to tell; raises as the action does."""
        assert self.question is not None  # noqa: S101 - a text is taken after it was opened
        told = ENTRIES[self.purpose].take(self._visit, self.question, text.strip())
        field = draft_field(self.purpose, self.question)
        if self.purpose == "note":
            self._drafts.forget(field)  # the remark has ended its draft
        elif ENTRIES[self.purpose].keeps_draft:
            self._drafts.end(field)
        self.close()
        return told

    def leave(self, text: str) -> bool:
        """Close the field; returns whether a draft stays behind."""
        self._keep(text)
        self._drafts.flush()
        self.close()
        return ENTRIES[self.purpose].keeps_draft and bool(text.strip())

    def close(self) -> None:
        """Hide the field."""
        self._entry.close()
        self._rows.remove_class("-aside")

    def _keep(self, text: str) -> None:
        if self.question is not None and ENTRIES[self.purpose].keeps_draft:
            self._drafts.change(draft_field(self.purpose, self.question), text)

    def _so_far(self, purpose: str, question: Question) -> str:
        state, answer = self._visit.state, self._visit.answer_to(question)
        field = draft_field(purpose, question)
        if field in state.drafts:
            self._drafts.known(field, state.drafts[field])
            return state.drafts[field]
        if purpose == "note":
            return state.notes.get(question.ref, "")
        if purpose == "other":
            return answer.text if answer and question.item.finding_number(answer.text) is None else ""
        if purpose == "label":
            label = self._visit.walk.label(question.ref)
            counted = f"{self._visit.walk.sections[question.section].thing}{question.nth}"
            return "" if label == counted else label  # a name that only counts is not worth keeping letters of
        return measured_of(answer) if purpose == "measured" else ""
