"""What a camera's clock says of its recordings: which of container, name and file time tell, and how they are meant. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final, Literal

from fieldlog.footage.facts import Facts

Basis = Literal["container", "name", "file"]
BASES: Final[tuple[Basis, ...]] = ("container", "name", "file")
_CLOSE_MS: Final = 3000
_ZONE_SLACK_MS: Final = 1_800_000


@dataclass(frozen=True, slots=True)
class Clocked:
    """A recording with what its camera's clock says of its beginning."""

    facts: Facts
    clock: dict[Basis, int]
    states_end: bool

    @property
    def basis(self) -> Basis:
        """The clock that is trusted most."""
        return next(basis for basis in BASES if basis in self.clock)


def read_clocks(camera: Sequence[Facts], zone: tzinfo | None) -> list[Clocked]:
    """The recordings of one camera with their clocks; what most of them say of the container counts for the others."""
    says = [_says_end(each, zone) for each in camera]
    votes = [vote for vote in says if vote is not None]
    mostly = sum(votes) * 2 > len(votes)
    found: list[Clocked] = []
    for each, vote in zip(camera, says, strict=True):
        ends = mostly if vote is None else vote
        clock: dict[Basis, int] = {}
        if each.container_ms is not None:
            clock["container"] = each.container_ms - (each.duration_ms if ends else 0)
        if each.name_ms is not None:
            clock["name"] = each.name_ms
        clock["file"] = each.modified_ms - each.duration_ms
        found.append(Clocked(each, clock, ends and each.container_ms is not None))
    return found


def _says_end(each: Facts, zone: tzinfo | None) -> bool | None:
    """Whether the container states the end, by the name or the file's time; None where neither tells."""
    if each.container_ms is None or each.duration_ms < 3 * _CLOSE_MS:
        return None
    begin = [each.name_ms] if each.name_ms is not None else []
    begin.append(each.modified_ms - each.duration_ms)
    for stated in begin:
        for shift in (0, zone_ms(each.container_ms, zone)):
            off = each.container_ms - shift - stated
            if abs(off) <= _CLOSE_MS:
                return False
            if abs(off - each.duration_ms) <= _CLOSE_MS:
                return True
    return None


def reads_as_local(each: Clocked, zone: tzinfo | None) -> bool:
    """Whether name or file time agree with the container only if its UTC is read as local time."""
    stated = each.clock["container"]
    shift = zone_ms(stated, zone)
    others = [each.clock[basis] for basis in ("name", "file") if basis in each.clock]
    for other in others:
        if abs(stated - other) <= _ZONE_SLACK_MS:
            return False
        if abs(stated - shift - other) <= _ZONE_SLACK_MS:
            return shift != 0
    return False


def is_zone(off: int, clock: int, zone: tzinfo | None) -> bool:
    """Whether the clock is off by what the zone differs from UTC, give or take half an hour."""
    shift = zone_ms(clock, zone)
    return shift != 0 and abs(off + shift) <= _ZONE_SLACK_MS


def zone_ms(clock: int, zone: tzinfo | None) -> int:
    """How far the zone is ahead of UTC."""
    moment = datetime.fromtimestamp(max(0, clock) / 1000, UTC).astimezone(zone)
    offset = moment.utcoffset()
    return round(offset.total_seconds() * 1000) if offset else 0
