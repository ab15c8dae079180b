"""Bodies of what a supervisor turns for the whole office: values, how strictly rules are kept, days of the calendar."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from fieldlog.domain.body_fields import Body, Day

_Reason = Annotated[str, Field(min_length=1)]


class _Dated(Body):
    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    since: Annotated[Day, Field(alias="from")]
    """The first day on which it counts; documents of an older day keep what counted on theirs."""
    reason: _Reason


class ProfileValueSet(_Dated):
    """A value of the rules, such as `P13.days`, or of how long recordings are kept, `retention.日常`."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    value: Annotated[int, Field(ge=0, le=1_000_000_000)] | None
    """None: the shipped one again."""


class ProfileRuleTurned(_Dated):
    """How strictly a rule is kept."""

    rule: Annotated[str, Field(min_length=1, max_length=40)]
    act: Literal["block", "warn", "log", "off"] | None
    """None: the shipped one again."""


class CalendarCorrected(Body):
    """Whether people work on a day, whatever the yearly table says."""

    day: Day
    working: bool
    reason: _Reason
