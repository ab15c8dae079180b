"""How long recordings are kept, by kind of case: the shipped table, with the office's own lines over it."""

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fieldlog.domain.errors import UsageError, os_words


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    months: Annotated[int, Field(ge=1, le=1200)] | None
    what: str = ""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")

    periods: list[_Line]


@dataclass(frozen=True, slots=True)
class Retention:
    """Months by kind; None goes with the file."""

    months: Mapping[str, int | None]


def load_retention(folder: Path) -> Retention:
    """The shipped table with the lines of `footage-retention.yaml` in the data folder over it.

    Raises:
        UsageError: that file cannot be read, or names a kind that there is not.
    """
    shipped = _read(resources.files("fieldlog.rules").joinpath("retention.yaml").read_text(encoding="utf-8"))
    months = {line.kind: line.months for line in shipped}
    own = folder / "footage-retention.yaml"
    try:
        lines: Iterable[_Line] = _read(own.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        lines = ()
    except OSError as error:
        raise UsageError(f"读不出保存期限 {own}：{os_words(error)}") from error
    except (yaml.YAMLError, ValidationError, UnicodeDecodeError) as error:
        raise UsageError(
            f"保存期限 {own} 看不懂，请写成 periods: [{{kind: 日常, months: 12}}]，随案卷的写 null"
        ) from error
    for line in lines:
        if line.kind not in months:
            raise UsageError(f"保存期限 {own} 里没有“{line.kind}”这一类，可用的有：{'、'.join(months)}")
        months[line.kind] = line.months
    return Retention(months)


def _read(text: str) -> list[_Line]:
    return _Table.model_validate(yaml.safe_load(text)).periods


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
