"""The footage screen by keys: the bar, the moments, and the player that opens at the second, on real films."""

import json
import shutil
import sys
from io import BytesIO
from pathlib import Path

import av
import pytest
from bodycam import Shot, film, utc
from command import fieldlog, record
from PIL import Image
from test_footage_day import shot_of, visit_at
from test_footage_slates import NINE, scanned
from textual.pilot import Pilot
from township import Township
from walking import shown

from fieldlog.footage.stills import take_still
from fieldlog.tui.app import FieldlogApp
from fieldlog.tui.film_bar import FilmBar, bar_lines
from fieldlog.tui.screens.today import TodayScreen

SIZES = ((80, 24), (120, 40))


@pytest.fixture
def player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only program on PATH is an `mpv` that writes down how it was called."""
    programs, told = tmp_path / "programs", tmp_path / "told.json"
    programs.mkdir()
    program = programs / "mpv"
    program.write_text(
        f"#!{sys.executable}\nimport json, os, sys\n"
        f"open({str(told) + '.new'!r}, 'w').write(json.dumps(sys.argv[1:]))\n"
        f"os.replace({str(told) + '.new'!r}, {str(told)!r})\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return told


def app_of(township: Township) -> FieldlogApp:
    township.book.be(township.by)
    return FieldlogApp(lambda: TodayScreen(township.book), now=township.clock, environ={})


async def press(pilot: Pilot[None], sequence: str) -> None:
    for key in sequence.split():
        await pilot.press(key)
        await pilot.pause()


async def opened(pilot: Pilot[None], told: Path) -> list[str]:
    """The player's arguments, once it was called and the screen says so."""
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    return json.loads(told.read_text())


@pytest.mark.parametrize("size", SIZES)
async def test_a_hazard_opens_at_its_second(township: Township, tmp_path: Path, player: Path, size: tuple[int, int]):
    _doc, showing = visit_at(township, 0)
    visit_at(township, 7200)
    card = film(tmp_path / "card/03号机/x.mp4", shot_of(showing, 0.5, 12, 300)).parents[1]
    film(card / "没人认得.avi", Shot(NINE - 9_000_000, 1, codec="mpeg4", stated=utc(NINE - 9_000_000)))
    scanned(township, card)
    async with app_of(township).run_test(size=size) as pilot:
        await press(pilot, "5")
        said = shown(pilot)
        assert "没有录像" in said  # the second inspection
        assert "没有对上检查的录像  1" in said
        await press(pilot, "down enter")
        said = shown(pilot)
        assert "拍到" in said
        for sign in ("03号", "====", "////", "亮", "!"):
            assert sign in said
        await press(pilot, "3 end enter")  # the stage and the hazard alone; the last is the hazard
        arguments = await opened(pilot, player)
        assert arguments[-1] == str(card / "03号机/x.mp4")
        (start,) = [float(each.partition("=")[2]) for each in arguments if each.startswith("--start=")]
        assert abs(start - 8.5) < 0.05
        assert "已用 mpv 打开 x.mp4，从 0:00:08" in shown(pilot)
        await press(pilot, "f7")
        assert "已写好录像清单" in shown(pilot)
    (page,) = (township.book.folder / "导出").iterdir()
    assert "0:00:08.5" in page.read_text(encoding="utf-8")


async def test_one_key_from_the_hazard_and_from_the_item(township: Township, tmp_path: Path, player: Path):
    """From the hazard's page, the item in a visit that is over, and where the file went somewhere else."""
    _doc, showing = visit_at(township, 0)
    path = film(tmp_path / "card/03号机/x.mp4", shot_of(showing, 0.5, 12, 300))
    scanned(township, tmp_path / "card")
    async with app_of(township).run_test(size=(80, 24)) as pilot:
        await press(pilot, "3 enter asterisk")
        assert str(path) in await opened(pilot, player)
        player.unlink()
        moved = tmp_path / "归档/改名.mp4"
        moved.parent.mkdir()
        shutil.move(path, moved)
        await press(pilot, "asterisk")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert "录像不在了" in shown(pilot)
        assert not player.exists()
        scanned(township, moved.parent)  # found again by its content
        await press(pilot, "enter asterisk")  # the visit, its first item
        assert str(moved) in await opened(pilot, player)
    (own,) = list(township.book.rows("recordings"))
    assert len(own["places"]) == 2


async def test_another_player_and_none(township: Township, tmp_path: Path, player: Path):
    """`player.toml` decides; what cannot be read there, and a computer without a player, are one line each."""
    _doc, showing = visit_at(township, 0)
    film(tmp_path / "card/03号机/x.mp4", shot_of(showing, 0.5, 12, 300))
    scanned(township, tmp_path / "card")
    own = shutil.copy(player.parent / "programs/mpv", tmp_path / "ours")
    settings = township.book.folder / "player.toml"
    async with app_of(township).run_test(size=(80, 24)) as pilot:
        await press(pilot, "3 enter")
        settings.write_text(f"command = [{str(own)!r}, '{{file}}', '/seek={{clock}}', '{{ms}}']", encoding="utf-8")
        await press(pilot, "asterisk")
        assert (await opened(pilot, player))[1:] == ["/seek=00:00:08.500", "8500"]
        settings.write_text("command = 'mpv", encoding="utf-8")
        await press(pilot, "asterisk")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert "播放器设置" in shown(pilot)
        settings.unlink()
        (player.parent / "programs/mpv").unlink()
        await press(pilot, "asterisk")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert "没有找到播放器" in shown(pilot)


