"""How many questions of a visit have which answer, kept up to date one question at a time."""

from collections import Counter

from fieldlog.domain.bodies import Value
from fieldlog.domain.walk import Question, Walk

DONE = (Value.PASS, Value.FAIL, Value.NA)


class Tally:
    """The answers of one walk, counted by question: of a shared question its twins count with it."""

    def __init__(self, walk: Walk) -> None:
        self._questions = walk.questions
        self._values: dict[int, Value] = {}
        self._counts: Counter[Value] = Counter()
        self._done_in: Counter[int] = Counter()
        self._wordless: set[int] = set()
        self._photoless: set[int] = set()

    def value(self, question: Question) -> Value | None:
        """The answer as it was last taken."""
        return self._values.get(question.number)

    def take(self, question: Question, value: Value | None) -> None:
        """Count the question's answer in place of the one before."""
        before = self._values.pop(question.number, None)
        if before is not None:
            self._counts[before] -= 1
            self._done_in[question.section] -= before in DONE
        if value is not None:
            self._values[question.number] = value
            self._counts[value] += 1
            self._done_in[question.section] += value in DONE

    def take_lacks(self, question: Question, *, words: bool, photo: bool) -> None:
        """Count what the question lacks: words on what is wrong, the photo its list asks for."""
        _keep(self._wordless, question.number, words)
        _keep(self._photoless, question.number, photo)

    @property
    def total(self) -> int:
        """How many questions there are."""
        return len(self._questions)

    @property
    def done(self) -> int:
        """How many have an answer other than 待定."""
        return sum(self._counts[value] for value in DONE)

    @property
    def failed(self) -> int:
        """How many are 不符合."""
        return self._counts[Value.FAIL]

    @property
    def counts(self) -> Counter[Value]:
        """How many have each answer."""
        return Counter(self._counts)

    @property
    def lacking(self) -> int:
        """How many are 不符合 without a word on what is wrong."""
        return len(self._wordless)

    @property
    def photoless(self) -> int:
        """How many lack the photo that their list asks for."""
        return len(self._photoless)

    def is_photoless(self, question: Question) -> bool:
        """Whether the question lacks the photo that its list asks for."""
        return question.number in self._photoless

    def done_in(self, section: int) -> int:
        """How many of a section have an answer other than 待定."""
        return self._done_in[section]


def _keep(numbers: set[int], number: int, there: bool) -> None:
    if there:
        numbers.add(number)
    else:
        numbers.discard(number)
