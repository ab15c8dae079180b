"""Taking in other devices' logs: twice, out of order, forked, damaged, from a newer version."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest
from township import DOC, FixedClock, Township, chain, device, new_township

from fieldlog.book.book import Book
from fieldlog.book.incoming import Merged
from fieldlog.domain.bodies import DraftSaved
from fieldlog.domain.entries import Entry, body_digest, entry_hash, make_entry
from fieldlog.domain.heads import Head
from fieldlog.sync.branching import is_written_again


def merge(book: Book, *entries: Entry) -> Merged:
    return book.merge([entry.line() for entry in entries])


def branch(entries: list[Entry], at: int) -> list[Entry]:
    """Another history of the same log: the same up to entry `at`, other words from there on."""
    made = entries[:at]
    for entry in entries[at:]:
        fields = {**entry.__dict__, "prev": made[-1].hash, "body": {**entry.fields, "note": "另一台电脑上"}}
        made.append(Entry.model_validate({**fields, "hash": entry_hash(fields)}))
    return made


def test_what_is_known_is_counted_and_nothing_is_written_twice(township: Township):
    theirs = chain("houye-02", 6)
    assert merge(township.book, *theirs).received == 6
    again = merge(township.book, *theirs, *theirs)
    assert (again.received, again.known, again.refused, again.pending) == (0, 12, [], 0)
    path = township.book.folder / "log/houye-02/2026-11.jsonl"
    assert path.read_bytes() == b"".join(entry.line() + b"\n" for entry in theirs)


def test_a_log_stands_in_the_same_files_on_every_device(tmp_path: Path, clock: FixedClock):
    with (
        new_township(tmp_path / "one", clock).book as one,
        new_township(tmp_path / "two", clock, "houye-02").book as two,
    ):
        for _ in range(3):
            clock.pass_(days=20)
            one.write("p1", DOC, DraftSaved(field="a", text="b"))
        two.merge(one.lines_after({}))
        for path in (one.folder / "log/houye-01").iterdir():
            assert (two.folder / "log/houye-01" / path.name).read_bytes() == path.read_bytes()
        assert len(list((two.folder / "log/houye-01").iterdir())) == 3


def test_a_gap_waits_on_the_disk_until_it_is_filled(township: Township):
    theirs = chain("houye-02", 9)
    merged = merge(township.book, *theirs[:2], *theirs[4:6], theirs[8])
    assert (merged.received, merged.pending) == (2, 3)
    assert township.book.heads()["houye-02"].seq == 2
    township.book.close()
    with Book.open(township.book.folder) as again:
        merged = merge(again, *theirs[2:4])
        assert (merged.received, merged.pending) == (4, 1)
        assert merge(again, *theirs[6:8]).pending == 0
        assert again.heads()["houye-02"] == (9, theirs[-1].hash)
        assert not list(again.folder.glob("log/*/pending.jsonl"))


def test_a_log_that_begins_with_a_gap_waits_too(township: Township):
    theirs = chain("houye-02", 4)
    assert merge(township.book, *theirs[1:]).pending == 3
    township.book.close()
    with Book.open(township.book.folder) as again:
        assert "houye-02" not in again.heads()
        assert merge(again, theirs[0]).received == 4


def test_what_waits_and_was_damaged_is_asked_for_again(township: Township):
    theirs = chain("houye-02", 4)
    merge(township.book, *theirs[2:])
    pending = township.book.folder / "log/houye-02/pending.jsonl"
    pending.write_bytes(pending.read_bytes().replace("第 3 条".encode(), "第 8 条".encode()))
    assert merge(township.book, *theirs[:2]).received == 2
    assert merge(township.book, *theirs).received == 2


def test_a_refused_line_is_named_and_other_logs_go_on(township: Township):
    theirs, others = chain("houye-02", 5), chain("houye-03", 5)
    bad = theirs[2].line().replace("第 3 条".encode(), "第 8 条".encode())
    lines = [entry.line() for entry in [*theirs[:2], *others[:3]]] + [bad]
    merged = township.book.merge([*lines, *(entry.line() for entry in [*theirs[3:], *others[3:]])])
    (refusal,) = merged.refused
    assert (refusal.log, refusal.seq) == ("houye-02", 3)
    assert "改动" in refusal.why
    assert merged.received == 7
    assert {log: head.seq for log, head in township.book.heads().items()} == {
        "houye-01": 5, "houye-02": 2, "houye-03": 5,
    }  # fmt: skip
    assert merge(township.book, *theirs).received == 3


@pytest.mark.parametrize(
    "line", [b"", b"\xff", b"[]", b"{}", b'{"log":7,"seq":"x"}', b'{"log":"a","seq":1e999}', b"0" * 99]
)
def test_rubbish_is_refused_and_the_rest_taken(township: Township, line: bytes):
    theirs = chain("houye-02", 2)
    merged = township.book.merge([theirs[0].line(), line, theirs[1].line()])
    assert len(merged.refused) == 1
    assert merged.received == 2


@pytest.mark.parametrize("sent", [slice(3, 5), slice(3, 10), slice(0, 4), slice(9, 10), slice(9, 12), slice(2, 12)])
def test_a_fork_is_refused_and_named_wherever_it_shows(township: Township, sent: slice):
    ours = chain("houye-02", 12)
    theirs = branch(ours, 3)
    merge(township.book, *ours[:10])
    merged = merge(township.book, *theirs[sent])
    (refusal,) = merged.refused
    assert refusal.log == "houye-02"
    assert refusal.seq > 3
    assert "不同的记录" in refusal.why
    assert merged.received == 0
    assert township.book.heads()["houye-02"] == (10, ours[9].hash)
    assert merge(township.book, *ours).received == 2


def test_a_fork_inside_one_pack_is_refused(township: Township):
    ours = chain("houye-02", 6)
    merged = merge(township.book, *ours, *branch(ours, 3)[3:])
    assert merged.received == 6
    assert [(refusal.log, refusal.seq) for refusal in merged.refused] == [("houye-02", 4)]


def test_a_branch_that_waited_gives_way_to_the_log(township: Township):
    ours = chain("houye-02", 6)
    merge(township.book, *branch(ours, 3)[4:])
    merged = merge(township.book, *ours)
    assert merged.received + merge(township.book, *ours).received == 6
    assert township.book.heads()["houye-02"] == (6, ours[-1].hash)
    assert not list(township.book.folder.glob("log/*/pending.jsonl"))


def test_unknown_kinds_are_kept_passed_on_and_counted(township: Township):
    theirs = chain("houye-02", 3, kind="hazard.blessed")
    merge(township.book, *theirs)
    assert township.book.row("unknown", "hazard.blessed") == {"kind": "hazard.blessed", "entries": 3}
    passed_on = list(township.book.lines_after({"houye-01": 5}))
    assert passed_on == [entry.line() for entry in theirs]
    township.book.rebuild()
    assert township.book.row("unknown", "hazard.blessed") == {"kind": "hazard.blessed", "entries": 3}


def test_a_newer_format_is_refused_with_what_to_do(township: Township):
    (entry,) = chain("houye-02", 1)
    merged = township.book.merge([orjson.dumps({**entry.__dict__, "v": 2}, option=orjson.OPT_SORT_KEYS)])
    (refusal,) = merged.refused
    assert (refusal.log, refusal.seq) == ("houye-02", 1)
    assert "升级" in refusal.why


def test_a_withheld_body_is_refused_so_that_the_whole_one_can_come(township: Township):
    theirs = chain("houye-02", 4, kind="premises.registered", doc="01JDEF0000000000000000PR09")
    withheld = [entry.model_copy(update={"body": body_digest(entry.body)}) for entry in theirs]
    for sent in ([*theirs[:2], *withheld[2:]], withheld[3:]):
        (refusal,) = merge(township.book, *sent).refused
        assert (refusal.log, refusal.seq) == ("houye-02", sent[-1].seq if len(sent) == 1 else 3)
        assert "隐去" in refusal.why
    assert merge(township.book, *withheld[:2]).refused == []  # known whole
    assert merge(township.book, *theirs).received == 2


def cut(content: bytes) -> bytes:
    return b"".join(content.splitlines(keepends=True)[:2])


def change(content: bytes) -> bytes:
    return content.replace("第 4 条".encode(), "第 9 条".encode())


@pytest.mark.parametrize("spoil", [cut, change])
def test_a_known_entry_that_is_damaged_here_keeps_no_other_log_from_coming_in(
    township: Township, spoil: Callable[[bytes], bytes]
):
    theirs, others = chain("houye-02", 5), chain("houye-03", 3)
    merge(township.book, *theirs)
    township.book.checkpoint()
    township.book.close()
    path = township.book.folder / "log/houye-02/2026-11.jsonl"
    path.write_bytes(spoil(path.read_bytes()))
    with Book.open(township.book.folder) as book:
        merged = merge(book, theirs[3], *others)
        assert merged.received == 3
        assert [refusal.log for refusal in merged.refused] == ["houye-02"] * (spoil is change)


@pytest.fixture
def restored(township: Township, tmp_path: Path) -> Iterator[tuple[Township, Book]]:
    """A supervisor's book that holds all of the officer's log, and the officer's book from an older backup."""
    shutil.copytree(township.book.folder, tmp_path / "backup")
    for number in range(3):
        township.book.write("p1", DOC, DraftSaved(field="note:", text=str(number)))
    with Book.create(tmp_path / "desk", device("houye-02"), now=township.clock) as desk:
        desk.merge(township.book.lines_after({}))
        township.book.close()
        township.book = Book.open(tmp_path / "backup", now=township.clock)
        yield township, desk


