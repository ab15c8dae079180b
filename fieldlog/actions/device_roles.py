"""Which role a device has, as far as this one knows."""

from fieldlog.book.book import Book
from fieldlog.domain.published import RoleAt


def role_at(book: Book) -> RoleAt:
    """The role of a log's device at the moment of a hybrid clock: what its first entry says; empty where none is here."""
    claimed = {str(row["device"]): str(row["role"]) for row in book.rows("devices")}
    return lambda log, _hlc: claimed.get(log, "")
