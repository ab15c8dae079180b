"""The journal on a sound disk: what was acknowledged is there, whatever the last line looks like."""

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from township import DOC, FixedClock, Township, chain, new_township

from fieldlog.book import durable
from fieldlog.book.book import Book, Draft
from fieldlog.domain.bodies import DraftSaved
from fieldlog.domain.entries import parse_entry
from fieldlog.domain.errors import EntryInvalid, NotFound, ReadOnly, UsageError

MONTH = Path("log/houye-01/2026-11.jsonl")


def note(text: str) -> DraftSaved:
    return DraftSaved(field="note:", text=text)


def lines(folder: Path) -> list[bytes]:
    return [line for path in sorted(folder.glob("log/houye-01/*.jsonl")) for line in path.read_bytes().splitlines()]


def test_what_is_written_is_on_the_disk_and_read_back(township: Township):
    written = [township.book.write("p1", DOC, note(str(number))) for number in range(5)]
    assert [parse_entry(line) for line in lines(township.book.folder)][-5:] == written
    township.book.close()
    with Book.open(township.book.folder) as again:
        assert list(again.entries())[-5:] == written
        assert again.heads()["houye-01"] == (written[-1].seq, written[-1].hash)
        assert not again.read_only
        assert not again.recovered


def test_an_entry_after_reopening_follows_the_last(township: Township):
    before = township.book.write("p1", DOC, note("a"))
    township.book.close()
    with Book.open(township.book.folder, now=township.clock) as again:
        after = again.write("p1", DOC, note("b"))
    assert (after.seq, after.prev) == (before.seq + 1, before.hash)
    assert after.hlc > before.hlc


def test_a_batch_is_one_run_of_entries(township: Township):
    batch = township.book.write_all([Draft("p1", DOC, note(str(number))) for number in range(4)])
    assert [entry.seq for entry in batch] == list(range(batch[0].seq, batch[0].seq + 4))
    assert [entry.prev for entry in batch[1:]] == [entry.hash for entry in batch[:-1]]


def test_a_batch_with_one_bad_entry_writes_none(township: Township):
    before = lines(township.book.folder)
    with pytest.raises(EntryInvalid):
        township.book.write_all([Draft("p1", DOC, note("a")), Draft("p1", DOC, note("\ud800"))])
    assert lines(township.book.folder) == before
    township.book.write("p1", DOC, note("b"))


def test_each_month_has_its_file(township: Township):
    township.clock.now = datetime.fromisoformat("2026-11-30T23:59:59+00:00")
    township.book.write("p1", DOC, note("November"))
    township.clock.pass_(seconds=2)
    township.book.write("p1", DOC, note("December"))
    names = sorted(path.name for path in (township.book.folder / "log/houye-01").iterdir())
    assert names == ["2026-11.jsonl", "2026-12.jsonl"]
    assert len((township.book.folder / "log/houye-01/2026-12.jsonl").read_bytes().splitlines()) == 1
    heads = township.book.heads()
    township.book.close()
    with Book.open(township.book.folder, now=township.clock) as again:
        assert again.heads() == heads
        assert len(list(again.lines_after({"houye-01": heads["houye-01"].seq - 1}))) == 1


@pytest.mark.parametrize("wrong", ["1970-01-01T00:00:00+00:00", "2099-06-01T00:00:00+00:00", "2026-11-23T00:00+08:00"])
def test_a_clock_set_back_or_ahead_keeps_the_order(township: Township, wrong: str):
    right = township.clock.now
    written = [township.book.write("p1", DOC, note("before"))]
    township.clock.now = datetime.fromisoformat(wrong)
    written.append(township.book.write("p1", DOC, note("wrong")))
    township.book.close()
    with Book.open(township.book.folder, now=township.clock) as again:
        written.append(again.write("p1", DOC, note("still wrong")))
        township.clock.now = right
        written.append(again.write("p1", DOC, note("after")))
        assert written == sorted(written, key=lambda entry: entry.order)
        assert again.new_id()
    with Book.open(township.book.folder) as last:
        assert list(last.entries())[-4:] == written
        assert not last.damages
    assert written[1].at.startswith(wrong[:10])


