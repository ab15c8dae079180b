"""Opening the hub's database: new ones, those of older versions, newer ones, and those that cannot be used."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from command import fieldlog
from hubs import Chain
from sqlalchemy import text

from benchmarks.postgres import Server
from fieldlog.domain.errors import EnvironmentFault, NewerFormat, UsageError
from fieldlog.domain.roster import Listed
from fieldlog.office import upgrade
from fieldlog.office.attachments import Attachments
from fieldlog.office.database import connect_to, open_database, transaction, writing
from fieldlog.office.enrolment import Enrolment
from fieldlog.office.intake import prove
from fieldlog.office.ledger import Ledger
from fieldlog.office.tables import metadata

FIRST_HUB = Path(__file__).parent / "data" / "hub-0001.sql"
"""What a hub wrote before there were migrations, as SQLite dumps it: one device, seven entries, one photo wanted."""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'hub.sqlite'}"
    server: Server = request.getfixturevalue("postgres")
    return server.database()


def test_the_migrations_end_at_the_tables_the_program_works_with(url: str):
    with open_database(url).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    versions = Path(upgrade.__file__).parent / "migrations"
    assert ScriptDirectory(versions).get_current_head() == upgrade.HEAD


def test_a_hub_from_before_migrations_keeps_everything_and_goes_on(tmp_path: Path):
    url = old_hub(tmp_path)
    chain = Chain().add(5).add(1, "photo.attached", {"sha256": "ab" * 32, "name": "现场.jpg", "size": 7}).seal()
    engine = open_database(url)
    ledger, enrolment = Ledger(engine), Enrolment(engine)
    assert ledger.lines_after("houye", {})[:6] == chain.lines[:6]
    assert ledger.heads("houye")["houye-01"].seq == 7
    assert enrolment.member("a token of long ago").device == "houye-01"
    assert Attachments(engine, tmp_path / "blobs").wanted("houye") == ["ab" * 32]
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert connection.execute(text("SELECT schema FROM about")).scalar_one() == 2
    other = Chain("houye-02").add(3)
    assert ledger.accept(
        "houye", "houye-02", prove(other.lines, "houye-02", lambda log: Listed(log, other.public_key))
    ).received


def old_hub(folder: Path) -> str:
    """The URL of a hub of the first schema."""
    import sqlite3

    file = folder / "hub.sqlite"
    with sqlite3.connect(file) as connection:
        connection.executescript(FIRST_HUB.read_text(encoding="utf-8"))
    connection.close()
    return f"sqlite:///{file}"


def test_hubs_that_start_at_once_make_the_tables_once(url: str):
    """As processes of their own, since what they would fight over is the database's."""
    start = "import sys; from fieldlog.office.database import open_database; open_database(sys.argv[1]).dispose()"

    def run(_number: int) -> str:
        ran = subprocess.run([sys.executable, "-c", start, url], capture_output=True, text=True, check=False)
        return ran.stderr

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(run, range(3))) == ["", "", ""]
    with connect_to(url).connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [upgrade.HEAD]
        assert connection.execute(text("SELECT count(*) FROM about")).scalar_one() == 1


def test_a_migration_that_is_killed_leaves_the_database_as_it_was(url: str, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("alembic.op.bulk_insert", fail)
        with pytest.raises(KeyboardInterrupt):
            open_database(url)
    with open_database(url).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_newer_database_is_left_alone(url: str):
    engine = open_database(url)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerFormat, match="升级"):
        open_database(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"


def test_a_database_that_cannot_be_used_is_told_in_a_line(tmp_path: Path):
    with pytest.raises(UsageError, match="sqlite:///"):
        open_database("no such thing")
    with pytest.raises(UsageError, match="sqlite:///"):
        open_database("oracle://hub")
    with pytest.raises(EnvironmentFault, match="打不开"):
        open_database(f"sqlite:///{tmp_path / 'absent' / 'hub.sqlite'}")
    text = tmp_path / "text.sqlite"
    text.write_text("不是数据库" * 1000, encoding="utf-8")
    with pytest.raises(EnvironmentFault, match="打不开"):
        open_database(f"sqlite:///{text}")


def test_a_postgresql_that_is_not_there_is_told_in_a_line(tmp_path: Path, postgres: Server):
    for url in ("postgresql://fieldlog@127.0.0.1:1/hub", postgres.database() + "&dbname=absent"):
        ran = fieldlog("office", "serve", "--db", url, "--port", "0", data=tmp_path)
        assert ran.code == 3
        assert "连不上办公室数据库" in ran.complaint
        assert "Traceback" not in ran.err


def test_a_missing_driver_is_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UsageError, match=r"pip install 'fieldlog\[postgres\]'"):
        open_database("postgresql://fieldlog@127.0.0.1/hub")


def test_the_driver_and_alembic_load_only_where_they_are_used(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'hub.sqlite'}"
    open_database(url).dispose()
    probe = (
        "import sys; from fieldlog.office.serve import open_hub; open_hub(sys.argv[1]); "
        "print(*{'psycopg', 'alembic'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", probe, url], capture_output=True, text=True, check=True)
    assert not done.stdout.strip()


def test_a_server_that_does_not_wait_for_its_disk_is_told_to(postgres: Server):
    url = postgres.database()
    with transaction(connect_to(url)) as connection:
        connection.exec_driver_sql("ALTER ROLE postgres SET synchronous_commit = 'off'")
    try:
        with open_database(url).connect() as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"
    finally:
        with transaction(connect_to(url)) as connection:
            connection.exec_driver_sql("ALTER ROLE postgres RESET synchronous_commit")
