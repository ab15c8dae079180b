"""The scales by which fines are measured: the shipped examples, with the office's own over them."""

from collections import Counter
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fieldlog.domain.citation import Citation
from fieldlog.domain.discretion import Scale, ScaleFactor, ScaleStep
from fieldlog.domain.errors import NotFound, UsageError, os_words

OWN = "discretion.yaml"
"""The office's own scales, in the data folder."""

_Words = Annotated[str, Field(min_length=1)]
_Yuan = Annotated[int, Field(ge=0, le=10**11)]


class _Factor(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: _Words
    choices: tuple[str, ...] = ()


class _Step(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: _Words
    when: str = ""
    least: _Yuan = 0
    most: _Yuan = 0


class _Scale(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    id: _Words
    version: _Words
    begins: Annotated[date, Field(alias="from")]
    until: date | None = None
    violation: _Words
    party: Literal["", "公民", "单位"] = ""
    broken: tuple[Citation, ...] = ()
    basis: tuple[Citation, ...] = ()
    source: str = ""
    verified: bool = False
    factors: tuple[_Factor, ...] = ()
    steps: Annotated[tuple[_Step, ...], Field(min_length=1)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")

    scales: tuple[_Scale, ...]


def load_discretion(folder: Path) -> tuple[Scale, ...]:
    """The scales that count here: the office's own, and the shipped ones whose ids it does not use.

    Raises:
        UsageError: the office's file cannot be read, or a scale in it cannot be right.
    """
    own = _own(folder / OWN)
    ids = {each.id for each in own}
    shipped = _read(resources.files("fieldlog.rules").joinpath(OWN).read_text(encoding="utf-8"))
    return (*own, *(each for each in shipped if each.id not in ids))


def find_scale(scales: tuple[Scale, ...], named: str, day: date) -> Scale:
    """The version of a scale that counts on a day.

    Raises:
        NotFound: there is none.
    """
    found = next((each for each in scales if each.id == named and each.counts_on(day)), None)
    if found is None:
        raise NotFound(
            f"{day} 没有“{named}”这个裁量基准，可用的有：{'、'.join(dict.fromkeys(each.id for each in scales))}"
        )
    return found


def _own(path: Path) -> tuple[Scale, ...]:
    try:
        return _read(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise UsageError(f"读不出裁量基准 {path}：{os_words(error)}") from error
    except (yaml.YAMLError, ValidationError, UnicodeDecodeError) as error:
        raise UsageError(f"裁量基准 {path} 看不懂：{_first(error)}。写法见 docs/format.md 的“裁量基准”") from error
    except ValueError as error:
        raise UsageError(f"裁量基准 {path}：{error}") from error


def _read(text: str) -> tuple[Scale, ...]:
    scales = tuple(_scale(each) for each in _Table.model_validate(yaml.safe_load(text)).scales)
    for (name, version), times in Counter((each.id, each.version) for each in scales).items():
        if times > 1:
            raise ValueError(f"{name} 的 {version} 写了 {times} 次")
    return scales


def _scale(line: _Scale) -> Scale:
    steps = tuple(ScaleStep(each.name, each.when, each.least * 100, each.most * 100) for each in line.steps)
    for step in steps:
        if step.least > step.most:
            raise ValueError(f"{line.id} 的“{step.name}”下限大于上限")
    if line.until is not None and line.until < line.begins:
        raise ValueError(f"{line.id} 的 {line.version} 结束早于开始")
    return Scale(
        line.id, line.version, line.begins, line.violation, steps,
        tuple(ScaleFactor(each.name, each.choices) for each in line.factors),
        line.until, line.party, line.broken, line.basis, line.source, line.verified,
    )  # fmt: skip


def _first(error: Exception) -> str:
    if isinstance(error, ValidationError):
        where = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, where['loc']))} 的值不对"
    return "不是 YAML"
