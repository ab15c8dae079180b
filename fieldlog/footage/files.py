"""The media files below a folder, and their hashes. Nothing here opens a file other than for reading."""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from fieldlog.domain.footage_bodies import Medium

_KINDS: Final[dict[Medium, tuple[str, ...]]] = {
    "video": (
        ".mp4", ".mov", ".avi", ".mkv", ".3gp", ".m4v", ".ts", ".mts", ".m2ts", ".wmv", ".asf", ".flv", ".mpg", ".mpeg",
        ".dav", ".webm", ".vob",
    ),
    "audio": (".wav", ".mp3", ".m4a", ".aac", ".wma", ".amr", ".ogg", ".opus", ".flac"),
    "photo": (".jpg", ".jpeg", ".png", ".heic", ".bmp", ".tif", ".tiff", ".webp"),
}  # fmt: skip
_MEDIA: Final[dict[str, Medium]] = {suffix: medium for medium, suffixes in _KINDS.items() for suffix in suffixes}
EDGE_BYTES: Final = 1 << 20
_CHUNK: Final = 4 << 20


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file as the folder lists it."""

    path: str
    """Absolute, as it is written down."""
    relative: str
    """From the scanned folder's own name on, with `/` between."""
    size: int
    modified_ms: int
    medium: Medium
    real: str = ""
    """What opens it, where its name is no text in the system's encoding."""

    @property
    def opens(self) -> str:
        """The path to open it by."""
        return self.real or self.path


@dataclass(frozen=True, slots=True)
class Digests:
    """What tells a content apart."""

    sha256: str
    edges: str


class Changed(Exception):
    """The file grew or changed while it was read: it is still being copied."""


def media_files(folder: Path, unread: Callable[[str, OSError], None]) -> Iterator[MediaFile]:
    """The media files below `folder` in the order of their paths; links are not followed, hidden names are left out.

    A folder or file that cannot be listed is told to `unread`, and the walk goes on.
    """
    yield from _walk(folder.absolute(), folder.absolute().name, unread)


def _walk(folder: Path, relative: str, unread: Callable[[str, OSError], None]) -> Iterator[MediaFile]:
    try:
        with os.scandir(folder) as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
    except OSError as error:
        unread(_text(str(folder)), error)
        return
    for entry in entries:
        if entry.name.startswith("."):  # a Mac's ._ companions and trash among them
            continue
        below = f"{relative}/{_text(entry.name)}"
        try:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry.path), below, unread)
                continue
            medium = _MEDIA.get(os.path.splitext(entry.name)[1].lower())  # noqa: PTH122 - a Path for each costs twice
            if medium is None or not entry.is_file(follow_symlinks=False):
                continue
            stat = entry.stat(follow_symlinks=False)
        except OSError as error:
            unread(_text(entry.path), error)
            continue
        path = _text(entry.path)
        real = entry.path if path != entry.path else ""
        yield MediaFile(path, below, stat.st_size, stat.st_mtime_ns // 1_000_000, medium, real)


def _text(name: str) -> str:
    """A name that can be written down: on a card mounted with the wrong encoding it is most likely GBK."""
    try:
        name.encode()
    except UnicodeEncodeError:
        raw = os.fsencode(name)
        try:
            return raw.decode("gb18030")
        except UnicodeDecodeError:
            return raw.decode("utf-8", "backslashreplace")
    return name


def read_digests(file: MediaFile, read: Callable[[int], None]) -> Digests:
    """Read the whole file once; `read` hears of the bytes as they come.

    Raises:
        OSError: it cannot be read, or the card was pulled.
        Changed: it is another length by now.
    """
    whole = hashlib.sha256()
    edges = hashlib.sha256()
    buffer = bytearray(min(_CHUNK, max(file.size, 1)))
    view = memoryview(buffer)
    total = 0
    with open(file.opens, "rb", buffering=0) as stream:  # noqa: PTH123 - a Path for each costs twice
        while count := cast(int, stream.readinto(buffer)):
            whole.update(view[:count])
            if total < EDGE_BYTES:
                edges.update(view[: min(count, EDGE_BYTES - total)])
            total += count
            read(count)
        stream.seek(max(0, total - _tail_bytes(total)))
        edges.update(stream.read(_tail_bytes(total)))
        after = os.fstat(stream.fileno())
    if total != file.size or after.st_size != file.size or after.st_mtime_ns // 1_000_000 != file.modified_ms:
        raise Changed
    return Digests(whole.hexdigest(), edges.hexdigest())


def read_edges(file: MediaFile) -> str:
    """The digest of the first and the last MiB alone, as `read_digests` gives it.

    Raises:
        OSError: it cannot be read.
    """
    edges = hashlib.sha256()
    with open(file.opens, "rb") as stream:  # noqa: PTH123
        edges.update(stream.read(EDGE_BYTES))
        stream.seek(file.size - _tail_bytes(file.size))
        edges.update(stream.read(_tail_bytes(file.size)))
    return edges.hexdigest()


def _tail_bytes(size: int) -> int:
    """How much of the last MiB is not in the first one."""
    return max(0, min(EDGE_BYTES, size - EDGE_BYTES))
