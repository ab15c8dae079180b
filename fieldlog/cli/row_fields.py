"""The rows of inspections and hazards as other programs get them."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fieldlog.book.book import Book

Row = Mapping[str, Any]


def officer_names(book: "Book") -> dict[str, str]:
    """Names by officer id."""
    return {row["id"]: row["name"] for row in book.rows("officers")}


def inspection_row(row: Row, names: Mapping[str, str]) -> dict[str, Any]:
    """An inspection's row as other programs get it: officers by name too, `closed` a moment or null."""
    return {
        **row,
        "closed": row["closed"] or None,
        "comments": len(row["comments"].split()),
        "officer_names": [names.get(person, person) for person in row["officers"]],
    }


def hazard_row(row: Row, today: date, *, doubt: bool, unconfirmed: bool) -> dict[str, Any]:
    """A hazard's row as other programs get it: `overdue` by that day, `closed` a date or null.

    `doubt` says that the clock cannot be right, now or when the deadline was worked out, `unconfirmed` that an extension
    or the closing lacks a known approver.
    """
    from fieldlog.domain.hazard_state import is_overdue

    overdue = is_overdue(row, today)
    shown = {name: value for name, value in row.items() if name != "approvals"}
    shown |= {"comments": len(row["comments"].split()), "contested": row["contested"].split()}
    told = {"overdue": overdue, "closed": row["closed"] or None, "doubt": doubt or row["doubt"]}
    return {**shown, **told, "unconfirmed": unconfirmed}
