"""Bytes on the wire: a laptop's first synchronisation of many visits of plain answers, and a colleague fetching them.

Counted is what TCP carries in both directions, all requests with their headers and answers, enrolment too; not what TCP
and TLS add. All of it, openings, closings and seals included, is divided by the number of answers alone.

`python -m benchmarks.wire [--quick]` runs it alone.
"""

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

from benchmarks.day import Work, build
from benchmarks.report import HEADER, Row
from benchmarks.serving import Office, port_of
from benchmarks.slow_line import SlowLine
from fieldlog.book.book import Book
from fieldlog.book.device import Device
from fieldlog.sync.exchange import PLAIN
from fieldlog.sync.http import sync_http

_BUDGET = 40


def run(folder: Path, visits: int) -> Iterator[Row]:
    """Bytes for each answer, out of the laptop and into a colleague's, in the way they take and in the plain one."""
    work = Work(visits)
    laptop = folder / "wire-laptop"
    build(laptop, work)
    out, back = _measure(folder / "wire-compact", laptop, work)
    with patch("fieldlog.sync.http.best_way", lambda _ways: PLAIN), patch("fieldlog.sync.hub.WAYS", (PLAIN,)):
        plain_out, plain_back = _measure(folder / "wire-plain", laptop, work)
    yield _row(f"{work.answers:,} 个答案第一次送出，每个答案", out, plain_out)
    yield _row("同事取回，每个答案", back, plain_back)


def _row(what: str, ours: float, plain: float) -> Row:
    return Row(what, f"{ours:.1f} 字节", f"不去掉可推出的 {plain:.1f} 字节", ours, _BUDGET)


def _measure(folder: Path, laptop: Path, work: Work) -> tuple[float, float]:
    sender, receiver = folder / "sender", folder / "receiver"
    shutil.copytree(laptop, sender)
    device = Device("houye-02", "houye", "后叶镇", "01ARZ3NDEKTSV4RRFFQ69G5FAV")
    Book.create(receiver, device).close()
    office = Office(folder / "office", f"sqlite:///{folder / 'hub.sqlite'}")
    bytes_each: list[float] = []
    with office.run() as url:
        for book_folder in (sender, receiver):
            with ExitStack() as stack:
                line = stack.enter_context(SlowLine(port_of(url)))
                book = stack.enter_context(Book.open(book_folder))
                sync_http(book, line.url, office.code(book.device.id))
                bytes_each.append((line.bytes_up + line.bytes_down) / work.answers)
    return bytes_each[0], bytes_each[1]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.wire", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the answers")
    with tempfile.TemporaryDirectory(prefix="fieldlog-benchmarks-", dir=".") as name:
        print(HEADER)
        for row in run(Path(name), 25 if parser.parse_args().quick else 250):
            print(row.line(), flush=True)


if __name__ == "__main__":
    main()
