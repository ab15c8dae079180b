"""Proving what a device sends before any of it is stored: each line, the chain between lines, every seal.

A device's own log may come as far as it goes, since the token says who sends it. Another device's log may be relayed
up to its last seal, whose signature proves that the entries are that device's own. An entry whose body is withheld has
the same hash as the whole one, which would then pass for known and never come, so it is refused.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from fieldlog.book.blobs import is_sha256
from fieldlog.book.device import ORDINARY
from fieldlog.domain.entries import Entry, check_follows, parse_entry
from fieldlog.domain.errors import FieldlogError
from fieldlog.domain.heads import Refusal
from fieldlog.domain.log_format import NO_HASH
from fieldlog.sync.exchange import PackDamaged, Place, place_of
from fieldlog.sync.seals import PublicKey, check_seal


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


Role = Callable[[str], str | None]
"""By device: the role that the office enrolled it with."""


def prove(lines: Iterable[bytes], sender: str, public_key: PublicKey, role: Role) -> Intake:
    """Prove the lines of a pack that device `sender` sends.

    A line that does not verify ends its log here; what came before it, and other logs, go on.
    """
    return _Prover(sender, public_key, role).prove(lines)


class _Prover:
    def __init__(self, sender: str, public_key: PublicKey, role: Role) -> None:
        self._sender = sender
        self._public_key = public_key
        self._role = role
        self._read: dict[str, list[tuple[Entry, bytes]]] = {}
        self._stopped: set[str] = set()
        self._intake = Intake()

    def prove(self, lines: Iterable[bytes]) -> Intake:
        for line in _until_damaged(lines, self._intake):
            self._take(line)
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
        if entry.log in self._stopped:
            return
        if isinstance(entry.body, str):
            self._refuse(entry.log, entry.seq, f"{entry.log} 第 {entry.seq} 条的内容被隐去了，请从原来的电脑同步")
            return
        if entry.log not in self._read and self._public_key(entry.log) is None:
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
        key = self._public_key(log) or ""
        sealed = 0
        last: Entry | None = None
        for entry, line in read:
            if last is not None and entry.hash == last.hash:
                continue
            if last is not None and entry.seq > last.seq + 1:
                break
            try:
                _check(entry, last, key)
                if entry.kind == "log.started":
                    _check_start(entry, key, self._role(log))
            except FieldlogError as error:
                self._intake.refused.append(Refusal(log, entry.seq, str(error)))
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


def _until_damaged(lines: Iterable[bytes], intake: Intake) -> Iterator[bytes]:
    try:
        yield from lines
    except PackDamaged as error:
        intake.refused.append(Refusal("", 0, str(error)))


def _check(entry: Entry, last: Entry | None, key: str) -> None:
    if last is not None:
        check_follows(entry, last.seq, last.hash, last.hlc)
    elif entry.seq == 1:
        check_follows(entry, 0, NO_HASH, "")
    if entry.kind == "log.sealed":
        check_seal(entry, key)


def _check_start(entry: Entry, key: str, enrolled: str | None) -> None:
    """What a log says of its own key and role is believed everywhere, so that it must be the office's word, too."""
    if entry.fields.get("public_key", key) != key:
        raise FieldlogError(f"{entry.log} 的公钥与办公室登记的不同，可能有两台电脑用了同一个编号")
    claimed = entry.fields.get("role", ORDINARY)
    if claimed not in (ORDINARY, enrolled):
        raise FieldlogError(
            f"{entry.log} 初始化时写的角色是 {claimed}，办公室登记的是 {enrolled}："
            f"确实是这个角色，就由办公室用 office enrol --role {str(claimed)[:20]} 给新的登记码，再登记一次"
        )


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
