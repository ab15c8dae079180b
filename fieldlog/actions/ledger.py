"""The hazard ledger as a list shows it: filtered, sorted, and searched while somebody types.

Rows are the view's own and are never changed here. A keystroke costs one pass over texts that were put together
before, so it stays the same whatever the rows hold.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import compress
from typing import Any, Final

from fieldlog.domain.hazard_state import CLOSED, OPEN_STATES, PASSED, RECTIFYING, REPORTED, VOID, days_left, is_overdue

Row = Mapping[str, Any]

VIEWS: Final = ("未销号", "超期", "今日到期", "7日内到期", "待复查", "待销号", "重大", "已销号", "全部")
"""What a ledger can be narrowed to by one digit, `VIEWS[0]` first."""

ORDERS: Final = ("紧急程度", "期限", "发现日期", "单位")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which hazards to show; an empty field does not narrow."""

    view: str = VIEWS[0]
    list: str = ""
    """Id of the checklist it was found with."""
    village: str = ""
    officer: str = ""
    """Id of the officer it is assigned to, or who found it where it is assigned to nobody."""
    order: str = ORDERS[0]

    @property
    def narrowed(self) -> bool:
        """Whether anything but the usual view and order is asked for."""
        return replace(self, order=ORDERS[0]) != Wanted()


class HazardLedger:
    """Every hazard of a book, and the texts that a search looks in.

    `update` is cheap. `index` puts the texts together ahead of the first keystroke and may run in a thread: it reads
    rows, which never change, and hands over its result in one assignment.
    """

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._villages: dict[str, str] = {}
        self._texts: dict[str, tuple[Row, str]] = {}
        """By id: the row a text was made from, and the text."""
        self._spelled: dict[str, str] = {}
        self._base: tuple[Wanted, date, list[Row]] | None = None
        self._base_texts: list[str] | None = None
        self._last: tuple[str, list[str], list[Row]] | None = None
        """The last search in the base, so that one more letter looks only at what was found before it."""

    def update(self, hazards: Iterable[Row], premises: Iterable[Row]) -> None:
        """Take in all hazards' and all premises' rows there are."""
        self._rows = list(hazards)
        self._villages = {row["id"]: row.get("village", "") for row in premises}
        self._forget_base()

    def index(self, spell: Callable[[str], str]) -> None:
        """Put together the text of every hazard; premises are found by what `spell` gives for their names, too."""
        rows = self._rows
        names = {str(row["premises_name"]) for row in rows}
        spelled = {name: self._spelled.get(name) or spell(name) for name in names}
        self._spelled, self._texts = spelled, {row["id"]: (row, self._text(row, spelled)) for row in rows}
        self._base_texts = self._last = None

    def select(self, wanted: Wanted, words: str, today: date) -> list[Row]:
        """The rows that are wanted and hold every word, in the wanted order."""
        if self._base is None or self._base[:2] != (wanted, today):
            self._forget_base()
            self._base = (wanted, today, self._narrow(wanted, today))
        rows, typed = self._base[2], plain(words)
        return self._search(rows, typed) if typed.split() else rows

    def _search(self, rows: list[Row], typed: str) -> list[Row]:
        if self._last is not None and typed.startswith(self._last[0]):
            _before, texts, found = self._last
        else:
            if self._base_texts is None:
                self._base_texts = [self._text_of(row) for row in rows]
            texts, found = self._base_texts, rows
        for word in typed.split():
            # Two lists and a mask, not pairs: 100,000 new tuples set the garbage collector off (230 ms instead of 25).
            hits = [word in text for text in texts]
            texts, found = list(compress(texts, hits)), list(compress(found, hits))
        self._last = (typed, texts, found)
        return found

    def villages(self) -> list[str]:
        """Villages that have a hazard, by name."""
        return sorted({village for row in self._rows if (village := self._village(row))})

    def lists(self) -> list[str]:
        """Ids of the checklists that hazards were found with."""
        return sorted({str(row["list"]) for row in self._rows if row["list"]})

    def officers(self) -> list[str]:
        """Ids of the officers who have a hazard to follow."""
        return sorted({officer for row in self._rows for officer in followers(row)})

    def _forget_base(self) -> None:
        self._base = self._base_texts = self._last = None

    def _village(self, row: Row) -> str:
        return self._villages.get(row["premises"], "")

    def _text_of(self, row: Row) -> str:
        known = self._texts.get(row["id"])
        if known is None or known[0] is not row:
            known = self._texts[row["id"]] = (row, self._text(row, self._spelled))
        return known[1]

    def _text(self, row: Row, spelled: Mapping[str, str]) -> str:
        name = row["premises_name"]
        parts = (name, row["text"], row["responsible"], self._village(row))
        return "\n".join([*map(plain, parts), row["number"][5:], spelled.get(name, "")])

    def _narrow(self, wanted: Wanted, today: date) -> list[Row]:
        fits = _view(wanted.view, today)
        chosen = [row for row in self._rows if fits(row)]
        if wanted.list:
            chosen = [row for row in chosen if row["list"] == wanted.list]
        if wanted.village:
            chosen = [row for row in chosen if self._village(row) == wanted.village]
        if wanted.officer:
            chosen = [row for row in chosen if wanted.officer in followers(row)]
        return sorted(chosen, key=_order(wanted.order, today))


