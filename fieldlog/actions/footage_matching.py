"""Recordings and inspections of the book, tied to each other: what the lists, the screen and papers show of footage.

Nothing of it is stored. It follows from what scans measured, which slates the log vouches for and what happened in the
inspections, so that whatever arrives later, from another laptop or another card, puts it right by itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from fieldlog.actions import lookup
from fieldlog.actions.footage_loans import CameraLoans
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.inspection_state import VOID
from fieldlog.footage.facts import Facts, camera_key, facts_of, moment_ms, runs_by_commitment
from fieldlog.footage.matching import joined, match
from fieldlog.footage.starts import Start, tell_starts
from fieldlog.footage.timeline import Event, Match, Moment, Placed, Span, Visit

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Film:
    """A recording with all that is concluded about it."""

    row: Row
    """What was measured, a row of `recordings`; must not be changed."""
    facts: Facts
    start: Start
    camera: str = ""
    """As officers write its number."""
    officer: str = ""
    """Id of whoever wore it, by the name of the file or the loan ledger."""
    spans: tuple[Span, ...] = ()
    moments: tuple[Moment, ...] = ()
    unclear: tuple[str, ...] = ()
    """Inspections that it may show; nothing decides between them."""
    part: int = 0
    """Which part of a recording that the camera cut into files, from 1; 0 where it is whole."""
    parts: int = 0
    whole: str = ""
    """Id of the first part."""

    @property
    def inspections(self) -> tuple[str, ...]:
        """The inspections that it shows, in the order of their beginnings."""
        return tuple(dict.fromkeys(span.doc for span in self.spans))


@dataclass(frozen=True, slots=True)
class Tied:
    """All recordings, and all that ties them to inspections."""

    films: tuple[Film, ...]
    """In the order of their beginnings, those without one at the end."""
    match: Match
    visits: Mapping[str, Visit]


def tie(book: Book, since: date | None = None, until: date | None = None) -> Tied:
    """Tie the book's recordings to its inspections, with `since` or `until` only inspections opened within those days."""
    zone = book.now().tzinfo
    runs = runs_by_commitment(book.rows("slates"))
    rows = {row["id"]: row for row in book.rows("recordings")}
    loans, people = CameraLoans(book), _people(book)
    facts = {id_: _facts(row, runs, zone, loans, people) for id_, row in rows.items()}
    starts = tell_starts(facts.values(), zone, loans.checks)
    officers = {
        id_: people.get(rows[id_]["person"]) or loans.officer(each.camera, starts[id_].ms or 0)
        for id_, each in facts.items()
    }
    placed = [
        Placed(id_, each.camera, start, start.ms, start.ms + each.duration_ms, officers[id_])
        for id_, each in facts.items()
        if (start := starts[id_]).ms is not None and not rows[id_]["broken"]
    ]
    visits = {visit.doc: visit for visit in _visits(book, placed, since, until)}
    found = match(placed, visits.values())
    films = (
        replace(film, camera=loans.label(film.facts.camera) or film.row["camera"], officer=officers[film.facts.id])
        for film in _films(rows, facts, starts, found, placed)
    )
    return Tied(tuple(films), found, visits)


