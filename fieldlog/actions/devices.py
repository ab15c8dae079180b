"""The devices of a unit as one of them knows them: how far each log is here and at the office, and what stands in the way.

Everything comes from the logs at hand and from what a hub said last, so that it is the same on a laptop that only ever
saw sticks; what nobody can know from here is said to be unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fieldlog.actions.office_heads import OfficeHeads, office_heads
from fieldlog.actions.refusals import Refused, refusals
from fieldlog.actions.ways_home import waiting, ways_home
from fieldlog.book.book import Book
from fieldlog.domain.people import StartedLog
from fieldlog.domain.roles import NAMES
from fieldlog.domain.roster import Listed


@dataclass(frozen=True, slots=True)
class DeviceState:
    """One device's log, as it stands here and, as far as is known, at the office."""

    device: str
    role: str = ""
    """By the office's list of devices, else as its first entry says; empty where neither is here."""
    is_listed: bool = False
    """Whether the role is the office's word."""
    is_revoked: bool = False
    """Whether the office has shut it out."""
    own: bool = False
    here: int = 0
    """Number of its newest entry here."""
    newest: str = ""
    """When the newest entry that is here was written, as that laptop believed, RFC 3339."""
    heard: str = ""
    """When it last spoke to the office, RFC 3339; empty where the office has not told."""
    unsealed: int = 0
    """Entries here that no signature of the device covers yet."""
    at_office: int | None = None
    """Number of its newest entry at the office when a hub last said so; None where none did."""
    unsent: int | None = None
    """Entries that are here and not at the office: exact for this device, what is known for others, None where nothing is."""
    continues: str = ""
    """The log it goes on from after a fork."""
    continued_as: str = ""
    """The log that goes on from it."""
    refused: tuple[Refused, ...] = ()
    """What of it was not taken in, what still stands first."""

    @property
    def role_word(self) -> str:
        """The role in Chinese."""
        return NAMES.get(self.role, self.role) or "不清楚"

    @property
    def state(self) -> str:
        """How it stands in a few words: never only a number or a colour."""
        if any(each.stands for each in self.refused):
            return "有没收下的"
        if self.is_revoked:
            return "办公室已停用"
        if self.continued_as:
            return f"已换用 {self.continued_as}"
        if self.own:
            return f"未送出 {self.unsent} 条" if self.unsent else "都已送到"
        if self.at_office is None:
            return "办公室的不清楚"
        if self.at_office > self.here:
            return f"待收 {self.at_office - self.here} 条"
        return f"办公室还差 {self.unsent} 条" if self.unsent else "与办公室一致"


def devices(book: Book) -> list[DeviceState]:
    """Every device of the unit that is known here, this one first, then by name."""
    office, known = office_heads(book.folder), _started(book)
    heads = book.heads()
    successors = {row["continues"]: log for log, row in known.items() if _took_over(book, row)}
    told = refusals(book.folder)
    listed: Mapping[str, Listed] = book.roster.devices if book.roster is not None else {}
    logs: set[str] = heads.keys() | known.keys() | office.reached.keys() | listed.keys()
    found = [
        _device(
            book,
            log,
            heads[log].seq if log in heads else 0,
            known.get(log, {}),
            listed.get(log),
            office,
            successors.get(log, ""),
            _of(told, log, book.device.id),
        )
        for log in logs
    ]
    return sorted(found, key=lambda each: (not each.own, each.device))


def office_said(book: Book) -> str:
    """When a hub last said what it holds, RFC 3339; empty for never."""
    return office_heads(book.folder).at


def _device(
    book: Book,
    log: str,
    here: int,
    row: Mapping[str, Any],
    listed: Listed | None,
    office: OfficeHeads,
    successor: str,
    refused: tuple[Refused, ...],
) -> DeviceState:
    own = log == book.device.id
    at_office = office.seq(log) if office.at else None
    unsent = None if at_office is None else max(here - at_office, 0)
    entries = book.newest_entries(log)
    sealed = max((entry.seq for entry in entries if entry.kind == "log.sealed"), default=0)
    return DeviceState(
        device=log,
        role=listed.dates.now if listed is not None else str(row.get("role", "")),
        is_listed=listed is not None,
        is_revoked=listed is not None and listed.revoked_at is not None,
        own=own,
        here=here,
        newest=entries[-1].at if entries else "",
        heard=_here(book, office.heard.get(log, "")),
        unsealed=here - sealed if sealed else len(entries),
        at_office=at_office,
        unsent=waiting(book, ways_home(book.folder)).entries if own else unsent,
        continues=str(row.get("continues", "")),
        continued_as=successor,
        refused=refused,
    )


def _here(book: Book, moment: str) -> str:
    """In this laptop's zone."""
    zone = book.now().tzinfo
    return datetime.fromisoformat(moment).astimezone(zone).isoformat(timespec="seconds") if moment else ""


def _started(book: Book) -> dict[str, Mapping[str, Any]]:
    return {str(row["device"]): row for row in book.rows("devices")}


def _took_over(book: Book, row: Mapping[str, Any]) -> bool:
    """Whether nobody writes the log from before any more: where nothing was common, another computer goes on with it."""
    state = book.document(row["id"]) if row["continues"] else None
    return isinstance(state, StartedLog) and state.started is not None and state.started.continues_seq > 0


def _of(told: list[Refused], log: str, own: str) -> tuple[Refused, ...]:
    """What concerns a log; attachments, which are of none, stand with this device."""
    return tuple(each for each in told if each.log == log or (not each.log and log == own))
