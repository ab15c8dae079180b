"""The installed program in a real pseudo-terminal of 80 by 24 cells, with real keys and a real kill."""

import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from command import command, fieldlog
from township import Township

from fieldlog.actions import lookup
from fieldlog.book.book import Book
from fieldlog.book.verify import verify
from fieldlog.domain.inspection import OPEN

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")
PATIENCE_S = 30


class Terminal:
    """What somebody in front of the program sees and does."""

    def __init__(self, process: subprocess.Popen[bytes], handle: int) -> None:
        self.process = process
        self._handle = handle
        self._seen = b""

    def wait_for(self, text: str) -> None:
        """Look until the text was drawn; what was seen before does not count again."""
        import select

        end = time.monotonic() + PATIENCE_S
        while text.encode() not in self._seen:
            assert time.monotonic() < end, self._seen[-2000:].decode(errors="replace")
            if select.select([self._handle], [], [], 0.2)[0]:
                with suppress(OSError):
                    self._seen += os.read(self._handle, 65536)
        self._seen = b""

    def press(self, keys: bytes) -> None:
        """Send what the keys send."""
        os.write(self._handle, keys)

    def answer(self, question: str, text: str) -> None:
        """Type a line once the question is there."""
        self.wait_for(question)
        self.press(f"{text}\n".encode())


@contextmanager
def terminal(data: Path, *arguments: str) -> Iterator[Terminal]:
    import fcntl
    import pty
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    surroundings = {**os.environ, "TERM": "xterm-256color", "PYTHONUTF8": "1", "FIELDLOG_DATA": str(data)}
    surroundings.pop("COLUMNS", None)
    surroundings.pop("LINES", None)
    with subprocess.Popen(
        command(*arguments), stdin=theirs, stdout=theirs, stderr=theirs, env=surroundings, start_new_session=True
    ) as process:
        os.close(theirs)
        try:
            yield Terminal(process, ours)
        finally:
            process.kill()
            process.wait()
            os.close(ours)


def unfinished(data: Path) -> dict[str, int]:
    """How many items of each open visit are answered."""
    with Book.look(data) as book:
        return {row["doc"]: row["answered"] for row in book.rows("inspections") if row["state"] == OPEN}


def test_an_answer_given_by_key_survives_a_kill_and_the_program_ends_by_key(township: Township):
    data = township.book.folder
    township.visit()
    township.book.be(township.by)
    township.book.close()
    before = unfinished(data)
    with terminal(data) as screen:
        screen.wait_for("F1")
        screen.press(b"\r")
        screen.wait_for("符合")
        screen.press(b"1")
        end = time.monotonic() + PATIENCE_S
        while unfinished(data) == before and time.monotonic() < end:
            time.sleep(0.1)
        screen.process.send_signal(signal.SIGKILL)
        screen.process.wait()
    after = unfinished(data)
    assert sum(after.values()) == sum(before.values()) + 1
    assert verify(data).ok
    with terminal(data) as screen:
        screen.wait_for("F1")
        screen.press(b"\x11")
        assert screen.process.wait(PATIENCE_S) == 0


def test_init_asks_again_until_an_answer_will_do(tmp_path: Path):
    with terminal(tmp_path / "new", "init") as screen:
        screen.answer("单位代码", "后叶")
        screen.answer("请重写", "houye")
        screen.answer("单位全称", "后叶镇")
        screen.answer("[houye-01]", "")
        screen.answer("第 1 名", "李某甲，001，2098/12/31，队员")
        screen.answer("第 2 名", "王某乙,002,明年,队员")
        screen.answer("不是日期", "王某乙,002,2098年1月2日,队员")
        screen.answer("第 3 名", "")
        screen.wait_for("登记执法人员 2 名")
        assert screen.process.wait(PATIENCE_S) == 0
    rows = fieldlog("officers", "--json", data=tmp_path / "new").rows
    assert sorted(row["certificate_expiry"] for row in rows) == ["2098-01-02", "2098-12-31"]


def test_a_half_typed_note_survives_a_kill_and_comes_back_at_its_item(township: Township):
    data = township.book.folder
    township.visit()
    township.book.be(township.by)
    township.book.close()
    with terminal(data) as screen:
        screen.wait_for("F1")
        screen.press(b"\r")
        screen.wait_for("符合")
        screen.press("１-".encode())
        screen.wait_for("第 2 项备注")
        screen.press("店主请假".encode())
        end = time.monotonic() + PATIENCE_S
        while not drafts(data) and time.monotonic() < end:
            time.sleep(0.1)
        screen.process.send_signal(signal.SIGKILL)
        screen.process.wait()
    assert drafts(data) == {"note:lianxi-2": "店主请假"}
    with terminal(data) as screen:
        screen.wait_for("F1")
        screen.press(b"\r")
        screen.wait_for("店主请假")
        screen.press(b"\r")
        screen.wait_for("第 2 项备注已保存")


def drafts(data: Path) -> dict[str, str]:
    """What was typed and not saved in the open visit."""
    with Book.look(data) as book:
        (row,) = book.rows("inspections")
        return dict(lookup.inspection(book, row["doc"]).drafts)
