"""Filtering 100,000 hazards while somebody types: the slowest of several keystrokes, against a bare scan of the texts."""

import statistics
import time
from datetime import date
from pathlib import Path

from benchmarks.report import Row
from benchmarks.township import build
from fieldlog.actions.ledger import HazardLedger, Wanted
from fieldlog.book.book import Book
from fieldlog.book.search import spell

TYPED = ("消", "消防", "灭火", "fy", "fuyuan", "101", "安全出口")


def run(folder: Path, hazards: int) -> list[Row]:
    """Milliseconds a keystroke."""
    path = folder / f"hazards-{hazards}"
    if not path.exists():
        build(path, hazards, answers=1)
    with Book.open(path) as book:
        ledger = HazardLedger()
        rows = list(book.rows("hazards"))
        ledger.update(book.rows("hazards"), book.rows("premises"))
        ledger.index(lambda name: spell(name)[1])
        today = date(2026, 1, 1)
        ledger.select(Wanted(view="全部"), "消", today)
        ours: list[float] = []
        for typed in TYPED:
            start = time.perf_counter()
            ledger.select(Wanted(view="全部"), typed, today)
            ours.append((time.perf_counter() - start) * 1000)
        texts = [row["premises_name"] + row["text"] + row["number"] for row in rows]
        bare: list[float] = []
        for typed in TYPED:
            start = time.perf_counter()
            _found = [text for text in texts if typed in text]
            bare.append((time.perf_counter() - start) * 1000)
    slowest, base = max(ours), statistics.median(bare)
    return [
        Row(
            f"{len(rows):,} 条隐患，每键筛选（最慢一键，毫秒）",
            f"{slowest:.0f} ms",
            f"只扫文字 {base:.0f} ms",
            slowest,
            50,
        )
    ]
