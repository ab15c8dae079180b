"""A day's work of one laptop, visits, answers and photos, over 1 Mbit/s with 200 ms and a cut every five seconds or so, against
bare HTTP posts of the same bytes over the same line.

`python -m benchmarks.badline [--quick]` runs it alone. What was sent twice is what the laptop sends over this line beyond
what it sends over one that is only counted. The bare client posts each pack and each photo whole, again after each cut,
and knows nothing of what has arrived.
"""

import argparse
import http.client
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.day import Work, build
from benchmarks.report import HEADER, Row
from benchmarks.serving import Office, bare_hub, port_of
from benchmarks.slow_line import BAD, Shape, SlowLine
from fieldlog.book.book import Book
from fieldlog.domain.errors import EnvironmentFault
from fieldlog.sync.credentials import load_credential, save_credential
from fieldlog.sync.exchange import COMPACT, pieces, write_pack
from fieldlog.sync.http import sync_http
from fieldlog.sync.joining import join

_BUDGET = 1.5
_MOST_TRIES = 40
_DAY, _QUICK = Work(6, photos=12, hazards=True), Work(2, photos=3, hazards=True)


@dataclass(frozen=True, slots=True)
class Passed:
    """What one synchronisation took."""

    seconds: float
    up: int
    cuts: int
    calls: int
    """How often `fieldlog sync` was called until everything was there."""


def run(folder: Path, *, quick: bool = False) -> Iterator[Row]:
    """Seconds and bytes sent twice."""
    work = _QUICK if quick else _DAY
    laptop = folder / "badline-laptop"
    build(laptop, work)
    counted = _measure(folder / "badline-good", laptop, Shape())
    passed = _measure(folder / "badline-bad", laptop, BAD)
    bare_seconds, bare_twice = _bare(folder, laptop)
    twice = max(0, passed.up - counted.up)
    what = f"{work.answers} 个答案、{work.photos} 张照片（{counted.up:,} 字节）过 1 Mbit/s、200 ms、每 5 秒左右断一次的线路"
    yield Row(
        f"{what}，断 {passed.cuts} 次，叫 {passed.calls} 次",
        f"{passed.seconds:.1f} s",
        f"只发同样字节 {bare_seconds:.1f} s",
        passed.seconds / bare_seconds,
        _BUDGET,
    )
    yield Row("同上，重发的字节占全部", f"{twice:,} 字节", f"只发 {bare_twice:,} 字节", twice / counted.up, 0.5)


def _measure(folder: Path, laptop: Path, shape: Shape) -> Passed:
    shutil.copytree(laptop, folder / "laptop")
    office = Office(folder / "office", f"sqlite:///{folder / 'hub.sqlite'}")
    with office.run() as url, Book.open(folder / "laptop") as book:
        join(
            book, url, office.code(book.device.id), time.sleep, None
        )  # a code works once, so that this is done where the line is good
        credential = load_credential(book.folder, url)
        assert credential
        with SlowLine(port_of(url), shape) as line:
            save_credential(book.folder, replace(credential, url=line.url))
            start = time.perf_counter()
            for calls in range(1, _MOST_TRIES):
                with suppress(EnvironmentFault):
                    sync_http(book, line.url)
                    return Passed(time.perf_counter() - start, line.bytes_up, line.cuts, calls)
    raise AssertionError("the day did not come home")


def _bare(folder: Path, laptop: Path) -> tuple[float, int]:
    """Seconds for posting the same packs and photos over the same line, and bytes beyond what they are."""
    with Book.open(laptop) as book:
        packs = [write_pack(piece, COMPACT) for piece in pieces(book.lines_after({}))]
        photos = [file.read_bytes() for file in book.blobs.folder.glob("??/*")]
    things = [*packs, *photos]
    with bare_hub(f"sqlite:///{folder / 'badline-bare.sqlite'}") as url, SlowLine(port_of(url), BAD) as line:
        start = time.perf_counter()
        for thing in things:
            while not _post(line.url, thing):
                pass
        seconds = time.perf_counter() - start
        return seconds, max(0, line.bytes_up - sum(map(len, things)))


def _post(url: str, content: bytes) -> bool:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        connection.request("POST", "/", content)
        return connection.getresponse().read() == b"{}"
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.badline", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two visits and three photos")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory(prefix="fieldlog-benchmarks-", dir=".") as name:
        print(HEADER)
        for row in run(Path(name), quick=quick):
            print(row.line(), flush=True)


if __name__ == "__main__":
    main()
