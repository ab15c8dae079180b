"""What recordings may go and what must stay, and why. Nothing here deletes anything."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fieldlog.actions import lookup
from fieldlog.actions.footage_matching import Film, Tied, moment_at, tie
from fieldlog.actions.footage_periods import Periods, periods_of
from fieldlog.book.book import Book
from fieldlog.domain.bodies import PhotoAttached
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.hazard_state import OPEN_STATES, VOID
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.inspection_state import OPEN

Row = Mapping[str, Any]
CASE, HAZARD, LOOSE = "案件", "隐患", "没有对上"


@dataclass(frozen=True, slots=True)
class Keeping:
    """One recording: until when, and why."""

    film: Film
    kind: str
    until: date | None
    """The last day; None where it stays for a reason that has no day."""
    may_go: bool
    why: str


def keepings(book: Book) -> list[Keeping]:
    """Every recording, those that may go first, each group by its day.

    Raises:
        UsageError: the office's periods cannot be read.
    """
    periods, tied, today = periods_of(book), tie(book), book.now().date()
    hazards: dict[str, list[Row]] = {}
    for row in book.rows("hazards"):
        hazards.setdefault(row["inspection"], []).append(row)
    stills = set(_stills(book, tied))
    judged = [_judge(book, film, periods, hazards, stills, today) for film in tied.films]
    return sorted(judged, key=lambda each: (not each.may_go, each.until or date.max, each.film.row["path"]))


def _stills(book: Book, tied: Tied) -> Iterator[str]:
    """SHA-256 of the recordings that a photo was taken from."""
    states = [lookup.inspection(book, doc) for doc in tied.visits]
    hazards = [
        found for row in book.rows("hazards") if row["photos"] and isinstance(found := book.document(row["id"]), Hazard)
    ]
    for state in (*states, *hazards):
        for each in state.photos:
            if isinstance(each.body, PhotoAttached) and each.body.recording:
                yield each.body.recording


def _judge(
    book: Book, film: Film, periods: Periods, hazards: Mapping[str, list[Row]], stills: set[str], today: date
) -> Keeping:
    if film.unclear:
        return Keeping(film, LOOSE, None, False, f"分不清是 {len(film.unclear)} 次检查里的哪次")
    if film.facts.unproven:
        return Keeping(film, LOOSE, None, False, "里面的对时码还没有同步到，可能是别的检查")
    of_visits = [row for doc in film.inspections for row in hazards.get(doc, ()) if row["state"] != VOID]
    visits = [lookup.inspection(book, doc) for doc in film.inspections]
    if unfinished := next((visit for visit in visits if visit.state == OPEN), None):
        return Keeping(film, _type(unfinished), None, False, f"检查还没有结束（{_name(unfinished)}）")
    if still_open := next((row for row in of_visits if row["state"] in OPEN_STATES), None):
        return Keeping(film, HAZARD, None, False, f"隐患还没有销号（{still_open['number']}）")
    kinds = dict(_kinds(book, film, visits, of_visits, stills))
    days = {kind: periods.keep_until(kind, since) for kind, since in kinds.items()}
    kind = max(days, key=lambda kind: days[kind] or date.max)
    until = days[kind]
    if until is None:
        return Keeping(film, kind, None, False, f"{kind}的证据，随案卷保存")
    if until >= today:
        return Keeping(film, kind, until, False, f"{kind}保存到 {until}")
    return Keeping(film, kind, until, True, f"{kind}已保存到 {until}")


def _kinds(
    book: Book, film: Film, visits: list[Inspection], hazards: list[Row], stills: set[str]
) -> Iterator[tuple[str, date]]:
    """The kinds that it is of, each with the day from which it is kept."""
    if not visits:
        made = (
            moment_at(book, film.start.ms).date()
            if film.start.ms is not None
            else date.fromisoformat(film.row["at"][:10])
        )
        yield (
            LOOSE,
            max(made, date.fromisoformat(film.row["at"][:10])) if film.start.source in ("file", "unknown") else made,
        )
    ended = [date.fromisoformat((visit.closed_at or visit.opened_at)[:10]) for visit in visits]
    ended += [date.fromisoformat(row["closed"]) for row in hazards if row["closed"]]
    last = max(ended, default=date.fromisoformat(film.row["at"][:10]))
    for visit in visits:
        yield _type(visit), last
    shown = {moment.event.key for moment in film.moments}
    if any(row["id"] in shown or (row["item"] and row["item"] in shown) for row in hazards):
        yield HAZARD, last
    if film.row["sha256"] in stills or any(row["level"] == "重大" or _is_referred(book, row) for row in hazards):
        yield CASE, last


def _is_referred(book: Book, row: Row) -> bool:
    state = book.document(row["id"])
    return isinstance(state, Hazard) and state.closed is not None and state.closed.reason.value == "移交"


def _type(visit: Inspection) -> str:
    return visit.opened.type.value if visit.opened else LOOSE


def _name(visit: Inspection) -> str:
    return visit.opened.premises_name if visit.opened else visit.doc