def moment_at(book: Book, ms: int) -> datetime:
    """A moment on the laptop's clock."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(book.now().tzinfo)


def _facts(
    row: Row, runs: Mapping[str, Row], zone: tzinfo | None, loans: CameraLoans, people: Mapping[str, str]
) -> Facts:
    """The facts of a row, with the camera as the loan ledger numbers it."""
    facts = facts_of(row, runs, zone)
    camera = loans.number(facts.camera)
    if not camera and (officer := people.get(row["person"])):
        clock = facts.container_ms if facts.container_ms is not None else facts.name_ms
        camera = loans.camera_of(officer, clock) if clock is not None else ""
    return replace(facts, camera=camera)


def _films(
    rows: Mapping[str, Row],
    facts: Mapping[str, Facts],
    starts: Mapping[str, Start],
    found: Match,
    placed: Iterable[Placed],
) -> Iterator[Film]:
    spans: dict[str, list[Span]] = {}
    for span in found.spans:
        spans.setdefault(span.recording, []).append(span)
    moments: dict[str, list[Moment]] = {}
    for moment in found.moments:
        moments.setdefault(moment.recording, []).append(moment)
    parts = {
        each.id: (number, len(run), run[0].id)
        for run in joined(placed)
        if len(run) > 1
        for number, each in enumerate(run, 1)
    }
    for id_ in sorted(rows, key=lambda id_: (starts[id_].ms is None, starts[id_].ms or 0, rows[id_]["path"])):
        own = sorted(spans.get(id_, ()), key=lambda span: span.from_ms)
        seconds = sorted(moments.get(id_, ()), key=lambda moment: moment.at_ms)
        number, count, whole = parts.get(id_, (0, 0, ""))
        yield Film(
            rows[id_], facts[id_], starts[id_], spans=tuple(own), moments=tuple(seconds),
            unclear=found.unclear.get(id_, ()), part=number, parts=count, whole=whole,
        )  # fmt: skip


def _visits(book: Book, placed: list[Placed], since: date | None, until: date | None) -> Iterator[Visit]:
    """The inspections that may be on film: those asked for, else from the day before the first recording on."""
    first = since
    if first is None and placed:
        first = moment_at(book, min(each.begin_ms for each in placed)).date() - timedelta(days=2)
    rows = book.rows_since("inspections", first) if first else ()
    slates: dict[str, list[Row]] = {}
    for row in book.rows("slates"):
        slates.setdefault(row["inspection"], []).append(row)
    beside: dict[str, list[str]] = {}
    for row in book.rows("hazards") if rows else ():
        if row["inspection"] and not row["item"]:
            beside.setdefault(row["inspection"], []).append(row["id"])
    for row in rows:
        day = str(row["opened"])[:10]
        if row["state"] == VOID or (first and day < first.isoformat()) or (until and day > until.isoformat()):
            continue
        state = lookup.inspection(book, row["doc"])
        hazards = [found for id_ in beside.get(row["doc"], ()) if isinstance(found := book.document(id_), Hazard)]
        yield _visit(state, slates.get(row["doc"], ()), hazards)


def _visit(state: Inspection, slates: Iterable[Row], hazards: Iterable[Hazard]) -> Visit:
    events = [*_events(state), *(Event(state.doc, row["start_ms"], "slate") for row in slates)]
    events += [
        Event(state.doc, moment_ms(hazard.found_at), "hazard", key=hazard.doc) for hazard in hazards if hazard.found_at
    ]
    officers = frozenset(state.opened.officers) if state.opened else frozenset[str]()
    end = moment_ms(state.closed_at) if state.closed_at else None
    return Visit(
        state.doc, moment_ms(state.opened_at), end, sorted(events, key=lambda event: (event.ms, event.kind)), officers
    )


def _events(state: Inspection) -> Iterator[Event]:
    doc = state.doc
    for _by, stage in state.stages:
        yield Event(doc, moment_ms(stage.moment), "stage", key=stage.stage)
    for item, standing in state.given.items():
        if standing:
            given = standing[-1]
            yield Event(doc, moment_ms(given.at), "answer", key=item)
            if given.answer.hazard:
                yield Event(doc, moment_ms(given.at), "hazard", key=given.answer.hazard)
    for each in state.footage:
        if isinstance(each.body, bodies.FootageLinked):
            link = each.body
            yield Event(
                doc, moment_ms(link.moment), "mark", camera_key(link.camera), link.hazard or link.item
            )  # fmt: skip
    for each in state.photos:
        yield Event(doc, moment_ms(each.at), "photo", key=each.body.item)


def _people(book: Book) -> dict[str, str]:
    """Officers' ids by the numbers that cameras put into names: the certificate's, whole or its last six digits."""
    people: dict[str, str] = {}
    for row in book.rows("officers"):
        number = str(row["certificate"])
        for text in (number, number[-6:]):
            if text:
                people[text] = "" if people.get(text, row["id"]) != row["id"] else row["id"]
    return people