def test_after_a_restore_the_own_log_comes_back_from_others(restored: tuple[Township, Book]):
    township, desk = restored
    assert township.book.merge(desk.lines_after({})).received == 3 + 1
    assert township.book.heads()["houye-01"] == desk.heads()["houye-01"]
    entry = township.book.write("p1", DOC, DraftSaved(field="note:", text="weiter"))
    assert entry.prev == desk.heads()["houye-01"].hash
    assert desk.merge(township.book.lines_after({})).received == 1
    township.book.close()
    with Book.open(township.book.folder) as again:
        assert not again.damages


def test_after_a_restore_that_wrote_on_the_fork_is_named_on_both_sides(restored: tuple[Township, Book]):
    township, desk = restored
    township.book.write("p1", DOC, DraftSaved(field="note:", text="anders"))
    for one, other in ((township.book, desk), (desk, township.book)):
        refused = one.merge(other.lines_after({})).refused
        assert [(refusal.log, refusal.seq) for refusal in refused] == [("houye-01", 6)]
    assert not township.book.read_only


def test_entries_after_a_merge_sort_after_what_was_merged(township: Township):
    ahead = chain("houye-02", 3)
    township.clock.pass_(hours=-5)
    merge(township.book, *ahead)
    assert township.book.write("p1", DOC, DraftSaved(field="a", text="b")).order > ahead[-1].order


