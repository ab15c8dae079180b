"""Refusing what the procedure stands against, and taking reasons for what may be passed over."""

from collections.abc import Mapping, Sequence

from fieldlog.actions.texts import plain
from fieldlog.domain.bodies import ReasonGiven
from fieldlog.domain.errors import Refused
from fieldlog.domain.procedure import Objection


def refuse(standing: Sequence[Objection]) -> None:
    """Raise for the first of `standing`, if there is any; a warning may be answered by a reason.

    Raises:
        Refused: with the rule, its source and the item.
    """
    if standing:
        first = standing[0]
        hint = "；确需继续请写明原因" if first.act == "warn" else ""
        source = f"（{first.source}）" if first.source else ""
        raise Refused(f"{first.text}{source}{hint}", rule=first.rule, item=first.item)


def passed_over(standing: Sequence[Objection], reasons: Mapping[str, str] | None) -> tuple[ReasonGiven, ...]:
    """The warnings that are passed over, each with its reason, for the `reasons` of the step's body.

    Raises:
        Refused: something blocks the step, or a warning has no reason.
    """
    given = {rule: words for rule, reason in (reasons or {}).items() if (words := plain(reason))}
    refuse([each for each in standing if each.act == "block" or each.rule not in given])
    rules = dict.fromkeys(each.rule for each in standing)
    return tuple(ReasonGiven(rule=rule, reason=given[rule]) for rule in rules)
