"""Holding what comes from elsewhere against the office's list of devices."""

from datetime import UTC, datetime

from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import FoundWrong
from fieldlog.domain.role_dates import Judge
from fieldlog.domain.roster import Roster, late_start, start_objection


class Vetting:
    """Checks entries, each log's in order. Devices that the office has not listed pass: nobody knows better of them."""

    def __init__(self, roster: Roster, own: str, *, entries_too: bool) -> None:
        """With `entries_too`, not only what a log begins with but every entry must be its device's to write."""
        self._roster = roster
        self._own = own
        self._entries_too = entries_too
        self._judges: dict[str, Judge] = {}

    def check(self, entry: Entry) -> None:
        """Raise FoundWrong where the entry does not agree with the roster."""
        if entry.log == self._own:
            return
        if entry.kind == "log.started" and entry.seq > 1 and self._entries_too:
            raise FoundWrong(late_start(entry.log, entry.seq))
        listed = self._roster.devices.get(entry.log)
        if listed is None:
            return
        why = ""
        if entry.kind == "log.started" and entry.seq == 1:
            why = start_objection(entry.log, entry.fields, listed)
        if not why and self._entries_too:
            judge = self._judges.get(entry.log)
            if judge is None:
                judge = self._judges[entry.log] = Judge(entry.log, listed.dates, listed.revoked_at)
            why = judge.objection(entry.seq, entry.hlc, entry.kind, entry.fields)
        if why:
            day = datetime.fromtimestamp(self._roster.at / 1000, UTC).astimezone()
            raise FoundWrong(f"{why}（按 {day:%Y-%m-%d} 的设备名册；名册旧了就先与办公室同步一次）")
