"""Trouble at the office, each told apart in one line and survived: nothing lost, nothing twice."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Self

import httpx
import pytest
from hubs import Chain, HubProcess, environment, laptop, log_bytes, note, notes_in, photograph
from starting import Started, run

from fieldlog.book.book import Book
from fieldlog.domain.errors import EnvironmentFault
from fieldlog.office.serve import open_hub
from fieldlog.sync.credentials import load_credential
from fieldlog.sync.exchange import write_pack
from fieldlog.sync.http import sync_http

SERVE = """
import os, sys
from pathlib import Path
from fieldlog.office import database, ledger
from fieldlog.office.serve import run
database._BUSY_SECONDS = 1
accept = ledger.Ledger.accept
def die_after_the_commit(self, *arguments):
    done = accept(self, *arguments)
    if done.received and Path(sys.argv[3]).exists():
        Path(sys.argv[3]).unlink()
        os.kill(os.getpid(), 9)
    return done
ledger.Ledger.accept = die_after_the_commit
run(sys.argv[1], port=int(sys.argv[2]))
"""


class Hub:
    """A hub that waits a second for a locked database, and dies between a commit and its answer when told to."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.database = folder / "hub.sqlite"
        self.mark = folder / "die"
        url = f"sqlite:///{self.database}"
        line = [sys.executable, "-c", SERVE, url, str(port), str(self.mark)]
        self.process = Started(line, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        self.port = int(self.url.rsplit(":", 1)[1])
        self.parts = open_hub(url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def hub(tmp_path: Path):
    with Hub(tmp_path) as hub:
        yield hub


def at_once(_seconds: float) -> None:
    """Do not wait between tries."""


def one_line(told: pytest.ExceptionInfo[EnvironmentFault]) -> str:
    said = str(told.value)
    assert "\n" not in said
    assert any("一" <= letter <= "鿿" for letter in said)
    return said


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits another process's files")
def test_while_the_hub_s_disk_is_full_nothing_is_acknowledged_and_afterwards_everything_comes(hub: Hub, tmp_path: Path):
    import resource

    with laptop(tmp_path, "houye-01") as book:
        sync_http(book, hub.url, hub.parts.enrolment.new_code("houye"))
        before = hub.parts.ledger.heads("houye")
        note(book, *(os.urandom(100_000).hex() for _ in range(5)))
        sha256 = photograph(book, os.urandom(200_000))
        resource.prlimit(hub.process.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        with pytest.raises(EnvironmentFault) as told:
            sync_http(book, hub.url, wait=at_once)
        assert "磁盘" in one_line(told)
        assert "什么都没有存" in str(told.value)
        assert hub.parts.ledger.heads("houye") == before
        resource.prlimit(hub.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert sync_http(book, hub.url).refused == ()
        assert hub.parts.ledger.heads("houye") == book.heads()
        assert hub.parts.attachments.size("houye", sha256) == 200_000


def test_a_database_that_another_program_holds_is_waited_for_or_told(hub: Hub, tmp_path: Path):
    with laptop(tmp_path, "houye-01") as book, closing(sqlite3.connect(hub.database, check_same_thread=False)) as other:
        sync_http(book, hub.url, hub.parts.enrolment.new_code("houye"))
        note(book, "有人占着")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(EnvironmentFault) as told:
            sync_http(book, hub.url, wait=at_once)
        assert "占" in one_line(told)
        threading.Timer(0.4, other.rollback).start()
        assert sync_http(book, hub.url, wait=at_once).sent == 2
        assert hub.parts.ledger.heads("houye") == book.heads()


def test_a_hub_killed_between_commit_and_answer_stores_once(hub: Hub, tmp_path: Path):
    with laptop(tmp_path, "houye-01") as book:
        sync_http(book, hub.url, hub.parts.enrolment.new_code("houye"))
        note(book, "一", "二", "三")
        sha256 = photograph(book, b"jpeg" * 100)
        hub.mark.touch()
        with pytest.raises(EnvironmentFault, match=r"断了|连不上") as told:
            sync_http(book, hub.url, wait=at_once)
        one_line(told)
        assert not hub.mark.exists()
        assert hub.parts.ledger.heads("houye") == book.heads()  # all of it was stored, and nobody said so
        with Hub(tmp_path, hub.port) as again, laptop(tmp_path, "houye-02") as other:
            result = sync_http(book, again.url)
            assert (result.refused, result.blobs_sent) == ((), 1)
            sync_http(other, again.url, again.parts.enrolment.new_code("houye"))
            assert notes_in(other) == ["一", "二", "三"]
            assert other.blobs.has(sha256)
            assert log_bytes(other)["houye-01"] == log_bytes(book)["houye-01"]


def test_a_hub_older_than_the_laptop_says_that_the_office_must_upgrade(hub: Hub, tmp_path: Path):
    with laptop(tmp_path, "houye-01") as book:
        sync_http(book, hub.url, hub.parts.enrolment.new_code("houye"))
        token = load_credential(book.folder, hub.url).token
        pack = write_pack(list(book.lines_after({})))
        for newer in (pack.replace(b'"v":1,"way"', b'"v":2,"way"', 1), pack.replace(b'"plain"', b'"newer"', 1)):
            headers = {"Authorization": f"Bearer {token}"}
            answer = httpx.post(f"{hub.url}/v1/entries", content=newer, headers=headers, trust_env=False)
            assert answer.status_code == 422
            assert "升级办公室的 fieldlog" in answer.json()["error"]
        newer_entry = b'{"v":2,"log":"houye-01","seq":3}'
        answer = httpx.post(
            f"{hub.url}/v1/entries", content=write_pack([newer_entry]), headers=headers, trust_env=False
        )
        ((refused),) = answer.json()["refused"]
        assert "升级" in refused["why"]


RECEIVE_AND_DIE = """
import os, signal, sys
from pathlib import Path
from fieldlog.book.book import Book
from fieldlog.sync.http import sync_http
def die(what, done, total):
    if what == "接收":
        os.kill(os.getpid(), signal.SIGKILL)
sync_http(Book.open(Path(sys.argv[1])), sys.argv[2], None, die)
"""


def test_a_device_thousands_of_entries_behind_catches_up_though_it_is_killed_on_the_way(hub: Hub, tmp_path: Path):
    chain = Chain("houye-01")
    enrolled = hub.parts.enrolment.enrol(
        hub.parts.enrolment.new_code("houye"), "houye-01", "houye", chain.public_key, ""
    )
    started = {"device": "houye-01", "unit": "houye", "public_key": chain.public_key}
    chain.add(1, "log.started", started).add(15_000).seal()
    headers = {"Authorization": f"Bearer {enrolled.token}"}
    answer = httpx.post(f"{hub.url}/v1/entries", content=write_pack(chain.lines), headers=headers, trust_env=False)
    assert answer.json()["received"] == 15_002
    with laptop(tmp_path, "houye-90", role="supervisor") as desk:
        code = hub.parts.enrolment.new_code("houye", "supervisor")
        note(desk, "一直没有同步")
    with Book.open(desk.folder) as book:
        with pytest.raises(KeyboardInterrupt):
            sync_http(book, hub.url, code, interrupted)
        reached = book.heads()["houye-01"].seq
    assert 1 < reached < 15_002
    child = [sys.executable, "-c", RECEIVE_AND_DIE, str(desk.folder), hub.url]
    assert run(child, env=environment()).returncode == -signal.SIGKILL
    with Book.open(desk.folder) as book:
        assert not book.damages
        before = book.heads()["houye-01"].seq
        assert before > reached
        assert sync_http(book, hub.url).received == 15_002 - before
        assert book.heads() == hub.parts.ledger.heads("houye")


def interrupted(what: str, _done: int, _total: int) -> None:
    """Stop at the first piece that came in."""
    if what == "接收":
        raise KeyboardInterrupt


def test_a_database_that_goes_down_and_comes_back_is_told_and_nothing_is_lost_or_doubled(tmp_path: Path):
    from benchmarks.postgres import NoPostgres, Server

    try:
        server = Server()  # one of its own: the others' must not be stopped
    except NoPostgres as error:
        pytest.skip(str(error))
    with server, HubProcess(tmp_path, db_url=server.database()) as hub, laptop(tmp_path, "houye-01") as book:
        sync_http(book, hub.url, hub.code("houye"))
        note(book, "数据库停了")
        sha256 = photograph(book, os.urandom(100_000))
        server.halt()
        with pytest.raises(EnvironmentFault, match="数据库") as told:
            sync_http(book, hub.url, wait=at_once)
        one_line(told)
        server.start()
        result = sync_http(book, hub.url, wait=at_once)
        assert (result.sent, result.blobs_sent, result.refused) == (3, 1, ())
        assert hub.parts.ledger.heads("houye") == book.heads()
        assert hub.parts.attachments.size("houye", sha256) == 100_000


def test_the_same_photo_sent_by_several_requests_at_once_is_stored_once_and_whole(hub: Hub, tmp_path: Path):
    with laptop(tmp_path, "houye-01") as book:
        content = os.urandom(3_000_000)
        sha256 = photograph(book, content)
        book.blobs.path(sha256).unlink()  # so that the synchronisation brings the entry and not the photo
        sync_http(book, hub.url, hub.parts.enrolment.new_code("houye"))
        token = load_credential(book.folder, hub.url).token

    def put(_number: int) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx.put(f"{hub.url}/v1/blobs/{sha256}", content=content, headers=headers, trust_env=False)
        if answer.status_code == 201:
            assert answer.json()["receipt"]["blobs"] == [sha256]
        return answer.status_code

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(put, range(5)))
    assert set(answers) <= {201, 409}
    assert 201 in answers
    assert hub.parts.attachments.path("houye", sha256).read_bytes() == content
    assert put(0) == 201
