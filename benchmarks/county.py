"""A county's evening against real hub processes: 40 townships of 10 laptops send a day's work and fetch their
colleagues', 100 laptops at once, on SQLite and on PostgreSQL with one and two hub processes.

`python -m benchmarks.county [--quick]`. Loopback only; the packs are made before the clock starts, so that the load is
the hub's. Laptops and hubs share this machine's cores.
"""

import argparse
import http.client
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.postgres import NoPostgres, Server
from fieldlog.domain.entries import make_entry, seal_message
from fieldlog.domain.log_format import NO_HASH
from fieldlog.office.serve import open_hub
from fieldlog.sync.exchange import COMPACT, write_pack

TOWNSHIPS, LAPTOPS, DAY = 40, 10, 200
"""200 entries are five inspections of a day."""
AT_ONCE = 100
HEADER = (
    "| hub | what | requests | failed | requests/s | entries/s | middle | 95 of 100 | slowest |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)
RUN_HUB = (
    "import sys, pathlib; from fieldlog.office.serve import run; "
    "run(sys.argv[1], port=0, blobs=pathlib.Path(sys.argv[2]))"
)


@dataclass(slots=True)
class Laptop:
    """One device: what it will send, and where to."""

    unit: str
    device: str
    public_key: str
    day: bytes
    one_more: bytes
    host: str = ""
    token: str = ""

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[float, int, int]:
        """Seconds, status and length of the answer, over a connection of its own as a laptop has."""
        start = time.perf_counter()
        connection = http.client.HTTPConnection(self.host, timeout=60)
        try:
            connection.request(method, path, body, {"Authorization": f"Bearer {self.token}"})
            answer = connection.getresponse()
            content = answer.read()
            return time.perf_counter() - start, answer.status, len(content)
        except (OSError, http.client.HTTPException):
            return time.perf_counter() - start, 0, 0
        finally:
            connection.close()


def make_laptop(unit: str, number: int, entries: int) -> Laptop:
    """A laptop with a day of entries, sealed, and one entry after that."""
    device = f"{unit}-{number:02d}"
    key = Ed25519PrivateKey.generate()
    lines: list[bytes] = []
    prev = NO_HASH

    def write(kind: str, body: dict[str, object]) -> None:
        nonlocal prev
        seq = len(lines) + 1
        entry = make_entry(
            log=device, seq=seq, prev=prev, hlc=f"{(1_795_000_000_000 + seq) << 16:016x}",
            at="2026-11-24T09:00:00.000+08:00", by="zhang", kind=kind, doc="01KAT8S1RZ0000000000000000", body=body,
            salt=os.urandom(16).hex(),
        )  # fmt: skip
        prev = entry.hash
        lines.append(entry.line())

    for item in range(entries):
        write("item.answered", {"item": f"xiaofang-{item % 40}", "value": "符合"})
    signature = key.sign(seal_message(device, len(lines), prev)).hex()
    write("log.sealed", {"upto": len(lines), "head": prev, "signature": signature})
    write("item.noted", {"note": "出门前补记一条"})
    public_key = key.public_key().public_bytes_raw().hex()
    return Laptop(unit, device, public_key, write_pack(lines[:-1], COMPACT), write_pack(lines[-1:], COMPACT))


def measure(
    name: str, laptops: Sequence[Laptop], url: str, folder: Path, processes: int, entries: int
) -> Iterator[str]:
    """One line of the table for each thing that all laptops do."""
    hub = open_hub(url, folder)
    for laptop in laptops:
        code = hub.enrolment.new_code(laptop.unit)
        laptop.token = hub.enrolment.enrol(code, laptop.device, laptop.unit, laptop.public_key, "bench").token
    with ExitStack() as stack:
        hosts: list[str] = []
        for _ in range(processes):
            started = subprocess.Popen([sys.executable, "-c", RUN_HUB, url, folder], stdout=subprocess.PIPE, text=True)
            stack.callback(started.wait)
            stack.callback(started.terminate)
            assert started.stdout is not None
            hosts.append(urlsplit(started.stdout.readline().strip()).netloc)
        for number, laptop in enumerate(laptops):
            laptop.host = hosts[number % processes]
        colleagues = {laptop.unit: 0 for laptop in laptops}
        for laptop in laptops:
            colleagues[laptop.unit] += entries + 1
        steps: list[tuple[str, Callable[[Laptop], tuple[float, int, int]], int]] = [
            ("早上：没有新内容", lambda one: one.ask("GET", "/v1/heads"), 0),
            ("傍晚：送一天的记录", lambda one: one.ask("POST", "/v1/entries", one.day), entries + 1),
            ("同样的再送一遍", lambda one: one.ask("POST", "/v1/entries", one.day), 0),
            ("多一条再送", lambda one: one.ask("POST", "/v1/entries", one.one_more), 1),
            ("取同所的记录", lambda one: one.ask("GET", f"/v1/entries?after={one.device}:{entries + 2}"),
             (entries + 1) * (LAPTOPS - 1)),
        ]  # fmt: skip
        for what, ask, each in steps:
            yield line(name, what, laptops, ask, each)
    held = [hub.ledger.heads(unit) for unit in colleagues]
    assert sum(head.seq for heads in held for head in heads.values()) == len(laptops) * (entries + 2)


def line(
    name: str, what: str, laptops: Sequence[Laptop], ask: Callable[[Laptop], tuple[float, int, int]], entries: int
) -> str:
    """All laptops do one thing, 100 at once."""
    start = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(ask, laptops))
    seconds = time.perf_counter() - start
    times = sorted(took for took, _status, _length in answers)
    failed = sum(status != 200 for _took, status, _length in answers)
    shown = [times[len(times) // 2], times[len(times) * 95 // 100], times[-1]]
    speed = f"{len(laptops) * entries / seconds:,.0f}" if entries else ""
    return (
        f"| {name} | {what} | {len(laptops)} | {failed} | {len(laptops) / seconds:,.0f} | {speed} | "
        + " | ".join(f"{each * 1000:,.0f} ms" for each in shown)
        + " |"
    )


def main() -> None:
    """Build the county once, and send its day to each kind of hub."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.county", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="8 townships with a quarter of a day's entries")
    quick = parser.parse_args().quick
    townships, entries = (8, DAY // 4) if quick else (TOWNSHIPS, DAY)
    laptops = [
        make_laptop(f"unit{unit:02d}", number, entries) for unit in range(townships) for number in range(LAPTOPS)
    ]
    print(
        f"{townships} townships, {len(laptops)} laptops, {len(laptops) * (entries + 2):,} entries, {os.cpu_count()} cores"
    )
    print(HEADER)
    with tempfile.TemporaryDirectory(prefix="fieldlog-benchmarks-", dir=".") as made, ExitStack() as stack:
        folder = Path(made)
        hubs = [("SQLite，1 个进程", f"sqlite:///{folder / 'hub.sqlite'}", 1)]
        try:
            server = stack.enter_context(Server(durable=True))
            hubs += [(f"PostgreSQL，{count} 个进程", server.database(), count) for count in (1, 2)]
        except NoPostgres as error:
            print(f"no PostgreSQL: {error}", file=sys.stderr)
        for name, url, processes in hubs:
            for row in measure(name, laptops, url, folder / "blobs", processes, entries):
                print(row, flush=True)


if __name__ == "__main__":
    main()
