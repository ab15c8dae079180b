"""Which book and which inspection the screens are on, for what can be asked for from any of them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.screen import Screen

from fieldlog.tui.screens.frame import FieldScreen

if TYPE_CHECKING:
    from fieldlog.book.book import Book


def at_work_in(stack: Sequence[Screen[object]]) -> "tuple[Book, str] | None":
    """The book, and the inspection that the topmost screen which shows one is about, or empty; None without a book."""
    known = [at for screen in reversed(stack) if isinstance(screen, FieldScreen) and (at := screen.at_work_in)]
    return next((at for at in known if at[1]), known[0] if known else None)
