"""Files and folders as a person names them."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fieldlog.book.book import Book


def named_path(written: str | Path) -> Path:
    """The path with `~` read as the home folder; the `~` of a user who is not there stays, as in a shell."""
    try:
        return Path(written).expanduser()
    except RuntimeError:
        return Path(written)


def export_folder(book: "Book") -> Path:
    """Where files that a screen writes go: `导出` in the data folder, which is there on every laptop."""
    return book.folder / "导出"
