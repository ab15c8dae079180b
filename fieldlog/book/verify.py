"""Proving logs with nothing but the files: canonical form, hashes, chain, clock and seals.

Reads a data folder, a folder of logs, the folder of one log, one file of entries (an export may mix several logs) or
a pack. It changes nothing, and goes on past what is wrong, so that one changed entry is one problem.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, cast

import orjson

from fieldlog.book.cases import case_files, read_case
from fieldlog.book.checkpoint import read_tips
from fieldlog.book.device import given_key, is_signed
from fieldlog.book.logfiles import Damage, Place, Tip, log_files, reading
from fieldlog.domain.bodies import LogSealed, LogStarted
from fieldlog.domain.entries import Entry, case_message, parse_entry, seal_message
from fieldlog.domain.errors import FieldlogError, FoundWrong, UsageError
from fieldlog.domain.fold import read_body
from fieldlog.domain.log_format import LONGEST_LINE_BYTES, NO_HASH, is_device_id

MOST_PROBLEMS: Final = 100
"""Of one log; a file that is no log at all need not be told line by line."""
_SKIPPABLE: Final = 0x184D2A50.to_bytes(4, "little")
_OFFICES_WORD: Final = (b'"fieldlog":"receipt"', b'"fieldlog":"office-keys"')
_RECEIPT_WITHIN: Final = 64 * 1024
_PACK_MAGIC: Final = (0xFD2FB528.to_bytes(4, "little"), _SKIPPABLE)


@dataclass(frozen=True, slots=True)
class VerifiedLog:
    """One log as far as it holds; a valid seal vouches for the entries up to `sealed`."""

    log: str
    entries: int
    head: str
    sealed: int
    withheld: int = 0
    """Entries whose body is not in the file, as in a case file; their hashes hold."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong, and with which entry; `log` is empty, `seq` and `line` are 0 where they cannot be told."""

    log: str
    seq: int
    line: int
    why: str


@dataclass(slots=True)
class VerifyReport:
    """The outcome for every log that was found."""

    logs: list[VerifiedLog] = field(default_factory=list[VerifiedLog])
    problems: list[Wrong] = field(default_factory=list[Wrong])
    notes: list[str] = field(default_factory=list[str])
    """What else there is to know, a line each."""
    receipts: list[bytes] = field(default_factory=list[bytes])
    """Lines of a file that are receipts of the office, or its word on its keys; `fieldlog.sync.receipt_verify` checks them."""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify(path: Path, given: Mapping[str, str] | None = None) -> VerifyReport:
    """Prove what is at `path`; `given` are public keys from elsewhere, by device, that count before all others.

    Raises:
        UsageError: there is nothing at `path`, or nothing in it that could be proven; exit 1 is for what is wrong.
        EnvironmentFault: a file cannot be read.
    """
    if not path.exists():
        raise UsageError(f"没有这个文件或文件夹：{path}")
    if path.is_file():
        report = _verify_file(path, _Known(given or {}))
    elif log_files(path):
        report = _verify_logs([path], _Known(given or {}), named=False)
    else:
        root = path / "log" if (path / "log").is_dir() else path
        known = _Known(_public_keys(path / "keys") | dict(given or {}), read_tips(path / "view.json"))
        folders = [folder for folder in sorted(root.iterdir()) if log_files(folder)]
        lost = [root / log for log in known.tips if not log_files(root / log)]
        report = _verify_logs([*folders, *lost], known, named=True)
        report.problems += _verify_cases(root, known)
    if not report.logs and not report.problems:
        raise UsageError(f"{path} 里没有日志可以校验")
    return report


class _Known(NamedTuple):
    """What is known beside the logs."""

    keys: Mapping[str, str] = {}
    """Public keys that somebody put beside the logs."""
    tips: Mapping[str, Tip] = {}
    """How far the program had read each log when it wrote its checkpoint."""


class _Line(NamedTuple):
    """A line without its line feed, and where it stands."""

    where: str
    """The file's name, where there are several."""
    number: int
    content: bytes
    ended: bool

    def wrong(self, log: str, seq: int, why: str) -> Wrong:
        return Wrong(log, seq, self.number, f"{self.where} 第 {self.number} 行：{why}".lstrip())


