"""Frames of a message: any of them, as many as its blocks and seldom more, bring it back; older codes are still read."""

import json
import random
from itertools import islice
from pathlib import Path

import pytest
from command import fieldlog
from film import picture_of
from hypothesis import given
from hypothesis import strategies as st
from township import device

from fieldlog.book.book import Book
from fieldlog.codes.base45 import from_base45, to_base45
from fieldlog.codes.drawing import matrix
from fieldlog.domain.errors import FoundWrong, NewerFormat
from fieldlog.sync.qr_fountain import lacking, put_together
from fieldlog.sync.qr_frames import Frame, Message, read_text

OLD = json.loads((Path(__file__).parent / "data/codes-1.json").read_text())
"""A finished visit as `FL1` codes: on paper with one lost and the spare one, and a film from the middle with losses."""


def read(text: str) -> Frame:
    frame = read_text(text)
    assert frame is not None
    return frame


@given(
    message=st.binary(min_size=1, max_size=600),
    size=st.integers(1, 80),
    start=st.integers(0, 60_000),
    seed=st.integers(),
)
def test_from_any_start_with_a_third_lost(message: bytes, size: int, start: int, seed: int):
    """What is said to be lacking is never more than what it takes."""
    lost = random.Random(seed)
    frames: list[Frame] = []
    for text in islice((text for text in Message(message, size).endless(start) if lost.random() > 1 / 3), 1000):
        frames.append(read(text))
        if (back := put_together(frames)) is not None:
            assert back == message
            break
        assert lacking(frames) == max(frames[0].blocks - len(frames), 1)
    else:
        raise AssertionError("never whole")
    assert len(frames) <= frames[0].blocks + 4


@given(count=st.integers(2, 40), lost=st.integers(0, 39))
def test_the_spare_one_on_paper_stands_in_for_any(count: int, lost: int):
    message = bytes(range(count * 3))
    codes = Message(message, 3)
    printed = [read(codes.text(number)) for number in codes.paper_numbers]
    assert len(printed) == count + 1
    del printed[lost % count]
    assert put_together(printed) == message


def test_a_message_of_one_block_needs_no_spare_one():
    assert Message(b"short", 9).paper_numbers == [0]


def test_codes_that_contradict_each_other_are_refused():
    message = bytes(range(90))
    codes = Message(message, 3)
    frames = [read(codes.text(number)) for number in range(1, 32)]
    assert put_together(frames) == message
    with pytest.raises(FoundWrong, match="对不起来"):
        put_together([*frames[:-1], frames[-1]._replace(content=b"abc")])


def test_a_frame_is_laid_out_as_described():
    """Message, encoding symbol id, length, symbol, check: `docs/sync.md`."""
    text = Message(bytes(range(90)), 3).text(7)
    assert text.startswith("FL2:")
    data = from_base45(text[4:])
    assert data is not None
    assert (data[6:9], data[9:12], data[12:-4]) == (b"\0\0\7", b"\0\0\x5a", bytes([21, 22, 23]))
    assert read_text("FL2:" + to_base45(data[:-1] + bytes([data[-1] ^ 1]))) is None
    with pytest.raises(NewerFormat, match="升级"):
        read_text("FL3:" + text[4:])


@pytest.mark.parametrize("way", ["paper", "film"])
def test_codes_of_the_first_version_are_still_read(way: str, tmp_path: Path):
    office = tmp_path / "office"
    with Book.create(office, device("houye-99", "01JDEF00000000000000000009", "supervisor")):
        (office / f"keys/{OLD['log']}.pub").write_text(OLD["public_key"])
    photos = tmp_path / "photos"
    photos.mkdir()
    for number, text in enumerate(OLD[way]):
        modules = [list(row) for row in matrix(text, version=0, level="L")]
        picture_of(modules).save(photos / f"{number:02}.png")
    ran = fieldlog("receive", photos, data=office)
    assert ran.code == 0, ran.out + ran.err
    (row,) = fieldlog("inspections", "--json", data=office).rows
    assert (row["doc"], row["answered"], row["state"]) == (OLD["doc"], 4, "已完成")
