"""How many comments each reader has looked at, by document: `DATA/read.json`.

It is about a pair of eyes at this screen and no record of anything, so it stays on this device and out of the log.
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import orjson

from fieldlog.book.durable import replace_file

_NAME = "read.json"


def read_marks(folder: Path, reader: str) -> Mapping[str, int]:
    """By document, how many comments of others the reader has looked at; a missing or damaged file counts as none."""
    marks = _all(folder).get(reader)
    known = cast("dict[str, Any]", marks) if isinstance(marks, dict) else {}
    return {doc: count for doc, count in known.items() if type(count) is int}


def write_marks(folder: Path, reader: str, doc: str, count: int) -> None:
    """Remember one more; where the disk refuses, nothing is remembered."""
    marks = _all(folder)
    marks[reader] = {**read_marks(folder, reader), doc: count}
    with suppress(OSError):
        replace_file(folder / _NAME, orjson.dumps(marks, option=orjson.OPT_SORT_KEYS))


def _all(folder: Path) -> dict[str, Any]:
    try:
        read: Any = orjson.loads((folder / _NAME).read_bytes())
    except (OSError, ValueError):
        return {}
    return cast("dict[str, Any]", read) if isinstance(read, dict) else {}
