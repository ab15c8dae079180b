"""Half-typed text on its way into the log."""

from collections.abc import Callable
from typing import Protocol

from fieldlog.domain.errors import FieldlogError

PAUSE_S = 1.0
"""A change is in the log at most this long after it was made; in between nothing is written."""


class _Timers(Protocol):
    def set_timer(self, delay: float, callback: Callable[[], None]) -> object: ...


class DraftKeeper:
    """Writes changed texts at most once a second, and at once when asked.

    Args:
        timers: the screen whose timer is used.
        save: writes one field's text; an empty text ends the draft.
        failed: is told why a text could not be written; it stays and is tried again with the next change.
    """

    def __init__(
        self, timers: _Timers, save: Callable[[str, str], object], failed: Callable[[FieldlogError], None]
    ) -> None:
        self._timers = timers
        self._save = save
        self._failed = failed
        self._waiting: dict[str, str] = {}
        self._saved: dict[str, str] = {}
        self._ticking = False

    def known(self, field: str, text: str) -> None:
        """Say that the log has this text already."""
        self._saved[field] = text

    def change(self, field: str, text: str) -> None:
        """Take a new text; it is written within a second."""
        self._waiting[field] = text
        if not self._ticking:
            self._ticking = True
            self._timers.set_timer(PAUSE_S, self._tick)

    def end(self, field: str) -> None:
        """The text was saved for good or given up: take the draft out of the log if it is there."""
        self._waiting.pop(field, None)
        if self._saved.get(field):
            self._waiting[field] = ""
            self.flush()

    def forget(self, field: str) -> None:
        """The log has dropped the draft by itself."""
        self._waiting.pop(field, None)
        self._saved.pop(field, None)

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
        self._ticking = False
        self.flush()
