"""The office takes a stick in itself: straight into the ledger, and leaves what the devices there lack.

Nobody's token stands behind what lies on a stick, so every log counts up to its last seal that holds, by the key of the
device's enrolment. It may run beside the HTTP processes; the ledger decides by unique keys. What the office leaves is
encrypted to the unit; openly it says only how far it has come, for devices that do not know its keys yet.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fieldlog.domain.errors import EnvironmentFault, FieldlogError, FoundWrong, os_words
from fieldlog.domain.heads import Head, Heads, Refusal
from fieldlog.office.app import Hub
from fieldlog.office.stranded_calls import prove_for
from fieldlog.sync.age_files import Cipher
from fieldlog.sync.exchange import place_of
from fieldlog.sync.folder_heads import Other, devices_said, others, publish
from fieldlog.sync.folder_leaving import Leaving
from fieldlog.sync.folder_packs import Findings, Pack, find_packs
from fieldlog.sync.folder_places import OFFICE, ROOT, Place, blob_content, encrypted_place, open_place, strangers
from fieldlog.sync.folder_receipts import leave_receipt
from fieldlog.sync.folder_roster import leave_roster
from fieldlog.sync.folder_succession import leave_succession
from fieldlog.sync.folder_taking import offered
from fieldlog.sync.receipts import make_receipt
from fieldlog.sync.roster import sign

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class UnitVisit:
    """What became of one unit's part of the stick."""

    unit: str
    received: int = 0
    sent: int = 0
    blobs_received: int = 0
    blobs_sent: int = 0
    devices: list[str] = field(default_factory=list[str])
    """Those that got a receipt."""
    heads: dict[str, Head] = field(default_factory=dict[str, Head])
    """What the office holds now."""
    refused: list[Refusal] = field(default_factory=list[Refusal])
    notes: list[str] = field(default_factory=list[str])


def receive_stick(hub: Hub, folder: Path, progress: Progress) -> tuple[list[UnitVisit], list[str]]:
    """Take in what devices of any unit left in `folder`, and leave what they lack and a receipt for each.

    Returns what became of each unit, and what else lies there.

    Raises:
        EnvironmentFault: the folder is not there, went away or cannot be written; what was taken in stays.
        SQLAlchemyError: the database refused; what was taken in before stays.
    """
    if not folder.is_dir():
        raise EnvironmentFault(f"没有 {folder} 这个文件夹：请插好 U 盘，或核对路径")
    visits: list[UnitVisit] = []
    known: set[str] = set()
    try:
        for unit in hub.enrolment.units():
            places = places_of(hub, folder, unit)
            known.update(place.folder.name for place in places)
            if any(place.folder.is_dir() for place in places):
                visits.append(_Reception(hub, unit, folder, places, progress).run())
        return visits, strangers(folder, known, keyless=False)
    except OSError as error:
        raise EnvironmentFault(f"{folder} 读不出来：{os_words(error)}。请插好后再收一次，已收到的都在") from error


def places_of(hub: Hub, folder: Path, unit: str) -> list[Place]:
    """Where devices of a unit write, encrypted and openly, with the keys that the office opens them with."""
    from pyrage import x25519  # noqa: PLC0415 - only where a stick is read

    identity = hub.keys.unit_identity(unit)
    shared = str(x25519.Identity.from_str(identity).to_public())
    cipher = Cipher((hub.keys.public.age_recipient, shared), (*hub.keys.age_identities, identity), identity.encode())
    return [encrypted_place(folder, unit, cipher), open_place(folder, unit, cipher)]


class _UnitLedger:
    """A unit's part of the ledger as a source of what is left."""

    def __init__(self, hub: Hub, unit: str) -> None:
        self._hub = hub
        self._unit = unit

    def heads(self) -> Heads:
        return self._hub.ledger.heads(self._unit)

    def lines_after(self, after: Mapping[str, int]) -> Iterator[bytes]:
        reached = dict(after)
        while piece := self._hub.ledger.lines_after(self._unit, reached):
            for line in piece:
                if found := place_of(line):
                    reached[found.log] = found.seq
                yield line

    def attachment(self, sha256: str) -> Path | None:
        stored = self._hub.attachments.size(self._unit, sha256) is not None
        return self._hub.attachments.path(self._unit, sha256) if stored else None


