"""Finding out, from a hub's own lines, where a log left the branch that it holds."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from fieldlog.domain.heads import Head, Heads
from fieldlog.sync.branching import common_head, lines_of
from fieldlog.sync.exchange import read_pack
from fieldlog.sync.hub import HubConnection

if TYPE_CHECKING:
    from fieldlog.book.book import Book

FORK_WINDOWS: Final = (1_000, 30_000)
"""How far back to look for the point where a restored laptop's log left the hub's."""


def common_with_hub(book: "Book", hub: HubConnection, heads: Heads, log: str) -> Head | None:
    """The newest entry that the hub, which holds `heads`, and this device have in common of a log that parted."""
    mine = book.heads().get(log)
    if mine is None or log not in heads:
        return None
    reached = min(heads[log].seq, mine.seq)
    for window in (*FORK_WINDOWS, reached):
        start = max(0, reached - window)
        found = common_head(lines_of(book, log, start), _theirs(hub, heads, log, start, reached), log)
        if found is not None or not start:
            return found
    return None


def _theirs(hub: HubConnection, heads: Heads, log: str, after: int, upto: int) -> Iterator[bytes]:
    others = {other: head.seq for other, head in heads.items()}
    while after < upto:
        lines = list(read_pack([hub.entries({**others, log: after})]))
        if not lines:
            return
        yield from lines
        after += len(lines)
