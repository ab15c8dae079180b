"""Attachments at the hub: bytes as files, `FOLDER/<unit>/ab/<sha256>`, and a row that says they are there.

An upload comes in pieces and goes on where it was cut; each device has a part file of its own, so that two that send
the same photo do not mix. Only content that matches its SHA-256 is ever stored.
"""

import errno
import hashlib
import os
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final

from sqlalchemy import Engine, select, update

from fieldlog.book.blobs import read_pieces
from fieldlog.book.durable import durable_folder, move_onto, private_folder, sync_folder
from fieldlog.domain.errors import FoundWrong, NotSaved, UsageError, os_words
from fieldlog.office.database import insert_new, writing
from fieldlog.office.ledger import Now, wall_milliseconds
from fieldlog.office.tables import blobs

MOST_WANTED: Final = 1_000
"""Attachments asked for at once; the rest are asked for when these have come."""


class OutOfPlace(FoundWrong):
    """The piece does not go on where the last one ended; `received` says where that is."""

    def __init__(self, received: int) -> None:
        super().__init__(f"附件应从第 {received} 字节接着传")
        self.received = received


class Unnamed(FoundWrong):
    """No entry that is here names such an attachment; an upload nobody named could only fill the disk."""


class Attachments:
    """The attachments of every unit."""

    def __init__(self, engine: Engine, folder: Path, now: Now = wall_milliseconds) -> None:
        self._engine = engine
        self._folder = folder
        self._now = now

    def path(self, unit: str, sha256: str) -> Path:
        """Where the attachment's bytes stand, or would."""
        return self._folder / unit / sha256[:2] / sha256

    def wanted(self, unit: str) -> list[str]:
        """What entries name and no device has brought yet."""
        query = select(blobs.c.sha256).where(blobs.c.unit == unit, blobs.c.stored_at.is_(None))
        with self._engine.connect() as connection:
            return list(connection.execute(query.order_by(blobs.c.sha256).limit(MOST_WANTED)).scalars())

    def size(self, unit: str, sha256: str) -> int | None:
        """The attachment's length in bytes, or None where it is not here.

        A file that a restored backup did not bring along is asked for again.
        """
        mine = (blobs.c.unit == unit, blobs.c.sha256 == sha256)
        with self._engine.connect() as connection:
            stored = connection.execute(select(blobs.c.stored_at).where(*mine)).scalar_one_or_none()
        if stored is None:
            return None
        try:
            return self.path(unit, sha256).stat().st_size
        except OSError:
            with writing(self._engine) as connection:
                connection.execute(update(blobs).where(*mine).values(stored_at=None))
            return None

    def received(self, unit: str, sha256: str, sender: str) -> int:
        """How many bytes of an unfinished upload of this device are here."""
        try:
            return self._part(unit, sha256, sender).stat().st_size
        except OSError:
            return 0

    def append(self, unit: str, sha256: str, sender: str, piece: bytes, start: int, total: int) -> bool:
        """Take the next piece at once; True when that was the last and the attachment is on the disk.

        Raises:
            OutOfPlace: `start` is not where the last piece ended.
            FoundWrong: the whole does not match its hash, and was thrown away.
            NotSaved: the disk refused.
        """
        began = self.begin(unit, sha256, sender, start, len(piece))
        if began is None:
            return True
        try:
            began.write(piece)
        finally:
            began.close()
        if start + len(piece) < total:
            return False
        self.finish(unit, sha256, sender)
        return True

    def begin(self, unit: str, sha256: str, sender: str, start: int, length: int) -> "Piece | None":
        """Take a piece that goes on at `start`; None where the attachment is on the disk already.

        Raises:
            Unnamed: no entry names it.
            OutOfPlace: `start` is not where the last piece ended.
            NotSaved: the disk refused.
        """
        if self.size(unit, sha256) is not None:
            return None
        if not self._is_named(unit, sha256):
            raise Unnamed(f"没有哪条已收到的记录提到附件 {sha256[:12]}，没有收下；请先送记录，再送附件")
        part = self._part(unit, sha256, sender)
        received = self.received(unit, sha256, sender)
        if start not in (0, received):
            raise OutOfPlace(received)
        try:
            private_folder(self._folder)
            part.parent.mkdir(parents=True, exist_ok=True)
            return Piece(part, start, length)
        except OSError as error:
            raise _not_saved(error) from error

    def finish(self, unit: str, sha256: str, sender: str) -> None:
        """All of it came: check it and put it in its place.

        Raises:
            FoundWrong: it does not match its hash, and was thrown away.
            NotSaved: the disk refused.
        """
        try:
            self._finish(unit, sha256, self._part(unit, sha256, sender))
        except OSError as error:
            if self.size(unit, sha256) is None:  # else the same post, sent twice, was faster
                raise _not_saved(error) from error

    def _finish(self, unit: str, sha256: str, part: Path) -> None:
        digest = hashlib.sha256()
        for piece in read_pieces(part):
            digest.update(piece)
        if digest.hexdigest() != sha256:
            part.unlink(missing_ok=True)
            raise FoundWrong(f"附件 {sha256[:12]} 传来的内容对不上校验值，已丢弃，请重传")
        target = self.path(unit, sha256)
        durable_folder(target.parent)
        size = part.stat().st_size
        move_onto(part, target)
        sync_folder(target.parent)
        self._note(unit, sha256, size)

    def _note(self, unit: str, sha256: str, size: int) -> None:
        mine = (blobs.c.unit == unit, blobs.c.sha256 == sha256)
        row = {"unit": unit, "sha256": sha256, "size": size}
        with writing(self._engine) as connection:
            insert_new(connection, blobs, [row])
            connection.execute(update(blobs).where(*mine).values(stored_at=self._now(), size=size))

    def _is_named(self, unit: str, sha256: str) -> bool:
        query = select(blobs.c.sha256).where(blobs.c.unit == unit, blobs.c.sha256 == sha256)
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def _part(self, unit: str, sha256: str, sender: str) -> Path:
        return self._folder / unit / "parts" / f"{sha256}.{sender}"


