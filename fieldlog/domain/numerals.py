"""Numbers as laws, tables and officers write them: 十六, 一百零五, 一〇五, 16, １６."""

import unicodedata
from typing import Final

HAN_NUMBER: Final = "〇零一二三四五六七八九十百千两"
_DIGITS: Final = {sign: n for n, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
_LONGEST: Final = 4


def number_of(written: str) -> int | None:
    """The value from 0 to 9999; None where it is no number. Without 十, 百, 千 each sign is a digit: 一〇五 is 105."""
    text = unicodedata.normalize("NFKC", written).strip()
    if text.isascii() and text.isdecimal():
        return int(text) if len(text) <= _LONGEST else None
    if not text or any(sign not in HAN_NUMBER for sign in text):
        return None
    if not any(sign in _UNITS for sign in text):
        return int("".join(str(_DIGITS[sign]) for sign in text)) if len(text) <= _LONGEST else None
    value, digit = 0, 0
    for sign in text:
        if sign in _UNITS:
            value += (digit or 1) * _UNITS[sign]
            digit = 0
        else:
            digit = _DIGITS[sign]
    return value + digit
