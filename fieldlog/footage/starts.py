"""When recordings began: by slate, by the camera's clock as its slates put it right, by container, name or file time.

Pure: facts in, starts out. A camera's clock is whatever its containers, its file names or its file times say; a slate
tells how far that clock was off, and this holds for the camera's other recordings of the day. Without any slate a clock
is believed only roughly, since cameras are wrong by minutes.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Final, Literal, NamedTuple

from fieldlog.footage.clocks import BASES, Basis, Clocked, is_zone, read_clocks, reads_as_local, zone_ms
from fieldlog.footage.facts import Anchor, Facts

Source = Literal["slate", "offset", "container", "name", "file", "unknown"]
GRANULARITY_MS: Final = 1000
"""Containers and names hold whole seconds."""
UNCHECKED_MS: Final[dict[Basis, int]] = {"container": 600_000, "name": 600_000, "file": 1_800_000}
"""How far off a camera's clock may be that no slate was held to."""
CHECKED_MS: Final = 60_000
"""How far off it may be where somebody compared it with the laptop's within a day, by eye."""
_FILE_LAG_MS: Final = 4000
"""A file's time is that of its last block, to two seconds on a card."""
DRIFT_PPM: Final = 50
"""A quartz clock strays by less."""
_SET_MS: Final = 5000
_SET_PPM: Final = 500
"""Two slates that differ by more than these say that somebody set the clock between them."""
_NEAR_MS: Final = 12 * 3_600_000
_JOIN_MS: Final = 2000
_OVERLAP_MS: Final = 1500
"""A camera that goes on in a new file loses less than the one and repeats less than the other."""
_SANE_MS: Final = 1_577_808_000_000  # 2020-01-01, Beijing: before that a camera's clock has been reset
_DAY_MS: Final = 86_400_000


class Check(NamedTuple):
    """Somebody compared a camera's clock with the laptop's, as when it was lent out."""

    ms: int
    ahead_ms: int
    """How far the camera's clock was ahead."""


Checks = Mapping[str, Sequence[Check]]
"""By camera, in the order of time."""


@dataclass(frozen=True, slots=True)
class Start:
    """When a recording began, and how that is known."""

    ms: int | None
    source: Source
    uncertainty_ms: int = 0
    clock_off_ms: int | None = None
    """True time less the camera's clock, where a slate tells."""
    drift_ppm: int | None = None
    """How fast the camera's clock strays, where two slates an hour apart tell."""
    local_as_utc: bool = False
    """The camera marks its local time as UTC."""
    states_end: bool = False
    """The container states the end, not the beginning."""
    anchors: tuple[Anchor, ...] = ()

    def at_ms(self, moment_ms: int) -> int | None:
        """Where in the film that moment is, by the slates next to it."""
        if self.ms is None:
            return None
        return moment_ms - _zero_at(self.anchors, moment_ms) if self.anchors else moment_ms - self.ms


def tell_starts(recordings: Iterable[Facts], zone: tzinfo | None, checks: Checks | None = None) -> dict[str, Start]:
    """When each began, by id; `zone` is the laptop's, which cameras are set to."""
    starts: dict[str, Start] = {}
    for camera in _by_camera(recordings):
        starts |= _of_camera(camera, zone, (checks or {}).get(camera[0].camera, ()))
    return starts


def _by_camera(recordings: Iterable[Facts]) -> list[list[Facts]]:
    """Recordings that share a clock: of one camera, or where nobody knows which, of one unbroken run in a folder."""
    known: dict[str, list[Facts]] = {}
    unknown: dict[tuple[str, str], list[Facts]] = {}
    for each in recordings:
        if each.camera:
            known.setdefault(each.camera, []).append(each)
        else:
            unknown.setdefault((each.folder, each.kind), []).append(each)
    runs = [run for group in unknown.values() for run in _unbroken(group)]
    return [*known.values(), *runs]


def _unbroken(group: Sequence[Facts]) -> list[list[Facts]]:
    clocks = {each.id: _any_clock(each) for each in group}
    runs: list[list[Facts]] = []
    for each in sorted(group, key=lambda each: (clocks[each.id], each.id)):
        before = runs[-1][-1] if runs else None
        if before is not None:
            gap = clocks[each.id] - clocks[before.id] - before.duration_ms
            if before.duration_ms and -_OVERLAP_MS <= gap < _JOIN_MS:
                runs[-1].append(each)
                continue
        runs.append([each])
    return runs


def _any_clock(each: Facts) -> int:
    if each.container_ms is not None:
        return each.container_ms
    return each.name_ms if each.name_ms is not None else each.modified_ms - each.duration_ms


@dataclass(frozen=True, slots=True)
class _Tie:
    """A recording with a slate: how far the clock was off when it showed `clock`."""

    clock: int
    off: int
    uncertainty: int


def _of_camera(camera: Sequence[Facts], zone: tzinfo | None, checks: Sequence[Check]) -> dict[str, Start]:
    clocked = read_clocks(camera, zone)
    ties: dict[Basis, list[_Tie]] = {basis: [] for basis in BASES}
    for each in clocked:
        for basis, clock in each.clock.items():
            ties[basis] += [
                _Tie(clock, anchor.zero_ms - clock, anchor.uncertainty_ms) for anchor in each.facts.anchors[:1]
            ]
    for found in ties.values():
        found.sort(key=lambda tie: tie.clock)
    marks_local = any(is_zone(tie.off, tie.clock, zone) for tie in ties["container"]) and any(
        each.facts.container_mark == "utc" for each in clocked
    )
    return {each.facts.id: _start(each, ties, zone, checks, marks_local=marks_local) for each in clocked}


