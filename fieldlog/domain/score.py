"""The score of a scored list (量化分级, 星级): what the answers so far come to, and the grade that gives.

Earned over possible points of the items that apply and are answered, scaled to the list's full score. 不适用 and 待定
count on neither side. A 不符合 costs what its finding says, else all of the item's points. An item asked of several
things counts once, by the worst of them. Arithmetic is in whole tenths of a point, since points have one decimal.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from fieldlog.domain.bodies import ItemAnswered, Value
from fieldlog.domain.checklist import Checklist, Item, Scoring
from fieldlog.domain.reference import item_of
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


def scores(walk: Walk, answer_to: Answers) -> tuple[Score, ...]:
    """The score of each scored list of a visit that has something to score yet."""
    found = (_score(checklist, checklist.scoring, walk, answer_to) for checklist in walk.lists)
    return tuple(each for each in found if each is not None)


def _score(checklist: Checklist, scoring: Scoring | None, walk: Walk, answer_to: Answers) -> Score | None:
    if scoring is None:
        return None
    worst: dict[str, tuple[int, int]] = {}
    vetoed: list[str] = []
    for ref, item, answer in _answered(checklist, walk, answer_to):
        if item.veto and answer.value is Value.FAIL:
            vetoed.append(ref)
        if item.points is not None:
            possible = _tenths(item.points)
            earned = possible - _deducted(item, answer, possible)
            worst[item_of(ref)] = min(worst.get(item_of(ref), (possible, possible)), (earned, possible))
    earned, possible = (sum(each[side] for each in worst.values()) for side in (0, 1))
    if not possible and not vetoed:
        return None
    full = _tenths(scoring.full)
    scaled = (2 * earned * full + possible) // (2 * possible) if possible else 0
    points = f"{scaled // 10}.{scaled % 10}"
    return Score(
        checklist.id, checklist.title, points, scoring.full, _grade(scoring, scaled, bool(vetoed)), tuple(vetoed)
    )


def _answered(checklist: Checklist, walk: Walk, answer_to: Answers) -> Iterator[tuple[str, Item, ItemAnswered]]:
    for ref, (asked_by, item) in walk.items.items():
        if asked_by.id == checklist.id and (item.points is not None or item.veto):
            answer = answer_to(ref)
            if answer is not None and answer.value in (Value.PASS, Value.FAIL):
                yield ref, item, answer


def _deducted(item: Item, answer: ItemAnswered, possible: int) -> int:
    if answer.value is not Value.FAIL:
        return 0
    finding = item.findings[answer.finding - 1] if answer.finding and answer.finding <= len(item.findings) else None
    deduct = finding.deduct if finding is not None else None
    return possible if deduct is None else min(_tenths(deduct), possible)


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