def test_a_long_line_is_kept_whole(township: Township):
    text = "危险品仓库与宿舍之间没有实体墙。" * 60_000
    entry = township.book.write("p1", DOC, note(text))
    township.book.close()
    with Book.open(township.book.folder) as again:
        (read,) = [each for each in again.entries() if each.seq == entry.seq]
        assert read.fields["text"] == text
        assert again.seal is not None


def torn(tmp_path: Path, cut: int, tail: bytes = b"") -> tuple[bytes, Path]:
    """A book whose last line lost its last `cut` bytes, and that line."""
    folder = tmp_path / f"data-{cut}-{len(tail)}"
    if not folder.exists():
        township = new_township(folder, FixedClock())
        township.book.write("p1", DOC, note("acknowledged"))
        township.book.write("p1", DOC, note("电断了"))
        township.book.close()
    path = folder / MONTH
    content = path.read_bytes()
    path.write_bytes(content[: len(content) - cut] + tail)
    return content.splitlines()[-1], folder


@settings(max_examples=40)
@given(st.data())
def test_a_torn_last_line_is_set_aside_and_told(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject):
    tmp_path = tmp_path_factory.mktemp("torn")
    longest = len(torn(tmp_path, 0)[0])
    left = data.draw(st.integers(1, longest - 1))
    line, folder = torn(tmp_path, longest + 1 - left)
    with Book.open(folder, now=FixedClock()) as book:
        assert not book.read_only
        (told,) = book.recovered
        assert "houye-01" in told
        assert "2026-11.jsonl.1.torn" in told
        assert (folder / "log/houye-01/2026-11.jsonl.1.torn").read_bytes() == line[:left]
        assert [entry.fields.get("text") for entry in book.entries()][-1] == "acknowledged"
        book.write("p1", DOC, note("again"))
    with Book.open(folder) as again:
        assert not again.damages
        assert not again.recovered
        assert [entry.fields.get("text") for entry in again.entries()][-1] == "again"


def test_a_last_line_that_lacks_only_its_line_feed_is_kept(tmp_path: Path):
    _line, folder = torn(tmp_path, 1)
    with Book.open(folder) as book:
        assert [entry.fields.get("text") for entry in book.entries()][-1] == "电断了"
        assert not book.recovered
        assert not list(folder.glob("log/*/*.torn"))
        book.write("p1", DOC, note("next"))
    with Book.open(folder) as again:
        assert not again.damages


def test_zeros_that_a_disk_leaves_after_a_power_cut_are_a_torn_line(tmp_path: Path):
    line, folder = torn(tmp_path, 30, tail=bytes(4096))
    with Book.open(folder) as book:
        assert book.recovered
        assert not book.read_only
    assert (folder / "log/houye-01/2026-11.jsonl.1.torn").read_bytes() == line[:-29] + bytes(4096)


def test_every_torn_line_is_kept_beside_the_others(tmp_path: Path):
    _line, folder = torn(tmp_path, 5)
    Book.open(folder).close()
    (folder / MONTH).open("ab").write(b'{"at":')
    Book.open(folder).close()
    assert sorted(path.name for path in folder.glob("log/houye-01/*.torn")) == [
        "2026-11.jsonl.1.torn",
        "2026-11.jsonl.2.torn",
    ]


def test_a_torn_first_line_of_a_new_month(township: Township):
    last = township.book.write("p1", DOC, note("November"))
    township.book.checkpoint()
    township.book.close()
    (township.book.folder / "log/houye-01/2026-12.jsonl").write_bytes(b'{"at":"2026-12')
    with Book.open(township.book.folder, now=township.clock) as again:
        assert again.recovered
        assert again.heads()["houye-01"] == (last.seq, last.hash)
        again.checkpoint()
    with Book.open(township.book.folder, now=township.clock) as again:
        assert not again.damages
        again.write("p1", DOC, note("still November"))
    with Book.open(township.book.folder, now=township.clock) as again:
        assert not again.damages
        assert len(list(again.lines_after({}))) == last.seq + 1


