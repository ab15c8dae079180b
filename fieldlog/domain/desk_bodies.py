"""Bodies of what a supervisor and an officer say to each other: comments, assignments, and what stands of two versions."""

from typing import Annotated

from pydantic import Field

from fieldlog.domain.body_fields import Body, Day, Handled, Seen

_Words = Annotated[str, Field(min_length=1)]


class InspectionCommented(Body):
    """Words on a visit, or on one of its items; also after it is over."""

    text: _Words
    item: str = ""


class HazardCommented(Body):
    """Words on a hazard; also after it is over."""

    text: _Words


class HazardAssigned(Handled):
    """An officer is to follow it up, by the end of `due`; the newest assignment counts."""

    officer: str
    note: str = ""
    due: Day | None = None
    """When the officer is to have seen to it; the party's deadline is another."""


class HazardUnassigned(Handled):
    """The assignment is taken back; those who found it follow it up again."""

    reason: str = ""


class ItemConfirmed(Body):
    """Somebody looked at the answers of several devices to an item and lets stand what stands."""

    item: str
    seen: Seen
    """Of every log, the answers to this item that were looked at."""


class HazardConfirmed(Body):
    """Somebody looked at what several devices said of a hazard and lets stand what stands."""

    what: str
    """A field of `HazardEdited`, `assigned` or `state`."""
    seen: Seen
    """Of every log, the entries about it that were looked at."""
