"""What shows how a visit went: the stages as they were reached, footage, photos."""

from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from fieldlog.actions import lookup
from fieldlog.actions.texts import plain
from fieldlog.book.blobs import LARGEST_BLOB
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import NotFound, NotSaved, Refused, os_words
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.photos import when_of
from fieldlog.domain.roles import require
from fieldlog.pictures.reading import UNREAD, NoReader, PictureFacts, read_picture


def reach_stage(
    book: Book, by: str, doc: str, stage: Literal["亮证", "告知", "现场检查", "笔录签字"], note: str = ""
) -> Entry:
    """Record that a stage of the visit was reached now."""
    lookup.open_inspection(book, doc)
    moment = book.now().isoformat(timespec="seconds")
    return book.write(by, doc, bodies.StageReached(stage=stage, moment=moment, note=note))


def link_footage(
    book: Book,
    by: str,
    doc: str,
    *,
    camera: str = "",
    moment: str = "",
    item: str = "",
    hazard: str = "",
    note: str = "",
) -> Entry:
    """Tie a camera and a second to the visit: a `mark` when it is at an item and now, else a `reference`.

    Without `camera` the one named last in this visit counts, without `moment` now.

    Raises:
        NotFound: no such inspection, item or hazard.
        Refused: no camera is known, or `moment` is no moment.
    """
    visit = lookup.inspection(book, doc)
    camera = camera.strip() or last_camera(visit)
    if not camera:
        raise Refused("请先填执法记录仪编号，例如 03", rule="footage")
    if item:
        item = lookup.item(book, visit, item)[0]
    if hazard:
        lookup.hazard(book, hazard)
    strength: Literal["reference", "mark"] = "mark" if item and not moment else "reference"
    at = _moment(book, moment) if moment else book.now()
    body = bodies.FootageLinked(
        strength=strength,
        camera=camera,
        moment=at.isoformat(timespec="milliseconds"),
        item=item,
        hazard=hazard,
        note=plain(note),
    )
    return book.write(by, doc, body)


def last_camera(visit: Inspection) -> str:
    """The camera that this visit's newest footage link names, or empty."""
    links = [link.body for link in visit.footage if isinstance(link.body, bodies.FootageLinked)]
    return links[-1].camera if links else ""


def _moment(book: Book, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        here = book.now().tzinfo
        return moment.astimezone(here) if moment.tzinfo else moment.replace(tzinfo=here)
    except (ValueError, OverflowError) as error:
        raise Refused(f"时间“{text}”看不懂，请写成 2026-11-23T09:40:00", rule="footage") from error


_FILMS: Final = (".mp4", ".mov", ".avi", ".mkv", ".3gp", ".wmv", ".m4v", ".webm", ".ts", ".mts")


def attach_photo(
    book: Book, by: str, doc: str, path: Path, item: str = "", when: Literal["", "before", "after"] = ""
) -> Entry:
    """Store a photo or scan by its hash and tie it to an inspection's item or to a hazard, with what it says of itself.

    Without `when` a hazard's photo is from after once somebody reported or looked at its rectification. What is odd
    about the photo is for `photos.remarks` to tell; it is kept all the same.

    Raises:
        NotFound: no such document, item or file.
        Refused: it is empty, a film, or larger than the office takes, or this device's role attaches none.
        NotSaved: the file cannot be read, or the disk refused.
    """
    require(book.device.role, "photo.attached", {}, book.device.id)  # before the file is copied
    state = book.document(doc)
    if state is None:
        raise NotFound(f"没有编号为 {doc} 的检查或隐患")
    if item and isinstance(state, Inspection):
        item = lookup.item(book, state, item)[0]
    size = _photo_size(path)
    try:
        sha256 = book.blobs.put_file(path)
        facts = _facts(book.blobs.path(sha256), path.name)
    except OSError as error:
        raise NotSaved(f"照片没有保存：{os_words(error)}") from error
    body = bodies.PhotoAttached(
        sha256=sha256,
        name=path.name,
        size=size,
        item=item,
        taken_at=facts.taken_at,
        kind=facts.kind,
        width=facts.width or None,
        height=facts.height or None,
        lat_e7=facts.lat_e7,
        lon_e7=facts.lon_e7,
        when=when or (when_of(state) if isinstance(state, Hazard) else ""),
    )
    return book.write(by, doc, body)


def _facts(blob: Path, name: str) -> PictureFacts:
    try:
        return read_picture(blob, name)
    except NoReader:
        return PictureFacts(UNREAD)


def _photo_size(path: Path) -> int:
    """The size of a file that can be a photo; raises as `attach_photo` does."""
    try:
        if not path.is_file():
            raise NotFound(f"没有这个照片文件：{path}")
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except OSError as error:
        raise NotSaved(f"照片没有保存，读不出 {path.name}：{os_words(error)}") from error
    if size > LARGEST_BLOB:
        raise Refused(
            f"{path.name} 有 {size // 2**20} MiB，一个附件最大 {LARGEST_BLOB // 2**20} MiB；录像请用录像标记，不要当照片",
            rule="photo",
        )
    if path.suffix.lower() in _FILMS:
        raise Refused(
            f"{path.name} 是录像，不是照片；录像请用录像标记，文件由 fieldlog footage scan 登记", rule="photo"
        )
    if not size:
        raise Refused(f"{path.name} 是 0 字节，没有拷完；请重新拷贝再附", rule="photo")
    return size
