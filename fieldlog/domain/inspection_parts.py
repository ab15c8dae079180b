"""What an inspection is folded into: answers with where they stand, what hangs on it, the things that were counted."""

from dataclasses import dataclass

from fieldlog.domain import bodies
from fieldlog.domain.bodies import ItemAnswered
from fieldlog.domain.contested import Change, Place


@dataclass(frozen=True, slots=True)
class Given:
    """An answer with where it stands in the log and who gave it when."""

    log: str
    seq: int
    at: str
    by: str
    answer: ItemAnswered
    first: Place
    """Where it was written first, whatever log repeats it after a fork."""

    @property
    def change(self) -> Change:
        """The answer as one of several to the item, its words with it."""
        answer = self.answer
        said = f"{answer.value.value}（{answer.text}）" if answer.text else answer.value.value
        value = f"{said} 实测 {answer.measured}" if answer.measured else said
        return Change(self.first, self.at, self.by, value, answer.seen)


@dataclass(frozen=True, slots=True)
class Attached:
    """A photo or a footage link, with when it was made."""

    at: str
    by: str
    body: bodies.PhotoAttached | bodies.FootageLinked


@dataclass(frozen=True, slots=True)
class Counted:
    """The things of a kind that sections are walked once for each of."""

    labels: tuple[str, ...]
    items: tuple[str, ...]
    """Ids of the items asked for each."""
