"""One vertical line of what happened, oldest first."""

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.geometry import Size
from textual.widget import Widget

from fieldlog.actions.timeline import Step
from fieldlog.tui.widgets.cells import fit
from fieldlog.tui.widgets.wrapping import wrap

_INDENT = 4
_WHAT = 12  # cells of 复查未通过 and a gap
_WHEN = 18

_GOOD, _BAD = frozenset({"复查通过", "销号"}), frozenset({"复查未通过", "督办", "退回销号", "作废"})


class Timeline(Widget):
    """Steps with when, what and who on their first line and details below, as tall as they need."""

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "timeline--line",
        "timeline--what",
        "timeline--good",
        "timeline--bad",
        "timeline--detail",
        "timeline--hash",
    }
    """
    | Class | Description |
    | :- | :- |
    | `timeline--line` | The vertical line, times and names. |
    | `timeline--what` | What happened; `--good` and `--bad` for an end and a setback. |
    | `timeline--detail` | The words below. |
    | `timeline--hash` | An entry's place and hash. |
    """

    DEFAULT_CSS = """
    Timeline {
        height: auto;
        &>.timeline--line { color: $text-muted; }
        &>.timeline--what { text-style: bold; }
        &>.timeline--good { color: $success; text-style: bold; }
        &>.timeline--bad { color: $error; text-style: bold; }
        &>.timeline--hash { color: $primary; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._steps: tuple[Step, ...] = ()
        self._proof = False

    def show_steps(self, steps: Sequence[Step]) -> None:
        """Show these steps."""
        if tuple(steps) != self._steps:
            self._steps = tuple(steps)
            self.refresh(layout=True)

    def toggle_proof(self) -> bool:
        """Show each entry's place in its log and its hash, or hide it again; returns whether it shows now."""
        self._proof = not self._proof
        self.refresh(layout=True)
        return self._proof

    def render(self) -> Text:
        """The steps with the line beside them."""
        line_style = self._style("line")
        text = Text(no_wrap=True)
        for place, step in enumerate(self._steps):
            last = place == len(self._steps) - 1
            text.append("\n" if place else "")
            text.append(f"+ {fit(step.at[:16].replace('T', ' '), _WHEN)}", line_style)
            text.append(fit(step.what, _WHAT), self._what_style(step))
            text.append(step.who, line_style)
            if step.late:
                text.append("  迟到记录，不改变结果", self._style("bad"))
            for line, is_proof in self._lines(step, self.size.width):
                text.append("\n").append("    " if last else "|   ", line_style)
                text.append(line, self._style("hash" if is_proof else "detail"))
            if not last:
                text.append("\n|", line_style)
        return text

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A line a step, its details, and one between two steps."""
        return sum(2 + len(self._lines(step, width)) for step in self._steps) - bool(self._steps)

    def _lines(self, step: Step, width: int) -> list[tuple[str, bool]]:
        lines = [(line, False) for detail in step.details for line in wrap(detail, width - _INDENT, 2)]
        if self._proof and step.entry is not None:
            proof = f"{step.entry.log} 第 {step.entry.seq} 条 {step.entry.hash}"
            lines += [(line, True) for line in wrap(proof, width - _INDENT)]
        return lines

    def _what_style(self, step: Step) -> Style:
        return self._style("good" if step.what in _GOOD else "bad" if step.what in _BAD else "what")

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"timeline--{name}", partial=True)
