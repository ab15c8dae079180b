"""Entries that no log will bring home: handed to the hub, and written again there where their device does not know them.

What came on paper, and a branch that came by a stick, stand with whoever took them in. If the laptop that wrote them was
put back to before that, they would stay there; so whoever synchronises hands them over, proven as they are by their
device's own signatures, and the device that they are of has the office write them again (`docs/decisions/0009-fork.md`).
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fieldlog.domain.heads import Head, Refusal
from fieldlog.domain.log_format import is_log_id_of
from fieldlog.sync.branching import lines_of
from fieldlog.sync.exchange import pieces
from fieldlog.sync.hub import HubConnection
from fieldlog.sync.line import HubBusy, HubRefused

if TYPE_CHECKING:
    from fieldlog.book.book import Book


def branch(book: "Book", log: str, common: Head) -> Iterable[list[bytes]]:
    """What this book holds of another device's branch, in pieces that the hub can prove."""
    return pieces(lines_of(book, log, common.seq), "")


def hand_over_cases(book: "Book", hub: HubConnection) -> tuple[list[Refusal], tuple[str, ...] | None]:
    """Give the hub every case of which something stands in no log here; what it refused, and what it says is left.

    Raises:
        EnvironmentFault: the line was cut, or the hub is busy.
    """
    refused, left = list[Refusal](), None
    for case in book.cases_aside():
        try:
            left = hub.hand_over_case(case.log, case.doc, [entry.line() for entry in case.entries], case.signature)
        except HubBusy:
            raise
        except HubRefused as error:
            refused.append(Refusal(case.log, case.entries[0].seq, str(error)))
    return refused, left


def is_of_this_device(book: "Book", log: str) -> bool:
    """Whether this device wrote the log, or one that was restored or cloned as this one was."""
    root = book.lineage()[-1]
    if log == root or is_log_id_of(root, log):
        return True
    listed = book.roster.devices.get(log) if book.roster else None
    return listed is not None and listed.root == root


def have_written_again(book: "Book", hub: HubConnection, logs: Iterable[str]) -> list[Refusal] | None:
    """Ask for it, for those of the logs that are this device's; what was refused, None where none of them is."""
    mine = [log for log in logs if is_of_this_device(book, log)]
    refused = list[Refusal]()
    for log in mine:
        try:
            hub.write_again(log)
        except HubBusy:
            raise
        except HubRefused as error:
            refused.append(Refusal(log, 0, str(error)))
    return refused if mine else None
