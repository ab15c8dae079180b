"""A key that answers an item, to the painted and durable answer, against the same key in a bare Textual list."""

import asyncio
import statistics
import time
from pathlib import Path

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import OptionList

from benchmarks.report import Row
from fieldlog.actions import inspections
from fieldlog.book.book import Book
from fieldlog.book.device import Device
from fieldlog.domain import bodies
from fieldlog.library import load_library
from fieldlog.tui.app import FieldlogApp
from fieldlog.tui.screens.walk import WalkScreen

KEYS = 25


class BareList(App[None]):
    """A list whose row under the cursor is answered by a key, without a disk."""

    def compose(self) -> ComposeResult:
        yield OptionList(*(f"第 {number} 项" for number in range(60)))

    def key_1(self) -> None:
        """Mark the row and go on."""
        rows = self.query_one(OptionList)
        at = rows.highlighted or 0
        rows.replace_option_prompt_at_index(at, f"第 {at} 项 符合")
        rows.action_cursor_down()


def run(folder: Path) -> list[Row]:
    """Median over the keys of one visit."""
    bare = asyncio.run(_keys(BareList()))
    with Book.create(folder / "paint", Device("houye-01", "houye", "后叶镇", "01ARZ3NDEKTSV4RRFFQ69G5FAV")) as book:
        shop, officers = book.new_id(), [book.new_id(), book.new_id()]
        book.write("bench", shop, bodies.PremisesRegistered(name="福源大药房", kind="药店"))
        for number, officer in enumerate(officers):
            body = bodies.OfficerRegistered(name=f"张某{'甲乙'[number]}", certificate=f"渝{number}")
            book.write("bench", officer, body)
        opened = inspections.open_inspection(
            book, load_library(), officers[0], premises=shop, lists=["xiaofang"], officers=officers
        )
        app = FieldlogApp(lambda: WalkScreen(book, opened.doc), now=book.now)
        ours = asyncio.run(_keys(app))
        assert book.row("inspections", opened.doc)["answered"] >= KEYS
    return [Row("一个键到画出已保存的答案", f"{ours * 1000:.1f} ms", f"空列表 {bare * 1000:.1f} ms", ours / bare, 1.5)]


async def _keys(app: App[None]) -> float:
    took: list[float] = []
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.3)
        for _ in range(KEYS):
            took.append(await _one(pilot))
    return statistics.median(took)


async def _one(pilot: Pilot[None]) -> float:
    start = time.perf_counter()
    await pilot.press("1")
    return time.perf_counter() - start