def test_after_a_torn_first_line_of_a_month_the_log_can_be_sealed_and_sent(township: Township):
    last = township.book.write("p1", DOC, note("November"))
    township.book.close()
    (township.book.folder / "log/houye-01/2026-12.jsonl").write_bytes(b'{"at":"2026-12')
    with Book.open(township.book.folder, now=township.clock) as book:
        seal = book.seal()
        assert seal is not None
        assert (seal.prev, book.seal()) == (last.hash, None)
        assert list(book.lines_after({"houye-01": last.seq})) == [seal.line()]


def test_a_torn_tail_of_another_device_s_log_is_mended_and_filled_again(township: Township):
    theirs = [entry.line() for entry in chain("houye-02", 5)]
    township.book.merge(theirs)
    township.book.close()
    path = township.book.folder / "log/houye-02/2026-11.jsonl"
    path.write_bytes(path.read_bytes()[:-40])
    with Book.open(township.book.folder) as again:
        assert "houye-02" in again.recovered[0]
        assert again.heads()["houye-02"].seq == 4
        assert again.merge(theirs).received == 1


def test_an_empty_file_left_by_a_failed_write_hides_nothing(township: Township):
    township.book.write("p1", DOC, note("a"))
    for month in ("2026-10", "2026-12"):
        (township.book.folder / f"log/houye-01/{month}.jsonl").touch()
    township.clock.now = datetime.fromisoformat("2027-01-05T08:00:00+08:00")
    last = township.book.write("p1", DOC, note("January"))
    assert len(list(township.book.lines_after({}))) == last.seq
    township.book.close()
    with Book.open(township.book.folder) as again:
        assert not again.damages
        assert again.heads()["houye-01"].seq == last.seq
        assert len(list(again.lines_after({}))) == last.seq


def test_the_name_of_every_new_folder_is_on_the_disk_before_what_is_in_it_counts(
    tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
):
    synced: list[Path] = []
    monkeypatch.setattr(durable, "sync_folder", synced.append)
    with new_township(tmp_path / "new" / "data", clock).book as book:
        photo = book.blobs.path(book.blobs.put([b"jpeg"]))
    folders = [each for each in (tmp_path / "new").rglob("*") if each.is_dir()]
    assert photo.parent in folders
    assert {each.parent for each in folders} | {tmp_path} <= set(synced)


def test_a_book_is_made_once(township: Township):
    township.book.close()
    with pytest.raises(UsageError, match="已经有数据"):
        new_township(township.book.folder, FixedClock())


def test_a_log_whose_device_file_is_gone_keeps_its_key(township: Township):
    township.book.close()
    folder = township.book.folder
    (folder / "device.toml").unlink()
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(UsageError, match=r"从备份恢复 device\.toml"):
        new_township(folder, FixedClock())
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_of_two_initialisations_at_once_one_makes_the_key(tmp_path: Path, clock: FixedClock):
    with new_township(tmp_path, clock).book as book:
        key = (tmp_path / "keys/device.key").read_bytes()
        (tmp_path / MONTH).rename(tmp_path / "aside")  # the other one has not written its first entry yet
        with pytest.raises(ReadOnly, match="正在使用"):
            new_township(tmp_path, clock)
        (tmp_path / "aside").rename(tmp_path / MONTH)
        assert (tmp_path / "keys/device.key").read_bytes() == key
        assert book.seal()


def test_an_initialisation_whose_first_line_was_torn_is_done_again(township: Township, clock: FixedClock):
    township.book.close()
    path = township.book.folder / MONTH
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(NotFound, match="初始化没有做完"):
        Book.open(township.book.folder)
    with new_township(township.book.folder, clock).book as book:
        assert book.public_key("houye-01")


def test_an_initialisation_cut_short_is_told_and_done_again(township: Township, clock: FixedClock):
    township.book.close()
    (township.book.folder / MONTH).unlink()
    with pytest.raises(NotFound, match="初始化没有做完"):
        Book.open(township.book.folder)
    with pytest.raises(NotFound, match="初始化没有做完"):
        Book.look(township.book.folder)
    with new_township(township.book.folder, clock).book as book:
        assert book.public_key("houye-01")


def test_a_folder_without_a_book_says_what_to_run(tmp_path: Path):
    with pytest.raises(NotFound, match="fieldlog init"):
        Book.open(tmp_path / "nowhere")
