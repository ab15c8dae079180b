"""The table of terms set by law, and finding the one that is meant."""

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Annotated, Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from fieldlog.domain.citation import Citation
from fieldlog.domain.deadlines import LONGEST_DAYS, DayRule, Term, Unit
from fieldlog.domain.errors import NotFound, UsageError

_ARTICLE: Final = re.compile(r"(?P<law>[^#]+)(?:#(?P<where>[0-9.]+))?")

_Amount = Annotated[int, Field(ge=1, le=LONGEST_DAYS)]


class _DayRuleLine(BaseModel):
    model_config = ConfigDict(extra="forbid")

    law: str
    short: str
    working: frozenset[_Amount]
    said_by: Citation


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")

    day_rules: list[_DayRuleLine]
    short: dict[str, str]
    terms: list[dict[str, Any]]


class _TermLine(BaseModel):
    model_config = ConfigDict(extra="forbid")

    source: Citation
    what: str
    since: str
    amount: _Amount
    unit: Unit
    whose: str = "机关"
    backwards: bool = False
    rules: tuple[Annotated[str, Field(pattern=r"^P[1-9][0-9]?$")], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Every term, and how each law counts its days."""

    terms: tuple[Term, ...]
    day_rules: dict[str, DayRule]
    """By the law's full name."""
    full_names: dict[str, str]
    """By the short name that officers use."""

    def day_rule(self, law: str) -> DayRule | None:
        """How `law` counts its days; None where it does not say."""
        return self.day_rules.get(law)

    def counted_as(self, term: Term) -> str:
        """What the term's days are: 日 becomes 工作日 or 自然日."""
        if term.unit != "日":
            return term.unit
        rule = self.day_rule(term.source.law)
        return "工作日" if rule is not None and rule.counts_as_working(term.amount) else "自然日"

    def matching(self, rule: str) -> tuple[Term, ...]:
        """The terms that `rule` may mean.

        Raises:
            NotFound: none.
        """
        _, found = self._meant(rule)
        if not found:
            raise _not_there(rule)
        return tuple(found)

    def find(self, rule: str, days: int | None = None) -> Term:
        """The one term meant by `rule`: a number of the procedure (P47), an article (处罚法#61), or a law with `days`.

        Raises:
            NotFound: no such rule or article in the table.
            UsageError: several terms are meant, or the article sets another number.
        """
        law, found = self._meant(rule)
        if law in self.day_rules and days is not None and rule.strip() in (law, *self.full_names):
            return Term(self.day_rules[law].said_by, "该法规定的期限", "起算之日", days, "日")
        if not found:
            raise _not_there(rule)
        fitting = [term for term in found if days is None or term.amount == days]
        if not fitting:
            said = "、".join(f"{term.amount} {term.unit}" for term in found)
            raise UsageError(f"{found[0].source.shown}规定的是 {said}，不是 {days}：请核对天数，或不写 --days")
        if len(fitting) > 1:
            raise UsageError(
                f"“{rule}”有几个期限：" + "；".join(_choice(term) for term in fitting) + "。请写明条款和天数"
            )
        return fitting[0]

    def _meant(self, rule: str) -> tuple[str, list[Term]]:
        text = rule.strip().replace("＃", "#")
        if re.fullmatch(r"[Pp][0-9]{1,2}", text):
            return "", [term for term in self.terms if text.upper() in term.rules]
        match = _ARTICLE.fullmatch(text)
        if match is None:
            return "", []
        law = self.full_names.get(match["law"].strip(), match["law"].strip())
        where = match["where"]
        found = [term for term in self.terms if term.source.law == law and (not where or _within(term.source, where))]
        return law, found


def _not_there(rule: str) -> NotFound:
    return NotFound(f"期限表里没有“{rule}”：运行 fieldlog deadline 看全表，或写成 处罚法#61、P47")


def _within(source: Citation, where: str) -> bool:
    """Whether the source lies in the article, paragraph or item that was typed."""
    _, _, own = str(source).partition("#")
    return own == where or own.startswith(f"{where}.")


def _choice(term: Term) -> str:
    return f"{term.name}（{term.what}，{term.amount} {term.unit}）"


@cache
def load_deadlines() -> Deadlines:
    """The table as it was shipped."""
    text = resources.files("fieldlog.rules").joinpath("deadlines.yaml").read_text(encoding="utf-8")
    table = _Table.model_validate(yaml.safe_load(text))
    lines = TypeAdapter(list[_TermLine]).validate_python(table.terms)
    rules = {line.law: DayRule(line.working, line.said_by) for line in table.day_rules}
    names = {line.short: line.law for line in table.day_rules} | table.short
    return Deadlines(tuple(Term(**dict(line)) for line in lines), rules, names)
