"""When recordings began, from made-up facts: many cameras with wrong clocks, and a truth to hold the answer against."""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from fieldlog.footage.facts import Anchor, Facts
from fieldlog.footage.starts import Check, Start, tell_starts

BEIJING = timezone(timedelta(hours=8))
HOUR, MINUTE, SECOND = 3_600_000, 60_000, 1000


def at(text: str) -> int:
    return round(datetime.fromisoformat(f"{text}+08:00").timestamp() * 1000)


DAY = at("2026-05-11T08:00:00")


def recording(
    id_: str,
    true_ms: int,
    *,
    off: int = 0,
    camera: str = "3",
    minutes: float = 10,
    slate: bool = False,
    container: bool = True,
    named: bool = True,
    marked_local: bool = False,
    states_end: bool = False,
    modified: int | None = None,
    folder: str = "/card",
) -> Facts:
    """What a camera whose clock is `off` ahead writes of a recording that truly began at `true_ms`."""
    shown = (true_ms + off) // SECOND * SECOND
    length = round(minutes * MINUTE)
    stated = shown + (length if states_end else 0) + (8 * HOUR if marked_local else 0)
    return Facts(
        id=id_,
        camera=camera,
        folder=folder,
        kind="mov h264 1920x1080",
        duration_ms=length,
        frame_ms=40,
        container_ms=stated if container else None,
        container_mark="utc" if container else "",
        name_ms=shown if named else None,
        modified_ms=shown + length + 1500 if modified is None else modified,
        seen_ms=DAY + 30 * HOUR,
        anchors=(Anchor(5000, true_ms, 40, "houye-01", "D1"),) if slate else (),
    )


def starts(*recordings: Facts, checks: Sequence[Check] = ()) -> dict[str, Start]:
    return tell_starts(recordings, BEIJING, {"3": checks})


def assert_true(start: Start, true_ms: int, source: str) -> None:
    assert start.source == source
    assert start.ms is not None
    assert abs(start.ms - true_ms) <= start.uncertainty_ms


def test_sources_in_order_of_trust():
    """Slate, container, name, file time; each with more doubt than the one before."""
    rest = {"camera": ""}
    found = starts(
        recording("slate", DAY + 400, off=7 * MINUTE, slate=True),
        recording("container", DAY + 1 * HOUR, **rest, folder="/a"),
        recording("name", DAY + 2 * HOUR, **rest, container=False, folder="/b"),
        recording("file", DAY + 3 * HOUR, **rest, container=False, named=False, folder="/c"),
    )
    for hours, source in enumerate(("slate", "container", "name", "file")):
        assert_true(found[source], DAY + hours * HOUR + (400 if not hours else 0), source)
    doubts = [found[source].uncertainty_ms for source in ("slate", "container", "name", "file")]
    assert doubts == sorted(doubts)
    assert doubts[0] < SECOND < doubts[1]


@given(
    off=st.integers(-3 * HOUR, 3 * HOUR),
    drift_ppm=st.integers(-30, 30),
    begins=st.lists(st.integers(0, 9 * HOUR), min_size=2, max_size=8, unique=True),
    marked_local=st.booleans(),
    named=st.booleans(),
    states_end=st.booleans(),
    slated=st.sets(st.integers(0, 7), min_size=1, max_size=3),
)
def test_a_slate_puts_the_cameras_other_recordings_of_the_day_right(
    off: int, drift_ppm: int, begins: list[int], marked_local: bool, named: bool, states_end: bool, slated: set[int]
):
    """Whatever the clock says, and however it strays: the truth lies within what is stated, which is seconds."""
    slated = {number % len(begins) for number in slated}
    films = [
        recording(
            str(number), DAY + begin, off=off + begin * drift_ppm // 1_000_000, slate=number in slated,
            marked_local=marked_local, named=named, states_end=states_end and named,
        )
        for number, begin in enumerate(begins)
    ]  # fmt: skip
    found = tell_starts(films, BEIJING)
    for number, begin in enumerate(begins):
        start = found[str(number)]
        assert_true(start, DAY + begin, "slate" if number in slated else "offset")
        assert start.uncertainty_ms <= 4 * SECOND
        assert start.states_end == (states_end and named)


