"""What the header says about this laptop, and how it shares a line."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from rich.cells import cell_len

from fieldlog.tui.widgets.cells import fit
from fieldlog.tui.widgets.columns import Tone

WEEKDAYS = "一二三四五六日"
GAP = 2
"""Cells between two parts."""

_LEAST_UNIT = 12  # cells; less of a unit's name tells nothing


@dataclass(frozen=True, slots=True)
class Status:
    """Who works on which laptop, and what the office does not have yet."""

    unit: str = ""
    device: str = ""
    officer: str = ""
    offline_days: int = 0
    """Whole days since the office last answered; 0 for today."""
    unsynced: int = 0
    """Entries the office does not have yet."""
    warning: str = ""
    """Something that matters on every screen: 只读, 时间存疑, 未保存."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the line. Where the line is too short, the parts with the highest `priority` go first."""

    text: str
    tone: Tone
    priority: int
    side: Literal["left", "right"] = "right"


def weekday(day: date) -> str:
    """周一 ... 周日."""
    return f"周{WEEKDAYS[day.weekday()]}"


def header_parts(status: Status, now: datetime, width: int) -> list[Part]:
    """The parts that fit into `width` cells with a gap between any two, left to right.

    The unit's name is shortened before it goes.
    """
    everything = [
        Part("fieldlog", "accent", 5, "left"),
        Part(status.unit, "strong", 4, "left"),
        Part(status.warning, "bad", 0),
        Part(status.device, "muted", 7),
        Part(status.officer, "", 2),
        Part(f"离线{status.offline_days}天" if status.offline_days else "", "warn", 1),
        Part(f"待同步{status.unsynced}条" if status.unsynced else "", "warn", 1),
        Part(f"{now:%Y-%m-%d} {weekday(now)}", "muted", 6),
        Part(f"{now:%H:%M}", "", 0),
    ]
    parts = [part for part in everything if part.text]
    while (over := _needed(parts) - width) > 0:
        first_out = max(parts, key=lambda part: part.priority)
        if first_out.priority == 0:
            break
        place = parts.index(first_out)
        room = cell_len(first_out.text) - over
        if first_out.text == status.unit and room >= _LEAST_UNIT:
            parts[place] = replace(first_out, text=fit(first_out.text, room))
        else:
            del parts[place]
    return parts


def _needed(parts: Sequence[Part]) -> int:
    return sum(cell_len(part.text) for part in parts) + GAP * (len(parts) - 1)
