"""The office takes a stick in itself, and every laptop finds there what it lacks and the office's word for its own."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from command import Ran, fieldlog
from hubs import laptop, note, notes_in, photograph

from fieldlog.actions.ways_home import WayHome, bring_home
from fieldlog.book.book import Book
from fieldlog.office.app import Hub
from fieldlog.office.serve import open_hub
from fieldlog.office.stick import UnitVisit, places_of, receive_stick
from fieldlog.sync.age_files import Cipher
from fieldlog.sync.folder import sync_folder, taken_by_office
from fieldlog.sync.folder_places import OFFICE
from fieldlog.sync.office_keys import OfficeTrust, save_trust
from fieldlog.sync.receipts import received_by_office

PHOTO = b"jpeg of the kitchen" * 4000


def _quietly(_what: str, _done: int, _total: int) -> None:
    """Show nothing."""


class Office:
    """The hub's data folder, and commands on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.hub: Hub = open_hub(f"sqlite:///{folder / 'office.sqlite'}")

    def enrol(self, book: Book, *, keys: bool = True, role: str = "officer") -> None:
        """Let a laptop in as over a line, and give it the keys or, as older versions did, none."""
        unit = book.device.unit
        code = self.hub.enrolment.new_code(unit, role, book.device.id)
        key = book.public_key(book.device.id)
        self.hub.enrolment.enrol(code, book.device.id, unit, key, "test")
        if keys:
            save_trust(book.folder, OfficeTrust(self.hub.keys.public, self.hub.keys.unit_identity(unit)))

    def receive(self, *paths: Path) -> Ran:
        """By the command."""
        return fieldlog("office", "receive", *paths, "--json", data=self.folder)

    def take(self, stick: Path) -> UnitVisit:
        """The same here, which is quicker, where one unit has been on the stick."""
        (visit,), _notes = receive_stick(self.hub, stick, _quietly)
        return visit


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "office")


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


def test_a_stick_goes_straight_into_the_ledger_and_its_receipts_come_back(tmp_path: Path, office: Office, stick: Path):
    with (
        laptop(tmp_path, "houye-01") as one,
        laptop(tmp_path, "houye-02") as two,
        laptop(tmp_path, "xin-01", "xin") as xin,
    ):
        for book in (one, two, xin):
            office.enrol(book)
            note(book, f"{book.device.id} 写的")
        sha256 = photograph(one, PHOTO)
        for book in (one, xin):
            sync_folder(book, stick)
        assert taken_by_office(one, stick) == 0
        ran = office.receive(stick)
        assert (ran.code, ran.err) == (0, "")
        houye, other = ran.object["units"]
        assert (houye["received"], houye["blobs_received"], houye["devices"]) == (4, 1, ["houye-01"])
        assert (other["unit"], other["received"], other["devices"]) == ("xin", 3, ["xin-01"])
        assert office.hub.ledger.heads("houye") == one.heads()
        assert office.hub.attachments.path("houye", sha256).read_bytes() == PHOTO
        way, _ = bring_home(one, WayHome(str(stick)), _quietly)
        assert "办公室都已读到" in way.said
        assert way.acknowledged == one.heads()["houye-01"].seq == received_by_office(one.folder)["houye-01"][0]
        result = sync_folder(two, stick)
        assert (result.received, result.blobs_received) == (4, 1)
        assert receive_stick(office.hub, stick, _quietly)[0][0].received == 3
        assert sync_folder(one, stick).received == 3
        assert notes_in(one) == notes_in(two)
        before = sorted(path for path in stick.rglob("*.age") if ".json" not in path.name)
        again, _notes = receive_stick(office.hub, stick, _quietly)
        assert [(unit.received, unit.sent, unit.blobs_sent) for unit in again] == [(0, 0, 0)] * 2
        assert before == sorted(path for path in stick.rglob("*.age") if ".json" not in path.name)
        assert not [path for path in stick.rglob("*") if "houye" in str(path.relative_to(stick))]


def test_what_the_office_has_and_a_laptop_lacks_is_left_there_for_it(tmp_path: Path, office: Office, stick: Path):
    with laptop(tmp_path, "houye-01") as one, laptop(tmp_path, "houye-02") as two:
        for book in (one, two):
            office.enrol(book)
        note(one, "从另一个盘来的")
        sha256 = photograph(one, PHOTO)
        (tmp_path / "other").mkdir()
        sync_folder(one, tmp_path / "other")
        assert office.take(tmp_path / "other").refused == []
        sync_folder(two, stick)
        houye = office.take(stick)
        assert (houye.sent, houye.blobs_sent) == (4, 1)
        result = sync_folder(two, stick)
        assert (result.received, result.blobs_received, result.refused) == (4, 1, ())
        assert two.blobs.has(sha256)


