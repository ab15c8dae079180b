"""The hybrid clock: it only goes forward, whatever the laptop's clock does."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldlog.domain.clock import HybridClock, OfficeTime, doubt, is_stamp


def milliseconds(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


JUMPS = [milliseconds("1970-01-01"), milliseconds("2026-11-24"), milliseconds("2099-12-31"), -1, 2**63]
moments = st.one_of(st.sampled_from(JUMPS), st.integers(0, 2**48))
LAST = (milliseconds("9999-12-31T23:59:59.999") << 16) + 0xFFFF
stamps = st.one_of(st.integers(0, LAST), st.just(LAST)).map(lambda stamp: f"{stamp:016x}")


@given(st.lists(st.one_of(moments, stamps)))
def test_it_never_goes_back_and_never_leaves_the_range(steps):
    clock, last = HybridClock(), ""
    for step in steps:
        if isinstance(step, str):
            clock.follow(step)
        else:
            stamp = clock.tick(step)
            assert stamp > last
            assert is_stamp(stamp)
            last = stamp


@given(st.integers(0, LAST - 1).map(lambda stamp: f"{stamp:016x}"), moments)
def test_a_log_goes_on_from_its_own_last_stamp(last, now):
    clock = HybridClock()
    clock.resume(last)
    assert clock.tick(now) > last


@given(st.integers(milliseconds("1970-01-01"), milliseconds("2200-01-01")), moments)
def test_what_follows_another_device_s_entry_sorts_after_it(theirs, now):
    clock = HybridClock()
    clock.follow(f"{theirs << 16:016x}")
    assert clock.tick(now) > f"{theirs << 16:016x}"


@pytest.mark.parametrize(
    ("now", "theirs", "followed"),
    [
        ("2026-11-24", "2026-11-24T08:00:00", True),  # the wrong time zone
        ("2026-11-24", "2026-11-25T00:00:01", False),
        ("2026-11-24", "2099-01-01", False),
        ("1970-01-01", "2026-11-24", True),  # the own clock is the wrong one
        ("1970-01-01", "2099-01-01", False),
        ("2099-01-01", "2026-11-24", True),
    ],
)
def test_a_laptop_in_another_year_is_not_followed_there(now, theirs, followed):
    clock, stamp = HybridClock(), f"{milliseconds(theirs) << 16:016x}"
    clock.observe(stamp, milliseconds(now))
    assert (clock.last == stamp) == followed


def test_text_order_is_time_order():
    clock = HybridClock()
    stamps = [clock.tick(now) for now in (5, 5, 4, 2**20, 2**40, 0, 2**47)]
    assert stamps == sorted(stamps)
    assert {len(stamp) for stamp in stamps} == {16}


def test_a_running_clock_is_kept_to_the_millisecond():
    assert HybridClock().tick(0x0197B5D4A600) == "0197b5d4a6000000"


def test_70_000_entries_in_one_millisecond_stay_in_order():
    clock = HybridClock()
    stamps = [clock.tick(1_000_000) for _ in range(70_000)]
    assert stamps == sorted(set(stamps))


def test_a_forged_stamp_at_the_end_of_time_does_not_stop_this_device():
    clock = HybridClock()
    clock.follow(f"{LAST:016x}")
    for _ in range(3):
        assert is_stamp(clock.tick(milliseconds("2026-11-24")))


NOON, EARLIER, LATER = map(milliseconds, ("2026-11-24T12:00:00", "2026-11-24T11:00:00", "2026-11-24T13:00:00"))


@pytest.mark.parametrize(
    ("now", "led", "office", "said"),
    [
        (NOON, 0, None, ""),
        (milliseconds("1970-01-01"), 0, None, "早于程序发布"),
        (milliseconds("2099-01-01"), 0, None, "二十年以后"),
        (EARLIER, NOON, None, "比最后一条记录早 60 分钟"),
        (NOON, milliseconds("2099-01-01"), None, ""),  # that was the wrong clock
        (NOON, 0, OfficeTime(EARLIER, NOON, 0), "比办公室快 60 分钟"),
        (NOON, 0, OfficeTime(LATER, NOON, 0), "比办公室慢 60 分钟"),
        (EARLIER, 0, OfficeTime(EARLIER, NOON, 0), ""),  # set right since
        (EARLIER, 0, OfficeTime(NOON, NOON, 0), "比上次同步时办公室的时间早 60 分钟"),
        (NOON, LATER, OfficeTime(NOON, NOON, LATER), ""),  # the office has settled which of the two is right
        (NOON, LATER, OfficeTime(EARLIER, EARLIER, 0), "比最后一条记录早 60 分钟"),
        (NOON, 0, OfficeTime(NOON + 240_000, NOON, 0), ""),
    ],
)
def test_doubt_names_a_clock_that_cannot_be_right(now, led, office, said):
    why = doubt(now, led, office)
    assert said in why
    assert bool(why) == bool(said)
