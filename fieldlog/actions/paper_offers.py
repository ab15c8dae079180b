"""Which papers can be given out of a document, and what was given out of it already."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fieldlog.actions.papers import family_of
from fieldlog.book.book import Book
from fieldlog.papers.layout import Layout, layouts

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind of paper, and one that was given out where there is any."""

    layout: Layout
    given: Row | None = None

    @property
    def key(self) -> str:
        """Tells it from others on a list."""
        return self.given["id"] if self.given else self.layout.id

    @property
    def standing(self) -> str:
        """未出, or what became of it."""
        if self.given is None:
            return "未出"
        if self.given["voided"]:
            return "已作废"
        copies = f" 重印{self.given['copies']}" if self.given["copies"] else ""
        return f"第{self.given['version']}版{copies}"


def offers(book: Book, of: str) -> Sequence[Offer]:
    """Every kind of paper that is made of this document, those given out in place of their kind.

    Raises:
        NotFound: there is no document of which papers are made.
    """
    family = family_of(book, of)
    given = given_out(book, of)
    found: list[Offer] = []
    for layout in layouts().values():
        if family in layout.of:
            same = [Offer(layout, row) for row in given if row["paper"] == layout.id]
            found += same or [Offer(layout)]
            if same and all(each.given and each.given["voided"] for each in same):
                found.append(Offer(layout))
    return found


def given_out(book: Book, of: str = "") -> list[Row]:
    """Papers that were given out, the newest first; with `of`, those of one document."""
    rows = [row for row in book.rows("papers") if not of or row["of"] == of]
    return sorted(rows, key=lambda row: str(row["printed"]), reverse=True)
