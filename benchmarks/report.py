"""The table that a run prints."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement beside its baseline; `ratio` and `budget` are larger-is-worse, unless `at_least`."""

    what: str
    measured: str
    baseline: str
    ratio: float
    budget: float
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """Whether the budget of the design is kept."""
        return self.ratio >= self.budget if self.at_least else self.ratio <= self.budget

    def line(self) -> str:
        """One line of a Markdown table."""
        sign = "≥" if self.at_least else "≤"
        verdict = "ok" if self.holds else "over"
        return f"| {self.what} | {self.measured} | {self.baseline} | {self.ratio:,.2f} | {sign} {self.budget:g} | {verdict} |"


HEADER = "| what | measured | baseline in the same run | figure | budget | |\n| --- | --- | --- | --- | --- | --- |"
