"""Nothing is lost: half-typed text, the place in the walk, answers the disk refused."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from township import Township
from walking import answers, keys, open_visit, shown, state, type_in, walk, walking

from fieldlog.actions import answering
from fieldlog.book.book import Book
from fieldlog.tui.drafts import LONGEST_S, PAUSE_S, DraftKeeper


def killed(township: Township) -> None:
    """The laptop loses its power: whatever is not in the log is gone."""
    folder = township.book.folder
    township.book._lock.release()
    township.book = Book.open(folder, now=township.clock)


async def test_the_walk_goes_on_at_the_item_after_the_last_answer(township: Township):
    doc = open_visit(township)
    async with walking(township, doc).run_test() as pilot:
        await pilot.press(*keys("2 1 1"))
    killed(township)
    async with walking(township, doc).run_test() as pilot:
        assert walk(pilot).list.question.item.id == "lianxi-3"
        assert "接着上次：已检 2 项，还有 2 项" in shown(pilot)
        await pilot.press("full_stop")
        assert walk(pilot).list.question.item.id == "lianxi-2", "undo reaches back over the restart"


async def test_an_item_left_in_its_strip_is_where_the_walk_goes_on(township: Township):
    doc = open_visit(township)
    async with walking(township, doc).run_test() as pilot:
        await pilot.press("1", "2")
    killed(township)
    async with walking(township, doc).run_test() as pilot:
        assert walk(pilot).list.question.item.id == "lianxi-2"
        assert "还没有写明问题" in shown(pilot)


@pytest.mark.parametrize(("opening", "word", "field"), [("minus", "备注", "note"), ("2 9", "问题描述", "other")])
async def test_half_typed_text_comes_back_in_its_field(township: Township, opening: str, word: str, field: str):
    """Typed, then killed after a short pause without a key more; no clean exit of the app is needed."""
    doc = open_visit(township)
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press("1", *keys(opening))
        await type_in(pilot, "阁楼里还有")
        await pilot.pause(PAUSE_S + 0.2)
        assert state(township, doc).drafts == {f"{field}:lianxi-2": "阁楼里还有"}
        lines = len(township.book.entries_of(doc))
        killed(township)
        assert len(township.book.entries_of(doc)) == lines
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen = walk(pilot)
        assert screen.list.question.item.id == "lianxi-2"
        assert f"已恢复未写完的{word}（09:00）" in shown(pilot)
        assert (screen.entry.is_open, screen.entry.area.text) == (True, "阁楼里还有")
        await type_in(pilot, "人")
        await pilot.press("enter")
        await pilot.pause()
        visit = state(township, doc)
        assert "阁楼里还有人" in (
            visit.notes.get("lianxi-2"),
            visit.answer("lianxi-2") and visit.answer("lianxi-2").text,
        )
        assert not visit.drafts


async def test_escape_keeps_the_text(township: Township):
    doc = open_visit(township)
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press("minus")
        await type_in(pilot, "半句")
        await pilot.press("escape")
        await pilot.pause()
        assert state(township, doc).drafts == {"note:lianxi-1": "半句"}
        await pilot.press("1", "up", "minus")
        assert walk(pilot).entry.area.text == "半句"
        await pilot.press("escape", "escape")


async def test_fast_typing_is_one_entry_a_second_at_most(township: Township):
    doc = open_visit(township)
    async with walking(township, doc).run_test() as pilot:
        await pilot.press("minus")
        before = len(township.book.entries_of(doc))
        await type_in(pilot, "一二三四五六七八九十")
        await pilot.press("escape")
        await pilot.pause()
        assert len(township.book.entries_of(doc)) - before <= 2


async def test_what_the_disk_refused_is_marked_and_the_same_key_tries_again(
    township: Township, monkeypatch: pytest.MonkeyPatch
):
    """A full disk is made by refusing the write itself: as root no folder's mode would."""
    doc = open_visit(township)
    log = township.book.folder / "log"

    def full(descriptor: int, data: bytes) -> int:
        if str(log) in str(Path(f"/proc/self/fd/{descriptor}").readlink()):
            raise OSError(errno.ENOSPC, "No space left on device")
        return written(descriptor, data)

    written = os.write
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press("1")
        with monkeypatch.context() as refusing:
            refusing.setattr(os, "write", full)
            await pilot.press("1", "2")
            assert "磁盘已满" in shown(pilot)
            assert "未保存 不符合" in shown(pilot)
            assert walk(pilot).list.question.item.id == "lianxi-2"
            assert walk(pilot).list.strip is None
            assert answers(township, doc) == {"lianxi-1": "符合"}
        await pilot.press("1")
        assert answers(township, doc) == {"lianxi-1": "符合", "lianxi-2": "符合"}
        assert "未保存" not in shown(pilot)


async def test_a_second_program_can_look_but_not_answer(township: Township, tmp_path: Path):
    doc = open_visit(township)
    answering.answer(township.book, township.by, doc, "lianxi-1", "符合")
    with Book.open(township.book.folder, now=township.clock) as second:
        assert second.read_only
        other = Township(second, township.clock, township.officers, township.shop)
        async with walking(other, doc).run_test(size=(80, 24)) as pilot:
            await pilot.press(*keys("1 2 full_stop minus"))  # an asterisk would look for a recording
            assert "另一个 fieldlog 正在使用" in shown(pilot)
            assert "只读" in shown(pilot)
            assert not walk(pilot).entry.is_open
    assert answers(township, doc) == {"lianxi-1": "符合"}


async def test_what_was_mended_at_the_start_is_told(township: Township):
    doc = open_visit(township)
    folder = township.book.folder
    township.book.close()
    journal = next((folder / "log" / "houye-01").glob("*.jsonl"))
    with journal.open("ab") as stream:
        stream.write(b'{"v":1,"log":"houye-01","se')
    township.book = Book.open(folder, now=township.clock)
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "最后一行没有写完" in shown(pilot)


async def test_a_phrase_and_a_sentence_are_in_the_log_with_their_last_key(township: Township):
    doc = open_visit(township)
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys("minus"))
        walk(pilot).entry.area.insert("阁楼")  # as an input method hands it over
        await pilot.pause()
        assert state(township, doc).drafts == {"note:lianxi-1": "阁楼"}
        await type_in(pilot, "上锁，")
        assert state(township, doc).drafts == {"note:lianxi-1": "阁楼上锁，"}


class Timers:
    """Timers that go off when the test lets time go by."""

    def __init__(self) -> None:
        self.now = 0.0
        self._due: list[tuple[float, Callable[[], None]]] = []

    def set_timer(self, delay: float, callback: Callable[[], None]) -> None:
        self._due.append((self.now + delay, callback))

    def pass_(self, seconds: float) -> None:
        self.now += seconds
        due, self._due = [each for each in self._due if each[0] <= self.now], [x for x in self._due if x[0] > self.now]
        for _moment, callback in due:
            callback()


def test_typing_without_a_pause_is_written_every_second():
    timers, written = Timers(), dict[str, str]()
    keeper = DraftKeeper(timers, lambda field, text: written.update({field: text}), pytest.fail, lambda: timers.now)
    for number in range(1, 40):
        keeper.change("note", "a" * number)
        timers.pass_(0.05)
        assert number * 0.05 - len(written.get("note", "")) * 0.05 <= LONGEST_S + 0.06
    timers.pass_(PAUSE_S)
    assert written == {"note": "a" * 39}
