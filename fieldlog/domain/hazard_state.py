"""The states of a hazard, and what follows from its row and a day; overdue is computed, never stored.

States and who moves them follow hazards.md, section 3. Lists need this much; `hazard` folds the entries.
"""

from collections.abc import Callable, Container, Mapping
from datetime import date
from typing import Any

from fieldlog.domain.roles import approves_by_itself

RECTIFYING, REPORTED, PASSED, CLOSED, VOID = "整改中", "待复查", "待销号", "已销号", "已作废"
OPEN_STATES = (RECTIFYING, REPORTED, PASSED)


def is_overdue(row: Mapping[str, Any], today: date) -> bool:
    """Past the due date without a passed re-check (hazards.md, section 3); `row` is a hazard's row."""
    return row["state"] in (RECTIFYING, REPORTED) and row["due"] < today.isoformat()


def days_left(row: Mapping[str, Any], today: date) -> int:
    """Calendar days until the due date, negative when past it."""
    return (date.fromisoformat(row["due"]) - today).days


def is_unconfirmed(row: Mapping[str, Any], may_approve: Container[str], role_at: Callable[[str, str], str]) -> bool:
    """Whether somebody extended or closed it whom nobody knows to have the post for that (hazards.md, section 3).

    Only the device that writes checks the post, and another program can write what it likes.

    Args:
        row: a hazard's row.
        may_approve: ids of the officers with the post.
        role_at: the role of a log's device at the moment of a hybrid clock; a supervisor's needs no post to approve.
    """
    return any(
        who not in may_approve and not (who == by and approves_by_itself(role_at(log, hlc)))
        for who, by, log, hlc in row["approvals"]
    )
