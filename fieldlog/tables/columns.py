"""The many names of a check table's columns, and which field each means; `columns.toml` holds the names."""

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

_LONGEST: Final = 24
_CONTAINS: Final = (
    ("penalty", r"处罚|罚则|法律责任"),
    ("basis", r"依据|法律法规"),
    ("deduct", r"扣分标准|评分标准|评分细则|扣分细则"),
    ("result", r"检查结果|检查情况|是否符合|整改情况|复查|得分|检查记录"),
    ("how", r"检查方[法式]|核查方[法式]|查看方[法式]"),
    ("points", r"分值|标准分"),
    ("text", r"(?:检查|排查|自查|核查|评定|评审|考核)(?:的)?(?:具体)?(?:内容|要点|要求|标准)"),
    ("topic", r"(?:检查|评定|评审)项目?"),
    ("measure", r"整改措施|整改要求"),
    ("remark", r"^备注"),
)
TEXT_FIELDS: Final = ("text", "requirement", "topic", "violation", "finding")
"""Fields that can say what is checked, the likeliest first."""


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """Heading key to the fields that it may mean, the likeliest first."""
    table = tomllib.loads(files("fieldlog.tables").joinpath("columns.toml").read_text(encoding="utf-8"))["names"]
    found: dict[str, tuple[str, ...]] = {}
    for field, names in table.items():
        for name in names:
            key = heading_key(name)
            found[key] = (*found.get(key, ()), field)
    return found


def heading_key(text: str) -> str:
    """A heading without blanks, breaks, punctuation and width."""
    return re.sub(r"[^\w√×]|_", "", unicodedata.normalize("NFKC", text)).casefold()


@lru_cache(maxsize=2048)
def meanings(heading: str) -> tuple[str, ...]:
    """The fields that a heading names exactly, the likeliest first."""
    plain = unicodedata.normalize("NFKC", heading)
    for key in (heading_key(plain), heading_key(re.sub(r"\([^()]*\)|《[^》]*》", "", plain))):
        if found := _names().get(key):
            return found
    return ()


@lru_cache(maxsize=2048)
def likely(heading: str) -> str:
    """The field that a heading probably means, or nothing."""
    key = heading_key(heading)
    if exact := meanings(heading):
        return exact[0]
    if not key or len(key) > _LONGEST:
        return ""
    return next((field for field, pattern in _CONTAINS if re.search(pattern, key)), "")


def could_head(text: str) -> bool:
    """Whether the text could stand over a column: short, no sentence, no number of a list before it."""
    key = heading_key(text)
    return 0 < len(key) <= _LONGEST and not re.search(r"[:：]\s*\w|。|\d{3,}", text) and not key.isdigit()
