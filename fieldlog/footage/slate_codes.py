"""The text of a slate's QR code."""

from typing import Final

from fieldlog.codes.base45 import from_base45, to_base45
from fieldlog.domain.slate import Slate, pack, unpack

PREFIX: Final = "FS1:"
"""`FS` and the version. A newer version's codes are not ours to read."""
LEVEL: Final = "M"
"""Error correction: 15 % of a code may be hidden by a finger or a reflection."""


def code_text(slate: Slate) -> str:
    """What the code says; digits and capitals only, as QR codes hold best."""
    return PREFIX + to_base45(pack(slate))


def read_code(text: str) -> Slate | None:
    """The slate in a code; None where the code is of something else."""
    data = from_base45(text[len(PREFIX) :]) if text.startswith(PREFIX) else None
    return unpack(data) if data else None
