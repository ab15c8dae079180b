"""A frame of a recording as a photo of an inspection or a hazard, with where it was taken from."""

from fieldlog.actions import lookup
from fieldlog.actions.footage_files import file_of
from fieldlog.actions.footage_matching import Film, moment_at, tie
from fieldlog.actions.footage_moments import Shown, best, moments_of, tie_around
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import NotFound, Refused
from fieldlog.domain.film_time import film_clock
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.roles import require
from fieldlog.footage.stills import Still, take_still


def still_of(book: Book, film: Film, at_ms: int) -> Still:
    """The frame at a millisecond of a recording. May take seconds: not for a screen's own thread.

    Raises:
        NotFound: the recording is not at any of its places, or has no picture there.
        Refused: it cannot be played.
        EnvironmentFault: PyAV is not installed, or the file cannot be read.
    """
    if film.row["broken"]:
        raise Refused(f"放不出来：{film.row['broken']}", rule="footage")
    if film.row["medium"] != "video":
        raise Refused("这不是录像，截不了图；照片请直接附上", rule="footage")
    return take_still(file_of(book, film.row), at_ms)


def target_of(book: Book, moment: Shown) -> tuple[str, str]:
    """The document, and its item or empty, that a still of the moment belongs to.

    A hazard's own where it is still open; once it is over, its item's in the inspection.
    """
    event = moment.event
    hazard = book.document(event.key) if event.key and book.row("hazards", event.key) is not None else None
    if isinstance(hazard, Hazard):
        return (hazard.doc, "") if hazard.is_open else (event.doc, str(hazard.fields.get("item", "")))
    return event.doc, event.key if event.kind in ("answer", "mark", "photo") else ""


def take_and_keep(
    book: Book, by: str, doc: str, *, item: str = "", recording: str = "", offset_ms: int | None = None
) -> Entry:
    """A still of an inspection or a hazard: of the moment that shows it best, or of a recording and millisecond.

    `item` is one of the inspection, `recording` an id, the beginning of a SHA-256 or the end of a path.

    Raises:
        NotFound: no such document, item or recording, or no recording shows it.
        Refused, EnvironmentFault, NotSaved: as `still_of` and `keep_still`.
    """
    require(book.device.role, "photo.attached", {}, book.device.id)
    state = book.document(doc)
    if not isinstance(state, Inspection | Hazard):
        raise NotFound(f"没有编号为 {doc} 的检查或隐患")
    if item and isinstance(state, Inspection):
        item = lookup.item(book, state, item)[0]
    if recording and offset_ms is not None:
        film, at_ms = _film(book, state, recording), offset_ms
    else:
        moments = [
            each
            for each in moments_of(book, doc)
            if not recording or (each.film is not None and _is_named(each.film, recording))
        ]
        shown = best(moments, item)
        if shown is None or shown.film is None:
            what = "这一项" if item else "这条隐患" if isinstance(state, Hazard) else "这次检查"
            raise NotFound(f"没有录像拍到{what}；用 fieldlog footage list {doc} 看哪些时刻有录像")
        film, at_ms = shown.film, shown.at_ms if offset_ms is None else offset_ms
    return keep_still(book, by, doc, film, still_of(book, film, at_ms), item)


def _film(book: Book, state: Inspection | Hazard, named: str) -> Film:
    visit = state.doc if isinstance(state, Inspection) else str(state.fields.get("inspection", ""))
    films = (tie_around(book, visit) if visit else tie(book)).films
    found = [film for film in films if _is_named(film, named)]
    if len(found) != 1:
        many = f"有 {len(found)} 个录像都叫" if found else "没有登记过录像"
        raise NotFound(f"{many} {named}；用 fieldlog footage list --json 看编号和校验值")
    return found[0]


def _is_named(film: Film, named: str) -> bool:
    path = str(film.row["path"])
    of_hash = len(named) >= 6 and film.row["sha256"].startswith(named.lower())
    return film.row["id"] == named or of_hash or path == named or path.endswith((f"/{named}", f"\\{named}"))


def keep_still(book: Book, by: str, doc: str, film: Film, still: Still, item: str = "") -> Entry:
    """Store the frame by its hash and tie it to the document, with the recording's hash and the millisecond.

    Raises:
        NotFound: no such document or item.
        Refused: this device's role attaches no photos.
        NotSaved: the disk refused.
    """
    require(book.device.role, "photo.attached", {}, book.device.id)
    state = book.document(doc)
    if not isinstance(state, Inspection | Hazard):
        raise NotFound(f"没有编号为 {doc} 的检查或隐患")
    if item and isinstance(state, Inspection):
        item = lookup.item(book, state, item)[0]
    stem = str(film.row["path"]).replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
    start = film.start.ms
    taken = moment_at(book, start + still.at_ms + 500) if start is not None else None  # to the nearest second
    body = bodies.PhotoAttached(
        sha256=book.blobs.put((still.jpeg,)),
        name=f"{stem} {film_clock(still.at_ms).replace(':', '-')}.jpg",
        size=len(still.jpeg),
        item=item,
        taken_at=taken.isoformat(timespec="seconds") if taken else "",
        kind="jpeg",
        width=still.width,
        height=still.height,
        when="before" if isinstance(state, Hazard) else "",
        recording=film.row["sha256"],
        offset_ms=still.at_ms,
    )
    return book.write(by, doc, body)
