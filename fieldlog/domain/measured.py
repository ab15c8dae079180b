"""A value that the officer read off an instrument and typed, and what it says of the item."""

import re
from decimal import Decimal
from typing import Final
from unicodedata import normalize

from fieldlog.domain.bodies import ItemAnswered, Value
from fieldlog.domain.checklist_parts import Measure
from fieldlog.domain.errors import Refused

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,6})?")
_AS_TYPED: Final = str.maketrans({"\u3002": ".", "\u2212": "-", " ": ""})
"""What an input method gives for a point, a minus and a space."""


def read_number(text: str, unit: str = "") -> str:
    """The number as an entry holds it: ASCII digits, no sign before a positive one. Full-width forms count.

    Raises:
        Refused: it is no plain number of at most twelve digits and six decimals.
    """
    plain = normalize("NFKC", text).translate(_AS_TYPED).strip()
    if not _NUMBER.fullmatch(plain):
        said = f"（单位 {unit}）" if unit else ""
        raise Refused(f"实测值“{text.strip()}”不是数字，请只填数字{said}，例如 8.5", rule="answer")
    return f"{Decimal(plain):f}"


def within(measure: Measure, number: str) -> bool | None:
    """Whether a number lies within the limits; None where the measure has none, or another program wrote no number."""
    if (measure.min is None and measure.max is None) or not _NUMBER.fullmatch(number):
        return None
    return measure.complies(Decimal(number))


def value_after(measure: Measure, number: str, standing: ItemAnswered | None) -> Value:
    """The answer that a number leads to: what the limits say, else what stands, else 待定.

    A 不符合 that the officer gave for a reason of their own stands whatever the number says.
    """
    good = within(measure, number)
    if standing is not None and standing.value is Value.FAIL and (standing.text or not standing.measured):
        return Value.FAIL
    if good is None:
        return standing.value if standing is not None else Value.PENDING
    return Value.PASS if good else Value.FAIL
