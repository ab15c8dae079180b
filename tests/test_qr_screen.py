"""Moving codes: what the screen shows is filmed from the middle, with frames lost, and read by another library."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import fieldlog
from film import film_of, filmed, picture_of
from township import ITEMS, FixedClock, Township, device

from fieldlog.actions import answering, visit_closing
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.sync.qr_case import make_case
from fieldlog.sync.qr_compact import pack_case
from fieldlog.sync.qr_screen import MovingCodes, block_bytes, version_for
from fieldlog.tui.app import FieldlogApp
from fieldlog.tui.screens.codes import CodesScreen
from fieldlog.tui.screens.sync import SyncScreen

REASONS = dict.fromkeys((f"P{number}" for number in range(1, 40)), "已口头说明")


@pytest.fixture
def finished(township: Township) -> str:
    doc = township.visit()
    for item in ITEMS:
        township.clock.pass_(seconds=11)
        answering.answer(township.book, township.by, doc, item, "符合")
    signature = bodies.Signature(way="paper")
    visit_closing.close(township.book, township.by, doc, signature=signature, reasons=REASONS)
    return doc


@pytest.fixture
def office(tmp_path: Path, clock: FixedClock, township: Township) -> Iterator[Path]:
    folder = tmp_path / "office"
    with Book.create(folder, device("houye-99", "01JDEF00000000000000000009", "supervisor"), now=clock):
        (folder / "keys/houye-01.pub").write_text(township.book.public_key("houye-01"))
    return folder


@pytest.mark.parametrize(
    ("size", "theme", "ascii_only"),
    [((80, 24), "light", ""), ((120, 40), "dark", ""), ((120, 40), "light", "1")],
    ids=["80x24-light", "120x40-dark", "120x40-ascii"],
)
async def test_filmed_from_the_screen(
    township: Township, finished: str, office: Path, tmp_path: Path, size: tuple[int, int], theme: str, ascii_only: str
):
    """By keys from 同步; from the middle, a third of the frames lost; the office has the visit."""
    film = tmp_path / "film"
    film.mkdir()
    lost = random.Random(size[0])
    app = FieldlogApp(
        lambda: SyncScreen(township.book),
        now=township.clock,
        environ={"FIELDLOG_THEME": theme, "FIELDLOG_ASCII": ascii_only},
    )
    async with app.run_test(size=size) as pilot:
        await pilot.press("4")
        await pilot.pause()
        await pilot.press("1")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, CodesScreen)
        await pilot.press("3")
        needed = screen.codes.needed
        assert needed
        for number in range(3 * needed + 12):
            screen.advance()
            if number > needed // 2 and lost.random() > 1 / 3:
                filmed(screen).save(film / f"{number:04}.png")
    ran = fieldlog("receive", film, data=office)
    assert ran.code == 0, ran.out + ran.err
    (row,) = fieldlog("inspections", "--json", data=office).rows
    assert (row["doc"], row["answered"], row["state"]) == (finished, len(ITEMS), "已完成")


async def test_they_move_and_a_small_window_says_so(township: Township, finished: str):
    app = FieldlogApp(lambda: SyncScreen(township.book), now=township.clock, environ={"FIELDLOG_ASCII": "1"})
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("4")
        await pilot.pause()
        await pilot.press("1")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, CodesScreen)
        assert not screen.codes.needed
        await pilot.resize_terminal(120, 45)
        await pilot.pause()
        assert screen.codes.needed
        await pilot.press("2", "2")
        first = filmed(screen).tobytes()
        await pilot.pause(0.3)
        assert filmed(screen).tobytes() != first
        await pilot.press("3")
        first = filmed(screen).tobytes()
        await pilot.pause(0.3)
        assert filmed(screen).tobytes() == first
        await pilot.press("escape")
        assert isinstance(app.screen, SyncScreen)


@pytest.mark.parametrize("version", range(2, 16))
def test_a_code_is_as_full_as_its_version_allows(version: int):
    """One block more would not fit: qrcode refuses a text that is too long for the version."""
    assert version_for(17 + 4 * version) == version
    codes = MovingCodes(random.Random(version).randbytes(block_bytes(version) * 3), 17 + 4 * version)
    assert codes.needed == 3
    assert len(codes.next_code()) == 17 + 4 * version


def test_a_film_is_read(township: Township, finished: str, office: Path, tmp_path: Path):
    """A video file, compressed as telephones do, beginning in the middle; a first one was too short."""
    packed = pack_case(make_case(township.book, finished))
    codes = MovingCodes(packed, 37)
    shown = [codes.next_code() for _ in range(codes.needed + 4)]
    short = tmp_path / "short"
    short.mkdir()
    for number, modules in enumerate(shown[-5:]):
        picture_of(modules).save(short / f"{number}.png")
    ran = fieldlog("receive", short, data=office)
    assert ran.code == 1
    assert f"共 {codes.needed} 张，还差 {codes.needed - 5} 张，哪几张都行；请对着屏幕再拍一段" in ran.out
    path = tmp_path / "VID_1.mp4"
    film_of(packed, path)
    ran = fieldlog("receive", path, data=office)
    assert ran.code == 0, ran.out + ran.err
    assert "回执" in ran.out
