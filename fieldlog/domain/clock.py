"""A hybrid logical clock: text order is time order, and it never goes back.

Kulkarni et al., "Logical Physical Clocks" (2014), with 48 bits of Unix milliseconds and a 16-bit counter
written as 16 lower-case hex digits.
"""

import re

LATEST_MILLISECONDS = 253_402_300_800_000  # year 10000: beyond it a stamp is a forgery or a broken chip
FIRST_IMPOSSIBLE_STAMP = f"{LATEST_MILLISECONDS << 16:016x}"
_CEILING = (LATEST_MILLISECONDS - 366 * 86_400_000) << 16
"""No wall clock and no other device drives a clock beyond this, so that there is always a next stamp."""
RELEASED_MILLISECONDS = 1_793_491_200_000  # 2026-11-01, Beijing: no right clock shows an earlier day
TOLERATED_MILLISECONDS = 5 * 60_000
_STAMP = re.compile(r"[0-9a-f]{16}")


def is_stamp(text: str) -> bool:
    """Whether `text` is a stamp that some clock can have written."""
    return _STAMP.fullmatch(text) is not None and int(text, 16) >> 16 < LATEST_MILLISECONDS


def doubt(now_milliseconds: int, last: str) -> str:
    """Why the wall clock cannot be right, or empty; deadlines then say 时间存疑. `last` is the newest stamp known."""
    if now_milliseconds < RELEASED_MILLISECONDS:
        return "电脑时间早于程序发布日期，请先校准时间；期限显示为“时间存疑”"
    ahead = (int(last, 16) >> 16) - now_milliseconds
    if ahead > TOLERATED_MILLISECONDS:
        return f"电脑时间比最后一条记录早 {ahead // 60_000} 分钟，请先校准时间；期限显示为“时间存疑”"
    return ""


class HybridClock:
    """Stamps that grow with every call, whatever the laptop's clock does."""

    def __init__(self, last: str = "0" * 16) -> None:
        self._last = int(last, 16)

    @property
    def last(self) -> str:
        """The newest stamp given or seen."""
        return f"{self._last:016x}"

    def tick(self, now_milliseconds: int) -> str:
        """Return the next stamp; `now_milliseconds` is the wall clock since 1970, right or wrong."""
        physical = max(0, min(now_milliseconds << 16, _CEILING))
        self._last = max(self._last + 1, physical)
        return self.last

    def observe(self, stamp: str) -> None:
        """Take in a stamp from another device, so that what follows it here sorts after it.

        A stamp in the last year there is was forged, and is not followed.
        """
        seen = int(stamp, 16)
        if seen <= _CEILING:
            self._last = max(self._last, seen)

    def resume(self, stamp: str) -> None:
        """Go on from this device's own newest entry, wherever that is."""
        self._last = max(self._last, int(stamp, 16))
