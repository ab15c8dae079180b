"""The states of a hazard, and what follows from its row and a day; overdue is computed, never stored.

States and who moves them follow hazards.md, section 3. Lists need this much; `hazard` folds the entries.
"""

from collections.abc import Container, Mapping
from datetime import date
from typing import Any

RECTIFYING, REPORTED, PASSED, CLOSED, VOID = "整改中", "待复查", "待销号", "已销号", "已作废"
OPEN_STATES = (RECTIFYING, REPORTED, PASSED)


def is_overdue(row: Mapping[str, Any], today: date) -> bool:
    """Past the due date without a passed re-check (hazards.md, section 3); `row` is a hazard's row."""
    return row["state"] in (RECTIFYING, REPORTED) and row["due"] < today.isoformat()


def days_left(row: Mapping[str, Any], today: date) -> int:
    """Calendar days until the due date, negative when past it."""
    return (date.fromisoformat(row["due"]) - today).days


def is_unconfirmed(row: Mapping[str, Any], may_approve: Container[str], desks: Container[str]) -> bool:
    """Whether somebody extended or closed it whom nobody knows to have the post for that (hazards.md, section 3).

    Only the device that writes checks it, and another program can write what it likes.

    Args:
        row: a hazard's row.
        may_approve: ids of the officers with the post.
        desks: ids of the supervisors' devices, whose users may approve by themselves.
    """
    return any(who not in may_approve and not (log in desks and who == by) for who, by, log in row["approvals"])
