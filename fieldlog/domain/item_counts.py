"""How often each item was asked and failed, over many visits.

The row of a visit that is over holds the numbers of the items it asked as ranges, `xiaofang:1-12,14 yaodian:1-30`: some
forty bytes instead of a visit's answers, so that ten thousand visits are counted in one pass over rows.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

_LONGEST_NUMBER: Final = 40
"""Another device may have written anything; a longer one is no item's, and Python reads no number without end."""
_LIST = re.compile(r"[a-z0-9-]+", re.ASCII)


def ranges(items: Iterable[str]) -> str:
    """Items by id as ranges of their numbers, list by list; an id without a number is left out, as is one of no list."""
    numbers: dict[str, set[int]] = {}
    for item in items:
        list_id, number = _list_and_number(item)
        if list_id:
            numbers.setdefault(list_id, set()).add(number)
    return " ".join(f"{list_id}:{_runs(sorted(found))}" for list_id, found in sorted(numbers.items()))


@lru_cache(maxsize=4096)
def _list_and_number(item: str) -> tuple[str, int]:
    """The list and the number that an id is made of; an empty list where it is no such id. Visits ask the same items."""
    list_id, _dash, number = item.rpartition("-")
    if number.isascii() and number.isdecimal() and len(number) <= _LONGEST_NUMBER and _LIST.fullmatch(list_id):
        return list_id, int(number)
    return "", 0


def _runs(numbers: list[int]) -> str:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def count_items(rows: Iterable[Mapping[str, Any]]) -> tuple[Counter[str], Counter[str]]:
    """In how many visits each item was answered 符合 or 不符合, and in how many 不符合; by id, over visits' rows."""
    asked: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for row in rows:
        asked[row["asked"]] += 1  # a list walked whole gives the same text again and again
        failed[row["failed"]] += 1
    return _spread(asked), _spread(failed)


def _spread(texts: Counter[str]) -> Counter[str]:
    """Counts by item. Where a range begins and ends is noted first, so that its length costs nothing."""
    steps: dict[str, Counter[int]] = {}
    for text, times in texts.items():
        for group in text.split():
            list_id, _colon, runs = group.partition(":")
            within = steps.setdefault(list_id, Counter())
            for run in runs.split(","):
                first, _dash, last = run.partition("-")
                within[int(first)] += times
                within[int(last or first) + 1] -= times
    counts: Counter[str] = Counter()
    for list_id, within in steps.items():
        standing = 0
        for number in range(min(within), max(within)):
            standing += within[number]
            if standing:
                counts[f"{list_id}-{number}"] = standing
    return counts
