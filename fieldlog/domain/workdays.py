"""Working days, from the State Council's yearly table as `chinese_calendar` ships it, and a hazard's deadline.

For a year that the table does not know yet, weekends alone count, and the answer says that it is not certain.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day on which the duty can be met, local calendar."""

    due: date
    certain: bool
    """False where a day was judged without that year's holiday table."""


def deadline(start: date, days: int, kind: Literal["calendar", "workday"]) -> Deadline:
    """The deadline `days` after `start`, which is not counted itself; 0 days is on the spot, the same day."""
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
    why, known = day_of_rest(day)
    return not why, known


def day_of_rest(day: date) -> tuple[str, bool]:
    """Why nobody works on `day` (周末, 国庆节), or empty where people do; and whether that year's table says so."""
    # its tables load only where working days are counted; the package ships no types
    import chinese_calendar  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]

    try:
        rest, holiday = chinese_calendar.get_holiday_detail(day)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    except NotImplementedError:  # what the package raises for a year whose table it does not hold
        return ("周末" if day.weekday() >= 5 else ""), False
    if not rest:
        return "", True
    return (_names()[str(holiday)] if holiday else "周末"), True  # pyright: ignore[reportUnknownArgumentType]


@cache
def _names() -> dict[str, str]:
    """Chinese names of the holidays by the English ones of the table."""
    import chinese_calendar  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]

    return {str(each.value): str(each.chinese) for each in chinese_calendar.Holiday}  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]
