"""A stick that every laptop visits in turn: nothing lost, doubled or accepted unproven, whatever lies on it."""

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from command import fieldlog
from hubs import Chain, laptop, log_bytes, note, notes_in, photograph
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldlog.actions.ways_home import WayHome, bring_home
from fieldlog.book.book import Book
from fieldlog.book.device import Device
from fieldlog.domain.entries import make_entry, parse_entry
from fieldlog.domain.errors import EnvironmentFault
from fieldlog.sync.exchange import write_pack
from fieldlog.sync.folder import sync_folder


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def officer(tmp_path: Path):
    with laptop(tmp_path, "houye-01") as book:
        yield book


@pytest.fixture
def supervisor(tmp_path: Path):
    with laptop(tmp_path, "houye-90", role="supervisor") as book:
        yield book


def packs(stick: Path) -> list[Path]:
    return sorted(stick.rglob("*.flpack"))


def test_what_one_leaves_the_other_takes_and_the_answer_comes_back(stick: Path, officer: Book, supervisor: Book):
    note(officer, "灭火器失压", "通道堵塞")
    sha256 = photograph(officer, b"jpeg" * 1000)
    left = sync_folder(officer, stick)
    assert (left.sent, left.received, left.blobs_sent) == (5, 0, 1)
    note(supervisor, "请三日内复查")
    taken = sync_folder(supervisor, stick)
    assert (taken.received, taken.blobs_received, taken.refused) == (5, 1, ())
    assert supervisor.blobs.has(sha256)
    back = sync_folder(officer, stick)
    assert back.received == 3
    assert notes_in(officer) == notes_in(supervisor) == ["灭火器失压", "通道堵塞", "请三日内复查"]
    assert officer.heads() == supervisor.heads()
    assert log_bytes(officer) == log_bytes(supervisor)


def test_a_second_visit_with_nothing_new_writes_no_pack(stick: Path, officer: Book, supervisor: Book):
    note(officer, "一")
    for book in (officer, supervisor, officer, supervisor):
        sync_folder(book, stick)
    before = packs(stick)
    again = [sync_folder(book, stick) for book in (officer, supervisor, officer)]
    assert [(result.sent, result.received) for result in again] == [(0, 0)] * 3
    assert packs(stick) == before


def test_renamed_and_copied_packs_and_foreign_files_do_no_harm(stick: Path, officer: Book, supervisor: Book):
    note(officer, "一", "二")
    sync_folder(officer, stick)
    pack = packs(stick)[0]
    shutil.copy(pack, pack.with_name("副本 (2).flpack"))
    pack.rename(pack.with_name("未命名"))
    (pack.parent / "照片.jpg").write_bytes(b"\xff\xd8\xff")
    (stick / "工资表.xlsx").write_bytes(b"PK")
    (stick / "fieldlog" / "houye" / "Thumbs.db").write_bytes(b"\0" * 100)
    result = sync_folder(supervisor, stick)
    assert result.refused == ()
    assert supervisor.heads()["houye-01"] == officer.heads()["houye-01"]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 999), st.integers(0, 255))
def test_a_damaged_pack_comes_whole_the_next_time(tmp_path_factory, where: int, flip: int):
    """`where` is a thousandth of the pack; without a `flip` the pack ends there."""
    folder = tmp_path_factory.mktemp("folder")
    stick = folder / "stick"
    stick.mkdir()
    with laptop(folder, "houye-01") as officer, laptop(folder, "houye-90", role="supervisor") as supervisor:
        note(officer, "一", "二", "三")
        sync_folder(officer, stick)
        pack = packs(stick)[0]
        content = bytearray(pack.read_bytes())
        at = where * len(content) // 1000
        if flip:
            content[at] ^= flip
        else:
            del content[at:]
        pack.write_bytes(content)
        sync_folder(supervisor, stick)
        taken = supervisor.heads().get("houye-01")
        assert taken is None or log_bytes(officer)["houye-01"].startswith(log_bytes(supervisor)["houye-01"])
        for book in (officer, supervisor):
            sync_folder(book, stick)
        assert supervisor.heads()["houye-01"] == officer.heads()["houye-01"]


