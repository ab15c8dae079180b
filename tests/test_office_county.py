"""A county's hub: several processes on one PostgreSQL, and the move there from SQLite while no laptop notices."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from command import fieldlog
from hubs import Chain, HubProcess, laptop, log_bytes, note, photograph
from sqlalchemy import insert, select, text

from benchmarks.postgres import Server
from fieldlog.domain.errors import EnvironmentFault
from fieldlog.office.database import Moved, open_database, transaction, writing
from fieldlog.office.ledger import Ledger
from fieldlog.office.move import MOVED, move
from fieldlog.sync.exchange import write_pack
from fieldlog.sync.http import sync_http


def test_five_identical_posts_to_two_hubs_at_once_are_one_copy(tmp_path: Path, postgres: Server):
    url = postgres.database()
    photo = {"sha256": "ab" * 32, "name": "现场.jpg", "size": 7}
    chain = Chain().add(600).add(1, "photo.attached", photo).seal()
    with HubProcess(tmp_path, db_url=url) as one, HubProcess(tmp_path, db_url=url) as two:
        wish = {"code": one.code("houye"), "device": "houye-01", "unit": "houye", "public_key": chain.public_key}
        token = httpx.post(f"{two.url}/v1/enrol", json=wish).json()["token"]
        pack = write_pack(chain.lines)

        def post(hub: HubProcess) -> dict[str, object]:
            headers = {"Authorization": f"Bearer {token}"}
            answer = httpx.post(f"{hub.url}/v1/entries", content=pack, headers=headers, timeout=60)
            assert answer.status_code == 200, answer.text
            return answer.json()

        with ThreadPoolExecutor(5) as pool:
            answers = list(pool.map(post, [one, two, one, two, one]))
    assert sorted(answer["received"] for answer in answers) == [0, 0, 0, 0, 602]
    assert all(answer["heads"] == answers[0]["heads"] and not answer["refused"] for answer in answers)
    assert all(answer["wanted"] == ["ab" * 32] for answer in answers)
    engine = open_database(url)
    assert Ledger(engine).lines_after("houye", {}) == chain.lines
    engine.dispose()


def test_laptops_go_on_after_a_move_to_postgresql_as_if_nothing_had_been(tmp_path: Path, postgres: Server):
    book, other = laptop(tmp_path, "houye-01"), laptop(tmp_path, "houye-02")
    with HubProcess(tmp_path) as hub:
        note(book, "搬之前")
        photograph(book, b"before" * 1000)
        sync_http(book, hub.url, hub.code("houye"))
        sync_http(other, hub.url, hub.code("houye"))
        url, port, sqlite = hub.url, hub.port, hub.db_url
    target = postgres.database()
    moved = fieldlog("office", "move", "--db", sqlite, "--to", target, "--json", data=tmp_path / "office")
    assert moved.code == 0, moved.err
    assert moved.object["devices"] == 2
    assert moved.object["entries"] == sum(log.count(b"\n") for log in log_bytes(other).values())
    with HubProcess(tmp_path, port, target):
        note(book, "搬之后")
        sent = photograph(book, b"after" * 1000)
        assert sync_http(book, url).blobs_sent == 1
        assert sync_http(other, url).blobs_received == 1
    assert other.blobs.path(sent).read_bytes() == b"after" * 1000
    assert log_bytes(book)["houye-01"] == log_bytes(other)["houye-01"]
    refused = fieldlog("office", "serve", "--db", sqlite, "--port", "0", data=tmp_path / "office")
    assert refused.code == 3
    assert "已经搬到别处" in refused.complaint


def test_while_the_database_is_down_laptops_are_told_and_afterwards_the_same_hub_goes_on(tmp_path: Path):
    book = laptop(tmp_path, "houye-01")
    with Server() as own, HubProcess(tmp_path, db_url=own.database()) as hub:
        note(book, "之前")
        sync_http(book, hub.url, hub.code("houye"))
        note(book, "之中")
        own.halt()
        with pytest.raises(EnvironmentFault, match="办公室数据库暂时用不了"):
            sync_http(book, hub.url)
        own.start()
        sent = sync_http(book, hub.url)
        assert sent.heads["houye-01"].seq == log_bytes(book)["houye-01"].count(b"\n")
        assert sync_http(book, hub.url).sent == 0


@pytest.fixture
def filled(tmp_path: Path) -> str:
    """A SQLite hub with one device and some entries."""
    chain = Chain().add(40)
    with HubProcess(tmp_path) as hub:
        wish = {"code": hub.code("houye"), "device": "houye-01", "unit": "houye", "public_key": chain.public_key}
        token = httpx.post(f"{hub.url}/v1/enrol", json=wish).json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        httpx.post(f"{hub.url}/v1/entries", content=write_pack(chain.lines), headers=headers).raise_for_status()
        return hub.db_url


def test_a_move_goes_back_as_well_and_a_hub_that_still_runs_takes_nothing_more(
    filled: str, tmp_path: Path, postgres: Server
):
    postgresql, back = postgres.database(), f"sqlite:///{tmp_path / 'back.sqlite'}"
    running = open_database(filled)
    with writing(running) as connection:
        for table in (one for one in MOVED if connection.execute(select(one)).first() is None):
            values = {column.name: {bytes: b"7", str: "7", int: 7}[column.type.python_type] for column in table.columns}
            connection.execute(insert(table).values(values))
    counts = move(filled, postgresql)
    assert all(counts.values())
    with pytest.raises(Moved), writing(running):
        pass
    running = open_database(postgresql)
    assert move(postgresql, back) == counts
    with pytest.raises(Moved), writing(running):
        pass
    connections = [open_database(filled, moved=True).connect(), open_database(back).connect()]
    first, last = ([set(connection.execute(select(table))) for table in MOVED] for connection in connections)
    assert first == last


def test_a_move_that_fails_changes_nothing_and_one_cut_at_the_end_is_finished_by_another(
    filled: str, postgres: Server, monkeypatch: pytest.MonkeyPatch
):
    target = postgres.database()
    with monkeypatch.context() as patch:
        patch.setattr("fieldlog.office.move._same_heads", lambda *_: False)
        with pytest.raises(EnvironmentFault, match="没有搬成"):
            move(filled, target)
    with open_database(target).connect() as connection:
        assert all(connection.execute(select(table)).first() is None for table in MOVED)
    counts = move(filled, target)
    with transaction(open_database(filled, moved=True)) as connection:  # as if killed between the two commits
        connection.execute(text("UPDATE about SET moved_at = NULL"))
    assert move(filled, target) == counts
    with pytest.raises(Moved):
        open_database(filled)


def test_a_database_that_holds_other_records_is_no_place_to_move_to(filled: str, tmp_path: Path):
    full = f"sqlite:///{tmp_path / 'full.sqlite'}"
    move(filled, full)
    with transaction(open_database(filled, moved=True)) as connection:
        connection.execute(text("UPDATE about SET moved_at = NULL"))
        connection.execute(text("UPDATE entries SET hash = 'other' WHERE seq = 40"))
    for source, to, code, why in (
        (filled, full, 1, "已经有别的记录"),
        (filled, filled, 2, "同一个"),
        (f"sqlite:///{tmp_path / 'none.sqlite'}", full, 2, "没有这个数据库文件"),
    ):
        ran = fieldlog("office", "move", "--db", source, "--to", to, data=tmp_path)
        assert (ran.code, why in ran.complaint) == (code, True), ran.err
    open_database(filled).dispose()
