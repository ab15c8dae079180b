"""A key that answers an item, to the painted and durable answer, against the same key in a bare Textual list."""

import asyncio
import statistics
import time
from collections.abc import Mapping
from pathlib import Path

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import OptionList

from benchmarks.report import Row
from fieldlog.actions import answering, hazards, visit_opening
from fieldlog.book.book import Book
from fieldlog.book.device import Device
from fieldlog.domain import bodies
from fieldlog.domain.checklist import Checklist
from fieldlog.library import load_library
from fieldlog.tui.app import FieldlogApp
from fieldlog.tui.screens.walk import WalkScreen

KEYS = 25
ITEMS = 500


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
    """Median over the keys of an ordinary visit, and of one with 500 items and 500 hazards."""
    bare = asyncio.run(_keys(BareList()))
    with Book.create(folder / "paint", Device("houye-01", "houye", "后叶镇", "01ARZ3NDEKTSV4RRFFQ69G5FAV")) as book:
        shop, officers = book.new_id(), [book.new_id(), book.new_id()]
        book.write("bench", shop, bodies.PremisesRegistered(name="福源大药房", kind="药店"))
        for number, officer in enumerate(officers):
            body = bodies.OfficerRegistered(name=f"张某{'甲乙'[number]}", certificate=f"渝{number}")
            book.write("bench", officer, body)

        def visit(lists: Mapping[str, Checklist]) -> str:
            return visit_opening.open_inspection(
                book, lists, officers[0], premises=shop, lists=[*lists], officers=officers
            ).doc

        usual = visit({"xiaofang": load_library()["xiaofang"]})
        large = visit({"changdan": _long_list()})
        _find_hazards(book, officers[0], large)
        return [
            Row("一个键到画出已保存的答案", *_against(book, usual, bare)),
            Row(f"同上，一次检查里 {ITEMS} 项、{ITEMS} 条隐患", *_against(book, large, bare)),
        ]


def _against(book: Book, doc: str, bare: float) -> tuple[str, str, float, float]:
    before = book.row("inspections", doc)["answered"]
    ours = asyncio.run(_keys(FieldlogApp(lambda: WalkScreen(book, doc), now=book.now)))
    assert book.row("inspections", doc)["answered"] == before + KEYS
    return f"{ours * 1000:.1f} ms", f"空列表 {bare * 1000:.1f} ms", ours / bare, 1.5


def _long_list() -> Checklist:
    """500 items in twenty sections, each with a finding."""
    items = [
        {
            "id": f"changdan-{n}", "text": f"第 {n} 处没有问题", "how_to_check": "看", "basis": ["消防法#16.1.2"],
            "level": "一般", "deadline_days": 7,
            "findings": [{"text": f"第 {n} 处有问题", "measure": "改好", "days": 7}],
        }
        for n in range(1, ITEMS + 1)
    ]  # fmt: skip
    sections = [{"title": f"第 {n // 25 + 1} 段", "items": items[n : n + 25]} for n in range(0, ITEMS, 25)]
    return Checklist.model_validate(
        {
            "id": "changdan", "title": "长清单", "version": "2026.1", "area": "消防", "competence": "练习",
            "sections": sections,
        }
    )  # fmt: skip


def _find_hazards(book: Book, by: str, doc: str) -> None:
    """A hazard for every item but those that the keys answer, and as many beside the list."""
    for n in range(1, ITEMS - KEYS + 1):
        answering.answer(book, by, doc, f"changdan-{n}", "不符合", finding=1)
    for n in range(KEYS):
        hazards.find(book, by, inspection=doc, text=f"清单外第 {n} 处")


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
