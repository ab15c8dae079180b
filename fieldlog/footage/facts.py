"""What is known of one recording, in milliseconds since 1970, before anything is concluded from it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Final, Literal

from fieldlog.domain.slate import LATE_MS, STEP_MS, Run, Slate, standing

Row = Mapping[str, Any]
Mark = Literal["utc", "offset", "local", ""]
_FORMS: Final = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%a %b %d %H:%M:%S %Y")
STILL_MS: Final = 1000
"""What a slate that does not move, as on paper, leaves open."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A slate that was read in the recording: a second of the film whose true time is known."""

    at_ms: int
    """In the film, where the code was read."""
    zero_ms: int
    """When the film's first frame was taken, by the clock of the laptop that showed the slate."""
    uncertainty_ms: int
    device: str
    inspection: str = ""
    late: bool = False
    """The log has the slate from after the moment that it names."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One recording's own facts."""

    id: str
    camera: str
    """In one spelling, `camera_key`; empty where nobody knows."""
    folder: str
    kind: str
    """What files of one camera have in common: container, codec, size of the picture."""
    duration_ms: int
    frame_ms: int
    container_ms: int | None
    """As the container says it, read as UTC where it is marked so."""
    container_mark: Mark
    name_ms: int | None
    modified_ms: int
    seen_ms: int
    """When a scan first saw it: it cannot have begun later."""
    anchors: tuple[Anchor, ...] = ()
    unproven: int = 0
    """Runs of slates in it that the log here does not have (yet)."""


def camera_key(text: str) -> str:
    """A camera's number in one spelling: `03`, `3` and `３` are one camera, `K7H-01` and `k7h01` another."""
    plain = "".join(char for char in text.upper() if char.isalnum())
    return (str(int(plain)) if plain.isdecimal() else plain) if plain else ""


def facts_of(row: Row, runs: Mapping[str, Row], zone: tzinfo | None) -> Facts:
    """The facts in a row of `recordings`; `runs` are the rows of `slates` by commitment, `zone` is the laptop's."""
    container_ms, mark = read_time(row["container_time"], zone)
    name_ms, _mark = read_time(row["name_time"], zone)
    frame_ms = max(1, -(-row["frame_us"] // 1000)) if row["frame_us"] else 40
    anchors, unproven = _anchors(row["slates"], runs, frame_ms)
    path = str(row["path"]).replace("\\", "/")
    return Facts(
        id=row["id"],
        camera=camera_key(row["camera"]),
        folder=path.rpartition("/")[0],
        kind=f"{row['format']} {row['codec']} {row['width']}x{row['height']}",
        duration_ms=row["duration_ms"] or 0,
        frame_ms=frame_ms,
        container_ms=container_ms,
        container_mark=mark,
        name_ms=name_ms,
        modified_ms=row["modified_ms"],
        seen_ms=moment_ms(row["at"]),
        anchors=anchors,
        unproven=unproven,
    )


def runs_by_commitment(rows: Iterable[Row]) -> dict[str, Row]:
    """The rows of `slates` by commitment; of several that claim the same, the one that the device itself wrote first."""
    runs: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: (row["log"] != row["device"], row["at"], row["id"])):
        runs.setdefault(row["commitment"], row)
    return runs


def moment_ms(text: str) -> int:
    """Milliseconds since 1970 of an RFC 3339 moment."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def read_time(text: str, zone: tzinfo | None) -> tuple[int | None, Mark]:
    """The moment that a container or a name states, and how it is marked; None where it states none."""
    plain = text.strip().replace("Z", "+00:00")
    moment: datetime | None = None
    try:
        moment = datetime.fromisoformat(plain)
    except ValueError:
        for form in _FORMS:
            try:
                moment = datetime.strptime(plain, form)  # noqa: DTZ007 - the zone follows
            except ValueError:
                continue
            break
    if moment is None or len(plain) < len("20260511T093015") or moment.year < 1970:  # 1904 is MP4's for "not set"
        return None, ""
    mark: Mark = "local" if moment.tzinfo is None else "utc" if moment.utcoffset() == UTC.utcoffset(None) else "offset"
    try:
        return round((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp() * 1000), mark
    except (OverflowError, OSError, ValueError):
        return None, ""


def _anchors(seen: Sequence[Row], runs: Mapping[str, Row], frame_ms: int) -> tuple[tuple[Anchor, ...], int]:
    """What the codes come to, run by run; those that no entry of the log vouches for are counted only."""
    by_run: dict[Run, list[tuple[Slate, Row]]] = {}
    for each in seen:
        run = Run(each["device"], each["inspection"], each["start_ms"])
        by_run.setdefault(run, []).append((Slate(run, each["counter"], bytes.fromhex(each["token"])), each))
    anchors: list[Anchor] = []
    unproven = 0
    for run, codes in by_run.items():
        proven = [(slate, each, row) for slate, each in codes if (row := standing(slate, runs)) is not None]
        if not proven:
            unproven += 1
            continue
        row = proven[0][2]
        late = moment_ms(row["at"]) > min(slate.moment_ms for slate, _each, _row in proven) + LATE_MS
        anchors.append(_anchor(run, [(slate, each) for slate, each, _row in proven], frame_ms, late=late))
    return tuple(sorted(anchors, key=lambda anchor: anchor.at_ms)), unproven


def _anchor(run: Run, codes: Sequence[tuple[Slate, Row]], frame_ms: int, *, late: bool) -> Anchor:
    """When the film's first frame was taken, from all codes of one run.

    The frame at which a code is first seen was taken when its second had begun, so each gives an earliest moment; the
    last frame of it was taken before the second ended, so each gives a latest one, but for the time that the screen
    takes to change. Where the code changes before the camera, the two are a frame apart.
    """
    earliest = max(slate.moment_ms * 1000 - each["first_us"] for slate, each in codes)
    latest = min((slate.moment_ms + STEP_MS) * 1000 - each["last_us"] for slate, each in codes)
    at_ms = min(each["first_us"] for _slate, each in codes) // 1000
    if latest < earliest:  # the screen lagged, or a code on paper was held for longer than its second
        lag_ms = (earliest - latest) // 1000
        moved = len(codes) > 1 and lag_ms < STEP_MS // 2
        uncertainty = frame_ms + lag_ms if moved else STILL_MS
        return Anchor(at_ms, (earliest + frame_ms * 500) // 1000, uncertainty, run.log, run.doc, late)
    middle, half = (earliest + latest) // 2, -(-(latest - earliest) // 2000)
    return Anchor(at_ms, middle // 1000, max(half, frame_ms), run.log, run.doc, late)
