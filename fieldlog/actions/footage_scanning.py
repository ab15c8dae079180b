"""Taking recordings into the log from a folder: a card, a docking folder, a network share."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from fieldlog.book.book import Book
from fieldlog.domain.errors import NotFound, UsageError, os_words
from fieldlog.domain.footage_bodies import RecordingFound
from fieldlog.footage.files import MediaFile, media_files
from fieldlog.footage.measuring import require_reader
from fieldlog.footage.names import load_patterns
from fieldlog.footage.scan import Known, Outcome, Wishes, scan


@dataclass(slots=True)
class Scanned:
    """What came of a scan so far."""

    files: int = 0
    """In the folder."""
    new: int = 0
    known: int = 0
    moved: int = 0
    """Known recordings at another place."""
    bytes: int = 0
    """Of the new ones."""
    slates: int = 0
    """Recordings in which a slate was read."""
    broken: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Path and what is wrong, of recordings that cannot be played."""
    unread: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Path and why, of files that are not in the log."""
    interrupted: bool = False


@dataclass(slots=True)
class Scan:
    """A scan of one folder: what is there to do, and then the doing of it, file by file."""

    book: Book
    by: str
    wishes: Wishes
    files: list[MediaFile]
    known: Known
    result: Scanned

    @property
    def waiting(self) -> list[MediaFile]:
        """The files that have to be read."""
        if self.wishes.again:
            return self.files
        return [file for file in self.files if not self.known.is_here(file)]

    def run(self, read: Callable[[int], None] = lambda _bytes: None) -> Iterator[Outcome]:
        """Read file by file; each is in the log when it is handed on. `read` hears of the bytes.

        Raises:
            NotSaved: the disk is full; what was handed on before stands.
        """
        for outcome in scan(self.files, self.known, self.wishes, read):
            if outcome.body is not None:
                self.book.write(self.by, outcome.doc, outcome.body)
            _count(self.result, outcome)
            yield outcome


def begin_scan(book: Book, by: str, folder: Path, *, camera: str = "", again: bool = False) -> Scan:
    """List the folder's recordings, and know which are in the log already.

    Raises:
        NotFound: there is no such folder.
        UsageError: it is a file, or holds the book, or the office's name patterns cannot be read.
        EnvironmentFault: PyAV is not installed.
    """
    require_reader()
    if not folder.exists():
        raise NotFound(f"没有这个文件夹：{folder}。请插好存储卡或接好采集站再试")
    if not folder.is_dir():
        raise UsageError(f"{folder} 不是文件夹；请写录像所在的文件夹，例如 E:\\DCIM")
    wishes = Wishes(load_patterns(book.folder), camera.strip(), again)
    result = Scanned()
    files = list(media_files(folder, lambda path, error: result.unread.append((path, f"打不开：{os_words(error)}"))))
    if result.unread and result.unread[0][0] == str(folder.absolute()):
        raise NotFound(f"打不开 {folder}：{result.unread[0][1]}")
    own = str(book.blobs.folder.absolute())
    result.files = len(files)
    kept = [file for file in files if not file.path.startswith(own)]
    return Scan(book, by, wishes, kept, Known.of(book.rows("recordings"), book.device.id), result)


def _count(result: Scanned, outcome: Outcome) -> None:
    if not outcome.doc:
        result.unread.append((outcome.file.path, outcome.why))
    elif outcome.why:
        result.broken.append((outcome.file.path, outcome.why))
    match outcome.body:
        case RecordingFound() as found:
            result.new += 1
            result.bytes += found.size
            result.slates += bool(found.slates)
        case None:
            result.known += bool(outcome.doc)
        case _:
            result.moved += 1
