"""Synchronising over loopback with a real hub process, on SQLite and on PostgreSQL: the first time, again, and with one
more entry; beside it a bare HTTP post and a bare insert of the same bytes into the same kind of database.

`python -m benchmarks.home [--quick]` runs it alone.
"""

import argparse
import http.client
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.postgres import NoPostgres, Server
from benchmarks.report import HEADER, Row
from benchmarks.serving import Office, bare_hub
from benchmarks.township import ROLE, build
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.sync.exchange import PIECE_BYTES
from fieldlog.sync.http import sync_http

_SMALL = 20
"""How often the small ones are done; the middle one counts."""
_BUDGET = {"SQLite": 50_000, "PostgreSQL": 30_000}


def run(folder: Path, inspections: int) -> Iterator[Row]:
    """Entries a second, proven and durable at the hub, and the time of the small ones."""
    laptop = folder / "sync-laptop"
    build(laptop, inspections, answers=34)
    lines = b"".join(file.read_bytes() for file in sorted(laptop.glob("log/*/*.jsonl"))).splitlines()
    yield from _measure(
        "SQLite",
        laptop,
        lines,
        f"sqlite:///{folder / 'hub.sqlite'}",
        f"sqlite:///{folder / 'bare.sqlite'}",
        folder / "a",
    )
    try:
        with Server(durable=True) as server:
            yield from _measure("PostgreSQL", laptop, lines, server.database(), server.database(), folder / "b")
    except NoPostgres as error:
        print(f"no PostgreSQL: {error}", file=sys.stderr)


def _measure(name: str, laptop: Path, lines: list[bytes], hub_db: str, bare_db: str, office: Path) -> Iterator[Row]:
    with bare_hub(bare_db) as url:
        bare, bare_empty, bare_one = _post_bare(url, lines)
    hub = Office(office, hub_db)
    with hub.run() as url, Book.open(laptop) as book:
        code = hub.code("houye-01", ROLE)
        first, sent = _timed(book, url, code)
        again = _middle([_timed(book, url)[0] for _ in range(_SMALL)])
        ones: list[float] = []
        for _ in range(_SMALL):
            book.write("bench", book.device.doc, bodies.DraftSaved(field="x", text="y"))
            ones.append(_timed(book, url)[0])
    one = _middle(ones)
    speed = sent / first
    beside = f"只收不验 {len(lines) / bare:,.0f} 条/秒，{first / bare:.1f} 倍时间"
    yield Row(f"{name}：第一次同步 {sent:,} 条（已校验、已落盘）", f"{speed:,.0f} 条/秒，{first:.1f} s", beside, speed,
              _BUDGET[name], at_least=True)  # fmt: skip
    yield Row(
        f"{name}：没有新内容，一次往返",
        f"{again * 1000:.1f} ms",
        f"空请求 {bare_empty * 1000:.1f} ms",
        again / first,
        1.0,
    )
    yield Row(f"{name}：多一条再同步", f"{one * 1000:.1f} ms", f"只收不验 {bare_one * 1000:.1f} ms", one / again, 5.0)


def _post_bare(url: str, lines: list[bytes]) -> tuple[float, float, float]:
    """Seconds for all in pieces of the size that laptops send, for a request without anything, and for one line."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)

    def ask(method: str, body: bytes | None = None) -> float:
        start = time.perf_counter()
        connection.request(method, "/", body)
        connection.getresponse().read()
        return time.perf_counter() - start

    ask("GET")
    start = time.perf_counter()
    rest = iter(lines)
    per_piece = max(1, PIECE_BYTES // (sum(map(len, lines)) // len(lines) + 1))
    while piece := list(islice(rest, per_piece)):
        ask("POST", b"\n".join(piece))
    whole = time.perf_counter() - start
    return whole, _middle([ask("GET") for _ in range(_SMALL)]), _middle([ask("POST", lines[0]) for _ in range(_SMALL)])


def _timed(book: Book, url: str, code: str | None = None) -> tuple[float, int]:
    start = time.perf_counter()
    result = sync_http(book, url, code)
    return time.perf_counter() - start, result.sent


def _middle(times: list[float]) -> float:
    return sorted(times)[len(times) // 2]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.home", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fifth of the entries")
    with tempfile.TemporaryDirectory(prefix="fieldlog-benchmarks-", dir=".") as name:
        print(HEADER)
        for row in run(Path(name), 2_000 if parser.parse_args().quick else 10_000):
            print(row.line(), flush=True)
