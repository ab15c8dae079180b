"""The code printed on every paper: which version of which paper it is, and the device's signature over that.

It holds the document, the version, the hash of the entry that the version is proven by, so that whoever has the log or a
case file finds the entry, and the log of the device that printed this copy; and that device's Ed25519 signature over them,
so that whoever has only the public key sees that the device gave it out.
"""

import struct
from dataclasses import dataclass
from typing import Final

from fieldlog.codes.base45 import from_base45, to_base45
from fieldlog.codes.drawing import matrix, png
from fieldlog.domain.crockford import bytes_of, id_of
from fieldlog.domain.errors import FoundWrong
from fieldlog.domain.log_format import is_device_id

PREFIX: Final = "FLP1:"
_FIXED: Final = struct.Struct(">16sH32s64s")
_POINTS: Final = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """What a code says."""

    doc: str
    version: int
    hash: str
    """Of the entry that the version stands in, 64 hex digits."""
    log: str
    """Of the device that printed this copy, and signed it."""
    signature: str = ""
    """128 hex digits."""

    @property
    def message(self) -> bytes:
        """What is signed."""
        return f"fieldlog paper 1\n{self.log}\n{self.doc}\n{self.version}\n{self.hash}\n".encode()

    @property
    def short(self) -> str:
        """The first digits of the hash, to compare by eye."""
        return self.hash[:12]


def mark_text(mark: Mark) -> str:
    """The code's text."""
    fixed = _FIXED.pack(bytes_of(mark.doc), mark.version, bytes.fromhex(mark.hash), bytes.fromhex(mark.signature))
    return PREFIX + to_base45(fixed + mark.log.encode("ascii"))


def mark_png(mark: Mark) -> bytes:
    """The code as a PNG picture."""
    return png(matrix(mark_text(mark), version=0, level="M"), _POINTS)


def read_mark(text: str) -> Mark:
    """What a code says.

    Raises:
        FoundWrong: it is no paper's code, or was cut short.
    """
    data = from_base45(text.strip().removeprefix(PREFIX)) if text.strip().startswith(PREFIX) else None
    if data is None or len(data) <= _FIXED.size:
        raise FoundWrong("这不是文书的核对码，请重新扫码")
    doc, version, hash_, signature = _FIXED.unpack_from(data)
    log = data[_FIXED.size :].decode("ascii", "replace")
    if not is_device_id(log):
        raise FoundWrong("这不是文书的核对码，请重新扫码")
    return Mark(id_of(doc), version, hash_.hex(), log, signature.hex())
