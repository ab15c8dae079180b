"""Showing a slate for a camera to film."""

import secrets
from datetime import datetime, timedelta
from pathlib import Path

from fieldlog.actions import lookup
from fieldlog.book.book import Book
from fieldlog.book.durable import replace_file
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import EnvironmentFault, Refused, os_words
from fieldlog.domain.footage_bodies import SlateShown
from fieldlog.domain.inspection_state import OPEN
from fieldlog.domain.slate import MOST_STEPS, Run, Showing, Slate

_A_WORKING_DAY = timedelta(hours=14)


def show_slate(book: Book, by: str, doc: str = "") -> Showing:
    """Begin a run of slates now, in the inspection `doc` or in none.

    The log vouches for it before this returns; the secret is in the result only.

    Raises:
        NotFound: no such inspection.
        NotSaved, ReadOnly: the log cannot be written, and a slate that it does not vouch for proves nothing.
    """
    return _begin(book, by, doc, book.now(), MOST_STEPS)[0]


def write_slate(book: Book, by: str, file: Path, doc: str = "", *, at: str = "") -> tuple[Slate, Entry]:
    """Write one slate as a picture to print, of now or of the moment `at`; returns it and the entry that vouches for it.

    Raises:
        Refused: `at` is no moment.
        EnvironmentFault: the picture cannot be written; the entry stands, and says only that a slate was made.
        NotFound, NotSaved, ReadOnly: as `show_slate`.
    """
    from fieldlog.footage.slate_picture import slate_png  # noqa: PLC0415 - only for printing

    showing, entry = _begin(book, by, doc, _moment(book, at) if at else book.now(), steps=1)
    slate = showing.slate(0)
    assert slate is not None  # noqa: S101 - the run has one step
    try:
        replace_file(file, slate_png(slate))
    except OSError as error:
        raise EnvironmentFault(f"没有写到 {file}：{os_words(error)}。请换一个能写的位置") from error
    return slate, entry


def _begin(book: Book, by: str, doc: str, moment: datetime, steps: int) -> tuple[Showing, Entry]:
    if doc:
        lookup.inspection(book, doc)
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    log = book.device.id
    showing = Showing(Run(log, doc, round(moment.timestamp() * 1000)), secrets.token_bytes(32), steps)
    shown = SlateShown(
        device=log,
        inspection=doc,
        moment=moment.isoformat(timespec="milliseconds"),
        steps=steps,
        commitment=showing.commitment,
    )
    return showing, book.write(by, doc or book.device.doc, shown)


def current_visit(book: Book) -> str:
    """The inspection that somebody at this laptop is most likely in: the newest one still open of today, or empty."""
    since = book.now() - _A_WORKING_DAY
    officer = book.device.officer
    rows = [
        row
        for row in book.rows_since("inspections", since.date())
        if row["state"] == OPEN
        and datetime.fromisoformat(row["opened"]) >= since
        and (not officer or officer in row["officers"])
    ]
    return str(max(rows, key=lambda row: row["opened"])["doc"]) if rows else ""


def _moment(book: Book, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
        here = book.now().tzinfo
        moment = moment.astimezone(here) if moment.tzinfo else moment.replace(tzinfo=here)
        if moment.timestamp() >= 0:
            return moment
    except (ValueError, OverflowError) as error:
        raise Refused(f"时间“{text}”看不懂，请写成 2026-11-23T09:40:00", rule="slate") from error
    raise Refused(f"时间“{text}”早于 1970 年", rule="slate")
