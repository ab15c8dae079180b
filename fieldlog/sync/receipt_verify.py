"""Proving receipts: the office signed them, and the entries they name are those of the log."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import orjson

from fieldlog.book.changeover import ASIDE
from fieldlog.book.logfiles import log_files, reading
from fieldlog.book.verify import VerifyReport, Wrong
from fieldlog.domain.entries import parse_entry
from fieldlog.domain.errors import FieldlogError
from fieldlog.domain.log_format import LONGEST_LINE_BYTES
from fieldlog.sync.exchange import place_of
from fieldlog.sync.office_keys import load_trust
from fieldlog.sync.receipts import FOLDER, Receipt, kept_receipts, read_receipt
from fieldlog.sync.succession import KIND, SigningKeys, Statement, around, read_statement

_STATEMENT = f'"fieldlog":"{KIND}"'.encode()
_Named = dict[tuple[str, int], str]


def verify_kept(folder: Path, report: VerifyReport) -> None:
    """Add to the report what the receipts in the data folder prove, and what is wrong with them.

    Raises:
        EnvironmentFault: a file cannot be read.
    """
    if not (folder / FOLDER).is_dir():
        return
    trust = load_trust(folder)
    files = [path / name for path in sorted((folder / "log").iterdir()) for name in log_files(path)]
    aside = sorted((folder / ASIDE).rglob("*.jsonl"))
    _verify(list(kept_receipts(folder)), trust.signing_keys if trust else {}, files, aside, report)


def verify_in_file(path: Path, report: VerifyReport, office_key: str = "") -> None:
    """The same for the receipts in a case file; without the office's key, each is checked with the one it states.

    Raises:
        EnvironmentFault: the file cannot be read.
    """
    receipts: list[Receipt] = []
    statements: list[Statement] = []
    for line in report.receipts:
        try:
            if _STATEMENT in line:
                statements.append(read_statement(orjson.loads(line)))
            else:
                receipts.append(read_receipt(line))
        except ValueError:
            report.problems.append(Wrong("", 0, 0, "办公室的回执不合格式，被改动过"))
    _verify(receipts, around(office_key, statements) if office_key else {}, [path], [], report)


def _verify(
    receipts: Sequence[Receipt], keys: SigningKeys, files: Sequence[Path], aside: Sequence[Path], report: VerifyReport
) -> None:
    found = _hashes(receipts, files)
    elsewhere = _hashes(receipts, aside) if aside else {}
    reached: dict[str, tuple[int, int, bool]] = {}
    for receipt in receipts:
        is_the_office_s = bool(receipt.signer(keys))
        if not is_the_office_s and not (receipt.signing_key and receipt.is_signed_by(receipt.signing_key)):
            report.problems.append(Wrong("", 0, 0, f"办公室 {_day(receipt.at)} 的回执签名不对，被改动过"))
            continue
        if not is_the_office_s and receipt.signing_key in keys:
            why = f"办公室 {_day(receipt.at)} 的回执是用那时已经换下的密钥签的，不能当作办公室签的"
            report.problems.append(Wrong("", 0, 0, why))
            continue
        for log, head in receipt.heads.items():
            here = found.get((log, head.seq))
            if here is not None and here != head.hash and elsewhere.get((log, head.seq)) != head.hash:
                why = f"与办公室 {_day(receipt.at)} 签收的不是同一条"
                report.problems.append(Wrong(log, head.seq, 0, why))
            elif here == head.hash and head.seq > reached.get(log, (0, 0, False))[0]:
                reached[log] = (head.seq, receipt.at, is_the_office_s)
    for log, (seq, at, known) in sorted(reached.items()):
        whose = "" if known else "（签名用的公钥是回执自己写的，请与办公室核对）"
        report.notes.append(f"{log}：办公室 {_day(at)} 已收到并校验到第 {seq} 条{whose}")


def _hashes(receipts: Iterable[Receipt], files: Iterable[Path]) -> _Named:
    """What stands in the files under the numbers that the receipts name."""
    wanted = {(log, head.seq) for receipt in receipts for log, head in receipt.heads.items()}
    found: _Named = {}
    for path in files:
        with reading(path) as stream:
            while line := stream.readline(LONGEST_LINE_BYTES + 2):
                place = place_of(line.rstrip(b"\n"))
                if place is not None and (place.log, place.seq) in wanted:
                    with suppress(FieldlogError):  # told already
                        found[place.log, place.seq] = parse_entry(line.rstrip(b"\n")).hash
    return found


def _day(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000).astimezone():%Y-%m-%d %H:%M}"
