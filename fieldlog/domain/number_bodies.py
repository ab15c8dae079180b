"""What the log says of papers' numbers: one that was taken, and one that will never be used."""

from typing import Annotated

from pydantic import Field

from fieldlog.domain.body_fields import Body

Serial = Annotated[int, Field(ge=1, le=999_999)]
Year = Annotated[int, Field(ge=2000, le=9999)]


class NumberTaken(Body):
    """The number goes to a paper, a case or a task, and to nothing else any more."""

    series: str
    year: Year
    serial: Serial
    of: str
    """The document that bears it."""


class NumberVoided(Body):
    """The number stays empty, and why."""

    series: str
    year: Year
    serial: Serial
    reason: str
