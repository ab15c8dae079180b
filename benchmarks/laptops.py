"""100 laptops at once, each with a day's work of 200 entries and a seal, against the same hub that proves nothing: bare
posts of the same bytes, inserted and committed. How long the slowest and the middle one wait; on SQLite and on PostgreSQL.

`python -m benchmarks.laptops [--quick]` runs it alone. The packs are made before the clock starts; laptops and hub share
this machine's cores. `benchmarks.county` is the same for 400 laptops and for more than sending.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.county import DAY, Laptop, make_laptop
from benchmarks.postgres import NoPostgres, Server
from benchmarks.report import HEADER, Row
from benchmarks.serving import bare_hub, serving
from fieldlog.office.serve import open_hub
from fieldlog.sync.exchange import read_pack

_UNITS = 10
_BUDGET = 4.0
_RUN_HUB = (
    "import sys, pathlib; from fieldlog.office.serve import run; "
    "run(sys.argv[1], port=0, blobs=pathlib.Path(sys.argv[2]))"
)


def run(folder: Path, count: int) -> Iterator[Row]:
    """Seconds until the slowest has its acknowledgement."""
    laptops = [make_laptop(f"unit{number % _UNITS:02d}", number // _UNITS, DAY) for number in range(count)]
    sqlite = [f"sqlite:///{folder / name}" for name in ("laptops.sqlite", "laptops-bare.sqlite")]
    yield _measure("SQLite", laptops, sqlite[0], sqlite[1], folder / "laptops-blobs-a")
    try:
        with Server(durable=True) as server:
            yield _measure("PostgreSQL", laptops, server.database(), server.database(), folder / "laptops-blobs-b")
    except NoPostgres as error:
        print(f"no PostgreSQL: {error}", file=sys.stderr)


def _measure(name: str, laptops: Sequence[Laptop], hub_db: str, bare_db: str, blobs: Path) -> Row:
    lines = {laptop.device: b"\n".join(read_pack([laptop.day])) for laptop in laptops}
    with bare_hub(bare_db) as url:
        bare = _all_at_once(laptops, url, lambda one: one.ask("POST", "/", lines[one.device]))
    hub = open_hub(hub_db, blobs)
    for laptop in laptops:
        code = hub.enrolment.new_code(laptop.unit)
        laptop.token = hub.enrolment.enrol(code, laptop.device, laptop.unit, laptop.public_key, "bench").token
    with serving([sys.executable, "-c", _RUN_HUB, hub_db, str(blobs)]) as url:
        ours = _all_at_once(laptops, url, lambda one: one.ask("POST", "/v1/entries", one.day))
    held = sum(head.seq for unit in {one.unit for one in laptops} for head in hub.ledger.heads(unit).values())
    assert held == len(laptops) * (DAY + 1), "every entry is there"
    middle, slowest = _middle(ours), max(ours)
    return Row(
        f"{name}：{len(laptops)} 台同时送一天 {DAY + 1} 条",
        f"最慢 {slowest:.2f} s，居中 {middle:.2f} s，{held / slowest:,.0f} 条/秒",
        f"只收不验最慢 {max(bare):.2f} s，居中 {_middle(bare):.2f} s",
        slowest / max(bare),
        _BUDGET,
    )


def _all_at_once(laptops: Sequence[Laptop], url: str, ask: Callable[[Laptop], tuple[float, int, int]]) -> list[float]:
    """Seconds from the common start until each has its answer."""
    for laptop in laptops:
        laptop.host = urlsplit(url).netloc
    start = time.perf_counter()

    def one(laptop: Laptop) -> float:
        _took, status, _length = ask(laptop)
        assert status == 200
        return time.perf_counter() - start

    with ThreadPoolExecutor(len(laptops)) as pool:
        return list(pool.map(one, laptops))


def _middle(times: Sequence[float]) -> float:
    return sorted(times)[len(times) // 2]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.laptops", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="20 laptops")
    with tempfile.TemporaryDirectory(prefix="fieldlog-benchmarks-", dir=".") as name:
        print(HEADER)
        for row in run(Path(name), 20 if parser.parse_args().quick else 100):
            print(row.line(), flush=True)


if __name__ == "__main__":
    main()
