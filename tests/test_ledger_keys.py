"""The hazard list by keys on the real app: search, extension, notices, from the first screen on."""

from datetime import datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot
from township import Township
from walking import keys, shown

from fieldlog.actions import hazards, lookup
from fieldlog.actions.ways_home import WayHome, remember
from fieldlog.book.book import Book
from fieldlog.tui.app import FieldlogApp
from fieldlog.tui.screens import sync_progress
from fieldlog.tui.screens.hazards import HazardsScreen
from fieldlog.tui.screens.sync import SyncScreen
from fieldlog.tui.screens.today import TodayScreen


@pytest.fixture
def hazard(township: Township) -> str:
    """A hazard of the shop, due in three days."""
    township.book.be(township.by)
    found = hazards.find(township.book, township.by, premises=township.shop, text="安全出口堆放货物", days=3)
    return found.doc


def app_of(township: Township) -> FieldlogApp:
    return FieldlogApp(lambda: TodayScreen(township.book), now=township.clock, environ={})


async def press(pilot: Pilot[None], sequence: str) -> None:
    for key in keys(sequence):
        await pilot.press(key)
        await pilot.pause()


async def test_keys_pressed_at_once_meet_the_list_and_never_a_hidden_field(township: Township, hazard: str):
    async with app_of(township).run_test(size=(80, 24)) as pilot:
        for key in ("3", "6"):  # faster than the list is drawn
            pilot.app.simulate_key(key)
        await pilot.pause()
        await pilot.pause()
        assert "指派给谁跟进" in shown(pilot)


async def test_esc_leaves_an_empty_search_before_it_leaves_the_list(township: Township, hazard: str):
    async with app_of(township).run_test(size=(80, 24)) as pilot:
        await press(pilot, "3 slash escape")
        assert isinstance(pilot.app.screen, HazardsScreen)
        await press(pilot, "1")
        assert "整改反馈：当事人说" in shown(pilot)


async def test_a_date_is_typed_over_the_suggested_one(township: Township, hazard: str):
    async with app_of(township).run_test(size=(80, 24)) as pilot:
        await press(pilot, "3 5 1 2 minus 0 5 enter 1 1")
        assert lookup.hazard(township.book, hazard).fields["due"] == "2026-12-05"


async def test_a_dialog_does_not_repeat_what_was_said_before_it(township: Township, hazard: str):
    async with app_of(township).run_test(size=(80, 24)) as pilot:
        await press(pilot, "3")
        pilot.app.notify("已指派")
        await pilot.pause()
        await press(pilot, "4")
        assert shown(pilot).count("已指派") == 1


async def test_a_clock_in_1970_is_told_at_once_with_what_to_do(township: Township, hazard: str):
    township.clock.now = datetime.fromisoformat("1970-01-02T08:00:00+08:00")
    async with app_of(township).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "请先校准时间" in shown(pilot)
        assert "时间存疑" in shown(pilot)


async def test_a_second_program_says_why_it_only_shows(township: Township, hazard: str):
    with Book.open(township.book.folder, now=township.clock) as second:
        app = FieldlogApp(lambda: TodayScreen(second), now=township.clock, environ={})
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert "另一个 fieldlog 正在使用这份数据，这里只能查看；要写入请先关掉那一个" in shown(pilot)


async def test_an_unforeseen_error_ends_the_synchronisation_and_not_the_program(
    township: Township, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("unforeseen")

    remember(township.book.folder, WayHome(str(tmp_path)))
    monkeypatch.setattr(sync_progress, "bring_home", fail)
    async with app_of(township).run_test(size=(80, 24)) as pilot:
        await press(pilot, "8 enter")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert "同步时程序出错（RuntimeError" in shown(pilot)
        assert isinstance(pilot.app.screen, SyncScreen)
