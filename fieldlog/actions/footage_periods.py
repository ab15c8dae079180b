"""How long recordings are kept, by kind of case: shipped, then this device's file, then what the unit's supervisors set.

A period that a supervisor set is a value of the unit's profile, `retention.日常`, and travels with it; 0 months is as long
as the file. A shorter period counts for what ends from its first day on, a longer one for what there is already, too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from fieldlog.actions import lookup
from fieldlog.actions.office_profile import office_profile
from fieldlog.actions.texts import plain
from fieldlog.book.book import Book
from fieldlog.domain.bodies import ProfileValueSet
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import Refused
from fieldlog.domain.procedure.profile import OfficeProfile, Said, on_day
from fieldlog.domain.profile_words import profile_doc
from fieldlog.rules.retention import Retention, load_retention, months_after

LONGEST_MONTHS: Final = 1200


@dataclass(frozen=True, slots=True)
class Period:
    """How long one kind is kept today."""

    kind: str
    months: int | None
    """None: as long as the file."""
    said: Said[int | None] | None
    """Who in the unit set it, since when and why; None where nobody did."""


@dataclass(frozen=True, slots=True)
class Periods:
    """The periods as they count here."""

    here: Retention
    profile: OfficeProfile
    today: date

    def keep_until(self, kind: str, since: date) -> date | None:
        """The last day on which it must be there; None where it goes with the file."""
        then, now = self._months(kind, since), self._months(kind, self.today)
        return None if then is None or now is None else months_after(since, max(then, now))

    def __iter__(self) -> Iterator[Period]:
        """Every kind, in the order of the shipped table."""
        for kind in self.here.months:
            yield Period(kind, self._months(kind, self.today), self._said(kind, self.today))

    def _said(self, kind: str, day: date) -> Said[int | None] | None:
        said = on_day(self.profile.values.get(_name(kind), ()), day)
        return said if said is not None and said.value is not None else None

    def _months(self, kind: str, day: date) -> int | None:
        said = self._said(kind, day)
        return self.here.months[kind] if said is None else said.value or None


def periods_of(book: Book) -> Periods:
    """The periods as this device knows them.

    Raises:
        UsageError: the device's own file cannot be read.
    """
    return Periods(load_retention(book.folder), office_profile(book), lookup.today(book))


def set_period(book: Book, by: str, kind: str, months: int | None, reason: str, since: date | None = None) -> Entry:
    """Set the period of a kind for the whole unit, from today or a later day on; 0 months is as long as the file.

    None takes back what was set.

    Raises:
        Refused: there is no such kind, a period that cannot be, a day that is past, no reason, or this device's role sets none.
    """
    known = tuple(load_retention(book.folder).months)
    if kind not in known:
        raise Refused(f"没有“{kind}”这一类，可用的有：{'、'.join(known)}", rule="retention")
    if months is not None and not 0 <= months <= LONGEST_MONTHS:
        raise Refused(f"保存几个月请写 0 到 {LONGEST_MONTHS}，0 是随案卷", rule="retention")
    if not plain(reason).strip():
        raise Refused("请写依据，例如单位的文号", rule="retention")
    today = lookup.today(book)
    if since is not None and since < today:
        raise Refused("从哪天起不能早于今天", rule="retention")
    body = ProfileValueSet(
        since=(since or today).isoformat(), reason=plain(reason).strip(), name=_name(kind), value=months
    )
    return book.write(by, profile_doc(book.device.unit), body)


def _name(kind: str) -> str:
    return f"retention.{kind}"