def test_another_device_s_damaged_pack_keeps_nobody_from_leaving_what_it_held(
    stick: Path, officer: Book, supervisor: Book, tmp_path: Path
):
    note(officer, "一", "二")
    with laptop(tmp_path, "houye-02") as other:
        other.merge(officer.lines_after({}))
        other.seal()
        officer.merge(other.lines_after({}))
        sync_folder(other, stick)
    (pack,) = packs(stick)
    pack.write_bytes(pack.read_bytes()[:-8])
    sync_folder(supervisor, stick)
    sync_folder(officer, stick)
    assert sync_folder(supervisor, stick).received > 0
    assert supervisor.heads()["houye-01"] == officer.heads()["houye-01"]
    assert pack.exists()  # what another device wrote is left to it


def test_a_forged_pack_is_refused_with_the_entry_named(stick: Path, officer: Book, supervisor: Book):
    note(officer, "一")
    sync_folder(officer, stick)
    lines = list(officer.lines_after({}))
    forged = [lines[0], lines[1].replace("一".encode(), "改".encode()), *lines[2:]]
    packs(stick)[0].write_bytes(write_pack(forged))
    result = sync_folder(supervisor, stick)
    assert [(refusal.log, refusal.seq) for refusal in result.refused] == [("houye-01", 2)]
    assert "被改动过" in result.refused[0].why
    assert supervisor.heads()["houye-01"].seq == 1


def test_nobody_else_s_words_come_into_the_own_log_from_a_stick(stick: Path, officer: Book, tmp_path: Path):
    """They would be sealed with this device's key on the way out."""
    note(officer, "一")
    officer.seal()
    before = log_bytes(officer)["houye-01"]
    last = parse_entry(before.splitlines()[-1])
    forged = make_entry(
        log="houye-01", seq=last.seq + 1, prev=last.hash, hlc=f"{int(last.hlc, 16) + 1:016x}", at=last.at, by="p1",
        kind="item.noted", doc=last.doc, body={"note": "没有这回事"}, salt="0" * 32,
    )  # fmt: skip
    head = {"upto": forged.seq, "head": forged.hash, "signature": "00" * 64}
    sealed = make_entry(
        log="houye-01", seq=forged.seq + 1, prev=forged.hash, hlc=f"{int(last.hlc, 16) + 2:016x}", at=last.at, by="p1",
        kind="log.sealed", doc=last.doc, body=head, salt="0" * 32,
    )  # fmt: skip
    pack = stick / "fieldlog" / "houye" / "houye-66" / "a.flpack"
    pack.parent.mkdir(parents=True)
    pack.write_bytes(write_pack([*before.splitlines(), forged.line(), sealed.line()]))
    result = sync_folder(officer, stick)
    assert [(refusal.log, refusal.seq) for refusal in result.refused] == [("houye-01", forged.seq)]
    assert "签名" in result.refused[0].why
    assert log_bytes(officer)["houye-01"] == before


def leave(stick: Path, *lines: bytes, name: str = "a.flpack") -> Path:
    """Put a pack on the stick as somebody who is no device of the unit would."""
    pack = stick / "fieldlog" / "houye" / "houye-66" / name
    pack.parent.mkdir(parents=True, exist_ok=True)
    pack.write_bytes(write_pack(lines))
    return pack


def started(log: str = "houye-02") -> Chain:
    chain = Chain(log)
    body = {"device": log, "unit": "houye", "unit_name": "后叶镇", "role": "officer", "public_key": chain.public_key}
    return chain.add(1, "log.started", body)


def test_made_up_entries_of_another_device_do_not_bar_the_true_ones(stick: Path, officer: Book):
    true = started().add(2).seal()
    forged = true.branch(4, true.salt)
    forged.lines, forged.prev = list(true.lines), true.prev
    forged.salt = "1" * 32
    forged.add(1)
    leave(stick, *forged.lines)
    result = sync_folder(officer, stick)
    assert (result.received, [(refusal.log, refusal.seq) for refusal in result.refused]) == (4, [("houye-02", 5)])
    assert "签名" in result.refused[0].why
    leave(stick, *true.add(3).seal().lines, name="b.flpack")
    sync_folder(officer, stick)
    assert officer.heads()["houye-02"] == (8, true.prev)


