"""Blocks of papers' numbers that the office gives to devices; they travel in the signed list of the unit's devices.

There is a row a serial, and the key is the serial: two processes that give out at once cannot give one number twice.
"""

from typing import Any, Final

from sqlalchemy import Connection, Engine, func, insert, select
from sqlalchemy.exc import IntegrityError

from fieldlog.domain.errors import EnvironmentFault, UsageError
from fieldlog.domain.numbers import HIGHEST_SERIAL, Lease, read_number
from fieldlog.office.database import writing
from fieldlog.office.leases import leases_of
from fieldlog.office.ledger import Now, wall_milliseconds
from fieldlog.office.roster import lineage
from fieldlog.office.tables import serials

LARGEST_BLOCK: Final = 1_000
_TRIES: Final = 5


class OfficeNumbers:
    """The blocks of every unit."""

    def __init__(self, engine: Engine, now: Now = wall_milliseconds) -> None:
        self._engine = engine
        self._now = now

    def grant(self, unit: str, device: str, series: str, year: int, count: int, first: int = 0) -> Lease:
        """Give a device the next block of a series.

        Args:
            unit: the device's.
            device: the log it writes now; a copy that goes on under another log gets no part of it.
            series: 后叶责改.
            year: the papers'.
            count: how many numbers.
            first: where to begin, for an office that numbered on paper before; 0 for after the last block.

        Raises:
            NotFound: no such device.
            UsageError: the name cannot stand in a number, or the numbers from `first` on are given out already, or beyond
                what a number holds.
            EnvironmentFault: others kept giving out the same numbers.
        """
        if not series.strip() or not 1 <= count <= LARGEST_BLOCK:
            raise UsageError(f"号段要写明名称，一次 1 到 {LARGEST_BLOCK} 个号")
        # as papers spell it: the same name in other letters would be the same numbers once more
        read = read_number(f"{series}〔{year}〕1号")
        if read is None:
            raise UsageError(f"“{series}”不能用作文号的名称：只写机关代字和文种，例如 后叶责改，不带数字和括号")
        series = read.series
        for _ in range(_TRIES):
            try:
                with writing(self._engine) as connection:
                    return self._insert(connection, Lease(series, year, first, count, device, self._now()), unit)
            except IntegrityError as error:
                if first:
                    raise UsageError(f"{series}〔{year}〕{first} 号起有的已经分出去了，--first 请写更大的") from error
        raise EnvironmentFault("同时有别的程序在分号段，请再试一次")

    def _insert(self, connection: Connection, wanted: Lease, unit: str) -> Lease:
        lineage(connection, unit, wanted.device)
        mine = (serials.c.unit == unit, serials.c.series == wanted.series, serials.c.year == wanted.year)
        highest = connection.execute(select(func.max(serials.c.serial)).where(*mine)).scalar() or 0
        begin = wanted.first or highest + 1
        if begin + wanted.last - 1 > HIGHEST_SERIAL:
            raise UsageError(f"文号最大到 {HIGHEST_SERIAL}")
        newest = connection.execute(select(func.max(serials.c.at)).where(serials.c.unit == unit)).scalar() or 0
        lease = Lease(
            wanted.series, wanted.year, begin, begin + wanted.last - 1, wanted.device, max(wanted.at, newest + 1)
        )
        row: dict[str, Any] = {
            "unit": unit,
            "series": lease.series,
            "year": lease.year,
            "device": lease.device,
            "at": lease.at,
        }
        connection.execute(
            insert(serials), [{**row, "serial": serial} for serial in range(lease.first, lease.last + 1)]
        )
        return lease

    def leases(self, unit: str) -> tuple[Lease, ...]:
        """Every block of the unit, in order."""
        with self._engine.connect() as connection:
            return leases_of(connection, unit)
