"""`python -m benchmarks.simulate [--seeds N] [--from N] [--seed N --trace]`."""

import argparse
import gc
import sys
import tempfile
import time
import traceback
from contextlib import nullcontext
from pathlib import Path

from benchmarks.simulate.mutants import MUTANTS
from benchmarks.simulate.township import quick_folder
from benchmarks.simulate.world import Failed, live


def main() -> int:
    """Run the worlds; the exit code is 1 where one failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=500, help="how many worlds")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first seed")
    parser.add_argument("--seed", type=int, help="only this one")
    parser.add_argument("--mutant", choices=MUTANTS, help="with this bug put into the product; stops when it is found")
    parser.add_argument("--trace", action="store_true", help="print every step")
    wish = parser.parse_args()
    seeds = range(wish.first, wish.first + wish.seeds) if wish.seed is None else [wish.seed]
    started, failed = time.process_time(), 0
    mutant = MUTANTS[wish.mutant]() if wish.mutant else nullcontext()
    gc.freeze()
    gc.set_threshold(50_000)  # a world makes little that only the collector frees
    with mutant, tempfile.TemporaryDirectory(prefix="fieldlog-simulate-", dir=quick_folder()) as name:
        for seed in seeds:
            try:
                digest = live(seed, Path(name) / "world", print if wish.trace else None)
                if wish.trace:
                    print(f"seed {seed}: {digest}")
            except Failed as error:
                failed += 1
                print(error, flush=True)
                if wish.trace and error.__cause__ is not None:
                    traceback.print_exception(error.__cause__, limit=-6)
                if wish.mutant:
                    break
    if not wish.trace:
        print(f"{len(seeds)} seeds, {failed} failed, {time.process_time() - started:.1f} s of processor time")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