def test_a_seal_with_another_key_vouches_for_nothing(stick: Path, officer: Book):
    true = started().add(2).seal()
    leave(stick, *true.lines)
    sync_folder(officer, stick)
    stranger = started("houye-66")
    leave(stick, *true.add(1).seal(stranger.key).lines, name="b.flpack")
    leave(stick, *stranger.add(1, "log.started", {
        "device": "houye-02", "unit": "houye", "unit_name": "后叶镇", "role": "officer",
        "public_key": stranger.public_key,
    }).seal().lines, name="c.flpack")  # fmt: skip
    for _ in range(2):
        assert [refusal.log for refusal in sync_folder(officer, stick).refused] == ["houye-02"]
    assert officer.heads()["houye-02"].seq == 4


def test_a_key_that_the_office_gave_counts_more_than_the_log_s_own_word(stick: Path, officer: Book):
    chain = started().add(1).seal()
    (officer.folder / "keys" / "houye-02.pub").write_text(started().public_key, encoding="ascii")
    leave(stick, *chain.lines)
    assert [(each.log, each.seq) for each in sync_folder(officer, stick).refused] == [("houye-02", 1)]
    assert "houye-02" not in officer.heads()
    (officer.folder / "keys" / "houye-02.pub").write_text(chain.public_key, encoding="ascii")
    assert sync_folder(officer, stick).received == 3


def test_a_log_whose_beginning_lies_in_a_later_pack_comes_in_one_visit(stick: Path, officer: Book):
    early, chain = started("houye-00").seal(), started().seal().add(2).seal()
    leave(stick, *early.lines, *chain.lines[2:], name="a.flpack")  # is read first
    leave(stick, *chain.lines[:2], name="b.flpack")
    result = sync_folder(officer, stick)
    assert (result.received, result.refused) == (7, ())
    assert officer.heads()["houye-02"] == (5, chain.prev)


def test_what_another_device_has_not_sealed_yet_is_not_handed_on(stick: Path, officer: Book, supervisor: Book):
    chain = started().add(2).seal().add(2)
    officer.merge(chain.lines)
    sync_folder(officer, stick)
    assert sync_folder(supervisor, stick).refused == ()
    assert supervisor.heads()["houye-02"].seq == 4
    officer.merge(chain.seal().lines)
    sync_folder(officer, stick)
    assert sync_folder(supervisor, stick).refused == ()
    assert supervisor.heads()["houye-02"] == (7, chain.prev)


def test_a_pack_that_claims_to_hold_everything_keeps_nobody_from_leaving_it(
    stick: Path, officer: Book, supervisor: Book
):
    sync_folder(supervisor, stick)
    note(officer, "一")
    empty = leave(stick)
    empty.write_bytes(empty.read_bytes().replace(b'"spans":{}', b'"spans":{"houye-01":[1,9]}'))
    content = empty.read_bytes()
    length = int.from_bytes(content[4:8], "little") + len(b'"houye-01":[1,9]')
    empty.write_bytes(content[:4] + length.to_bytes(4, "little") + content[8:])
    assert sync_folder(officer, stick).sent > 0
    assert sync_folder(supervisor, stick).received > 0


def test_a_restored_laptop_gets_its_own_entries_back_from_a_stick(stick: Path, tmp_path: Path, supervisor: Book):
    with laptop(tmp_path, "houye-01") as officer:
        note(officer, "一")
        shutil.copytree(officer.folder, tmp_path / "backup")
        note(officer, "二", "三")
        sync_folder(officer, stick)
        whole = log_bytes(officer)["houye-01"]
    with Book.open(tmp_path / "backup") as restored:
        assert sync_folder(restored, stick).refused == ()
        assert log_bytes(restored)["houye-01"] == whole


def test_a_restored_laptop_that_wrote_on_is_told_of_the_fork(stick: Path, tmp_path: Path):
    with laptop(tmp_path, "houye-01") as officer:
        note(officer, "一")
        shutil.copytree(officer.folder, tmp_path / "backup")
        note(officer, "二", "三")
        sync_folder(officer, stick)
    with Book.open(tmp_path / "backup") as restored:
        note(restored, "另写")
        (refusal,) = sync_folder(restored, stick).refused
        assert (refusal.log, refusal.seq) == ("houye-01", 3)
        assert "不同的记录" in refusal.why
        assert notes_in(restored) == ["一", "另写"]


