"""Conditions on the features of premises: `有燃气`, `非 有住宿`, `有燃气 且 有住宿`, `有散装食品 或 有冷藏 且 非 有批发`.

A condition names features and joins them with 且 and 或, a space on either side; 且 binds closer. 非 stands before a
feature, with a space. Features are asked once at the start of a visit; one that nobody ticked does not hold.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from pydantic_core import PydanticCustomError

_NOT: Final = "非 "
_OPERATORS: Final = ("且", "或", "非")

_Terms = tuple[tuple[bool, str], ...]


def holds(condition: str | None, features: frozenset[str]) -> bool:
    """Whether `condition` holds of premises with these features; no condition always does."""
    if condition is None:
        return True
    return any(all((name in features) is wanted for wanted, name in terms) for terms in _alternatives(condition))


def named(condition: str | None) -> frozenset[str]:
    """The features that a condition names."""
    if condition is None:
        return frozenset()
    return frozenset(name for terms in _alternatives(condition) for _wanted, name in terms)


def well_formed(condition: str) -> str:
    """The condition itself.

    Raises:
        PydanticCustomError: a name is missing, or two stand together without 且 or 或.
    """
    for name in named(condition):
        if not name or name in _OPERATORS or any(part in _OPERATORS for part in name.split()) or " " in name:
            raise PydanticCustomError(
                "condition",
                "条件“{condition}”写法不对：特点之间用“ 且 ”“ 或 ”，否定写“非 ”，前后各空一格",
                {"condition": condition},
            )
    return condition


def true_features(conditions: Mapping[str, Sequence[str | None]], ticked: frozenset[str]) -> frozenset[str]:
    """`ticked` without the features whose own condition does not hold, such as 有凉菜间 where nothing is cooked.

    `conditions` has every feature that is asked for, with its condition in each list that asks: one that holds
    suffices. What nobody asks for is as it was ticked.
    """
    return frozenset(name for name in ticked if _is_asked(name, conditions, ticked, frozenset()))


def asked_features(conditions: Mapping[str, Sequence[str | None]], ticked: frozenset[str]) -> tuple[str, ...]:
    """The features to ask about where those in `ticked` are there, in the order of `conditions`."""
    return tuple(name for name in conditions if _is_asked(name, conditions, ticked, frozenset()))


def both(one: str | None, other: str | None) -> str | None:
    """The condition that holds where both do, `有甲 且 有丙 或 有乙 且 有丙`."""
    if one is None or other is None or one == other:
        return one if other is None else other
    return " 或 ".join(
        " 且 ".join(dict.fromkeys(_written(term) for term in (*these, *those)))
        for these in _alternatives(one)
        for those in _alternatives(other)
    )


def same(one: str | None, other: str | None) -> bool:
    """Whether two conditions are written with the same terms, in whatever order."""
    if one is None or other is None:
        return one is other
    these, those = ({frozenset(terms) for terms in _alternatives(each)} for each in (one, other))
    return these == those


def _is_asked(
    name: str, conditions: Mapping[str, Sequence[str | None]], ticked: frozenset[str], above: frozenset[str]
) -> bool:
    """Whether one of the feature's conditions holds. Conditions go round in no list, `above` sees to joint visits."""
    within = above | {name}
    return any(
        condition is None
        or holds(
            condition,
            frozenset(
                need
                for need in named(condition) & ticked
                if need not in within and _is_asked(need, conditions, ticked, within)
            ),
        )
        for condition in conditions.get(name, (None,))
    )


def _written(term: tuple[bool, str]) -> str:
    wanted, name = term
    return name if wanted else f"{_NOT}{name}"


@cache
def _alternatives(condition: str) -> tuple[_Terms, ...]:
    return tuple(
        tuple((not term.startswith(_NOT), term.removeprefix(_NOT).strip()) for term in alternative.split(" 且 "))
        for alternative in condition.split(" 或 ")
    )
