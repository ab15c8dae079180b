"""The score of a scored list (量化分级, 星级): what the answers so far come to, and the grade that gives.

Earned over possible points of the items that apply and are answered, scaled to the list's full score. 不适用 and 待定
count on neither side. A 不符合 costs what its finding says, else all of the item's points. An item asked of several
things counts once, by the worst of them. Arithmetic is in whole tenths of a point, since points have one decimal.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from fieldlog.domain.bodies import ItemAnswered, Value
from fieldlog.domain.checklist import Checklist, Scoring
from fieldlog.domain.checklist_parts import Item
from fieldlog.domain.walk import Walk

Answers = Callable[[str], ItemAnswered | None]


@dataclass(frozen=True, slots=True)
class Score:
    """What one list of a visit comes to."""

    list: str
    title: str
    points: str
    """Scaled to `full` and rounded half up to one decimal, as text: 87.5."""
    full: str
    grade: str
    """Empty where the list has no grades."""
    vetoed: tuple[str, ...] = ()
    """References of the 否决项 that do not comply; they give the lowest grade."""

    @property
    def shown(self) -> str:
        """`87.5 分 B`, `62.0 分 C（否决）`."""
        veto = "（否决）" if self.vetoed else ""
        return f"{self.points} 分{f' {self.grade}' if self.grade else ''}{veto}"


@dataclass(frozen=True, slots=True)
class _Mark:
    """What one item, of one thing, can cost."""

    ref: str
    item: str
    points: int
    """Tenths; 0 where the item is not scored."""
    costs: Mapping[str, int]
    """By the words of each finding, in order."""
    veto: bool


class ScoreSheet:
    """The scored lists of one walk, made ready so that a score costs little after every answer."""

    def __init__(self, walk: Walk) -> None:
        self._lists = [
            (checklist, checklist.scoring, _marks(checklist, walk))
            for checklist in walk.lists
            if checklist.scoring is not None
        ]

    def scores(self, answer_to: Answers) -> tuple[Score, ...]:
        """The score of each scored list that has something to score yet."""
        found = (_score(*each, answer_to) for each in self._lists)
        return tuple(each for each in found if each is not None)


def scores(walk: Walk, answer_to: Answers) -> tuple[Score, ...]:
    """The scores of a walk, once."""
    return ScoreSheet(walk).scores(answer_to)


def _marks(checklist: Checklist, walk: Walk) -> list[_Mark]:
    return [
        _mark(ref, item)
        for ref, (asked_by, item) in walk.items.items()
        if asked_by.id == checklist.id and (item.points is not None or item.veto)
    ]


def _mark(ref: str, item: Item) -> _Mark:
    points = _tenths(item.points or "0")
    costs = {each.text: points if each.deduct is None else min(_tenths(each.deduct), points) for each in item.findings}
    return _Mark(ref, item.id, points, costs, item.veto)


def _score(checklist: Checklist, scoring: Scoring, marks: Sequence[_Mark], answer_to: Answers) -> Score | None:
    cost: dict[str, int] = {}
    possible = 0
    vetoed: list[str] = []
    for mark in marks:
        answer = answer_to(mark.ref)
        value = answer.value if answer is not None else None
        if answer is None or (value is not Value.PASS and value is not Value.FAIL):
            continue
        if mark.item not in cost:
            cost[mark.item] = 0
            possible += mark.points
        if value is Value.FAIL:
            cost[mark.item] = max(cost[mark.item], _cost(mark, answer))
            if mark.veto:
                vetoed.append(mark.ref)
    if not possible and not vetoed:
        return None
    earned, full = possible - sum(cost.values()), _tenths(scoring.full)
    scaled = (2 * earned * full + possible) // (2 * possible) if possible else 0
    points, grade = f"{scaled // 10}.{scaled % 10}", _grade(scoring, scaled, bool(vetoed))
    return Score(checklist.id, checklist.title, points, scoring.full, grade, tuple(vetoed))


def _cost(mark: _Mark, answer: ItemAnswered) -> int:
    """By the finding's words, since its number may be another's in a newer version; by its number beside own words."""
    if answer.text in mark.costs:
        return mark.costs[answer.text]
    costs, said = tuple(mark.costs.values()), answer.finding or 0
    return costs[said - 1] if 0 < said <= len(costs) else mark.points


def _grade(scoring: Scoring, scaled: int, vetoed: bool) -> str:
    """By the score as it is shown; the last grade takes what the others leave."""
    if not scoring.grades:
        return ""
    reached = (each.name for each in scoring.grades[:-1] if scaled >= _tenths(each.at_least))
    lowest = scoring.grades[-1].name
    return lowest if vetoed else next(reached, lowest)


@cache
def _tenths(points: str) -> int:
    return int(Decimal(points) * 10)
