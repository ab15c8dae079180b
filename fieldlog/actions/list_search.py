"""Finding lists and their items while somebody types: by their words, pinyin and initials, and by id."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fieldlog.book.search import spell
from fieldlog.domain.checklist import Checklist


@dataclass(frozen=True, slots=True)
class Hit:
    """A list, or one of its items, that holds what was typed."""

    list: str
    item: str = ""
    """Empty for the list itself."""
    text: str = ""


class ListSearch:
    """Texts of lists and items. `add` takes a list in and may run in a thread; pinyin is worked out there."""

    def __init__(self) -> None:
        self._lists: dict[str, tuple[str, list[tuple[str, Hit]]]] = {}
        """By list: the version it was made from, and a text to look in for each hit."""

    def add(self, checklist: Checklist) -> None:
        """Index one list, where that version is not indexed already."""
        known = self._lists.get(checklist.id)
        digest = checklist.digest()
        if known is None or known[0] != digest:
            hits = [(_text(checklist.title, checklist.id), Hit(checklist.id, text=checklist.title))]
            hits += [(_text(item.text, item.id), Hit(checklist.id, item.id, item.text)) for item in checklist.items()]
            self._lists[checklist.id] = (digest, hits)

    def find(self, typed: str, lists: Iterable[str]) -> Sequence[Hit]:
        """Of these lists what holds every word of `typed`, list by list; an empty text is in no item."""
        words = unicodedata.normalize("NFKC", typed).lower().split()
        found: list[Hit] = []
        for list_id in lists:
            _digest, hits = self._lists.get(list_id, ("", []))
            found += [hit for text, hit in hits if words and all(word in text for word in words)]
        return found


def _text(words: str, id_: str) -> str:
    pinyin, initials = spell(words)
    return "\n".join((unicodedata.normalize("NFKC", words).lower(), pinyin, initials, id_))
