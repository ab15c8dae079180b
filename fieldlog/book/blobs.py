"""Photos and scans by SHA-256: `blobs/ab/<sha256>`, written once, never changed."""

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from fieldlog.book.durable import durable_folder, move_onto, private_folder, sync_folder
from fieldlog.domain.errors import FoundWrong, NotSaved, os_words

PIECE_BYTES = 1024 * 1024
LARGEST_BLOB = 256 * 1024 * 1024
"""In bytes; the office takes no larger one."""
_PART = ".part."
_SHA256 = re.compile(r"[0-9a-f]{64}")


def is_sha256(text: str) -> bool:
    """Whether `text` can name a blob; anything else that somebody sends could be a path out of the folder."""
    return _SHA256.fullmatch(text) is not None


class Blobs:
    """The attachments of a book."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where the blob of that hash stands, or would."""
        return self.folder / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Whether the blob is here; what is no SHA-256 never is, so that nobody can ask for another file."""
        return is_sha256(sha256) and self.path(sha256).is_file()

    def put(self, chunks: Iterable[bytes], sha256: str | None = None) -> str:
        """Store a blob and return its SHA-256; the same content twice is stored once.

        Raises:
            NotSaved: the disk refused; nothing is left behind.
            FoundWrong: `sha256` is given and the content has another.
        """
        digest = hashlib.sha256()
        try:
            private_folder(self.folder)
            handle, name = tempfile.mkstemp(prefix=".new.", dir=self.folder)
            temporary = Path(name)
            try:
                with os.fdopen(handle, "wb") as stream:
                    for chunk in chunks:
                        digest.update(chunk)
                        stream.write(chunk)
                    stream.flush()
                    os.fsync(stream.fileno())
                found = digest.hexdigest()
                if sha256 is not None and found != sha256:
                    raise FoundWrong(f"附件 {sha256[:12]} 传来的内容对不上校验值，已丢弃，请重传")
                target = self.path(found)
                durable_folder(target.parent)
                move_onto(temporary, target)
                sync_folder(target.parent)
            finally:
                temporary.unlink(missing_ok=True)
        except OSError as error:
            raise NotSaved(f"附件没有保存：{os_words(error)}。腾出空间后再试") from error
        return found

    def receive(self, sha256: str, chunks_from: Callable[[int], Iterable[bytes]]) -> None:
        """Store a blob that comes from elsewhere, `chunks_from` so many bytes on that came before.

        What came stays in a part file of its own, and the next try goes on behind it, after a kill, too. Call
        `forget_parts` once it is known what still has to come.

        Raises:
            NotSaved: the disk refused; nothing is left behind.
            FoundWrong: the content has another hash, and was thrown away.
        """
        part = self._part(sha256)
        try:
            private_folder(self.folder)
            began = self._receive(part, chunks_from)
            if began and _digest_of(part) != sha256:  # a power cut may leave zeros where it went on
                part.unlink()
                self._receive(part, chunks_from)
            if _digest_of(part) != sha256:
                part.unlink()
                raise FoundWrong(f"附件 {sha256[:12]} 传来的内容对不上校验值，已丢弃，请重传")
            target = self.path(sha256)
            durable_folder(target.parent)
            move_onto(part, target)
            sync_folder(target.parent)
        except OSError as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)  # room for the officer's own work counts more
            raise NotSaved(f"附件没有保存：{os_words(error)}。腾出空间后再试") from error

    def _receive(self, part: Path, chunks_from: Callable[[int], Iterable[bytes]]) -> int:
        """Write what comes behind what is there, and return how much that was."""
        with part.open("ab") as stream:
            began = stream.tell()
            for chunk in chunks_from(began):
                stream.write(chunk)
            stream.flush()
            os.fsync(stream.fileno())
        return began

    def forget_parts(self, wanted: Collection[str]) -> None:
        """Remove what came of blobs that are not wanted any more."""
        for part in self.folder.glob(f"{_PART}*"):
            if part.name.removeprefix(_PART) not in wanted:
                with suppress(OSError):
                    part.unlink()

    def _part(self, sha256: str) -> Path:
        return self.folder / f"{_PART}{sha256}"

    def put_file(self, path: Path) -> str:
        """Store a copy of a file and return its SHA-256.

        Raises:
            NotSaved: the file cannot be read, or the disk refused.
        """
        return self.put(read_pieces(path))


def _digest_of(path: Path) -> str:
    digest = hashlib.sha256()
    for piece in read_pieces(path):
        digest.update(piece)
    return digest.hexdigest()


def read_pieces(path: Path) -> Iterator[bytes]:
    """The file's content, piece by piece."""
    with path.open("rb") as stream:
        while piece := stream.read(PIECE_BYTES):
            yield piece
