"""Which inspection a recording shows: made-up days, with the truth beside them, and a check against the slow obvious way."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from fieldlog.footage.facts import Anchor
from fieldlog.footage.matching import joined, match
from fieldlog.footage.starts import Start
from fieldlog.footage.timeline import Event, Placed, Visit

MINUTE, HOUR = 60_000, 3_600_000


def film(id_: str, begin: int, minutes: float, *, camera: str = "3", slate: str = "", off: int = 40, person: str = ""):
    anchors = (Anchor(0, begin, off, "houye-01", slate),) if slate else ()
    start = Start(begin, "slate" if slate else "offset" if off < MINUTE else "container", off, anchors=anchors)
    return Placed(id_, camera, start, begin, begin + round(minutes * MINUTE), person)


def visit(doc: str, begin: int, end: int | None, *events: Event, officers: Sequence[str] = ()) -> Visit:
    return Visit(doc, begin, end, sorted(events, key=lambda event: event.ms), frozenset(officers))


def answers(doc: str, *minutes: float) -> list[Event]:
    return [Event(doc, round(minute * MINUTE), "answer", key=f"item-{number}") for number, minute in enumerate(minutes)]


def shows(*films: Placed, visits: Sequence[Visit]) -> dict[str, set[str]]:
    found = match(films, visits)
    shown: dict[str, set[str]] = {each.id: set() for each in films}
    for span in found.spans:
        shown[span.recording].add(span.doc)
    return shown


def test_one_recording_over_two_inspections_and_two_cameras_on_one():
    visits = [visit("A", 0, 30 * MINUTE), visit("B", 40 * MINUTE, 70 * MINUTE)]
    assert shows(
        film("both", 10 * MINUTE, 50), film("second", 45 * MINUTE, 10, camera="5"), visits=visits
    ) == {"both": {"A", "B"}, "second": {"B"}}  # fmt: skip


def test_events_become_seconds_of_the_recordings_that_ran():
    events = [
        *answers("A", 5, 15, 25),
        Event("A", 6 * MINUTE, "stage", key="亮证"),
        Event("A", 26 * MINUTE, "stage", key="笔录签字"),
    ]
    found = match([film("x", 4 * MINUTE, 12)], [visit("A", 0, 30 * MINUTE, *events)])
    assert [(moment.event.key, moment.at_ms) for moment in found.moments] == [
        ("item-0", MINUTE), ("亮证", 2 * MINUTE), ("item-1", 11 * MINUTE),
    ]  # fmt: skip
    coverage = found.coverage["A"]
    assert coverage.covered == ((4 * MINUTE, 16 * MINUTE),)
    assert coverage.gaps == ((0, 4 * MINUTE), (16 * MINUTE, 30 * MINUTE))
    assert (coverage.shown, coverage.unseen) == (("亮证",), ("笔录签字",))


def test_a_mark_that_names_a_camera_is_a_second_of_that_cameras_recording():
    mark = Event("A", 5 * MINUTE, "mark", camera="5")
    found = match([film("x", 0, 10), film("y", 0, 10, camera="5")], [visit("A", 0, 10 * MINUTE, mark)])
    assert [moment.recording for moment in found.moments] == ["y"]


def test_two_teams_at_once_are_told_apart_by_slates_marks_and_officers_or_not_at_all():
    mark = Event("B", 12 * MINUTE, "mark", camera="7")
    visits = [visit("A", 0, 30 * MINUTE, officers=["p1"]), visit("B", 5 * MINUTE, 35 * MINUTE, mark, officers=["p2"])]
    films = [
        film("slate", 2 * MINUTE, 30, camera="1", slate="A"),
        film("mark", 2 * MINUTE, 30, camera="7"),
        film("officer", 2 * MINUTE, 30, camera="8", person="p2"),
        film("nothing", 2 * MINUTE, 30, camera="9"),
    ]
    assert shows(*films, visits=visits) == {"slate": {"A"}, "mark": {"B"}, "officer": {"B"}, "nothing": set()}
    found = match(films, visits)
    assert found.unclear == {"nothing": ("A", "B")}
    assert found.loose == ("nothing",)


def test_a_camera_that_goes_on_to_another_inspection_has_left_the_first():
    """The first one was closed late, at the second place: what happened there is not on this film of the first."""
    first = visit("A", 0, 50 * MINUTE, *answers("A", 5, 45))
    second = visit("B", 30 * MINUTE, 60 * MINUTE, *answers("B", 40))
    films = [film("a", 0, 25, slate="A"), film("b", 31 * MINUTE, 25, slate="B")]
    found = match(films, [first, second])
    assert {(span.recording, span.doc) for span in found.spans} == {("a", "A"), ("b", "B")}
    assert [(moment.recording, moment.event.doc) for moment in found.moments] == [("a", "A"), ("b", "B")]


def test_a_clock_that_nobody_checked_ties_nothing_that_another_inspection_may_be():
    visits = [visit("A", 0, 30 * MINUTE), visit("B", 38 * MINUTE, 70 * MINUTE)]
    assert shows(film("x", 2 * MINUTE, 20, off=10 * MINUTE), visits=visits[:1]) == {"x": {"A"}}
    assert shows(film("x", 12 * MINUTE, 20, off=10 * MINUTE), visits=visits) == {"x": set()}
    assert shows(film("x", 31 * MINUTE, 2, off=10 * MINUTE), visits=visits[:1]) == {"x": set()}


def test_overnight():
    """Opened in the evening, gone on with in the morning: the night between is nobody's, and no gap."""
    events = answers("A", 5, 10, 14 * 60, 14 * 60 + 10)
    found = match(
        [film("evening", 0, 15), film("night", 7 * HOUR, 10), film("morning", 14 * HOUR - MINUTE, 12)],
        [visit("A", 0, 14 * HOUR + 12 * MINUTE, *events)],
    )
    assert {span.recording for span in found.spans} == {"evening", "morning"}
    assert found.loose == ("night",)
    assert [(a // MINUTE, b // MINUTE) for a, b in found.coverage["A"].gaps] == [(851, 852)]
    over = match([film("x", 23 * HOUR, 120)], [visit("A", 23 * HOUR + MINUTE, 25 * HOUR - MINUTE)])
    assert not over.coverage["A"].gaps


def test_an_inspection_without_and_one_that_is_only_opened():
    found = match([film("x", 0, 5, slate="A")], [visit("A", 0, None), visit("B", 3 * HOUR, 4 * HOUR)])
    assert [span.doc for span in found.spans] == ["A"]
    assert found.unfilmed == ("B",)


@given(st.lists(st.tuples(st.integers(60, 1800), st.integers(0, 4000)), min_size=1, max_size=12))
def test_files_that_a_camera_cut_are_one_recording(parts: list[tuple[int, int]]):
    """Joined where the gap is under two seconds, and only there."""
    films: list[Placed] = []
    at = 0
    for number, (seconds, gap) in enumerate(parts):
        films.append(film(str(number), at, seconds / 60))
        at += seconds * 1000 + gap
    runs = joined(films)
    assert [each.id for run in runs for each in run] == [each.id for each in films]
    assert len(runs) == 1 + sum(gap >= 2000 for _seconds, gap in parts[:-1])


@st.composite
def days(draw: st.DrawFn) -> tuple[list[Placed], list[Visit], dict[str, set[str]]]:
    """Teams that go from place to place, each with a camera that films slates, and the truth of who filmed what."""
    films, visits = list[Placed](), list[Visit]()
    truth: dict[str, set[str]] = {}
    for team in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, 60)) * MINUTE
        for number in range(draw(st.integers(1, 3))):
            doc, id_ = f"V{team}{number}", f"F{team}{number}"
            length = draw(st.integers(5, 60))
            inside = draw(st.lists(st.integers(0, length), max_size=5))
            visits.append(
                visit(doc, at, at + length * MINUTE, *answers(doc, *(at // MINUTE + each for each in inside)))
            )
            if draw(st.booleans()):
                how = draw(st.sampled_from(["slate", "officer", "nothing"]))
                begin = at + draw(st.integers(0, length - 1)) * MINUTE
                minutes = draw(st.integers(1, (at + length * MINUTE - begin) // MINUTE))
                officer = f"p{team}" if how == "officer" else ""
                one = film(id_, begin, minutes, camera=str(team), slate=doc if how == "slate" else "", person=officer)
                films.append(one)
                truth[id_] = {doc}
            visits[-1] = replace(visits[-1], officers=frozenset({f"p{team}"}))
            at += (length + draw(st.integers(3, 40))) * MINUTE
    return films, visits, truth


@given(days())
def test_never_a_wrong_inspection_and_every_second_where_it_belongs(day):
    films, visits, truth = day
    found = match(films, visits)
    by_id = {each.id: each for each in films}
    shown: dict[str, set[str]] = {}
    for span in found.spans:
        shown.setdefault(span.recording, set()).add(span.doc)
        each = by_id[span.recording]
        assert 0 <= span.from_ms <= span.to_ms <= each.end_ms - each.begin_ms
    for id_, docs in shown.items():
        assert docs <= truth[id_], (id_, docs)
    for each in films:
        if each.start.anchors:
            assert shown[each.id] == truth[each.id]
    expected = {
        (each.id, event.doc, event.key, event.ms - each.begin_ms)
        for each in films
        for one in visits
        if one.doc in shown.get(each.id, ())
        for event in one.events
        if each.begin_ms <= event.ms <= each.end_ms
    }
    assert {(m.recording, m.event.doc, m.event.key, m.at_ms) for m in found.moments} == expected
    for one in visits:
        coverage = found.coverage[one.doc]
        present = sum(end - begin for begin, end in coverage.sittings)
        assert coverage.covered_ms + sum(end - begin for begin, end in coverage.gaps) <= present
        assert present - coverage.covered_ms - sum(end - begin for begin, end in coverage.gaps) < 2000 * 12
    assert set(found.unfilmed) == {one.doc for one in visits} - {span.doc for span in found.spans}
