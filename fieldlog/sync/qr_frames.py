"""Frames: what stands in one QR code, on paper or on the screen. Every frame names its message and proves itself whole.

The text of a code is `FL1:` and base 45 (RFC 9285), which a QR code holds in its alphanumeric mode at 97 % of the bits
and which every scanner hands on unharmed, unlike bytes. `docs/sync.md` describes the bytes.
"""

import hashlib
import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

from fieldlog.codes.base45 import from_base45, to_base45
from fieldlog.domain.errors import FoundWrong, NewerFormat
from fieldlog.sync import qr_fountain as fountain
from fieldlog.sync.qr_compact import LARGEST_CASE_BYTES

_PREFIX: Final = "FL"
_VERSION: Final = "1"
_ID = 6
_HEAD: Final = _ID + 2 + 2 + 3
FRAME_BYTES: Final = _HEAD + 4
"""Of each frame that is not the message's."""


class Frame(NamedTuple):
    """One code's content."""

    message: str
    """Which message it is of: 12 hex digits of its SHA-256; the first six stand on the paper."""
    number: int
    """Below `blocks` the block of that number, from 0; a mixture of blocks above."""
    blocks: int
    """How many blocks the message has."""
    length: int
    """Bytes of the message."""
    content: bytes


class Message:
    """A message that is cut into frames."""

    def __init__(self, packed: bytes, block_bytes: int) -> None:
        count = -(-len(packed) // block_bytes)
        self._packed = packed
        self._blocks = fountain.cut(packed, -(-len(packed) // count))  # blocks of equal length waste no code
        self.seed = hashlib.sha256(packed).digest()[:_ID]
        if self.count > fountain.MOST_BLOCKS:
            raise FoundWrong("内容太多，二维码装不下；请用 U 盘或网络同步")

    @property
    def count(self) -> int:
        """Blocks, and so how many codes are needed at least."""
        return len(self._blocks)

    @property
    def name(self) -> str:
        """What stands on the paper, so that people can tell messages apart."""
        return short_name(self.seed.hex())

    def text(self, number: int) -> str:
        """What the code of that number holds."""
        content = fountain.frame(self._blocks, self.seed, number)
        head = self.seed + number.to_bytes(2) + self.count.to_bytes(2) + len(self._packed).to_bytes(3)
        return f"{_PREFIX}{_VERSION}:{to_base45(_checked(head + content))}"

    def endless(self, start: int = 0) -> Iterator[str]:
        """Codes for the screen, plain ones first, for as long as somebody watches."""
        number = start
        while True:
            yield self.text(number)
            number = (number + 1) & 0xFFFF


def short_name(message: str) -> str:
    """The six digits that stand on the paper."""
    return message[:6].upper()


def read_text(text: str) -> Frame | None:
    """The frame in a code; None where the code is of something else, or damaged.

    Raises:
        NewerFormat: a newer version wrote it.
    """
    kind, colon, digits = text[:4], text[3:4], text[4:]
    if not kind.startswith(_PREFIX) or colon != ":" or not kind[2].isdigit():
        return None
    if kind[2] != _VERSION:
        raise NewerFormat("二维码由更新版本的 fieldlog 出具，请先升级本机的 fieldlog")
    data = from_base45(digits)
    if data is None or len(data) <= FRAME_BYTES or _checked(data[:-4]) != data:
        return None
    content = data[_HEAD:-4]
    number, count, length = (int.from_bytes(data[a:b]) for a, b in ((6, 8), (8, 10), (10, 13)))
    fits = 0 < count <= fountain.MOST_BLOCKS and (count - 1) * len(content) < length <= count * len(content)
    if not fits or length > LARGEST_CASE_BYTES:
        return None
    return Frame(data[:_ID].hex(), number, count, length, content)


def is_message(packed: bytes, message: str) -> bool:
    """Whether these bytes are the message of that name."""
    return hashlib.sha256(packed).digest()[:_ID].hex() == message


def _checked(data: bytes) -> bytes:
    return data + zlib.crc32(data).to_bytes(4)
