"""When a term set by law ends: which days count, and why.

The day something happens on is not counted, and a term of calendar days, months or years that ends on a day of rest
ends on the next working day (民法典 art. 201–203). Whether the days of a law are working days is for that law to say: 行政处罚法
art. 85, 行政强制法 art. 69, 道路交通安全违法行为处理程序规定 art. 81. A term that ends *before* something is counted backwards.
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final, Literal

from fieldlog.domain.citation import Citation
from fieldlog.domain.workdays import day_of_rest

Unit = Literal["日", "工作日", "小时", "月", "年"]
CountedAs = Literal["工作日", "自然日", "小时", "月", "年"]
LONGEST_DAYS: Final = 3660


@dataclass(frozen=True, slots=True)
class DayRule:
    """Which numbers of 日 a law counts as working days, and the article that says so."""

    working: frozenset[int]
    said_by: Citation

    def counts_as_working(self, days: int) -> bool:
        """Whether a term of so many 日 is one of working days."""
        return days in self.working


@dataclass(frozen=True, slots=True)
class Term:
    """What must be done within which time, as one article says it."""

    source: Citation
    what: str
    since: str
    """What it runs from, or for a term counted backwards what it ends before."""
    amount: int
    unit: Unit
    whose: str = "机关"
    backwards: bool = False
    rules: tuple[str, ...] = ()
    """The numbers of the procedure's rules that it belongs to, P47."""
    note: str = ""

    @property
    def name(self) -> str:
        """The citation as it is typed: 行政处罚法#61."""
        return str(self.source)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A day that was not counted."""

    day: date
    why: str


@dataclass(frozen=True, slots=True)
class Reckoned:
    """The last day, or moment, and how it was found."""

    due: date
    """A `datetime` where hours are counted."""
    counted_as: CountedAs
    skipped: tuple[Skipped, ...] = ()
    certain: bool = True
    """False where a day was judged without that year's holiday table."""
    moved_from: date | None = None
    """The day the term would have ended on, had it not been a day of rest."""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Working days as the State Council's yearly tables have them, with an office's corrections on top."""

    corrections: Mapping[date, bool] = field(default_factory=dict[date, bool])
    """Days whose table was not known or was changed: True where people work."""

    def rest(self, day: date) -> tuple[str, bool]:
        """Why `day` is no working day, or empty where it is one; and whether a table or a correction says so."""
        if day in self.corrections:
            return ("" if self.corrections[day] else "休息日（本单位校正）"), True
        return day_of_rest(day)


PLAIN_CALENDAR: Final = WorkCalendar()


def reckon(
    start: date | datetime,
    amount: int,
    unit: Unit,
    *,
    day_rule: DayRule | None = None,
    backwards: bool = False,
    calendar: WorkCalendar = PLAIN_CALENDAR,
) -> Reckoned:
    """When `amount` of `unit` from `start` end; `backwards` counts to the last day that lies so far before `start`.

    Raises:
        ValueError: hours are counted from a day without a time, or the term leaves the calendar.
    """
    if unit == "小时":
        if not isinstance(start, datetime):
            raise ValueError("hours run from a moment")
        return Reckoned(start + timedelta(hours=-amount if backwards else amount), "小时")
    day = start.date() if isinstance(start, datetime) else start
    if unit == "工作日" or (unit == "日" and day_rule is not None and day_rule.counts_as_working(amount)):
        return _working_days(day, amount, -1 if backwards else 1, calendar)
    if unit == "日":
        last, counted_as = day + timedelta(days=-amount if backwards else amount), "自然日"
    else:
        months = amount * (12 if unit == "年" else 1)
        last, counted_as = _months_on(day, -months if backwards else months), unit
    return Reckoned(last, counted_as) if backwards or not amount else _moved_on(last, counted_as, calendar)


def _working_days(start: date, amount: int, step: int, calendar: WorkCalendar) -> Reckoned:
    day, left, certain = start, amount, True
    skipped: list[Skipped] = []
    while left:
        day += timedelta(days=step)
        why, known = calendar.rest(day)
        certain = certain and known
        if why:
            skipped.append(Skipped(day, why))
        else:
            left -= 1
    return Reckoned(day, "工作日", tuple(skipped), certain)


def _moved_on(last: date, counted_as: CountedAs, calendar: WorkCalendar) -> Reckoned:
    """The next working day where a term ends on a day of rest."""
    day, skipped = last, list[Skipped]()
    why, certain = calendar.rest(day)
    while why:
        skipped.append(Skipped(day, why))
        day += timedelta(days=1)
        why, known = calendar.rest(day)
        certain = certain and known
    return Reckoned(day, counted_as, tuple(skipped), certain, last if skipped else None)


def _months_on(day: date, months: int) -> date:
    """The same day of a later or earlier month, or that month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def explain(term: Term, start: date | datetime, reckoned: Reckoned, day_rule: DayRule | None = None) -> str:
    """In one paragraph: what the article asks, how it is counted, what was left out, and when it ends."""
    amount = f"{term.amount} {term.unit}"
    when = f"{term.since}前 {amount}" if term.backwards else f"自{term.since}起 {amount}内"
    parts = [f"{term.source.shown}：{term.what}，{when}"]
    if term.unit == "日" and reckoned.counted_as == "工作日" and day_rule is not None:
        parts.append(f"{term.amount} 日按工作日算（{day_rule.said_by.shown}）")
    elif term.unit == "日":
        parts.append("按自然日算")
    if term.unit != "小时":
        parts.append(f"{start:%Y-%m-%d} 当天不计")
    parts += explain_days(reckoned)
    if term.note:
        parts.append(term.note)
    return "；".join(parts)


def explain_days(reckoned: Reckoned) -> Sequence[str]:
    """What was skipped or moved, the end, and whether the year's table was there."""
    parts: list[str] = []
    if reckoned.moved_from is not None:
        why = reckoned.skipped[0].why
        parts.append(f"期满的 {reckoned.moved_from} 是{why}，顺延到下一个工作日（《民法典》第二百零三条（待核））")
    elif reckoned.skipped:
        days = sorted(skipped.why for skipped in reckoned.skipped)
        counts = "、".join(f"{why} {len(list(same))} 天" for why, same in groupby(days))
        parts.append(f"不算 {counts}")
    due = reckoned.due
    parts.append(f"到 {due:%Y-%m-%d %H:%M}" if isinstance(due, datetime) else f"到 {due}")
    if not reckoned.certain:
        parts.append("那一年的节假日安排还没有，只按周末估算，公布后请校正")
    return parts
