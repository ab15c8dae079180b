"""RaptorQ (RFC 6330): the symbols are those of other programs, and any of them bring the message back."""

import hashlib
import json
import random
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldlog.codes.raptorq import MOST_ESI, MOST_SYMBOLS, Source, stand_in, whole
from fieldlog.codes.raptorq_block import block_of
from fieldlog.codes.raptorq_solving import intermediate_symbols

VECTORS = json.loads((Path(__file__).parent / "data/raptorq.json").read_text())
"""Written by the Rust package `raptorq` 2.0.0; the message is SHAKE-128 of `count size`, three bytes short of full."""


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["count"]))
def test_the_symbols_are_those_of_another_program(vector: dict):
    count, size = vector["count"], vector["size"]
    message = hashlib.shake_128(f"{count} {size}".encode()).digest(count * size - 3)
    source = Source(message, size)
    assert source.count == count
    assert {esi: source.symbol(int(esi)).hex() for esi in vector["symbols"]} == vector["symbols"]


@pytest.mark.skipif(sys.platform != "linux", reason="the other program has a wheel for Linux only")
@pytest.mark.parametrize("size", [8, 56, 336])
def test_another_program_reads_ours_and_we_read_its(size: int):
    """Of many lengths, with half of the packets lost; a packet begins with its payload id, four bytes (RFC 6330, 3.2)."""
    other = pytest.importorskip("raptorq")
    dice = random.Random(size)
    for count in (*range(1, 14), 26, 27, 47, 61, 100, 101, 240, 500):
        message = dice.randbytes(count * size - dice.randrange(size))
        source = Source(message, size)
        theirs = other.Encoder.with_defaults(message, size).get_encoded_packets(count + 8)
        for packet in dice.sample(theirs, min(len(theirs), 12)):
            assert source.symbol(int.from_bytes(packet[:4])) == packet[4:]
        got = {int.from_bytes(packet[:4]): packet[4:] for packet in dice.sample(theirs, count + 3)}
        assert whole(len(message), size, got) == message
        decoder = other.Decoder.with_defaults(len(message), size)
        sent = dice.sample(range(5000), count + 3)
        answers = [decoder.decode(esi.to_bytes(4) + source.symbol(esi)) for esi in sent]
        assert message in answers


@given(
    message=st.binary(min_size=1, max_size=900),
    size=st.integers(1, 40),
    start=st.integers(0, MOST_ESI - 5000),
    seed=st.integers(),
)
def test_from_any_start_with_a_third_lost(message: bytes, size: int, start: int, seed: int):
    source = Source(message, size)
    lost = random.Random(seed)
    got: dict[int, bytes] = {}
    for esi in range(start, start + 5000):
        if lost.random() > 1 / 3:
            got[esi] = source.symbol(esi)
            if (back := whole(len(message), size, got)) is not None:
                assert back == message
                break
    else:
        raise AssertionError("never whole")
    assert len(got) <= source.count + 4


def test_as_many_as_it_has_are_nearly_always_enough():
    """The RFC's code fails about once in a hundred times without one to spare, and hardly ever with two."""
    dice = random.Random(6330)
    failed = {0: 0, 2: 0}
    for _ in range(150):
        count = dice.randint(2, 60)
        message = dice.randbytes(count)
        source = Source(message, 1)
        for spare in failed:
            got = {esi: source.symbol(esi) for esi in dice.sample(range(count, 10 * count + 20), count + spare)}
            back = whole(count, 1, got)
            assert back in (None, message)
            failed[spare] += back is None
    assert failed[0] < 9
    assert not failed[2]


def test_every_block_of_the_table_has_its_symbols():
    """Those of the table's first blocks are systematic: the intermediate symbols give back the source symbols."""
    count = 0
    while count < 500:
        block = block_of(count + 1)
        count = block.k_prime
        symbols = {isi: random.Random(isi).getrandbits(64) for isi in range(count)}
        solved = intermediate_symbols(block_of(count), symbols, 8)
        assert solved is not None
        for isi in range(0, count, 7):
            value = 0
            for column in block.neighbours(isi):
                value ^= solved[column]
            assert value == symbols[isi]


@settings(max_examples=12)
@given(count=st.integers(2, 70), seed=st.integers())
def test_one_repair_symbol_stands_in_for_any(count: int, seed: int):
    spare = stand_in(count)
    assert spare is not None
    message = random.Random(seed).randbytes(count * 2)
    source = Source(message, 2)
    for lost in range(count):
        got = {esi: source.symbol(esi) for esi in (*range(count), spare) if esi != lost}
        assert whole(len(message), 2, got) == message


def test_too_few_give_nothing_and_contradictions_are_told():
    source = Source(bytes(range(90)), 3)
    got = {esi: source.symbol(esi) for esi in range(5, 34)}
    assert whole(90, 3, got) is None
    got[40] = source.symbol(40)
    got[41] = source.symbol(41)
    assert whole(90, 3, got) == bytes(range(90))
    got[41] = b"abc"
    with pytest.raises(ValueError, match="contradict"):
        whole(90, 3, got)


def test_there_are_no_larger_blocks():
    with pytest.raises(ValueError, match="no block"):
        Source(bytes(MOST_SYMBOLS + 1), 1)
    with pytest.raises(ValueError, match="no block"):
        Source(b"", 1)
    assert block_of(MOST_SYMBOLS).k_prime == MOST_SYMBOLS
