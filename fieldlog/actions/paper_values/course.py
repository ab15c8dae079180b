"""What papers say of a hazard's course: reports, re-checks, extensions, its closing and the orders given out."""

from collections.abc import Iterator
from itertools import count

from fieldlog.actions.paper_values.common import Values, day_words, moment_words
from fieldlog.actions.photos import name_and_time, shots_of_hazard
from fieldlog.actions.timeline import name_of, names_of
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.domain.entries import Entry
from fieldlog.domain.fold import read_body
from fieldlog.domain.hazard import Hazard

_ORDERS = ("D8", "D9", "D15")


def course(book: Book, hazard: Hazard) -> Values:
    """The placeholders of `fields/course.yaml`."""
    steps = [(entry, read_body(entry)) for entry in hazard.timeline]
    rechecks = [
        _recheck(book, nth, body)
        for nth, body in enumerate((body for _, body in steps if isinstance(body, bodies.HazardRechecked)), 1)
    ]
    nothing = {"nth": "", "day": "", "result": "", "note": "", "officers": "", "due": ""}
    return {
        "hazard": _standing(hazard),
        "rectified": _rectified([body for _, body in steps if isinstance(body, bodies.HazardRectified)]),
        "rechecks": rechecks,
        "last_recheck": rechecks[-1] if rechecks else nothing,
        "extensions": list(_extensions(book, [(e, b) for e, b in steps if isinstance(b, bodies.HazardExtended)])),
        "closing": _closing(book, hazard),
        "evidence": [
            {"nth": str(nth), "what": name_and_time(shot), "time": moment_words(shot.moment)}
            for nth, shot in enumerate(shots_of_hazard(book, hazard), 1)
        ],
        "orders": list(_orders(book, hazard)),
    }


def _standing(hazard: Hazard) -> Values:
    now = hazard.fields
    words = ("number", "text", "place", "level", "standard", "measure", "responsible")
    return {
        **{name: str(now[name]) for name in words},
        "found": day_words(str(now["found"])),
        "basis": "；".join(map(str, now["basis"])),
        "first_due": day_words(hazard.first_due),
        "due": day_words(str(now["due"])),
        "state": hazard.state,
    }


def _rectified(reports: list[bodies.HazardRectified]) -> Values:
    if not reports:
        return {"note": "", "day": "", "by": ""}
    return {"note": reports[-1].note, "day": day_words(reports[-1].on), "by": reports[-1].reported_by}


def _recheck(book: Book, nth: int, body: bodies.HazardRechecked) -> Values:
    return {
        "nth": str(nth),
        "day": day_words(body.on),
        "result": "已改正" if body.passed else "未改正",
        "note": body.note,
        "officers": names_of(book, body.officers),
        "due": day_words(body.due or ""),
    }


def _extensions(book: Book, steps: list[tuple[Entry, bodies.HazardExtended]]) -> Iterator[Values]:
    for nth, (entry, body) in zip(count(1), steps):
        yield {
            "nth": str(nth),
            "due": day_words(body.due),
            "reason": body.reason,
            "approver": name_of(book, body.approver or entry.by),
            "day": day_words(entry.at[:10]),
        }


def _closing(book: Book, hazard: Hazard) -> Values:
    if hazard.closed is None:
        return {"reason": "", "day": "", "approver": "", "note": ""}
    return {
        "reason": hazard.closed.reason.value,
        "day": day_words(hazard.closed.on),
        "approver": name_of(book, hazard.closed.approver or hazard.closed_by),
        "note": hazard.closed.note,
    }


def _orders(book: Book, hazard: Hazard) -> Iterator[Values]:
    """Orders over this hazard, or over the visit it was found in."""
    of = {hazard.doc, str(hazard.fields["inspection"])}
    rows = [row for row in book.rows("papers") if row["of"] in of and row["paper"] in _ORDERS and not row["voided"]]
    for row in sorted(rows, key=lambda row: str(row["printed"])):
        yield {"title": row["title"], "number": row["number"], "day": day_words(row["date"])}
