"""Where two branches of one log part, after a laptop was restored or cloned and both went on, and what follows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldlog.book.changeover import NOT_WRITTEN_AGAIN
from fieldlog.domain.entries import Entry, parse_entry
from fieldlog.domain.errors import FieldlogError
from fieldlog.domain.fold import Happening, happening
from fieldlog.domain.heads import Head

if TYPE_CHECKING:
    from fieldlog.book.book import Book


@dataclass(frozen=True, slots=True)
class Parted:
    """This device's own log went on differently elsewhere."""

    log: str
    common: Head
    """The newest entry that both sides have; 0 where another computer was set up with the same number."""
    entries: int
    """How many came after it here."""
    now: str = ""
    """The log that this device goes on under since; empty where it still writes the old one."""

    def in_words(self) -> str:
        """What happened, and what to do, in one line."""
        if self.is_two_computers:
            return self._of_two_computers()
        if self.now:
            return (
                f"本机的数据恢复或复制过：{self.log} 从第 {self.common.seq + 1} 条起与别处不同。"
                f"本机改用新日志 {self.now}，办公室没有的 {self.entries} 条已改记在里面；原来的另存在 branches，没有丢失"
            )
        return (
            f"本机的数据恢复或复制过：{self.log} 从第 {self.common.seq + 1} 条起与别处不同，"
            f"之后的 {self.entries} 条还没有送到。换用新日志后就能补送，一条也不会丢：fieldlog sync --fork"
        )

    @property
    def is_two_computers(self) -> bool:
        """Whether not even the first entry is common, so that no copy was made: two laptops were given one number."""
        return self.common.seq == 0

    def _of_two_computers(self) -> str:
        if self.now:
            return (
                f"另一台电脑也用了编号 {self.log}。本机改用新编号 {self.now}，写过的 {self.entries} 条已改记在里面；"
                f"原来的另存在 branches，没有丢失。请办公室给新编号发登记码：fieldlog office enrol {self.now} --unit 单位代码"
            )
        return (
            f"另一台电脑也用了编号 {self.log}，从第 1 条起就不同，本机的 {self.entries} 条还没有送到。"
            "办公室登记过的那台照旧用，不用动；本机没有登记过，就换用新编号补送，一条也不会丢：fieldlog sync --fork"
        )


def common_head(mine: Iterable[bytes], theirs: Iterable[bytes], log: str) -> Head | None:
    """The newest entry that both have, or None where these lines do not show one, or do not part.

    It is shown by an entry of theirs that follows one of mine and is not what follows it here. Each hash covers the one
    before it, so everything up to there is the same.
    """
    other: dict[int, set[tuple[str, str]]] = {}
    for entry in entries_in(theirs, log):
        other.setdefault(entry.seq, set()).add((entry.hash, entry.prev))
    for entry in entries_in(mine, log) if other else ():
        if any(hash_ != entry.hash and prev == entry.prev for hash_, prev in other.get(entry.seq, ())):
            return Head(entry.seq - 1, entry.prev)
    return None


def entries_in(lines: Iterable[bytes], log: str) -> Iterable[Entry]:
    """The entries of a log among lines that came from somewhere."""
    for line in lines:
        try:
            entry = parse_entry(line)
        except FieldlogError:
            continue
        if entry.log == log:
            yield entry


def lines_of(book: "Book", log: str, after: int) -> Iterable[bytes]:
    """What the book holds of a log."""
    return book.lines_after({**{other: head.seq for other, head in book.heads().items()}, log: after})


def is_written_again(book: "Book", lines: Iterable[bytes], log: str, after: int) -> bool:
    """Whether everything that a branch of another device's log says after entry `after` stands here already.

    Its own device wrote it again in the log it went on under, or it is in the branch that is here.
    """
    told = [entry for entry in entries_in(lines, log) if entry.seq > after and entry.kind not in NOT_WRITTEN_AGAIN]
    here: set[Happening] = set()
    for doc in {entry.doc for entry in told}:
        here.update(map(happening, book.entries_of(doc)))
    return all(happening(entry) in here for entry in told)
