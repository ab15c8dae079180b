"""The view and its checkpoint: disposable, whatever happens to the file."""

import hashlib
import shutil
from pathlib import Path

import pytest
from command import demo_copy
from hypothesis import given, settings
from hypothesis import strategies as st
from test_fold_order import rows
from tinydb import where
from township import DOC, FixedClock, Township, new_township

from fieldlog.actions import answering, evidence, hazards
from fieldlog.book import checkpoint, folding
from fieldlog.book.book import Book
from fieldlog.book.view import TABLES
from fieldlog.domain.bodies import DraftSaved, PremisesChanged, PremisesRegistered
from fieldlog.domain.inspection import Inspection


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed book with a visit, hazards and footage, and its checkpoint."""
    clock = FixedClock()
    township = new_township(tmp_path_factory.mktemp("furnished") / "data", clock)
    with township.book as book:
        visit = township.visit()
        answering.answer(book, township.by, visit, "lianxi-1", "不符合", finding=1)
        evidence.link_footage(book, township.by, visit, camera="03", item="lianxi-1")
        hazards.find(book, township.by, premises=township.shop, text="门口堆物")
        book.checkpoint()
    return book.folder


@settings(max_examples=120)
@given(st.data())
def test_a_checkpoint_damaged_anywhere_only_costs_time(
    furnished: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
):
    folder = tmp_path_factory.getbasetemp() / "damaged"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(furnished, folder)
    content = bytearray((folder / "view.json").read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    match data.draw(st.sampled_from(["flip", "cut", "insert"])):
        case "flip":
            content[at] ^= 1 << data.draw(st.integers(0, 7))
        case "cut":
            del content[at:]
        case _:
            content[at:at] = b"7"
    (folder / "view.json").write_bytes(content)
    with Book.look(furnished) as sound, Book.open(folder) as book:
        assert not book.damages
        assert not book.read_only
        assert rows(book) == rows(sound)
        assert book.heads() == sound.heads()
        for table in ("inspections", "hazards", "premises"):
            for doc in sound.table(table).rows:
                assert book.document(doc) == sound.document(doc)


@pytest.mark.parametrize("content", [b"", b"\n", b"{}", b"null\n", b'{"format":"fieldlog view 1 0.1.0"}\n'])
def test_what_is_no_checkpoint_is_not_used(furnished: Path, tmp_path: Path, content: bytes):
    shutil.copytree(furnished, tmp_path / "data")
    (tmp_path / "data/view.json").write_bytes(content)
    with Book.look(furnished) as sound, Book.open(tmp_path / "data") as book:
        assert rows(book) == rows(sound)


def test_another_version_s_checkpoint_is_not_used(furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shutil.copytree(furnished, tmp_path / "data")
    with monkeypatch.context() as patch, Book.open(tmp_path / "data") as book:
        patch.setattr(checkpoint, "FORMAT", "fieldlog view 1 0.0.9")
        book.table("premises").truncate()
        book.checkpoint()
    with Book.look(furnished) as sound, Book.open(tmp_path / "data") as book:
        assert rows(book) == rows(sound)


def test_a_rebuild_makes_the_same_bytes_again(furnished: Path, tmp_path: Path):
    shutil.copytree(furnished, tmp_path / "data")
    before = (tmp_path / "data/view.json").read_bytes()
    with Book.open(tmp_path / "data") as book:
        assert book.rebuild() == sum(head.seq for head in book.heads().values())
    assert (tmp_path / "data/view.json").read_bytes() == before


def test_only_what_came_after_the_checkpoint_is_folded(township: Township, monkeypatch: pytest.MonkeyPatch):
    township.book.checkpoint()
    township.book.write("p1", township.shop, PremisesChanged(address="正街 8 号"))
    township.book.close()
    taken: list[int] = []
    take = folding.Folding.take
    monkeypatch.setattr(
        folding.Folding, "take", lambda self, entry, place: taken.append(entry.seq) or take(self, entry, place)
    )
    with Book.open(township.book.folder) as again:
        assert taken == [again.heads()["houye-01"].seq]
        row = again.row("premises", township.shop)
        assert row
        assert (row["name"], row["address"]) == ("某某副食店", "正街 8 号")


def test_a_book_with_news_leaves_a_checkpoint_when_it_is_closed(township: Township):
    township.book.close()
    assert not (township.book.folder / "view.json").exists()
    with Book.open(township.book.folder) as book:
        for _ in range(5):
            book.write_all([*[_draft(book)] * 500])
    assert (township.book.folder / "view.json").exists()


def _draft(book: Book):
    from fieldlog.book.book import Draft

    return Draft("p1", DOC, DraftSaved(field="a", text="b"))


def test_thousands_of_documents_fold_to_the_same_with_little_memory(
    township: Township, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(folding, "MOST_STATES", 3)
    from fieldlog.book.book import Draft

    docs = [township.book.new_id() for _ in range(200)]
    for number in range(3):
        change = PremisesChanged(address=f"{number} 号")
        body = change if number else PremisesRegistered(name="某某店")
        township.book.write_all([Draft("p1", doc, body) for doc in docs])
    kept = rows(township.book)
    assert {row["address"] for doc, row in kept["premises"].items() if doc in docs} == {"2 号"}
    township.book.close()
    with Book.open(township.book.folder) as again:
        assert rows(again) == kept
        assert len(again._view._folding._states) <= 3
        assert again.document(docs[0]) is not None


def test_lists_are_tinydb_tables(furnished: Path):
    with Book.look(furnished) as book:
        (hazard,) = book.table("hazards").search(where("text") == "门口堆物")
        assert hazard.doc_id == hazard["doc"]
        hazard["text"] = "mine"
        assert book.table("hazards").contains(where("text") == "门口堆物")


def test_a_visit_is_folded_from_its_own_entries(furnished: Path):
    with Book.look(furnished) as book:
        (row,) = book.rows("inspections")
        visit = book.document(row["doc"])
        assert isinstance(visit, Inspection)
        assert visit.answer("lianxi-1") is not None
        assert len(book.entries_of(row["doc"])) == 3
        assert book.document("01JDEF000000000000000000XX") is None
        assert book.entries_of("01JDEF000000000000000000XX") == []


def test_seals_vouch_for_what_stands_before_them(township: Township):
    from fieldlog.book.device import is_signed
    from fieldlog.domain.entries import seal_message

    head = township.book.heads()["houye-01"]
    seal = township.book.seal()
    assert seal
    assert (seal.kind, seal.fields["upto"], seal.fields["head"]) == ("log.sealed", *head)
    key = township.book.public_key("houye-01")
    assert is_signed(key, seal.fields["signature"], seal_message("houye-01", *head))
    assert township.book.seal() is None
    township.book.write("p1", DOC, DraftSaved(field="a", text="b"))
    assert township.book.seal()


def test_what_rows_hold_does_not_change_under_an_old_checkpoint(tmp_path: Path):
    """Else lists would show old rows without the new fields until somebody runs rebuild."""
    with Book.look(demo_copy(tmp_path / "demo")) as book:
        fields = {name: sorted(set().union(*book.rows(name))) for name in TABLES}
    digest = hashlib.sha256(repr(fields).encode()).hexdigest()[:8]
    assert digest == checkpoint.ROWS, "put this digest into book/checkpoint.py as ROWS"
