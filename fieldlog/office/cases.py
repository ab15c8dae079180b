"""Cases at the office: inspections that came on paper ahead of their logs, kept until the logs say the same.

A case is proven by its device's signature over the hashes of its entries. A log in the ledger has no gaps, so a case stands
beside it and is not passed on: no seal covers it, and whoever needs it before the log has come can photograph the same
paper. Once the log has come, its entries are these; what differs then is a fork, and `stranded` has it written again.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, select

from fieldlog.domain.entries import Entry, case_message, parse_entry
from fieldlog.domain.errors import FoundWrong
from fieldlog.domain.role_dates import Judge
from fieldlog.domain.roster import Listed
from fieldlog.office.database import insert_new, writing
from fieldlog.office.ledger import Now, wall_milliseconds
from fieldlog.office.roster import OfficeRoster
from fieldlog.office.tables import cases, devices, entries
from fieldlog.sync.qr_case import Case


class KeptCase(NamedTuple):
    """A case in the ledger, and how much of it the log itself has brought since."""

    unit: str
    log: str
    doc: str
    entries: int
    lacking: int
    """Entries that only the case holds so far."""
    differing: int
    """Entries that the log has otherwise: a cloned or restored laptop."""
    received_at: int


class CaseDesk:
    """Takes in cases for the devices of one unit, or of all units where a device's name is in one of them only."""

    notes_done = False  # the ledger knows, also one that was restored from an older backup

    def __init__(self, engine: Engine, folder: Path, unit: str = "", now: Now = wall_milliseconds) -> None:
        """Keep what is not whole yet in `folder`."""
        self._engine = engine
        self.incoming = folder
        self._unit = unit
        self._now = now

    def public_key(self, log: str) -> str:
        """The key of the device's enrolment; empty where it has none, or where more than one unit has such a device."""
        found = self._enrolled(log)
        return found[0][1] if len(found) == 1 else ""

    def lacks_key(self, log: str) -> str:
        """Why there is no key to prove a case with, and what to do."""
        if self._enrolled(log):
            return f"几个单位都有 {log}，请用 --unit 写明是哪个单位的"
        return f"{log} 没有在办公室登记，验不了签名；请先登记（fieldlog office enrol {log}），再运行 fieldlog office receive"

    def take_case(self, log: str, doc: str, entries: Sequence[Entry], signature: str) -> int:
        """Keep a case whose signature holds; returns how many of its entries the office did not have.

        Raises:
            FoundWrong: the device may not write such an entry, or the ledger has another one under the same number.
            SQLAlchemyError: nothing was kept.
        """
        ((unit, _key),) = self._enrolled(log)
        listed = OfficeRoster(self._engine).roster(unit).devices[log]
        _judge(listed, entries)
        numbers = {entry.seq: entry.hash for entry in entries}
        held = self._held(unit, log, list(numbers))
        for seq in sorted(held):
            if held[seq] != numbers[seq]:
                raise FoundWrong(f"{log} 第 {seq} 条与办公室已有的不同，这个日志被复制或恢复过，没有收下；纸请留着")
        known = held.keys() | {seq for lines in self._lines(unit, log) for seq in _numbers(lines)}
        keep_case(self._engine, unit, listed, Case(log, doc, tuple(entries), signature), self._now())
        return len(numbers.keys() - known)

    def kept(self, unit: str) -> list[KeptCase]:
        """The unit's cases, in the order in which they came."""
        query = select(cases).where(cases.c.unit == unit).order_by(cases.c.received_at, cases.c.digest)
        with self._engine.connect() as connection:
            found = connection.execute(query).all()
        kept: list[KeptCase] = []
        for row in found:
            numbers = _numbers(row.lines)
            held = self._held(unit, row.log, list(numbers))
            differing = sum(held[seq] != numbers[seq] for seq in held)
            lacking = len(numbers) - len(held)
            kept.append(KeptCase(unit, row.log, row.doc, len(numbers), lacking, differing, row.received_at))
        return kept

    def _enrolled(self, log: str) -> list[tuple[str, str]]:
        query = select(devices.c.unit, devices.c.public_key).where(devices.c.device == log)
        if self._unit:
            query = query.where(devices.c.unit == self._unit)
        with self._engine.connect() as connection:
            found = connection.execute(query.order_by(devices.c.unit)).all()
        return [(row.unit, row.public_key) for row in found]

    def _lines(self, unit: str, log: str) -> Sequence[bytes]:
        query = select(cases.c.lines).where(cases.c.unit == unit, cases.c.log == log)
        with self._engine.connect() as connection:
            return connection.execute(query).scalars().all()

    def _held(self, unit: str, log: str, numbers: Sequence[int]) -> dict[int, str]:
        query = select(entries.c.seq, entries.c.hash).where(
            entries.c.unit == unit, entries.c.log == log, entries.c.seq.in_(numbers)
        )
        with self._engine.connect() as connection:
            return {row.seq: row.hash for row in connection.execute(query)}


def keep_case(engine: Engine, unit: str, listed: Listed, case: Case, now: int) -> None:
    """Keep a case whose signature holds, whatever the log says under the same numbers.

    Raises:
        FoundWrong: the device may not write such an entry.
        SQLAlchemyError: nothing was kept.
    """
    log, doc, entries, signature = case
    _judge(listed, entries)
    digest = hashlib.sha256(case_message(log, doc, [entry.hash for entry in entries])).hexdigest()
    row = {"unit": unit, "log": log, "digest": digest, "doc": doc, "signature": signature}
    lines = b"".join(entry.line() + b"\n" for entry in entries)
    with writing(engine) as connection:
        insert_new(connection, cases, [{**row, "lines": lines, "received_at": now}])


def _judge(listed: Listed, entries: Sequence[Entry]) -> None:
    judge = Judge(listed.device, listed.dates, listed.revoked_at)
    for entry in entries:
        if why := judge.objection(entry.seq, entry.hlc, entry.kind, entry.fields):
            raise FoundWrong(why)


def _numbers(lines: bytes) -> dict[int, str]:
    """By number, the hashes of a case's entries."""
    return {entry.seq: entry.hash for entry in map(parse_entry, lines.splitlines())}
