"""The hub's store of entries. Everything is decided by unique keys inside one transaction, so that the same pack
posted five times at once is stored once."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import DBAPIError

from fieldlog.domain.entries import Proven
from fieldlog.domain.heads import Head, Refusal
from fieldlog.domain.log_format import NO_HASH
from fieldlog.office.copying import copy_rows
from fieldlog.office.database import insert_new, lost_a_race, writing
from fieldlog.office.intake import Intake, Run
from fieldlog.office.tables import blobs, branches, entries, logs, setbacks
from fieldlog.sync.exchange import PIECE_BYTES, PIECE_ENTRIES

_RETRIES = 8

Now = Callable[[], int]
"""Milliseconds since 1970."""


def wall_milliseconds() -> int:
    """Now."""
    return time.time_ns() // 1_000_000


@dataclass(slots=True)
class Acknowledgement:
    """What is durable now."""

    received: int = 0
    """Entries stored by this call."""
    known: int = 0
    """Entries that were here already."""
    waiting: int = 0
    refused: list[Refusal] = field(default_factory=list[Refusal])
    heads: dict[str, Head] = field(default_factory=dict[str, Head])


class _Tip(NamedTuple):
    seq: int = 0
    hash: str = NO_HASH
    hlc: str = ""


class Ledger:
    """The logs of every unit in one database."""

    def __init__(self, engine: Engine, now: Now = wall_milliseconds) -> None:
        self.engine = engine
        self._now = now

    def heads(self, unit: str) -> dict[str, Head]:
        """How far each log of the unit has come here."""
        with self.engine.connect() as connection:
            return _heads(connection, unit)

    def contradicts(self, unit: str, log: str, head: Head) -> bool:
        """Whether another entry than this one is held under its number."""
        with self.engine.connect() as connection:
            return _hashes(connection, unit, log, head.seq, head.seq).get(head.seq, head.hash) != head.hash

    def note_setback(self, unit: str, log: str, had: int, held: int) -> None:
        """Note where a device has an acknowledgement for more entries of its log than are held here.

        That is so where the hub was restored from a backup that is older than the acknowledgement.
        """
        if had > held:
            mine = (setbacks.c.unit == unit, setbacks.c.log == log)
            told = {"had": had, "held": held, "noticed_at": self._now()}
            with writing(self.engine) as connection:
                insert_new(connection, setbacks, [{"unit": unit, "log": log, **told}])
                connection.execute(update(setbacks).where(*mine, setbacks.c.had <= had).values(**told))

    def moved(self, unit: str) -> dict[str, int]:
        """When each log of the unit last grew, for the office's overview."""
        with self.engine.connect() as connection:
            found = connection.execute(select(logs.c.log, logs.c.moved_at).where(logs.c.unit == unit))
            return {row.log: row.moved_at for row in found}

    def lines_after(self, unit: str, after: Mapping[str, int], most_bytes: int = PIECE_BYTES) -> list[bytes]:
        """One piece of about `most_bytes` of what comes after these numbers, the logs with the fewest lines first; empty at the end."""
        piece: list[bytes] = []
        room = most_bytes
        with self.engine.connect() as connection:
            heads = _heads(connection, unit)
            behind = sorted((head.seq - after.get(log, 0), log) for log, head in heads.items())
            for count, log in behind:
                if count > 0 and room > 0 and len(piece) < PIECE_ENTRIES:
                    query = (
                        select(entries.c.line)
                        .where(entries.c.unit == unit, entries.c.log == log, entries.c.seq > after.get(log, 0))
                        .order_by(entries.c.seq)
                        .limit(PIECE_ENTRIES - len(piece))
                        .execution_options(yield_per=500)
                    )
                    found = connection.execute(query)
                    for line in found.scalars():
                        piece.append(line)
                        room -= len(line) + 1
                        if room <= 0:
                            found.close()
                            break
        return piece

    def accept(self, unit: str, sender: str, intake: Intake) -> Acknowledgement:
        """Store what was proven; when this returns it is on the disk.

        Raises:
            SQLAlchemyError: nothing of it was stored; the same may be sent again.
        """
        for tried in range(_RETRIES):
            try:
                with writing(self.engine) as connection:
                    return self.store(connection, unit, sender, intake)
            except DBAPIError as error:  # the same entries arrived through another process in this very moment
                if tried == _RETRIES - 1 or not lost_a_race(error):
                    raise
        raise AssertionError  # pragma: no cover - the loop returns or raises

    def store(self, connection: Connection, unit: str, sender: str, intake: Intake) -> Acknowledgement:
        """Store it within a transaction that writes; see `accept`."""
        ack = Acknowledgement(waiting=intake.waiting, refused=list(intake.refused))
        wanted: dict[str, int] = {}
        for log in sorted(intake.runs):  # one order for all, so that two transactions never wait for each other
            self._store_run(connection, unit, sender, intake.runs[log], ack, wanted)
        _want(connection, unit, wanted)
        ack.heads = _heads(connection, unit)
        return ack

    def _store_run(
        self,
        connection: Connection,
        unit: str,
        sender: str,
        run: Run,
        ack: Acknowledgement,
        wanted: dict[str, int],
    ) -> None:
        tip = _tip(connection, unit, run.log)
        rows = run.rows
        if rows[0].seq > tip.seq + 1:
            if self._continues_branch(connection, unit, run.log, rows[0]):
                self._keep_branch(connection, unit, run.log, sender, rows)
            ack.waiting += len(rows)
            return
        overlap = min(tip.seq, rows[-1].seq) - rows[0].seq + 1
        fork = self._fork(connection, unit, run.log, rows, overlap, tip)
        if fork is not None:
            first = next((at for at, row in enumerate(rows) if row.seq >= fork.seq), 0)
            self._keep_branch(connection, unit, run.log, sender, rows[first:])
            ack.known += first
            ack.refused.append(fork)
            return
        ack.known += overlap
        fresh = rows[overlap:]
        if not fresh:
            return
        if fresh[0].hlc <= tip.hlc:
            why = f"{run.log} 第 {fresh[0].seq} 条的逻辑时钟没有前进"
            ack.refused.append(Refusal(run.log, fresh[0].seq, why))
            return
        self._append(connection, unit, run.log, tip, fresh)
        wanted.update((blob.sha256, blob.size) for blob in run.blobs)
        ack.received += len(fresh)

    def _append(self, connection: Connection, unit: str, log: str, tip: _Tip, fresh: Sequence[Proven]) -> None:
        values = {"seq": fresh[-1].seq, "hash": fresh[-1].hash, "hlc": fresh[-1].hlc, "moved_at": self._now()}
        if tip.seq:
            connection.execute(update(logs).where(logs.c.unit == unit, logs.c.log == log).values(**values))
        else:
            connection.execute(insert(logs).values(unit=unit, log=log, **values))
        _insert_entries(connection, unit, log, fresh)

    def _fork(
        self, connection: Connection, unit: str, log: str, rows: Sequence[Proven], overlap: int, tip: _Tip
    ) -> Refusal | None:
        """Where these rows contradict what is stored.

        Each hash covers the one before it, so where the newest entry that both have is the same, so are all before.
        """
        if overlap <= 0:
            same = rows[0].prev == tip.hash
            return None if same else _refuse_fork(log, tip.seq, tip.hash, rows[0].prev)
        newest = rows[overlap - 1]
        stored = _hashes(connection, unit, log, newest.seq, newest.seq)
        if stored.get(newest.seq) == newest.hash:
            return None
        stored = _hashes(connection, unit, log, rows[0].seq, newest.seq)
        first = next(row for row in rows if stored.get(row.seq) != row.hash)
        return _refuse_fork(log, first.seq, stored.get(first.seq, NO_HASH), first.hash)

    def _continues_branch(self, connection: Connection, unit: str, log: str, row: Proven) -> bool:
        mine = (branches.c.unit == unit, branches.c.log == log, branches.c.seq == row.seq - 1)
        query = select(branches.c.seq).where(*mine, branches.c.hash == row.prev)
        return connection.execute(query).first() is not None

    def _keep_branch(self, connection: Connection, unit: str, log: str, sender: str, rows: Iterable[Proven]) -> None:
        told = {"unit": unit, "log": log, "sender": sender, "received_at": self._now()}
        insert_new(connection, branches, [{"seq": row.seq, "hash": row.hash, "line": row.line, **told} for row in rows])

    def branch(self, unit: str, log: str) -> list[bytes]:
        """The refused entries of a log, in order of their numbers."""
        query = select(branches.c.line).where(branches.c.unit == unit, branches.c.log == log)
        with self.engine.connect() as connection:
            return list(connection.execute(query.order_by(branches.c.seq, branches.c.received_at)).scalars())


