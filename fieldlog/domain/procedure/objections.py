"""What a check finds, and what it comes to once the table and the office's profile say how strictly the rule is kept."""

from dataclasses import dataclass
from typing import Final, Literal

Act = Literal["block", "warn", "log", "deadline", "off"]
"""`block` forbids the step; `warn` lets it pass with a typed reason, which goes into the log; `log` and `deadline` only
show what stands; `off` says nothing."""

STRENGTH: Final = {"off": 0, "log": 1, "deadline": 1, "warn": 2, "block": 3}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check says of one rule: broken, or where `applies` is false that it asks nothing here. Nothing said is kept."""

    rule: str
    text: str
    """One line: what is missing and what to do, or why the rule asks nothing."""
    jump: str = ""
    """What would satisfy it: a checklist item, a stage, a field, a document."""
    act: Act | None = None
    """Where one rule is kept with two strengths: the weaker one; None is the table's."""
    applies: bool = True


def not_applicable(rule: str, why: str) -> Finding:
    """That the rule asks nothing here, and why."""
    return Finding(rule, why, applies=False)


@dataclass(frozen=True, slots=True)
class Objection:
    """Something that stands in the way of a step."""

    rule: str
    act: Literal["block", "warn"]
    text: str
    """One line: what is missing and what to do."""
    source: str = ""
    """Where the rule comes from, marked where nobody has verified it."""
    item: str = ""
    """What to jump to, where there is something."""
