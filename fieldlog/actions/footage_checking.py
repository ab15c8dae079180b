"""Reading recordings again: is each still what it was, where it was. Every answer is an entry; nothing is changed.

A check may be broken off; `DATA/footage-check.json` says when it began, and the next one of the same recordings leaves
out what was read since.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import SystemRandom
from typing import Any, Final, Literal

import orjson

from fieldlog.actions.footage_files import places_of
from fieldlog.book.book import Book
from fieldlog.book.durable import replace_file
from fieldlog.domain.errors import NotFound, os_words
from fieldlog.domain.footage_bodies import RecordingChecked
from fieldlog.domain.roles import require
from fieldlog.footage.files import Changed, MediaFile, media_files, read_digests
from fieldlog.footage.volumes import volume_of

Row = Mapping[str, Any]
Result = Literal["same", "moved", "changed", "missing", "away", "unread"]
WORDS: Final[Mapping[str, str]] = {
    "same": "没有变", "moved": "换了位置", "changed": "内容变了", "missing": "不见了", "away": "盘没有接上", "unread": "读不出来",
}  # fmt: skip
"""`away` and `unread` are no result: nothing was learnt of the recording, and nothing is written."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one recording at one place."""

    row: Row
    result: Result
    path: str
    body: RecordingChecked | None = None
    why: str = ""


@dataclass(slots=True)
class Check:
    """A check: what is to be read, and then the reading of it, recording by recording."""

    book: Book
    by: str
    waiting: Sequence[Row]
    folders: tuple[Path, ...]
    already: int = 0
    """Recordings that were read before the check was broken off."""
    _elsewhere: dict[int, list[MediaFile]] | None = field(default=None, init=False)

    @property
    def bytes(self) -> int:
        return sum(row["size"] for row in self.waiting)

    def run(self, read: Callable[[int], None] = lambda _bytes: None) -> Iterator[Finding]:
        """Read one after the other; each answer is in the log when it is handed on.

        Raises:
            NotSaved: the disk is full; what was handed on before stands.
        """
        for row in self.waiting:
            for finding in self._look(row, read):
                if finding.body is not None:
                    self.book.write(self.by, row["id"], finding.body)
                yield finding
        with suppress(OSError):
            _state_file(self.book).unlink(missing_ok=True)

    def _look(self, row: Row, read: Callable[[int], None]) -> list[Finding]:
        """Places in turn until it is found; a changed copy is told even where another one is right."""
        found: list[Finding] = []
        places = [place for place in _own_places(self.book, row) if _below(place["path"], self.folders)]
        for place in places:
            each = _read(row, Path(place["path"]), "same", read)
            if each is not None:
                found.append(each)
                if each.result == "same":
                    return found
        if found:
            return found
        if (moved := self._moved(row, read)) is not None:
            return [moved]
        path = str(places[0]["path"] if places else row["path"])
        volume = volume_of(path)
        if volume and not Path(f"{volume}\\" if volume.endswith(":") else volume).exists():
            return [Finding(row, "away", path)]
        body = RecordingChecked(sha256=row["sha256"], path=path, volume=volume, result="missing")
        return [Finding(row, "missing", path, body)]

    def _moved(self, row: Row, read: Callable[[int], None]) -> Finding | None:
        if self._elsewhere is None:
            self._elsewhere = {}
            for folder in self.folders:
                for file in media_files(folder, lambda _path, _error: None):
                    self._elsewhere.setdefault(file.size, []).append(file)
        known = {place["path"] for place in _own_places(self.book, row)}
        for file in self._elsewhere.get(row["size"], ()):
            if file.path not in known:
                found = _read(row, Path(file.opens), "moved", read, file.path)
                if found is not None and found.result == "moved":
                    return found
        return None


def begin_check(book: Book, by: str, *, sample: int | None = None, folders: Sequence[Path] = ()) -> Check:
    """The recordings to read, those not read for longest first; with `sample` so many, with `folders` those seen below.

    Raises:
        NotFound: there is no such folder.
        Refused: this device's role writes none.
    """
    require(book.device.role, "recording.checked", {}, book.device.id)
    for folder in folders:
        if not folder.is_dir():
            raise NotFound(f"没有这个文件夹：{folder}。请插好存储卡或接好硬盘再试")
    below = tuple(folder.absolute() for folder in folders)
    rows = [row for row in book.rows("recordings") if _is_wanted(book, row, below)]
    SystemRandom().shuffle(rows)  # among those never read nobody can tell which will be
    rows.sort(key=lambda row: row["checked"].get("at", ""))
    begun = _begun(book, {"sample": sample, "folders": [str(folder) for folder in below]})
    done = {row["id"] for row in rows if row["checked"] and datetime.fromisoformat(row["checked"]["at"]) >= begun}
    left = [row for row in rows if row["id"] not in done]
    if sample is not None:
        left = left[: max(0, sample - len(done))]
    return Check(book, by, left, below, len(done))


def _begun(book: Book, what: Mapping[str, Any]) -> datetime:
    """When the check of the same recordings began that was broken off; else now, and that is written down."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept: dict[str, Any] = orjson.loads(_state_file(book).read_bytes())
        if kept["what"] == what:
            return datetime.fromisoformat(kept["begun"])
    now = book.now()
    with suppress(OSError):
        replace_file(_state_file(book), orjson.dumps({"begun": now.isoformat(), "what": what}))
    return now


def _state_file(book: Book) -> Path:
    return book.folder / "footage-check.json"


def _is_wanted(book: Book, row: Row, folders: Sequence[Path]) -> bool:
    """Of folders also what is nowhere any more, for it may have moved there."""
    places = _own_places(book, row)
    if not folders:
        return bool(places)
    return any(_below(place["path"], folders) for place in places) or not any(
        Path(place["path"]).exists() for place in places
    )


def _own_places(book: Book, row: Row) -> list[Row]:
    return [place for place in places_of(book, row) if place["device"] == book.device.id]


def _below(path: str, folders: Sequence[Path]) -> bool:
    return not folders or any(Path(path).is_relative_to(folder) for folder in folders)


def _read(
    row: Row, path: Path, same: Literal["same", "moved"], read: Callable[[int], None], shown: str = ""
) -> Finding | None:
    """What stands there now; None where nothing does."""
    name = shown or str(path)
    try:
        stat = path.stat()
    except (OSError, ValueError):
        return None
    file = MediaFile(
        name, "", stat.st_size, stat.st_mtime_ns // 1_000_000, row["medium"], "" if not shown else str(path)
    )
    try:
        sha256 = read_digests(file, read).sha256
    except Changed:
        return Finding(row, "unread", name, why="正在写入")
    except OSError as error:
        return Finding(row, "unread", name, why=os_words(error))
    result = same if sha256 == row["sha256"] else "changed"
    body = RecordingChecked(
        sha256=row["sha256"], path=name, volume=volume_of(name), result=result,
        found=sha256 if result == "changed" else "", size=file.size, modified_ms=file.modified_ms,
    )  # fmt: skip
    return Finding(row, result, name, body)
