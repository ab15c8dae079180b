"""Photos of visits and hazards: what is told of one, what belongs side by side, opening one outside."""

from collections.abc import Iterator
from datetime import datetime

from fieldlog.actions import lookup
from fieldlog.book.book import Book
from fieldlog.domain.bodies import PhotoAttached
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import NotFound
from fieldlog.domain.film_time import film_clock
from fieldlog.domain.fold import Document, read_body
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.photos import WHEN_WORDS, Shot, time_doubt
from fieldlog.pictures.reading import BROKEN, UNREAD


def shots_of_hazard(book: Book, hazard: Hazard) -> list[Shot]:
    """Its own photos, and those that its visit holds of the item, which are from before."""
    own = [
        Shot(each.at, each.by, each.body, each.body.when)
        for each in hazard.photos
        if isinstance(each.body, PhotoAttached)
    ]
    doc, item = str(hazard.fields.get("inspection", "")), str(hazard.fields.get("item", ""))
    if not doc or not item:
        return own
    try:
        visit = lookup.inspection(book, doc)
    except NotFound:
        return own
    return [*shots_of_visit(visit, item), *own]


def shots_of_visit(visit: Inspection, item: str | None = None) -> list[Shot]:
    """The photos of an item by its reference, `""` for the visit itself, None for all."""
    return [
        Shot(each.at, each.by, each.body, each.body.when)
        for each in visit.photos
        if isinstance(each.body, PhotoAttached) and (item is None or each.body.item == item)
    ]


def remarks(book: Book, entry: Entry) -> list[tuple[str, str]]:
    """What to tell of a photo that was attached just now: rule and words; it is kept all the same."""
    body, state = read_body(entry), book.document(entry.doc)
    return list(_remarks(book, state, body)) if isinstance(body, PhotoAttached) and state is not None else []


def _remarks(book: Book, state: Document, photo: PhotoAttached) -> Iterator[tuple[str, str]]:
    if photo.kind == BROKEN:
        yield "photo.broken", f"{photo.name} 打不开，没有拷完或已损坏；已原样存下，请重新拷贝再附一次"
    elif photo.kind == UNREAD:
        yield "photo.unread", "照片已原样存下；缺少组件 Pillow，读不出拍摄时间和地点"
    elif not photo.kind:
        yield "photo.kind", f"{photo.name} 不是认得出的照片，已原样存下"
    elif photo.kind == "heic" and photo.width is None:
        yield "photo.heic", "HEIC 照片已存，读不出拍摄时间；装 fieldlog[heic]，或在手机上选“兼容性最佳”（JPEG）"
    if words := doubt(book, state, photo):
        yield "photo.time", words


def doubt(book: Book, state: Document, photo: PhotoAttached) -> str:
    """What is odd about the photo's own time against the document's, or empty."""
    now = book.now()
    if isinstance(state, Hazard):
        begun, ended = state.found_at, ""
    elif isinstance(state, Inspection):
        begun, ended = state.opened_at, state.closed_at
    else:
        return ""
    if not begun:
        return ""
    end = datetime.fromisoformat(ended) if ended else now
    return time_doubt(photo.taken_at, datetime.fromisoformat(begun), end, now)


def facts_of(photo: PhotoAttached) -> list[str]:
    """What a photo says of itself, in words: when, where, how large."""
    told: list[str] = []
    if photo.taken_at:
        told.append(f"拍摄 {photo.taken_at[:16].replace('T', ' ')}")
    if photo.lat_e7 is not None and photo.lon_e7 is not None:
        told.append(place_words(photo.lat_e7, photo.lon_e7))
    if photo.recording and photo.offset_ms is not None:
        told.append(f"截自录像 {photo.recording[:12]} 的 {film_clock(photo.offset_ms)}")
    if photo.kind == BROKEN:
        told.append("打不开")
    elif photo.width and photo.height:
        told.append(f"{photo.width}x{photo.height}")
    return told


def place_words(lat_e7: int, lon_e7: int) -> str:
    """`北纬 30.93061 东经 108.69720`: degrees (WGS 84, as the camera gives them) to a metre."""
    north, east = ("南纬" if lat_e7 < 0 else "北纬"), ("西经" if lon_e7 < 0 else "东经")
    return f"{north} {abs(lat_e7) / 1e7:.5f} {east} {abs(lon_e7) / 1e7:.5f}"


def name_and_time(shot: Shot) -> str:
    """`整改后 11-24 15:20 IMG_0040.jpg`."""
    return " ".join(filter(None, (WHEN_WORDS[shot.when], shot.moment[5:16].replace("T", " "), shot.body.name)))


def open_photo(book: Book, photo: PhotoAttached) -> None:
    """Open it in the system's viewer.

    Raises:
        NotFound: it has not arrived on this device.
        EnvironmentFault: it is no picture, or there is no viewer.
    """
    from fieldlog.pictures.viewer import open_outside  # noqa: PLC0415 - only for looking

    require_here(book, photo)
    open_outside(book.blobs.path(photo.sha256), photo.kind, photo.name)


def require_here(book: Book, photo: PhotoAttached) -> None:
    """Raise NotFound where the photo has not arrived on this device."""
    if not book.blobs.has(photo.sha256):
        raise NotFound(f"{photo.name} 还没有同步到这台电脑")
