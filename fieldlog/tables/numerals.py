"""Numbers as laws, tables and lists write them: 十六, 16, １６, 一百零五, （四）, ①."""

import re
import unicodedata
from typing import Final

HAN_NUMBER: Final = "〇零一二三四五六七八九十百千两"
_DIGITS: Final = {sign: n for n, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES: Final = {"十": 10, "百": 100, "千": 1000}
_SERIAL = re.compile(
    rf"(?:第[0-9{HAN_NUMBER}]{{1,4}}(?:部分|[项条部类章节])[、.．:：\s]*"
    rf"|[(（]\s*(?:\d{{1,3}}|[{HAN_NUMBER}]{{1,4}})\s*[)）][、.．]?"
    rf"|[{HAN_NUMBER}]{{1,4}}[、.．]"
    r"|\d{1,3}(?:[.．-]\d{1,3}){1,3}[、.．)）]?(?![0-9%％℃]|[a-zA-Z米毫厘千公吨元天日月年小时分钟人个倍])"
    r"|\d{1,3}(?:[、)）]|[.．](?!\d))"
    r"|[①-⑳⑴-⒇⒈-⒛])\s*"
)
_WHOLE = re.compile(
    rf"(?:\d{{1,3}}(?:[.．-]\d{{1,3}}){{0,3}}|[{HAN_NUMBER}]{{1,4}}|[(（](?:\d{{1,3}}|[{HAN_NUMBER}]{{1,4}})[)）]|[①-⑳⑴-⒇⒈-⒛])"
    r"[、.．)）]?"
)


def number_of(written: str) -> int | None:
    """The value of `十六`, `一百零五`, `16` or `１６`; None where it is no number from 0 to 9999."""
    text = unicodedata.normalize("NFKC", written).strip()
    if re.fullmatch(r"[0-9]{1,4}", text):
        return int(text)
    if not text or any(sign not in HAN_NUMBER for sign in text):
        return None
    if not any(sign in _PLACES for sign in text):  # 一六 as digits
        return int("".join(str(_DIGITS[sign]) for sign in text)) if len(text) <= 4 else None
    value, digit = 0, 0
    for sign in text:
        if sign in _PLACES:
            value += (digit or 1) * _PLACES[sign]
            digit = 0
        else:
            digit = _DIGITS[sign]
    return value + digit


def without_serial(text: str) -> str:
    """The text without the number it begins with: `1、`, `（一）`, `1.2`, `①`, `一、`."""
    return _SERIAL.sub("", text, count=1) if _SERIAL.match(text) else text


def has_serial(text: str) -> bool:
    """Whether the text begins with a number of a list."""
    return _SERIAL.match(text) is not None


def is_serial(text: str) -> bool:
    """Whether the text is nothing but a number of a list."""
    return _WHOLE.fullmatch(text.strip()) is not None
