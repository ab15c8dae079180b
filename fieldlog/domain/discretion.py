"""Published scales by which a fine is measured (裁量基准): dated, so that a case keeps the one of its day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from fieldlog.domain.citation import Citation


@dataclass(frozen=True, slots=True)
class ScaleFactor:
    """One thing that the scale looks at, and what may be found of it."""

    name: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScaleStep:
    """One step of the scale, with its limits in 分; both 0 where it is a warning or nothing."""

    name: str
    when: str = ""
    least: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class Scale:
    """One version of the scale for one violation."""

    id: str
    version: str
    begins: date
    violation: str
    steps: tuple[ScaleStep, ...]
    factors: tuple[ScaleFactor, ...] = ()
    until: date | None = None
    """The last day on which it counts."""
    party: str = ""
    """公民 or 单位; empty for both."""
    broken: tuple[Citation, ...] = ()
    basis: tuple[Citation, ...] = ()
    source: str = ""
    verified: bool = False

    def counts_on(self, day: date) -> bool:
        """Whether it is the version of that day."""
        return self.begins <= day and (self.until is None or day <= self.until)

    def step(self, name: str) -> ScaleStep | None:
        """The step of that name."""
        return next((each for each in self.steps if each.name == name), None)


def fitting(scales: Iterable[Scale], day: date, party: str, cited: Iterable[str]) -> list[Scale]:
    """The scales that count on a day for such a party, those for what is cited first."""
    named = [text.replace("（待核）", "") for text in cited]
    found = [each for each in scales if each.counts_on(day) and each.party in ("", party)]
    return sorted(found, key=lambda each: -_fits(each, named))


def _fits(scale: Scale, cited: Iterable[str]) -> int:
    """How many of the articles that are cited the scale is for, whether they are written 消防法#28 or 《消防法》第二十八条."""
    forms = [form for each in (*scale.broken, *scale.basis) for form in (str(each), each.chinese)]
    return sum(any(text.startswith(form) for form in forms) for text in cited)
