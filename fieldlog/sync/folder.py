"""Synchronising through a folder: a USB stick or a shared drive that every device visits in turn.

Each device writes in its own subfolder only: packs, attachments, and last what it holds, which acknowledges what it took
in. Where the device knows its office's keys, all of that is encrypted to the office and to its unit; `docs/sync.md` has
the bytes. Files are recognised by their content, not by their names.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fieldlog.domain.errors import EnvironmentFault, os_words
from fieldlog.domain.heads import Heads
from fieldlog.sync.age_files import Cipher
from fieldlog.sync.exchange import SyncResult
from fieldlog.sync.folder_heads import Other, devices_said, others, publish
from fieldlog.sync.folder_leaving import Leaving, withdraw
from fieldlog.sync.folder_packs import Findings, Pack, find_packs
from fieldlog.sync.folder_places import OFFICE, ROOT, Place, encrypted_place, open_place, strangers
from fieldlog.sync.folder_receipts import find_receipt, held_by
from fieldlog.sync.folder_roster import leave_roster, take_roster
from fieldlog.sync.folder_succession import follow_in, leave_succession
from fieldlog.sync.folder_taking import Taking
from fieldlog.sync.following import adopt
from fieldlog.sync.office_keys import OfficeTrust, load_trust
from fieldlog.sync.receipts import keep_receipt, newest_receipt, received_by_office
from fieldlog.sync.roster import load_signed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fieldlog.book.book import Book
    from fieldlog.sync.http import Progress

NOT_ENCRYPTED: Final = (
    "本机还没有办公室的密钥，留在这里的记录没有加密，请保管好；用登记码与办公室同步一次，以后就会加密"
)


def sync_folder(book: "Book", folder: Path, progress: "Progress | None" = None, *, fork: bool = False) -> SyncResult:
    """Take in what other devices left in `folder`, and leave there what they lack.

    With `fork`, where the own log parted from the one in the folder, this device goes on under a new one.

    Raises:
        EnvironmentFault: the folder is not there, went away or cannot be written; what was taken in stays, and nothing
            is half done.
    """
    if not folder.is_dir():
        raise EnvironmentFault(f"没有 {folder} 这个文件夹：请插好 U 盘，或核对路径")
    return _Visit(book, folder, progress or _silent, fork).run()


def taken_by_office(book: "Book", folder: Path) -> int:
    """How far the office holds this device's log: where its key is known, by its receipts alone.

    Elsewhere a device of the office (any role but `officer`) is taken at its word in `folder`.
    """
    if load_trust(book.folder) is not None:
        return received_by_office(book.folder).get(book.device.id, (0, 0))[0]
    reached = 0
    for said in devices_said(_places(book, folder, None)):
        if said.role != "officer" and book.device.id in said.heads:
            reached = max(reached, said.heads[book.device.id].seq)
    return reached


def cipher_of(trust: OfficeTrust) -> Cipher:
    """With what a device that knows its office writes and reads."""
    identity = trust.unit_identity
    return Cipher((trust.public.age_recipient, trust.unit_recipient), (identity,), identity.encode())


def _places(book: "Book", folder: Path, trust: OfficeTrust | None) -> list[Place]:
    """Where the unit's devices write; the first one is where this one does."""
    unit = book.device.unit
    if trust is None:
        return [open_place(folder, unit)]
    cipher = cipher_of(trust)
    return [encrypted_place(folder, unit, cipher), open_place(folder, unit, cipher)]


def _silent(_what: str, _done: int, _total: int) -> None:
    """Say nothing."""


class _Books:
    """The book as a source of what is left."""

    def __init__(self, book: "Book") -> None:
        self._book = book

    def heads(self) -> Heads:
        return self._book.heads()

    def lines_after(self, after: Mapping[str, int]) -> "Iterable[bytes]":
        return self._book.lines_after(after)

    def attachment(self, sha256: str) -> Path | None:
        return self._book.blobs.path(sha256) if self._book.blobs.has(sha256) else None


