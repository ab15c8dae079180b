"""A durable answer, from the action to the fsync, against a bare append + fsync of the same bytes, taken in turns."""

import os
import statistics
import time
from pathlib import Path

from benchmarks.report import Row
from benchmarks.township import build
from fieldlog.actions import answering, registers, visit_opening
from fieldlog.book.book import Book
from fieldlog.domain.bodies import Value
from fieldlog.domain.checklist import Checklist

ROUNDS = 300


def run(folder: Path, sizes: tuple[int, ...]) -> list[Row]:
    """One row a log size, in entries."""
    return [_at(folder / f"answer-{size}", size) for size in sizes]


def _at(folder: Path, size: int) -> Row:
    build(folder, size // 10, answers=4)
    with Book.open(folder) as book:
        doc = _visit(book)
        ours: list[float] = []
        bare: list[float] = []
        handle = os.open(folder / "bare.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for number in range(ROUNDS):
            start = time.perf_counter()
            answered = answering.answer(book, "bench", doc, f"bench-{number + 1}", Value.PASS.value)
            ours.append(time.perf_counter() - start)
            line = answered.entry.line() + b"\n"
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


def _visit(book: Book) -> str:
    """A visit with an item for each round, and the people and the place it needs."""
    item = {"how_to_check": "看", "basis": ["消防法#16.1.2"], "level": "一般", "deadline_days": 7}
    findings = [{"text": "有问题", "measure": "改好", "days": 7}]
    items = [
        {"id": f"bench-{number + 1}", "text": f"第 {number + 1} 处没有问题", "findings": findings, **item}
        for number in range(ROUNDS)
    ]
    fields = {"id": "bench", "title": "测速", "version": "2026.1", "area": "消防", "competence": "测速用"}
    checklist = Checklist.model_validate({**fields, "sections": [{"title": "现场", "items": items}]})
    officers = [
        registers.register_officer(book, "bench", name=name, certificate=name, certificate_expiry="2098-12-31").doc
        for name in ("甲", "乙")
    ]
    place = registers.register_premises(book, "bench", name="测速店").doc
    opened = visit_opening.open_inspection(
        book, {"bench": checklist}, officers[0], premises=place, lists=["bench"], officers=officers
    )
    return opened.doc
