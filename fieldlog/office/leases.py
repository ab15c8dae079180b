"""The blocks of papers' numbers that stand in the database, a row a serial."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, select

from fieldlog.domain.numbers import Lease
from fieldlog.office.tables import serials


def leases_of(connection: Connection, unit: str) -> tuple[Lease, ...]:
    """Every block of the unit, in order."""
    rows = connection.execute(
        select(serials).where(serials.c.unit == unit).order_by(serials.c.series, serials.c.year, serials.c.serial)
    ).all()
    return tuple(sorted(_blocks(rows)))


def _blocks(rows: Iterable[Row[Any]]) -> Iterable[Lease]:
    """Serials that were given out at once, as blocks."""
    for (series, year, device, at), block in groupby(rows, key=lambda row: (row.series, row.year, row.device, row.at)):
        given = [row.serial for row in block]
        yield Lease(series, year, given[0], given[-1], device, at)