class _Visit:
    def __init__(self, book: "Book", folder: Path, progress: "Progress", fork: bool) -> None:
        self._book = book
        self._folder = folder
        self._progress = progress
        self._fork = fork
        self._trust = load_trust(book.folder)
        self._places = _places(book, folder, self._trust)
        self._findings = Findings(folder / ROOT)
        self._taking = Taking(book, self._places, self._findings, progress, fork=fork)

    def run(self) -> SyncResult:
        """First in, then out, so that a stick that cannot be written still brings what is on it."""
        findings = self._findings
        try:
            if self._trust is not None:  # first, since they say whom to believe what
                self._trust = self._follow_office(self._trust)
                take_roster(self._book, self._places, self._trust.public.signing_key)
            packs = find_packs(self._places, findings, self._own())
            taking = self._taking
            taking.take(packs)
            self._take_receipt()
            known = {place.folder.name for place in self._places}
            findings.notes += strangers(self._folder, known, keyless=self._trust is None)
        except OSError as error:
            raise EnvironmentFault(
                f"{self._folder} 读不出来：{os_words(error)}。请插好后再同步，已收到的都在"
            ) from error
        self._book.seal()
        try:
            leaving = self._leave(packs)
        except OSError as error:
            raise EnvironmentFault(
                f"{self._folder} 写不进去：{os_words(error)}。收到的 {taking.received} 条已保存；"
                "本机的记录没有全部送出，请插好或换一个 U 盘再同步"
            ) from error
        if self._trust is None:
            findings.notes.append(NOT_ENCRYPTED)
        return SyncResult(
            str(self._folder),
            leaving.sent,
            taking.received,
            self._book.heads(),
            leaving.blobs_sent,
            taking.blobs_received,
            tuple(dict.fromkeys(findings.refused)),
            taking.parted,
            notes=tuple(findings.notes),
        )

    def _follow_office(self, known: OfficeTrust) -> OfficeTrust:
        """The office's keys after what it, or a device that heard of it, left here; what is written goes to the new ones."""
        followed, notes = follow_in(self._places, known)
        self._findings.notes += notes
        if followed != known:
            adopt(self._book.folder, known, followed)
            self._places = _places(self._book, self._folder, followed)
            self._taking = Taking(self._book, self._places, self._findings, self._progress, fork=self._fork)
        return followed

    def _take_receipt(self) -> None:
        device = self._book.device
        if self._trust is not None:
            for log in self._book.lineage():
                if receipt := find_receipt(self._places[0], device.unit, log, self._trust.signing_keys):
                    keep_receipt(self._book.folder, receipt)

    def _own(self) -> list[Path]:
        """The folders that this device writes, or wrote, the one in use first."""
        logs = [self._book.device.id, *self._book.lineage()]
        return [place.owned_by(log) for place in self._places for log in logs]

    def _leave(self, packs: list[Pack]) -> Leaving:
        device = self._book.device
        own = self._places[0].owned_by(device.id)
        # What this device left openly before it had the office's keys goes, once it stands there encrypted.
        given_up = [place.owned_by(log) for place in self._places[1:] for log in self._book.lineage()]
        left = [pack for pack in packs if pack.path.parent not in given_up]
        leaving = Leaving(_Books(self._book), self._places, own, self._findings, self._progress, given_up)
        leaving.leave(left, self._others(own, given_up))
        if self._trust is not None:
            leave_succession(self._places[0], own, self._trust.succession)
        leave_roster(self._places[0], own, load_signed(self._book.folder))
        parted = self._taking.parted
        if parted is None or parted.now:  # two of one name write one file: the other's heads show that they parted
            publish(self._places[0], device.id, device.role, self._book.heads(), self._taking.wanted.all())
        for folder in given_up:
            withdraw(folder)
        return leaving

    def _others(self, own: Path, given_up: list[Path]) -> list[Other]:
        """Whoever may still lack something: who has been here, and the office, where its keys are known."""
        found = others(self._places, [own, *given_up], self._findings)
        if self._trust is not None:
            found.setdefault(OFFICE, Other(heads=held_by(newest_receipt(self._book.folder))))
        return list(found.values())