def test_a_forged_list_of_wanted_attachments_draws_no_other_file_onto_the_stick(stick: Path, officer: Book):
    """Whoever can write to the stick could otherwise ask for the private key by its path."""
    key = officer.folder / "keys" / "device.key"
    asked = [str(key), f"../{officer.folder.name}/keys/device.key", "../../keys/device.key", "..", ""]
    said = {"fieldlog": 1, "device": "houye-66", "role": "supervisor", "heads": {}, "wanted": asked}
    forged = stick / "fieldlog" / "houye" / "houye-66" / "heads.json"
    forged.parent.mkdir(parents=True)
    forged.write_text(json.dumps(said), encoding="utf-8")
    before = key.stat()
    result = sync_folder(officer, stick)
    assert (result.blobs_sent, result.refused) == (0, ())
    assert not [file for file in stick.rglob("*") if file.is_file() and key.read_bytes() in file.read_bytes()]
    assert (key.stat().st_ino, key.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_missing_folder_and_one_that_is_a_file_are_told(tmp_path: Path, officer: Book):
    with pytest.raises(EnvironmentFault, match="没有"):
        sync_folder(officer, tmp_path / "nowhere")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(EnvironmentFault, match="没有"):
        sync_folder(officer, tmp_path / "file")


def test_where_the_stick_takes_nothing_the_line_says_so_and_nothing_is_lost(
    stick: Path, officer: Book, supervisor: Book
):
    note(supervisor, "请复查")
    sync_folder(supervisor, stick)
    (stick / "fieldlog" / "houye" / "houye-01").write_text("在 U 盘上占着位置的文件", encoding="utf-8")
    note(officer, "一")
    with pytest.raises(EnvironmentFault, match="写不进去") as told:
        sync_folder(officer, stick)
    assert "\n" not in str(told.value)
    assert notes_in(officer) == ["请复查", "一"] or notes_in(officer) == ["一", "请复查"]
    (stick / "fieldlog" / "houye" / "houye-01").unlink()
    assert sync_folder(officer, stick).sent > 0


def test_an_attachment_goes_onto_the_stick_piece_by_piece(stick: Path, officer: Book, monkeypatch: pytest.MonkeyPatch):
    sha256 = photograph(officer, b"jpeg" * 1000)
    read_bytes = Path.read_bytes

    def small_files_only(path: Path) -> bytes:
        assert path.name != sha256, "read whole into memory"
        return read_bytes(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", small_files_only)
        assert sync_folder(officer, stick).blobs_sent == 1
    assert next(stick.rglob(sha256)).read_bytes() == b"jpeg" * 1000


def test_why_it_failed_is_told_also_where_that_cannot_be_noted(stick: Path, officer: Book):
    (officer.folder / "sync.toml").mkdir()
    with pytest.raises(EnvironmentFault, match="没有"):
        bring_home(officer, WayHome(str(stick / "nowhere")), lambda _what, _done, _total: None)


def test_the_doctor_names_what_a_stick_brought_that_was_refused_and_what_waits_for_days(stick: Path, tmp_path: Path):
    laptop(tmp_path, "houye-01").close()
    leave(stick, *started("houye-02").add(2).seal(Chain().key).lines)
    assert fieldlog("sync", stick, data=tmp_path / "houye-01").code == 1
    ran = fieldlog("doctor", "--json", data=tmp_path / "houye-01")
    said = {check["name"]: check for check in ran.object["checks"]}
    assert ran.code == 1
    assert not said["refused"]["ok"]
    assert "houye-02 第" in said["refused"]["detail"]
    assert said["fork"]["ok"]
    early = datetime.now().astimezone() - timedelta(days=5, hours=1)
    device = Device(id="houye-03", unit="houye", unit_name="后叶镇", doc="01KAT8S1RZ0000000000000000")
    Book.create(tmp_path / "houye-03", device, now=lambda: early).close()
    ran = fieldlog("doctor", "--json", data=tmp_path / "houye-03")
    said = {check["name"]: check for check in ran.object["checks"]}
    assert "5 天前" in said["unsent"]["detail"]
    assert ran.code == 0
