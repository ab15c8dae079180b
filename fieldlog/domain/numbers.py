"""Numbers of papers (文号): series per organ, kind of paper and year, given out in blocks, never twice.

A number is `后叶责改〔2026〕12号`: the organ's short name with the kind of paper, the year, and a serial without leading
zeros (documents.md, section 4). The office gives each device a block of serials, which travels in its signed list of devices;
a device takes the next one of its own block, so that two laptops without a network never print the same number.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from fieldlog.domain.crockford import id_of

HIGHEST_SERIAL: Final = 999_999
_NUMBER: Final = re.compile(
    r"(?P<series>[^\s\d〔\[(【]+)[〔\[(【](?P<year>\d{4})[〕\])】]第?0*(?P<serial>[1-9]\d{0,5})号?"
)


@dataclass(frozen=True, slots=True)
class Number:
    """One number, in its parts."""

    series: str
    """后叶责改."""
    year: int
    serial: int

    def __str__(self) -> str:
        return f"{self.series}〔{self.year}〕{self.serial}号"


@dataclass(frozen=True, slots=True, order=True)
class Lease:
    """A block of serials that the office gave to a device."""

    series: str
    year: int
    first: int
    last: int
    device: str
    at: int
    """When, in milliseconds since 1970."""


def read_number(text: str) -> Number | None:
    """The number in what somebody typed, with whatever brackets and width of digits; None where it is none."""
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", ""))
    return Number(found["series"], int(found["year"]), int(found["serial"])) if found else None


def series_doc(unit: str, series: str, year: int) -> str:
    """The document of a series, the same on every device."""
    return id_of(sha256(f"fieldlog numbers 1\n{unit}\n{series}\n{year}".encode()).digest())


def next_serial(leases: Iterable[Lease], device: str, used: set[int]) -> int | None:
    """The lowest serial of the device's blocks that was neither taken nor voided; None where none is left."""
    free = (
        serial
        for each in sorted(leases)
        if each.device == device
        for serial in range(each.first, each.last + 1)
        if serial not in used
    )
    return next(free, None)


def left(leases: Iterable[Lease], device: str, used: set[int]) -> int:
    """How many serials the device has left."""
    return sum(
        serial not in used for each in leases if each.device == device for serial in range(each.first, each.last + 1)
    )
