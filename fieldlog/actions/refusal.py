"""Refusing what the procedure stands against."""

from collections.abc import Sequence

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
