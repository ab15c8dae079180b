"""Showing a slate for a camera to film."""

import secrets
from datetime import datetime, timedelta

from fieldlog.actions import lookup
from fieldlog.book.book import Book
from fieldlog.domain.errors import Refused
from fieldlog.domain.footage_bodies import SlateShown
from fieldlog.domain.inspection_state import OPEN
from fieldlog.domain.slate import MOST_STEPS, Run, Showing

_A_WORKING_DAY = timedelta(hours=14)


def show_slate(book: Book, by: str, doc: str = "", *, at: str = "", steps: int = MOST_STEPS) -> Showing:
    """Begin a run of slates, now or at the moment `at`, in the inspection `doc` or in none.

    The log vouches for it before this returns; the secret is in the result only.

    Raises:
        NotFound: no such inspection.
        Refused: `at` is no moment.
        NotSaved, ReadOnly: the log cannot be written, and a slate that it does not vouch for proves nothing.
    """
    if doc:
        lookup.inspection(book, doc)
    moment = _moment(book, at) if at else book.now()
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
    book.write(by, doc or book.device.doc, shown)
    return showing


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
