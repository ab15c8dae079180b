"""Proving logs with nothing but the files: canonical form, hashes, chain, clock and seals.

Reads a data folder, a folder of logs, or one file of entries (an export may mix several logs). Changes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from fieldlog.book.device import is_signed
from fieldlog.book.journal import LogReader, log_files
from fieldlog.domain.bodies import LogSealed, LogStarted
from fieldlog.domain.entries import NO_HASH, Entry, check_follows, parse_entry, seal_message
from fieldlog.domain.errors import FieldlogError, NotFound, UsageError
from fieldlog.domain.fold import read_body


@dataclass(frozen=True, slots=True)
class VerifiedLog:
    """One log as far as it holds; a valid seal vouches for the entries up to `sealed`."""

    log: str
    entries: int
    head: str
    sealed: int


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong, and with which entry; `seq` and `line` are 0 where they cannot be told."""

    log: str
    seq: int
    line: int
    why: str


@dataclass(slots=True)
class VerifyReport:
    """The outcome for every log that was found."""

    logs: list[VerifiedLog] = field(default_factory=list[VerifiedLog])
    problems: list[Wrong] = field(default_factory=list[Wrong])

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


class _Chain:
    """Follows one log entry by entry."""

    def __init__(self, log: str) -> None:
        self.log = log
        self.seq, self.hash, self.hlc = 0, NO_HASH, "0" * 16
        self.count = 0
        self.sealed = 0
        self.public_key = ""
        self.hashes: dict[int, str] = {}
        """Hashes since the newest seal, which the next seal must name."""

    def seals(self, entry: Entry) -> str:
        """Take in a proven entry; why its seal does not hold, or empty."""
        body = read_body(entry)
        self.seq, self.hash, self.hlc = entry.seq, entry.hash, entry.hlc
        self.count += 1
        self.hashes[entry.seq] = entry.hash
        if isinstance(body, LogStarted) and entry.seq == 1:
            self.public_key = body.public_key
        if not isinstance(body, LogSealed):
            return ""
        if self.hashes.get(body.upto) != body.head:
            return f"封签所指的第 {body.upto} 条与日志不符"
        if not is_signed(self.public_key, body.signature, seal_message(self.log, body.upto, body.head)):
            return "封签的签名不对，不是这台设备签的"
        self.sealed = body.upto
        self.hashes = {entry.seq: entry.hash}
        return ""

    def verified(self) -> VerifiedLog:
        """The log as far as it holds."""
        return VerifiedLog(self.log, self.count, self.hash, self.sealed)


def verify(path: Path) -> VerifyReport:
    """Prove a data folder, a folder of logs, or a file of entries.

    Raises:
        NotFound: there is nothing at `path`.
        UsageError: there is nothing in it that could be proven.
    """
    if not path.exists():
        raise NotFound(f"没有这个文件或文件夹：{path}")
    report = VerifyReport()
    if path.is_file():
        _verify_file(path, report)
    else:
        root = path / "log" if (path / "log").is_dir() else path
        folders = [root] if log_files(root) else sorted(each for each in root.iterdir() if each.is_dir())
        for folder in folders:
            _verify_folder(folder, report)
    if not report.logs and not report.problems:
        raise UsageError(f"{path} 里没有日志可以校验")
    return report


def _verify_folder(folder: Path, report: VerifyReport) -> None:
    reader, chain = LogReader(folder, folder.name), _Chain(folder.name)
    for entry, place in reader:
        why = chain.seals(entry)
        if why:
            report.problems.append(Wrong(folder.name, entry.seq, 0, f"{place.file}：{why}"))
    if reader.damage is not None:
        damage = reader.damage
        report.problems.append(
            Wrong(damage.log, damage.seq, damage.line, f"{damage.file} 第 {damage.line} 行：{damage.why}")
        )
    if reader.torn:
        why = "最后一行没有写完（断电留下的，下次打开会移开），不算在内"
        report.problems.append(Wrong(folder.name, chain.seq + 1, 0, f"{reader.tip.file}：{why}"))
    if chain.count or reader.damage or reader.torn:
        report.logs.append(chain.verified())


def _verify_file(path: Path, report: VerifyReport) -> None:
    chains: dict[str, _Chain] = {}
    for number, line in _lines(path):
        try:
            entry = parse_entry(line)
            chain = chains.setdefault(entry.log, _Chain(entry.log))
            check_follows(entry, chain.seq, chain.hash, chain.hlc)
            why, log, seq = chain.seals(entry), entry.log, entry.seq
        except FieldlogError as error:
            why, log, seq = str(error), "", 0
            report.problems.append(Wrong(log, seq, number, f"第 {number} 行：{why}"))
            break
        if why:
            report.problems.append(Wrong(log, seq, number, f"第 {number} 行：{why}"))
    report.logs += [chain.verified() for chain in chains.values()]


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            yield number, line.removesuffix(b"\n")
