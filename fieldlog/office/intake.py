"""Proving what a device sends before any of it is stored: each line, the chain between lines, every seal.

A device's own log may come as far as it goes, since the token says who sends it. Another device's log may be relayed
up to its last seal, whose signature proves that the entries are that device's own. An entry whose body is withheld has
the same hash as the whole one, which would then pass for known and never come, so it is refused. What a device may
write is its role's, and the same table as the laptop's own (`domain.roles`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final, NamedTuple

from fieldlog.book.blobs import is_sha256
from fieldlog.domain.entries import Proven, ProvenRun, check_follows, parse_entry
from fieldlog.domain.errors import FieldlogError, FoundWrong
from fieldlog.domain.heads import Refusal
from fieldlog.domain.log_format import NO_HASH
from fieldlog.domain.role_dates import Judge
from fieldlog.domain.roster import Listed, late_start, start_objection
from fieldlog.sync.exchange import PackDamaged, Place, place_of
from fieldlog.sync.seals import check_seal

_SEALED: Final = "log.sealed"
_VOUCHING: Final = (_SEALED, "log.started")


class Blob(NamedTuple):
    """An attachment that an entry names."""

    sha256: str
    size: int


@dataclass(slots=True)
class Run:
    """Proven entries of one log, one after the other without a gap."""

    log: str
    rows: list[Proven] = field(default_factory=list[Proven])
    blobs: list[Blob] = field(default_factory=list[Blob])


@dataclass(slots=True)
class Intake:
    """What of a pack may be stored, and what may not."""

    runs: dict[str, Run] = field(default_factory=dict[str, Run])
    refused: list[Refusal] = field(default_factory=list[Refusal])
    waiting: int = 0
    """Relayed entries after the last seal, and entries after a gap: neither wrong nor stored."""


Devices = Callable[[str], Listed | None]
"""By device: what the office knows of it; None where it never enrolled."""


def _pass_by(_log: str, _first: Proven) -> None:
    """Nothing is known of a stranger."""


def prove(
    lines: Iterable[bytes | ProvenRun], sender: str, devices: Devices, meet: Callable[[str, Proven], None] = _pass_by
) -> Intake:
    """Prove the lines of a pack that device `sender` sends; of entries that were proven on the way, all but their hashes.

    A line that does not verify, or that its device may not write in the role it had then, ends its log here; what came
    before it, and other logs, go on. `meet` is given the first entry of a log that `devices` does not know, which may
    know it after that.
    """
    return _Prover(sender, devices, meet).prove(lines)


class _Prover:
    def __init__(self, sender: str, devices: Devices, meet: Callable[[str, Proven], None]) -> None:
        self._meet = meet
        self._sender = sender
        self._devices = devices
        self._read: dict[str, list[Proven]] = {}
        self._stopped: set[str] = set()
        self._intake = Intake()

    def prove(self, lines: Iterable[bytes | ProvenRun]) -> Intake:
        for arrived in _until_damaged(lines, self._intake):
            if isinstance(arrived, bytes):
                self._take(arrived)
            else:
                self._take_in(arrived.log, arrived.entries)
        for log, read in self._read.items():
            self._chain(log, read)
        return self._intake

    def _take(self, line: bytes) -> None:
        try:
            entry = parse_entry(line)
        except FieldlogError as error:
            place = place_of(line) or Place("", "", 0)
            if place.log not in self._stopped:
                self._refuse(place.log, place.seq, str(error))
            return
        if not isinstance(entry.body, str):
            proven = Proven(entry.seq, entry.hash, line, entry.prev, entry.hlc, entry.kind, entry.body)
            self._take_in(entry.log, [proven])
        elif entry.log not in self._stopped:
            self._refuse(entry.log, entry.seq, f"{entry.log} 第 {entry.seq} 条的内容被隐去了，请从原来的电脑同步")

    def _take_in(self, log: str, entries: list[Proven]) -> None:
        if log in self._stopped:
            return
        known = self._read.get(log)
        if known is not None:
            known += entries
            return
        if self._devices(log) is None:
            self._meet(log, entries[0])
        if self._devices(log) is None:
            self._refuse(log, entries[0].seq, f"{log} 没有在办公室登记，它的记录不能转交")
        else:
            self._read[log] = [*entries]

    def _refuse(self, log: str, seq: int, why: str) -> None:
        self._intake.refused.append(Refusal(log, seq, why))
        self._stopped.add(log)

    def _chain(self, log: str, read: list[Proven]) -> None:
        """Make a run of what follows on from the first entry; entries may have come in any order, or twice."""
        read.sort(key=itemgetter(0))  # by number
        run = Run(log)
        listed = self._devices(log) or Listed(log, "")
        objection = Judge(log, listed.dates, listed.revoked_at).objection
        sealed = 0
        last: Proven | None = None
        for entry in read:
            seq, hash_, _line, prev, hlc, kind, fields = entry
            if last is not None:
                if hash_ == last.hash:
                    continue
                if seq > last.seq + 1:
                    break
            try:
                if last is None or seq != last.seq + 1 or prev != last.hash or hlc <= last.hlc:
                    _check_follows(entry, last)
                if kind in _VOUCHING:
                    _check(log, entry, listed)
            except FieldlogError as error:
                self._intake.refused.append(Refusal(log, seq, str(error)))
                break
            if why := objection(seq, hlc, kind, fields):
                self._intake.refused.append(Refusal(log, seq, why))
                break
            run.rows.append(entry)
            if kind == _SEALED:
                sealed = len(run.rows)
            if "sha256" in fields and (blob := _blob(fields)):
                run.blobs.append(blob)
            last = entry
        if log != self._sender:
            del run.rows[sealed:]
        self._intake.waiting += len(read) - len(run.rows)
        if run.rows:
            self._intake.runs[log] = run


def _until_damaged(lines: Iterable[bytes | ProvenRun], intake: Intake) -> Iterator[bytes | ProvenRun]:
    try:
        yield from lines
    except PackDamaged as error:
        intake.refused.append(Refusal("", 0, str(error)))


def _check_follows(entry: Proven, last: Proven | None) -> None:
    """Raise ChainBroken unless the entry comes right after the last one, or may be a log's first; it is read for its words."""
    if last is not None:
        check_follows(parse_entry(entry.line), last.seq, last.hash, last.hlc)
    elif entry.seq == 1:
        check_follows(parse_entry(entry.line), 0, NO_HASH, "")


def _check(log: str, entry: Proven, listed: Listed) -> None:
    """Raise FoundWrong for a seal or a log's beginning that says what is not so."""
    if entry.kind == _SEALED:
        check_seal(parse_entry(entry.line), listed.public_key)
    elif entry.seq > 1:
        raise FoundWrong(late_start(log, entry.seq))
    elif why := start_objection(log, entry.fields, listed):
        raise FoundWrong(why)


def _blob(fields: Mapping[str, Any]) -> Blob | None:
    """The attachment an entry of any kind, known or not, names in its body."""
    match fields:
        case {"sha256": str(sha256), "size": int(size)} if is_sha256(sha256) and size >= 0:
            return Blob(sha256, size)
        case _:
            return None
