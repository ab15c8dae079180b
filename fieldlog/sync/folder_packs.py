"""Finding the packs in a folder and reading them: by what they hold, whatever they are called and whoever wrote them."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from fieldlog.domain.errors import FieldlogError, os_words
from fieldlog.domain.heads import Heads, Refusal
from fieldlog.sync.age_files import NotForUs, Undecipherable, is_encrypted
from fieldlog.sync.exchange import PackHeader, looks_like_pack, place_of, read_header, read_pack
from fieldlog.sync.folder_places import LARGEST_FILE, Place, content

Spans = dict[str, list[tuple[int, int]]]
"""By log, first and last of runs of entries."""

_BEGINNING_BYTES: Final = 8 + 64 * 1024
_NOT_PACKS: Final = ("heads.json", ".json.age")
_SUFFIX: Final = ".flpack"
_OUR_NAME: Final = re.compile(r"[0-9a-f]{16}\.(?:flpack|age)")


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack file and what it says it holds."""

    path: Path
    place: Place
    header: PackHeader

    def lines(self) -> Iterator[bytes]:
        """Its lines as they come; nothing about them is proven yet.

        Raises:
            FieldlogError: damaged, or not for us; what came before stands.
            OSError: it cannot be read.
        """
        return read_pack(content(self.path, self.place.cipher))

    def goes_beyond(self, heads: Heads) -> bool:
        """Whether it says that it holds more than `heads`; one that says nothing may hold anything."""
        spans = self.header.spans
        return not spans or any(last > (heads[log].seq if log in heads else 0) for log, (_, last) in spans.items())


@dataclass(slots=True)
class Findings:
    """What is wrong in the folder, file by file, and what else there is to tell."""

    folder: Path
    refused: list[Refusal] = field(default_factory=list[Refusal])
    notes: list[str] = field(default_factory=list[str])
    damaged: set[Path] = field(default_factory=set[Path])
    not_taken: set[Path] = field(default_factory=set[Path])
    """Packs of which something was not taken in."""

    def name(self, path: Path) -> str:
        """How a file of the folder is called in a message."""
        return path.relative_to(self.folder).as_posix()

    def refuse_file(self, path: Path, why: str) -> None:
        """Name a damaged file."""
        self.damaged.add(path)
        self.refused.append(Refusal("", 0, f"{self.name(path)}：{why}，已跳过这个文件"))

    def skip(self, path: Path, error: OSError) -> None:
        """Name a file that cannot be read; where the whole folder is gone, that is told instead."""
        if not self.folder.is_dir():
            raise error
        self.not_taken.add(path)
        self.refused.append(Refusal("", 0, f"{self.name(path)}：读不出来（{os_words(error)}），已跳过这个文件"))


def find_packs(places: Sequence[Place], findings: Findings, own: Collection[Path]) -> list[Pack]:
    """The packs of a unit, the earliest entries first; `own` are the folders that the reader wrote itself.

    Raises:
        OSError: the folder went away.
    """
    packs: list[Pack] = []
    closed: list[Path] = []
    for place in places:
        for path in _files(place):
            try:
                pack = look_at(path, place)
            except NotForUs:
                closed.append(path)
            except FieldlogError as error:
                findings.refuse_file(path, str(error))
            except OSError as error:
                findings.skip(path, error)
            else:
                packs += [pack] if pack else []
    # Its first lines damaged, a file of our own looks like somebody else's, and is written anew all the same.
    findings.damaged.update(path for path in closed if path.parent in own and is_named_by_us(path))
    if closed:
        few = f"{findings.name(closed[0])}{f' 等 {len(closed)} 个文件' if closed[1:] else ''}"
        findings.notes.append(f"{few}是加密的，本机的密钥打不开（写给别人的，或者已损坏），没有动它")
    return sorted(packs, key=lambda pack: sorted(pack.header.spans.items()))


def _files(place: Place) -> Iterator[Path]:
    """What may be a pack: any file of a device's folder, whatever its name, but for hidden ones and attachments."""
    if not place.folder.is_dir():
        return
    for owner in sorted(place.folder.iterdir()):
        for path in sorted(owner.iterdir()) if owner.is_dir() else [owner]:
            if path.is_file() and not path.name.startswith((".", "~")) and not path.name.endswith(_NOT_PACKS):
                yield path


def look_at(path: Path, place: Place) -> Pack | None:
    """The pack that a file is, or None where it is something else; raises as `content` does, and where it is damaged."""
    with path.open("rb") as stream:
        beginning = stream.read(_BEGINNING_BYTES)
        encrypted = is_encrypted(beginning)
        means_to_be = encrypted or path.suffix == _SUFFIX or looks_like_pack(beginning)
        if means_to_be and stream.seek(0, 2) > LARGEST_FILE:
            raise Undecipherable(f"有 {path.stat().st_size // 2**20} MiB，数据包没有这么大的")
    if encrypted:
        if place.cipher is None:
            raise NotForUs
        beginning = place.cipher.beginning(path, _BEGINNING_BYTES)
        if beginning[:1] in (b"{", b""):
            return None  # heads or a receipt under another name
    return Pack(path, place, read_header(beginning)[0]) if means_to_be else None


def is_named_by_us(path: Path) -> bool:
    """Whether a file is called as packs are when they are written."""
    return _OUR_NAME.fullmatch(path.name) is not None


def covered(packs: Sequence[Pack], findings: Findings, reached: Sequence[Heads]) -> Spans:
    """What the packs hold already; those that somebody (`reached`) still lacks are read through to be sure.

    Other devices' too: their owner may not come again, and until then nobody else would leave what they held.
    """
    held: Spans = {}
    for pack in packs:
        if pack.path in findings.damaged | findings.not_taken or (reached and not any(map(pack.goes_beyond, reached))):
            continue
        try:
            for log, seqs in _held(pack).items():
                held.setdefault(log, []).extend(_runs(seqs))
        except FieldlogError:
            findings.damaged.add(pack.path)
    return held


def _held(pack: Pack) -> Mapping[str, set[int]]:
    """By log, the numbers of the lines in a pack; its header may say anything.

    Raises:
        FieldlogError: it cannot be read to its end; zstd's checksum tells of any byte that changed.
    """
    held: dict[str, set[int]] = {}
    for line in pack.lines():
        if found := place_of(line):
            held.setdefault(found.log, set()).add(found.seq)
    return held


def _runs(seqs: set[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run without a gap."""
    for first in sorted(seq for seq in seqs if seq - 1 not in seqs):
        last = first
        while last + 1 in seqs:
            last += 1
        yield first, last
