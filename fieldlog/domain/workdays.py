"""Deadlines in calendar days or working days.

The first day is not counted (处罚法 art. 85, 民诉法 art. 85). Holidays and 调休 come from the State Council's yearly
table as `chinese_calendar` ships it; for a year it does not know yet, weekends alone count and `certain` is False.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day on which the duty can be met, local calendar."""

    due: date
    certain: bool
    """False where a day was judged without that year's holiday table."""


def deadline(start: date, days: int, kind: Literal["calendar", "workday"]) -> Deadline:
    """The deadline `days` after `start`; 0 days is on the spot, the same day."""
    if kind == "calendar" or days == 0:
        return Deadline(start + timedelta(days=days), certain=True)
    day, left, certain = start, days, True
    while left:
        day += timedelta(days=1)
        working, known = is_workday(day)
        left -= working
        certain = certain and known
    return Deadline(day, certain)


def is_workday(day: date) -> tuple[bool, bool]:
    """Whether people work on `day`, and whether that year's holiday table was there to say so."""
    # its tables load only where working days are counted; the package ships no types
    import chinese_calendar  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]

    try:
        return bool(chinese_calendar.is_workday(day)), True  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    except NotImplementedError:
        return day.weekday() < 5, False
