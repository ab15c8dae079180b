"""What checks of a case need beside the case: people, values, the calendar and the terms."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fieldlog.domain.case_deadlines import Terms
from fieldlog.domain.case_parts import Penalty
from fieldlog.domain.deadlines import WorkCalendar, reckon

Row = Mapping[str, Any]
WEIGHTY_KINDS = frozenset(
    ("降低资质等级", "吊销许可证件", "责令停产停业", "责令关闭", "限制从业", "暂扣许可证件", "限制开展生产经营活动")
)
"""Penalties other than money for which a hearing may be asked (处罚法 art. 63.1.3-5)."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is known on the day of the step."""

    people: Mapping[str, Row]
    """Officers' rows by id, as many as the step names."""
    value: Callable[[str], int | None]
    """A value of the rules on that day; None where nobody knows one."""
    calendar: WorkCalendar
    terms: Terms

    def rows(self, ids: Iterable[str]) -> list[Row]:
        """The officers' rows; of one whom this device does not know, a row without a certificate."""
        return [self.people.get(each, {"id": each, "name": each}) for each in ids]

    def name(self, who: str) -> str:
        """The officer's name."""
        return str(self.people.get(who, {}).get("name", who))

    def working_days_on(self, day: date, days: int) -> date:
        """The last of so many working days after `day`."""
        return reckon(day, days, "工作日", calendar=self.calendar).due

    def end(self, rule: str, amount: int, start: date) -> date:
        """The last day of the term of that article from `start`."""
        term = self.terms.find(rule, amount)
        counted = self.terms.day_rule(term.source.law)
        due = reckon(
            start, term.amount, term.unit, day_rule=counted, backwards=term.backwards, calendar=self.calendar
        ).due
        return date(due.year, due.month, due.day)


def day_of(text: str) -> date:
    """The day of a day or moment."""
    return date.fromisoformat(text[:10])


def money_of(penalties: Iterable[Penalty], *kinds: str) -> int:
    """What the penalties of these kinds come to, in 分."""
    return sum(each.amount for each in penalties if each.kind in kinds)


def yuan_of(amount: int) -> str:
    """In yuan, for a line."""
    whole, rest = divmod(amount, 100)
    return f"{whole}.{rest:02d} 元" if rest else f"{whole} 元"
