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
from command import command
from township import Township

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


@contextmanager
def terminal(data: Path) -> Iterator[Terminal]:
    import fcntl
    import pty
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    surroundings = {**os.environ, "TERM": "xterm-256color", "PYTHONUTF8": "1", "FIELDLOG_DATA": str(data)}
    surroundings.pop("COLUMNS", None)
    surroundings.pop("LINES", None)
    with subprocess.Popen(
        command(), stdin=theirs, stdout=theirs, stderr=theirs, env=surroundings, start_new_session=True
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
