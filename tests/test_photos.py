"""Photos: what one says of itself, the newest of a folder by one key, before and after, and files that are none."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from command import fieldlog, unit_copy
from pictures import broken, photo
from textual import events
from textual.pilot import Pilot
from township import Township
from walking import keys, open_visit, shown, state, walking

from fieldlog.actions import evidence, hazards, lookup, photos
from fieldlog.actions.timeline import hazard_steps
from fieldlog.domain.errors import Refused
from fieldlog.domain.photos import pairs
from fieldlog.pictures.newest import newest_pictures
from fieldlog.tui.app import FieldlogApp
from fieldlog.tui.screens.hazard_detail import HazardDetailScreen

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)])
HERE = ((30, 55, 50.2), (108, 41, 49.9))


def found(township: Township) -> str:
    township.book.be(township.by)
    return hazards.find(township.book, township.by, premises=township.shop, text="通道堆放纸箱", days=7).doc


def bodies(township: Township, doc: str) -> list[dict[str, Any]]:
    return [each.body.model_dump(mode="json") for each in lookup.hazard(township.book, doc).photos]


async def settle(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def drop(pilot: Pilot[None], path: Path, *then: str) -> None:
    """Press + and drop a file onto the terminal, which pastes its path in quotes."""
    await pilot.press("plus")
    await pilot.pause()
    pilot.app.post_message(events.Paste(f"'{path}'"))
    await pilot.pause()
    await pilot.press(*then)


def test_time_place_and_size_are_copied_and_the_file_stays_as_it_is(township: Township, tmp_path: Path):
    file = photo(tmp_path / "现场😀.jpg", "2026:11:24 09:05:06", offset="+08:00", place=HERE, size=(640, 480))
    content = file.read_bytes()
    doc = found(township)
    entry = evidence.attach_photo(township.book, township.by, doc, file)
    (body,) = bodies(township, doc)
    assert body["name"] == "现场😀.jpg"
    assert (body["taken_at"], body["kind"], body["width"], body["height"]) == (
        "2026-11-24T09:05:06+08:00",
        "jpeg",
        640,
        480,
    )
    assert (body["lat_e7"], body["lon_e7"]) == (309_306_111, 1_086_971_944)
    assert township.book.blobs.path(body["sha256"]).read_bytes() == content == file.read_bytes()
    assert photos.remarks(township.book, entry) == []
    step = hazard_steps(township.book, doc)[-1]
    assert step.what == "照片整改前"
    assert "拍摄 2026-11-24 09:05" in step.details[1]
    assert "北纬 30.93061 东经 108.69719" in step.details[1]


@pytest.mark.parametrize(
    ("taken", "words"),
    [("1980:01:01 00:00:09", "时钟不对"), ("2027:03:01 09:00:00", "时钟不对"), ("2026:11:20 09:00:00", "早了一天以上")],
)
def test_a_photo_of_another_time_is_told_and_kept(township: Township, tmp_path: Path, taken: str, words: str):
    doc = found(township)
    entry = evidence.attach_photo(township.book, township.by, doc, photo(tmp_path / "a.jpg", taken))
    ((rule, text),) = photos.remarks(township.book, entry)
    assert rule == "photo.time"
    assert words in text
    assert any(words in detail for detail in hazard_steps(township.book, doc)[-1].details)


@pytest.mark.parametrize("taken", ["", "0000:00:00 00:00:00", "2026:13:45 99:00:00", "yesterday"])
def test_a_photo_without_a_time_says_nothing_about_it(township: Township, tmp_path: Path, taken: str):
    doc = found(township)
    evidence.attach_photo(township.book, township.by, doc, photo(tmp_path / "a.jpg", taken))
    assert "taken_at" not in bodies(township, doc)[0]


def test_before_and_after_follow_the_course_of_the_hazard(township: Township, tmp_path: Path):
    doc = found(township)
    for name, step in (("前1", None), ("前2", "rectify"), ("后", None)):
        evidence.attach_photo(township.book, township.by, doc, photo(tmp_path / f"{name}.jpg"))
        if step:
            hazards.rectify(township.book, township.by, doc, note="已清理")
    evidence.attach_photo(township.book, township.by, doc, photo(tmp_path / "补.jpg"), when="before")
    shots = photos.shots_of_hazard(township.book, lookup.hazard(township.book, doc))
    names = [tuple(shot and shot.body.name for shot in (pair.before, pair.after)) for pair in pairs(shots)]
    assert names == [("前1.jpg", "后.jpg"), ("前2.jpg", None), ("补.jpg", None)]
    assert township.book.row("hazards", doc)["photos_after"] == 1


def test_what_is_no_photo_is_refused_or_told(township: Township, tmp_path: Path):
    doc = found(township)
    (tmp_path / "空.jpg").touch()
    (tmp_path / "录像.MP4").write_bytes(b"film")
    (tmp_path / "说明.txt").write_text("words")
    for name, words in (("空.jpg", "0 字节"), ("录像.MP4", "是录像")):
        with pytest.raises(Refused, match=words):
            evidence.attach_photo(township.book, township.by, doc, tmp_path / name)
    assert not bodies(township, doc)
    told = [
        photos.remarks(township.book, evidence.attach_photo(township.book, township.by, doc, path))[0][0]
        for path in (broken(tmp_path / "半张.jpg"), tmp_path / "说明.txt")
    ]
    assert told == ["photo.broken", "photo.kind"]
    assert "kind" not in bodies(township, doc)[1]


def test_heic_says_its_time_too(township: Township, tmp_path: Path):
    pillow_heif = pytest.importorskip("pillow_heif")
    from PIL import Image

    pillow_heif.register_heif_opener()
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2026:11:24 09:05:06"
    Image.new("RGB", (64, 48), "red").save(tmp_path / "IMG_1.HEIC", exif=exif)
    doc = found(township)
    evidence.attach_photo(township.book, township.by, doc, tmp_path / "IMG_1.HEIC")
    (body,) = bodies(township, doc)
    assert (body["kind"], body["taken_at"], body["width"]) == ("heic", "2026-11-24T09:05:06", 64)


def test_the_newest_of_thousands_is_found_without_opening_any(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "DCIM" / "100APPLE"
    folder.mkdir(parents=True)
    for number in range(2_000):
        handle = os.open(folder / f"IMG_{number:05}.JPG", os.O_WRONLY | os.O_CREAT)
        os.write(handle, b"x")
        os.close(handle)
    os.utime(folder / "IMG_00042.JPG", (4e9, 4e9))
    (folder / ".thumb.jpg").write_bytes(b"x")
    monkeypatch.setattr(Path, "open", None)
    assert [each.name for each in newest_pictures(tmp_path / "DCIM", 1)] == ["IMG_00042.JPG"]


@SIZES
async def test_the_newest_photo_of_the_folder_takes_one_key(township: Township, tmp_path: Path, size: tuple[int, int]):
    phone = tmp_path / "手机"
    photo(phone / "IMG_1.jpg", modified=1_795_000_000)
    doc = open_visit(township)
    async with walking(township, doc).run_test(size=size) as pilot:
        await drop(pilot, phone, "enter")  # a folder: remembered
        await settle(pilot)
        assert "IMG_1.jpg" in shown(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert "照片已存：IMG_1.jpg" in shown(pilot)
        await pilot.press("plus")
        await settle(pilot)
        await pilot.press("enter")
        assert "没有没附过的照片" in shown(pilot), "it was taken"
        await pilot.press("escape")
        photo(phone / "100" / "IMG_2.jpg", modified=1_795_000_100)
        photo(phone / "IMG_0.jpg", modified=1_794_000_000)
        await pilot.press("plus")
        await settle(pilot)
        assert shown(pilot).index("IMG_2.jpg") < shown(pilot).index("IMG_0.jpg")
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("plus")
        await settle(pilot)
        await pilot.press("enter")
        assert "没有比上次更新的照片" in shown(pilot), "an older one is not taken unasked"
        await pilot.press("down", "enter")
        await settle(pilot)
        await pilot.press("enter", "8")
        await settle(pilot)
        assert "1/3" in shown(pilot)
        assert "\u2580" in shown(pilot)
        await pilot.press("down")
        await settle(pilot)
        assert "IMG_2.jpg" in shown(pilot)
    names = [each.body.name for each in state(township, doc).photos]
    assert names == ["IMG_1.jpg", "IMG_2.jpg", "IMG_0.jpg"]


async def test_a_phone_that_was_pulled_out_is_told(township: Township, tmp_path: Path):
    (tmp_path / "手机").mkdir()
    doc = open_visit(township)
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await drop(pilot, tmp_path / "手机", "enter")
        await settle(pilot)
        assert "没有没附过的照片" in shown(pilot)
        await pilot.press("escape")
        (tmp_path / "手机").rmdir()
        await pilot.press("plus")
        await settle(pilot)
        assert "没有这个文件或文件夹" in shown(pilot)
        assert "F4" in shown(pilot)


@SIZES
async def test_a_hazard_shows_its_photos_side_by_side(township: Township, tmp_path: Path, size: tuple[int, int]):
    doc = found(township)
    before, after = photo(tmp_path / "前.jpg", colour="red"), photo(tmp_path / "后.jpg", colour="lime")
    app = FieldlogApp(lambda: HazardDetailScreen(township.book, doc), now=township.clock, environ={})
    async with app.run_test(size=size) as pilot:
        await pilot.press("8")
        assert "还没有照片" in shown(pilot)
        await drop(pilot, before, "enter")
        await settle(pilot)
        assert "整改前的照片已保存：前.jpg" in shown(pilot)
        await drop(pilot, after, "f6", "enter")  # taken before the feedback is written
        await settle(pilot)
        assert "整改后" in shown(pilot)
        await pilot.press("8")
        await settle(pilot)
        line = next(line for line in shown(pilot).splitlines() if "前.jpg" in line)
        assert line.index("整改前") < line.index("前.jpg") < line.index("整改后") < line.index("后.jpg")
        assert "\u2580" in shown(pilot)
        strips = pilot.app.screen._compositor.render_strips()
        drawn = [segment.style for strip in strips for segment in strip if segment.text == "\u2580" and segment.style]
        assert {"#fe0000", "#00ff01"} & {str(style.color and style.color.name) for style in drawn}
        await pilot.press(*keys("enter"))
        await settle(pilot)
        assert "看图程序" in shown(pilot), "there is no screen to open it on, and no traceback"


def test_record_and_json_know_photos(tmp_path: Path):
    unit = unit_copy(tmp_path / "unit")
    (tmp_path / "单位.csv").write_text("单位名称\n后叶镇宏达超市\n", encoding="utf-8")
    assert fieldlog("registry", "import", tmp_path / "单位.csv", data=unit).code == 0
    shop = "后叶镇宏达超市"
    find = {"do": "hazard", "premises": shop, "text": "通道堆放纸箱", "days": 3}
    assert fieldlog("record", data=unit, given=json.dumps(find)).rows[0]["ok"]
    (hazard,) = fieldlog("hazards", "--json", data=unit).rows
    line = {"do": "photo", "doc": hazard["number"], "path": str(photo(tmp_path / "a.jpg", "1980:01:01 00:00:00"))}
    given = [line | {"when": "after"}, line, line | {"when": "later"}, line | {"path": str(tmp_path)}]
    ran = fieldlog("record", data=unit, given="\n".join(map(json.dumps, given)))
    assert [each["ok"] for each in ran.rows] == [True, True, False, False]
    assert ran.rows[0]["warnings"][0]["rule"] == "photo.time"
    (row,) = fieldlog("hazards", "--json", data=unit).rows
    assert (row["photos"], row["photos_after"]) == (2, 1)
