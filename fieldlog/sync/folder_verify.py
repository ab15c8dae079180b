"""Proving what lies in a folder of packs with the keys at hand, without a book to take it into.

Packs hold what somebody lacked, so that a log may have gaps here and overlap; that is told and is not wrong. Wrong is
an entry that does not match its hash, two under one number, a seal that its device did not make, and a damaged file.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

from fieldlog.book.blobs import is_sha256
from fieldlog.book.verify import VerifiedLog, VerifyReport, Wrong
from fieldlog.domain.entries import Entry, parse_entry
from fieldlog.domain.errors import FieldlogError, os_words
from fieldlog.sync.age_files import Cipher, NotForUs, is_encrypted
from fieldlog.sync.exchange import place_of
from fieldlog.sync.folder_packs import look_at
from fieldlog.sync.folder_places import BLOBS, ROOT, Place, blob_content
from fieldlog.sync.folder_signed import SignedByOffice
from fieldlog.sync.seals import check_seal
from fieldlog.sync.succession import Statement

MOST_PROBLEMS: Final = 100


class _Seen(NamedTuple):
    """What is kept of an entry that is sound in itself."""

    hash: str
    prev: str


@dataclass(slots=True)
class _Log:
    seen: dict[int, _Seen] = field(default_factory=dict[int, _Seen])
    seals: list[tuple[Entry, str]] = field(default_factory=list[tuple[Entry, str]])
    """With the file each stands in."""
    stated_key: str = ""


def is_folder_of_packs(path: Path) -> bool:
    """Whether a folder is one that devices leave packs in, or lies within; a data folder is none."""
    depths = ("", "*/", "*/*/", f"{ROOT}/*/*/")
    return (path.is_dir() and not (path / "log").is_dir()) and any(
        next(path.glob(f"{depth}*{suffix}"), None) for depth in depths for suffix in (".flpack", ".age")
    )


def verify_folder(
    path: Path,
    keys: Mapping[str, str],
    identities: Collection[str],
    office_key: str = "",
    succession: tuple[Statement, ...] = (),
) -> VerifyReport:
    """Prove every pack and attachment below `path`.

    Args:
        path: the stick, or any folder on it.
        keys: devices' public keys from elsewhere, which count before what a log says of its own.
        identities: age's, with which what is encrypted is opened where one of them fits.
        office_key: one of the office's signing keys, with which its receipts are proven.
        succession: how the office's keys changed, as far as it is known.

    Raises:
        OSError: the folder went away.
    """
    cipher = Cipher((), tuple(identities), b"") if identities else None
    proof = _Proof(path, Place(path, cipher), keys)
    report = proof.run()
    if office_key:
        proof.signed.prove(office_key, succession, report)
    return report


class _Proof:
    def __init__(self, root: Path, place: Place, keys: Mapping[str, str]) -> None:
        self._root = root
        self._place = place
        self._keys = keys
        self._report = VerifyReport()
        self._logs: dict[str, _Log] = {}
        self.signed = SignedByOffice()
        self._closed = self._packs = self._blobs = self._untold = 0

    def run(self) -> VerifyReport:
        for path in _files(self._root):
            if BLOBS in path.parts[-3:-1]:
                self._prove_blob(path)
            else:
                self._read_pack(path)
        for log, found in sorted(self._logs.items()):
            self._prove_log(log, found)
        notes = [f"读了 {self._packs} 个数据包、{self._blobs} 个附件"]
        if self._closed:
            notes.append(f"有 {self._closed} 个文件是加密的，这里的密钥打不开，里面有什么不知道")
        if self._untold:
            notes.append(f"另有 {self._untold} 处问题，没有一一列出")
        self._report.notes = [*notes, *self._report.notes]
        return self._report

    def _read_pack(self, path: Path) -> None:
        name = path.relative_to(self._root).as_posix()
        number = 0
        try:
            pack = look_at(path, self._place)
            if pack is None:
                self.signed.look_at(path, self._place, name)
                return
            self._packs += 1
            for number, line in enumerate(pack.lines(), 1):
                self._take(line, name, number)
        except NotForUs:
            self._closed += 1
        except FieldlogError as error:
            self._wrong("", 0, number, f"{name}：{error}")
        except OSError as error:
            self._unreadable(name, error)

    def _take(self, line: bytes, name: str, number: int) -> None:
        try:
            entry = parse_entry(line)
        except FieldlogError as error:
            place = place_of(line)
            self._wrong(place.log if place else "", place.seq if place else 0, number, f"{name}：{error}")
            return
        log = self._logs.setdefault(entry.log, _Log())
        here = log.seen.setdefault(entry.seq, _Seen(entry.hash, entry.prev))
        if here.hash != entry.hash:
            self._wrong(entry.log, entry.seq, number, f"{name}：同一编号有两条不同的记录，这个日志被复制或恢复过")
        elif entry.kind == "log.sealed":
            log.seals.append((entry, name))
        elif entry.kind == "log.started" and entry.seq == 1:
            log.stated_key = str(entry.fields.get("public_key", ""))

    def _prove_log(self, log: str, found: _Log) -> None:
        numbers = sorted(found.seen)
        for seq in numbers:
            before = found.seen.get(seq - 1)
            if before is not None and before.hash != found.seen[seq].prev:
                self._wrong(log, seq, 0, "与前一条不衔接")
        key = self._keys.get(log, "")
        if key and found.stated_key not in ("", key):
            self._wrong(log, 1, 0, "公钥与另外给的不同")
        proven = self._vouched(found, key or found.stated_key)
        self._report.logs.append(VerifiedLog(log, len(numbers), found.seen[numbers[-1]].hash, max(proven, default=0)))
        self._report.notes += _about(log, numbers, proven, given=bool(key), stated=bool(found.stated_key))

    def _vouched(self, found: _Log, key: str) -> set[int]:
        """The numbers that a seal of this key covers: from it back as far as the entries here hang together."""
        vouched: set[int] = set()
        for entry, name in sorted(found.seals, key=lambda seal: -seal[0].seq) if key else ():
            try:
                check_seal(entry, key)
            except FieldlogError as error:
                self._wrong(entry.log, entry.seq, 0, f"{name}：{error}")
                continue
            seq, hash_ = entry.seq, entry.hash
            while seq in found.seen and seq not in vouched and found.seen[seq].hash == hash_:
                vouched.add(seq)
                seq, hash_ = seq - 1, found.seen[seq].prev
        return vouched

    def _prove_blob(self, path: Path) -> None:
        name = path.relative_to(self._root).as_posix()
        digest = hashlib.sha256()
        try:
            for piece in blob_content(path, self._place.cipher):
                digest.update(piece)
        except NotForUs:
            self._closed += 1
            return
        except FieldlogError as error:
            self._wrong("", 0, 0, f"{name}：{error}")
            return
        except OSError as error:
            self._unreadable(name, error)
            return
        self._blobs += 1
        if is_sha256(path.name) and digest.hexdigest() != path.name:
            self._wrong("", 0, 0, f"{name}：附件的内容与名字里的校验值不符")

    def _unreadable(self, name: str, error: OSError) -> None:
        """Name a file that the medium does not give back and go on; where all of it went away, there is nothing to go on to."""
        if not self._root.is_dir():
            raise error
        self._wrong("", 0, 0, f"{name}：读不出（{os_words(error)}），里面有什么没有校验")

    def _wrong(self, log: str, seq: int, line: int, why: str) -> None:
        if len(self._report.problems) < MOST_PROBLEMS:
            self._report.problems.append(Wrong(log, seq, line, why))
        else:
            self._untold += 1


def _files(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.name.startswith((".", "~")) and not path.name.endswith(".json"):
            if BLOBS in path.parts[-3:-1] and not is_sha256(path.name) and not _is_age(path):
                continue  # somebody else's
            yield path


def _is_age(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return is_encrypted(stream.read(64))
    except OSError:
        return True  # may be one, and is named where it is read


def _about(log: str, numbers: list[int], proven: set[int], *, given: bool, stated: bool) -> list[str]:
    """What is proven of a log and what is not, in plain words."""
    told: list[str] = []
    if not given and not stated:
        told.append(f"{log}：这里没有它的公钥，条目本身没有改动过，但不能证明是它写的")
    elif not given:
        told.append(f"{log}：签名按它自己写的公钥核对，不是办公室给的")
    gaps = [f"{a + 1} 至 {b - 1}" for a, b in pairwise(numbers) if b > a + 1]
    if numbers[0] > 1:
        gaps.insert(0, f"1 至 {numbers[0] - 1}")
    if gaps:
        told.append(f"{log}：第 {'、'.join(gaps[:3])}{'等' if gaps[3:] else ''} 条不在这里（别处收过的不会再放）")
    if (given or stated) and (left := len(numbers) - len(proven)):
        told.append(f"{log}：有 {left} 条没有封签盖住，还不能证明是它写的")
    return told
