"""The hybrid clock: it only goes forward, whatever the laptop's clock does."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from fieldlog.domain.clock import HybridClock, doubt, is_stamp


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
            clock.observe(step)
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
    clock.observe(f"{theirs << 16:016x}")
    assert clock.tick(now) > f"{theirs << 16:016x}"


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
    clock.observe(f"{LAST:016x}")
    for _ in range(3):
        assert is_stamp(clock.tick(milliseconds("2026-11-24")))


def test_doubt_names_a_clock_that_cannot_be_right():
    right = f"{milliseconds('2026-11-24') << 16:016x}"
    assert doubt(milliseconds("2026-11-24"), right) == ""
    assert "早于程序发布" in doubt(milliseconds("1970-01-01"), right)
    assert "早 60 分钟" in doubt(milliseconds("2026-11-23T23:00:00"), right)
