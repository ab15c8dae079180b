"""Moving codes: how large a code the room allows, and what it holds."""

from typing import Final

from fieldlog.codes.raptorq import MOST_ESI
from fieldlog.sync.qr_frames import FRAME_BYTES, Message

LARGEST_VERSION: Final = 15  # 77 modules: beyond that a telephone's film of a screen is too coarse
SMALLEST_VERSION: Final = 2
_PREFIX = 4
_MODE_BITS = 4


def version_for(modules: int) -> int:
    """The largest version of at most so many modules a side, from 1; 0 where there is no room for a useful one."""
    version = min((modules - 17) // 4, LARGEST_VERSION)
    return version if version >= SMALLEST_VERSION else 0


def block_bytes(version: int) -> int:
    """How much of a message one code of that version holds at error correction L, in alphanumeric mode."""
    from qrcode.util import BIT_LIMIT_TABLE  # noqa: PLC0415 - only where codes are shown

    bits = BIT_LIMIT_TABLE[1][version] - _MODE_BITS - (9 if version < 10 else 11)
    return (bits * 2 // 11 - _PREFIX) // 3 * 2 - FRAME_BYTES


class MovingCodes:
    """The codes of one message for a given room, one after the other without end."""

    def __init__(self, packed: bytes, modules: int) -> None:
        self.version = version_for(modules)
        self._message = Message(packed, block_bytes(self.version)) if self.version else None
        self._number = 0

    @property
    def needed(self) -> int:
        """How many frames are needed at least; 0 where there is no room."""
        return self._message.count if self._message else 0

    @property
    def name(self) -> str:
        """The number that people tell messages apart by."""
        return self._message.name if self._message else ""

    def next_code(self) -> list[list[bool]]:
        """The next code's modules; none where there is no room."""
        from fieldlog.codes.drawing import matrix  # noqa: PLC0415 - only where codes are shown

        if self._message is None:
            return []
        text = self._message.text(self._number)
        self._number = (self._number + 1) & MOST_ESI
        return [list(row) for row in matrix(text, version=self.version, level="L")]
