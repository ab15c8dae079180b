"""A durable answer against a bare append + fsync of the same bytes, taken in turns on the same disk."""

import os
import statistics
import time
from pathlib import Path

from benchmarks.report import Row
from benchmarks.township import build
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.domain.bodies import Value

ROUNDS = 300


def run(folder: Path, sizes: tuple[int, ...]) -> list[Row]:
    """One row a log size, in entries."""
    return [_at(folder / f"answer-{size}", size) for size in sizes]


def _at(folder: Path, size: int) -> Row:
    build(folder, size // 10, answers=4)
    with Book.open(folder) as book:
        opened = bodies.InspectionOpened(
            premises="p", premises_name="p", type=bodies.InspectionType.ROUTINE, lists=(), officers=("a",), items=ROUNDS
        )
        doc = book.write("bench", book.new_id(), opened).doc
        entry = book.write("bench", doc, bodies.ItemAnswered(item="xiaofang-0", value=Value.PASS))
        line = entry.line() + b"\n"
        ours: list[float] = []
        bare: list[float] = []
        handle = os.open(folder / "bare.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for number in range(ROUNDS):
            start = time.perf_counter()
            book.write("bench", doc, bodies.ItemAnswered(item=f"xiaofang-{number}", value=Value.PASS))
            ours.append(time.perf_counter() - start)
            start = time.perf_counter()
            os.write(handle, line)
            os.fsync(handle)
            bare.append(time.perf_counter() - start)
        os.close(handle)
        entries = book.heads()[book.device.id].seq
    mine, base = statistics.median(ours), statistics.median(bare)
    return Row(
        f"持久保存一个答案，日志已有 {entries:,} 条",
        f"{mine * 1e6:.0f} µs",
        f"追加+fsync {base * 1e6:.0f} µs",
        mine / base,
        2.0,
    )
