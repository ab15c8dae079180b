"""A stick that is lost shows nothing, and what one device leaves there the others of its unit still take."""

import io
import shutil
import subprocess
from pathlib import Path

import pyrage
import pytest
import zstandard
from hubs import laptop, note, notes_in, photograph

from fieldlog.book.book import Book
from fieldlog.office.keys import OfficeKeys, make_keys
from fieldlog.sync.folder import sync_folder
from fieldlog.sync.office_keys import OfficeTrust, save_trust

PHOTO = b"jpeg of the kitchen" * 4000


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> OfficeKeys:
    return make_keys(tmp_path_factory.mktemp("office"))[0]


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


def knowing(folder: Path, device: str, office: OfficeKeys, unit: str = "houye", role: str = "officer") -> Book:
    book = laptop(folder, device, unit, role)
    save_trust(book.folder, OfficeTrust(office.public, office.unit_identity(unit)))
    return book


@pytest.fixture
def officer(tmp_path: Path, office: OfficeKeys):
    with knowing(tmp_path, "houye-01", office) as book:
        yield book


@pytest.fixture
def supervisor(tmp_path: Path, office: OfficeKeys):
    with knowing(tmp_path, "houye-90", office, role="supervisor") as book:
        yield book


def everything(stick: Path) -> bytes:
    """Every name and every byte on the stick, and what is inside anything that zstd opens."""
    found = b""
    for path in stick.rglob("*"):
        found += str(path.relative_to(stick)).encode() + b"\n"
        if path.is_file():
            found += path.read_bytes()
    return found


def age_files(stick: Path) -> list[Path]:
    return sorted(path for path in stick.rglob("*") if path.is_file())


def test_two_laptops_exchange_and_a_finder_reads_nothing(stick: Path, officer: Book, supervisor: Book):
    note(officer, "灭火器失压", "通道堵塞")
    sha256 = photograph(officer, PHOTO)
    left = sync_folder(officer, stick)
    assert (left.sent, left.blobs_sent, left.notes) == (5, 1, ())
    note(supervisor, "请三日内复查")
    taken = sync_folder(supervisor, stick)
    assert (taken.received, taken.blobs_received, taken.refused) == (5, 1, ())
    assert supervisor.blobs.path(sha256).read_bytes() == PHOTO
    assert sync_folder(officer, stick).received == 3
    assert notes_in(officer) == notes_in(supervisor)
    assert officer.heads() == supervisor.heads()
    seen = everything(stick)
    for word in (
        "houye",
        "houye-01",
        "spans",
        "heads",
        "灭火器失压",
        sha256,
        "jpeg of the kitchen",
        officer.heads()["houye-01"].hash,
    ):
        assert word.encode() not in seen
    assert b"\x50\x2a\x4d\x18" not in seen
    assert b"\x28\xb5\x2f\xfd" not in seen
    assert all(path.read_bytes().startswith(b"age-encryption.org/v1\n") for path in age_files(stick))


def test_a_second_visit_with_nothing_new_writes_nothing(stick: Path, officer: Book, supervisor: Book):
    note(officer, "一")
    photograph(officer, PHOTO)
    for book in (officer, supervisor, officer, supervisor):
        sync_folder(book, stick)
    before = {path: path.read_bytes() for path in age_files(stick)}
    again = [sync_folder(book, stick) for book in (officer, supervisor, officer)]
    assert [(result.sent, result.received, result.blobs_sent) for result in again] == [(0, 0, 0)] * 3
    assert {path: path.read_bytes() for path in age_files(stick)} == before


def test_the_office_opens_a_pack_with_its_key_and_zstd_alone(stick: Path, officer: Book, office: OfficeKeys):
    note(officer, "灭火器失压")
    sync_folder(officer, stick)
    (pack,) = (path for path in age_files(stick) if not path.name.endswith(".json.age"))
    opened = pyrage.decrypt(pack.read_bytes(), [pyrage.x25519.Identity.from_str(office.age_identity)])
    lines = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(opened), read_across_frames=True)
    header = 8 + int.from_bytes(opened[4:8], "little")
    assert opened[:4] == b"\x50\x2a\x4d\x18"
    assert "灭火器失压".encode() in zstandard.ZstdDecompressor().decompressobj().decompress(opened[header:])
    if zstd := shutil.which("zstd"):
        done = subprocess.run([zstd, "-dc"], input=opened, capture_output=True, check=True)
        assert done.stdout.count(b"\n") == 3
    del lines


