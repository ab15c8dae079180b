"""How far each log was at the office when a hub last answered, in `DATA/office-heads.json`.

It only remembers what the hub said; the next exchange asks anew, and losing the file loses nothing.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson

from fieldlog.book.durable import replace_file
from fieldlog.domain.heads import Heads

_NAME: Final = "office-heads.json"


@dataclass(frozen=True, slots=True)
class OfficeHeads:
    """What a hub said it holds."""

    at: str = ""
    """When it said so, RFC 3339; empty for never."""
    seqs: dict[str, int] = field(default_factory=dict[str, int])
    """By log, the number of its newest entry there."""


def office_heads(folder: Path) -> OfficeHeads:
    """What a hub said last; a missing or damaged file counts as never."""
    try:
        read: Any = orjson.loads((folder / _NAME).read_bytes())
        return OfficeHeads(str(read["at"]), {str(log): int(seq) for log, seq in read["seqs"].items()})
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return OfficeHeads()


def note_office_heads(folder: Path, heads: Heads, at: str) -> None:
    """Remember what a hub said; where the disk refuses, nothing is remembered."""
    said = {"at": at, "seqs": {log: head.seq for log, head in heads.items()}}
    with suppress(OSError):
        replace_file(folder / _NAME, orjson.dumps(said, option=orjson.OPT_SORT_KEYS))
