"""Whether the office has received and checked a visit, by what the visit's row says of its entries."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from fieldlog.actions.office_heads import OfficeHeads, office_heads
from fieldlog.actions.refusals import Refused, refusals
from fieldlog.book.book import Book

Row = Mapping[str, Any]
WORDS = {"waiting": "未送出", "received": "已由办公室收到并校验", "refused": "办公室未收下", "unknown": ""}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the office has of one visit."""

    state: Literal["waiting", "received", "refused", "unknown"]
    """`unknown`: nothing of it is of this device, and no office has said anything of its logs here."""
    at: str = ""
    """When the office had all of it, RFC 3339."""
    why: str = ""
    """Why it was refused."""

    @property
    def words(self) -> str:
        """In words, without the time."""
        return WORDS[self.state] + (f"：{self.why}" if self.why else "")


def receipts(book: Book) -> Callable[[Row], Receipt]:
    """Says of an inspection's row what the office has of it; reads the files once, so make it once for a list."""
    heads, own = office_heads(book.folder), set(book.lineage())
    standing = [each for each in refusals(book.folder) if each.stands and each.log in own]
    return lambda row: _receipt(row, heads, own, standing)


def _receipt(row: Row, heads: OfficeHeads, own: set[str], standing: list[Refused]) -> Receipt:
    places = {log: int(seq) for log, _colon, seq in (part.partition(":") for part in row["logs"].split())}
    refused = next((each for each in standing if each.seq <= places.get(each.log, 0)), None)
    if refused is not None:
        return Receipt("refused", why=refused.why)
    lacking = {log for log, seq in places.items() if seq > heads.seq(log)}
    if lacking:
        return Receipt("waiting" if lacking & own else "unknown")
    return Receipt("received", max((heads.since(log, seq) for log, seq in places.items()), default=""))
