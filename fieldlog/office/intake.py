"""Proving what a device sends before any of it is stored: each line, the chain between lines, every seal.

A device's own log may come as far as it goes, since the token says who sends it. Another device's log may be relayed
up to its last seal, whose signature proves that the entries are that device's own. An entry whose body is withheld has
the same hash as the whole one, which would then pass for known and never come, so it is refused. What a device may
write is its role's, and the same table as the laptop's own (`domain.roles`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from fieldlog.book.blobs import is_sha256
from fieldlog.domain.entries import Entry, Proven, check_follows, parse_entry
from fieldlog.domain.errors import FieldlogError, FoundWrong
from fieldlog.domain.heads import Refusal
from fieldlog.domain.log_format import NO_HASH
from fieldlog.domain.role_dates import Judge
from fieldlog.domain.roster import Listed, late_start, start_objection
from fieldlog.sync.exchange import PackDamaged, Place, place_of
from fieldlog.sync.seals import check_seal


class Blob(NamedTuple):
    """An attachment that an entry names."""

    sha256: str
    size: int


class Row(NamedTuple):
    """An entry on its way into the ledger."""

    seq: int
    hash: str
    line: bytes
    prev: str
    hlc: str


@dataclass(slots=True)
class Run:
    """Proven entries of one log, one after the other without a gap."""

    log: str
    rows: list[Row] = field(default_factory=list[Row])
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


def prove(lines: Iterable[bytes | Proven], sender: str, devices: Devices) -> Intake:
    """Prove the lines of a pack that device `sender` sends.

    A line that does not verify, or that its device may not write in the role it had then, ends its log here; what came
    before it, and other logs, go on.
    """
    return _Prover(sender, devices).prove(lines)


class _Prover:
    def __init__(self, sender: str, devices: Devices) -> None:
        self._sender = sender
        self._devices = devices
        self._read: dict[str, list[tuple[Entry, bytes]]] = {}
        self._stopped: set[str] = set()
        self._intake = Intake()

    def prove(self, lines: Iterable[bytes | Proven]) -> Intake:
        for line in _until_damaged(lines, self._intake):
            self._take(line)
        for log, read in self._read.items():
            self._chain(log, read)
        return self._intake

    def _take(self, arrived: bytes | Proven) -> None:
        line = arrived if isinstance(arrived, bytes) else arrived.line
        try:
            entry = parse_entry(line) if isinstance(arrived, bytes) else arrived.entry
        except FieldlogError as error:
            place = place_of(line) or Place("", "", 0)
            if place.log not in self._stopped:
                self._refuse(place.log, place.seq, str(error))
            return
        if entry.log in self._stopped:
            return
        if isinstance(entry.body, str):
            self._refuse(entry.log, entry.seq, f"{entry.log} 第 {entry.seq} 条的内容被隐去了，请从原来的电脑同步")
            return
        if entry.log not in self._read and self._devices(entry.log) is None:
            self._refuse(entry.log, entry.seq, f"{entry.log} 没有在办公室登记，它的记录不能转交")
            return
        self._read.setdefault(entry.log, []).append((entry, line))

    def _refuse(self, log: str, seq: int, why: str) -> None:
        self._intake.refused.append(Refusal(log, seq, why))
        self._stopped.add(log)

    def _chain(self, log: str, read: list[tuple[Entry, bytes]]) -> None:
        """Make a run of what follows on from the first entry; entries may have come in any order, or twice."""
        read.sort(key=lambda pair: pair[0].seq)
        run = Run(log)
        listed = self._devices(log) or Listed(log, "")
        judge = Judge(log, listed.dates, listed.revoked_at)
        sealed = 0
        last: Entry | None = None
        for entry, line in read:
            if last is not None and entry.hash == last.hash:
                continue
            if last is not None and entry.seq > last.seq + 1:
                break
            try:
                _check(entry, last, listed)
            except FieldlogError as error:
                self._intake.refused.append(Refusal(log, entry.seq, str(error)))
                break
            if why := judge.objection(entry.seq, entry.hlc, entry.kind, entry.fields):
                self._intake.refused.append(Refusal(log, entry.seq, why))
                break
            run.rows.append(Row(entry.seq, entry.hash, line, entry.prev, entry.hlc))
            if entry.kind == "log.sealed":
                sealed = len(run.rows)
            if blob := _blob(entry):
                run.blobs.append(blob)
            last = entry
        if log != self._sender:
            del run.rows[sealed:]
        self._intake.waiting += len(read) - len(run.rows)
        if run.rows:
            self._intake.runs[log] = run


def _until_damaged(lines: Iterable[bytes | Proven], intake: Intake) -> Iterator[bytes | Proven]:
    try:
        yield from lines
    except PackDamaged as error:
        intake.refused.append(Refusal("", 0, str(error)))


def _check(entry: Entry, last: Entry | None, listed: Listed) -> None:
    if last is not None:
        check_follows(entry, last.seq, last.hash, last.hlc)
    elif entry.seq == 1:
        check_follows(entry, 0, NO_HASH, "")
    if entry.kind == "log.sealed":
        check_seal(entry, listed.public_key)
    elif entry.kind == "log.started" and entry.seq > 1:
        raise FoundWrong(late_start(entry.log, entry.seq))
    elif entry.kind == "log.started" and (why := start_objection(entry.log, entry.fields, listed)):
        raise FoundWrong(why)


def _blob(entry: Entry) -> Blob | None:
    """The attachment an entry of any kind, known or not, names in its body."""
    fields = entry.fields
    if "sha256" not in fields:  # a quarter of the match below, for nearly every entry
        return None
    match fields:
        case {"sha256": str(sha256), "size": int(size)} if is_sha256(sha256) and size >= 0:
            return Blob(sha256, size)
        case _:
            return None
