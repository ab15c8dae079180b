"""The slate on the screen: one key from anywhere, filmed off the real cells, read by another library than drew it."""

from fractions import Fraction
from pathlib import Path

import av
import pytest
from film import filmed
from PIL import Image
from test_footage_slates import scanned
from township import START, Township
from walking import walking

from fieldlog.codes.reading import texts_of
from fieldlog.domain.slate import Slate, standing
from fieldlog.footage.facts import moment_ms, runs_by_commitment
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


async def test_a_camera_that_films_the_screen_knows_its_time(township: Township, tmp_path: Path):
    """The cells of a terminal of 80x24, filmed for three seconds from another table, through the scan to the list."""
    doc = township.visit()
    passed = [0.0]

    class Home(FieldScreen[None]):
        def on_mount(self) -> None:
            super().on_mount()
            self.app.push_screen(SlateScreen(township.book, doc, tick=lambda: passed[0]))

    app = FieldlogApp(Home, now=township.clock, environ={})
    seen: dict[int, Image.Image] = {}
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for second in range(4):
            passed[0] = second + 0.001
            await pilot.resize_terminal(80, 24 + second % 2)  # drawn anew at once, without waiting for the second
            app.screen._advance()
            await pilot.pause()
            seen[second] = filmed(app.screen).resize((400, 240), Image.Resampling.BILINEAR)

    begin = NINE - 640
    path = tmp_path / "card" / "x.mp4"
    path.parent.mkdir()
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"preset": "ultrafast", "g": "25"})
        stream.width, stream.height, stream.pix_fmt = 640, 480, "yuv420p"
        for number in range(125):
            second = (begin + number * 40 - NINE) // 1000
            picture = Image.new("L", (640, 480), 70)
            if second in seen:
                picture.paste(seen[second], (130, 110))
            frame = av.VideoFrame.from_image(picture.rotate(5, fillcolor=70).convert("RGB"))
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    (row,) = scanned(township, path.parent).values()
    assert (row["start_source"], row["inspections"]) == ("slate", [doc])
    assert abs(moment_ms(row["start"]) - begin) <= 40
