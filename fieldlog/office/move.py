"""Moving a hub's ledger into another database, from SQLite to PostgreSQL or back, while no laptop notices.

The old database takes nothing in from the moment that the copy begins; afterwards it says so to whoever still opens
it. Attachments are files and stay where they are.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, func, insert, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from fieldlog.domain.errors import EnvironmentFault, Refused, UsageError
from fieldlog.office.copying import copy_rows
from fieldlog.office.database import MOVING_LOCK, open_database, reason, transaction
from fieldlog.office.ledger import Now, wall_milliseconds
from fieldlog.office.tables import about, entries, logs, metadata, tries

MOVED: Final = tuple(table for table in metadata.sorted_tables if table not in (about, tries))
"""All but `tries`, which are forgotten after ten minutes, and what a database says about itself."""
_AT_ONCE: Final = 5_000


def move(
    source_url: str,
    target_url: str,
    now: Now = wall_milliseconds,
    progress: Callable[[str, int, int], None] = lambda _what, _done, _total: None,
) -> dict[str, int]:
    """Copy everything and mark the old database as moved; returns how many rows of each table are in the new one.

    Done again after an interruption, it finishes.

    Raises:
        UsageError: one of the URLs cannot be used, or both are the same.
        Refused: the new database holds other records already; nothing has changed.
        EnvironmentFault: a database failed; the old one is as it was, and still in use.
    """
    _check_source(source_url, target_url)
    source, target = open_database(source_url, moved=True), open_database(target_url)
    try:
        with transaction(source) as old, transaction(target) as new:
            _hold(old)
            _hold(new)
            counts = {str(table.name): _count(old, table) for table in MOVED}
            there = {str(table.name): _count(new, table) for table in MOVED}
            if any(there.values()) and not (there == counts and _same_heads(old, new)):
                raise Refused("新数据库里已经有别的记录，没有搬：请换一个空的数据库", "move.not_empty")
            if not any(there.values()):
                _copy_all(old, new, counts, progress)
                _check_copy(old, new, counts)
            new.commit()
            old.execute(update(about).values(moved_at=now()))
    except SQLAlchemyError as error:
        raise EnvironmentFault(f"没有搬成，原来的数据库没有变，可以再运行一次（{reason(error)}）") from error
    finally:
        source.dispose()
        target.dispose()
    return counts


def _check_source(source_url: str, target_url: str) -> None:
    if source_url == target_url:
        raise UsageError("新旧数据库是同一个，请用 --to 写另一个")
    parsed = make_url(source_url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
        raise UsageError(f"没有这个数据库文件：{parsed.database}")


def _hold(connection: Connection) -> None:
    """Let nobody else write until this transaction ends; SQLite's has that lock from its beginning."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MOVING_LOCK})


def _copy_all(
    old: Connection, new: Connection, counts: dict[str, int], progress: Callable[[str, int, int], None]
) -> None:
    total, done = sum(counts.values()), 0
    for table in MOVED:
        query = select(table).order_by(*table.primary_key).execution_options(yield_per=_AT_ONCE)
        for piece in old.execute(query).partitions():
            _put(new, table, piece)
            done += len(piece)
            progress("搬记录", done, total)


def _put(new: Connection, table: Table, rows: Sequence[Row[Any]]) -> None:
    if new.dialect.name == "postgresql":
        copy_rows(new, table, rows)
    else:
        new.exec_driver_sql(str(insert(table).compile(dialect=new.dialect)), [tuple(row) for row in rows])


def _check_copy(old: Connection, new: Connection, counts: dict[str, int]) -> None:
    copied = {str(table.name): _count(new, table) for table in MOVED}
    if copied != counts or not _same_heads(old, new):
        raise EnvironmentFault("搬过去的记录数对不上，没有搬成；原来的数据库没有变")


def _same_heads(old: Connection, new: Connection) -> bool:
    """Whether each log ends in the same entry here and there; its hash stands for all entries before it."""
    return sorted(_heads(old)) == sorted(_heads(new))


def _heads(connection: Connection) -> Iterator[tuple[object, ...]]:
    here = (logs.c.unit == entries.c.unit, logs.c.log == entries.c.log, logs.c.seq == entries.c.seq)
    query = select(logs.c.unit, logs.c.log, logs.c.seq, entries.c.hash).join_from(
        logs, entries, here[0] & here[1] & here[2]
    )
    return (tuple(row) for row in connection.execute(query))


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()
