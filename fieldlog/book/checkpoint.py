"""`view.json`: the view as it stood when the program was last idle, with how far each log was folded into it.

The first line is a header, led by its own CRC-32, with the tips and, for each following line, its name, length and
CRC-32; the lines are decoded only when they are needed. Anything missing or damaged only costs the time to fold the
log again.
"""

import zlib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson

from fieldlog import __version__
from fieldlog.book.durable import replace_file
from fieldlog.book.logfiles import Tip
from fieldlog.book.tables import Row
from fieldlog.book.view import View
from fieldlog.domain import hazard_state, inspection_state

LIVELY = timedelta(weeks=26)
"""Twice what the first screen looks back, so that a clock somewhat wrong needs no other rows."""
_SETTLED = frozenset((inspection_state.CLOSED, inspection_state.VOID, hazard_state.CLOSED, hazard_state.VOID))
_LAST_DAY: dict[str, Callable[[Row], str]] = {
    "inspections": lambda row: str(row["closed"] or row["opened"])[:10],
    "hazards": lambda row: str(max(row["found"], row["closed"])),
}
"""When something last happened to a row, by table; tables not named here are always read whole."""

ROWS = "cc39635e"
"""A digest of the tables' fields. A test fails where a row's fields change and this does not, lest old rows be used."""
FORMAT = f"fieldlog view 9 {ROWS} {__version__}"
"""Another version of the program may fold differently, so its checkpoint is not used."""


def write_checkpoint(path: Path, view: View, tips: dict[str, Tip]) -> None:
    """Write the checkpoint, whole or not at all.

    Raises:
        OSError: no room; the checkpoint before it still stands.
    """
    sections: dict[str, bytes] = {}
    settled_before: dict[str, str] = {}
    for name, table in view.tables.items():
        lively, settled, settled_before[name] = _parted(name, table.rows)
        sections[name] = orjson.dumps(lively, option=orjson.OPT_SORT_KEYS)
        sections[f"settled {name}"] = orjson.dumps(settled, option=orjson.OPT_SORT_KEYS) if settled else b""
    sections["extents"] = view.extents.packed_bytes()
    header = {
        "format": FORMAT,
        "settled_before": settled_before,
        "tips": {log: [tip.seq, tip.hash, tip.hlc, tip.file, tip.offset] for log, tip in tips.items()},
        "sections": [[name, len(data), zlib.crc32(data)] for name, data in sections.items()],
    }
    first = orjson.dumps(header, option=orjson.OPT_SORT_KEYS)
    lines = [b"%08x %b" % (zlib.crc32(first), first), *sections.values(), b""]
    replace_file(path, b"\n".join(lines))


def read_checkpoint(path: Path, view: View) -> dict[str, Tip] | None:
    """Fill an empty view and return how far each log is folded into it; None where there is no usable checkpoint."""
    try:
        raw = path.read_bytes()
        start = raw.index(b"\n") + 1
        header = _header(raw[:start])
        data = memoryview(raw)  # a hundred megabytes after years of work: never copied
        sections: dict[str, memoryview] = {}
        for name, length, crc in header["sections"]:
            sections[name] = data[start : start + length]
            if zlib.crc32(sections[name]) != crc:
                return None
            start += length + 1
        for name, table in view.tables.items():
            table.load(sections[name], sections[f"settled {name}"], header["settled_before"][name])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    view.extents.load(sections["extents"])
    return _tips(header)


def _parted(name: str, rows: dict[str, Row]) -> tuple[dict[str, Row], dict[str, Row], str]:
    """The rows that the first screen may need, the others, and the day before which those are settled."""
    last_day = _LAST_DAY.get(name)
    if last_day is None:
        return rows, {}, ""
    days = {key: last_day(row) for key, row in rows.items()}
    newest = max(days.values(), default="")
    if not newest:
        return rows, {}, ""
    before = (date.fromisoformat(newest) - LIVELY).isoformat()
    settled = {key: row for key, row in rows.items() if days[key] < before and row["state"] in _SETTLED}
    return {key: row for key, row in rows.items() if key not in settled}, settled, before


def read_tips(path: Path) -> dict[str, Tip]:
    """How far each log had come when the checkpoint was written; empty where there is no usable one."""
    try:
        with path.open("rb") as stream:
            return _tips(_header(stream.readline()))
    except (OSError, ValueError):
        return {}


def _header(line: bytes) -> dict[str, Any]:
    """Read the first line; raises ValueError where it is damaged or another version's."""
    if line[:9] != b"%08x " % zlib.crc32(line[9:-1]):
        raise ValueError("the checkpoint's header is damaged")
    header: dict[str, Any] = orjson.loads(line[9:-1])
    if header["format"] != FORMAT:
        raise ValueError("the checkpoint is another version's")
    return header


def _tips(header: dict[str, Any]) -> dict[str, Tip]:
    return {log: Tip(*fields) for log, fields in header["tips"].items()}
