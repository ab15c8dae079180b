"""Files encrypted with age (https://age-encryption.org/v1), so that the standard `age` tool opens them, too.

Every file is for several recipients, whose names do not stand in it. Files are read piece by piece and no further than
the caller allows, whatever their length.
"""

import hashlib
import hmac
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Final

from fieldlog.book.blobs import PIECE_BYTES
from fieldlog.book.durable import replace_file_by
from fieldlog.domain.errors import FoundWrong

if TYPE_CHECKING:
    from pyrage.x25519 import Identity, Recipient

MAGIC: Final = b"age-encryption.org/v1\n"
_NO_KEY: Final = "No matching keys"
_DAMAGED: Final = "加密的文件不完整或已损坏，解不开"


class NotForUs(FoundWrong):
    """Encrypted to other keys than those at hand; damage in the first lines looks the same."""


class Undecipherable(FoundWrong):
    """Cut short or changed."""


class _Enough(Exception):
    """As much was read as was wanted."""


@dataclass(frozen=True, slots=True)
class Cipher:
    """To whom files are encrypted, with what they are opened, and what their names are made with."""

    recipients: tuple[str, ...]
    """`age1…`"""
    identities: tuple[str, ...]
    """`AGE-SECRET-KEY-1…`; one that fits is enough."""
    naming_key: bytes
    """Known to all who share a folder and to nobody else."""

    def name(self, what: str, digits: int) -> str:
        """A name that tells `what` only to those who can ask for it: so many hex digits of an HMAC-SHA256."""
        return hmac.new(self.naming_key, what.encode(), hashlib.sha256).hexdigest()[:digits]

    def encrypt(self, content: bytes) -> bytes:
        """The file's bytes."""
        import pyrage  # noqa: PLC0415 - only where something is encrypted

        return pyrage.encrypt(content, self._recipients())

    def write_file(self, path: Path, source: Path) -> None:
        """Put what stands in `source` at `path`, whole or not at all and piece by piece; raises OSError."""
        import pyrage  # noqa: PLC0415

        def fill(stream: IO[bytes]) -> None:
            with source.open("rb") as content:
                pyrage.encrypt_io(content, stream, self._recipients())

        replace_file_by(path, fill)

    def read(self, path: Path, largest: int) -> bytes:
        """What the file holds.

        Raises:
            NotForUs, Undecipherable: it cannot be opened, or holds more than `largest` bytes.
            OSError: it cannot be read.
        """
        reached = _Collected(largest)
        try:
            self._decrypt(path, reached)
        except _Enough as error:
            raise Undecipherable(f"解开后超过 {largest // 2**20} MiB，已停止读取") from error
        return bytes(reached.content)

    def beginning(self, path: Path, length: int) -> bytes:
        """The first bytes of what the file holds, at least `length` where there are as many; raises as `read` does."""
        reached = _Collected(length)
        with suppress(_Enough):
            self._decrypt(path, reached)
        return bytes(reached.content)

    def pieces(self, path: Path, largest: int) -> Iterator[bytes]:
        """What the file holds, by way of a nameless file on this computer's own disk; raises as `read` does."""
        with TemporaryFile() as whole:
            try:
                self._decrypt(path, _Counted(whole, largest))
            except _Enough as error:
                raise Undecipherable(f"解开后超过 {largest // 2**20} MiB，已停止读取") from error
            whole.seek(0, os.SEEK_SET)
            while piece := whole.read(PIECE_BYTES):
                yield piece

    def _decrypt(self, path: Path, into: "_Collected | _Counted") -> None:
        import pyrage  # noqa: PLC0415

        with path.open("rb") as stream:
            try:
                pyrage.decrypt_io(stream, into, self._identities())
            except pyrage.DecryptError as error:
                if _NO_KEY in str(error):
                    raise NotForUs("是加密的，本机的密钥打不开：写给别人的，或者已损坏") from error
                raise Undecipherable(_DAMAGED) from error
            except OSError as error:
                if error.errno is not None:
                    raise
                raise Undecipherable(_DAMAGED) from error  # how pyrage says that a later part is no good

    def _recipients(self) -> "list[Recipient]":
        from pyrage import x25519  # noqa: PLC0415

        return [x25519.Recipient.from_str(each) for each in self.recipients]

    def _identities(self) -> "list[Identity]":
        from pyrage import x25519  # noqa: PLC0415

        return [x25519.Identity.from_str(each) for each in self.identities]


class _Collected:
    """Takes so many bytes and stops the reader then."""

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self.content = bytearray()

    def write(self, piece: bytes) -> int:
        self.content += piece
        if len(self.content) > self._largest:
            raise _Enough
        return len(piece)

    def flush(self) -> None:
        """Nothing waits."""


class _Counted:
    """Hands so many bytes on to a file and stops the reader then."""

    def __init__(self, stream: IO[bytes], largest: int) -> None:
        self._stream = stream
        self._left = largest

    def write(self, piece: bytes) -> int:
        self._left -= len(piece)
        if self._left < 0:
            raise _Enough
        return self._stream.write(piece)

    def flush(self) -> None:
        """Closing does."""


def is_encrypted(beginning: bytes) -> bool:
    """Whether a file that begins so is one of age's."""
    return beginning.startswith(MAGIC)
