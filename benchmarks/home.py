"""Synchronising over loopback with a real hub process on SQLite: the first time, again, and with one more entry."""

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.report import Row
from benchmarks.township import build
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.sync.http import sync_http


def run(folder: Path, inspections: int) -> list[Row]:
    """Entries a second, proven and durable at the hub, and the time of the small ones."""
    laptop, office = folder / "sync-laptop", folder / "sync-office"
    build(laptop, inspections, answers=10)
    command = [sys.executable, "-m", "fieldlog", "office"]
    enrolled = subprocess.run(
        [*command, "enrol", "--data", str(office), "--unit", "houye", "--json", "houye-01"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    import json

    code = json.loads(enrolled.stdout)["code"]
    with subprocess.Popen(
        [*command, "serve", "--data", str(office), "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as hub:
        try:
            assert hub.stdout is not None
            url = hub.stdout.readline().split()[-1]
            with Book.open(laptop) as book:
                first, sent = _timed(book, url, code)
                again, _none = _timed(book, url)
                book.write("bench", book.device.doc, bodies.DraftSaved(field="x", text="y"))
                one, _one = _timed(book, url)
        finally:
            hub.terminate()
    speed = sent / first
    return [
        Row(f"第一次同步 {sent:,} 条（HTTP，已校验、已落盘）", f"{speed:,.0f} 条/秒", "", speed, 50_000, at_least=True),
        Row("再同步，没有新内容", f"{again * 1000:.0f} ms", f"第一次 {first:.1f} s", again / first, 1.0),
        Row("多一条再同步", f"{one * 1000:.0f} ms", f"没有新内容 {again * 1000:.0f} ms", one / again, 3.0),
    ]


def _timed(book: Book, url: str, code: str | None = None) -> tuple[float, int]:
    start = time.perf_counter()
    result = sync_http(book, url, code)
    return time.perf_counter() - start, result.sent
