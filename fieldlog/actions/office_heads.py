"""How far each log was at the office, and since when that is known here, in `DATA/office-heads.json`.

It only remembers what the office said, so that a visit can tell when it arrived; the next exchange asks anew, and losing
the file loses nothing but those times.
"""

from bisect import bisect_left
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson

from fieldlog.book.durable import replace_file

_NAME: Final = "office-heads.json"
_MOST: Final = 400
"""Moments remembered of a log: more than a year of working days."""


@dataclass(frozen=True, slots=True)
class OfficeHeads:
    """What the office said it holds."""

    at: str = ""
    """When it said so last, RFC 3339; empty for never."""
    reached: Mapping[str, tuple[tuple[int, str], ...]] = field(default_factory=dict[str, tuple[tuple[int, str], ...]])
    """By log, the numbers it had come to and when, both growing."""

    heard: Mapping[str, str] = field(default_factory=dict[str, str])
    """By device, when it last spoke to the office, RFC 3339; only those who watch over the devices are told."""

    def seq(self, log: str) -> int:
        """Number of the newest entry of a log there; 0 for none."""
        known = self.reached.get(log, ())
        return known[-1][0] if known else 0

    def since(self, log: str, seq: int) -> str:
        """When the office first said that it has the log up to that entry; empty where it never did."""
        known = self.reached.get(log, ())
        place = bisect_left(known, seq, key=lambda moment: moment[0])
        return known[place][1] if place < len(known) else ""


def office_heads(folder: Path) -> OfficeHeads:
    """What the office said, its newest signed receipt last; a missing or damaged file counts as never."""
    from fieldlog.sync.receipts import received_by_office  # noqa: PLC0415 - packs and their libraries come with it

    noted, signed = _noted(folder), received_by_office(folder)
    more = {log: (seq, _moment(at)) for log, (seq, at) in signed.items() if seq > noted.seq(log)}
    if not more:
        return noted
    reached = {**noted.reached, **{log: (*noted.reached.get(log, ()), moment) for log, moment in more.items()}}
    return OfficeHeads(max(noted.at, *(at for _seq, at in more.values())), reached, noted.heard)


def _moment(milliseconds: int) -> str:
    """In this laptop's zone, as entries say it."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone().isoformat(timespec="seconds")


def _noted(folder: Path) -> OfficeHeads:
    try:
        read: Any = orjson.loads((folder / _NAME).read_bytes())
        reached = {
            str(log): tuple((int(seq), str(at)) for seq, at in moments) for log, moments in read["reached"].items()
        }
        heard = {str(device): str(at) for device, at in read.get("heard", {}).items()}
        return OfficeHeads(str(read["at"]), reached, heard)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return OfficeHeads()


def note_office_heads(folder: Path, seqs: Mapping[str, int], at: str, heard: Mapping[str, int]) -> None:
    """Remember what the office said now; what it had before and has no more, as after a restore, is forgotten.

    Where the disk refuses, nothing is remembered.
    """
    before = _noted(folder)
    reached = {log: _went_on(before.reached.get(log, ()), seq, at) for log, seq in seqs.items() if seq}
    with suppress(OSError):
        told = {device: _moment(at) for device, at in heard.items()} or before.heard
        content = {"at": at, "reached": reached, "heard": told}
        replace_file(folder / _NAME, orjson.dumps(content, option=orjson.OPT_SORT_KEYS))


def _went_on(before: tuple[tuple[int, str], ...], seq: int, at: str) -> list[tuple[int, str]]:
    kept = [moment for moment in before if moment[0] <= seq]
    if not kept or kept[-1][0] < seq:
        kept.append((seq, at))
    return kept[-_MOST:]
