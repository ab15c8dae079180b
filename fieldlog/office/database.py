"""Opening the hub's database, SQLite or PostgreSQL, and the transactions in it.

What is acknowledged is on the disk: SQLite writes with a full fsync before a commit returns, and PostgreSQL with
`synchronous_commit` even where a server's default says otherwise.
"""

import os
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Table, create_engine, event, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, SQLAlchemyError

from fieldlog.domain.errors import EnvironmentFault, UsageError
from fieldlog.office.tables import about
from fieldlog.office.upgrade import bring_up_to_date

_BUSY_SECONDS: Final = 30
_CONNECT_SECONDS: Final = 10
_PRAGMAS: Final = (
    "page_size=16384",  # measured with entries of 450 bytes: 1.5 times as fast to fill as 4096
    "journal_mode=WAL",
    "synchronous=FULL",
    "wal_autocheckpoint=4096",  # with the default, nearly every piece would be written twice
    "journal_size_limit=67108864",
    "cache_size=-32768",
)
MOVING_LOCK: Final = 0x6669656C646D6F76
"""PostgreSQL's advisory lock that writers share and that moving the contents away takes alone; "fieldmov" as bytes."""
_DURABLE: Final = (
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
)
_QUEUES: Final[WeakKeyDictionary[Engine, threading.Lock]] = WeakKeyDictionary()
_SQLITE_SAYS: Final = {
    "database or disk is full": "磁盘已满",
    "disk I/O error": "磁盘读写出错，可能已满",
    "database is locked": "另一个程序占着数据库",
    "attempt to write a readonly database": "数据库是只读的",
    "database disk image is malformed": "数据库文件已损坏，请从备份恢复",
}
_ONCE_MORE: Final = frozenset({"40001", "40P01"})
"""PostgreSQL's codes for two transactions that stood in each other's way: serialization failure, deadlock."""


class Moved(EnvironmentFault):
    """The database's contents are in another one now."""


def open_database(url: str, *, moved: bool = False) -> Engine:
    """Connect, make the tables where there are none, and bring older ones up to date.

    With `moved`, also one whose contents went to another database.

    Raises:
        UsageError: the URL names no database that can be used, or its driver is not installed.
        EnvironmentFault: the database cannot be opened, or (Moved) its contents went to another.
        NewerFormat: a newer fieldlog made it.
    """
    engine = connect_to(url)
    try:
        with _in_words(engine):
            bring_up_to_date(engine, transaction)
            with engine.connect() as connection:
                if not moved:
                    _check_here(connection)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _check_here(connection: Connection) -> None:
    if connection.execute(select(about.c.moved_at)).scalar_one() is not None:
        raise Moved("这个办公室数据库已经搬到别处，不再收记录：请让办公室服务改用新的数据库（--db）")


def connect_to(url: str) -> Engine:
    """An engine for the URL; nothing is read or written yet, but that a SQLite file is made for its owner only.

    Raises:
        UsageError: the URL names no database that can be used, or its driver is not installed.
    """
    try:
        parsed = _with_driver(make_url(url))
        engine = create_engine(parsed, **_engine_arguments(parsed))
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise UsageError("数据库地址用不了，请写成 sqlite:///文件路径 或 postgresql://用户@主机/数据库") from error
    except ImportError as error:
        raise UsageError(
            "用 PostgreSQL 还要装驱动，请运行 pip install 'fieldlog[postgres]' 或 pip install 'psycopg[binary]'"
        ) from error
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
        _keep_private(parsed.database)
    else:
        _prepare_postgresql(engine)
    return engine


def reason(error: SQLAlchemyError) -> str:
    """The driver's words in one line; SQLAlchemy's own add the statement and its values, which no log should hold."""
    said = " ".join(str(getattr(error, "orig", None) or error).split())
    return _SQLITE_SAYS.get(said, said)