class _Reception:
    def __init__(self, hub: Hub, unit: str, folder: Path, places: Sequence[Place], progress: Progress) -> None:
        self._hub = hub
        self._unit = unit
        self._folder = folder
        self._places = places
        self._progress = progress
        self._findings = Findings(folder / ROOT)
        self._visit = UnitVisit(unit)
        self._roster = hub.enrolment.roster.roster(unit)
        self._devices = self._roster.devices
        self._own = [place.owned_by(OFFICE) for place in places]
        self._blobs: list[str] = []

    def run(self) -> UnitVisit:
        packs = find_packs(self._places, self._findings, self._own)
        self._take(packs)
        self._take_blobs()
        seen = others(self._places, self._own, self._findings)
        try:
            self._leave(packs, seen)
        except OSError as error:
            raise EnvironmentFault(
                f"{self._folder} 写不进去：{os_words(error)}。{self._unit} 的 {self._visit.received} 条已收下；"
                "回执没有留下，请插好或换一个 U 盘再收一次"
            ) from error
        self._visit.refused = list(dict.fromkeys(self._findings.refused))
        self._visit.notes = self._findings.notes
        return self._visit

    # in

    def _take(self, packs: Sequence[Pack]) -> None:
        parted = self._parted()
        heads = self._hub.ledger.heads(self._unit)
        new = [pack for pack in packs if pack.goes_beyond(heads) or parted & pack.header.spans.keys()]
        while new:  # some wait for what lies in a later one
            waiting: list[Pack] = []
            before = self._visit.received
            for done, pack in enumerate(new, 1):
                if self._take_pack(pack):
                    waiting.append(pack)
                self._progress("接收", done, len(new))
            if self._visit.received == before:
                break
            new = waiting
        self._findings.not_taken.update(pack.path for pack in new)

    def _parted(self) -> set[str]:
        """The logs of which somebody here holds another entry than the ledger does under the same number."""
        return {
            log
            for said in devices_said(self._places)
            for log, head in said.heads.items()
            if self._hub.ledger.contradicts(self._unit, log, head)
        }

    def _take_pack(self, pack: Pack) -> bool:
        """Whether some of it must wait for what comes before it."""
        ack = self._hub.ledger.accept(
            self._unit, OFFICE, prove_for(self._hub, self._unit, self._readable(pack), "", self._devices.get)
        )
        self._visit.received += ack.received
        for refusal in ack.refused:
            self._findings.not_taken.add(pack.path)
            why = refusal.why
            if refusal.log and refusal.log not in self._devices:
                why = f"{refusal.log} 没有在办公室登记，没有收下：请先登记（fieldlog office enrol {refusal.log}），再收一次"
            self._findings.refused.append(Refusal(refusal.log, refusal.seq, f"{self._findings.name(pack.path)}：{why}"))
        return ack.waiting > 0

    def _readable(self, pack: Pack) -> Iterator[bytes]:
        """The pack's lines up to where it is damaged."""
        try:
            yield from pack.lines()
        except FieldlogError as error:
            self._findings.refuse_file(pack.path, str(error))
        except OSError as error:
            self._findings.skip(pack.path, error)

    def _take_blobs(self) -> None:
        tried: set[str] = set()
        while wanted := [each for each in self._hub.attachments.wanted(self._unit) if each not in tried]:
            tried.update(wanted)
            for done, sha256 in enumerate(wanted, 1):
                if any(self._take_blob(sha256, path, place) for path, place in offered(self._places, sha256)):
                    self._blobs.append(sha256)
                self._progress("附件", done, len(wanted))
        self._visit.blobs_received = len(self._blobs)

    def _take_blob(self, sha256: str, path: Path, place: Place) -> bool:
        start = 0
        try:
            for piece, is_last in _with_last(blob_content(path, place.cipher)):
                total = start + len(piece) + (not is_last)
                self._hub.attachments.append(self._unit, sha256, OFFICE, piece, start, total)
                start += len(piece)
        except FoundWrong as error:
            self._findings.refuse_file(path, str(error))
            return False
        return self._hub.attachments.size(self._unit, sha256) is not None

    # out

    def _leave(self, packs: Sequence[Pack], seen: Mapping[str, Other]) -> None:
        ledger, closed, opened = _UnitLedger(self._hub, self._unit), *self._places
        able = [other for other in seen.values() if not other.is_open]
        if able:
            leaving = Leaving(ledger, self._places, self._own[0], self._findings, self._progress)
            leaving.leave(packs, able)
            self._visit.sent, self._visit.blobs_sent = leaving.sent, leaving.blobs_sent
        heads = self._visit.heads = dict(ledger.heads())
        wanted = self._hub.attachments.wanted(self._unit)
        for device, other in seen.items():
            if device in self._devices and not other.is_open:
                receipt = make_receipt(self._hub.keys.sign, self._unit, device, self._hub.now(), heads, self._blobs)
                leave_receipt(closed, receipt)
                self._visit.devices.append(device)
        if able:
            leave_succession(closed, self._own[0], self._hub.keys.succession)
            leave_roster(closed, self._own[0], sign(self._roster, self._hub.keys.sign))
            publish(closed, OFFICE, "office", heads, wanted)
        named = {device: other for device, other in sorted(seen.items()) if other.is_open and device in self._devices}
        if named:  # of logs that they named openly themselves, and of no other
            logs = set[str]().union(*(other.heads for other in named.values()))
            publish(opened, OFFICE, "office", {log: heads[log] for log in logs & heads.keys()}, [])
            names = "、".join(named)
            self._findings.notes.append(
                f"{names} 还没有办公室的密钥，在 U 盘上留的记录没有加密，办公室的记录也没有留给它：请让它用登记码同步一次"
            )


def _with_last(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each piece, and whether it is the last one; one empty piece where there is none."""
    before: bytes | None = None
    for piece in pieces:
        if before is not None:
            yield before, False
        before = piece
    yield before or b"", True