def test_a_merge_that_finds_no_room_keeps_what_it_took(township: Township, monkeypatch: pytest.MonkeyPatch):
    import errno

    from test_journal_trouble import Refusing

    from fieldlog.book import journal
    from fieldlog.domain.errors import NotSaved

    theirs = chain("houye-02", 4)
    with monkeypatch.context() as patch:
        patch.setattr(journal, "os", Refusing(errno.ENOSPC, "write"))
        with pytest.raises(NotSaved, match="磁盘已满"):
            merge(township.book, *theirs)
    assert merge(township.book, *theirs).received == 4
    township.book.close()
    with Book.open(township.book.folder) as again:
        assert not again.damages
        assert again.heads()["houye-02"].seq == 4


def test_a_recording_linked_before_a_fork_and_written_again_after_it_is_listed_once(township: Township):
    doc = township.visit()
    linked = {"strength": "reference", "camera": "03", "moment": "2026-11-24T09:00:00.000+08:00", "item": "", "hazard": "",
              "note": ""}  # fmt: skip
    whole = {
        "prev": "0" * 64,
        "hlc": "019ab3c5a1000000",
        "at": "2026-11-24T09:00:00.000+08:00",
        "by": "p1",
        "salt": "5a" * 16,
    }
    first = make_entry(log="houye-02", seq=1, kind="footage.linked", doc=doc, body=linked, **whole)
    origin = {"log": "houye-02", "seq": 1, "hash": first.hash}
    again = make_entry(
        log="houye-02-k7m2", seq=1, kind="footage.linked", doc=doc, body={"origin": origin, **linked}, **whole
    )
    assert township.book.merge([first.line(), again.line()]).received == 2
    assert [row["camera"] for row in township.book.rows("footage")] == ["03"]
    for log in ("aaa", "houye-02-zzzz"):
        body = {**linked, "origin": origin, "camera": "99", "moment": "2026-11-24T10:00:00.000+08:00"}
        forged = make_entry(log=log, seq=1, kind="footage.linked", doc=doc, body=body, **whole)
        assert merge(township.book, forged).received == 1
        assert "03" in [row["camera"] for row in township.book.rows("footage")], "whose row it is"


@pytest.mark.parametrize("note", ["说的是另一回事", ""], ids=["claimed", "said again"])
def test_a_log_gives_way_only_to_what_says_the_same_again(township: Township, note: str):
    """Anybody can claim to repeat another's entries; what stands nowhere else must not be cut off for it."""
    book, theirs = township.book, chain("houye-02", 3)
    before: Entry | None = None
    again: list[Entry] = []
    for entry in theirs[1:]:
        origin = {"log": entry.log, "seq": entry.seq, "hash": entry.hash}
        body = {**entry.fields, "origin": origin} | ({"note": note} if note else {})
        seq, prev = (before.seq + 1, before.hash) if before else (1, "0" * 64)
        before = make_entry(log="houye-02-k7m2", seq=seq, prev=prev, hlc=entry.hlc, at=entry.at, by=entry.by,
                            kind=entry.kind, doc=entry.doc, body=body, salt="5a" * 16)  # fmt: skip
        again.append(before)
    assert merge(book, theirs[0], *again).received == 3
    branch = [entry.line() for entry in theirs]
    assert is_written_again(book, branch, "houye-02", 1) == (not note)
    assert merge(book, *theirs[1:]).received == 2
    assert book.give_way("houye-02", Head(1, theirs[0].hash)) == (not note)
    assert book.heads()["houye-02"].seq == (3 if note else 1)
