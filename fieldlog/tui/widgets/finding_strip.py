"""The strip that opens under the cursor: a few numbered choices, one digit each."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from fieldlog.tui.widgets.cells import fit
from fieldlog.tui.widgets.columns import Tone

_INDENT = 4
_BETWEEN = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing a digit does."""

    digit: str
    text: str
    key: str
    """What it means to whoever opened the strip."""
    small: bool = False
    """It may share a line with other small ones."""
    chosen: bool = False
    """It is what stands now."""


@dataclass(frozen=True, slots=True)
class StripLine:
    """One line of the strip: pieces of text with their tones, as wide as the strip."""

    pieces: tuple[tuple[str, Tone], ...]


@dataclass(frozen=True, slots=True)
class Strip:
    """Choices at one item. Not a widget: the list draws its lines over its own, so that nothing moves or is mounted."""

    purpose: str
    """Which question the choice answers."""
    title: str
    """Empty where the line above says it already."""
    choices: tuple[Choice, ...]
    hint: str = ""

    def of(self, digit: str) -> Choice | None:
        """The choice of a digit."""
        return next((choice for choice in self.choices if choice.digit == digit), None)

    def of_key(self, key: str) -> Choice | None:
        """The choice of that meaning."""
        return next((choice for choice in self.choices if choice.key == key), None)

    def lines(self, width: int) -> list[StripLine]:
        """What to draw, each line exactly `width` cells wide. A text too long for its line is continued, never cut."""
        drawn: list[StripLine] = []
        if self.title:
            drawn.append(_line([(self.title, "strong")], width))
        for choice in self.choices:
            if not choice.small:
                drawn.extend(_whole(choice, width))
        drawn.extend(_together([choice for choice in self.choices if choice.small], self.hint, width))
        return drawn


def _whole(choice: Choice, width: int) -> list[StripLine]:
    from fieldlog.tui.widgets.wrapping import wrap  # noqa: PLC0415 - only where a strip opens

    text = f"{choice.text}（现在）" if choice.chosen else choice.text
    first, *rest = wrap(text, width - _INDENT - 3)
    lines = [_line([(f"{choice.digit} ", "accent"), (first, "")], width)]
    return lines + [_line([(f"  {more}", "")], width) for more in rest]


def _together(choices: Sequence[Choice], hint: str, width: int) -> list[StripLine]:
    """Small choices side by side, and the hint behind them, on as few lines as they need."""
    lines: list[StripLine] = []
    pieces: list[tuple[str, Tone]] = []
    used = _INDENT
    parts: list[list[tuple[str, Tone]]] = [
        [(f"{choice.digit} ", "accent"), (f"{choice.text}（现在）" if choice.chosen else choice.text, "")]
        for choice in choices
    ]
    if hint:
        parts.append([(hint, "muted")])
    for part in parts:
        size = sum(cell_len(text) for text, _tone in part)
        if pieces and used + _BETWEEN + size > width - 1:
            lines.append(_line(pieces, width))
            pieces, used = [], _INDENT
        if pieces:
            pieces.append((" " * _BETWEEN, ""))
            used += _BETWEEN
        pieces.extend(part)
        used += size
    if pieces:
        lines.append(_line(pieces, width))
    return lines


def _line(pieces: Sequence[tuple[str, Tone]], width: int) -> StripLine:
    used = _INDENT + sum(cell_len(text) for text, _tone in pieces)
    if used <= width:
        return StripLine(((" " * _INDENT, ""), *pieces, (" " * (width - used), "")))
    *head, (text, tone) = pieces
    room = width - _INDENT - sum(cell_len(each) for each, _tone in head)
    return StripLine(((" " * _INDENT, ""), *head, (fit(text, room), tone)))


def number_choices(texts: Sequence[str], chosen: int | None = None) -> list[Choice]:
    """The texts with the digits 1, 2, 3 ...; the key of each is its digit."""
    return [Choice(str(n), text, str(n), chosen=n == chosen) for n, text in enumerate(texts, 1)]
