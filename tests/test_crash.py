"""Killed at any moment, while answering as fast as it can, the program has lost no answer that it acknowledged.

Each test kills fifty times over one data folder; four tests spread over the workers make two hundred.
"""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest
from test_fold_order import rows
from township import FixedClock, new_township

from fieldlog.book.book import Book
from fieldlog.book.verify import verify
from fieldlog.domain.entries import Entry
from fieldlog.domain.inspection import Inspection

KILLS = 50


class Acknowledged(NamedTuple):
    """What the child said once an action had returned."""

    seq: int
    hash: str


DRAFT = "检查时发现东侧通道堆放纸箱约三十件，高度约一米五。" * 8

# Prints each acknowledged entry as soon as the action returns; the pipe holds what was printed when the kill comes.
ANSWER = """
import itertools, json, os, sys
from pathlib import Path
from township import LISTS, ITEMS, FixedClock
from fieldlog.actions import answering
from fieldlog.book.book import Book

def acknowledge(entry):
    line = json.dumps([entry.seq, entry.hash]) + "\\n"
    os.write(1, line.encode())

def answer(folder, by, visit, draft):
    with Book.open(folder, now=FixedClock()) as book:
        os.write(1, b"[]\\n")
        for round in itertools.count():
            item = ITEMS[round % len(ITEMS)]
            value, finding = ("不符合", 1) if round % 3 == 0 and item != "lianxi-2" else ("符合", None)
            acknowledge(answering.answer(book, by, visit, item, value, finding=finding).entry)
            if round % 5 == 0:
                acknowledge(answering.undo(book, by, visit)[0])
            text = draft[: 1 + round * 7 % len(draft)]
            acknowledge(answering.save_draft(book, by, visit, "note:" + item, text))
            if round % 16 == 0:
                book.checkpoint()
"""

# Where the system can fork, one parent that has everything imported makes a child a kill.
SERVE = (
    ANSWER
    + """
folder, by, visit = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
if not hasattr(os, "fork"):
    answer(folder, by, visit, sys.argv[4])
for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        answer(folder, by, visit, sys.argv[4])
    os.write(1, json.dumps({"child": child}).encode() + b"\\n")
    os.waitpid(child, 0)
    os.write(1, b'{"ended": true}\\n')
"""
)


@pytest.mark.parametrize("round_", range(4))
def test_every_acknowledged_answer_survives_a_kill_at_any_moment(tmp_path: Path, round_: int):
    clock = FixedClock()
    township = new_township(tmp_path / "data", clock)
    visit = township.visit()
    township.book.close()
    dice = random.Random(round_)
    acknowledged: dict[int, Acknowledged] = {}
    lived = 0
    with _Victims([str(tmp_path / "data"), township.by, visit, DRAFT]) as victims:
        for _ in range(KILLS):
            told = victims.run_and_kill(dice.uniform(0.0, 0.1))
            lived += len(told) > 0
            acknowledged |= {each.seq: each for each in told}
            _nothing_is_lost(tmp_path / "data", visit, acknowledged)
    assert lived > KILLS // 4
    assert verify(tmp_path / "data").ok
    with Book.open(tmp_path / "data") as book:
        as_grown = rows(book)
        book.rebuild()
        assert rows(book) == as_grown


def _nothing_is_lost(folder: Path, visit: str, acknowledged: dict[int, Acknowledged]) -> None:
    with Book.open(folder) as book:
        assert not book.damages
        assert not book.read_only
        on_disk = {entry.seq: entry for entry in book.entries()}
        assert len(on_disk) == book.heads()["houye-01"].seq
        for seq, told in acknowledged.items():
            assert on_disk[seq].hash == told.hash
        state = book.document(visit)
        assert isinstance(state, Inspection)
        newest = max((entry for entry in on_disk.values() if entry.kind == "draft.saved"), key=_by_seq, default=None)
        assert newest is None or state.drafts[newest.fields["field"]] == newest.fields["text"]


def _by_seq(entry: Entry) -> int:
    return entry.seq


class _Victims:
    """Children that answer until they are killed."""

    def __init__(self, arguments: list[str]) -> None:
        self._arguments = arguments
        self._parent: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "_Victims":
        return self

    def __exit__(self, *_: object) -> None:
        if self._parent is not None:
            self._parent.kill()
            self._parent.communicate()

    def run_and_kill(self, seconds: float) -> list[Acknowledged]:
        """Let a child answer for `seconds` from when its book is open, kill it, and return what it acknowledged."""
        parent = self._parent if self._parent is not None else self._start()
        assert parent.stdin
        assert parent.stdout
        told: list[Acknowledged] = []
        if hasattr(os, "fork"):
            parent.stdin.write(b"\n")
            parent.stdin.flush()
        child, opened = (0 if hasattr(os, "fork") else parent.pid), False
        while not (child and opened):
            said = json.loads(parent.stdout.readline())
            match said:
                case {"child": pid}:
                    child = pid
                case []:
                    opened = True
                case _:
                    told.append(Acknowledged(*said))
        time.sleep(seconds)
        if child == parent.pid:
            parent.kill()
            self._parent = None
        else:
            os.kill(child, 9)
        for line in parent.stdout:
            if line.startswith(b'{"ended"'):
                break
            if line.endswith(b"\n"):
                told.append(Acknowledged(*json.loads(line)))
        return told

    def _start(self) -> subprocess.Popen[bytes]:
        here = Path(__file__).parent
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(here), str(here.parent)]), "PYTHONUTF8": "1"}
        self._parent = subprocess.Popen(
            [sys.executable, "-c", SERVE, *self._arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        return self._parent
