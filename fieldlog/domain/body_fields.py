"""What bodies are made of: days, moments, and what a device held of others when it wrote."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _on_the_calendar(text: str) -> str:
    date.fromisoformat(text)
    return text


def _on_the_clock(text: str) -> str:
    datetime.fromisoformat(text)
    return text


Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(_on_the_calendar)]
Moment = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([+-][0-9]{2}:[0-9]{2}|Z)$"),
    AfterValidator(_on_the_clock),
]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
DeadlineKind = Literal["calendar", "workday"]
Level = Literal["一般", "重大"]

Seen = Annotated[dict[str, int], Field(exclude_if=lambda seen: not seen)]
"""By log, the number of its newest entry about the same thing that the writer held; not written where it is empty,
so that where only one device works on a thing, as nearly always, it costs nothing."""


class Body(BaseModel):
    """What an entry says in detail."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Handled(Body):
    """A step in a hazard's course."""

    seen: Seen = Field(default_factory=dict[str, int])
    """Of other logs, the entries about this hazard that the device held."""


class ReasonGiven(Body):
    """A warning that was passed over, with why."""

    rule: str
    reason: str
