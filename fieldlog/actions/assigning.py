"""Giving a hazard to an officer to follow up, and taking it back."""

from fieldlog.actions import lookup
from fieldlog.actions.hazards import open_hazard, read_day
from fieldlog.actions.seen import write_step
from fieldlog.actions.texts import plain
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import Refused


def assign(book: Book, by: str, doc: str, officer: str, note: str = "", due: str = "") -> Entry:
    """Give the hazard to an officer, who is to have seen to it by the end of `due`.

    Raises:
        NotFound: no such hazard or officer.
        Refused: it is over, or the day is past.
    """
    open_hazard(book, doc)
    who = lookup.officer(book, officer)["id"]
    day = read_day(due, lookup.today(book)).isoformat() if due else None
    return write_step(book, by, doc, bodies.HazardAssigned(officer=who, note=plain(note), due=day))


def take_back(book: Book, by: str, doc: str, reason: str = "") -> Entry:
    """Take the assignment back; those who found the hazard follow it up again.

    Raises:
        NotFound: no such hazard.
        Refused: it is over, or assigned to nobody.
    """
    if open_hazard(book, doc).assigned is None:
        raise Refused("这条隐患没有指派给谁，不用收回", rule="hazard.unassigned")
    return write_step(book, by, doc, bodies.HazardUnassigned(reason=plain(reason)))
