"""Hazards' numbers that are there twice: given by a laptop and by its clone before they knew of each other.

They are on paper already, so both stay (`docs/decisions/0009-fork.md`); what is shown must say so, and a number alone names neither.
"""

from collections import Counter

from fieldlog.actions.lookup import Row
from fieldlog.book.book import Book
from fieldlog.domain.errors import NotFound

DOUBLED = "重号"


def doubled_numbers(book: Book) -> frozenset[str]:
    """The numbers that more than one hazard has."""
    times = Counter(str(row["number"]) for row in book.rows("hazards"))
    return frozenset(number for number, count in times.items() if count > 1)


def namesakes(book: Book, doc: str, number: str) -> list[Row]:
    """The other hazards that have the number of this one."""
    return [row for row in book.rows("hazards") if row["number"] == number and row["id"] != doc]


def hazard_numbered(book: Book, number: str) -> str | None:
    """The hazard with a number; None where there is none.

    Raises:
        NotFound: there are several, so that the number does not say which.
    """
    found = [row for row in book.rows("hazards") if row["number"] == number]
    if len(found) > 1:
        which = "、".join(f"{row['id']}（{row['premises_name']}，{row['text']}）" for row in found)
        raise NotFound(f"有 {len(found)} 条隐患都是 {number}，请写明是哪一条的 doc：{which}")
    return str(found[0]["id"]) if found else None
