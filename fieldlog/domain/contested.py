"""Two people changing the same thing without knowing of each other: both changes are kept, the later in the order counts.

That it happened is known from what the entries say they had `seen`: a change that does not name another log's change
before it was made without it. A version of the program that did not say so counts as not having seen anything.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fieldlog.domain.entries import Entry
from fieldlog.domain.log_format import may_repeat

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one thing."""

    first: Place
    """Log and number where it was written first, whatever log repeats it after a fork."""
    at: str
    by: str
    value: str
    """In words, for people and for telling whether two say the same."""
    seen: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Contest:
    """Two changes of one thing, the second made without the first. The second counts."""

    before: Change
    now: Change


def first_place(entry: Entry) -> Place:
    """Where the entry was written first: its own place, or that of the one it repeats after a fork.

    Only a log whose name goes on from the other's is believed: else any device could pass its change off as another's,
    which that one has seen of course, and nobody would be told of the two.
    """
    if "origin" in entry.fields:
        match entry.fields["origin"]:
            case {"log": str(log), "seq": int(seq)} if may_repeat(log, entry.log):
                return log, seq
            case _:
                pass
    return entry.log, entry.seq


def newest(places: Iterable[Place], but: str = "") -> dict[str, int]:
    """By log, the greatest number among these places; those of the log `but` are left out."""
    heads: dict[str, int] = {}
    for log, seq in places:
        if log != but:
            heads[log] = max(seq, heads.get(log, 0))
    return heads


def contest(changes: Sequence[Change], confirmed: Mapping[str, int]) -> Contest | None:
    """What of these changes of one thing, in order, was made without one before it, and says something else.

    `confirmed`: by log, up to which number somebody has looked at them since.
    """
    if len(changes) < 2:
        return None
    now = changes[-1]
    looked_at = _covers(confirmed, now.first)
    done: set[str] = {now.first[0]}
    for before in reversed(changes[:-1]):
        log = before.first[0]
        if log in done:
            continue  # of each log its newest counts; it has taken back the others itself
        done.add(log)
        known = _covers(now.seen, before.first) or (looked_at and _covers(confirmed, before.first))
        if not known and before.value != now.value:
            return Contest(before, now)
    return None


def _covers(seen: Mapping[str, Any], place: Place) -> bool:
    return place[1] <= seen.get(place[0], 0)
