"""Extensions and closings that nobody with the post has approved, as far as is known here."""

from collections.abc import Callable, Mapping
from typing import Any

from fieldlog.actions.device_roles import role_at
from fieldlog.book.book import Book
from fieldlog.domain.hazard_state import is_unconfirmed
from fieldlog.domain.procedure import may_approve

UNCONFIRMED = "未经批准人确认"


def unconfirmed(book: Book) -> Callable[[Mapping[str, Any]], bool]:
    """Says of a hazard's row whether an extension or its closing lacks a known approver.

    The posts are those of now: whoever has lost the post since is no longer known to have had it.
    """
    people = {row["id"] for row in book.rows("officers") if may_approve(row)}
    role = role_at(book)
    return lambda row: is_unconfirmed(row, people, role)
