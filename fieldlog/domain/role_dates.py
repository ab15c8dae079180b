"""The roles that the office gave a device, each from a moment on, and what of its log they cover.

An entry is judged by the role that its device had when it was written, after its hybrid clock, which never goes back
within a log. So a supervisor's approvals that come home after the device became an officer's are still a supervisor's.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from typing import Final, NamedTuple

from fieldlog.domain import roles
from fieldlog.domain.roles import NAMES, OFFICER, Fields

ALWAYS: Final = 0
"""The moment from which a device has its first role: what it wrote before it was enrolled counts as written in it."""
_NEVER: Final = "g"
"""Sorts after every hybrid clock."""
_CHINA: Final = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class RoleDates:
    """The roles of one device, the oldest first."""

    dates: tuple[tuple[int, str], ...] = ((ALWAYS, OFFICER),)
    """From which moment, in milliseconds since 1970, which role counts."""
    given: frozenset[str] = field(default_factory=lambda: frozenset((OFFICER,)))
    """Every role that the office ever gave it, those that were put right later, too."""

    def at(self, milliseconds: int) -> str:
        """The role at that moment."""
        return _at(self.dates, milliseconds)

    def at_stamp(self, hlc: str) -> str:
        """The role at the moment of a hybrid clock."""
        return self.at(int(hlc, 16) >> 16)

    @property
    def now(self) -> str:
        """The newest role."""
        return self.dates[-1][1]


class Word(NamedTuple):
    """What the office said once of a device's role."""

    since: int
    """Milliseconds since 1970; of the first word it does not matter, since that one counts from the beginning."""
    role: str
    until: int | None = None
    """The moment from which what was said before counts again, or None."""


def role_dates(words: Iterable[Word]) -> RoleDates:
    """What the office's words come to, in the order they were said: a later one goes before the earlier ones."""
    dates: list[tuple[int, str]] = []
    given: set[str] = set()
    for since, role, until in words:
        given.add(role)
        dates = _overlaid(dates, since, role, until) if dates else [(ALWAYS, role)]
    return RoleDates(tuple(dates), frozenset(given)) if dates else RoleDates()


def _overlaid(dates: list[tuple[int, str]], since: int, role: str, until: int | None) -> list[tuple[int, str]]:
    if until is not None and until <= since:
        return dates
    laid = [*(each for each in dates if each[0] < since), (since, role)]
    if until is not None:
        laid += [(until, _at(dates, until)), *(each for each in dates if each[0] > until)]
    return [each for place, each in enumerate(laid) if place == 0 or laid[place - 1][1] != each[1]]


def _at(dates: Sequence[tuple[int, str]], milliseconds: int) -> str:
    return dates[max(bisect_right(dates, milliseconds, key=lambda each: each[0]) - 1, 0)][1]


def midnight(day: date) -> int:
    """When a day begins where this program is used, in milliseconds since 1970."""
    return int(datetime.combine(day, time(), _CHINA).timestamp() * 1000)


def since_when(old: str, new: str, held_up_to: int, now: int) -> int:
    """From when a new role counts where the office does not say.

    What the device wrote and the office does not hold yet is judged by the wider of both roles: a narrower one counts
    from the millisecond after now, so that what was written in this one is the old role's, a wider one from the newest entry that is held, so that what was refused so far comes in.
    """
    widens = roles.permissions(old).within(roles.permissions(new))
    return min(held_up_to, now) if widens else now + 1


class Judge:
    """Says of the entries of one log, in the order of their numbers, which of them its device may not have written."""

    __slots__ = ("_always", "_change", "_dates", "_log", "_next", "_revoked", "_until")

    def __init__(self, log: str, dates: RoleDates, revoked_at: int | None = None) -> None:
        self._log = log
        self._dates = dates.dates
        self._revoked = _stamp(revoked_at + 1) if revoked_at is not None else _NEVER
        self._next = 0
        self._change = self._until = ""
        self._move_on("")

    def objection(self, seq: int, hlc: str, kind: str, fields: Fields) -> str:
        """Why the entry may not come in and what to do, in one line, or empty."""
        if hlc < self._until and kind in self._always:  # nearly every entry
            return ""
        if hlc >= self._until:
            self._move_on(hlc)
        if hlc < self._revoked and roles.may_write(self._role, kind, fields):
            return ""
        return self._why(seq, hlc, kind, fields)

    @property
    def _role(self) -> str:
        return self._dates[self._next - 1][1]

    def _move_on(self, hlc: str) -> None:
        while hlc >= self._change:
            self._next += 1
            self._change = _stamp(self._dates[self._next][0]) if self._next < len(self._dates) else _NEVER
        shut_out = hlc >= self._revoked
        self._until = self._change if shut_out else min(self._change, self._revoked)
        self._always = frozenset[str]() if shut_out else roles.permissions(self._role).always

    def _why(self, seq: int, hlc: str, kind: str, fields: Fields) -> str:
        log = self._log
        if hlc >= self._revoked:
            return (
                f"{log} 第 {seq} 条写在办公室停用这台电脑之后，没有收下，停用之前的都在；"
                f"还要用这台电脑，就由办公室用 fieldlog office enrol {log} 重新登记"
            )
        role, day = self._role, _day(hlc)
        other = roles.narrowest_for(kind, fields)
        until = f" --until {day}" if self._next < len(self._dates) else ""
        return (
            f"{log} 第 {seq} 条是{roles.doing(kind)}，{day} 时这台电脑的角色是“{NAMES.get(role, role)}”，不能写，没有收下，"
            f"前面的都收下了；确实该收，就由办公室运行 fieldlog office role {log} {other} --since {day}{until}，这台电脑再同步一次"
        )


def _stamp(milliseconds: int) -> str:
    return f"{max(milliseconds, 0):012x}0000"


def _day(hlc: str) -> str:
    """The day of a stamp where this program is used; one that no calendar has is shown as the last one that has."""
    moment = min(int(hlc, 16) >> 16, 253_402_214_400_000)
    return f"{datetime.fromtimestamp(0, _CHINA) + timedelta(milliseconds=moment):%Y-%m-%d}"
