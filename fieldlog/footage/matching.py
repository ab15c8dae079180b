"""Which inspection a recording shows, and which second of it shows what. Pure.

A recording is tied to an inspection when it was running while something happened there, however far its time may be off.
Where two inspections were going on at once, only a slate, a mark that names the camera, or the officer's number decides;
where nothing does, the recording is tied to neither and listed as unclear: a missing link is found and put right, a
wrong one stands in a case file.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from fieldlog.footage.coverage import PAUSE_MS, coverage_of, sittings_of, span_times
from fieldlog.footage.timeline import JOIN_MS, Basis, Match, Moment, Placed, Span, Visit

_CONTESTED_MS: Final = 60_000
"""Inspections that share less than this merely follow one another."""
_RANK: Final[dict[Basis, int]] = {"slate": 3, "mark": 3, "officer": 2, "time": 1}


def match(recordings: Iterable[Placed], visits: Iterable[Visit]) -> Match:
    """Tie recordings to inspections, and what happened there to seconds of the recordings."""
    placed = sorted(recordings, key=lambda each: (each.begin_ms, each.id))
    by_doc = {visit.doc: visit for visit in visits}
    filmed: dict[str, list[int]] = {}
    for each in placed:
        for anchor in each.start.anchors:
            filmed.setdefault(anchor.inspection, []).append(anchor.zero_ms + anchor.at_ms)
    sittings = {doc: sittings_of(visit, filmed.get(doc, ())) for doc, visit in by_doc.items()}
    line = _TimeLine(sittings)
    evidence = _Evidence(placed, by_doc)
    found = Match()
    for each in placed:
        spans, unclear = _tie(each, line, evidence)
        found.spans += spans
        if unclear:
            found.unclear[each.id] = unclear
    tied = {span.recording for span in found.spans}
    found.loose = tuple(each.id for each in placed if each.id not in tied)
    films = {each.id: each for each in placed}
    by_visit: dict[str, list[Span]] = {}
    for span in found.spans:
        by_visit.setdefault(span.doc, []).append(span)
    for doc, visit in by_doc.items():
        own = by_visit.get(doc, [])
        moments = _moments(visit, own, films)
        found.moments += moments
        found.coverage[doc] = coverage_of(visit, sittings[doc], own, films, moments)
    found.unfilmed = tuple(doc for doc in by_doc if doc not in by_visit)
    return found


def joined(recordings: Iterable[Placed]) -> list[list[Placed]]:
    """Recordings of one camera that follow each other without a gap, as one."""
    runs: list[list[Placed]] = []
    newest: dict[str, list[Placed]] = {}
    for each in sorted(recordings, key=lambda each: (each.begin_ms, each.id)):
        before = newest.get(each.camera) if each.camera else None
        if before is not None and abs(each.begin_ms - before[-1].end_ms) < JOIN_MS:
            before.append(each)
            continue
        run = [each]
        runs.append(run)
        newest[each.camera] = run
    return runs


class _TimeLine:
    """Which inspections were going on when."""

    def __init__(self, sittings: Mapping[str, Sequence[tuple[int, int]]]) -> None:
        self._all = sorted((begin, end, doc) for doc, each in sittings.items() for begin, end in each)
        self._begins = [begin for begin, _end, _doc in self._all]
        self._longest = max((end - begin for begin, end, _doc in self._all), default=0)

    def between(self, begin: int, end: int) -> list[tuple[int, int, str]]:
        first = bisect_left(self._begins, begin - self._longest)
        last = bisect_right(self._begins, end)
        return [each for each in self._all[first:last] if each[1] >= begin]


class _Evidence:
    """What ties a camera or an officer to an inspection, other than the time."""

    def __init__(self, placed: Sequence[Placed], visits: Mapping[str, Visit]) -> None:
        self._visits = visits
        self._marks: dict[tuple[str, str], list[int]] = {}
        for visit in visits.values():
            for event in visit.events:
                if event.camera:
                    self._marks.setdefault((visit.doc, event.camera), []).append(event.ms)
        for marks in self._marks.values():
            marks.sort()
        self._shown: dict[str, list[tuple[int, str]]] = {}
        self._slates: dict[tuple[str, str], list[int]] = {}
        for each in placed:
            for anchor in each.start.anchors:
                at = anchor.zero_ms + anchor.at_ms
                if anchor.inspection:
                    self._shown.setdefault(_camera(each), []).append((at, anchor.inspection))
                    self._slates.setdefault((_camera(each), anchor.inspection), []).append(at)
        for shown in (*self._shown.values(), *self._slates.values()):
            shown.sort()

    def of(self, each: Placed, doc: str, begin: int, end: int) -> Basis:
        """What ties the recording to the inspection between the two moments."""
        slates = self._slates.get((_camera(each), doc), ())
        place = bisect_left(slates, begin - PAUSE_MS)
        if place < len(slates) and slates[place] <= end:
            return "slate"
        marks = self._marks.get((doc, each.camera), ()) if each.camera else ()
        place = bisect_left(marks, begin - each.start.uncertainty_ms)
        if place < len(marks) and marks[place] <= end + each.start.uncertainty_ms:
            return "mark"
        return "officer" if each.person and each.person in self._visits[doc].officers else "time"

    def left_at(self, each: Placed, doc: str, begin: int, end: int) -> int:
        """When the camera went on to another inspection, as its next slate says, at `end` at the latest."""
        shown = self._shown.get(_camera(each), ())
        since = next((at for at, named in shown if named == doc and at >= begin - PAUSE_MS), end)
        return min((at for at, named in shown if named != doc and since < at < end), default=end)


def _camera(each: Placed) -> str:
    """Whose slates a recording shares: its camera's, or where nobody knows which, its own."""
    return each.camera or f"/{each.id}"


