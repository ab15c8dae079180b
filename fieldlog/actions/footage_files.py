"""Where a recording is now: at one of the places where it was seen, if its content is still there."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fieldlog.book.book import Book
from fieldlog.domain.errors import NotFound
from fieldlog.footage.files import MediaFile, read_edges
from fieldlog.footage.volumes import volume_of

Row = Mapping[str, Any]


def places_of(book: Book, row: Row) -> list[Row]:
    """The places where the recording was seen, this device's first, each the newest first."""
    newest = list(reversed(row["places"]))
    own = [place for place in newest if place["device"] == book.device.id]
    return [*own, *(place for place in newest if place["device"] != book.device.id)]


def file_of(book: Book, row: Row) -> Path:
    """The recording's file, a row of `recordings`. May wait for a disk or a share: not for a screen's own thread.

    Raises:
        NotFound: at none of its places; says where it was seen last and what to do.
    """
    return next(_standing(book, row), None) or _not_there(book, row)


def _standing(book: Book, row: Row) -> Iterator[Path]:
    for place in places_of(book, row):
        path = Path(place["path"])
        try:
            stat = path.stat()
            modified_ms = stat.st_mtime_ns // 1_000_000
            if stat.st_size != row["size"]:
                continue
            own = place["device"] == book.device.id and modified_ms == place["modified_ms"]
            if own or read_edges(MediaFile(str(path), "", row["size"], modified_ms, row["medium"])) == row["edges"]:
                yield path
        except (OSError, ValueError):  # the disk is not plugged in, or the path is another system's
            continue


def _not_there(book: Book, row: Row) -> Path:
    last = places_of(book, row)[0]
    path = str(last["path"])
    other = "" if last["device"] == book.device.id else f"在 {last['device']} 上"
    raise NotFound(
        f"录像不在了：{last['at'][:10]} {other}见过 {path}（{volume_of(path) or '本机'}）。"
        "接上那个盘再试；挪了地方就重新扫描它在的文件夹，按内容认得出来"
    )
