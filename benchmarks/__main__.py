"""`python -m benchmarks [--quick]`: build, measure, print one table."""

import argparse
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks import answer, badline, fold, footage, home, laptops, ledger, paint, start, wire
from benchmarks.report import HEADER, Row


def main() -> None:
    """Measure everything; the full run takes some minutes and 2 GB of temporary disk."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller books, for a first look")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory(prefix="fieldlog-benchmarks-", dir=".") as name:
        folder = Path(name)
        parts: list[Callable[[], Iterable[Row]]] = [
            lambda: answer.run(folder, (0, 10_000) if quick else (0, 10_000, 1_000_000)),
            lambda: start.run(folder, (0, 10_000) if quick else (0, 10_000, 100_000)),
            lambda: paint.run(folder),
            lambda: ledger.run(folder, 10_000 if quick else 100_000),
            lambda: fold.run(folder),
            lambda: footage.run(folder, quick=quick),
            lambda: home.run(folder, 2_000 if quick else 10_000),
            lambda: wire.run(folder, 25 if quick else 250),
            lambda: badline.run(folder, quick=quick),
            lambda: laptops.run(folder, 20 if quick else 100),
        ]
        print(HEADER)
        for part in parts:
            for row in part():
                print(row.line(), flush=True)


if __name__ == "__main__":
    main()
