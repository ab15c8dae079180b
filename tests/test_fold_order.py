"""A document's state, and with it every list, is the same whatever order the entries arrived in."""

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import DEVICES, deliveries, histories
from township import FixedClock, device

from fieldlog.book.book import Book
from fieldlog.book.view import TABLES
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import Refused
from fieldlog.domain.fold import apply, family_of, fold, read_body

Rows = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with nothing but its own first entry."""
    folder = tmp_path_factory.mktemp("empty") / "data"
    Book.create(folder, device("houye-09"), now=FixedClock()).close()
    return folder


def rows(book: Book) -> Rows:
    return {name: {key: dict(row) for key, row in book.table(name).rows.items()} for name in TABLES}


def deliver(empty: Path, folder: Path, packs: list[list[bytes]], reopen: list[bool]) -> tuple[Rows, bytes, bytes]:
    """A book's rows once the packs came in, `view.json` as it grew, and `view.json` folded anew."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(empty, folder)
    book = Book.open(folder)
    for pack, again in zip(packs, reopen, strict=True):
        assert not book.merge(pack).refused
        if again:
            book.checkpoint()
            book.close()
            book = Book.open(folder)
    with book:
        assert book.merge([]).pending == 0
        book.checkpoint()
        grown, as_grown = rows(book), (folder / "view.json").read_bytes()
        book.rebuild()
        assert rows(book) == grown
        return grown, as_grown, (folder / "view.json").read_bytes()


@settings(max_examples=60)
@given(st.data())
def test_any_order_of_arrival_ends_in_the_same_rows_and_the_same_bytes(
    empty: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
):
    entries = data.draw(histories())
    folder = tmp_path_factory.getbasetemp() / "arrived"
    in_order = [[entry.line()] for entry in entries]
    expected = deliver(empty, folder, in_order, [False] * len(in_order))
    assert expected[1] == expected[2]
    packs = data.draw(deliveries(entries))
    reopen = data.draw(st.lists(st.booleans(), min_size=len(packs), max_size=len(packs)))
    assert deliver(empty, folder, packs, reopen) == expected


@settings(max_examples=100)
@given(st.data())
def test_folding_one_by_one_is_folding_all_at_once(data: st.DataObject):
    entries = sorted(data.draw(histories()), key=lambda entry: entry.order)
    for doc in {entry.doc for entry in entries}:
        own = [entry for entry in entries if entry.doc == doc]
        assert fold(data.draw(st.permutations(own))) == one_by_one(own)


def one_by_one(entries: list[Entry]) -> object:
    kind = family_of(entries)
    if kind is None:
        return None
    state = kind(entries[0].doc)
    for entry in entries:
        apply(state, entry)
    return state


@settings(max_examples=60)
@given(histories())
def test_a_body_that_does_not_fit_its_model_changes_nothing(entries: list[Entry]):
    sound = [entry for entry in entries if read_body(entry) is not None]
    for doc in {entry.doc for entry in entries}:
        whole = fold([entry for entry in entries if entry.doc == doc])
        without = fold([entry for entry in sound if entry.doc == doc])
        if whole is not None and without is not None and type(whole) is type(without):
            assert whole.row() == without.row()


@settings(max_examples=25)
@given(st.data())
def test_three_devices_that_meet_in_any_order_end_alike(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject):
    base = tmp_path_factory.mktemp("meeting")
    clock = FixedClock()
    docs = ("01JDEF0000000000000000DEV1", "01JDEF0000000000000000DEV2", "01JDEF0000000000000000DEV3")
    books = [Book.create(base / id_, device(id_, doc), now=clock) for id_, doc in zip(DEVICES, docs, strict=True)]
    lists = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=6)
    try:
        for entry in data.draw(histories(most=25)):
            clock.pass_(seconds=1)
            body = read_body(entry)
            if body is not None:
                with suppress(Refused):  # what an officer's device may not write
                    books[DEVICES.index(entry.log)].write("p1", entry.doc, body)
            for one, other in data.draw(lists):
                books[one].merge(list(books[other].lines_after({})))
        for _ in range(2):
            for one in books:
                for other in books:
                    one.merge(list(other.lines_after({log: head.seq for log, head in one.heads().items()})))
        assert books[0].heads() == books[1].heads() == books[2].heads()
        assert rows(books[0]) == rows(books[1]) == rows(books[2])
        for book in books:
            book.rebuild()
        assert len({(book.folder / "view.json").read_bytes() for book in books}) == 1
    finally:
        for book in books:
            book.close()