def followers(row: Row) -> Sequence[str]:
    """Who follows the hazard up: the one it is assigned to, else those who found it."""
    return (row["assigned"],) if row["assigned"] else row["officers"]


def state_word(row: Row, today: date) -> str:
    """The hazard's state in one word of three Han characters at most; 超期 stands for an overdue 整改中."""
    return "超期" if row["state"] == RECTIFYING and is_overdue(row, today) else str(row["state"])


def days_word(row: Row, today: date, *, doubt: bool = False) -> str:
    """How much time is left, in words; empty when the hazard is over or has passed its re-check.

    `doubt` says that the laptop's clock cannot be right; that it could not when the deadline was worked out, the row says.
    """
    if row["state"] not in OPEN_STATES or row["state"] == PASSED:
        return ""
    if doubt or row["doubt"]:
        return "时间存疑"
    left = days_left(row, today)
    return "今日" if left == 0 else f"剩{left}天" if left > 0 else f"超{-left}天"


def to_recheck(rows: Iterable[Row], today: date) -> list[Row]:
    """What waits for a re-check: reported ones first, then what is past its due date, the oldest first in each."""
    due = [row for row in rows if row["state"] == REPORTED or is_overdue(row, today)]
    return sorted(due, key=lambda row: (row["state"] != REPORTED, row["due"], row["number"]))


@lru_cache(16_384)  # findings and names come again and again
def plain(text: str) -> str:
    """The text as searches compare it: full-width and capital letters become their plain ones."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).lower()


def _view(view: str, today: date) -> Callable[[Row], bool]:
    now, week = today.isoformat(), (today + timedelta(days=7)).isoformat()
    tests: dict[str, Callable[[Row], bool]] = {
        "未销号": lambda row: row["state"] in OPEN_STATES,
        "超期": lambda row: is_overdue(row, today),
        "今日到期": lambda row: row["state"] in OPEN_STATES and row["due"] == now,
        "7日内到期": lambda row: row["state"] in OPEN_STATES and now <= row["due"] <= week,
        "待复查": lambda row: row["state"] == REPORTED,
        "待销号": lambda row: row["state"] == PASSED,
        "重大": lambda row: row["level"] == "重大" and row["state"] != VOID,
        "已销号": lambda row: row["state"] == CLOSED,
    }
    return tests.get(view, lambda _row: True)


def _order(order: str, today: date) -> Callable[[Row], tuple[Any, ...]]:
    now = today.isoformat()

    def urgency(row: Row) -> tuple[Any, ...]:
        state = row["state"]
        if state not in OPEN_STATES:
            return (4 if state == VOID else 3, -int(row["closed"].replace("-", "") or 0), row["number"])
        late = state != PASSED and row["due"] < now
        return (0 if late else 1 if row["level"] == "重大" else 2, int(row["due"].replace("-", "")), row["number"])

    orders: dict[str, Callable[[Row], tuple[Any, ...]]] = {
        "期限": lambda row: (row["due"], row["number"]),
        "发现日期": lambda row: (-int(row["found"].replace("-", "")), row["number"]),
        "单位": lambda row: (row["premises_name"], row["due"]),
    }
    return orders.get(order, urgency)
