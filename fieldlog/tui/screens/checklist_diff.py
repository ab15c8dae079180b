# pyright: reportUnknownMemberType=false
# Textual leaves `App` and `Screen` without their type parameters.
"""What differs between two versions of a list, read before something is decided about it."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from fieldlog.domain.checklist_diff import ChecklistDiff
from fieldlog.tui.diff_words import diff_paragraphs
from fieldlog.tui.screens.frame import FieldScreen
from fieldlog.tui.widgets.prose import Paragraph, Prose


class DiffScreen(FieldScreen[int]):
    """Dismissed with the number of the choice, from 0, or None where it was left."""

    CSS_PATH = "../styles/walk.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "choose(0)", "选一"),
        Binding("2", "choose(1)", "选二"),
        Binding("3", "choose(2)", "选三"),
        Binding("down,j", "scroll(1)", "下滚"),
        Binding("up,k", "scroll(-1)", "上滚", show=False),
        Binding("pagedown,space", "page(1)", "下一页"),
        Binding("pageup", "page(-1)", "上一页", show=False),
        Binding("escape", "leave", "返回"),
    ]

    def __init__(
        self, title: str, diffs: Sequence[ChecklistDiff], choices: Sequence[str] = (), remarks: Sequence[Paragraph] = ()
    ) -> None:
        """`choices` are what the digits decide; without any the screen only shows."""
        super().__init__()
        self._title = title
        self._remarks = tuple(remarks)
        self._diffs = tuple(diffs)
        self._choices = tuple(choices)
        self._scroll = VerticalScroll(can_focus=False)
        self.action_words = {f"choose({n})": word for n, word in enumerate(choices)}

    def compose_body(self) -> Iterable[Widget]:
        """The paragraphs."""
        lines = [Paragraph(self._title, "accent"), *self._remarks]
        for found in self._diffs:
            lines += [Paragraph(""), *diff_paragraphs(found)]
        with self._scroll:
            yield Prose(lines)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only as many digits as there are choices."""
        return parameters[0] in range(len(self._choices)) if action == "choose" else True

    def action_choose(self, choice: int) -> None:
        """Close with the choice."""
        self.dismiss(choice)

    def action_leave(self) -> None:
        """Close without one."""
        self.dismiss(None)

    def action_scroll(self, lines: int) -> None:
        """Scroll by a line."""
        self._scroll.scroll_relative(y=lines, animate=False)

    def action_page(self, pages: int) -> None:
        """Scroll by what is visible."""
        self._scroll.scroll_relative(y=pages * max(self._scroll.size.height - 1, 1), animate=False)
