"""Leaving in a folder what the devices that come there lack: entries up to a seal, and the attachments they name."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from fieldlog.book.blobs import is_sha256
from fieldlog.book.durable import replace_file
from fieldlog.domain.errors import FieldlogError
from fieldlog.domain.heads import Heads
from fieldlog.sync.attachments import named_in
from fieldlog.sync.exchange import pieces, place_of, write_pack
from fieldlog.sync.folder_heads import Other
from fieldlog.sync.folder_packs import Findings, Pack, Spans, covered, is_named_by_us
from fieldlog.sync.folder_places import BLOBS, Place, blob_content
from fieldlog.sync.folder_taking import offered

if TYPE_CHECKING:
    from fieldlog.sync.http import Progress


class Source(Protocol):
    """What there is to leave: a laptop's book, or a unit's part of the office's ledger."""

    def heads(self) -> Heads:
        """How far each log has come."""
        ...

    def lines_after(self, after: Mapping[str, int]) -> Iterable[bytes]:
        """Every log's lines after these numbers, log by log in order."""
        ...

    def attachment(self, sha256: str) -> Path | None:
        """Where an attachment stands; None where it is not here."""
        ...


class Leaving:
    """One visit's way out."""

    def __init__(
        self,
        source: Source,
        places: Sequence[Place],
        own: Path,
        findings: Findings,
        progress: "Progress",
        given_up: Collection[Path] = (),
    ) -> None:
        """Write into `own`, which is in the first of the places; what lies in the folders given up counts nothing."""
        self._source = source
        self._places = places
        self._own = own
        self._findings = findings
        self._progress = progress
        self._given_up = given_up
        self.sent = self.blobs_sent = 0

    def leave(self, packs: Sequence[Pack], others: Collection[Other]) -> None:
        """Leave what one of the others lacks and no pack in the folder holds.

        Raises:
            OSError: the folder cannot be written.
        """
        reached = [other.heads for other in others]
        lacking = self._lacking(reached, covered(packs, self._findings, reached))
        self._discard_damaged()
        total = sum(last - first + 1 for spans in lacking.values() for first, last in spans)
        wanted = set[str]().union(*(other.wanted for other in others))
        self._offer({sha256 for sha256 in wanted if not self._lies_whole(sha256)})
        for piece in pieces(self._lines(lacking), ""):  # each ends with a seal, which proves it by itself
            # Before the pack, so that who reads the entries finds the photos.
            self._offer({sha256 for sha256 in named_in(piece) if not self._offered(sha256)})
            place = self._places[0]
            written = place.written(write_pack(piece))
            replace_file(self._own / f"{hashlib.sha256(written).hexdigest()[:16]}{place.suffix}", written)
            self.sent += len(piece)
            self._progress("发送", self.sent, max(total, self.sent))

    def _discard_damaged(self) -> None:
        """Damaged packs that this device wrote are written anew; others are left to their owners."""
        for path in self._findings.damaged:
            if path.parent == self._own and is_named_by_us(path):
                path.unlink(missing_ok=True)

    def _lacking(self, reached: Sequence[Heads], held: Spans) -> Spans:
        """By log, the runs of entries that some device lacks and no pack here holds."""
        lacking: Spans = {}
        for log, head in self._source.heads().items():
            start = min((heads[log].seq if log in heads else 0 for heads in reached), default=0) + 1
            for first, last in sorted(held.get(log, [])):
                if first > start:
                    lacking.setdefault(log, []).append((start, min(first - 1, head.seq)))
                start = max(start, last + 1)
                if start > head.seq:
                    break
            if start <= head.seq:
                lacking.setdefault(log, []).append((start, head.seq))
        return lacking

    def _lines(self, lacking: Spans) -> Iterator[bytes]:
        """The entries, each run on to the next seal; what no seal vouches for yet is nobody's to hand on."""
        heads = {log: head.seq for log, head in self._source.heads().items()}
        for log, spans in lacking.items():
            for first, last in spans:
                unsealed: list[bytes] = []
                for line in self._source.lines_after({**heads, log: first - 1}):
                    place = place_of(line)
                    if place is not None and place.log != log:
                        continue  # of a log that grew in this moment
                    unsealed.append(line)
                    if place is not None and place.kind == "log.sealed":
                        yield from unsealed
                        unsealed = []
                        if place.seq >= last:
                            break

    def _offer(self, named: set[str]) -> None:
        for sha256 in sorted(named):
            source = self._source.attachment(sha256)
            if source is not None:
                self._places[0].write_blob(self._places[0].blob(self._own, sha256), source)
                self.blobs_sent += 1

    def _offered(self, sha256: str) -> list[tuple[Path, Place]]:
        found = offered(self._places, sha256)
        return [each for each in found if each[0].parents[2] not in self._given_up]

    def _lies_whole(self, sha256: str) -> bool:
        return any(_is_whole(path, place, sha256) for path, place in self._offered(sha256))


def _is_whole(blob: Path, place: Place, sha256: str) -> bool:
    """Whether an attachment in the folder is what its name says."""
    digest = hashlib.sha256()
    try:
        for piece in blob_content(blob, place.cipher):
            digest.update(piece)
    except FieldlogError:
        return False
    return digest.hexdigest() == sha256


def withdraw(folder: Path) -> None:
    """Remove what a device wrote in its folder, and nothing that it did not; what cannot be removed stays.

    Raises:
        OSError: the folder cannot be written.
    """
    ours = [path for path in folder.glob("*") if is_named_by_us(path)]
    ours += [path for path in folder.glob(f"{BLOBS}/??/*") if is_sha256(path.name)]
    for path in [*ours, folder / "heads.json"]:
        path.unlink(missing_ok=True)
    for path in [*folder.glob(f"{BLOBS}/??"), folder / BLOBS, folder]:
        with suppress(OSError):  # something else lies in it
            path.rmdir()
