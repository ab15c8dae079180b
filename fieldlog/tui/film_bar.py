"""An inspection on film as lines of a time bar: stages, marks, a line for each camera, and what is missing.

ASCII and Han only: block characters are of ambiguous width. What a cell means is told by its sign, not by its colour.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fieldlog.footage.timeline import Event
from fieldlog.tui.widgets.cells import fit
from fieldlog.tui.widgets.columns import Tone

Clock = Callable[[int], str]
"""How a moment is written on the axis: `09:30`."""
LABEL = 6
"""Cells before the bar."""
FILMED, MISSING, DIVIDED, HERE = "=", "/", ":", "^"
SIGNS: Mapping[str, str] = {"hazard": "!", "mark": "*", "photo": "+", "slate": "#", "answer": "."}
"""A sign for each kind of moment, the weightier first: where two fall into one cell, that one is drawn."""
LEGEND = "= 有录像  / 缺口  ! 隐患  * 标记  + 照片  # 对时码  . 项目"
_SHORTEST_MS = 60_000
_MOST_CAMERAS = 4


@dataclass(frozen=True, slots=True)
class FilmBar:
    """What is drawn; times are milliseconds since 1970."""

    sittings: Sequence[tuple[int, int]]
    """When somebody was at work there: the bar shows these, one after the other."""
    events: Sequence[Event] = ()
    films: Mapping[str, Sequence[tuple[int, int]]] = field(default_factory=dict[str, Sequence[tuple[int, int]]])
    """By camera, when it recorded."""
    gaps: Sequence[tuple[int, int]] = ()


@dataclass(frozen=True, slots=True)
class BarLine:
    """One line: its label and exactly as many cells as there is room."""

    label: str
    cells: str
    tone: Tone = ""


def bar_lines(bar: FilmBar, width: int, clock: Clock, here_ms: int | None = None) -> list[BarLine]:
    """The lines in `width` cells; `here_ms` is pointed at below them."""
    room = max(width - LABEL, 10)
    axis = _Axis(bar.sittings, room)
    lines = [
        BarLine("时间", _times(axis, clock), "muted"),
        BarLine("阶段", _stages(bar.events, axis)),
        BarLine("标记", _marks(bar.events, axis)),
    ]
    cameras = list(bar.films.items())
    shown = cameras if len(cameras) <= _MOST_CAMERAS else cameras[: _MOST_CAMERAS - 1]
    lines += [BarLine(_camera(camera), axis.filled(spans, FILMED), "good") for camera, spans in shown]
    if rest := cameras[len(shown) :]:
        spans = [span for _camera, each in rest for span in each]
        lines.append(BarLine(f"另{len(rest)}台", axis.filled(spans, FILMED), "good"))
    missing = axis.filled(bar.gaps, MISSING) if bar.films else axis.filled(bar.sittings, MISSING)
    if MISSING in missing:
        lines.append(BarLine("缺口", missing, "warn"))
    place = axis.place(here_ms) if here_ms is not None else None
    lines.append(BarLine("", "" if place is None else " " * place + HERE, "accent"))
    return lines


class _Axis:
    """The sittings side by side, with a cell between two of them."""

    def __init__(self, sittings: Sequence[tuple[int, int]], room: int) -> None:
        self.room = room
        spans = [(begin, max(end, begin + _SHORTEST_MS)) for begin, end in sittings] or [(0, _SHORTEST_MS)]
        total = sum(end - begin for begin, end in spans)
        cells = room - (len(spans) - 1)
        self.pieces: list[tuple[int, int, int, int]] = []
        """Begin, end, first cell, cell behind the last."""
        at, passed = 0, 0
        for number, (begin, end) in enumerate(spans):
            passed += end - begin
            behind = cells * passed // total + number
            self.pieces.append((begin, end, at, max(behind, at + 1)))
            at = max(behind, at + 1) + 1

    def place(self, ms: int) -> int | None:
        """The cell of a moment; None where nobody was at work then."""
        for begin, end, first, behind in self.pieces:
            if begin <= ms <= end:
                return min(first + (ms - begin) * (behind - first) // (end - begin), behind - 1, self.room - 1)
        return None

    def blank(self) -> list[str]:
        cells = [" "] * self.room
        for _begin, _end, _first, behind in self.pieces[:-1]:
            if behind < self.room:
                cells[behind] = DIVIDED
        return cells

    def filled(self, spans: Iterable[tuple[int, int]], sign: str) -> str:
        """The cells that the spans touch; a short one is drawn all the same."""
        cells = self.blank()
        for begin, end in spans:
            for low, high, _first, _behind in self.pieces:
                first, last = self.place(max(begin, low)), self.place(min(end, high))
                if begin <= high and end >= low and first is not None and last is not None:
                    cells[first : last + 1] = sign * (last + 1 - first)
        return "".join(cells)


def _times(axis: _Axis, clock: Clock) -> str:
    """Where each sitting begins, and as many moments between as fit."""
    text = [" "] * axis.room
    free = 0
    for begin, end, first, behind in axis.pieces:
        for cell in range(first, behind, 15):
            word = clock(begin + (end - begin) * (cell - first) // (behind - first))
            if cell >= free and cell + len(word) <= axis.room:
                text[cell : cell + len(word)] = word
                free = cell + len(word) + 1
    return "".join(text)


def _stages(events: Iterable[Event], axis: _Axis) -> str:
    """The first character of each stage, two cells wide; where the place is taken, beside it."""
    cells = axis.blank()
    free = 0
    for event in events:
        place = axis.place(event.ms) if event.kind == "stage" else None
        if place is None:
            continue
        at = max(free, min(place, axis.room - 2))
        if at + 2 > axis.room:
            break
        cells[at : at + 2] = [event.key[:1], ""]
        free = at + 2
    return "".join(cells)


def _marks(events: Iterable[Event], axis: _Axis) -> str:
    cells = axis.blank()
    order = list(SIGNS)
    weight: dict[int, int] = {}
    for event in events:
        place = axis.place(event.ms) if event.kind in SIGNS else None
        if place is not None and order.index(event.kind) <= weight.get(place, len(order)):
            weight[place] = order.index(event.kind)
            cells[place] = SIGNS[event.kind]
    return "".join(cells)


def _camera(name: str) -> str:
    return fit(f"{name}号" if name.isdecimal() else name or "不明", LABEL - 1).rstrip()
