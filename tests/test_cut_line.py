"""A day's photos over a line that is cut every few seconds: whole, once, and not much sent twice."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hubs import CuttingNetwork, HubProcess, environment, laptop, note, notes_in, photograph
from starting import run

from fieldlog.book.book import Book
from fieldlog.domain.errors import EnvironmentFault
from fieldlog.sync.credentials import load_credential, save_credential
from fieldlog.sync.exchange import WAITING
from fieldlog.sync.http import sync_http
from fieldlog.sync.line import PAUSES
from fieldlog.sync.receipts import kept_receipts

PHOTO = 2_500_000
CUT_AFTER = 700_000


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    with HubProcess(tmp_path_factory.mktemp("office")) as hub:
        yield hub


def at_once(_seconds: float) -> None:
    """Do not wait between tries."""


def enrolled(hub: HubProcess, folder: Path, device: str, unit: str, *urls: str) -> Book:
    """A laptop with a token for the hub, by these addresses too."""
    from dataclasses import replace

    book = laptop(folder, device, unit)
    sync_http(book, hub.url, hub.code(unit))
    for url in urls:
        save_credential(book.folder, replace(load_credential(book.folder, hub.url), url=url))
    return book


def below(limit: int):
    """Cuts a connection once so much has passed."""
    return lambda passed: passed < limit


def parts_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and ("parts" in path.parts or ".part." in path.name)]


def test_photos_end_up_whole_and_once_at_the_hub_and_at_a_second_device(hub: HubProcess, tmp_path: Path):
    photos = [os.urandom(PHOTO) for _ in range(3)]
    with (
        CuttingNetwork(hub.port, below(CUT_AFTER)) as up,
        CuttingNetwork(hub.port, let_back=below(CUT_AFTER)) as down,
        enrolled(hub, tmp_path, "houye-01", "cut-day", up.url) as officer,
        enrolled(hub, tmp_path, "houye-02", "cut-day", down.url) as desk,
    ):
        hashes = [photograph(officer, photo) for photo in photos]
        sent = sync_http(officer, up.url, wait=at_once)
        assert (sent.blobs_sent, sent.refused) == (3, ())
        assert up.cuts >= 3 * PHOTO // CUT_AFTER
        assert up.bytes_up < 1.5 * 3 * PHOTO
        got = sync_http(desk, down.url, wait=at_once)
        assert (got.blobs_received, got.refused) == (3, ())
        assert down.cuts >= 3 * PHOTO // CUT_AFTER
        assert down.bytes_down < 1.5 * 3 * PHOTO
        for photo, sha256 in zip(photos, hashes, strict=True):
            assert hub.parts.attachments.path("cut-day", sha256).read_bytes() == photo
            assert desk.blobs.path(sha256).read_bytes() == photo
        assert not parts_of(hub.database.with_suffix(".blobs") / "cut-day")
        assert not parts_of(desk.folder / "blobs")
        assert {sha256 for each in kept_receipts(officer.folder) for sha256 in each.blobs} == set(hashes)
        assert sync_http(officer, up.url, wait=at_once).blobs_sent == 0


def begun(folder: Path) -> Path:
    """The part of an upload, once the hub has written some of what was under way."""
    for _ in range(400):
        for part in parts_of(folder):
            if part.stat().st_size:
                return part
        time.sleep(0.05)
    raise AssertionError(folder)


KILLED_IN_A_PHOTO = """
import os, signal, sys
from pathlib import Path
from fieldlog.book.book import Book
from fieldlog.sync.http import sync_http
chunks = [0]
def die(what, done, total):
    chunks[0] += what == "附件"
    if chunks[0] == 30:
        os.kill(os.getpid(), signal.SIGKILL)
