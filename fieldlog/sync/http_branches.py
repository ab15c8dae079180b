"""Finding out, from a hub's own lines, where a log left the branch that it holds."""

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Final

from fieldlog.domain.heads import Head, Heads, Refusal
from fieldlog.sync.branching import common_head, lines_of
from fieldlog.sync.exchange import pieces, read_pack
from fieldlog.sync.http_packs import own_first
from fieldlog.sync.hub import HubConnection
from fieldlog.sync.hub_answers import Answer

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


def others_parted(book: "Book", hub: HubConnection, heads: Heads, refused: Collection[str]) -> dict[str, Head]:
    """Other devices' logs of which the hub holds another branch, each with the newest entry that both have.

    Of one that was `refused` it is looked for, and of one that is as long here as there: nobody has sent anything of that.
    """
    mine = book.heads()
    as_long = {log for log, head in heads.items() if log in mine and head.seq == mine[log].seq and head != mine[log]}
    found: dict[str, Head] = {}
    for log in sorted((as_long | set(refused) & heads.keys()) - {book.device.id}):
        common = common_with_hub(book, hub, heads, log)
        if common is not None:
            found[log] = common
    return found


def refuse_parted(log: str, common: Head) -> Refusal:
    """What there is to say of one of these logs until its device has written again what parted."""
    why = f"{log} 与办公室的不同，那台电脑恢复或复制过；等它换用新日志同步以后就会一致"
    return Refusal(log, common.seq + 1, why)


def show_branch(book: "Book", heads: Heads, log: str, post: Callable[[list[bytes]], Answer]) -> None:
    """Send this device's log from before it left the one that the hub, which holds `heads`, has of that name."""
    reached = min(heads[log].seq, book.heads()[log].seq)
    for window in (*FORK_WINDOWS, reached):
        start = max(0, reached - window)
        parts = pieces(own_first(book, log, {log: start}), log)
        answer = post(next(parts))
        if answer.known or not start:
            for part in parts:
                post(part)
            return


def _theirs(hub: HubConnection, heads: Heads, log: str, after: int, upto: int) -> Iterator[bytes]:
    others = {other: head.seq for other, head in heads.items()}
    while after < upto:
        lines = list(read_pack([hub.entries({**others, log: after})]))
        if not lines:
            return
        yield from lines
        after += len(lines)
