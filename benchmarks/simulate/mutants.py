"""Bugs put into the product on purpose: a simulator that finds none of them proves nothing.

`python -m benchmarks.simulate --mutant NAME` stops at the first seed that finds it; the tests hold that each is found.
"""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final
from unittest import mock

from fieldlog.book import changeover, journal
from fieldlog.domain import fold
from fieldlog.domain.clock import HybridClock
from fieldlog.office.ledger import Ledger
from fieldlog.sync.attachments import WantedBlobs

Mutant = Callable[[], AbstractContextManager[Any]]


def _acknowledge_before_the_fsync() -> AbstractContextManager[Any]:
    def write(self: journal.Journal, lines: bytes, _size: int) -> None:
        while lines:
            lines = lines[os.write(self._handle, lines) :]

    return mock.patch.object(journal.Journal, "_write", write)


def _leave_names_unsynced() -> AbstractContextManager[Any]:
    return mock.patch.object(journal, "sync_folder", lambda _folder: None)


def _forget_the_fork() -> AbstractContextManager[Any]:
    return mock.patch.object(Ledger, "_fork", lambda *_: None)


def _count_what_was_written_again() -> AbstractContextManager[Any]:
    return mock.patch.object(fold, "_each_once", lambda ordered: (ordered, {}))


def _write_no_origin() -> AbstractContextManager[Any]:
    return mock.patch.object(changeover, "_with_origin", lambda entry, *_: dict(entry.fields))


def _let_the_clock_go_back() -> AbstractContextManager[Any]:
    def tick(self: HybridClock, now_milliseconds: int) -> str:
        self._last = now_milliseconds << 16
        return self.last

    return mock.patch.object(HybridClock, "tick", tick)


def _forget_wanted_photos() -> AbstractContextManager[Any]:
    return mock.patch.object(WantedBlobs, "note", lambda *_: None)


@contextmanager
def _answer_before_the_commit() -> Any:
    from fieldlog.office import ledger

    real = ledger.writing

    @contextmanager
    def writing(engine: Any) -> Any:
        try:
            with real(engine) as connection:
                yield connection
        except BaseException as error:  # the process died at the commit, and somebody has answered already
            if type(error).__name__ != "HubKilled":
                raise

    with mock.patch.object(ledger, "writing", writing):
        yield


MUTANTS: Final[dict[str, Mutant]] = {
    "acknowledge-before-the-fsync": _acknowledge_before_the_fsync,
    "leave-names-unsynced": _leave_names_unsynced,
    "forget-the-fork": _forget_the_fork,
    "count-what-was-written-again": _count_what_was_written_again,
    "write-no-origin": _write_no_origin,
    "let-the-clock-go-back": _let_the_clock_go_back,
    "forget-wanted-photos": _forget_wanted_photos,
    "answer-before-the-commit": _answer_before_the_commit,
}