def _insert_entries(connection: Connection, unit: str, log: str, rows: Sequence[Proven]) -> None:
    """Insert past SQLAlchemy, by plain tuples and by COPY: measured on SQLite, twice as fast as by named values."""
    copied = ((unit, log, row.seq, row.hash, row.line) for row in rows)
    if connection.dialect.name == "postgresql":
        copy_rows(connection, entries, copied)
    else:
        connection.exec_driver_sql(str(insert(entries).compile(dialect=connection.dialect)), list(copied))


def _want(connection: Connection, unit: str, named: Mapping[str, int]) -> None:
    """Note the attachments that new entries name."""
    insert_new(connection, blobs, [{"unit": unit, "sha256": sha256, "size": named[sha256]} for sha256 in sorted(named)])


def _hashes(connection: Connection, unit: str, log: str, first: int, last: int) -> dict[int, str]:
    query = select(entries.c.seq, entries.c.hash).where(
        entries.c.unit == unit, entries.c.log == log, entries.c.seq.between(first, last)
    )
    return {row.seq: row.hash for row in connection.execute(query)}


def _heads(connection: Connection, unit: str) -> dict[str, Head]:
    found = connection.execute(select(logs.c.log, logs.c.seq, logs.c.hash).where(logs.c.unit == unit))
    return {log: Head(seq, hash_) for log, seq, hash_ in found}


def _tip(connection: Connection, unit: str, log: str) -> _Tip:
    """The head, locked until the transaction ends where the database knows row locks."""
    query = select(logs.c.seq, logs.c.hash, logs.c.hlc).where(logs.c.unit == unit, logs.c.log == log)
    found = connection.execute(query.with_for_update()).one_or_none()
    return _Tip(*found) if found else _Tip()


def _refuse_fork(log: str, seq: int, ours: str, theirs: str) -> Refusal:
    why = (
        f"{log} 第 {seq} 条有两个版本：办公室的 {ours[:12]}，送来的 {theirs[:12]}。这台电脑的数据恢复或复制过，"
        "送来的已另存，没有丢失；那台电脑上还有的，在它上面运行 fieldlog sync --fork 补送，它已没有的由办公室代为改记"
    )
    return Refusal(log, seq, why)
