"""The slate on the screen: one key from anywhere, filmed off the real cells, read by another library than drew it."""

import pytest
from film import filmed
from township import START, Township
from walking import walking

from fieldlog.codes.reading import texts_of
from fieldlog.domain.slate import Slate, standing
from fieldlog.footage.facts import runs_by_commitment
from fieldlog.footage.slate_codes import read_code
from fieldlog.tui.app import FieldlogApp
from fieldlog.tui.screens.frame import FieldScreen
from fieldlog.tui.screens.slate import SlateScreen
from fieldlog.tui.screens.sync import SyncScreen
from fieldlog.tui.screens.walk import WalkScreen

NINE = round(START.timestamp() * 1000)


def read_off(app: FieldlogApp) -> Slate:
    """The slate that a camera reads off the screen."""
    assert isinstance(app.screen, SlateScreen)
    picture = filmed(app.screen)
    (text,) = texts_of(picture)
    slate = read_code(text)
    assert slate
    return slate


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_one_key_from_a_visit_shows_its_slate_and_the_same_key_goes_back(
    township: Township, size: tuple[int, int], theme: str
):
    doc = township.visit()
    app = walking(township, doc)
    app.theme = f"fieldlog-{theme}"
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press("minus", "f12")
        await pilot.pause()
        slate = read_off(app)
        assert slate.run == ("houye-01", doc, NINE)
        row = standing(slate, runs_by_commitment(township.book.rows("slates")))
        assert row
        assert row["doc"] == doc
        await pilot.press("f12")
        assert isinstance(app.screen, WalkScreen)


async def test_the_code_moves_every_second(township: Township):
    class Home(FieldScreen[None]):
        def on_mount(self) -> None:
            super().on_mount()
            self.app.push_screen(SlateScreen(township.book, tick=lambda: passed[0]))

    passed = [100.0]
    app = FieldlogApp(Home, now=township.clock, environ={})
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert read_off(app).counter == 0
        passed[0] += 7.2
        await pilot.pause(1.2)
        slate = read_off(app)
        assert (slate.counter, slate.moment_ms) == (7, NINE + 7000)
        assert standing(slate, runs_by_commitment(township.book.rows("slates")))
        passed[0] += 3600  # the run is over, another one begins
        await pilot.pause(1.2)
        again = read_off(app)
        assert again.counter == 0
        assert standing(again, runs_by_commitment(township.book.rows("slates")))
        await pilot.press("escape")
        assert not isinstance(app.screen, SlateScreen)


async def test_from_another_screen_it_is_the_visit_of_today_and_a_small_window_says_so(township: Township):
    doc = township.visit()
    app = FieldlogApp(lambda: SyncScreen(township.book), now=township.clock, environ={"FIELDLOG_ASCII": "1"})
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+g")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, SlateScreen)
        assert screen.showing
        assert screen.showing.run.doc == doc
        assert not texts_of(filmed(screen))
        await pilot.resize_terminal(120, 45)
        await pilot.pause()
        assert read_off(app).run.doc == doc


async def test_a_book_that_cannot_be_written_shows_no_slate(township: Township):
    township.book.read_only = "这里只是查看，不能写入"
    app = FieldlogApp(lambda: SyncScreen(township.book), now=township.clock, environ={})
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f12")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, SlateScreen)
        assert screen.showing is None
        assert not texts_of(filmed(screen))
