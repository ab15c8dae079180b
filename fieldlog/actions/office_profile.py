"""The rules as they are kept here: the shipped table, and what the unit's supervisors turned."""

from datetime import date
from weakref import WeakKeyDictionary

from fieldlog.actions import lookup
from fieldlog.actions.device_roles import role_at
from fieldlog.book.book import Book
from fieldlog.domain.deadlines import WorkCalendar
from fieldlog.domain.procedure import OfficeProfile, RulesOfDay
from fieldlog.domain.procedure.profile import profile_of
from fieldlog.rules.procedure import load_procedure


def office_profile(book: Book) -> OfficeProfile:
    """What the unit turned so far, as this device knows it."""
    named = book.roster.at if book.roster else 0
    seen = (named, *(book.table(name).changes for name in ("profile", "devices")))
    known = _known.get(book)
    if known is None or known[0] != seen:
        known = _known[book] = (seen, profile_of(book.rows("profile"), role_at(book)))
    return known[1]


def rules_on(book: Book, day: date | None = None) -> RulesOfDay:
    """The rules of a day: today's for a step that is taken now, a document's own for what it was judged by."""
    return RulesOfDay(load_procedure(), office_profile(book), day or lookup.today(book))


def work_calendar(book: Book) -> WorkCalendar:
    """Working days with the unit's corrections."""
    return office_profile(book).calendar


_known: WeakKeyDictionary[Book, tuple[tuple[int, ...], OfficeProfile]] = WeakKeyDictionary()
