"""Recordings, inspections and what ties them, on one time line in milliseconds since 1970. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from fieldlog.footage.starts import Start

JOIN_MS: Final = 2000
"""Recordings of one camera with a shorter gap are one."""
Basis = Literal["slate", "mark", "officer", "time"]


@dataclass(frozen=True, slots=True)
class Placed:
    """A recording on the time line; `start.ms` is there."""

    id: str
    camera: str
    start: Start
    begin_ms: int
    end_ms: int
    person: str = ""
    """An officer's id, where the file's name gives the number."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in an inspection: an answer, a hazard, a stage, a mark."""

    doc: str
    ms: int
    kind: str
    camera: str = ""
    """The camera that it names, by `facts.camera_key`."""
    key: str = ""
    """What it is about: an item, a hazard's document, a stage."""


@dataclass(frozen=True, slots=True)
class Visit:
    """An inspection with all that happened in it."""

    doc: str
    begin_ms: int
    end_ms: int | None
    """None while it is open."""
    events: Sequence[Event]
    """In the order of time."""
    officers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Span:
    """The part of a recording that shows an inspection, in milliseconds from its first frame."""

    recording: str
    doc: str
    from_ms: int
    to_ms: int
    basis: Basis


@dataclass(frozen=True, slots=True)
class Moment:
    """An event and the second of a recording that shows it."""

    recording: str
    at_ms: int
    event: Event


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is on film of an inspection; times in milliseconds since 1970."""

    doc: str
    sittings: tuple[tuple[int, int], ...]
    """When somebody was at work there."""
    covered: tuple[tuple[int, int], ...]
    gaps: tuple[tuple[int, int], ...]
    shown: tuple[str, ...] = ()
    """The stages that are on film."""
    unseen: tuple[str, ...] = ()
    """The stages that are not."""

    @property
    def covered_ms(self) -> int:
        return sum(end - begin for begin, end in self.covered)


@dataclass(slots=True)
class Match:
    """All of it."""

    spans: list[Span] = field(default_factory=list[Span])
    moments: list[Moment] = field(default_factory=list[Moment])
    coverage: dict[str, Coverage] = field(default_factory=dict[str, Coverage])
    unclear: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """By recording, the inspections that it may show."""
    loose: tuple[str, ...] = ()
    """Recordings that show no inspection for certain."""
    unfilmed: tuple[str, ...] = ()
    """Inspections that no recording shows."""
