"""`fieldlog footage scan` on cards as cameras leave them: whole, cut, broken, copied, half copied, pulled out."""

import os
import shutil
import signal
import subprocess
import sys
import time
import wave
from hashlib import sha256
from pathlib import Path

import av
import pytest
from bodycam import Shot, film, utc
from command import command, fieldlog, unit_copy
from PIL import Image
from township import START

NINE = round(START.timestamp() * 1000)


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A docking folder with two cameras' files and a telephone's; made once, only ever copied."""
    folder = tmp_path_factory.mktemp("dock") / "采集站"
    first = film(folder / "DSJ_000123_20261124090000_0007.MP4", Shot(NINE, 3, stated=utc(NINE)))
    film(folder / "03号机/DCIM/20261124_093000.mp4", Shot(NINE, 2, rate=30, stated=utc(NINE + 1_800_000)))
    film(folder / "MOVI0001.avi", Shot(NINE, 2, codec="mpeg4"))
    content = first.read_bytes()
    (folder / "没电.mp4").write_bytes(content[: content.rindex(b"moov") - 4])
    (folder / "空.mp4").write_bytes(b"")
    (folder / "没拷完.mp4").write_bytes(_index_first(first)[: len(content) // 3])
    (folder / "坏.jpg").write_bytes(b"\xff\xd8\xff\xe0 this is no picture")
    _rotated(folder / "手机.mp4")
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2026:11:24 09:05:06"
    Image.new("RGB", (64, 48), "red").save(folder / "IMG_0001.JPG", exif=exif)
    with wave.open(str(folder / "20261124090700.wav"), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(16000 * 3))
    (folder / "._DSJ.MP4").write_bytes(b"a Mac left this")
    (folder / "readme.txt").write_text("no recording")
    return folder


def _index_first(path: Path) -> bytes:
    """The same film with its index at the front, as a copy that is cut short still opens."""
    there = path.with_name("faststart.mp4")
    with av.open(str(path)) as source, av.open(str(there), "w", options={"movflags": "faststart"}) as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    content = there.read_bytes()
    there.unlink()
    return content


def _rotated(path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.set_display_rotation(90)
        for _ in range(10):
            container.mux(stream.encode(av.VideoFrame.from_image(Image.new("RGB", (64, 48), "blue"))))
        container.mux(stream.encode())


def state_of(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Everything that a reader may not change."""
    return {
        str(path): (path.stat().st_size, path.stat().st_mtime_ns, sha256(path.read_bytes()).hexdigest())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def listed(data: Path) -> dict[str, dict]:
    return {Path(row["path"]).name: row for row in fieldlog("footage", "list", "--json", data=data).rows}


def test_a_card_is_measured_and_nothing_on_it_is_changed(tmp_path: Path, card: Path):
    data = unit_copy(tmp_path / "data")
    here = Path(shutil.copytree(card, tmp_path / "采集站"))
    before = state_of(here)
    ran = fieldlog("footage", "scan", here, "--json", data=data)
    assert ran.code == 1, ran.err
    assert state_of(here) == before
    done = ran.object
    assert (done["files"], done["new"], done["known"], len(done["problems"])) == (10, 10, 0, 0)
    why = {Path(each["path"]).name: each["why"] for each in done["broken"]}
    assert set(why) == {"没电.mp4", "空.mp4", "没拷完.mp4", "坏.jpg"}
    assert "moov" in why["没电.mp4"]
    assert "0 字节" in why["空.mp4"]
    assert "没有拷完" in why["没拷完.mp4"]
    rows = listed(data)
    one = rows["DSJ_000123_20261124090000_0007.MP4"]
    assert one["sha256"] == sha256((here / one["path"]).read_bytes()).hexdigest()
    assert (one["camera"], one["start_source"]) == ("000123", "container")
    assert (one["duration_ms"], one["codec"], one["width"], one["height"]) == (3000, "h264", 320, 240)
    assert (rows["20261124_093000.mp4"]["camera"], rows["20261124_093000.mp4"]["camera_source"]) == ("03", "path")
    assert rows["MOVI0001.avi"]["codec"] == "mpeg4"
    assert rows["MOVI0001.avi"]["start_source"] == "file"
    assert (rows["IMG_0001.JPG"]["medium"], rows["IMG_0001.JPG"]["start"][11:19]) == ("photo", "09:05:06")
    assert (rows["20261124090700.wav"]["start_source"], rows["20261124090700.wav"]["duration_ms"]) == ("name", 3000)
    assert rows["空.mp4"]["broken"]
    told = fieldlog("footage", "scan", here, data=data)
    assert (told.code, len(told.err.splitlines())) == (1, 4)
    assert "没电.mp4" in told.err


def test_what_is_known_is_not_read_again_and_copies_are_told(tmp_path: Path, card: Path):
    data = unit_copy(tmp_path / "data")
    here = Path(shutil.copytree(card, tmp_path / "card"))
    fieldlog("footage", "scan", here, data=data)
    entries = len(fieldlog("export", "--format", "jsonl", data=data).rows)
    again = fieldlog("footage", "scan", here, "--json", data=data).object
    assert (again["new"], again["known"], again["moved"]) == (0, 10, 0)
    assert len(fieldlog("export", "--format", "jsonl", data=data).rows) == entries
    share = Path(shutil.copytree(here, tmp_path / "share"))  # the times stay
    os.utime(share / "MOVI0001.avi", (1, 1))  # but this one's
    film = share / "DSJ_000123_20261124090000_0007.MP4"
    changed = bytearray(film.read_bytes())
    changed[len(changed) // 2] ^= 1
    stamp = film.stat()
    film.write_bytes(changed)
    os.utime(film, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    moved = fieldlog("footage", "scan", share, "--json", data=data).object
    assert (moved["new"], moved["moved"]) == (2, 8)  # the empty one by its name, and the one that was edited
    places = listed(data)["MOVI0001.avi"]["places"]
    assert [Path(place["path"]).parent.name for place in places] == ["card", "share"]


def test_an_interrupted_scan_keeps_what_it_has_and_goes_on_there(tmp_path: Path, card: Path):
    data = unit_copy(tmp_path / "data")
    here = tmp_path / "card"
    here.mkdir()
    shutil.copy2(card / "MOVI0001.avi", here / "a.avi")
    with (here / "b.mp4").open("wb") as endless:
        endless.truncate(40 << 30)  # sparse: half a minute of hashing
    log = data / "log"
    size = sum(path.stat().st_size for path in log.rglob("*.jsonl"))
    with subprocess.Popen(
        command("footage", "scan", here, "--json", "--data", data), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        while sum(path.stat().st_size for path in log.rglob("*.jsonl")) == size and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert process.returncode == 3, err
    assert b'"interrupted":true' in out
    assert b"Traceback" not in err
    (here / "b.mp4").unlink()
    done = fieldlog("footage", "scan", here, "--json", data=data).object
    assert (done["new"], done["known"], done["interrupted"]) == (0, 1, False)
    assert fieldlog("verify", data=data).code == 0


def test_what_is_no_folder_and_what_is_not_installed_is_one_line(tmp_path: Path, card: Path):
    data = unit_copy(tmp_path / "data")
    assert "没有这个文件夹" in fieldlog("footage", "scan", tmp_path / "E", data=data).complaint
    assert "不是文件夹" in fieldlog("footage", "scan", card / "MOVI0001.avi", data=data).complaint
    blocked = "import sys; sys.modules['av'] = None\nfrom fieldlog.cli import main\nmain()"
    done = subprocess.run(
        [sys.executable, "-c", blocked, "footage", "scan", card, "--data", data], capture_output=True, check=False
    )
    assert done.returncode == 3
    (line,) = done.stderr.decode().splitlines()
    assert "fieldlog[video]" in line


def test_the_offices_own_name_patterns_come_first(tmp_path: Path):
    data = unit_copy(tmp_path / "data")
    own = r"""[[name]]
about = "所里的写法"
pattern = '(?P<camera>\d+)机(?P<time>\d{14})'
"""
    (data / "footage-names.toml").write_text(own, encoding="utf-8")
    film(tmp_path / "card" / "05机20261124101112.mp4", Shot(NINE, 1))
    fieldlog("footage", "scan", tmp_path / "card", data=data)
    (row,) = fieldlog("footage", "list", "--json", data=data).rows
    assert (row["camera"], row["start"][:19], row["start_source"]) == ("05", "2026-11-24T10:11:12", "name")
    (data / "footage-names.toml").write_text("[[name]]\npattern = '('\n", encoding="utf-8")
    assert "footage-names.toml" in fieldlog("footage", "scan", tmp_path / "card", data=data).complaint


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="their file names are text")
def test_a_name_in_another_encoding_is_read_as_chinese_and_the_scan_goes_on(tmp_path: Path):
    data = unit_copy(tmp_path / "data")
    card = tmp_path / "card"
    film(card / "b.mp4", Shot(NINE, 1))
    shutil.copy(card / "b.mp4", os.fsencode(card) + "/副食店.mp4".encode("gbk"))
    done = fieldlog("footage", "scan", card, "--json", data=data).object
    assert (done["new"] + done["moved"], done["problems"]) == (2, [])
    again = fieldlog("footage", "scan", card, "--json", data=data).object
    assert (again["known"], again["problems"]) == (2, [])
    places = [Path(place["path"]).name for row in listed(data).values() for place in row["places"]]
    assert sorted(places) == ["b.mp4", "副食店.mp4"]


def test_nothing_of_it_loads_at_start_up():
    probe = "import fieldlog.cli.root, fieldlog.tui.app, sys; print(*{'av', 'zxingcpp', 'PIL', 'qrcode'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert not done.stdout.strip()