def test_local_time_marked_as_utc_is_noticed_by_a_slate_and_remembered_of_the_camera():
    found = starts(
        recording("a", DAY, off=2 * MINUTE, marked_local=True, named=False, slate=True, modified=0),
        recording("next week", DAY - 7 * 24 * HOUR, off=2 * MINUTE, marked_local=True, named=False, modified=0),
    )
    assert found["a"].local_as_utc
    assert_true(found["next week"], DAY - 7 * 24 * HOUR, "container")
    assert found["next week"].local_as_utc


def test_local_time_marked_as_utc_is_noticed_by_the_name():
    found = starts(recording("a", DAY, marked_local=True))
    assert found["a"].local_as_utc
    assert_true(found["a"], DAY, "container")


def test_two_slates_measure_the_drift():
    found = starts(
        recording("a", DAY, slate=True),
        recording("b", DAY + 10 * HOUR, off=-1800, slate=True),
    )
    assert found["b"].drift_ppm in range(45, 57)


def test_a_clock_that_was_reset_at_noon_is_put_right_only_by_a_slate_after_that():
    """1970 after the battery fell out: the afternoon's own slate counts for it, the morning's does not."""
    reset = at("1970-01-01T08:00:00") - (DAY + 5 * HOUR)
    found = starts(
        recording("morning", DAY, off=3 * MINUTE, slate=True),
        recording("later", DAY + HOUR, off=3 * MINUTE),
        recording("after", DAY + 5 * HOUR, off=reset, slate=True),
        recording("evening", DAY + 6 * HOUR, off=reset),
    )
    assert_true(found["later"], DAY + HOUR, "offset")
    assert_true(found["evening"], DAY + 6 * HOUR, "offset")
    alone = starts(recording("morning", DAY, slate=True), recording("evening", DAY + 6 * HOUR, off=reset))
    assert (alone["evening"].ms, alone["evening"].source) == (None, "unknown")


def test_a_clock_that_was_reset_twice_puts_nothing_right_that_is_not_certain():
    """Both times it began again at midnight of 1970: nobody knows from which of the two a recording without slate is."""
    first, second = (at("1970-01-01T08:00:00") - (DAY + hours * HOUR) for hours in (1, 5))
    found = starts(
        recording("a", DAY + HOUR, off=first, slate=True),
        recording("b", DAY + 5 * HOUR + 20 * MINUTE, off=second, slate=True),
        recording("c", DAY + 5 * HOUR + 40 * MINUTE, off=second),
    )
    assert (found["c"].ms, found["c"].source) == (None, "unknown")


def test_a_clock_that_somebody_set_at_noon():
    """Before and after, the slate of that side counts; between two that disagree only the clock's own word, doubted."""
    found = starts(
        recording("a", DAY, off=20 * MINUTE, slate=True),
        recording("between", DAY + 2 * HOUR, off=20 * MINUTE),
        recording("b", DAY + 5 * HOUR, slate=True),
        recording("after", DAY + 6 * HOUR),
    )
    assert_true(found["after"], DAY + 6 * HOUR, "offset")
    assert_true(found["between"], DAY + 2 * HOUR, "container")
    assert found["between"].uncertainty_ms >= 20 * MINUTE


def test_files_of_which_nobody_knows_the_camera_share_a_slate_only_as_parts_of_one_recording():
    unknown = {"camera": "", "off": 9 * MINUTE}
    found = starts(
        recording("1", DAY, slate=True, **unknown),
        recording("2", DAY + 10 * MINUTE, **unknown),
        recording("3", DAY + 40 * MINUTE, **unknown),
    )
    assert_true(found["2"], DAY + 10 * MINUTE, "offset")
    assert found["3"].source == "container"


def test_a_clock_that_was_compared_when_the_camera_was_lent_out():
    """25 minutes fast, as the ledger says: better than the clock's own word, worse than a slate; only for that day."""
    film = recording("a", DAY + 2 * HOUR, off=25 * MINUTE)
    found = starts(film, recording("b", DAY + 40 * HOUR), checks=[Check(DAY, 25 * MINUTE)])
    assert_true(found["a"], DAY + 2 * HOUR, "container")
    assert found["a"].uncertainty_ms <= MINUTE
    assert found["b"].uncertainty_ms > MINUTE
