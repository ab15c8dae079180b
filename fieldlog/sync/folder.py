"""Synchronising through a folder: a USB stick or a shared drive that every device visits in turn.

Each device writes in its own subfolder only, `FOLDER/fieldlog/<unit>/<device>/`: packs, attachments, and last
`heads.json`, which says what it holds and so acknowledges what it took in. Files are recognised by their content, not
by their names; `docs/sync.md` describes them. Packs are signed like the logs they carry, but not encrypted.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from fieldlog.book.blobs import is_sha256, read_pieces
from fieldlog.book.durable import replace_file, replace_file_with
from fieldlog.domain.errors import EnvironmentFault, FieldlogError, FoundWrong, os_words
from fieldlog.domain.heads import Head, Refusal
from fieldlog.domain.log_format import is_device_id
from fieldlog.sync.attachments import WantedBlobs, named_in
from fieldlog.sync.branching import Parted, common_head, entries_in, is_written_again, lines_of
from fieldlog.sync.exchange import (
    PROTOCOL,
    PackHeader,
    SyncResult,
    heads_from_json,
    heads_to_json,
    looks_like_pack,
    pieces,
    place_of,
    read_header,
    read_pack,
    write_pack,
)
from fieldlog.sync.seals import only_sealed

if TYPE_CHECKING:
    from fieldlog.book.book import Book
    from fieldlog.sync.http import Progress

SUFFIX: Final = ".flpack"
HEADS: Final = "heads.json"
BLOBS: Final = "blobs"
_BEGINNING_BYTES: Final = 8 + 64 * 1024
_LARGEST_HEADS: Final = 4 * 1024 * 1024
_OUR_NAME: Final = re.compile(r"[0-9a-f]{16}\.flpack")

Spans = dict[str, list[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class _Pack:
    """A pack file and what it says it holds."""

    path: Path
    header: PackHeader


@dataclass(slots=True)
class _Other:
    """What another device says about itself."""

    heads: dict[str, Head] = field(default_factory=dict[str, Head])
    wanted: set[str] = field(default_factory=set[str])


def sync_folder(book: "Book", folder: Path, progress: "Progress | None" = None, *, fork: bool = False) -> SyncResult:
    """Take in what other devices left in `folder`, and leave there what they lack.

    With `fork`, where the own log parted from the one in the folder, this device goes on under a new one.

    Raises:
        EnvironmentFault: the folder is not there, went away or cannot be written; what was taken in stays, and nothing
            is half done.
    """
    if not folder.is_dir():
        raise EnvironmentFault(f"没有 {folder} 这个文件夹：请插好 U 盘，或核对路径")
    return _FolderExchange(book, folder, progress or _silent, fork).run()


def taken_by_office(book: "Book", folder: Path) -> int:
    """How far a device of the office (any role but `officer`) says in `folder` that it holds this device's log."""
    reached = 0
    for path in (folder / "fieldlog" / book.device.unit).glob(f"*/{HEADS}"):
        try:
            fields: Any = orjson.loads(path.read_bytes())
            heads = heads_from_json(fields["heads"])
            if fields.get("role") != "officer" and book.device.id in heads:
                reached = max(reached, heads[book.device.id].seq)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue  # a damaged file counts as nothing taken in; the exchange has named it
    return reached


def _silent(_what: str, _done: int, _total: int) -> None:
    """Say nothing."""


