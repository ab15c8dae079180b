"""Bringing the hub's database to the schema of this version, by Alembic's migrations in `migrations/`.

Of several processes that start at once, one migrates and the others wait. All of it is one transaction: a process
killed in the middle leaves the database as it was.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

from sqlalchemy import Connection, Engine, inspect, select, text

from fieldlog.domain.errors import NewerFormat
from fieldlog.office.tables import about

HEAD: Final = "0008"
"""The newest migration. It stands here so that a start that has nothing to do need not load Alembic."""
_BEFORE_MIGRATIONS: Final = "0001"
"""What hubs without a word about migrations have."""
_ADVISORY_LOCK: Final = 0x6669656C646C6F67
"""Any number that all processes agree on; "fieldlog" as bytes."""

Writing = Callable[[Engine], AbstractContextManager[Connection]]


def bring_up_to_date(engine: Engine, writing: Writing) -> None:
    """Make the tables, or change older ones, where this is not done yet.

    Raises:
        NewerFormat: a newer fieldlog made the database; it is left as it is.
        SQLAlchemyError: nothing was changed.
    """
    with engine.connect() as connection:
        if _revision(connection) == HEAD:
            return
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        found = _revision(connection)
        if found != HEAD:
            _migrate(connection, found)


def _revision(connection: Connection) -> str | None:
    """How far the database has come; None where it is empty."""
    tables = inspect(connection)
    if tables.has_table("alembic_version"):
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    if not tables.has_table(about.name):
        return None
    schema = connection.execute(select(about.c.schema)).scalar_one_or_none()
    if schema is not None and schema > 1:
        raise _newer()
    return _BEFORE_MIGRATIONS


def _migrate(connection: Connection, found: str | None) -> None:
    from alembic import command  # noqa: PLC0415 - a start that has nothing to do does not need it
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "fieldlog.office:migrations")
    config.attributes["connection"] = connection
    if found is not None:
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if found not in known:
            raise _newer()
        command.stamp(config, found)
    command.upgrade(config, "head")


def _newer() -> NewerFormat:
    return NewerFormat("办公室数据库由更新版本的 fieldlog 写成，请先升级 fieldlog")
