"""Start to the first useful screen, against a bare Textual app started in turns; each in a process of its own."""

import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.report import Row
from benchmarks.township import build

ROUNDS = 7
BUDGETS = {0: 1.6, 10_000: 1.6, 100_000: 2.2}

BARE = """
import sys, time
start = time.perf_counter()
from textual.app import App
from textual.widgets import Label
class Bare(App[None]):
    def compose(self):
        yield Label("ready")
    def on_mount(self):
        self.call_after_refresh(self.exit)
Bare().run(headless=True, size=(120, 40))
print(time.perf_counter() - start)
"""

OURS = """
import gc, sys, time
start = time.perf_counter()
gc.disable()  # as `fieldlog` does until the first screen stands
from pathlib import Path
from fieldlog.tui.app import FieldlogApp
from fieldlog.book.book import Book
from fieldlog.tui.desk import desk_of
from fieldlog.tui.screens.today import TodayScreen
with Book.open(Path(sys.argv[1])) as book:
    class Measured(FieldlogApp):
        def on_mount(self):
            self.call_after_refresh(self.exit)
    Measured(lambda: TodayScreen(book), now=book.now, status=desk_of(book).status()).run(headless=True, size=(120, 40))
    print(time.perf_counter() - start)
"""


def run(folder: Path, sizes: tuple[int, ...]) -> list[Row]:
    """One row a number of inspections, each with one hazard in five open."""
    rows: list[Row] = []
    for size in sizes:
        path = folder / f"start-{size}"
        build(path, size, answers=4)
        ours, bare = [], []
        for _ in range(ROUNDS):
            bare.append(_seconds(BARE))
            ours.append(_seconds(OURS, str(path)))
        mine, base = statistics.median(ours), statistics.median(bare)
        what = f"启动到第一屏，{size:,} 次检查"
        rows.append(Row(what, f"{mine * 1000:.0f} ms", f"空 Textual {base * 1000:.0f} ms", mine / base, BUDGETS[size]))
    return rows


def _seconds(program: str, *arguments: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    return float(done.stdout.split()[-1])
