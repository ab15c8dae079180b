"""Frames: what stands in one QR code, on paper or on the screen. Every frame names its message and proves itself whole.

The text of a code is `FL2:` and base 45 (RFC 9285), which a QR code holds in its alphanumeric mode at 97 % of the bits
and which every scanner hands on unharmed, unlike bytes. The content is a symbol of RaptorQ (RFC 6330). `docs/sync.md`
describes the bytes, also those of `FL1:`, which is read and no longer written.
"""

import hashlib
import zlib
from collections.abc import Iterator
from functools import cached_property
from typing import Final, NamedTuple

from fieldlog.codes import raptorq
from fieldlog.codes.base45 import from_base45, to_base45
from fieldlog.domain.errors import FoundWrong, NewerFormat
from fieldlog.sync.qr_compact import LARGEST_CASE_BYTES

_PREFIX: Final = "FL"
_VERSION: Final = 2
_ID = 6
_HEADS: Final = {1: _ID + 2 + 2 + 3, 2: _ID + 3 + 3}
"""By version, the bytes before the content."""
_MOST_BLOCKS_1: Final = 4096
_CHECK = 4
FRAME_BYTES: Final = _HEADS[_VERSION] + _CHECK
"""Of each frame that is not the message's."""


class Frame(NamedTuple):
    """One code's content."""

    version: int
    """Of the frame's format: which fountain code it is of."""
    message: str
    """Which message it is of: 12 hex digits of its SHA-256; the first six stand on the paper."""
    number: int
    """Below `blocks` the block of that number, from 0; made of several blocks above. RaptorQ's encoding symbol id."""
    blocks: int
    """How many blocks the message has; RaptorQ's source symbols."""
    length: int
    """Bytes of the message."""
    content: bytes

    @property
    def set_name(self) -> str:
        """Frames of one set go together: those of the same message, version and block length."""
        return f"{self.message}-r{len(self.content)}" if self.version > 1 else f"{self.message}-{self.blocks}"


class Message:
    """A message that is cut into frames."""

    def __init__(self, packed: bytes, block_bytes: int) -> None:
        """Blocks are of `block_bytes` at most, and of equal length, so that no code is wasted.

        Raises:
            FoundWrong: it is too long for blocks of that length.
        """
        count = raptorq.symbols_of(len(packed), block_bytes)
        if count > raptorq.MOST_SYMBOLS:
            raise FoundWrong("内容太多，二维码装不下；请用 U 盘或网络同步")
        self._source = raptorq.Source(packed, -(-len(packed) // count))
        self._length = len(packed)
        self.seed = hashlib.sha256(packed).digest()[:_ID]

    @property
    def count(self) -> int:
        """Blocks, and so how many codes are needed at least."""
        return self._source.count

    @property
    def name(self) -> str:
        """What stands on the paper, so that people can tell messages apart."""
        return short_name(self.seed.hex())

    @cached_property
    def paper_numbers(self) -> list[int]:
        """The frames to print: the blocks, and where they are several, one that stands in for any of them."""
        spare = raptorq.stand_in(self.count) if self.count > 1 else None
        return [*range(self.count), *([spare] if spare else [])]

    def text(self, number: int) -> str:
        """What the code of that number holds."""
        head = self.seed + number.to_bytes(3) + self._length.to_bytes(3)
        return f"{_PREFIX}{_VERSION}:{to_base45(_checked(head + self._source.symbol(number)))}"

    def endless(self, start: int = 0) -> Iterator[str]:
        """Codes for the screen, plain ones first, for as long as somebody watches."""
        number = start
        while True:
            yield self.text(number)
            number = (number + 1) & raptorq.MOST_ESI


def short_name(message: str) -> str:
    """The six digits that stand on the paper."""
    return message[:6].upper()


def read_text(text: str) -> Frame | None:
    """The frame in a code; None where the code is of something else, or damaged.

    Raises:
        NewerFormat: a newer version wrote it.
    """
    kind, colon, digits = text[:4], text[3:4], text[4:]
    if not kind.startswith(_PREFIX) or colon != ":" or kind[2] not in "123456789":
        return None
    version = int(kind[2])
    if version > _VERSION:
        raise NewerFormat("二维码由更新版本的 fieldlog 出具，请先升级本机的 fieldlog")
    data = from_base45(digits)
    if data is None or len(data) <= _HEADS[version] + _CHECK or _checked(data[:-_CHECK]) != data:
        return None
    head, content = data[_ID : _HEADS[version]], data[_HEADS[version] : -_CHECK]
    if version == 1:
        number, blocks, length = (int.from_bytes(head[a:b]) for a, b in ((0, 2), (2, 4), (4, 7)))
        fits = blocks <= _MOST_BLOCKS_1
    else:
        number, length = int.from_bytes(head[:3]), int.from_bytes(head[3:])
        blocks = raptorq.symbols_of(length, len(content))
        fits = blocks <= raptorq.MOST_SYMBOLS
    if not fits or not 0 < length <= LARGEST_CASE_BYTES or blocks != raptorq.symbols_of(length, len(content)):
        return None
    return Frame(version, data[:_ID].hex(), number, blocks, length, content)


def is_message(packed: bytes, message: str) -> bool:
    """Whether these bytes are the message of that name."""
    return hashlib.sha256(packed).digest()[:_ID].hex() == message


def _checked(data: bytes) -> bytes:
    return data + zlib.crc32(data).to_bytes(_CHECK)
