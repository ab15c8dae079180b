"""Counts and readings in the wording of a typical finding, which nobody has taken yet.

An officer accepts a typical finding as it stands, so a number in it would be an invented fact in a legal record.
"""

import re
from typing import Final

_NUMBER: Final = r"(?:[0-9０-９]+(?:[.．][0-9０-９]+)?|[两二三四五六七八九十几数]+)"
_COUNTED: Final = (
    r"(?:℃|度|盒|名|瓶|箱|具|人|次|笔|件|袋|包|支|台|辆|户|公斤|千克|克|吨|米|厘米|毫米"
    r"|张|罐|桶|条|批|元|个|只|处|根|扇|块|把|份|天|周|小时)"
)
_THRESHOLD: Final = r"(?<!不足)(?<!超过)(?<!少于)(?<!低于)(?<!高于)(?<!大于)(?<!小于)(?<!不到)(?<!未满)(?<!第)"
OBSERVED: Final = re.compile(_THRESHOLD + r"(?<![0-9０-９.．两二三四五六七八九十])" + _NUMBER + r"\s*" + _COUNTED)
"""A count or reading; after 不足, 超过 and the like it is a limit instead."""


def observed_quantity(text: str) -> str | None:
    """The count or reading that the text states as if somebody had taken it."""
    found = OBSERVED.search(text)
    return found[0] if found else None
