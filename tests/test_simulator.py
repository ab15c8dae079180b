"""Five hundred townships under every fault: nothing acknowledged is lost, nothing doubled, and all end alike.

A seed that fails says so in one line; `python -m benchmarks.simulate --seed N --trace` lives through it again.
"""

import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.simulate.mutants import MUTANTS
from benchmarks.simulate.township import quick_folder
from benchmarks.simulate.world import Failed, live

SEEDS, CHUNK = 500, 50
RARE = ("leave-names-unsynced", "count-what-was-written-again", "answer-before-the-commit")
"""Bugs that take some hundred worlds to show, which is for the command and not for every run of the tests."""
MOST = 100
"""Worlds in which the other bugs must show."""
SHOWN_BY = {"forget-the-fork": 50, "write-no-origin": 234}
"""Worlds that show a bug which most do not, to be tried first; when they come to show it no more, others are."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory where there is one, and a collector that does not walk all the time."""
    before = gc.get_threshold()
    gc.set_threshold(50_000)
    with tempfile.TemporaryDirectory(prefix="fieldlog-simulate-", dir=quick_folder()) as name:
        yield Path(name) / "world"
    gc.set_threshold(*before)


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_nothing_is_lost_or_doubled_and_all_end_alike(folder: Path, first: int):
    failed: list[str] = []
    for seed in range(first, first + CHUNK):
        try:
            live(seed, folder)
        except Failed as error:
            failed.append(str(error))
    assert not failed, "\n".join(failed)


def simulate(*arguments: str, hash_seed: str = "0") -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.simulate", *arguments],
        cwd=Path(__file__).parents[1],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_a_seed_is_the_same_world_in_every_process():
    """To the last byte of every log, whatever order sets have."""
    traces = [simulate("--seed", "175", "--trace", hash_seed=seed).stdout for seed in ("1", "2")]
    assert traces[0] == traces[1]
    assert len(traces[0].splitlines()) > 20


def test_a_seed_that_fails_is_told_in_one_line():
    done = simulate("--seeds", "50", "--mutant", "acknowledge-before-the-fsync")
    assert done.returncode == 1
    first, _summary = done.stdout.splitlines()
    assert first.startswith("seed ")
    assert "lost" in first
    assert "last steps: " in first


@pytest.mark.parametrize("mutant", [name for name in MUTANTS if name not in RARE])
def test_a_bug_that_is_put_into_the_product_is_found(folder: Path, mutant: str):
    with MUTANTS[mutant](), pytest.raises(Failed):
        for seed in (SHOWN_BY.get(mutant, 0), *range(MOST)):
            live(seed, folder)
