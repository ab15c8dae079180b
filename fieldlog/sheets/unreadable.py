"""The error of a file that holds no readable table."""

from fieldlog.domain.errors import UsageError


class SheetsUnreadable(UsageError):
    """The file as a whole cannot be read; nothing of it was taken."""
