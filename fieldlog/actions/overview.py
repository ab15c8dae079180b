"""What the first screen says: counts of open work, by the hazards' rows and a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from fieldlog.book.book import Book
from fieldlog.domain.hazard_state import OPEN_STATES, PASSED, REPORTED, VOID, days_left, is_overdue

WEEKS = 12


@dataclass(frozen=True, slots=True)
class HazardCounts:
    """Open hazards by urgency; `weekly` is (found, closed) for the last twelve weeks, oldest first."""

    open: int
    overdue: int
    due_today: int
    due_in_week: int
    to_recheck: int
    to_close: int
    major: tuple[Mapping[str, Any], ...]
    weekly: tuple[tuple[int, int], ...]


def count_hazards(rows: Iterable[Mapping[str, Any]], today: date) -> HazardCounts:
    """Count hazards' rows; void ones are out (hazards.md, section 6)."""
    open_, overdue, due_today, due_in_week, to_recheck, to_close = 0, 0, 0, 0, 0, 0
    major: list[Mapping[str, Any]] = []
    first = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    found, closed = [0] * WEEKS, [0] * WEEKS
    earliest = first.isoformat()
    for row in rows:
        state = row["state"]
        if state == VOID:
            continue
        for counts, day in ((found, row["found"]), (closed, row["closed"])):
            if day >= earliest and (week := (date.fromisoformat(day) - first).days // 7) < WEEKS:
                counts[week] += 1
        if state not in OPEN_STATES:
            continue
        left = days_left(row, today)
        open_ += 1
        overdue += is_overdue(row, today)
        due_today += left == 0
        due_in_week += 0 <= left <= 7
        to_recheck += state == REPORTED
        to_close += state == PASSED
        if row["level"] == "重大":
            major.append(row)
    return HazardCounts(
        open_,
        overdue,
        due_today,
        due_in_week,
        to_recheck,
        to_close,
        tuple(major),
        tuple(zip(found, closed, strict=True)),
    )


def unfinished(book: Book) -> list[dict[str, Any]]:
    """Visits that are still open, the one touched last first."""
    rows = [row for row in book.rows_since("inspections", book.now().date()) if row["state"] == "进行中"]
    return sorted(rows, key=lambda row: row["opened"], reverse=True)


def last_visits(book: Book, premises: str, most: int = 5) -> list[dict[str, Any]]:
    """The newest visits to premises, newest first."""
    rows = [row for row in book.rows("inspections") if row["premises"] == premises]
    return sorted(rows, key=lambda row: row["opened"], reverse=True)[:most]


def open_hazards(book: Book, premises: str) -> list[dict[str, Any]]:
    """Hazards of premises that are not closed, the most urgent first."""
    rows = [row for row in book.rows("hazards") if row["premises"] == premises and row["state"] in OPEN_STATES]
    return sorted(rows, key=lambda row: row["due"])


def last_hazards(book: Book, premises: str, visit: str) -> dict[str, dict[str, Any]]:
    """The newest hazard of each item at these premises from before `visit`, found in one pass over the hazards."""
    newest: dict[str, dict[str, Any]] = {}
    for row in book.rows("hazards"):
        if row["premises"] == premises and row["inspection"] != visit and row["state"] != VOID:
            known = newest.get(row["item"])
            if known is None or row["found"] >= known["found"]:
                newest[row["item"]] = row
    return newest


def assigned_to(book: Book, officer: str) -> list[dict[str, Any]]:
    """Rows of open hazards that are assigned to the officer, the one to be seen to first on top."""
    rows = (row for row in book.rows_since("hazards", book.now().date()) if row["assigned"] == officer)
    open_ = (row for row in rows if row["state"] in OPEN_STATES)
    return sorted(open_, key=lambda row: (row["assigned_due"] or row["due"], row["number"]))
