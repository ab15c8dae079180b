"""Dates as officers type them. What could be meant in two ways is asked again, never guessed."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from fieldlog.tui.status import weekday

HOW = "写成 2026-12-05、12-05 或 +7（7 天后）"

_PARTS = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?")
_AHEAD = re.compile(r"([+-])(\d{1,3})(?:天|日)?")
_EIGHT_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_WORDS = {"今天": 0, "明天": 1, "后天": 2, "昨天": -1}


@dataclass(frozen=True, slots=True)
class Unclear:
    """The text is no date that may be taken; `why` is said to the officer."""

    why: str


def read_date(text: str, today: date, *, earliest: date | None = None, latest: date | None = None) -> date | Unclear:
    """The date meant by `text`, or why it cannot be told.

    A day without a year is the one within `earliest` and `latest` that is nearest to today. Full-width forms count.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    found = _read(plain, today, earliest, latest)
    if isinstance(found, Unclear):
        return found
    if earliest is not None and found < earliest:
        return Unclear(f"{spoken(found, today)}，不能早于 {earliest}")
    if latest is not None and found > latest:
        return Unclear(f"{spoken(found, today)}，不能晚于 {latest}")
    return found


def spoken(day: date, today: date) -> str:
    """The date with its weekday and how far it is: `2026-12-05 周六，12 天后`."""
    days = (day - today).days
    far = {0: "今天", 1: "明天", -1: "昨天"}.get(days) or (f"{days} 天后" if days > 0 else f"{-days} 天前")
    return f"{day} {weekday(day)}，{far}"


def _read(plain: str, today: date, earliest: date | None, latest: date | None) -> date | Unclear:
    if not plain:
        return Unclear(HOW)
    if plain in _WORDS:
        return today + timedelta(days=_WORDS[plain])
    if match := _AHEAD.fullmatch(plain):
        return today + timedelta(days=int(match[1] + match[2]))
    if match := _EIGHT_DIGITS.fullmatch(plain):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := _PARTS.fullmatch(plain):
        if match[1]:
            return _day(int(match[1]), int(match[2]), int(match[3]))
        return _nearest(int(match[2]), int(match[3]), today, earliest, latest)
    return Unclear(f"看不懂「{plain}」，{HOW}")


def _day(year: int, month: int, day: int) -> date | Unclear:
    try:
        return date(year, month, day)
    except ValueError:
        return Unclear(f"没有 {year} 年 {month} 月 {day} 日这一天")


def _nearest(month: int, day: int, today: date, earliest: date | None, latest: date | None) -> date | Unclear:
    days = [_day(year, month, day) for year in (today.year - 1, today.year, today.year + 1)]
    real = [each for each in days if isinstance(each, date)]
    allowed = [each for each in real if (earliest is None or each >= earliest) and (latest is None or each <= latest)]
    if not real:
        return Unclear(f"没有 {month} 月 {day} 日这一天")
    return min(allowed or real, key=lambda each: abs((each - today).days))


def when(moment: str, now: datetime) -> str:
    """A moment of an entry as a list shows it: `09:12`, `昨天 16:40`, `11-20 16:40`, `2025-11-20`."""
    at = datetime.fromisoformat(moment).astimezone(now.tzinfo)
    days = (now.date() - at.date()).days
    if days == 0:
        return f"{at:%H:%M}"
    if days == 1:
        return f"昨天 {at:%H:%M}"
    return f"{at:%m-%d %H:%M}" if at.year == now.year else f"{at:%Y-%m-%d}"