class _Chain:
    """Follows one log entry by entry."""

    def __init__(self, log: str, known: _Known, *, begins_anywhere: bool = False) -> None:
        self.log = log
        self.problems: list[Wrong] = []
        self.count = self.sealed = self.seq = self.withheld = 0
        self._untold = 0
        self._skipped = 0
        """Lines since the last sound entry that are none."""
        self._hash, self._hlc = NO_HASH, ""
        self._begins_anywhere = begins_anywhere
        self._key = self._given_key = known.keys.get(log, "")
        self._tip = known.tips.get(log, Tip())

    def take(self, line: _Line) -> None:
        """Take in the next line that is of this log, or should be."""
        try:
            entry = parse_entry(line.content)
            if entry.log != self.log:
                raise FoundWrong(f"这一条属于 {entry.log}，不属于 {self.log}")
        except FieldlogError as error:
            self._skipped += 1
            self._wrong(line, self.seq + self._skipped, str(error))
        else:
            self.take_entry(entry, line)

    def take_entry(self, entry: Entry, line: _Line) -> None:
        """Take in an entry of this log that is sound in itself."""
        if entry.seq != self.seq + 1 or entry.prev != self._hash or entry.hlc <= self._hlc:
            why, goes_on = self._break(entry)
            if why:
                self._wrong(line, entry.seq, why)
            if not goes_on:
                return
        self.seq, self._hash, self._hlc = entry.seq, entry.hash, entry.hlc
        self._skipped = 0
        self.count += 1
        self.withheld += isinstance(entry.body, str)
        if entry.seq == self._tip.seq and entry.hash != self._tip.hash:
            self._wrong(line, entry.seq, "与程序上次读到的不是同一条，日志被换过")
        if entry.kind in ("log.started", "log.sealed"):
            self._vouch(entry, line)

    def _break(self, entry: Entry) -> tuple[str, bool]:
        """Why the entry does not follow the last one, or empty, and whether what comes next should follow it."""
        if self.count == 0 and self._begins_anywhere:
            return "", True
        if entry.seq <= self.seq:
            if entry.hash == self._hash:
                return "同一条出现了两次", False
            if entry.seq == self.seq:
                return "同一编号有两条不同的记录，这个日志被复制或恢复过", False
            return f"排在第 {self.seq} 条后面，顺序不对", False
        missing = entry.seq - self.seq - 1
        if missing and (not self._skipped or missing > self._skipped + 1):
            return f"前面缺第 {self.seq + 1} 至 {entry.seq - 1} 条，可能少了文件或删掉了几行", True
        if self._skipped:
            return "", True  # told already, and what stood there cannot be followed
        if entry.prev != self._hash:
            return "与前一条不衔接", True
        return "逻辑时钟没有前进", True

    def _vouch(self, entry: Entry, line: _Line) -> None:
        body = read_body(entry)
        if isinstance(body, LogStarted) and entry.seq == 1:
            if self._given_key and body.public_key != self._given_key:
                self._wrong(line, 1, "公钥与另外给的（或 keys 文件夹里的）不同")
            self._key = body.public_key
        if entry.kind != "log.sealed" or isinstance(entry.body, str):
            return
        if not isinstance(body, LogSealed) or body.upto != entry.seq - 1 or body.head != entry.prev:
            self._wrong(line, entry.seq, "封签不是对它前一条的")
        elif self._key and not is_signed(self._key, body.signature, seal_message(self.log, body.upto, body.head)):
            self._wrong(line, entry.seq, "封签的签名不对，不是这台设备签的")
        elif self._key and not self.problems:
            self.sealed = body.upto

    def _wrong(self, line: _Line, seq: int, why: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(line.wrong(self.log, seq, why))
        else:
            self._untold += 1

    def torn(self, line: _Line) -> None:
        """Take in a last line that lacks its line feed, which a power cut leaves behind."""
        try:
            entry = parse_entry(line.content)
        except FieldlogError:
            self._wrong(line, self.seq + 1, "最后一行没有写完（断电留下的，下次打开会移开），不算在内")
        else:
            self.take_entry(entry, line)
            self._wrong(line, entry.seq, "最后一行缺行尾的换行（断电留下的，下次打开会补上）")

    def report(self, into: VerifyReport) -> None:
        """Add what was found."""
        if self.seq < self._tip.seq:
            why = f"程序上次读到第 {self._tip.seq} 条，日志里只到第 {self.seq} 条，后面的记录不见了"
            self.problems.append(Wrong(self.log, self.seq + 1, 0, why))
        if self._untold:
            self.problems.append(Wrong(self.log, 0, 0, f"另有 {self._untold} 处问题，没有一一列出"))
        into.problems += self.problems
        if self.count:
            into.logs.append(VerifiedLog(self.log, self.count, self._hash, self.sealed, self.withheld))


def _verify_logs(folders: Iterable[Path], known: _Known, *, named: bool) -> VerifyReport:
    """Prove folders of one log each; with `named`, a log bears its folder's name."""
    report = VerifyReport()
    for folder in folders:
        names = log_files(folder)
        chain = _Chain(folder.name if named else _log_of(folder, names), known)
        for name in names:
            for line in _lines(folder / name, name):
                if line.ended or name != names[-1]:
                    chain.take(line)
                else:
                    chain.torn(line)
        chain.report(report)
    return report


def _verify_cases(root: Path, known: _Known) -> Iterator[Wrong]:
    """What is wrong with the cases that came on paper, `fieldlog.book.cases`."""
    for _doc, path in case_files(root):
        log = path.parent.name
        case = read_case(path)
        damages = [each for each in case.read if isinstance(each, Damage)]
        yield from (Wrong(log, 0, each.line, f"{path.name} 第 {each.line} 行：{each.why}") for each in damages)
        if damages:
            continue
        hashes = [entry.hash for entry, _place in cast(list[tuple[Entry, Place]], case.read)]
        key = known.keys.get(log) or _stated_key(path.parent)
        if not is_signed(key, case.signature, case_message(log, case.doc, hashes)):
            yield Wrong(log, 0, 0, f"{path.name} 的签名不对，从纸上收下之后被改动过")


def _stated_key(folder: Path) -> str:
    """The key that a log's first entry states, or empty."""
    for name in log_files(folder)[:1]:
        for line in _lines(folder / name, name):
            try:
                return str(parse_entry(line.content).fields.get("public_key", ""))
            except FieldlogError:
                return ""
    return ""


def _verify_file(path: Path, known: _Known) -> VerifyReport:
    report = VerifyReport()
    with reading(path) as stream:
        is_pack = stream.read(4) in _PACK_MAGIC
    chains: dict[str, _Chain] = {}
    nobody = _Chain("", _Known())
    line = _Line("", 0, b"", ended=True)
    try:
        for line in _unpacked(path) if is_pack else _lines(path, ""):
            try:
                entry = parse_entry(line.content)
            except FieldlogError:
                if any(each in line.content[:_RECEIPT_WITHIN] for each in _OFFICES_WORD):
                    report.receipts.append(line.content)
                    continue
                chains.get(_claimed_log(line.content), nobody).take(line)
            else:
                chain = chains.get(entry.log)
                if chain is None:
                    chain = chains[entry.log] = _Chain(entry.log, known, begins_anywhere=is_pack)
                chain.take_entry(entry, line)
    except FoundWrong as error:
        report.problems.append(line.wrong("", 0, str(error)))
    for chain in [*chains.values(), nobody]:
        chain.report(report)
    return report


def _lines(path: Path, where: str) -> Iterator[_Line]:
    with reading(path) as stream:
        for number, line in enumerate(iter(partial(stream.readline, LONGEST_LINE_BYTES + 2), b""), 1):
            ended = line.endswith(b"\n")
            yield _Line(where, number, line[:-1] if ended else line, ended)


def _unpacked(path: Path) -> Iterator[_Line]:
    """The lines of a pack; raises FoundWrong where it is cut short or damaged."""
    rest, number = b"", 0
    with reading(path) as stream:
        for block in _frames(stream):
            *whole, rest = (rest + block).split(b"\n")
            for line in whole:
                number += 1
                yield _Line("", number, line, ended=True)
            if len(rest) > LONGEST_LINE_BYTES:
                raise FoundWrong("数据包里有一行超过 4 MiB，不是 fieldlog 的记录")
    if rest:
        raise FoundWrong("数据包不完整，后面的部分不见了")


def _frames(stream: BinaryIO) -> Iterator[bytes]:
    """What the zstd frames hold; the skippable frame in front is the pack's own header."""
    import zstandard  # noqa: PLC0415 - only for a pack

    beginning = stream.read(8)
    is_header = beginning[:4] == _SKIPPABLE
    stream.seek(8 + int.from_bytes(beginning[4:], "little") if is_header else 0)
    frame, is_whole = zstandard.ZstdDecompressor().decompressobj(), False
    for block in iter(partial(stream.read, 4096), b""):
        data = block
        while data:
            try:
                yield frame.decompress(data)
            except zstandard.ZstdError as error:
                raise FoundWrong("数据包已损坏，解不开") from error
            is_whole, data = frame.eof, frame.unused_data if frame.eof else b""
            if is_whole:
                frame = zstandard.ZstdDecompressor().decompressobj()
    if not is_whole:
        raise FoundWrong("数据包不完整，后面的部分不见了")


def _claimed_log(line: bytes) -> str:
    try:
        fields: Any = orjson.loads(line)
    except orjson.JSONDecodeError:
        return ""
    return str(cast(dict[str, Any], fields).get("log")) if isinstance(fields, dict) else ""


def _log_of(folder: Path, names: list[str]) -> str:
    """The log that the first line of a folder says it is of."""
    first = next(_lines(folder / names[0], ""))
    claimed = _claimed_log(first.content)
    return claimed if is_device_id(claimed) else folder.name


def _public_keys(folder: Path) -> dict[str, str]:
    """Copies of public keys, `keys/<device>.pub`: 64 hex digits each."""
    return {path.stem: key for path in folder.glob("*.pub") if (key := given_key(folder, path.stem))}
