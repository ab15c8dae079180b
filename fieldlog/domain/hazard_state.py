"""The states of a hazard, and what follows from its row and a day; overdue is computed, never stored.

States and who moves them follow hazards.md, section 3. Lists need this much; `hazard` folds the entries.
"""

from collections.abc import Mapping
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