sync_http(Book.open(Path(sys.argv[1])), sys.argv[2], None, die)
"""


def killed(book: Path, url: str) -> None:
    child = [sys.executable, "-c", KILLED_IN_A_PHOTO, str(book), url]
    assert run(child, env=environment()).returncode == -signal.SIGKILL


def test_a_transfer_goes_on_after_the_program_was_killed_in_the_middle_of_a_photo(hub: HubProcess, tmp_path: Path):
    photo = os.urandom(6_000_000)
    with CuttingNetwork(hub.port) as line:
        with enrolled(hub, tmp_path, "houye-01", "cut-kill", line.url) as officer:
            sha256 = photograph(officer, photo)
        with enrolled(hub, tmp_path, "houye-02", "cut-kill", line.url) as desk:
            pass
        killed(officer.folder, line.url)
        part = begun(hub.database.with_suffix(".blobs") / "cut-kill")
        reached, before = part.stat().st_size, line.bytes_up
        assert reached
        with Book.open(officer.folder) as book:
            assert sync_http(book, line.url).blobs_sent == 1
        assert line.bytes_up - before < len(photo) - reached + 100_000
        killed(desk.folder, line.url)
        (part,) = parts_of(desk.folder / "blobs")
        reached, before = part.stat().st_size, line.bytes_down
        assert reached
        with Book.open(desk.folder) as book:
            assert sync_http(book, line.url).blobs_received == 1
            assert book.blobs.path(sha256).read_bytes() == photo
        assert line.bytes_down - before < len(photo) - reached + 100_000
        assert not parts_of(desk.folder / "blobs")


def test_what_a_power_cut_left_of_a_photo_does_not_spoil_it(hub: HubProcess, tmp_path: Path):
    with (
        enrolled(hub, tmp_path, "houye-01", "cut-power") as officer,
        enrolled(hub, tmp_path, "d-2", "cut-power") as desk,
    ):
        sha256, other = photograph(officer, b"jpeg" * 1000), "0" * 64
        sync_http(officer, hub.url)
        for left, content in ((sha256, bytes(1000)), (other, b"of a photo that nobody wants any more")):
            desk.blobs.folder.mkdir(exist_ok=True)
            (desk.blobs.folder / f".part.{left}").write_bytes(content)
        assert sync_http(desk, hub.url).blobs_received == 1
        assert desk.blobs.path(sha256).read_bytes() == b"jpeg" * 1000
        assert not parts_of(desk.folder / "blobs")


def test_where_nothing_gets_through_it_ends_after_a_few_tries_with_one_line(hub: HubProcess, tmp_path: Path):
    waited: list[float] = []
    with (
        CuttingNetwork(hub.port, below(4_000)) as line,
        enrolled(hub, tmp_path, "houye-01", "cut-dead", line.url) as book,
    ):
        photograph(book, os.urandom(300_000))
        with pytest.raises(EnvironmentFault, match="断了") as told:
            sync_http(book, line.url, wait=waited.append)
        assert "\n" not in str(told.value)
        assert tuple(waited[-3:]) == PAUSES


def test_packs_that_do_not_get_through_are_made_smaller_both_ways(hub: HubProcess, tmp_path: Path):
    texts = [os.urandom(10_000).hex() for _ in range(30)]
    with (
        CuttingNetwork(hub.port, below(250_000)) as up,
        CuttingNetwork(hub.port, let_back=below(250_000)) as down,
        enrolled(hub, tmp_path, "houye-01", "cut-packs", up.url) as officer,
        enrolled(hub, tmp_path, "houye-02", "cut-packs", down.url) as desk,
    ):
        note(officer, *texts)
        sent = sync_http(officer, up.url, wait=at_once)
        assert (sent.sent, sent.refused) == (31, ())
        assert up.cuts
        assert hub.parts.ledger.heads("cut-packs")["houye-01"] == officer.heads()["houye-01"]
        assert sync_http(desk, down.url, wait=at_once).received == 31
        assert down.cuts
        assert notes_in(desk) == texts


class Enough(Exception):
    """The officer pressed Esc."""


def test_an_officer_can_stop_it_while_it_waits_for_the_network_and_in_the_middle_of_a_photo(
    hub: HubProcess, tmp_path: Path
):
    seen: list[str] = []

    def stop_at(what: str):
        def progress(now: str, _done: int, _total: int) -> None:
            seen.append(now)
            if now == what:
                raise Enough

        return progress

    with CuttingNetwork(hub.port, below(0)) as dead, enrolled(hub, tmp_path, "houye-01", "cut-stop", dead.url) as book:
        sha256 = photograph(book, os.urandom(PHOTO))
        with pytest.raises(Enough):
            sync_http(book, dead.url, None, stop_at(WAITING))
        with pytest.raises(Enough):
            sync_http(book, hub.url, None, stop_at("附件"))
        assert hub.parts.attachments.size("cut-stop", sha256) is None
        assert sync_http(book, hub.url).blobs_sent == 1
