"""What lists of visits and hazards call a checklist, a few characters long.

The titles come from the checklists that visits recorded, so that no checklist file is read for them at start-up.
"""

from collections.abc import Sequence
from weakref import WeakKeyDictionary

from fieldlog.book.book import Book


def list_title(book: Book, list_id: str) -> str:
    """The checklist's title without the word every title ends in; its id where no visit here has used it."""
    return _titles(book).get(list_id, list_id)


def list_titles(book: Book, list_ids: Sequence[str]) -> str:
    """Several titles on one line: `药品零售+消防安全`."""
    titles = _titles(book)
    return "+".join(titles.get(list_id, list_id) for list_id in list_ids)


_known: WeakKeyDictionary[Book, tuple[int, dict[str, str]]] = WeakKeyDictionary()
"""By book: how often its checklists had changed, and their titles then."""


def _titles(book: Book) -> dict[str, str]:
    changes = book.table("checklists").changes
    known = _known.get(book)
    if known is None or known[0] != changes:
        rows = sorted(book.rows("checklists"), key=lambda row: row["version"])  # the newest version's title counts
        known = _known[book] = (changes, {row["list"]: row["title"].removesuffix("检查") for row in rows})
    return known[1]
