"""One day's work goes home over a line, on a stick, on paper and as a film of the screen, and is the same bytes each time."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import fieldlog
from film import film_of
from hubs import HubProcess
from township import ITEMS, FixedClock, Township, device, new_township

from fieldlog.actions import answering, evidence, hazards, visit_closing
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.sync.qr_case import make_case
from fieldlog.sync.qr_compact import pack_case

REASONS = dict.fromkeys((f"P{number}" for number in range(1, 40)), "已口头说明")
PHOTO = b"\xff\xd8\xff" + os.urandom(40_000)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Township, str]]:
    """A visit with a hazard, a photo of it, a remark, and its rectification."""
    clock = FixedClock()
    township = new_township(tmp_path_factory.mktemp("day") / "laptop", clock)
    book, by, doc = township.book, township.by, township.visit()
    for number, item in enumerate(ITEMS):
        clock.pass_(seconds=9.1)
        bad = number == 0
        answering.answer(book, by, doc, item, "不符合" if bad else "符合", text="出口堵塞，𠮷" if bad else "")
    (hazard,) = book.rows("hazards")
    photo = tmp_path_factory.mktemp("photos") / "IMG_1.jpg"
    photo.write_bytes(PHOTO)
    evidence.attach_photo(book, by, hazard["doc"], photo)
    visit_closing.close(book, by, doc, signature=bodies.Signature(way="paper"), reasons=REASONS)
    hazards.rectify(book, by, hazard["doc"], note="已清理")
    book.seal()
    yield township, doc
    book.close()


@pytest.fixture
def laptop(day: tuple[Township, str], tmp_path: Path) -> Path:
    """The laptop as it came back, with nothing sent yet."""
    return Path(shutil.copytree(day[0].book.folder, tmp_path / "laptop", ignore=shutil.ignore_patterns("lock")))


@pytest.fixture
def desk(tmp_path: Path, day: tuple[Township, str]) -> Path:
    """A computer at the office."""
    with Book.create(tmp_path / "desk", device("houye-99", "01JDEF00000000000000000009", "supervisor")):
        pass
    return tmp_path / "desk"


def lines(folder: Path, docs: set[str]) -> list[bytes]:
    """The entries about these documents, as they stand on the disk."""
    with Book.look(folder) as book:
        return sorted(entry.line() for doc in docs for entry in book.entries_of(doc))


def the_visit(folder: Path, doc: str) -> set[str]:
    """The visit and its hazards."""
    with Book.look(folder) as book:
        return {doc, *(row["doc"] for row in book.rows("hazards"))}


def check_same(laptop: Path, desk: Path, doc: str) -> None:
    docs = the_visit(laptop, doc)
    assert len(docs) == 2
    assert lines(desk, docs) == lines(laptop, docs)
    assert fieldlog("hazards", "--json", data=desk).rows == fieldlog("hazards", "--json", data=laptop).rows
    assert fieldlog("verify", data=desk).code == 0


def check_whole(laptop: Path, desk: Path) -> None:
    """Everything came: the log byte for byte, and the photo."""

    def log(folder: Path) -> bytes:
        return b"".join(path.read_bytes() for path in sorted((folder / "log/houye-01").glob("????-??.jsonl")))

    assert log(desk) == log(laptop)
    (photo,) = (desk / "blobs").rglob("?" * 64)
    assert photo.read_bytes() == PHOTO


def sync(folder: Path, *arguments: str | Path) -> None:
    ran = fieldlog("sync", *arguments, data=folder)
    assert ran.code == 0, ran.err


def receive(folder: Path, *paths: Path) -> None:
    ran = fieldlog("receive", *paths, data=folder)
    assert ran.code == 0, ran.out + ran.err


def test_over_a_line(laptop: Path, desk: Path, day: tuple[Township, str], tmp_path: Path):
    unit = day[0].book.device.unit
    with HubProcess(tmp_path) as hub:
        sync(laptop, hub.url, "--enrol", hub.code(unit))
        sync(desk, hub.url, "--enrol", hub.code(unit, "supervisor"))
    check_same(laptop, desk, day[1])
    check_whole(laptop, desk)


def test_on_a_stick(laptop: Path, desk: Path, day: tuple[Township, str], tmp_path: Path):
    (tmp_path / "stick").mkdir()
    for folder in (laptop, desk):
        sync(folder, tmp_path / "stick")
    check_same(laptop, desk, day[1])
    check_whole(laptop, desk)


def test_on_paper(laptop: Path, desk: Path, day: tuple[Township, str], tmp_path: Path):
    know(desk, day[0].book)
    assert fieldlog("qr", day[1], "--png", tmp_path / "paper", data=laptop).code == 0
    receive(desk, *sorted((tmp_path / "paper").iterdir(), reverse=True))
    check_same(laptop, desk, day[1])


def test_as_a_film(laptop: Path, desk: Path, day: tuple[Township, str], tmp_path: Path):
    know(desk, day[0].book)
    film_of(pack_case(make_case(day[0].book, day[1])), tmp_path / "VID_1.mp4")
    receive(desk, tmp_path / "VID_1.mp4")
    check_same(laptop, desk, day[1])


def test_by_every_way_one_after_another(laptop: Path, desk: Path, day: tuple[Township, str], tmp_path: Path):
    """Paper first, then the film, the stick twice, and the line: nothing comes double."""
    unit = day[0].book.device.unit
    know(desk, day[0].book)
    assert fieldlog("qr", day[1], "--png", tmp_path / "paper", data=laptop).code == 0
    receive(desk, *(tmp_path / "paper").iterdir())
    check_same(laptop, desk, day[1])
    (tmp_path / "stick").mkdir()
    for folder in (laptop, desk, laptop, desk):
        sync(folder, tmp_path / "stick")
    check_whole(laptop, desk)
    with HubProcess(tmp_path) as hub:
        first = fieldlog("sync", hub.url, "--enrol", hub.code(unit, "supervisor"), data=desk)
        assert "houye-01 没有在办公室登记" in first.complaint  # the desk does not vouch for the laptop
        sync(laptop, hub.url, "--enrol", hub.code(unit))
        sync(desk, hub.url)
    check_same(laptop, desk, day[1])
    check_whole(laptop, desk)


def know(desk: Path, book: Book) -> None:
    """The office has put the laptop's key there; paper says nothing of keys that is believed."""
    (desk / "keys/houye-01.pub").write_text(book.public_key("houye-01"))
