"""The rows of an imported file that a person should look at."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.registry.records import Problem
from fieldlog.tui.screens.dialog import Dialog
from fieldlog.tui.widgets.columns import Cell, Column
from fieldlog.tui.widgets.prose import Prose
from fieldlog.tui.widgets.row_list import RowList


class ProblemsScreen(Dialog[None]):
    """Lists what could not be taken over, and what was but is doubtful."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter", "cancel", "关闭")]

    DEFAULT_CSS = """
    ProblemsScreen > .dialog { width: 96; height: 80%; }
    ProblemsScreen > .dialog > .dialog--body { height: 1fr; padding: 1 1; }
    ProblemsScreen RowList { background: $panel; height: 1fr; }
    ProblemsScreen Prose { margin: 1 1 0 1; height: 3; }
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"导入后请核对：{len(problems)} 处")
        self._problems = sorted(problems, key=lambda problem: problem.severity != "refused")
        self._full = Prose()

    def compose_body(self) -> Iterable[Widget]:
        """The rows, and the whole text of the one under the cursor."""
        yield RowList(
            [Column("", 4), Column("位置", 18), Column("原因", 30, grow=1)],
            cells=_cells,
            key=lambda problem: f"{problem.sheet}/{problem.row}/{problem.column}/{problem.why}",
            rows=self._problems,
        )
        yield self._full

    def on_row_list_highlighted(self, message: RowList.Highlighted) -> None:
        """Show the whole text below the list."""
        self._full.show(self._problems[message.index].why)

    def on_mount(self) -> None:
        """The first one's text."""
        if self._problems:
            self._full.show(self._problems[0].why)


def _cells(problem: Problem) -> Sequence[str | Cell]:
    mark = Cell("未收", "bad") if problem.severity == "refused" else Cell("存疑", "warn")
    return mark, f"{problem.sheet} {problem.column}{problem.row}", problem.why
