"""What `fieldlog doctor` says of the way to the office: a log that parted, what was refused, what was never sent."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from fieldlog.cli.checks import Check

if TYPE_CHECKING:
    from fieldlog.book.book import Book

LONG_UNSENT_DAYS: Final = 3


def way_home(book: "Book") -> Iterator[Check]:
    """What the last synchronisations left undone; nothing is asked of anybody."""
    from fieldlog.actions.refusals import refusals, way_on

    own = book.device.id
    standing = [each for each in refusals(book.folder) if each.stands]
    parted = [each for each in standing if each.log == own and "--fork" in each.why]
    yield Check("fork", "日志分叉", not parted, parted[0].why if parted else "没有")
    others = [each for each in standing if each not in parted]
    if others:
        entry = f"{others[0].log} 第 {others[0].seq} 条，" if others[0].log else ""
        entry = "" if others[0].why.startswith(entry.rstrip("，")) else entry  # the office's words may name it
        count = f"共 {len(others)} 处（fieldlog devices 看全部），" if len(others) > 1 else ""
        detail = f"{count}与 {others[0].target}：{entry}{others[0].why}。{way_on(others[0], own)}"
        yield Check("refused", "没有收下", False, detail)
    else:
        yield Check("refused", "没有收下", True, "没有")
    yield Check("unsent", "待同步", True, _unsent(book))


def _unsent(book: "Book") -> str:
    """A remark and no problem: weeks without a line are what the program is for."""
    from fieldlog.actions.ways_home import waiting, ways_home
    from fieldlog.sync.branching import entries_in, lines_of

    own = book.device.id
    head = book.heads().get(own)
    wait = waiting(book, ways_home(book.folder)).entries
    if not head or not wait:
        return "都已送到办公室"
    oldest = next(iter(entries_in(lines_of(book, own, head.seq - wait), own)), None)
    days = (book.now() - datetime.fromisoformat(oldest.at)).days if oldest else 0
    if days < LONG_UNSENT_DAYS:
        return f"{wait} 条还没有送到办公室"
    return f"{wait} 条还没有送到办公室，最早的是 {days} 天前的，请尽快 fieldlog sync，没有网络就用 U 盘"
