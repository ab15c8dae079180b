"""Something that is to be done by a day, whatever document it is about: what the deadline board and a document's page list."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Due:
    """One term that runs, or has been met."""

    doc: str
    title: str
    """The document in words: the party and what it is about."""
    what: str
    """What is to be done."""
    due: date
    """The last day; a `datetime` where hours are counted."""
    source: str
    """The article, as it is shown."""
    explanation: str
    """How the day was found, in one paragraph."""
    done: str = ""
    """The day it was done; empty while it is not."""
    rule: str = ""
    """The procedure's rule, P47."""
    whose: str = "机关"
    since: str = ""
    """The day it runs from."""
    certain: bool = True
    """False where a year's holiday table was not there."""

    @property
    def day(self) -> date:
        """The last day, without its hour."""
        return date(self.due.year, self.due.month, self.due.day)

    def is_late(self, today: date) -> bool:
        """Whether the day has passed and it was not done, or it was done after it."""
        return (self.done or today.isoformat()) > self.day.isoformat()
