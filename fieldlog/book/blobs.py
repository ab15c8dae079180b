"""Photos and scans by SHA-256: `blobs/ab/<sha256>`, written once, never changed."""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from fieldlog.book.durable import durable_folder, move_onto, private_folder, sync_folder
from fieldlog.domain.errors import FoundWrong, NotSaved, os_words

PIECE_BYTES = 1024 * 1024
LARGEST_BLOB = 256 * 1024 * 1024
"""In bytes; the office takes no larger one."""
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

    def put_file(self, path: Path) -> str:
        """Store a copy of a file and return its SHA-256.

        Raises:
            NotSaved: the file cannot be read, or the disk refused.
        """
        return self.put(read_pieces(path))


def read_pieces(path: Path) -> Iterator[bytes]:
    """The file's content, piece by piece."""
    with path.open("rb") as stream:
        while piece := stream.read(PIECE_BYTES):
            yield piece
