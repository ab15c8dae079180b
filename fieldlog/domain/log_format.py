"""The limits and names of a log, for those that handle its lines without reading them; `docs/format.md` describes it."""

import re
from typing import Final

FORMAT: Final = 1
NO_HASH: Final = "0" * 64
LONGEST_LINE_BYTES: Final = 4 * 1024 * 1024
DEVICE_PATTERN: Final = r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$"
_DEVICE = re.compile(DEVICE_PATTERN)
_RESERVED: Final = re.compile(r"con|prn|aux|nul|(?:com|lpt)[0-9]")


def is_device_id(text: str) -> bool:
    """Whether `text` can name a device: lower-case letters, digits and hyphens, at most 40."""
    return _DEVICE.fullmatch(text) is not None


def is_reserved(text: str) -> bool:
    """Whether Windows keeps this name for a device of its own, so that no folder there can bear it."""
    return _RESERVED.fullmatch(text) is not None
