"""One key opens a recording at its second, from wherever something is shown that a camera saw."""

from functools import partial
from typing import TYPE_CHECKING

from fieldlog.domain.errors import FieldlogError

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel

    from fieldlog.actions.footage_matching import Film
    from fieldlog.actions.footage_moments import Shown
    from fieldlog.book.book import Book
    from fieldlog.tui.screens.frame import FieldScreen


def has_recordings(book: "Book") -> bool:
    """Whether any recording was ever scanned."""
    return any(True for _ in book.rows("recordings"))


def play_moment(screen: "FieldScreen[None]", book: "Book", doc: str, key: str) -> bool:
    """Open what shows the item, hazard or stage of an inspection best; False where no recording does."""
    from fieldlog.actions.footage_moments import best, moments_of, moments_of_visit  # noqa: PLC0415 - only for footage

    if not has_recordings(book):
        return False
    try:
        is_hazard = book.row("hazards", key) is not None
        found = best(moments_of(book, key)) if is_hazard else best(moments_of_visit(book, doc), key)
    except FieldlogError as error:
        screen.notify(str(error), severity="warning", timeout=8)
        return True
    if found is None:
        return False
    play(screen, book, found)
    return True


def play(screen: "FieldScreen[None]", book: "Book", moment: "Shown") -> None:
    """Open the recording of a moment beside the screen, and say so when it is open, or why it is not."""
    if moment.film is not None:
        play_film(screen, book, moment.film, moment.at_ms)


def play_film(screen: "FieldScreen[None]", book: "Book", film: "Film", at_ms: int = 0) -> None:
    """Open a recording at a millisecond, as `play` does."""
    screen.notify("正在打开录像")
    screen.run_worker(partial(_open, screen, book, film, at_ms), thread=True, group="player", exit_on_error=False)


def _open(screen: "FieldScreen[None]", book: "Book", film: "Film", at_ms: int) -> None:
    """In a thread of its own: a disk that is not there, or a player that fails, may take seconds."""
    from fieldlog.actions.footage_files import file_of  # noqa: PLC0415
    from fieldlog.domain.film_time import film_clock  # noqa: PLC0415
    from fieldlog.footage.players import open_at  # noqa: PLC0415

    at = film_clock(at_ms)
    try:
        path = file_of(book, film.row)
        name = open_at(path, at_ms, book.folder)
    except FieldlogError as error:
        _say(screen, str(error), "error")
        return
    if name:
        _say(screen, f"已用 {name} 打开 {path.name}，从 {at} 开始", "information")
    else:
        _say(screen, f"已用系统播放器打开 {path.name}，它不会自己跳，请拖到 {at}", "warning")


def _say(screen: "FieldScreen[None]", text: str, severity: "SeverityLevel") -> None:
    screen.fieldlog.notify(text, severity=severity, timeout=10)
