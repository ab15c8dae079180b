"""What an office turned: how strictly rules are kept, their values, and days of the calendar; each from a day on.

A period begins with its day and lasts until the next one begins; of two that begin on one day the one said last counts.
So a document of an older day keeps what counted on its day.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, Generic, TypeVar

from fieldlog.domain.deadlines import WorkCalendar
from fieldlog.domain.procedure.objections import STRENGTH, Act
from fieldlog.domain.procedure.rules import Rule, RuleTable
from fieldlog.domain.published import RoleAt
from fieldlog.domain.roles import may_write

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Said(Generic[T]):
    """What a supervisor said once."""

    value: T
    since: date
    reason: str
    by: str
    at: str
    """When it was said, RFC 3339."""


@dataclass(frozen=True)
class OfficeProfile:
    """An office's own acts, values and days; without any, the table as shipped."""

    acts: Mapping[str, Sequence[Said[Act | None]]] = field(default_factory=dict[str, Sequence[Said[Act | None]]])
    """By rule, in the order of their days; None goes back to the table's."""
    values: Mapping[str, Sequence[Said[int | None]]] = field(default_factory=dict[str, Sequence[Said[int | None]]])
    """By name, in the order of their days; None goes back to the default."""
    corrections: Mapping[date, Said[bool]] = field(default_factory=dict[date, Said[bool]])
    """Days on which people work, or do not, whatever the yearly table says."""

    def act(self, rule: Rule, day: date) -> Act:
        """How strictly the rule is kept on a day. What the law itself sets is never kept less strictly than it asks."""
        said = on_day(self.acts.get(rule.id, ()), day)
        turned = said.value if said is not None else None
        if turned is None or (rule.law and STRENGTH[turned] < STRENGTH[rule.act]):
            return rule.act
        return turned

    def value(self, table: RuleTable, name: str, day: date) -> int | None:
        """The value of that name on a day; None where nobody knows one.

        Raises:
            KeyError: the table has no such value.
        """
        known = table.value(name)
        if known is None:
            raise KeyError(name)
        for each in dict.fromkeys((name, known.name)):
            said = on_day(self.values.get(each, ()), day)
            if said is not None and said.value is not None and not known.fixed:
                return said.value
        return known.default

    @property
    def calendar(self) -> WorkCalendar:
        """Working days with this office's corrections."""
        return WorkCalendar({day: said.value for day, said in self.corrections.items()})


SHIPPED: Final = OfficeProfile()
"""An office that turned nothing."""


def on_day(said: Sequence[Said[T]], day: date) -> Said[T] | None:
    """What counts on a day, of what was said in the order of its days."""
    place = bisect_right(said, day, key=lambda each: each.since)
    return said[place - 1] if place else None


def profile_of(rows: Iterable[Mapping[str, Any]], role_at: RoleAt) -> OfficeProfile:
    """What the statements of the rows of `profile` come to. Only a device that may turn rules does.

    A statement counts from the day on which it was made at the earliest: what was done before stays as it was judged.
    """
    acts: dict[str, list[Said[Act | None]]] = {}
    values: dict[str, list[Said[int | None]]] = {}
    corrections: dict[date, Said[bool]] = {}
    every = (each for row in rows for each in row["said"])
    for each in sorted(every, key=lambda each: (each["hlc"], each["log"], each["seq"])):
        if not may_write(role_at(each["log"], each["hlc"]), each["kind"], {}):
            continue
        since = max(date.fromisoformat(each.get("from") or each["at"][:10]), date.fromisoformat(each["at"][:10]))
        said: Said[Any] = Said(None, since, each["reason"], each["by"], each["at"])
        match each["kind"]:
            case "profile.value_set":
                values.setdefault(each["name"], []).append(replace(said, value=each["value"]))
            case "profile.rule_turned":
                acts.setdefault(each["rule"], []).append(replace(said, value=each["act"]))
            case _:
                corrections[date.fromisoformat(each["day"])] = replace(said, value=each["working"])
    return OfficeProfile(_in_order(acts), _in_order(values), corrections)


def _in_order(said: Mapping[str, list[Said[T]]]) -> dict[str, Sequence[Said[T]]]:
    return {name: sorted(each, key=lambda said: said.since) for name, each in said.items()}
