"""Whatever happens to a stick or a shared folder: one clear line, the rest goes on, and memory stays bounded."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
import zstandard
from hubs import environment, laptop, note, notes_in, photograph

from fieldlog.book.book import Book
from fieldlog.domain.errors import EnvironmentFault
from fieldlog.office.keys import OfficeKeys, make_keys
from fieldlog.sync import folder_leaving
from fieldlog.sync.folder import cipher_of, sync_folder
from fieldlog.sync.folder_places import encrypted_place
from fieldlog.sync.office_keys import OfficeTrust, load_trust, save_trust

GIB = 2**30
BOUNDED = """import pathlib, re, sys
from fieldlog.cli import main
try:
    main()
finally:  # not ru_maxrss, which begins with that of the process that started this one
    said = pathlib.Path("/proc/self/status").read_text()
    print(int(re.search(r"VmHWM:\\s*(\\d+)", said)[1]) // 1024, file=sys.stderr)
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> OfficeKeys:
    return make_keys(tmp_path_factory.mktemp("office"))[0]


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


def knowing(folder: Path, device: str, office: OfficeKeys) -> Book:
    book = laptop(folder, device)
    save_trust(book.folder, OfficeTrust(office.public, office.unit_identity("houye")))
    return book


@pytest.fixture
def one(tmp_path: Path, office: OfficeKeys):
    with knowing(tmp_path, "houye-01", office) as book:
        yield book


@pytest.fixture
def two(tmp_path: Path, office: OfficeKeys):
    with knowing(tmp_path, "houye-02", office) as book:
        yield book


def own_folder(book: Book, stick: Path) -> Path:
    trust = load_trust(book.folder)
    assert trust is not None
    return encrypted_place(stick, "houye", cipher_of(trust)).owned_by(book.device.id)


def packs(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.age") if not path.name.endswith(".json.age"))


def test_what_syncthing_leaves_beside_and_copies_under_any_name_change_nothing(stick: Path, one: Book, two: Book):
    note(one, "一", "二")
    sync_folder(one, stick)
    folder = own_folder(one, stick)
    (pack,) = packs(folder)
    (heads,) = folder.glob("*.json.age")
    whole = pack.read_bytes()
    (folder / f".syncthing.{pack.name}.tmp").write_bytes(whole[:100])
    (folder / f"~syncthing~{pack.name}.tmp").write_bytes(whole[:100])
    (folder / f"{pack.stem}.sync-conflict-20261125-091500-ABCDEFG.age").write_bytes(whole)
    (folder / f"{heads.stem}.sync-conflict-20261125-091500-ABCDEFG.age").write_bytes(heads.read_bytes())
    (folder.parent / "副本 (2)").write_bytes(whole)
    pack.rename(folder / "未命名")
    (folder / "照片.jpg").write_bytes(b"\xff\xd8\xff")
    (folder / "desktop.ini").write_bytes(b"[.ShellClassInfo]")
    result = sync_folder(two, stick)
    assert (result.refused, result.notes) == ((), ())
    assert two.heads()["houye-01"] == one.heads()["houye-01"]


def test_a_stick_that_goes_in_the_middle_loses_nothing(
    stick: Path, one: Book, two: Book, monkeypatch: pytest.MonkeyPatch
):
    note(two, "在盘上的")
    sync_folder(two, stick)
    note(one, "还没写出去的")
    photograph(one, b"jpeg" * 1000)

    def gone(*_: object) -> None:
        stick.rename(stick.with_name("pulled"))
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(folder_leaving, "replace_file", gone)
        with pytest.raises(EnvironmentFault, match="写不进去") as told:
            sync_folder(one, stick)
    assert "\n" not in str(told.value)
    assert "在盘上的" in notes_in(one)
    stick.with_name("pulled").rename(stick)
    assert sync_folder(one, stick).sent > 0
    result = sync_folder(two, stick)
    assert (result.refused, result.blobs_received) == ((), 1)
    assert "还没写出去的" in notes_in(two)


def test_two_devices_at_once_on_a_shared_folder_end_alike(stick: Path, one: Book, two: Book):
    note(one, "一的")
    note(two, "二的")
    failed: list[BaseException] = []

    def visit(book: Book) -> None:
        try:
            for _ in range(4):
                sync_folder(book, stick)
        except BaseException as error:  # noqa: BLE001 - told by the assertion
            failed.append(error)

    threads = [threading.Thread(target=visit, args=(book,)) for book in (one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    for book in (one, two, one, two):
        result = sync_folder(book, stick)
    assert (result.refused, sorted(notes_in(one))) == ((), sorted(notes_in(two)))
    assert one.heads() == two.heads()


def test_a_pack_of_two_gigabytes_and_one_that_swells_are_named_and_cost_no_memory(
    stick: Path, tmp_path: Path, one: Book, two: Book
):
    note(two, "好的")
    sync_folder(two, stick)
    trust = load_trust(one.folder)
    assert trust is not None
    cipher = cipher_of(trust)
    folder = own_folder(two, stick)
    (good,) = packs(folder)
    with (folder / "large.age").open("wb") as stream:
        stream.write(good.read_bytes())
        stream.truncate(2 * GIB)
    swelling = zstandard.ZstdCompressor(level=19).compressobj()
    bomb = b"".join(swelling.compress(bytes(2**20)) for _ in range(1024)) + swelling.flush()
    (folder / "bomb.age").write_bytes(cipher.encrypt(bomb))
    (stick / "fieldlog" / "houye" / "houye-03").mkdir(parents=True)
    with (stick / "fieldlog" / "houye" / "houye-03" / "zeros.flpack").open("wb") as stream:
        stream.truncate(2 * GIB)
    with encrypted_place(stick, "houye", cipher).named(folder, "roster").open("wb") as stream:
        stream.truncate(2 * GIB)  # where a list of devices is looked for, and is none
    data = one.folder
    one.close()
    done = subprocess.run(
        [sys.executable, "-c", BOUNDED, "sync", str(stick), "--data", str(data)],
        capture_output=True, text=True, encoding="utf-8", env=environment(), check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 1
    *told, peak = done.stderr.splitlines()
    assert int(peak) < 400
    for name in ("large.age", "bomb.age", "zeros.flpack"):
        assert len([line for line in told if name in line]) == 1
    assert "接收 3 条" in done.stdout