def test_a_device_that_never_enrolled_is_refused_with_the_advice_to(tmp_path: Path, office: Office, stick: Path):
    with laptop(tmp_path, "houye-01") as known, laptop(tmp_path, "houye-66") as stranger:
        office.enrol(known)
        note(stranger, "不认识的")
        for book in (known, stranger):
            sync_folder(book, stick)
        ran = office.receive(stick)
        assert ran.code == 1
        (houye,) = ran.object["units"]
        assert [each["log"] for each in houye["refused"]] == ["houye-66"]
        assert "fieldlog office enrol houye-66" in ran.err
        assert houye["received"] == known.heads()["houye-01"].seq
        office.enrol(stranger)
        assert office.take(stick).refused == []
        assert office.hub.ledger.heads("houye").keys() == {"houye-01", "houye-66"}


def test_openly_the_office_says_how_far_it_has_come_and_leaves_no_record(tmp_path: Path, office: Office, stick: Path):
    with laptop(tmp_path, "houye-01") as old, laptop(tmp_path, "houye-02") as new:
        office.enrol(old, keys=False)
        office.enrol(new)
        note(new, "只能加密的")
        for book in (old, new):
            sync_folder(book, stick)
        visit = office.take(stick)
        assert visit.devices == ["houye-02"]
        assert "houye-01 还没有办公室的密钥" in visit.notes[0]
        assert taken_by_office(old, stick) == old.heads()["houye-01"].seq
        assert not list((stick / "fieldlog" / "houye").glob("_office/*.flpack"))
        assert office.hub.ledger.heads("houye").keys() == {"houye-01", "houye-02"}


def test_a_receipt_counts_only_with_the_office_s_signature_for_this_device(tmp_path: Path, office: Office, stick: Path):
    with laptop(tmp_path, "houye-01") as one, laptop(tmp_path, "houye-02") as two:
        for book in (one, two):
            office.enrol(book)
            sync_folder(book, stick)
        assert office.take(stick).refused == []
        note(one, "新的")
        sync_folder(one, stick)
        held = received_by_office(one.folder)["houye-01"]
        mine, others = _receipts(office, stick)
        forgeries: list[dict[str, Any]] = [
            {**mine, "heads": {"houye-01": [held[0] + 3, "0" * 64]}, "at": mine["at"] + 9},
            others,
            {**mine, "at": mine["at"] + 9},
        ]
        for forged in forgeries:
            _put(office, stick, forged)
            sync_folder(one, stick)
            assert received_by_office(one.folder)["houye-01"] == held
        assert office.take(stick).refused == []
        sync_folder(one, stick)
        assert received_by_office(one.folder)["houye-01"][0] == one.heads()["houye-01"].seq


def _receipt(office: Office, stick: Path, device: str) -> tuple[Path, Cipher]:
    """Where the office put it, and what opens it."""
    place = places_of(office.hub, stick, "houye")[0]
    assert place.cipher is not None
    return place.named(place.owned_by(OFFICE), f"receipt-{device}"), place.cipher


def _receipts(office: Office, stick: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for device in ("houye-01", "houye-02"):
        path, cipher = _receipt(office, stick, device)
        found.append(json.loads(cipher.read(path, 10_000)))
    return found


def _put(office: Office, stick: Path, receipt: dict[str, Any]) -> None:
    path, cipher = _receipt(office, stick, "houye-01")
    path.write_bytes(cipher.encrypt(json.dumps(receipt).encode()))


def test_a_cloned_laptop_s_branch_on_a_stick_is_refused_and_kept(tmp_path: Path, office: Office, stick: Path):
    with laptop(tmp_path, "houye-01") as first:
        office.enrol(first)
        note(first, "共同的")
        shutil.copytree(first.folder, tmp_path / "twin")
        note(first, "先写的", "又写的", "再写的")
        sync_folder(first, stick)
        assert office.take(stick).refused == []
    shutil.rmtree(stick / "fieldlog")
    with Book.open(tmp_path / "twin") as twin:
        note(twin, "另写的")
        sync_folder(twin, stick)
    (refusal,) = office.take(stick).refused
    assert "有两个版本" in refusal.why
    assert "另写的".encode() in b"".join(office.hub.ledger.branch("houye", "houye-01"))
