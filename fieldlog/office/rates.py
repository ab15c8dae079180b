"""How often one device, and one address that has proved nothing, may ask: a politeness within one process.

What must hold across processes, the tries of enrolment codes, stands in the database (`enrolment`).
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Final

from fieldlog.domain.errors import Refused

_MOST_KEYS: Final = 10_000
_MOST_KNOWN: Final = 10_000


class TooOften(Refused):
    """Asked more often than is polite; `after_s` says when it may be asked again."""

    def __init__(self, after_s: float) -> None:
        super().__init__("请求太频繁，办公室请这台电脑稍等再试", "rate")
        self.after_s = max(1, round(after_s + 0.5))


@dataclass(frozen=True, slots=True)
class Pace:
    """So many at once, and so many a second after that."""

    burst: float
    a_second: float


DEVICE: Final = Pace(2_000, 200)
"""A first synchronisation with thousands of photos over a good line stays below that."""
STRANGER: Final = Pace(1_000, 20)
"""Requests of one address without a token that holds; a township behind one router sends none."""


class Rates:
    """A bucket a key, which fills again; of very many keys the ones that asked longest ago are forgotten."""

    def __init__(self, pace: Pace, clock: Callable[[], float] = time.monotonic) -> None:
        self._pace = pace
        self._clock = clock
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()
        self._turn = Lock()

    def take(self, key: Hashable) -> None:
        """Count one request.

        Raises:
            TooOften: there is none left at the moment; it does not count.
        """
        with self._turn:
            left, now = self._now(key), self._clock()
            if left < 1:
                raise TooOften((1 - left) / self._pace.a_second)
            self._left[key] = (left - 1, now)
            self._left.move_to_end(key)
            while len(self._left) > _MOST_KEYS:
                self._left.popitem(last=False)

    def is_spent(self, key: Hashable) -> bool:
        """Whether the next request would be refused."""
        return self._now(key) < 1

    def _now(self, key: Hashable) -> float:
        left, at = self._left.get(key, (self._pace.burst, 0.0))
        return min(self._pace.burst, left + (self._clock() - at) * self._pace.a_second)


class Doorkeeper:
    """Who may ask now: devices each by themselves, strangers by their address."""

    def __init__(self, device: Pace = DEVICE, stranger: Pace = STRANGER) -> None:
        self._devices = Rates(device)
        self._strangers = Rates(stranger)
        self._known: OrderedDict[str, None] = OrderedDict()
        self._turn = Lock()

    def stranger(self, source: str) -> None:
        """Somebody without a token asks for something; raises TooOften."""
        self._strangers.take(source)

    def before(self, token: str, source: str) -> None:
        """A token is shown: where its address showed too many that do not hold, only known ones are looked up."""
        if token not in self._known and self._strangers.is_spent(source):
            self._strangers.take(source)

    def after(self, token: str, device: Hashable) -> None:
        """The token held; raises TooOften where the device asks too often."""
        with self._turn:
            self._known[token] = None
            self._known.move_to_end(token)
            if len(self._known) > _MOST_KNOWN:
                self._known.popitem(last=False)
        self._devices.take(device)
