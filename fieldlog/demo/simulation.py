"""Writes months of work at once: entries carry the moment they stand for and go to disk some thousands at a time."""

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from fieldlog.book.book import Book, Draft
from fieldlog.domain.bodies import Body

BATCH: Final = 4_000


class Clock:
    """A wall clock that the simulation moves."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def pass_(self, **much: float) -> None:
        """Let time go by, as `timedelta` counts it."""
        self.moment += timedelta(**much)


class Simulation:
    """Collects what happens and writes it in order; `later` plans what happens when its time comes."""

    def __init__(self, book: Book, clock: Clock) -> None:
        self.book = book
        self.clock = clock
        self._drafts: list[Draft] = []
        self._planned: list[tuple[datetime, int, Callable[[], None]]] = []
        self._count = 0

    def new_id(self) -> str:
        """A ULID of the simulated moment."""
        return self.book.new_id()

    def add(self, by: str, doc: str, body: Body) -> None:
        """Something happens now."""
        moment = self.clock.moment
        if len(self._drafts) >= BATCH or (self._drafts and _month(self._drafts[0].at) != _month(moment)):
            self.flush()
        self._drafts.append(Draft(by, doc, body, moment))

    def later(self, moment: datetime, happens: Callable[[], None]) -> None:
        """Plan something; nothing planned after the end ever happens."""
        self._count += 1
        heapq.heappush(self._planned, (moment, self._count, happens))

    def run_until(self, moment: datetime) -> None:
        """Let everything happen that is planned up to `moment`, and make it that time."""
        while self._planned and self._planned[0][0] <= moment:
            self.clock.moment, _count, happens = heapq.heappop(self._planned)
            happens()
        self.clock.moment = moment

    def flush(self) -> None:
        """Put what has happened on the disk."""
        if self._drafts:
            self.book.write_all(self._drafts)
            self._drafts = []


def _month(moment: datetime | None) -> tuple[int, int] | None:
    """The month in UTC, by which the log's files are cut."""
    at = moment.astimezone(UTC) if moment else None
    return (at.year, at.month) if at else None
