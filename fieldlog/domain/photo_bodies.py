"""The body of a photo or scan that was attached to a visit or a hazard.

What the picture says of itself is copied out of the file, which stays as it is; what it does not say is not written.
"""

from typing import Annotated, Literal

from pydantic import Field

from fieldlog.domain.body_fields import Body, Sha256

Said = Annotated[str, Field(exclude_if=lambda text: not text)]
"""Not written where it is empty."""
TakenAt = Annotated[
    str,
    Field(
        pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([+-][0-9]{2}:[0-9]{2})?)?$",
        exclude_if=lambda text: not text,
    ),
]
"""A photo's own time, without an offset where its camera says none."""
When = Annotated[Literal["", "before", "after"], Field(exclude_if=lambda when: not when)]
SaidNumber = Annotated[int | None, Field(exclude_if=lambda number: number is None)]
"""Not written where it is None."""


class PhotoAttached(Body):
    """A photo or scan, stored by its hash; what it says of itself is copied here, and is not written where it says nothing."""

    sha256: Sha256
    name: str
    size: int
    item: str = ""
    taken: str = ""
    """Always empty; `taken_at` says it."""
    taken_at: TakenAt = ""
    kind: Said = ""
    """`jpeg`, `png`, `heic`, `pdf` …; `broken` where it cannot be opened."""
    width: SaidNumber = None
    height: SaidNumber = None
    lat_e7: SaidNumber = None
    lon_e7: SaidNumber = None
    when: When = ""
    """Before or after the hazard was rectified, where somebody or the hazard's course says so."""
    recording: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$", exclude_if=lambda text: not text)] = ""
    """Of a still, SHA-256 of the recording that it was taken from."""
    offset_ms: SaidNumber = None
    """Of a still, where in the recording its frame stands, from the first one on."""
