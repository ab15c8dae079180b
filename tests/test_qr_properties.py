"""Cases of any entries: packed and back the same, and whatever comes first, paper or log, the rows are the same."""

import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import DEVICES, VISITS, histories, json_bodies
from township import DOC, FixedClock, device

from fieldlog.book.book import Book
from fieldlog.domain.entries import Entry, make_entry
from fieldlog.domain.errors import FoundWrong, NewerFormat
from fieldlog.domain.log_format import NO_HASH
from fieldlog.sync.qr_case import Case
from fieldlog.sync.qr_compact import pack_case, unpack_case
from fieldlog.sync.qr_frames import Message, read_text

SIGNATURE = "ab" * 64


def of_log(history: list[Entry], log: str, keep: list[bool]) -> tuple[Entry, ...]:
    """Some entries of a log, with gaps, in order; never a seal, which is about the log and no document."""
    own = [entry for entry in history if entry.log == log and entry.kind != "log.sealed"]
    return tuple(entry for entry, kept in zip(own, keep, strict=False) if kept)


@given(histories(), st.sampled_from(DEVICES), st.lists(st.booleans(), min_size=40, max_size=40))
def test_packed_and_back(history: list[Entry], log: str, keep: list[bool]):
    entries = of_log(history, log, keep)
    if entries:
        case = Case(log, VISITS[0], entries, SIGNATURE)
        assert unpack_case(pack_case(case)) == case


@given(
    st.lists(json_bodies(), min_size=1, max_size=6),
    st.sampled_from(
        ["2026-11-24T09:00:00.000+08:00", "1970-01-02T00:00:00.999-11:30", "9998-12-31T23:59:59.001+00:00"]
    ),
)
def test_any_body_packs(bodies: list[dict], at: str):
    """Equal-looking values of other types, such as 1 and true, and odd clocks come back as they were."""
    entries: list[Entry] = []
    for seq, body in enumerate(bodies, 1):
        entries.append(make_entry(
            log="houye-01", seq=seq, prev=entries[-1].hash if entries else NO_HASH, hlc=f"{seq << 20:016x}", at=at,
            by="p1", kind="weather.noted", doc=DOC, body=body, salt=f"{seq:032x}",
        ))  # fmt: skip
    case = Case("houye-01", DOC, tuple(entries), SIGNATURE)
    assert [entry.line() for entry in unpack_case(pack_case(case)).entries] == [entry.line() for entry in entries]


@given(st.binary(max_size=400))
@example(b"\x01\xff\xff\xff\xff" + b"\0" * 64)
def test_anything_else_is_refused(content: bytes):
    for packed in (content, b"\x01" + content, b"\x01\0\1\0\0" + content):
        try:
            unpack_case(packed)
        except (FoundWrong, NewerFormat):
            continue
        raise AssertionError("accepted")


@given(st.text(max_size=80), st.binary(min_size=1, max_size=90))
def test_any_other_code_is_none_of_ours(text: str, message: bytes):
    assert read_text(text) is None
    assert read_text(f"FL1:{text}") is None
    assert read_text(f"FL2:{text}") is None
    whole = Message(message, 40).text(0)
    assert read_text(whole) is not None
    assert read_text(whole + "0") is None


@settings(max_examples=15)
@given(histories(most=25), st.sampled_from(DEVICES), st.lists(st.booleans(), min_size=25, max_size=25))
def test_paper_first_or_log_first(history: list[Entry], log: str, keep: list[bool]):
    entries = of_log(history, log, keep)
    if not entries:
        return
    lines = [entry.line() for entry in sorted(history, key=lambda entry: (entry.log, entry.seq))]
    with tempfile.TemporaryDirectory() as folder:
        paper, plain = (
            Book.create(Path(folder) / name, device("houye-99"), now=FixedClock()) for name in ("paper", "plain")
        )
        with paper, plain:
            plain.merge(lines)
            paper.take_case(log, VISITS[0], entries, SIGNATURE)
            before = rows(paper)
            paper.rebuild()
            assert rows(paper) == before
            paper.merge(lines)
            assert rows(paper) == rows(plain)
            paper.rebuild()
            assert rows(paper) == rows(plain)
            assert plain.take_case(log, VISITS[0], entries, SIGNATURE) == 0


def rows(book: Book) -> dict[str, list]:
    """What the lists show."""
    names = ("premises", "officers", "inspections", "hazards", "footage", "checklists", "published", "counters")
    return {name: sorted(book.rows(name), key=repr) for name in names}
