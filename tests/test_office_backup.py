"""The office's backup, made while laptops send, and put back: what came after it comes again by itself."""

import os
import signal
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from command import command, fieldlog
from hubs import HubProcess, laptop, note, photograph
from starting import Started
from test_fork import clone

from fieldlog.book.book import Book
from fieldlog.sync.credentials import load_credential, save_credential
from fieldlog.sync.http import sync_http


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The URL of a hub that runs through the command."""
    line = command("office", "serve", "--port", "0", "--data", folder)
    hub = Started(line, stdout=subprocess.PIPE, text=True)
    try:
        yield hub.stdout.readline().strip()
    finally:
        hub.terminate()
        hub.communicate(timeout=30)


def test_a_backup_made_while_laptops_send_comes_back_and_the_rest_is_sent_again(tmp_path: Path):
    office, file = tmp_path / "office", tmp_path / "usb" / "备份.zip"
    file.parent.mkdir()
    with served(office) as url:
        books = [laptop(tmp_path, f"houye-0{number}") for number in (1, 2)]
        for book in books:
            code = fieldlog("office", "enrol", book.device.id, "--json", data=office).object["code"]
            sha256 = photograph(book, os.urandom(300_000))
            sync_http(book, url, code)
        stop = threading.Event()

        def send(book: Book) -> None:
            while not stop.is_set():
                note(book, *(["边备份边写"] * 5))
                photograph(book, os.urandom(5_000))
                sync_http(book, url)

        writers = [threading.Thread(target=send, args=(book,)) for book in books]
        for writer in writers:
            writer.start()
        made = [fieldlog("office", "backup", file, "--json", data=office) for _ in range(2)]
        stop.set()
        for writer in writers:
            writer.join()
        assert [ran.code for ran in made] == [0, 0], made[0].err
        assert made[-1].object["blobs"] >= 2
        assert list(file.parent.iterdir()) == [file]
        for book in books:
            note(book, "备份以后写的")
            sha256 = photograph(book, os.urandom(5_000))
            sync_http(book, url)
    heads = {book.device.id: book.heads()[book.device.id] for book in books}
    acknowledged = {log: head.seq for log, head in heads.items()}
    held = fieldlog("office", "restore", file, data=office)
    assert held.code == 2
    assert "--force" in held.complaint
    for path in [*office.glob("office.sqlite*")]:
        path.unlink()
    for path in office.glob("office.blobs/*/*/*"):
        path.unlink()
    back = fieldlog("office", "restore", file, "--json", data=office)
    assert (back.code, back.object["entries"]) == (0, made[-1].object["entries"]), back.err
    before = url
    with served(office) as url:
        for book in books:
            known = load_credential(book.folder, before)
            save_credential(book.folder, replace(known, url=url))  # it answers at another port now
            result = sync_http(book, url, acknowledged=acknowledged[book.device.id])
            assert result.refused == ()
            assert result.went_back > 0
            assert result.heads[book.device.id] == book.heads()[book.device.id]
            assert sync_http(book, url, acknowledged=acknowledged[book.device.id]).went_back == 0
        with laptop(tmp_path, "houye-90", role="supervisor") as desk:
            code = fieldlog("office", "enrol", "houye-90", "--role", "supervisor", "--json", data=office).object["code"]
            sync_http(desk, url, code)
            assert desk.blobs.has(sha256)
            wanted = {e.fields["sha256"] for e in desk.entries() if e.kind == "photo.attached"}
            assert all(desk.blobs.has(each) for each in wanted)
            assert len(wanted) > 2
    doctor = fieldlog("doctor", "--json", data=office)
    assert doctor.code == 0, doctor.out  # a folder of the office's alone is no laptop's that lacks its data
    told = next(row for row in doctor.object["checks"] if row["name"] == "office")
    assert told["ok"]
    assert "houye-01 曾收到" in told["detail"]
    assert "已补齐" in told["detail"]
    for book in books:
        book.close()


@pytest.mark.parametrize("where", [0.4, 0.999])
def test_a_damaged_backup_changes_nothing(tmp_path: Path, where: float):
    office, file = tmp_path / "office", tmp_path / "backup.zip"
    office.mkdir()
    with HubProcess(office) as hub, laptop(tmp_path, "houye-01") as book:
        note(book, *(os.urandom(3_000).hex() for _ in range(20)))
        photograph(book, os.urandom(100_000))
        sync_http(book, hub.url, hub.code("houye"))
        assert fieldlog("office", "backup", file, "--db", hub.db_url, data=office).code == 0
        running = fieldlog("office", "restore", file, "--db", hub.db_url, "--force", data=office)
        assert running.code == 3
        assert "停下服务" in running.complaint
        hub.parts.ledger.engine.dispose()
        hub.stop(signal.SIGKILL)  # so that SQLite's files beside the database are left
    content = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        held = archive.start_dir  # a bit of the directory behind it, such as a file's age, may flip without harm
    for broken in (content[: int(held * where)], flipped(content, int(held * where))):
        file.write_bytes(broken)
        target = tmp_path / "new" / "office.sqlite"
        ran = fieldlog("office", "restore", file, "--db", f"sqlite:///{target}", data=office)
        assert ran.code == 1, ran.out
        assert "数据库没有动" in ran.complaint or "什么都没有动" in ran.complaint
        assert not target.exists()
    file.write_bytes(content)
    assert fieldlog("office", "restore", file, "--db", hub.db_url, "--force", data=office).code == 0
    assert hub.database.with_name("hub.sqlite.before-1").stat().st_size
    assert [path.name for path in office.glob("hub.sqlite*-*")] == ["hub.sqlite.before-1"]


def flipped(content: bytearray, at: int) -> bytearray:
    twin = bytearray(content)
    twin[at] ^= 0x10
    return twin


def test_postgresql_is_told_its_own_way_and_what_is_no_backup_is_told(tmp_path: Path):
    office = tmp_path / "office"
    told = fieldlog("office", "backup", tmp_path / "x", "--db", "postgresql://office@db/county", data=office)
    assert told.code == 2
    assert "pg_dump" in told.complaint
    assert "附件文件夹" in told.complaint
    (tmp_path / "junk").write_bytes(b"no zip")
    assert fieldlog("office", "restore", tmp_path / "junk", data=office).code == 1
    assert fieldlog("office", "restore", tmp_path / "gone", data=office).code == 2
    assert fieldlog("office", "backup", tmp_path / "x", data=office).code == 2


def test_a_hub_older_than_a_change_of_log_takes_the_laptop_in_again(tmp_path: Path):
    with HubProcess(tmp_path) as hub:
        with laptop(tmp_path, "houye-01") as book:
            sync_http(book, hub.url, hub.code("houye"))
            twin = clone(book.folder, tmp_path / "twin")
            note(book, "先写的")
            sync_http(book, hub.url)
        assert fieldlog("office", "backup", tmp_path / "b.zip", "--db", hub.db_url, data=tmp_path).code == 0
        with Book.open(twin) as book:
            note(book, "后写的")
            sync_http(book, hub.url, fork=True)
        hub.parts.ledger.engine.dispose()
        port = hub.port
        hub.stop()
        assert fieldlog("office", "restore", tmp_path / "b.zip", "--db", hub.db_url, "--force", data=tmp_path).code == 0
    with HubProcess(tmp_path, port) as hub, Book.open(twin) as book:
        note(book, "恢复以后写的")
        assert sync_http(book, hub.url).refused == ()
        assert hub.parts.ledger.heads("houye")[book.device.id] == book.heads()[book.device.id]
