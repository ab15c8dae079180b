"""The many names of a column, and which field each means: `columns.toml` holds the names, this module looks them up."""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

from fieldlog.registry.features import feature_in_header

FEATURE_PREFIX: Final = "feature:"
IGNORED: Final = "ignored"
"""A column that is recognised and of no use (an identity number, the floor area)."""

_TABLE: Final = tomllib.loads(files("fieldlog.registry").joinpath("columns.toml").read_text(encoding="utf-8"))
_LOOKUP: Final[dict[str, tuple[str, int]]] = {
    name: (field, rank) for field, names in _TABLE["names"].items() for rank, name in enumerate(names)
}
_PATTERNS: Final = tuple((re.compile("|".join(entry["any"])), str(entry["field"])) for entry in _TABLE["contains"])
_LONGEST_HEADER: Final = 40


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a header means; `rank` orders several columns of one field, smaller is better, exact below 100."""

    field: str
    rank: int

    @property
    def exact(self) -> bool:
        return self.rank < 100


def header_key(text: str) -> str:
    """Header text without blanks, breaks, punctuation and width."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).casefold()


@lru_cache(maxsize=4096)
def meaning_of(header: str) -> Meaning | None:
    """The field that a single header text means."""
    whole = header_key(header)
    bare = header_key(re.sub(r"\([^()]*\)", "", unicodedata.normalize("NFKC", header)))
    if not whole or len(whole) > _LONGEST_HEADER:
        return None
    for key in (whole, bare):
        if found := _LOOKUP.get(key):
            return Meaning(*found)
    if feature := feature_in_header(header):
        return Meaning(FEATURE_PREFIX + feature, 100)
    for rank, (pattern, field) in enumerate(_PATTERNS):
        if pattern.search(whole):
            return Meaning(field, 100 + rank)
    return None


def meaning_of_path(path: Sequence[str]) -> Meaning | None:
    """The field of a column whose headers stand above each other, the topmost first: 负责人 / 姓名, 许可证 / 编号."""
    leaf = meaning_of(path[-1]) if path else None
    if len(path) < 2:
        return leaf
    joined, above = meaning_of("".join(path)), meaning_of_path(path[:-1])
    if leaf and leaf.field == "person" and above and above.field in ("contact", "phone"):
        return Meaning("contact", leaf.rank)
    if joined and (joined.exact or joined.field == IGNORED):
        return joined
    if leaf and leaf.field in ("document_no", "expiry", "serial", "name") and joined and joined.field != leaf.field:
        narrower = {"licence_no", "licence_expiry", "certificate", "certificate_expiry", "village"}
        return joined if joined.field in narrower else leaf
    return leaf or joined or above


def looks_like_header(text: str) -> bool:
    """Whether it could stand over a column at all: short, and no number, date, code or telephone."""
    if re.search(r"[:：]\s*\w", text):  # 填报单位：后叶镇 is a line above a table
        return False
    key = header_key(text)
    return 0 < len(key) <= _LONGEST_HEADER and not re.search(r"\d{3,}", key) and not key.isdigit()