class _FolderExchange:
    def __init__(self, book: "Book", folder: Path, progress: "Progress", fork: bool) -> None:
        self._book = book
        self._folder = folder
        self._progress = progress
        self._unit = folder / "fieldlog" / book.device.unit
        self._own = self._unit / book.device.id
        self._wanted = WantedBlobs(book.blobs)
        self._refused: list[Refusal] = []
        self._damaged: set[Path] = set()
        self._not_taken: set[Path] = set()
        self._may_fork = fork
        self._parted: Parted | None = None
        self._parted_here = False
        self._branches: dict[str, list[bytes]] = {}
        """By log, sealed lines of packs in which something was refused."""
        self._sent = self._received = self._blobs_sent = self._blobs_received = 0

    def run(self) -> SyncResult:
        """First in, then out, so that a stick that cannot be written still brings what is on it."""
        try:
            packs = self._find_packs()
            self._parted_here = self._somebody_has_another_branch()
            self._take_in(packs)
            if self._branches:
                self._settle(packs)
            self._receive_blobs()
        except OSError as error:
            raise EnvironmentFault(
                f"{self._folder} 读不出来：{_reason(error)}。请插好后再同步，已收到的都在"
            ) from error
        self._book.seal()
        try:
            self._leave(packs)
        except OSError as error:
            raise EnvironmentFault(
                f"{self._folder} 写不进去：{_reason(error)}。收到的 {self._received} 条已保存；"
                "本机的记录没有全部送出，请插好或换一个 U 盘再同步"
            ) from error
        return SyncResult(
            str(self._folder),
            self._sent,
            self._received,
            self._book.heads(),
            self._blobs_sent,
            self._blobs_received,
            tuple(dict.fromkeys(self._refused)),
            self._parted,
        )

    # in

    def _find_packs(self) -> list[_Pack]:
        packs: list[_Pack] = []
        for path in self._files():
            try:
                with path.open("rb") as stream:
                    beginning = stream.read(_BEGINNING_BYTES)
            except OSError as error:
                self._skip(path, error)
                continue
            if path.suffix != SUFFIX and not looks_like_pack(beginning):
                continue
            try:
                packs.append(_Pack(path, read_header(beginning)[0]))
            except FieldlogError as error:
                self._refuse_file(path, str(error))
        return packs

    def _files(self) -> Iterator[Path]:
        """What may be a pack: any file of a device's folder, whatever its name, but for hidden ones and attachments."""
        if not self._unit.is_dir():
            return
        for owner in sorted(self._unit.iterdir()):
            for path in sorted(owner.iterdir()) if owner.is_dir() else [owner]:
                if path.is_file() and not path.name.startswith(".") and path.name != HEADS:
                    yield path

    def _take_in(self, packs: list[_Pack]) -> None:
        """Merge every pack that may hold something new, the earliest entries first."""
        new = [pack for pack in packs if self._may_be_new(pack)]
        new.sort(key=lambda pack: sorted(pack.header.spans.items()))
        early = list[Path]()
        for done, pack in enumerate(new, 1):
            if self._merge(pack.path):
                early.append(pack.path)
            self._progress("接收", done, len(new))
        while early:  # their logs may have begun in the meantime
            still = [path for path in early if self._merge(path)]
            if len(still) == len(early):
                break
            early = still
        self._not_taken.update(early)

    def _somebody_has_another_branch(self) -> bool:
        """Whether some device here, a clone of this one among them, holds another entry of this one's own log.

        Packs with a branch no longer than what is here would not be read otherwise.
        """
        own, mine = self._book.device.id, self._book.heads()
        for path in self._unit.glob(f"*/{HEADS}"):
            try:
                fields: Any = orjson.loads(path.read_bytes())
                head = heads_from_json(fields["heads"]).get(own)
            except (OSError, ValueError, KeyError, TypeError):
                continue  # told where heads are read for what they acknowledge
            if head is not None and 0 < head.seq <= mine[own].seq:
                line = next(iter(lines_of(self._book, own, head.seq - 1)))
                if next(iter(entries_in([line], own))).hash != head.hash:
                    return True
        return False

    def _may_be_new(self, pack: _Pack) -> bool:
        heads = self._book.heads()
        spans = pack.header.spans
        if self._parted_here and self._book.device.id in spans:
            return True
        return not spans or any(last > (heads[log].seq if log in heads else 0) for log, (_, last) in spans.items())

    def _merge(self, path: Path) -> bool:
        """Take in what seals vouch for; returns whether some of it must wait for a log's first entry and its key."""
        lines: list[bytes] = []
        try:
            for line in read_pack(read_pieces(path)):
                lines.append(line)
        except FieldlogError as error:  # what came before the damage counts
            self._refuse_file(path, str(error))
        except OSError as error:
            self._skip(path, error)
        sealed = only_sealed(lines, self._book.heads(), self._book.public_key, self._book.device.id)
        self._wanted.note(sealed.lines)
        merged = self._book.merge(sealed.lines)
        self._received += merged.received
        told = {refusal.log for refusal in merged.refused}
        for log in filter(None, told):
            self._branches.setdefault(log, []).extend(line for line in sealed.lines if _is_of(line, log))
        for refusal in [*merged.refused, *(each for each in sealed.refused if each.log not in told)]:
            self._not_taken.add(path)
            self._refused.append(refusal._replace(why=f"{self._name(path)}：{refusal.why}"))
        return bool(sealed.unknown)

    def _settle(self, packs: list[_Pack]) -> None:
        """Where logs parted: go on under a new one with the own, and let another's give way that was written again."""
        own, branches, self._branches = self._book.device.id, self._branches, {}
        moved: set[str] = set()
        for log, theirs in sorted(branches.items(), key=lambda branch: branch[0] != own):
            common = common_head(lines_of(self._book, log, 0), theirs, log)
            if common is None:
                continue
            if log == own:
                self._parted = Parted(own, common, self._book.heads()[own].seq - common.seq)
                if self._may_fork:
                    self._parted = replace(self._parted, now=self._book.go_on_under_new_log(common))
                    self._own = self._unit / self._book.device.id
                    moved.add(log)
            elif is_written_again(self._book, theirs, log, common.seq) or self._book.give_way(log, common):
                moved.add(log)
        if moved:
            self._refused = [refusal for refusal in self._refused if refusal.log not in moved]
            self._not_taken -= {pack.path for pack in packs if moved & pack.header.spans.keys()}
            self._take_in(packs)
            self._refused = [refusal for refusal in self._refused if not self._is_settled(refusal.log)]

    def _is_settled(self, log: str) -> bool:
        """Whether what was refused of a log that parted stands here all the same, written again."""
        theirs = self._branches.get(log, [])
        common = common_head(lines_of(self._book, log, 0), theirs, log) if theirs else None
        return common is not None and is_written_again(self._book, theirs, log, common.seq)

    def _refuse_file(self, path: Path, why: str) -> None:
        self._damaged.add(path)
        self._refused.append(Refusal("", 0, f"{self._name(path)}：{why}，已跳过这个文件"))

    def _skip(self, path: Path, error: OSError) -> None:
        """One file that cannot be read is named; where the whole folder is gone, that is told instead."""
        if not self._unit.is_dir():
            raise error
        self._not_taken.add(path)
        self._refused.append(Refusal("", 0, f"{self._name(path)}：读不出来（{_reason(error)}），已跳过这个文件"))

    def _name(self, path: Path) -> str:
        return path.relative_to(self._unit).as_posix()

    def _receive_blobs(self) -> None:
        wanted = self._wanted.all()
        for done, sha256 in enumerate(wanted, 1):
            for path in self._offered(sha256):
                try:
                    self._book.blobs.put(read_pieces(path), sha256)
                except FoundWrong as error:
                    self._refuse_file(path, str(error))
                    continue
                self._blobs_received += 1
                break
            self._progress("附件", done, len(wanted))
        if wanted:
            self._wanted.settle()

    def _offered(self, sha256: str) -> Iterator[Path]:
        if self._unit.is_dir():
            for owner in sorted(self._unit.iterdir()):
                path = owner / BLOBS / sha256[:2] / sha256
                if path.is_file():
                    yield path

    # out

    def _leave(self, packs: list[_Pack]) -> None:
        others = self._others()
        lines_after = self._lacking(others, self._covered(packs, others))
        self._discard_damaged()
        total = sum(last - first + 1 for spans in lines_after.values() for first, last in spans)
        wanted = set[str]().union(*(other.wanted for other in others.values()))
        self._offer_blobs({sha256 for sha256 in wanted if not any(map(_is_whole, self._offered(sha256)))})
        for piece in pieces(self._lines(lines_after), ""):  # each ends with a seal, which proves it by itself
            # Before the pack, so that who reads the entries finds the photos.
            self._offer_blobs({sha256 for sha256 in named_in(piece) if not any(self._offered(sha256))})
            pack = write_pack(piece)
            replace_file(self._own / f"{hashlib.sha256(pack).hexdigest()[:16]}{SUFFIX}", pack)
            self._sent += len(piece)
            self._progress("发送", self._sent, max(total, self._sent))
        self._publish()

    def _others(self) -> dict[str, _Other]:
        """The other devices that have been here."""
        others: dict[str, _Other] = {}
        for path in self._unit.glob(f"*/{HEADS}"):
            name = path.parent.name
            if name == self._own.name or not is_device_id(name):
                continue
            try:
                if path.stat().st_size > _LARGEST_HEADS:
                    raise ValueError("longer than heads can be")
                fields: Any = orjson.loads(path.read_bytes())
                wanted = {str(one) for one in fields.get("wanted", [])}
                others[name] = _Other(heads_from_json(fields["heads"]), set(filter(is_sha256, wanted)))
            except (ValueError, KeyError, TypeError, AttributeError):
                self._refuse_file(path, "内容已损坏，当作什么都没收到")
                others[name] = _Other()
        return others

    def _covered(self, packs: list[_Pack], others: Mapping[str, _Other]) -> Spans:
        """What the packs in the folder hold already; those that somebody still lacks are read through to be sure.

        Other devices' too: their owner may not come again, and until then nobody else would leave what they held.
        """
        covered: Spans = {}
        for pack in packs:
            if pack.path in self._damaged | self._not_taken or not self._lacks_some(pack, others):
                continue
            try:
                for log, seqs in _held(pack.path).items():
                    covered.setdefault(log, []).extend(_runs(seqs))
            except FieldlogError:
                self._damaged.add(pack.path)
        return covered

    def _discard_damaged(self) -> None:
        """Damaged packs that this device wrote are written anew; others are left to their owners."""
        for path in self._damaged:
            if path.parent == self._own and _OUR_NAME.fullmatch(path.name):
                path.unlink(missing_ok=True)

    def _lacks_some(self, pack: _Pack, others: Mapping[str, _Other]) -> bool:
        return not others or any(
            last > (other.heads[log].seq if log in other.heads else 0)
            for other in others.values()
            for log, (_, last) in pack.header.spans.items()
        )

    def _lacking(self, others: Mapping[str, _Other], covered: Spans) -> Spans:
        """By log, the runs of entries that some device lacks and no pack here holds."""
        lacking: Spans = {}
        for log, head in self._book.heads().items():
            reached = [other.heads[log].seq if log in other.heads else 0 for other in others.values()]
            start = min(reached, default=0) + 1
            for first, last in sorted(covered.get(log, [])):
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
        heads = {log: head.seq for log, head in self._book.heads().items()}
        for log, spans in lacking.items():
            for first, last in spans:
                unsealed: list[bytes] = []
                for line in self._book.lines_after({**heads, log: first - 1}):
                    unsealed.append(line)
                    place = place_of(line)
                    if place is not None and place.kind == "log.sealed":
                        yield from unsealed
                        unsealed = []
                        if place.seq >= last:
                            break

    def _offer_blobs(self, named: set[str]) -> None:
        for sha256 in sorted(named):
            target = self._own / BLOBS / sha256[:2] / sha256
            if self._book.blobs.has(sha256):
                replace_file_with(target, read_pieces(self._book.blobs.path(sha256)))
                self._blobs_sent += 1

    def _publish(self) -> None:
        """Say what this device holds now; this is the acknowledgement, so it comes last."""
        device = self._book.device
        said = {
            "fieldlog": PROTOCOL,
            "device": device.id,
            "role": device.role,
            "heads": heads_to_json(self._book.heads()),
            "wanted": self._wanted.all(),
        }
        content = orjson.dumps(said, option=orjson.OPT_INDENT_2) + b"\n"
        path = self._own / HEADS
        if not path.is_file() or path.read_bytes() != content:
            replace_file(path, content)


def _is_of(line: bytes, log: str) -> bool:
    place = place_of(line)
    return place is not None and place.log == log


def _is_whole(blob: Path) -> bool:
    """Whether an attachment in the folder is what its name says."""
    digest = hashlib.sha256()
    for piece in read_pieces(blob):
        digest.update(piece)
    return digest.hexdigest() == blob.name


def _held(pack: Path) -> dict[str, set[int]]:
    """By log, the numbers of the lines in a pack; its header may say anything.

    Raises:
        FieldlogError: it cannot be read to its end; zstd's checksum tells of any byte that changed.
    """
    held: dict[str, set[int]] = {}
    for line in read_pack(read_pieces(pack)):
        if place := place_of(line):
            held.setdefault(place.log, set()).add(place.seq)
    return held


def _runs(seqs: set[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run without a gap."""
    for first in sorted(seq for seq in seqs if seq - 1 not in seqs):
        last = first
        while last + 1 in seqs:
            last += 1
        yield first, last


def _reason(error: OSError) -> str:
    return os_words(error)
