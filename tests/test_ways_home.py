"""What is remembered of the ways home, whatever became of the file."""

from datetime import datetime
from pathlib import Path

import pytest
from township import Township

from fieldlog.actions.ways_home import WayHome, remember, waiting, ways_home


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"way = 1",
        b"[[way]]",
        b"[[way]]\ntarget = 7",
        b'[[way]]\ntarget = "http://office"\nacknowledged = "many"',
        b'[[way]]\ntarget = "http://office"\nanswered = "yesterday"',
        b'[[way]]\ntarget = "http://office"\nanswered = "2026-11-20T08:00:00"',
        b'[[way]]\ntarget = "http://office"\nanswered = 2026-11-20T08:00:00+08:00',
    ],
)
def test_a_damaged_file_counts_as_an_empty_one(township: Township, content: bytes):
    (township.book.folder / "sync.toml").write_bytes(content)
    assert ways_home(township.book.folder) == []
    assert waiting(township.book, ways_home(township.book.folder)).entries == 5


def test_what_waits_is_counted_from_what_arrived(township: Township):
    answered = datetime.fromisoformat("2026-11-22T08:00:00+08:00").isoformat()
    way = WayHome("http://office", tried=answered, answered=answered, acknowledged=3)
    remember(township.book.folder, way)
    assert ways_home(township.book.folder) == [way]
    wait = waiting(township.book, ways_home(township.book.folder))
    assert (wait.entries, wait.days) == (2, 2)
    assert [path.name for path in Path(township.book.folder).glob("*sync*")] == ["sync.toml"]
