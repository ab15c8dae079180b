"""Half-typed text on its way into the log.

A draft costs an entry with the whole text and one fsync: 8 ms for a line, 16 ms for 500 characters on a laptop's disk that
others use, too. So a phrase that an input method hands over, and a sentence's end, are written at once, and only letter
after letter is gathered for a moment.
"""

from collections.abc import Callable
from time import monotonic
from typing import Final, Protocol

from fieldlog.domain.errors import FieldlogError

PAUSE_S: Final = 0.3
"""A change is in the log this long after the last key."""
LONGEST_S: Final = 1.0
"""And at most this long after it was made, where the typing does not pause."""
_ENDS: Final = frozenset("，。；：！？、,.;:!?)）」\n ")


class _Timers(Protocol):
    def set_timer(self, delay: float, callback: Callable[[], None]) -> object: ...


class DraftKeeper:
    """Writes changed texts at a phrase's or sentence's end, at a pause, once a second, and at once when asked.

    Args:
        timers: the screen whose timer is used.
        save: writes one field's text; an empty text ends the draft.
        failed: is told why a text could not be written; it stays and is tried again with the next change.
        now: seconds that only go forward.
    """

    def __init__(
        self,
        timers: _Timers,
        save: Callable[[str, str], object],
        failed: Callable[[FieldlogError], None],
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._timers = timers
        self._save = save
        self._failed = failed
        self._now = now
        self._waiting: dict[str, str] = {}
        self._saved: dict[str, str] = {}
        self._seen: dict[str, str] = {}
        self._ticking = False
        self._first = self._last = 0.0
        """When the oldest and the newest change that waits were made."""

    def known(self, field: str, text: str) -> None:
        """Say that the log has this text already."""
        self._saved[field] = self._seen[field] = text

    def change(self, field: str, text: str) -> None:
        """Take a new text; it is written within a second."""
        before, self._seen[field] = self._seen.get(field, ""), text
        self._last = self._now()
        if not self._waiting:
            self._first = self._last
        self._waiting[field] = text
        if abs(len(text) - len(before)) > 1 or text[-1:] in _ENDS:
            self.flush()
        elif not self._ticking:
            self._ticking = True
            self._timers.set_timer(PAUSE_S, self._tick)

    def end(self, field: str) -> None:
        """The text was saved for good or given up: take the draft out of the log if it is there."""
        self._waiting.pop(field, None)
        self._seen.pop(field, None)
        if self._saved.get(field):
            self._waiting[field] = ""
            self.flush()

    def forget(self, field: str) -> None:
        """The log has dropped the draft by itself."""
        self._waiting.pop(field, None)
        self._saved.pop(field, None)
        self._seen.pop(field, None)

    def flush(self) -> None:
        """Write what waits, now."""
        for field, text in list(self._waiting.items()):
            if text != self._saved.get(field, ""):
                try:
                    self._save(field, text)
                except FieldlogError as error:
                    self._failed(error)
                    return
                self._saved[field] = text
            self._waiting.pop(field, None)

    def _tick(self) -> None:
        left = min(self._last + PAUSE_S, self._first + LONGEST_S) - self._now()
        if self._waiting and left > 0.01:  # a key came since; timers are not exact
            self._timers.set_timer(left, self._tick)
            return
        self._ticking = False
        self.flush()
