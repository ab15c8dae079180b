"""The hub's tables, keyed by unit first so that a sharded database can spread them, and how to open them.

Times are milliseconds since 1970, UTC. SQLite writes with a full fsync before a commit returns: what is acknowledged
is on the disk.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    insert,
    select,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, SQLAlchemyError

from fieldlog.domain.errors import EnvironmentFault, NewerFormat, UsageError

SCHEMA: Final = 1
_BUSY_SECONDS: Final = 30
_PRAGMAS: Final = (
    "page_size=16384",  # measured with entries of 450 bytes: 1.5 times as fast to fill as 4096
    "journal_mode=WAL",
    "synchronous=FULL",
    "wal_autocheckpoint=4096",  # with the default, nearly every piece would be written twice
    "journal_size_limit=67108864",
    "cache_size=-32768",
)

metadata = MetaData()

_UNIT = String(64)
_DEVICE = String(40)
_HASH = String(64)

about = Table(
    "about",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("schema", Integer, nullable=False),
)

logs = Table(
    "logs",
    metadata,
    Column("unit", _UNIT, primary_key=True),
    Column("log", _DEVICE, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", _HASH, nullable=False),
    Column("hlc", String(16), nullable=False),
    Column("moved_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""The head of each log: no entry is stored without moving it in the same transaction."""

entries = Table(
    "entries",
    metadata,
    Column("unit", _UNIT, primary_key=True),
    Column("log", _DEVICE, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("hash", _HASH, nullable=False),
    Column("line", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

branches = Table(
    "branches",
    metadata,
    Column("unit", _UNIT, primary_key=True),
    Column("log", _DEVICE, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("hash", _HASH, primary_key=True),
    Column("line", LargeBinary, nullable=False),
    Column("sender", _DEVICE, nullable=False),
    Column("received_at", BigInteger, nullable=False),
)
"""Entries of a restored or cloned laptop that contradict what is stored: refused, and kept all the same."""

devices = Table(
    "devices",
    metadata,
    Column("unit", _UNIT, primary_key=True),
    Column("device", _DEVICE, primary_key=True),
    Column("role", String(20), nullable=False),
    Column("public_key", _HASH, nullable=False),
    Column("token_hash", _HASH, nullable=False),
    Column("enrolled_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Index("devices_by_token", "token_hash", unique=True),
)

codes = Table(
    "codes",
    metadata,
    Column("code_hash", _HASH, primary_key=True),
    Column("unit", _UNIT, nullable=False),
    Column("device", _DEVICE, nullable=False),
    Column("role", String(20), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
)

tries = Table(
    "tries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String(64), nullable=False),
    Column("tried_at", BigInteger, nullable=False, index=True),
)
"""Failed tries of enrolment codes; in the database since the HTTP processes keep no state."""

blobs = Table(
    "blobs",
    metadata,
    Column("unit", _UNIT, primary_key=True),
    Column("sha256", _HASH, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("stored_at", BigInteger),
)
"""Attachments that entries name; without `stored_at` the bytes have not come yet."""


def open_database(url: str) -> Engine:
    """Connect, and make the tables where there are none.

    Raises:
        UsageError: the URL names no database that can be used.
        EnvironmentFault: the database cannot be opened.
        NewerFormat: a newer fieldlog made it.
    """
    try:
        engine = create_engine(url, connect_args=_connect_arguments(make_url(url)))
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise UsageError("数据库地址用不了，请写成 sqlite:///文件路径 或 postgresql://…（另需安装驱动）") from error
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
        _keep_private(make_url(url).database)
    try:
        with writing(engine) as connection:
            metadata.create_all(connection)
        _check_schema(engine)
    except SQLAlchemyError as error:
        raise EnvironmentFault(
            f"打不开办公室数据库：请检查文件夹和磁盘能不能写入，或用 --db 换一个（{reason(error)}）"
        ) from error
    return engine


def reason(error: SQLAlchemyError) -> str:
    """The driver's words in one line; SQLAlchemy's own add the statement and its values, which no log should hold."""
    return " ".join(str(getattr(error, "orig", None) or error).split())


@contextmanager
def writing(engine: Engine) -> Generator[Connection]:
    """A transaction that writes. SQLite takes its one write lock at the beginning, so that no upgrade can fail."""
    with engine.connect().execution_options(fieldlog_writes=True) as connection, connection.begin():
        yield connection


def blob_folder(url: str) -> Path | None:
    """Where attachments go unless told: beside a SQLite file; None for a database that is no file."""
    parsed = make_url(url)
    if not parsed.drivername.startswith("sqlite") or not parsed.database:
        return None
    return Path(parsed.database).absolute().with_suffix(".blobs")


def _connect_arguments(url: URL) -> dict[str, Any]:
    return {"timeout": _BUSY_SECONDS} if url.drivername.startswith("sqlite") else {}


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


def _check_schema(engine: Engine) -> None:
    try:
        with writing(engine) as connection:
            connection.execute(insert(about).values(id=1, schema=SCHEMA))
    except IntegrityError:
        with engine.connect() as connection:
            found = connection.execute(select(about.c.schema)).scalar_one()
        if found > SCHEMA:
            raise NewerFormat("办公室数据库由更新版本的 fieldlog 写成，请先升级 fieldlog") from None