def test_what_was_left_openly_goes_once_the_keys_have_come(
    stick: Path, tmp_path: Path, office: OfficeKeys, supervisor: Book
):
    with laptop(tmp_path, "houye-01") as officer:
        note(officer, "一")
        photograph(officer, PHOTO)
        result = sync_folder(officer, stick)
        assert "没有加密" in result.notes[0]
        (stick / "fieldlog" / "houye" / "houye-01" / "我的.txt").write_text("别人的文件", encoding="utf-8")
        save_trust(officer.folder, OfficeTrust(office.public, office.unit_identity("houye")))
        assert sync_folder(officer, stick).sent > 0
        assert [path.name for path in stick.rglob("houye-01/*")] == ["我的.txt"]
        assert sync_folder(supervisor, stick).refused == ()
        assert supervisor.heads()["houye-01"] == officer.heads()["houye-01"]


def test_one_without_keys_is_told_and_those_with_keys_take_what_it_left(stick: Path, tmp_path: Path, officer: Book):
    note(officer, "加密的")
    sync_folder(officer, stick)
    with laptop(tmp_path, "houye-02") as other:
        note(other, "没有加密的")
        result = sync_folder(other, stick)
        assert (result.received, result.refused) == (0, ())
        assert [word in note for word, note in zip(("读不了", "没有加密"), result.notes, strict=True)] == [True, True]
    result = sync_folder(officer, stick)
    assert (result.received, result.refused, result.notes) == (3, (), ())
    assert "没有加密的" in notes_in(officer)


def test_other_units_and_other_offices_on_one_stick_are_left_alone(
    stick: Path, tmp_path: Path, office: OfficeKeys, officer: Book
):
    strange, _ = make_keys(tmp_path / "other-office")
    with (
        knowing(tmp_path, "xinmin-01", office, "xinmin") as other_unit,
        knowing(tmp_path / "far", "houye-01", strange) as other_office,
        laptop(tmp_path, "guandu-01", "guandu") as plain,
    ):
        for book in (other_unit, other_office, plain):
            note(book, "别处的")
            assert sync_folder(book, stick).refused == ()
        before = {path: path.read_bytes() for path in age_files(stick)}
        result = sync_folder(officer, stick)
        assert (result.received, result.refused) == (0, ())
        assert [word in line for word, line in zip(("guandu", "打不开"), result.notes, strict=True)] == [True, True]
        assert all(path.read_bytes() == content for path, content in before.items())
        for book in (other_unit, other_office, plain):
            assert (sync_folder(book, stick).received, sync_folder(book, stick).sent) == (0, 0)


@pytest.mark.parametrize("where", [0, 60, 300, 700, -20])
@pytest.mark.parametrize("flip", [0, 1])
def test_an_encrypted_pack_that_was_damaged_comes_whole_the_next_time(
    stick: Path, officer: Book, supervisor: Book, where: int, flip: int
):
    """Without a `flip` the file ends there; 60 and 300 are in age's own first lines."""
    note(officer, "一", "二", "三")
    photograph(officer, PHOTO)
    sync_folder(officer, stick)
    for path in age_files(stick):
        content = bytearray(path.read_bytes())
        if flip:
            content[min(where, len(content) - 1)] ^= flip
        else:
            del content[where:]
        path.write_bytes(content)
    sync_folder(supervisor, stick)
    assert "houye-01" not in supervisor.heads() or supervisor.heads()["houye-01"] == officer.heads()["houye-01"]
    for book in (officer, supervisor, officer, supervisor):
        result = sync_folder(book, stick)
    assert result.refused == ()
    assert supervisor.heads()["houye-01"] == officer.heads()["houye-01"]
    assert len(list((supervisor.folder / "blobs").glob("??/*"))) == 1
