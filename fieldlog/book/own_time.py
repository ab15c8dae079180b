"""What this laptop's own clock has shown so far, and what the office's clock said beside it (`DATA/clock.json`)."""

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson

from fieldlog.book.durable import move_onto
from fieldlog.domain.clock import OfficeTime, is_believed

_AT: Final = re.compile(rb'\{"at":"([^"]{20,40})"')
_STAMP: Final = re.compile(rb'"hlc":"([0-9a-f]{16})","kind":"[a-z_.]{1,60}","log":"[a-z0-9-]{1,40}","prev"')
_TAIL_BYTES: Final = 360


def led_by(at: str, stamp: str) -> int:
    """The moment of an entry whose stamp its laptop's clock gave, in milliseconds; 0 where the stamp was driven further.

    It was driven by an earlier entry of this log or by another device's.
    """
    moment = int(datetime.fromisoformat(at).timestamp() * 1000)
    return moment if abs((int(stamp, 16) >> 16) - moment) <= 1 and is_believed(moment) else 0


def newest_led(lines: Iterable[bytes]) -> int:
    """The newest such moment in a log, 0 for none."""
    newest = 0
    for line in lines:
        at, stamp = _AT.match(line), _STAMP.search(line, max(0, len(line) - _TAIL_BYTES))
        if at and stamp:
            newest = max(newest, led_by(at[1].decode(), stamp[1].decode()))
    return newest


def read_office_time(folder: Path) -> OfficeTime | None:
    """What was noted at the last synchronisation; None where there was none, or the file is damaged."""
    try:
        fields: Any = orjson.loads((folder / "clock.json").read_bytes())
        return OfficeTime(int(fields["office"]), int(fields["own"]), int(fields["led"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_office_time(folder: Path, time: OfficeTime) -> None:
    """Note it, whole or not at all, but do not wait for the disk: every synchronisation notes it anew.

    Where a power cut or a full disk loses it, no harm is done; only the next warning is less sure.
    """
    written = folder / ".clock.json"  # one program writes in a book at a time
    try:
        written.write_bytes(orjson.dumps(time._asdict()))
        move_onto(written, folder / "clock.json")
    except OSError:
        return
