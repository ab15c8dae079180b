"""Comments on visits, items and hazards: saying something, and which of it somebody has not read yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from fieldlog.actions import lookup
from fieldlog.actions.ledger import followers
from fieldlog.actions.texts import plain
from fieldlog.book.book import Book
from fieldlog.book.read_marks import read_marks, write_marks
from fieldlog.domain import bodies
from fieldlog.domain.comments import Comment, count_others
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import Refused
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.roles import AUDITOR, LEGAL_REVIEWER, SUPERVISOR

_LOOK_BACK = timedelta(weeks=12)
DESK_ROLES = (SUPERVISOR, AUDITOR, LEGAL_REVIEWER)
"""Roles whose devices hear everything that is said in the unit."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A visit or hazard with comments that the reader has not looked at."""

    kind: Literal["visit", "hazard"]
    row: Mapping[str, Any]
    new: int
    last: Comment
    """The newest of them by somebody else."""


def comment(book: Book, by: str, doc: str, text: str, item: str = "") -> Entry:
    """Say something about a visit, one of its items, or a hazard; also where it is over.

    Raises:
        NotFound: no such visit, hazard or item.
        Refused: no words, or an item of a hazard.
        NotSaved: nothing is on disk.
    """
    words = plain(text)
    if not words:
        raise Refused("请写几个字再发", rule="comment")
    state = book.document(doc)
    if isinstance(state, Hazard):
        if item:
            raise Refused("隐患的评论不用写检查项（item）", rule="comment")
        lookup.hazard(book, doc)
        return book.write(by, doc, bodies.HazardCommented(text=words))
    visit = lookup.inspection(book, doc)
    if item and item not in visit.given:
        item = lookup.item(book, visit, item)[0]
    return book.write(by, doc, bodies.InspectionCommented(text=words, item=item))


def comments_of(book: Book, doc: str) -> list[Comment]:
    """What was said about a visit or hazard, oldest first."""
    state = book.document(doc)
    return state.comments if isinstance(state, Inspection | Hazard) else []


def unread(book: Book, reader: str) -> list[Unread]:
    """What was said since the reader looked, the newest first; without a reader what anybody said.

    On an officer's device it is what concerns the officer: visits of theirs, hazards they follow up, and what they have
    spoken about before. On a desk's it is everything.
    """
    seen = read_marks(book.folder, reader)
    all_of_it = book.device.role in DESK_ROLES or not reader
    day = lookup.today(book) - _LOOK_BACK
    found: list[Unread] = []
    for kind, table in (("visit", "inspections"), ("hazard", "hazards")):
        for row in book.rows_since(table, day):
            if row["comments"] and (all_of_it or _concerns(row, reader)):
                new = count_others(row, reader) - seen.get(row["id"], 0)
                last = _last_of_others(book, row["id"], reader) if new > 0 else None
                if last is not None:
                    found.append(Unread("visit" if kind == "visit" else "hazard", row, new, last))
    return sorted(found, key=lambda each: each.last.at, reverse=True)


def mark_read(book: Book, reader: str, doc: str) -> None:
    """Remember on this device that the reader has looked at everything said there; a full disk only means it shows again."""
    row = book.row("inspections", doc) or book.row("hazards", doc)
    if row is None or book.read_only:
        return
    count = count_others(row, reader)
    if count > read_marks(book.folder, reader).get(doc, 0):
        write_marks(book.folder, reader, doc, count)


def _concerns(row: Mapping[str, Any], reader: str) -> bool:
    people = followers(row) if "assigned" in row else row["officers"]
    return reader in people or reader in row["officers"] or reader in row["comments"].split()


def _last_of_others(book: Book, doc: str, reader: str) -> Comment | None:
    return next((each for each in reversed(comments_of(book, doc)) if each.by != reader), None)