def _tie(each: Placed, line: _TimeLine, evidence: _Evidence) -> tuple[list[Span], tuple[str, ...]]:
    off = each.start.uncertainty_ms
    near = line.between(each.begin_ms - off, each.end_ms + off)
    if not near:
        return [], ()
    bases: dict[str, Basis] = {doc: evidence.of(each, doc, begin, end) for begin, end, doc in near}
    spans: list[Span] = []
    unclear: list[str] = []
    for begin, end, doc in near:
        rank = _RANK[bases[doc]]
        rivals = [other for other in near if other[2] != doc and _is_contested(each, (begin, end), other[:2])]
        if any(_RANK[bases[other]] > rank for _begin, _end, other in rivals):
            continue
        beaten = all(_RANK[bases[other]] < rank for _begin, _end, other in rivals)
        if not (rank == _RANK["slate"] or beaten) or not _is_certain(each, begin, end, bases[doc]):
            unclear.append(doc)
            continue
        left = evidence.left_at(each, doc, begin, end) if bases[doc] == "slate" else end
        low, high = max(begin, each.begin_ms), min(left, each.end_ms)
        if high <= low and left < end:
            continue  # the camera had gone on before this recording began
        spans.append(Span(each.id, doc, _film_ms(each, low), _film_ms(each, max(low, high)), bases[doc]))
    return spans, tuple(dict.fromkeys(unclear))


def _is_contested(each: Placed, mine: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether the recording may show the other inspection where it seems to show mine.

    One whose time is uncertain may show either of two that only follow one another. Else it takes more than a few
    seconds in which one was not closed yet and the next was open already.
    """
    off = each.start.uncertainty_ms
    if off > _CONTESTED_MS:
        return True  # both are within its uncertainty
    shown = min(each.end_ms, mine[1]) - max(each.begin_ms, mine[0])
    shared = min(each.end_ms, mine[1], other[1]) - max(each.begin_ms, mine[0], other[0])
    return shared >= 0 and (shared > _CONTESTED_MS or shared * 4 >= shown)


def _is_certain(each: Placed, begin: int, end: int, basis: Basis) -> bool:
    """Whether the recording ran during the inspection wherever within its uncertainty it lies."""
    if each.start.source == "file" and basis == "time":
        return False  # a copied file has the time of the copying
    off = each.start.uncertainty_ms
    if off <= _CONTESTED_MS:
        return each.begin_ms <= end and each.end_ms >= begin
    latest_begin, earliest_end = each.begin_ms + off, each.end_ms - off
    return latest_begin <= end and earliest_end >= begin


def _film_ms(each: Placed, moment_ms: int) -> int:
    at = each.start.at_ms(moment_ms)
    return min(max(0, at or 0), each.end_ms - each.begin_ms)


def _moments(visit: Visit, spans: Sequence[Span], films: Mapping[str, Placed]) -> list[Moment]:
    """Each event in each of the visit's recordings that was running; one that names a camera in that camera's, if it ran."""
    own = sorted(((*span_times(span, films), films[span.recording]) for span in spans), key=lambda each: each[0])
    begins = [begin for begin, _end, _film in own]
    longest = max((end - begin for begin, end, _film in own), default=0)
    moments: list[Moment] = []
    for event in visit.events if own else ():
        first, last = bisect_left(begins, event.ms - longest), bisect_right(begins, event.ms)
        running = [film for _begin, end, film in own[first:last] if end >= event.ms]
        named = [film for film in running if event.camera and film.camera == event.camera]
        moments += [Moment(film.id, _film_ms(film, event.ms), event) for film in named or running]
    return moments