def reason_for_all(error: SQLAlchemyError) -> str:
    """The reason where it is one of SQLite's own, else empty: a driver's words may name a host and a user."""
    said = reason(error)
    return said if said in _SQLITE_SAYS.values() else ""


@contextmanager
def writing(engine: Engine) -> Generator[Connection]:
    """A transaction that writes, in a database that still takes something in.

    Raises:
        Moved: its contents went to another database, and what is written here would stay behind.
    """
    with transaction(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": MOVING_LOCK})
        _check_here(connection)
        yield connection


@contextmanager
def transaction(engine: Engine) -> Generator[Connection]:
    """A transaction, whatever became of the database. SQLite takes its one write lock at the beginning, so that no
    upgrade can fail; the threads of one process queue for it here, since SQLite's own waiting is sleeping in turns.
    """
    with _queue(engine), engine.connect().execution_options(fieldlog_writes=True) as connection, connection.begin():
        yield connection


@contextmanager
def _queue(engine: Engine) -> Generator[None]:
    """Wait for this process's turn to write to SQLite, but not for ever: where another program holds the database, all
    who wait go on after the same time and are told so by SQLite, instead of one after the other."""
    if engine.dialect.name != "sqlite":
        yield
        return
    turn = _QUEUES.setdefault(engine, threading.Lock())
    mine = turn.acquire(timeout=_BUSY_SECONDS)
    try:
        yield
    finally:
        if mine:
            turn.release()


def lost_a_race(error: DBAPIError) -> bool:
    """Whether another transaction was there first, so that doing all of it again sees what that one did."""
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) in _ONCE_MORE


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows whose keys are not there yet; the key decides, at the moment of inserting.

    The rows come in the order of their keys, so that two transactions never wait for each other.
    """
    if rows:
        make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        connection.execute(make(table).on_conflict_do_nothing(), list(rows))


def blob_folder(url: str) -> Path | None:
    """Where attachments go unless told: beside a SQLite file; None for a database that is no file."""
    parsed = make_url(url)
    if not parsed.drivername.startswith("sqlite") or not parsed.database:
        return None
    return Path(parsed.database).absolute().with_suffix(".blobs")


def _with_driver(url: URL) -> URL:
    """The same URL with the one driver that is meant for its kind.

    Raises:
        ArgumentError: another kind of database.
    """
    match url.get_backend_name():
        case "sqlite":
            return url
        case "postgresql" | "postgres":
            return url.set(drivername="postgresql+psycopg")
        case _:
            raise ArgumentError


def _engine_arguments(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": _BUSY_SECONDS}}
    told = {"connect_timeout": _CONNECT_SECONDS, "application_name": "fieldlog", "client_encoding": "utf8"}
    # A connection that a restart of the database cut is found out before it is used, not by a laptop's post.
    return {
        "pool_pre_ping": True,
        "connect_args": {name: value for name, value in told.items() if name not in url.query},
    }


@contextmanager
def _in_words(engine: Engine) -> Generator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        look = (
            "打不开办公室数据库：请检查文件夹和磁盘能不能写入，或用 --db 换一个"
            if engine.dialect.name == "sqlite"
            else "连不上办公室数据库：请检查地址、用户、密码和权限，以及数据库服务是否开着"
        )
        raise EnvironmentFault(f"{look}（{reason(error)}）") from error


def _keep_private(file: str | None) -> None:
    """Make the file before SQLite would, for its owner only; SQLite gives the files beside it the same mode."""
    if file and file != ":memory:" and not file.startswith("file:"):
        try:
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))
        except OSError:
            return  # connecting says why it cannot be opened


def _prepare_sqlite(engine: Engine) -> None:
    # The driver's own transaction handling is switched off, as SQLAlchemy's page on pysqlite advises.
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver's connection
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get("fieldlog_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    del connected, begun


def _prepare_postgresql(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver's connection
        with connection.cursor() as cursor:
            cursor.execute(_DURABLE)
        connection.commit()

    del connected
