"""What nobody will write again any more: a branch or a paper whose laptop was put back to before it wrote that."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import fieldlog
from hubs import Chain, HubProcess, laptop, log_bytes, note, notes_in
from sqlalchemy import delete, insert, update
from test_fold_order import rows
from township import ITEMS, FixedClock, new_township

from benchmarks.postgres import Server
from fieldlog.actions import answering
from fieldlog.book.book import Book
from fieldlog.book.verify import verify
from fieldlog.domain.entries import parse_entry
from fieldlog.domain.errors import FoundWrong
from fieldlog.domain.fold import happening
from fieldlog.office.stranded import Stranded
from fieldlog.office.tables import branches, continuations, devices, entries, logs
from fieldlog.office.written_again import Office, Wish, WrittenAgain, write_again
from fieldlog.sync.exchange import write_pack
from fieldlog.sync.http import sync_http
from fieldlog.sync.hub import HubConnection
from fieldlog.sync.joining import credential_for
from fieldlog.sync.line import HubRefused
from fieldlog.sync.qr_case import make_case
from fieldlog.sync.qr_compact import pack_case
from fieldlog.sync.qr_frames import Message
from fieldlog.sync.qr_receive import receive


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    with HubProcess(tmp_path_factory.mktemp("office")) as hub:
        yield hub


def copied(folder: Path, to: Path) -> Path:
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns("lock"))
    return to


def with_a_lost_branch(hub: HubProcess, folder: Path, unit: str) -> tuple[Path, Path, Path]:
    """A laptop, a copy of it whose branch the office refused and keeps, and another laptop."""
    with laptop(folder, "houye-01", unit) as book, laptop(folder, "houye-02", unit) as other:
        note(book, "共同的")
        sync_http(book, hub.url, hub.code(unit))
        lost = copied(book.folder, folder / "lost")
        note(book, "留下的")
        sync_http(book, hub.url)
        sync_http(other, hub.url, hub.code(unit))
    with Book.open(lost) as book:
        note(book, "丢的一", "丢的二")
        assert sync_http(book, hub.url).parted is not None
    return folder / "houye-01", lost, folder / "houye-02"


EVERYTHING = ["丢的一", "丢的二", "共同的", "留下的"]


def test_the_office_writes_a_lost_branch_again_when_its_laptop_comes_without_it(hub: HubProcess, tmp_path: Path):
    first, lost, second = with_a_lost_branch(hub, tmp_path, "lost-a")
    with Book.open(second) as other:
        assert sync_http(other, hub.url).refused == ()
        assert sorted(notes_in(other)) == ["共同的", "留下的"]  # its own laptop may still bring it
    with Book.open(first) as book, Book.open(second) as other:
        sync_http(book, hub.url)
        sync_http(other, hub.url)
        assert log_bytes(book) == log_bytes(other)
        assert sorted(notes_in(book)) == EVERYTHING
        (new,) = book.heads().keys() - {"houye-01", "houye-02"}
        with Book.look(lost) as before:
            written = {entry.hash: entry for entry in before.entries()}
        again = [entry for entry in book.entries() if entry.log == new and entry.kind == "item.noted"]
        assert len(again) == 2
        for entry in again:
            was = written[entry.fields["origin"]["hash"]]
            assert (entry.hlc, entry.at, entry.by, entry.doc) == (was.hlc, was.at, was.by, was.doc)
        assert verify(other.folder).ok
        calm = sync_http(book, hub.url)
        assert (calm.sent, calm.received, calm.refused) == (0, 0, ())
        folded = rows(other)
    with Book.open(lost) as book:  # it was not lost after all, and writes the same again
        sync_http(book, hub.url, fork=True)
        assert len([entry for entry in book.entries() if entry.fields.get("note") == "丢的一"]) == 2
        assert len({happening(entry) for entry in book.entries() if entry.fields.get("note") == "丢的一"}) == 1
    with Book.open(second) as other:
        sync_http(other, hub.url)
        after = rows(other)
        assert {name: after[name] for name in after if name != "devices"} == {
            name: folded[name] for name in folded if name != "devices"
        }


def test_a_hub_that_was_restored_takes_what_it_wrote_itself_again(hub: HubProcess, tmp_path: Path):
    first, _lost, second = with_a_lost_branch(hub, tmp_path, "lost-b")
    with Book.open(first) as book, Book.open(second) as other:
        sync_http(book, hub.url)
        sync_http(other, hub.url)
        (new,) = book.heads().keys() - {"houye-01", "houye-02"}
        with hub.parts.ledger.engine.begin() as connection:
            for table, column in ((entries, entries.c.log), (logs, logs.c.log), (devices, devices.c.device)):
                connection.execute(delete(table).where(table.c.unit == "lost-b", column == new))
            connection.execute(delete(continuations).where(continuations.c.device == new))
        assert sync_http(other, hub.url).refused == ()
        assert hub.parts.ledger.heads("lost-b")[new] == other.heads()[new]
        assert hub.parts.enrolment.roster.roster("lost-b").devices[new].root == "houye-01"


def test_only_the_office_can_begin_such_a_log(hub: HubProcess, tmp_path: Path):
    with laptop(tmp_path, "houye-01", "lost-c") as book:
        sync_http(book, hub.url, hub.code("lost-c"))
        office = hub.parts.keys.public.signing_key
        forged = Chain("houye-01-k7m2")
        told = {"device": forged.log, "unit": "lost-c", "public_key": office, "written_for": "houye-01"}
        forged.add(1, "log.started", {**told, "asked_by": "houye-01", "office": "0" * 128}).add(2).seal()
        credential = credential_for(book, hub.url, lambda _s: None, None)
        with HubConnection(hub.url) as line:
            line.use_token(credential.token)
            line.state()
            (refused,) = line.post(write_pack(forged.lines)).refused
            assert "没有在办公室登记" in refused.why


def test_another_laptop_may_not_ask_for_it_and_the_office_may(hub: HubProcess, tmp_path: Path):
    _first, _lost, second = with_a_lost_branch(hub, tmp_path, "lost-d")
    with Book.open(second) as other, HubConnection(hub.url) as line:
        line.use_token(credential_for(other, hub.url, lambda _s: None, None).token)
        with pytest.raises(HubRefused, match="审批人"):
            line.write_again("houye-01")
    database = ("--db", hub.db_url)
    listed = fieldlog("office", "stranded", *database, "--unit", "lost-d")
    assert "houye-01" in listed.out
    assert "2 条" in listed.out
    done = fieldlog("office", "stranded", "houye-01", *database, "--unit", "lost-d", "--json")
    assert '"written_again":["houye-01-' in done.out.replace(" ", "")
    assert "没有" in fieldlog("office", "stranded", *database, "--unit", "lost-d").out
    with Book.open(second) as other:
        sync_http(other, hub.url)
        assert sorted(notes_in(other)) == EVERYTHING


def test_a_paper_whose_writer_was_put_back_reaches_everybody(hub: HubProcess, tmp_path: Path, clock: FixedClock):
    unit = "houye"
    township = new_township(tmp_path / "writer", clock)
    with township.book as book, laptop(tmp_path, "houye-08", unit) as reader:
        sync_http(book, hub.url, hub.code(unit))
        sync_http(reader, hub.url, hub.code(unit))
        before = copied(book.folder, tmp_path / "before")
        doc = township.visit()
        answering.answer(book, township.by, doc, ITEMS[0], "不符合", text="出口堵塞")
        message = Message(pack_case(make_case(book, doc)), 400)
        assert receive(reader, [message.text(number) for number in range(message.count)]).outcomes[0].state == "whole"
        sync_http(reader, hub.url)  # the office has it now
    with Book.open(before, now=clock) as book:
        note(book, "放回去以后写的")
        sync_http(book, hub.url)
        assert book.row("inspections", doc)
        with Book.open(tmp_path / "houye-08") as reader:
            sync_http(reader, hub.url)
            assert rows(reader) == rows(book)
            assert not list((reader.folder / "log").glob("*/case-*"))
            assert list((reader.folder / "branches").glob("*/case-*"))
            reader.rebuild()
            assert rows(reader) == rows(book)
            assert log_bytes(reader) == log_bytes(book)


def test_what_the_ledger_does_not_take_stays_to_be_written_again(hub: HubProcess, tmp_path: Path):
    with_a_lost_branch(hub, tmp_path, "lost-y")
    parts = hub.parts
    beside = Stranded(parts.ledger, Office(parts.keys.sign, parts.keys.public.signing_key))
    (new,) = beside.write_again("lost-y", "houye-01", "office")
    with parts.ledger.engine.begin() as connection:  # something else stands under the name that it would get
        connection.execute(delete(devices).where(devices.c.unit == "lost-y", devices.c.device == new))
        connection.execute(delete(continuations).where(continuations.c.device == new))
        connection.execute(update(branches).where(branches.c.unit == "lost-y").values(settled_at=None))
        of_new = (entries.c.unit == "lost-y", entries.c.log == new)
        connection.execute(update(entries).where(*of_new).values(hash="0" * 64))
        connection.execute(update(logs).where(logs.c.unit == "lost-y", logs.c.log == new).values(hash="0" * 64))
    with pytest.raises(FoundWrong):
        beside.write_again("lost-y", "houye-01", "office")
    assert beside.logs("lost-y") == ["houye-01"]


def test_what_comes_while_the_office_writes_again_is_not_lost(tmp_path: Path, postgres: Server):
    with HubProcess(tmp_path / "office", db_url=postgres.database()) as hub:
        with_a_lost_branch(hub, tmp_path, "lost-z")
        parts, late = hub.parts, list[bool]()
        (lost,) = [line for line in parts.ledger.branch("lost-z", "houye-01") if "丢的二".encode() in line]
        with parts.ledger.engine.begin() as connection:
            connection.execute(delete(branches).where(branches.c.unit == "lost-z", branches.c.line == lost))

        def sign(message: bytes) -> str:
            if not late:  # the other hub of the county takes in the rest of the branch in this moment
                late.append(True)
                entry = parse_entry(lost)
                row = {"unit": "lost-z", "log": entry.log, "seq": entry.seq, "hash": entry.hash, "line": lost}
                with parts.ledger.engine.begin() as connection:
                    connection.execute(insert(branches).values(**row, sender="houye-01", received_at=1))
            return parts.keys.sign(message)

        beside = Stranded(parts.ledger, Office(sign, parts.keys.public.signing_key))
        assert len(beside.write_again("lost-z", "houye-01", "office")) == 1
        assert beside.logs("lost-z") == ["houye-01"]
        assert len(beside.write_again("lost-z", "houye-01", "office")) == 1
        assert beside.logs("lost-z") == []
        assert beside.count("lost-z", "houye-01") == 0


def test_an_office_with_a_later_key_writes_another_log_and_no_fork_of_the_first():
    stranded = [parse_entry(line) for line in Chain("houye-01").add(3).lines[1:]]
    wish = Wish("houye", "houye-01", "houye-01", "office", stranded, {}, {})

    def made(key: str) -> WrittenAgain:
        (log,) = write_again(wish, Office(lambda _message: "0" * 128, key), lambda _name: False)
        return log

    assert made("1" * 64) == made("1" * 64)
    assert made("1" * 64).log != made("2" * 64).log
