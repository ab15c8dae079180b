"""Taking in what other devices left in a folder: entries as far as seals vouch for them, and attachments."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fieldlog.domain.errors import FieldlogError, FoundWrong
from fieldlog.domain.heads import Heads
from fieldlog.sync.attachments import WantedBlobs
from fieldlog.sync.branching import Parted, common_head, entries_in, is_written_again, lines_of
from fieldlog.sync.exchange import place_of
from fieldlog.sync.folder_heads import devices_said
from fieldlog.sync.folder_packs import Findings, Pack
from fieldlog.sync.folder_places import Place, blob_content
from fieldlog.sync.seals import only_sealed

if TYPE_CHECKING:
    from fieldlog.book.book import Book
    from fieldlog.sync.http import Progress


class Taking:
    """One visit's way in."""

    def __init__(
        self, book: "Book", places: Sequence[Place], findings: Findings, progress: "Progress", *, fork: bool
    ) -> None:
        self._book = book
        self._places = places
        self._findings = findings
        self._progress = progress
        self._may_fork = fork
        self._parted_here = False
        self._branches: dict[str, list[bytes]] = {}
        """By log, sealed lines of packs in which something was refused."""
        self.wanted = WantedBlobs(book.blobs)
        self.parted: Parted | None = None
        self.received = self.blobs_received = 0

    def take(self, packs: Sequence[Pack]) -> None:
        """Take in all that is new.

        Raises:
            OSError: the folder went away.
        """
        before = self._book.heads()
        # Asked to go on under a new log, it looks for the other branch whatever the heads there say.
        self._parted_here = self._may_fork or self._somebody_has_another_branch()
        self._take_in(packs)
        if self._branches:
            self._settle(packs)
        self._tell_unlisted(before)
        self._receive_blobs()

    def _take_in(self, packs: Sequence[Pack]) -> None:
        """Merge every pack that may hold something new, the earliest entries first."""
        new = [pack for pack in packs if self._may_be_new(pack)]
        early = list[Pack]()
        for done, pack in enumerate(new, 1):
            if self._merge(pack):
                early.append(pack)
            self._progress("接收", done, len(new))
        while early:  # their logs may have begun in the meantime
            still = [pack for pack in early if self._merge(pack)]
            if len(still) == len(early):
                break
            early = still
        self._findings.not_taken.update(pack.path for pack in early)

    def _tell_unlisted(self, before: Heads) -> None:
        """Name devices that the office does not list: anybody can set one up and leave its records on a stick."""
        roster, mine = self._book.roster, self._book.lineage()
        if roster is None:
            return
        known = roster.devices.keys() | {*mine, self._book.device.id}
        if strange := [log for log, head in self._book.heads().items() if log not in known and before.get(log) != head]:
            self._findings.notes.append(
                f"{'、'.join(strange)} 不在办公室的设备名册里，先按执法人员的记录收下；"
                "新登记的下次与办公室同步就有，不认识这台电脑就马上联系办公室"
            )

    def _somebody_has_another_branch(self) -> bool:
        """Whether some device here, a clone of this one among them, holds another entry of this one's own log.

        Packs with a branch no longer than what is here would not be read otherwise.
        """
        own, mine = self._book.device.id, self._book.heads()
        for said in devices_said(self._places):
            head = said.heads.get(own)
            if head is not None and 0 < head.seq <= mine[own].seq:
                line = next(iter(lines_of(self._book, own, head.seq - 1)))
                if next(iter(entries_in([line], own))).hash != head.hash:
                    return True
        return False

    def _may_be_new(self, pack: Pack) -> bool:
        return (self._parted_here and self._book.device.id in pack.header.spans) or pack.goes_beyond(self._book.heads())

    def _merge(self, pack: Pack) -> bool:
        """Take in what seals vouch for; returns whether some of it must wait for a log's first entry and its key."""
        lines: list[bytes] = []
        try:
            for line in pack.lines():
                lines.append(line)
        except FieldlogError as error:  # what came before the damage counts
            self._findings.refuse_file(pack.path, str(error))
        except OSError as error:
            self._findings.skip(pack.path, error)
        sealed = only_sealed(lines, self._book.heads(), self._book.public_key, self._book.device.id)
        self.wanted.note(sealed.lines)
        merged = self._book.merge(sealed.lines)
        self.received += merged.received
        told = {refusal.log for refusal in merged.refused}
        for log in filter(None, told):
            self._branches.setdefault(log, []).extend(line for line in sealed.lines if _is_of(line, log))
        for refusal in [*merged.refused, *(each for each in sealed.refused if each.log not in told)]:
            self._findings.not_taken.add(pack.path)
            why = f"{self._findings.name(pack.path)}：{refusal.why}"
            self._findings.refused.append(refusal._replace(why=why))
        return bool(sealed.unknown)

    def _settle(self, packs: Sequence[Pack]) -> None:
        """Where logs parted: go on under a new one with the own, and let another's give way that was written again."""
        findings = self._findings
        own, branches, self._branches = self._book.device.id, self._branches, {}
        moved: set[str] = set()
        for log, theirs in sorted(branches.items(), key=lambda branch: branch[0] != own):
            common = common_head(lines_of(self._book, log, 0), theirs, log)
            if common is None:
                continue
            if log == own:
                self.parted = Parted(own, common, self._book.heads()[own].seq - common.seq)
                if self._may_fork:
                    self.parted = replace(self.parted, now=self._book.go_on_under_new_log(common))
                    moved.add(log)
            elif is_written_again(self._book, theirs, log, common.seq) or self._book.give_way(log, common):
                moved.add(log)
        if moved:
            findings.refused = [refusal for refusal in findings.refused if refusal.log not in moved]
            findings.not_taken -= {pack.path for pack in packs if moved & pack.header.spans.keys()}
            self._take_in(packs)
            findings.refused = [refusal for refusal in findings.refused if not self._is_settled(refusal.log)]

    def _is_settled(self, log: str) -> bool:
        """Whether what was refused of a log that parted stands here all the same, written again."""
        theirs = self._branches.get(log, [])
        common = common_head(lines_of(self._book, log, 0), theirs, log) if theirs else None
        return common is not None and is_written_again(self._book, theirs, log, common.seq)

    def _receive_blobs(self) -> None:
        wanted = self.wanted.all()
        for done, sha256 in enumerate(wanted, 1):
            for path, place in offered(self._places, sha256):
                try:
                    self._book.blobs.put(blob_content(path, place.cipher), sha256)
                except FoundWrong as error:
                    self._findings.refuse_file(path, str(error))
                    continue
                self.blobs_received += 1
                break
            self._progress("附件", done, len(wanted))
        if wanted:
            self.wanted.settle()


def offered(places: Sequence[Place], sha256: str) -> list[tuple[Path, Place]]:
    """Where an attachment lies in the folder, if anywhere."""
    found = [(place.blob(owner, sha256), place) for place in places for owner in place.owners()]
    return [(path, place) for path, place in found if path.is_file()]


def _is_of(line: bytes, log: str) -> bool:
    place = place_of(line)
    return place is not None and place.log == log
