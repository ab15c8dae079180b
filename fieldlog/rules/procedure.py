"""The table of the procedure's rules, read from `procedure.yaml`."""

from functools import cache
from importlib import resources
from typing import Annotated, Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from fieldlog.domain.citation import Citation
from fieldlog.domain.procedure.rules import STEPS, Rule, RuleTable, RuleValue, ValueUnit
from fieldlog.rules.deadlines import load_deadlines

_Loader: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C it takes a tenth of the time
_Step = Annotated[str, Field(pattern=f"^({'|'.join(STEPS)})$".replace(".", r"\."))]


class _ValueLine(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9]+(\.[a-z_]+)+$")]
    what: str
    unit: ValueUnit | None = None
    default: Annotated[int, Field(ge=0)] | None = None
    term: str = ""
    """The term of `deadlines.yaml` that it is, 行政处罚法#60: its number, unit and source are that term's."""
    sources: tuple[Citation, ...] = ()
    fixed: bool = False
    by_key: bool = False

    def value(self) -> RuleValue:
        """The value it describes."""
        amount, unit, sources = self.default, self.unit, self.sources
        if self.term:
            term = load_deadlines().find(self.term)
            amount, unit, sources = term.amount, term.unit, (term.source,)
        if unit is None:
            raise ValueError(f"{self.name}: no unit")
        return RuleValue(self.name, self.what, unit, amount, sources, self.fixed, self.by_key)


class _RuleLine(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(pattern=r"^(P[1-9][0-9]?|[a-z]+)$")]
    what: str
    act: Literal["block", "warn", "log", "deadline"]
    steps: tuple[_Step, ...] = ()
    sources: tuple[Citation, ...] = ()
    law: bool = False
    values: tuple[_ValueLine, ...] = ()
    note: str = ""


class _Stage(BaseModel):
    model_config = ConfigDict(extra="forbid")

    stage: str
    rules: tuple[_RuleLine, ...]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")

    stages: tuple[_Stage, ...]


@cache
def load_procedure() -> RuleTable:
    """The table as it was shipped."""
    text = resources.files("fieldlog.rules").joinpath("procedure.yaml").read_text(encoding="utf-8")
    table = _Table.model_validate(yaml.load(text, Loader=_Loader))  # noqa: S506 - a safe loader
    return RuleTable({line.id: _rule(stage.stage, line) for stage in table.stages for line in stage.rules})


def _rule(stage: str, line: _RuleLine) -> Rule:
    values = tuple(each.value() for each in line.values)
    return Rule(line.id, stage, line.what, line.act, line.steps, line.sources, line.law, values, line.note)
