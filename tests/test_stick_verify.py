"""What `fieldlog verify` says of a stick, with the keys at hand and without."""

import errno
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from command import fieldlog
from hubs import laptop, note, photograph

from fieldlog.book.book import Book
from fieldlog.office.keys import FOLDER, make_keys
from fieldlog.sync.exchange import write_pack
from fieldlog.sync.folder import sync_folder
from fieldlog.sync.folder_verify import verify_folder
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


def test_a_file_that_the_medium_does_not_give_back_is_named_and_the_rest_proven(
    stick: Path, officer: Book, monkeypatch: pytest.MonkeyPatch
):
    note(officer, "一")
    lost = photograph(officer, b"jpeg" * 1000)
    photograph(officer, b"jpeg" * 2000)
    sync_folder(officer, stick)
    note(officer, "二")
    sync_folder(officer, stick)
    pack = min(stick.rglob("*.flpack"), key=lambda path: path.stat().st_size).name
    foreign = next(stick.rglob(lost)).with_name("不是附件")
    foreign.write_bytes(b"")
    read = Path.open

    def opened(path: Path, *how: Any, **more: Any) -> Any:
        if path.name in (lost, pack, foreign.name):
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
        return read(path, *how, **more)

    monkeypatch.setattr(Path, "open", opened)
    report = verify_folder(stick, {}, ())
    assert not report.ok
    assert len(report.problems) == 3
    assert all("读不出" in problem.why for problem in report.problems)
    assert {name for name in (lost, pack, foreign.name) for problem in report.problems if name in problem.why} == {
        lost, pack, foreign.name,
    }  # fmt: skip
    assert report.notes[0] == "读了 1 个数据包、1 个附件"
    assert report.logs[0].entries
