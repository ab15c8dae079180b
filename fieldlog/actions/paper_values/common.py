"""What every paper says of the organ, the people and the party, and how days and moments are written."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from fieldlog.actions.lookup import Row
from fieldlog.book.book import Book

Values = dict[str, Any]
"""Placeholders by name: text, mappings of text, and lists of mappings of text."""


def day_words(day: str | date) -> str:
    """2024年3月5日; empty for no day."""
    if not day:
        return ""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{day.year}年{day.month}月{day.day}日"


def moment_words(moment: str) -> str:
    """2024年3月5日9时31分, in the offset it was written with; empty for none."""
    if not moment:
        return ""
    when = datetime.fromisoformat(moment)
    return f"{day_words(when.date())}{when.hour}时{when.minute}分"


def organ(book: Book) -> Values:
    """Whose name and seal the paper bears: the unit's own."""
    return {"name": book.device.unit_name or book.device.unit, "acting": "", "team": "", "phone": ""}


def people(book: Book, ids: Iterable[str]) -> list[Values]:
    """Officers with their certificate numbers."""
    rows = (book.row("officers", each) or {"name": each} for each in ids)
    return [{"name": str(row["name"]), "certificate": str(row.get("certificate", ""))} for row in rows]


def party(row: Row) -> Values:
    """The inspected party out of the register of premises."""
    return {name: str(row.get(name, "") or "") for name in ("name", "uscc", "address", "contact", "phone")}
