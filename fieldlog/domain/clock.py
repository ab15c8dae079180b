"""A hybrid logical clock: text order is time order, and it never goes back. And whether a wall clock can be right.

Kulkarni et al., "Logical Physical Clocks" (2014), with 48 bits of Unix milliseconds and a 16-bit counter
written as 16 lower-case hex digits. `docs/decisions/0006-clocks.md` says what a laptop with a wrong clock may do to others.
"""

import re
from typing import NamedTuple

LATEST_MILLISECONDS = 253_402_300_800_000  # year 10000: beyond it a stamp is a forgery or a broken chip
FIRST_IMPOSSIBLE_STAMP = f"{LATEST_MILLISECONDS << 16:016x}"
_DAY = 86_400_000
_CEILING = (LATEST_MILLISECONDS - 366 * _DAY) << 16
"""No wall clock and no other device drives a clock beyond this, so that there is always a next stamp."""
RELEASED_MILLISECONDS = 1_793_491_200_000  # 2026-11-01, Beijing: no right clock shows an earlier day
LAST_BELIEVED_MILLISECONDS = RELEASED_MILLISECONDS + 20 * 366 * _DAY
"""This version is not in use any more by then: a clock that shows it is wrong, and so was one that did."""
TOLERATED_MILLISECONDS = 5 * 60_000
FOLLOWED_MILLISECONDS = _DAY
"""A laptop in the wrong time zone, or set to the wrong day, is followed; one in another year is not."""
_STAMP = re.compile(r"[0-9a-f]{16}")
_THEN = "请先校准时间；期限显示为“时间存疑”"


class OfficeTime(NamedTuple):
    """What the office's clock said at the last synchronisation, in milliseconds since 1970."""

    office: int
    own: int
    """What this laptop's clock said then."""
    led: int
    """The newest moment at which this laptop's clock had led its log by then."""


def is_stamp(text: str) -> bool:
    """Whether `text` is a stamp that some clock can have written."""
    return _STAMP.fullmatch(text) is not None and int(text, 16) >> 16 < LATEST_MILLISECONDS


def is_believed(milliseconds: int) -> bool:
    """Whether a right clock can show this while this version of the program is in use."""
    return RELEASED_MILLISECONDS <= milliseconds <= LAST_BELIEVED_MILLISECONDS


def doubt(now_milliseconds: int, led: int, office: OfficeTime | None = None) -> str:
    """Why the wall clock cannot be right and what to do, or empty; deadlines then say 时间存疑.

    Other laptops' stamps are no evidence, since their clocks may be the wrong ones.

    Args:
        now_milliseconds: what the clock says.
        led: the newest moment at which this laptop's clock led its own log, 0 for none.
        office: what the office's clock said; it also settles which of `now` and an earlier `led` is right.
    """
    if now_milliseconds < RELEASED_MILLISECONDS:
        return f"电脑时间早于程序发布日期，{_THEN}"
    if now_milliseconds > LAST_BELIEVED_MILLISECONDS:
        return f"电脑时间在二十年以后，{_THEN}"
    ahead = led - now_milliseconds if led <= LAST_BELIEVED_MILLISECONDS else 0
    if office is not None:
        off = office.own - office.office
        if abs(off) > TOLERATED_MILLISECONDS and now_milliseconds >= office.own:  # else it was set back since
            return f"电脑时间比办公室{'快' if off > 0 else '慢'} {_long(abs(off))}，请校准后再同步一次；期限显示为“时间存疑”"
        behind = office.office - now_milliseconds
        if behind > TOLERATED_MILLISECONDS:
            return f"电脑时间比上次同步时办公室的时间早 {_long(behind)}，{_THEN}"
        if led <= office.led and abs(off) <= TOLERATED_MILLISECONDS:
            return ""  # the office has seen both
    if ahead > TOLERATED_MILLISECONDS:
        return f"电脑时间比最后一条记录早 {_long(ahead)}，{_THEN}"
    return ""


def _long(milliseconds: int) -> str:
    minutes = milliseconds // 60_000
    return (
        f"{minutes} 分钟" if minutes < 120 else f"{minutes // 60} 小时" if minutes < 2880 else f"{minutes // 1440} 天"
    )


class HybridClock:
    """Stamps that grow with every call, whatever the laptop's clock does."""

    def __init__(self, last: str = "0" * 16) -> None:
        self._last = int(last, 16)

    @property
    def last(self) -> str:
        """The newest stamp given or followed."""
        return f"{self._last:016x}"

    def tick(self, now_milliseconds: int) -> str:
        """Return the next stamp; `now_milliseconds` is the wall clock since 1970, right or wrong."""
        physical = max(0, min(now_milliseconds << 16, _CEILING))
        self._last = max(self._last + 1, physical)
        return self.last

    def observe(self, stamp: str, now_milliseconds: int) -> None:
        """Take in a stamp from another device, so that what follows it here sorts after it.

        One that is more than a day ahead of this laptop's clock comes from a laptop in another year and is not
        followed, lest all go there. Where this laptop's own clock is the wrong one, `now_milliseconds` says nothing,
        and what a right clock can show is followed.
        """
        now = now_milliseconds if is_believed(now_milliseconds) else LAST_BELIEVED_MILLISECONDS
        if int(stamp, 16) >> 16 <= now + FOLLOWED_MILLISECONDS:
            self.follow(stamp)

    def follow(self, stamp: str) -> None:
        """Let what is written next sort after this stamp, as it must where it is about the same document.

        A stamp in the last year there is was forged, and is not followed.
        """
        seen = int(stamp, 16)
        if seen <= _CEILING:
            self._last = max(self._last, seen)

    def resume(self, stamp: str) -> None:
        """Go on from this device's own newest entry, wherever that is."""
        self._last = max(self._last, int(stamp, 16))
