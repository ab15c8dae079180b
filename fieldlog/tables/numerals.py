"""The numbers that lines of tables and lists begin with: `1、`, `（一）`, `1.2`, ①."""

import re

from fieldlog.domain.numerals import HAN_NUMBER

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


def without_serial(text: str) -> str:
    """The text without the number it begins with: `1、`, `（一）`, `1.2`, `①`, `一、`."""
    return _SERIAL.sub("", text, count=1) if _SERIAL.match(text) else text


def is_serial(text: str) -> bool:
    """Whether the text is nothing but a number of a list."""
    return _WHOLE.fullmatch(text.strip()) is not None
