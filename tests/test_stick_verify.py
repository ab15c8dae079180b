"""What `fieldlog verify` says of a stick, with the keys at hand and without."""

import shutil
from pathlib import Path

import pytest
from command import fieldlog
from hubs import laptop, note, photograph

from fieldlog.book.book import Book
from fieldlog.office.keys import FOLDER, make_keys
from fieldlog.sync.exchange import write_pack
from fieldlog.sync.folder import sync_folder
from fieldlog.sync.office_keys import OfficeTrust, save_trust


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


@pytest.fixture
def officer(tmp_path: Path):
    with laptop(tmp_path, "houye-01") as book:
        yield book


def test_an_encrypted_stick_is_proven_with_the_office_s_keys_and_opens_to_nobody_else(
    tmp_path: Path, stick: Path, officer: Book
):
    office, _ = make_keys(tmp_path / "office" / FOLDER)
    save_trust(officer.folder, OfficeTrust(office.public, office.unit_identity("houye")))
    note(officer, "一", "二")
    photograph(officer, b"jpeg" * 1000)
    sync_folder(officer, stick)
    head = officer.heads()["houye-01"]
    proven = fieldlog("verify", stick, "--json", data=tmp_path / "office").object
    assert proven["ok"]
    assert [(log["log"], log["entries"], log["sealed"]) for log in proven["logs"]] == [("houye-01", head.seq, head.seq)]
    assert proven["notes"][0] == "读了 1 个数据包、1 个附件"
    closed = fieldlog("verify", stick, data=tmp_path / "nobody")
    assert closed.code == 2
    assert "打不开" in closed.complaint


def test_what_was_changed_or_cut_on_an_open_stick_is_named(tmp_path: Path, stick: Path, officer: Book):
    note(officer, "一")
    sha256 = photograph(officer, b"jpeg" * 1000)
    sync_folder(officer, stick)
    note(officer, "二")
    sync_folder(officer, stick)
    first, second = sorted(stick.rglob("*.flpack"), key=lambda path: -path.stat().st_size)
    fine = fieldlog("verify", stick, data=tmp_path / "nobody")
    assert fine.code == 0, fine.out
    assert "按它自己写的公钥核对" in fine.out
    lines = list(officer.lines_after({}))
    shutil.copy(first, first.with_name("副本.flpack"))
    second.write_bytes(second.read_bytes()[:-5])
    (first.parent / "改过").write_bytes(write_pack([lines[1].replace("一".encode(), "改".encode())]))
    next(stick.rglob(sha256)).write_bytes(b"other")
    ran = fieldlog("verify", stick, "--json", data=tmp_path / "nobody")
    assert ran.code == 1
    whys = " ".join(problem["why"] for problem in ran.object["problems"])
    assert all(word in whys for word in ("不完整", "被改动过", "附件的内容"))
    assert len(ran.object["problems"]) == 3
