"""What is on film of an inspection, and which minutes and stages are not. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from fieldlog.footage.timeline import JOIN_MS, Coverage, Moment, Placed, Span, Visit

PAUSE_MS: Final = 2 * 3_600_000
"""Nothing happened for so long: the officers were elsewhere, as overnight."""


def sittings_of(visit: Visit, filmed: Iterable[int] = ()) -> list[tuple[int, int]]:
    """When somebody was at work in the inspection: from the first to the last thing that happened, without long pauses.

    `filmed` are moments at which a recording shows the inspection's slate.
    """
    seen = (*(event.ms for event in visit.events), *filmed)
    moments = sorted({visit.begin_ms, *(ms for ms in seen if ms >= visit.begin_ms)})
    if visit.end_ms is not None:
        moments = sorted({*(ms for ms in moments if ms <= visit.end_ms), visit.end_ms})
    sittings = [(moments[0], moments[0])]
    for ms in moments[1:]:
        begin, end = sittings[-1]
        if ms - end > PAUSE_MS:
            sittings.append((ms, ms))
        else:
            sittings[-1] = (begin, ms)
    return sittings


def coverage_of(
    visit: Visit,
    sittings: Sequence[tuple[int, int]],
    spans: Sequence[Span],
    films: Mapping[str, Placed],
    moments: Sequence[Moment],
) -> Coverage:
    filmed = _merged(span_times(span, films) for span in spans)
    covered = [
        (max(begin, first), min(end, last))
        for first, last in sittings
        for begin, end in filmed
        if min(end, last) >= max(begin, first)
    ]
    stages = list(dict.fromkeys(event.key for event in visit.events if event.kind == "stage"))
    shown = {moment.event.key for moment in moments if moment.event.kind == "stage"}
    return Coverage(
        visit.doc,
        tuple(sittings),
        tuple(covered),
        tuple(gap for sitting in sittings for gap in _gaps(sitting, covered)),
        tuple(stage for stage in stages if stage in shown),
        tuple(stage for stage in stages if stage not in shown),
    )


def span_times(span: Span, films: Mapping[str, Placed]) -> tuple[int, int]:
    """When the part of the recording begins and ends."""
    film = films[span.recording]
    return film.begin_ms + span.from_ms, film.begin_ms + span.to_ms


def _merged(pieces: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(pieces):
        if merged and begin <= merged[-1][1] + JOIN_MS:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return merged


def _gaps(sitting: tuple[int, int], covered: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    gaps: list[tuple[int, int]] = []
    at, end = sitting
    for begin, until in covered:
        if until < at or begin > end:
            continue
        if begin - at >= JOIN_MS:
            gaps.append((at, begin))
        at = max(at, until)
    if end - at >= JOIN_MS:
        gaps.append((at, end))
    return gaps
