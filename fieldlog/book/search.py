"""Finding premises while somebody types: name, pinyin, initials, code, address, village, person in charge, phone.

Pinyin is worked out once a name, when the first search is made; `pypinyin` loads then and not at start-up.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

_FIELDS = ("name", "uscc", "address", "village", "contact", "phone")
_SEPARATOR = "\n"
"""Stands between fields, so that no match runs over from one field into the next."""


class PremisesSearch:
    """An index over premises rows; `update` brings it in line with the table at little cost."""

    def __init__(self) -> None:
        self._texts: dict[str, tuple[tuple[str, ...], str]] = {}
        """By id: the fields it was made from, and the text to look in."""

    def update(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Index what is new or changed among `rows`, which are all rows there are."""
        fresh: dict[str, tuple[tuple[str, ...], str]] = {}
        for row in rows:
            fields = tuple(str(row.get(name, "")) for name in _FIELDS)
            known = self._texts.get(row["id"])
            fresh[row["id"]] = known if known is not None and known[0] == fields else (fields, _text(fields))
        self._texts = fresh

    def find(self, typed: str) -> list[str]:
        """Ids of the premises that hold every word of `typed`, best first: name beginnings, then names, then the rest.

        Full-width letters and capitals count as their plain ones.
        """
        words = unicodedata.normalize("NFKC", typed).lower().split()
        found: list[tuple[int, int, str, str]] = []
        for key, (fields, text) in self._texts.items():
            if all(word in text for word in words):
                found.append((*_rank(text, words), fields[0], key))
        return [key for *_rank_and_name, key in sorted(found)]


def _rank(text: str, words: list[str]) -> tuple[int, int]:
    if not words:
        return (0, 0)
    name, pinyin, initials = text.split(_SEPARATOR, 3)[:3]
    first = words[0]
    forms = (name, pinyin, initials)
    if any(form.startswith(first) for form in forms):
        return (0, len(name))
    if any(first in form for form in forms):
        return (1, len(name))
    return (2, len(name))


def _text(fields: tuple[str, ...]) -> str:
    plain = [unicodedata.normalize("NFKC", field).lower() for field in fields]
    pinyin, initials = spell(fields[0])
    _contact_pinyin, contact_initials = spell(fields[4])
    return _SEPARATOR.join((plain[0], pinyin, initials, *plain[1:], contact_initials))


def spell(name: str) -> tuple[str, str]:
    """`fuyuandayaofang` and `fydyf`; what is not Han stays as it is."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - its dictionaries take 0.1 s to load

    syllables = lazy_pinyin(name)
    return "".join(syllables).lower(), "".join(syllable[:1] for syllable in syllables).lower()
