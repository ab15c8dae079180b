"""The fountain: any frames, little more than the message is long, bring it back."""

import random
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldlog.sync.qr_fountain import Solver, chosen, cut, frame
from fieldlog.sync.qr_frames import Message, read_text

SEED = b"fields"


@given(
    message=st.binary(min_size=1, max_size=600),
    size=st.integers(1, 80),
    start=st.integers(0, 60_000),
    seed=st.integers(),
)
def test_from_any_start_with_a_third_lost(message: bytes, size: int, start: int, seed: int):
    lost = random.Random(seed)
    frames = islice((text for text in Message(message, size).endless(start) if lost.random() > 1 / 3), 3000)
    solver = None
    for text in frames:
        read = read_text(text)
        assert read is not None
        solver = solver or Solver(bytes.fromhex(read.message), read.blocks)
        solver.take(read.number, read.content)
        if not solver.lacking:
            assert solver.solve(len(read.content), read.length) == message
            return
    raise AssertionError("never whole")


@pytest.mark.parametrize("count", [2, 10, 40])
def test_few_frames_more_than_blocks_are_needed(count: int):
    """1.6 more on average for frames beyond the plain ones; less in a stream that begins with those."""
    blocks = cut(random.Random(1).randbytes(count * 8), 8)
    extra = 0
    for turn in range(200):
        solver = Solver(SEED, count)
        for number in range(1000 + 97 * turn, 10**6):
            solver.take(number, frame(blocks, SEED, number))
            extra += 1
            if not solver.lacking:
                break
    assert extra / 200 - count < 2.2


@given(count=st.integers(2, 40), lost=st.integers(0, 39))
def test_the_spare_one_stands_in_for_any(count: int, lost: int):
    blocks = cut(bytes(range(count * 3)), 3)
    solver = Solver(SEED, count)
    for number in {*range(count + 1)} - {lost % count}:
        solver.take(number, frame(blocks, SEED, number))
    assert solver.solve(3, count * 3) == bytes(range(count * 3))


def test_the_choice_of_blocks_never_changes():
    """Other versions, and other programs, have to choose the same."""
    assert [chosen(SEED, number, 12) for number in (0, 11, 12, 13, 65_535)] == [1, 2048, 4095, 3457, 557]