class Piece:
    """One piece of an upload while it comes; what came before the line was cut stays."""

    def __init__(self, path: Path, start: int, length: int) -> None:
        self._stream = path.open("r+b" if start else "wb", buffering=0)
        self._start = self._at = start
        self._end = start + length

    def write(self, chunk: bytes) -> None:
        """Write what came.

        Raises:
            UsageError: it is more than was announced; the piece is dropped.
            OutOfPlace: another request writes the same upload at this moment.
            NotSaved: the disk refused; what came before it stays.
        """
        if self._at + len(chunk) > self._end:
            self.drop()
            raise UsageError("Content-Range 与内容的长度不符")
        try:
            with _ONE_WRITES:
                if self._stream.seek(0, os.SEEK_END) != self._at:
                    raise OutOfPlace(self._stream.tell())
                if self._stream.write(chunk) != len(chunk):
                    self._stream.truncate(self._at)
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            raise _not_saved(error) from error
        self._at += len(chunk)

    def is_whole(self) -> bool:
        """Whether all that was announced came."""
        return self._at == self._end

    def drop(self) -> None:
        """Forget this piece."""
        with suppress(OSError):
            self._stream.truncate(self._start)
        self._at = self._start

    def close(self) -> None:
        """Have what came on the disk.

        Raises:
            NotSaved: the disk refused.
        """
        try:
            with self._stream:
                os.fsync(self._stream.fileno())
        except OSError as error:
            raise _not_saved(error) from error


_ONE_WRITES: Final = Lock()


def _not_saved(error: OSError) -> NotSaved:
    return NotSaved(f"办公室没有存下附件：{os_words(error)}")
