"""The installed program in a real pseudo-terminal: questions asked again, keys as bytes, a kill in the middle."""

import os
import re
import select
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from command import command, fieldlog, record, unit_copy

pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals of this kind")

PATIENCE_S = 60
_CONTROL = re.compile(r"\x1b\[[0-9;:?<=>]*[a-zA-Z]|\x1b[()][A-Z0-9]|\x1b[=>78]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")


class Terminal:
    """A program that believes it talks to a person."""

    def __init__(self, pid: int, handle: int) -> None:
        self.pid = pid
        self._handle = handle
        self.seen = ""
        """All text since the last `wait_for`, without colours and cursor moves."""

    def type(self, text: str) -> None:
        """Send these bytes as the terminal would."""
        os.write(self._handle, text.encode())

    def wait_for(self, words: str) -> None:
        """Read until the words have been written."""
        end = time.monotonic() + PATIENCE_S
        raw = b""
        while time.monotonic() < end:
            if words in (text := _CONTROL.sub("", raw.decode(errors="ignore"))):
                self.seen = text
                return
            if select.select([self._handle], [], [], 0.2)[0]:
                try:
                    raw += os.read(self._handle, 65536)
                except OSError:  # Linux's way of saying that the other end is closed
                    break
        pytest.fail(f"没有看到「{words}」：{_CONTROL.sub('', raw.decode(errors='ignore'))[-2000:]}")

    def end(self) -> int:
        """Wait for the program and return its exit code."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@contextmanager
def terminal(*arguments: str | Path) -> Iterator[Terminal]:
    """Run `fieldlog` in a terminal of 80 by 24."""
    import fcntl
    import struct
    import termios

    line = command(*arguments)
    pid, handle = pty.fork()
    if pid == 0:
        time.sleep(0.05)  # until the size is set
        os.execve(sys.executable, line, {**os.environ, "TERM": "xterm-256color"})
    fcntl.ioctl(handle, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    try:
        yield Terminal(pid, handle)
    finally:
        try:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        os.close(handle)


def test_init_asks_again_until_an_answer_will_do(tmp_path: Path):
    with terminal("init", "--data", tmp_path / "new") as screen:
        screen.wait_for("单位代码")
        screen.type("后叶\n")
        screen.wait_for("请重写")
        screen.type("houye\n")
        screen.wait_for("单位全称")
        screen.type("后叶镇\n")
        screen.wait_for("[houye-01]")
        screen.type("\n")
        screen.wait_for("第 1 名")
        screen.type("李某甲，001，2098/12/31，队员\n")
        screen.wait_for("第 2 名")
        screen.type("王某乙,002,明年,队员\n")
        screen.wait_for("不是日期")
        screen.type("王某乙,002,2098年1月2日,队员\n")
        screen.wait_for("第 3 名")
        screen.type("\n")
        screen.wait_for("登记执法人员 2 名")
        assert screen.end() == 0
    rows = fieldlog("officers", "--json", data=tmp_path / "new").rows
    assert sorted(row["certificate_expiry"] for row in rows) == ["2098-01-02", "2098-12-31"]


def test_answers_and_a_half_typed_note_survive_a_kill(tmp_path: Path):
    data = unit_copy(tmp_path / "unit")
    file = tmp_path / "a.csv"
    file.write_text("单位名称,类别,地址\n福源大药房,药店,正街1号\n", encoding="utf-8")
    assert fieldlog("registry", "import", file, data=data).code == 0
    opening = {"do": "open", "premises": "福源大药房", "lists": ["yaodian"], "officers": ["李某甲", "王某乙"]}
    (opened,) = record(data, opening)
    with terminal("--data", data) as screen:
        screen.wait_for("福源大药房")
        screen.type("\r")
        screen.wait_for("第 1 项")
        screen.type("1")
        screen.wait_for("第 2 项")
        screen.type("１")
        screen.wait_for("第 3 项")
        screen.type("-")
        screen.wait_for("第 3 项备注")
        screen.type("药师请假")
        screen.wait_for("假")
        time.sleep(1.5)  # a pause in typing; from then on the draft is on the disk
        os.kill(screen.pid, signal.SIGKILL)
    with terminal("--data", data) as screen:
        screen.wait_for("福源大药房")
        screen.type("\r")
        screen.wait_for("已恢复")
        assert "药师请假" in screen.seen
        screen.type("\r")
        screen.wait_for("已保存")
        screen.type("\x11")
        assert screen.end() == 0
    assert fieldlog("verify", data=data).code == 0
    (row,) = fieldlog("inspections", "--json", data=data).rows
    assert (row["doc"], row["answered"]) == (opened["doc"], 2)
    exported = fieldlog("export", "--format", "jsonl", data=data).out
    assert '"item.noted"' in exported and "药师请假" in exported