def _start(
    each: Clocked,
    ties: dict[Basis, list[_Tie]],
    zone: tzinfo | None,
    checks: Sequence[Check],
    *,
    marks_local: bool,
) -> Start:
    facts = each.facts
    if facts.anchors:
        first = facts.anchors[0]
        own = ties[each.basis]
        start = Start(
            first.zero_ms, "slate", first.uncertainty_ms, first.zero_ms - each.clock[each.basis], anchors=facts.anchors
        )
        start = replace(start, drift_ppm=_drift(own))
    else:
        start = next(filter(None, (_by_offset(each, basis, ties[basis]) for basis in BASES)), None) or _by_clock(
            each, zone, checks, marks_local=marks_local, spread=_spread(ties[each.basis])
        )
    local = marks_local and facts.container_mark == "utc"
    return replace(start, local_as_utc=local or start.local_as_utc, states_end=each.states_end)


def _by_offset(each: Clocked, basis: Basis, ties: Sequence[_Tie]) -> Start | None:
    """The start as the clock has it, put right by the slates next to it; None where none is near, or they disagree."""
    clock = each.clock.get(basis)
    if clock is None:
        return None
    near = [tie for tie in ties if _same_day(tie.clock, clock)]
    if not near:
        return None
    if basis == "file" and (len(near) < 2 or not all(map(_agree, near, near[1:]))):
        return None  # a copy may have the time of the copying
    place = bisect_left(near, clock, key=lambda tie: tie.clock)
    before, after = near[max(0, place - 1)], near[min(place, len(near) - 1)]
    if not _agree(before, after) or (clock < _SANE_MS and not all(map(_agree, near, near[1:]))):
        return None
    if before.clock < clock < after.clock:
        share = (clock - before.clock) / (after.clock - before.clock)
        off = round(before.off + (after.off - before.off) * share)
    else:
        off = (after if clock >= after.clock else before).off
    distance = min(abs(clock - before.clock), abs(clock - after.clock))
    coarse = GRANULARITY_MS if basis != "file" else _FILE_LAG_MS
    uncertainty = max(before.uncertainty, after.uncertainty) + coarse + distance * DRIFT_PPM // 1_000_000
    return Start(clock + off, "offset", uncertainty, off, _drift(near))


def _by_clock(each: Clocked, zone: tzinfo | None, checks: Sequence[Check], *, marks_local: bool, spread: int) -> Start:
    """The start as the camera's clock alone has it."""
    facts = each.facts
    for basis in BASES:
        clock = each.clock.get(basis)
        if clock is None:
            continue
        local = False
        uncertainty = UNCHECKED_MS[basis] + spread
        if basis == "container" and facts.container_mark == "utc":
            local = marks_local or reads_as_local(each, zone)
            clock -= zone_ms(clock, zone) if local else 0
            name = each.clock.get("name")
            if name is not None and abs(clock - name) > UNCHECKED_MS["name"]:
                uncertainty = max(uncertainty, abs(clock - name))  # one of the two is wrong, and nobody knows which
        check = _check_near(checks, clock) if basis != "file" else None
        if check is not None and uncertainty == UNCHECKED_MS[basis]:
            clock, uncertainty = clock - check.ahead_ms, CHECKED_MS
        if _SANE_MS <= clock <= facts.seen_ms + _DAY_MS:
            off = -check.ahead_ms if check else None
            return Start(clock, basis, uncertainty, off, local_as_utc=local)
    return Start(None, "unknown")


def _check_near(checks: Sequence[Check], clock: int) -> Check | None:
    """The newest comparison before the recording began, of the same day."""
    before = [check for check in checks if 0 <= clock - check.ahead_ms - check.ms <= _NEAR_MS]
    return before[-1] if before else None


def _same_day(a: int, b: int) -> bool:
    return abs(a - b) <= _NEAR_MS


def _agree(a: _Tie, b: _Tie) -> bool:
    return abs(a.off - b.off) <= _SET_MS + abs(a.clock - b.clock) * _SET_PPM // 1_000_000


def _spread(ties: Sequence[_Tie]) -> int:
    """How far the clock was off at worst, where slates tell; a recording that they do not reach may be off as far."""
    return max((abs(tie.off) for tie in ties if abs(tie.off) < _DAY_MS), default=0)


def _drift(ties: Sequence[_Tie]) -> int | None:
    if len(ties) < 2 or ties[-1].clock - ties[0].clock < 3_600_000 or not all(map(_agree, ties, ties[1:])):
        return None
    return round((ties[-1].off - ties[0].off) * 1_000_000 / (ties[-1].clock - ties[0].clock))


def _zero_at(anchors: Sequence[Anchor], moment_ms: int) -> int:
    """When the first frame was taken, as the slates on either side of the moment have it."""
    before = [anchor for anchor in anchors if anchor.zero_ms + anchor.at_ms <= moment_ms]
    after = [anchor for anchor in anchors if anchor.zero_ms + anchor.at_ms > moment_ms]
    if not before or not after:
        return (before[-1] if before else after[0]).zero_ms
    first, last = before[-1], after[0]
    begin, end = first.zero_ms + first.at_ms, last.zero_ms + last.at_ms
    return first.zero_ms + round((last.zero_ms - first.zero_ms) * (moment_ms - begin) / max(1, end - begin))
