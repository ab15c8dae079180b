"""The bodies of entries about recordings: what a scan measured in a file, and that a slate was shown.

What a scan writes are facts of the file, never conclusions: when a recording began, and which inspection it shows, is
worked out from these facts each time (`fieldlog.footage`), so that a slate that arrives later puts it right.
"""

from typing import Annotated, Literal

from pydantic import Field

from fieldlog.domain.body_fields import Body, Moment, Sha256

Medium = Literal["video", "audio", "photo"]
_Count = Annotated[int, Field(ge=0)]


class SlateShown(Body):
    """A run of slate codes begins; written before the first is shown, which is what makes them believed."""

    device: str
    inspection: str = ""
    moment: Moment
    """The first code's second."""
    steps: int
    """How many seconds it may last; 1 for one on paper."""
    commitment: Annotated[str, Field(pattern=r"^[0-9a-f]{24}$")]
    """`domain.slate`."""


class SlateSeen(Body):
    """One code as it was read in a recording, with the first and the last frame in which it was."""

    device: str
    inspection: str = ""
    start_ms: _Count
    counter: _Count
    token: Annotated[str, Field(pattern=r"^[0-9a-f]{24}$")]
    first_us: int
    """Microseconds from the recording's first frame."""
    last_us: int


class RecordingFound(Body):
    """A file on a card, in a docking folder or on a share, as it was measured. Nothing was written to it."""

    sha256: Sha256
    edges: Sha256
    """SHA-256 of its first and last MiB: with size and time it tells a copy without reading the whole file."""
    size: _Count
    path: str
    modified_ms: int
    medium: Medium
    broken: str = ""
    """Why it cannot be played, or empty."""
    format: str = ""
    """The container's: mov, avi, matroska."""
    codec: str = ""
    width: _Count = 0
    height: _Count = 0
    rotation: int = 0
    """Degrees by which it is to be turned."""
    frame_us: _Count = 0
    """Microseconds from one frame to the next."""
    duration_ms: _Count | None = None
    container_time: str = ""
    """What the file itself says of its beginning, as it stands there."""
    name_time: str = ""
    """What its name says, local: `2026-05-11T09:30:15`."""
    camera: str = ""
    camera_source: Literal["", "path", "name", "loan", "typed"] = ""
    person: str = ""
    """An officer's number, as the name of the file has it."""
    sequence: int | None = None
    slates: tuple[SlateSeen, ...] = ()
    searched: bool = False
    """Whether slates were looked for."""


class RecordingSeen(Body):
    """A recording that is known already, at another place or with another file time."""

    sha256: Sha256
    path: str
    size: _Count
    modified_ms: int
    hashed: bool
    """Whether all of it was read; else it was told by size, time, and its first and last MiB."""


class RecordingChecked(Body):
    """Somebody read a recording again, whole, or found that it is not where it was seen."""

    sha256: Sha256
    """The recording's, as it was registered."""
    path: str
    volume: str = ""
    """The disk, card or share."""
    result: Literal["same", "moved", "changed", "missing"]
    """`moved`: the same, at another place than any before."""
    found: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    """SHA-256 of what is there now, where it changed."""
    size: _Count = 0
    """Of what is there now."""
    modified_ms: int = 0