async def test_nothing_was_ever_scanned(township: Township):
    """The screen says how, and `*` on a hazard asks for a camera and a time as ever."""
    visit_at(township, 0)
    async with app_of(township).run_test(size=(80, 24)) as pilot:
        await press(pilot, "5")
        assert "fieldlog footage scan" in shown(pilot)
        await press(pilot, "enter")
        assert "没有录像" in shown(pilot)
        await press(pilot, "escape escape 3 enter asterisk")
        assert "执法记录仪编号" in shown(pilot)


def test_the_moments_of_a_document(township: Township, tmp_path: Path):
    """By inspection and by hazard number, as JSON and as the table of the case file; what no film shows is listed."""
    doc, showing = visit_at(township, 0)
    film(tmp_path / "card/03号机/x.mp4", shot_of(showing, 0.5, 7.5, 300))
    row = scanned(township, tmp_path / "card")["x.mp4"]
    data = township.book.folder
    (hazard,) = list(township.book.rows("hazards"))
    township.book.close()
    moments = fieldlog("footage", "list", doc, "--json", data=data).rows
    assert [(each["kind"], each["camera"]) for each in moments] == [
        ("slate", "03"), ("stage", "03"), ("answer", None), ("hazard", None),
    ]  # fmt: skip
    assert moments[1]["sha256"] == row["sha256"]
    assert abs(moments[1]["offset_ms"] - 4500) <= 40
    (found,) = fieldlog("footage", "list", hazard["number"], "--json", data=data).rows
    assert (found["kind"], found["path"]) == ("hazard", None)
    table = fieldlog("footage", "list", doc, data=data).out
    assert f"x.mp4  SHA-256 {row['sha256']}" in table
    assert "没有录像" in table
    assert "没有编号为 0 的检查或隐患" in fieldlog("footage", "list", "0", data=data).complaint


async def test_a_still_by_one_key(township: Township, tmp_path: Path):
    """The frame at the hazard's second becomes a photo of the hazard, with its origin; so by command and `record`."""
    doc, showing = visit_at(township, 0)
    path = film(tmp_path / "card/03号机/x.mp4", shot_of(showing, 0.5, 12, 300))
    row = scanned(township, path.parent)["x.mp4"]
    (hazard,) = list(township.book.rows("hazards"))
    async with app_of(township).run_test(size=(80, 24)) as pilot:
        await press(pilot, "5 enter 3 end 1")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert "截图已存为照片" in shown(pilot)
    (photo,) = [each.body for each in township.book.document(hazard["id"]).photos]
    assert (photo.recording, photo.kind) == (row["sha256"], "jpeg")
    assert abs(photo.offset_ms - 8500) <= 40
    assert photo.taken_at == "2026-11-24T09:00:10+08:00"
    with Image.open(township.book.blobs.path(photo.sha256)) as picture:
        assert picture.size == (320, 240) == (photo.width, photo.height)
    data = township.book.folder
    township.book.close()
    taken = fieldlog("footage", "still", doc, "--recording", "x.mp4", "--at", "0:00:01.5", "--json", data=data).object
    assert abs(taken["offset_ms"] - 1500) <= 40
    assert taken["sha256"] != photo.sha256
    (answer,) = record(data, {"do": "still", "doc": hazard["number"], "by": "张某甲"})
    assert answer["ok"]
    (refused,) = record(data, {"do": "still", "doc": doc, "item": "lianxi-2", "by": "张某甲"})
    assert "没有录像拍到这一项" in refused["error"]


def test_a_still_is_turned_as_it_is_to_be_seen(tmp_path: Path):
    """A telephone held upright: the side that is white in the file is the lower one."""
    path = tmp_path / "a.mp4"
    picture = Image.new("RGB", (64, 48), "black")
    picture.paste("white", (0, 0, 32, 48))
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.set_display_rotation(90)
        for _ in range(5):
            container.mux(stream.encode(av.VideoFrame.from_image(picture)))
        container.mux(stream.encode())
    still = take_still(path, 0)
    assert (still.width, still.height) == (48, 64)
    with Image.open(BytesIO(still.jpeg)) as seen:
        assert seen.convert("L").getpixel((24, 60)) > 200 > 50 > seen.convert("L").getpixel((24, 4))


def test_the_bar_of_two_sittings():
    """A day and the next morning stand side by side; every line has its cells, whatever the width."""
    hour = 3_600_000
    bar = FilmBar([(0, hour), (20 * hour, 21 * hour)], films={"03": [(0, hour // 2)]}, gaps=[(20 * hour, 21 * hour)])
    for width in (20, 74, 113):
        lines = {line.label: line.cells for line in bar_lines(bar, width, str)}
        assert lines["03号"].count("=") in range((width - 6) // 4 - 1, (width - 6) // 4 + 3)
        assert lines["缺口"].lstrip(" :") == "/" * lines["缺口"].count("/")
        assert len(lines["03号"]) == max(width - 6, 10)
