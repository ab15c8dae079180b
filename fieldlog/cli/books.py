"""Opening the book for a command, and saying on standard error what its opening brought up."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fieldlog.cli.streams import remark
from fieldlog.domain.errors import LogDamaged, NewerFormat, ReadOnly

if TYPE_CHECKING:
    from fieldlog.book.book import Book
    from fieldlog.library import Library


@contextmanager
def looking(folder: Path, *, dated: bool = False) -> "Generator[Book]":
    """The book for reading; the lock stays free for the program that writes.

    With `dated`, what is shown follows from today's date, and a clock that cannot be right is told.

    Raises:
        NotFound, EnvironmentFault: as `Book.open`.
    """
    from fieldlog.book.book import Book

    with Book.look(folder) as book:
        _tell(book)
        if dated and (why := book.clock_doubt):
            remark(why)
        yield book


@contextmanager
def book_if_any(folder: Path) -> "Generator[Book | None]":
    """The book for reading; None where there is none yet, for what works without one, too."""
    if not (folder / "device.toml").exists():
        yield None
        return
    with looking(folder) as book:
        yield book


@contextmanager
def writing(folder: Path) -> "Generator[Book]":
    """The book for writing.

    Raises:
        ReadOnly, LogDamaged, NewerFormat: another program writes it, or it cannot be written; and as `Book.open`.
    """
    from fieldlog.book.book import Book

    with Book.open(folder) as book:
        if book.read_only:
            own = [damage for damage in book.damages if damage.log == book.device.id]
            raise ((NewerFormat if own[0].newer else LogDamaged) if own else ReadOnly)(book.read_only)
        _tell(book)
        if why := book.clock_doubt:
            remark(why)
        yield book


def library_of(folder: Path, book: "Book | None" = None) -> "Library":
    """The shipped checklists, those in `DATA/checklists`, and with a book the office's published ones, the last first."""
    from fieldlog.actions import own_lists
    from fieldlog.library import load_library

    return own_lists.library_of(book) if book is not None else load_library(folder / "checklists")


def _tell(book: "Book") -> None:
    for line in book.recovered:
        remark(line)
    for damage in book.damages:
        remark(f"{damage.title}：{damage}。此后的记录没有读入；{damage.advice}")
