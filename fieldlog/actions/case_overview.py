"""Cases as lists and pages show them: what is next, what is due, how much is owed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fieldlog.actions.cases import deadlines
from fieldlog.book.book import Book
from fieldlog.domain.case import Case
from fieldlog.domain.case_deadlines import Deadline
from fieldlog.domain.case_money import yuan
from fieldlog.domain.case_state import OPEN_STATES

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NextDue:
    """The term that ends first of those that run for the organ."""

    deadline: Deadline
    days: int
    """Calendar days until its end, negative when past it."""


def case_rows(rows: Iterable[Row], *, open_only: bool = False) -> list[dict[str, Any]]:
    """Cases for a list: open ones first, then the newest."""
    shown = [dict(row) for row in rows if not open_only or row["state"] in OPEN_STATES]
    newest = sorted(shown, key=lambda row: (str(row["proposed"]), str(row["id"])), reverse=True)
    return sorted(newest, key=lambda row: row["state"] not in OPEN_STATES)


def next_due(book: Book, case: Case, today: date) -> NextDue | None:
    """What is to be done first by a day, of what the organ must do; else of what the party must; None where nothing runs."""
    running = [each for each in deadlines(book, case) if not each.done]
    if not running or not case.is_open:
        return None
    own = [each for each in running if each.whose != "当事人"] or running
    first = min(own, key=lambda each: days_left(each, today))
    return NextDue(first, days_left(first, today))


def days_left(deadline: Deadline, today: date) -> int:
    """Calendar days until the end of a term."""
    due = deadline.due.date() if isinstance(deadline.due, datetime) else deadline.due
    return (due - today).days


def money_word(row: Row) -> str:
    """The fine and how much of it has come in."""
    if not row["amount"]:
        return ""
    if row["paid"] >= row["amount"]:
        return f"{yuan(row['amount'])} 已缴"
    return f"{yuan(row['amount'])} 缴 {yuan(row['paid'])}" if row["paid"] else f"{yuan(row['amount'])} 未缴"


def penalty_word(case: Case) -> str:
    """What was decided, in a line."""
    parts = [f"{each.kind} {yuan(each.amount)}" if each.amount else each.kind for each in case.penalties]
    return "，".join(parts)
