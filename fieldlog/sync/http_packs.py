"""What to send to a hub and in what order, and what its heads say of what this device holds."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from fieldlog.domain.heads import Heads
from fieldlog.sync.exchange import WAITING, write_pack
from fieldlog.sync.line import Wait

if TYPE_CHECKING:
    from fieldlog.book.book import Book

Progress = Callable[[str, int, int], None]
"""What is being done (发送, 接收, 附件, or that the network is waited for), how much of it is done, and of how much."""


def no_progress(_what: str, _done: int, _total: int) -> None:
    """Say nothing."""


def telling(wait: Wait, progress: Progress) -> Wait:
    """Wait, and tell of it before, so that an officer who has had enough can stop."""

    def wait_and_tell(seconds: float) -> None:
        progress(WAITING, 0, 0)
        wait(seconds)

    return wait_and_tell


def is_ahead(book: "Book", heads: Heads, own: str) -> bool:
    """Whether the hub holds an entry of this device's own log that this device has not got."""
    theirs, mine = heads.get(own), book.heads().get(own)
    return theirs is not None and (mine is None or theirs.seq > mine.seq or (theirs.seq == mine.seq and theirs != mine))


def went_back(book: "Book", heads: Heads, own: str, acknowledged: int) -> int:
    """What the hub had acknowledged and has no more: it was restored from an older backup."""
    mine = book.heads().get(own)
    return max(0, min(acknowledged, mine.seq if mine else 0) - _seq(heads, own))


def gained(book: "Book", before: Heads, after: Heads) -> int:
    """How many entries of this device the hub got between these heads."""
    mine = book.heads()
    return sum(max(0, min(head.seq, _seq(mine, log)) - _seq(before, log)) for log, head in after.items())


def own_first(book: "Book", own: str, after: Mapping[str, int]) -> Iterator[bytes]:
    """The own log first, then those with the fewest lines, so that a heavy one blocks none."""
    mine = book.heads()
    for log in sorted(after, key=lambda log: (log != own, mine[log].seq - after[log], log)):
        yield from book.lines_after({**{other: head.seq for other, head in mine.items()}, log: after[log]})


def packed(parts: Iterator[list[bytes]], way: str) -> Iterator[tuple[int, bytes]]:
    """Each piece's number of entries and its pack, the next one made while the hub works on this one."""

    def following() -> tuple[int, bytes] | None:
        piece = next(parts, None)
        return (len(piece), write_pack(piece, way)) if piece else None

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(following)
        while (ready := waiting.result()) is not None:
            waiting = pool.submit(following)
            yield ready


def _seq(heads: Heads, log: str) -> int:
    return heads[log].seq if log in heads else 0
