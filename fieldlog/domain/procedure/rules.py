"""The rules of procedure as data: what each asks, at which steps, how strictly, and where it comes from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

from fieldlog.domain.citation import UNVERIFIED_MARK, Citation
from fieldlog.domain.procedure.objections import Act

STEPS: Final = (
    "task.propose", "task.approve", "visit.open", "visit.close", "order.issue", "hazard.recheck", "hazard.extend",
    "hazard.close", "case.open", "case.evidence", "case.investigate", "case.notify", "case.hear", "case.review",
    "case.discuss", "case.decide", "case.serve", "case.pay", "case.urge", "case.enforce", "case.publish", "case.close",
     "stop.decide", "transfer.decide", "transfer.send", "paper.print",
)  # fmt: skip
"""Where a rule is asked."""

ValueUnit = Literal["日", "工作日", "小时", "月", "年", "次", "人", "分", "%"]
MOST_SOURCES: Final = 2
"""Sources that one line names; the list of rules names all."""
OURS: Final = f"本程序的设定{UNVERIFIED_MARK}"


@dataclass(frozen=True, slots=True)
class RuleValue:
    """A number that a rule goes by."""

    name: str
    """`P13.days`."""
    what: str
    unit: ValueUnit
    default: int | None
    """None: nobody knows one; what asks for it then says so and lets pass."""
    sources: tuple[Citation, ...] = ()
    """Empty: the program's own."""
    fixed: bool = False
    """The law sets it: no office can change it."""
    by_key: bool = False
    """There may be one for each field of work, `P11.cap.消防`, over the one for all."""
    highest: int = 1_000_000_000

    @property
    def verified(self) -> bool:
        """Whether somebody has read where it comes from."""
        return bool(self.sources) and all(each.verified for each in self.sources)

    @property
    def source(self) -> str:
        """Where it comes from, in words."""
        return _shown(self.sources)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the procedure table."""

    id: str
    stage: str
    """Its part of the table: A 人员."""
    what: str
    act: Act
    steps: tuple[str, ...]
    sources: tuple[Citation, ...] = ()
    law: bool = False
    """The law itself sets how strictly it is kept: an office may keep it more strictly, never less."""
    values: tuple[RuleValue, ...] = ()
    note: str = ""

    @property
    def own(self) -> bool:
        """Whether it is the program's own, and not a row of the procedure table."""
        return not self.id.startswith("P")

    @property
    def verified(self) -> bool:
        """Whether somebody has read all it rests on against the texts in force."""
        return bool(self.sources) and all(each.verified for each in self.sources)

    @property
    def source(self) -> str:
        """Where it comes from, in words; marked where nobody has verified it."""
        return _shown(self.sources[:MOST_SOURCES])


def _shown(sources: tuple[Citation, ...]) -> str:
    return "；".join(each.shown for each in sources) if sources else OURS


@dataclass(frozen=True)
class RuleTable:
    """Every rule, by id, in the order of the table."""

    rules: Mapping[str, Rule] = field(default_factory=dict[str, Rule])

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules.values())

    def get(self, rule: str) -> Rule | None:
        """The rule of that id, or None."""
        return self.rules.get(rule)

    def at(self, step: str) -> tuple[Rule, ...]:
        """The rules that are asked at a step."""
        return tuple(rule for rule in self if step in rule.steps)

    @cached_property
    def values(self) -> Mapping[str, RuleValue]:
        """Every value by name."""
        return {value.name: value for rule in self for value in rule.values}

    def value(self, name: str) -> RuleValue | None:
        """The value of that name; `P11.cap.消防` is one of `P11.cap`."""
        known = self.values.get(name)
        if known is None:
            general = self.values.get(name.rpartition(".")[0])
            known = general if general is not None and general.by_key else None
        return known
