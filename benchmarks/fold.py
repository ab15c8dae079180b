"""Folding the whole view again from the log, and the memory it takes."""

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.report import Row
from benchmarks.township import build
from fieldlog.book.book import Book

MEMORY_PROBE = """
import sys
from pathlib import Path
from fieldlog.book.book import Book
import fieldlog.tui.app
book = Book.open(Path(sys.argv[1]))
rows = sum(len(table.rows) for table in [book.table("inspections"), book.table("hazards")])
status = Path("/proc/self/status").read_text(encoding="ascii")
print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))
"""


def run(folder: Path) -> list[Row]:
    """Fold speed and resident memory with 10,000 inspections and as many hazards."""
    path = folder / "fold"
    build(path, 10_000, answers=30)
    with Book.open(path) as book:
        start = time.perf_counter()
        entries = book.rebuild()
        took = time.perf_counter() - start
    speed = entries / took
    kilobytes = subprocess.run(
        [sys.executable, "-c", MEMORY_PROBE, str(path)], capture_output=True, text=True, check=True
    ).stdout
    megabytes = int(kilobytes) / 1024
    return [
        Row(f"重新折叠 {entries:,} 条", f"{speed:,.0f} 条/秒", "", speed, 50_000, at_least=True),
        Row("打开 10,000 次检查、10,000 条隐患的内存（含界面）", f"{megabytes:.0f} MB", "", megabytes, 160),
    ]
