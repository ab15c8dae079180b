"""The journal in trouble: damage, a second program, a disk that refuses. Nothing is lost and nothing half-written."""

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from township import DOC, FixedClock, Township, chain, new_township

from fieldlog.book import journal
from fieldlog.book.book import Book
from fieldlog.domain.bodies import DraftSaved
from fieldlog.domain.errors import EnvironmentFault, FieldlogError, LogDamaged, NotSaved, ReadOnly

MONTH = Path("log/houye-01/2026-11.jsonl")


def note(text: str) -> DraftSaved:
    return DraftSaved(field="note:", text=text)


def notes(book: Book) -> list[str]:
    return [entry.fields["text"] for entry in book.entries() if entry.kind == "draft.saved"]


@pytest.fixture
def closed(township: Township) -> Path:
    """A closed book of eight entries, three of them notes."""
    for text in ("甲处", "乙处", "丙处"):
        township.book.write("p1", DOC, note(text))
    township.book.close()
    return township.book.folder


# damage


def flip(content: bytes) -> bytes:
    return content.replace("乙处".encode(), "己处".encode())


def swap(content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    return b"".join([*lines[:6], lines[7], lines[6]])


def zeros(content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    return b"".join([*lines[:3], lines[3][:100] + bytes(100) + lines[3][200:], *lines[4:]])


def without(content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    return b"".join(lines[:6] + lines[7:])


DAMAGES: dict[str, tuple[Callable[[bytes], bytes], int]] = {
    "a changed word": (flip, 7),
    "two lines swapped": (swap, 7),
    "a line twice": (lambda content: content + content.splitlines(keepends=True)[-1], 9),
    "a line taken out": (without, 7),
    "an empty line": (lambda content: content + b"\n", 9),
    "Windows line ends": (lambda content: content.replace(b"\n", b"\r\n"), 1),
    "a byte order mark": (lambda content: b"\xef\xbb\xbf" + content, 1),
    "zeros inside": (zeros, 4),
    "the last line feed changed": (lambda content: content[:-1] + b"\x0b", 8),
    "a line without end": (lambda content: content + b"x" * (4 * 1024 * 1024 + 10), 9),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_damage_is_named_stops_writing_and_is_left_as_it_is(closed: Path, what: str):
    change, line = DAMAGES[what]
    damaged = change((closed / MONTH).read_bytes())
    (closed / MONTH).write_bytes(damaged)
    with Book.open(closed) as book:
        (damage,) = book.damages
        assert (damage.log, damage.seq, damage.file, damage.line) == ("houye-01", line, "2026-11.jsonl", line)
        assert f"log/houye-01/2026-11.jsonl 第 {line} 行" in book.read_only
        for step in (lambda: book.write("p1", DOC, note("丁")), book.rebuild, book.seal, lambda: book.merge([])):
            with pytest.raises(LogDamaged, match=f"第 {line} 行"):
                step()
        assert book.heads().get("houye-01", (0,))[0] == line - 1
        assert book.table("officers").all() or line < 5
    assert (closed / MONTH).read_bytes() == damaged
    assert not list(closed.glob("log/*/*.torn"))


def test_a_changed_line_before_the_checkpoint_is_found_when_it_is_read(closed: Path):
    with Book.open(closed) as book:
        book.checkpoint()
    (closed / MONTH).write_bytes(flip((closed / MONTH).read_bytes()))
    with Book.open(closed) as book:
        assert [entry.fields.get("text") for entry in book.entries_of(DOC)][-2:] == ["甲处", "丙处"]
        (damage,) = book.damages
        assert (damage.seq, damage.line) == (7, 7)
        with pytest.raises(LogDamaged, match="第 7 行"):
            book.write("p1", DOC, note("丁"))
        book.entries_of(DOC)
        assert len(book.damages) == 1


def test_a_rebuild_that_meets_damage_stops_writing(closed: Path):
    with Book.open(closed) as book:
        book.checkpoint()
    (closed / MONTH).write_bytes(flip((closed / MONTH).read_bytes()))
    with Book.open(closed) as book:
        book.rebuild()
        with pytest.raises(LogDamaged, match="第 7 行"):
            book.write("p1", DOC, note("丁"))


def test_a_log_shorter_than_the_program_remembers_is_damage(closed: Path):
    with Book.open(closed) as book:
        book.checkpoint()
    lines = (closed / MONTH).read_bytes().splitlines(keepends=True)
    (closed / MONTH).write_bytes(b"".join(lines[:-1]))
    with Book.open(closed) as book, pytest.raises(LogDamaged, match="末尾的记录不见了"):
        book.write("p1", DOC, note("丁"))


def test_a_missing_month_is_damage(township: Township):
    township.clock.pass_(days=31)
    township.book.write("p1", DOC, note("December"))
    township.book.checkpoint()
    township.book.close()
    (township.book.folder / "log/houye-01/2026-12.jsonl").unlink()
    with (
        Book.open(township.book.folder) as book,
        pytest.raises(LogDamaged, match=r"2026-12\.jsonl 第 1 行：文件不见了"),
    ):
        book.write("p1", DOC, note("x"))


def test_damage_to_another_device_s_log_leaves_the_own_log_writable(township: Township):
    theirs, others = chain("houye-02", 5), chain("houye-03", 5)
    township.book.merge([entry.line() for entry in theirs])
    township.book.close()
    path = township.book.folder / "log/houye-02/2026-11.jsonl"
    path.write_bytes(path.read_bytes().replace("第 3 条".encode(), "第 9 条".encode()))
    with Book.open(township.book.folder) as book:
        assert not book.read_only
        assert [(damage.log, damage.line) for damage in book.damages] == [("houye-02", 3)]
        book.write("p1", DOC, note("own"))
        merged = book.merge([entry.line() for entry in [*theirs, *others]])
        assert [(refusal.log, refusal.seq) for refusal in merged.refused] == [("houye-02", 3)]
        assert "损坏" in merged.refused[0].why
        assert merged.received == 5
        assert book.heads()["houye-03"].seq == 5
        assert book.heads()["houye-02"].seq == 2


def test_strange_files_beside_the_logs_do_no_harm(closed: Path):
    (closed / "log/.DS_Store").write_bytes(b"\0")
    (closed / "log/新建文件夹").mkdir()
    (closed / "log/houye-01/2026-11 - 副本.jsonl").write_bytes(b"x")
    (closed / "log/houye-01/abcd-ef.jsonl").write_bytes(b"x")
    with Book.open(closed) as book:
        assert not book.damages
        assert list(book.heads()) == ["houye-01"]


@pytest.mark.parametrize("content", [b"", b"id = 1", b"\xff\xfe", b"[[", b'id = "a/b"\nunit = "houye"'])
def test_a_broken_device_file_is_told_in_one_line(closed: Path, content: bytes):
    (closed / "device.toml").write_bytes(content)
    with pytest.raises(EnvironmentFault) as told:
        Book.open(closed)
    assert "device.toml" in str(told.value)


# two programs

HOLD = """
import sys
from pathlib import Path
from fieldlog.book.book import Book
with Book.open(Path(sys.argv[1])) as book:
    print(book.read_only, flush=True)
    sys.stdin.readline()
"""


@contextmanager
def another_program(folder: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as child:
        assert child.stdout
        assert child.stdout.readline() == "\n"
        yield child
        child.kill()


def test_a_second_program_may_only_read_and_says_so(closed: Path):
    before = (closed / MONTH).read_bytes()
    with another_program(closed), Book.open(closed) as book:
        assert "另一个 fieldlog" in book.read_only
        assert notes(book) == ["甲处", "乙处", "丙处"]
        with pytest.raises(ReadOnly, match="只能查看"):
            book.write("p1", DOC, note("丁"))
        with pytest.raises(ReadOnly):
            book.merge([])
    assert (closed / MONTH).read_bytes() == before


def test_a_killed_program_leaves_the_book_free(closed: Path):
    with another_program(closed) as child:
        child.kill()
    with Book.open(closed) as book:
        book.write("p1", DOC, note("丁"))


def test_the_same_program_opening_twice_may_only_read_the_second_time(closed: Path):
    with Book.open(closed) as first, Book.open(closed) as second:
        assert "另一个 fieldlog" in second.read_only
        first.write("p1", DOC, note("丁"))
    with Book.open(closed) as third:
        assert not third.read_only


def test_a_torn_line_is_not_cut_by_a_program_that_only_reads(closed: Path):
    with another_program(closed):
        with (closed / MONTH).open("ab") as stream:
            stream.write(b'{"at":')  # what a reader sees while the other one is writing
        with Book.open(closed) as book:
            assert notes(book) == ["甲处", "乙处", "丙处"]
            assert not book.damages
        with Book.look(closed) as book:
            assert notes(book) == ["甲处", "乙处", "丙处"]
    assert (closed / MONTH).read_bytes().endswith(b'{"at":')


def test_a_folder_whose_lock_cannot_be_made_is_read_only(closed: Path):
    (closed / "lock").unlink(missing_ok=True)
    (closed / "lock").mkdir()
    with Book.open(closed) as book:
        assert "不能写入" in book.read_only
        assert notes(book) == ["甲处", "乙处", "丙处"]
        with pytest.raises(ReadOnly):
            book.write("p1", DOC, note("丁"))


# a disk that refuses


class Refusing:
    """`os`, of which some calls fail; a write puts half the bytes down before it does."""

    def __init__(self, error: int, *calls: str) -> None:
        self._error = OSError(error, "refused")
        self._calls = calls

    def __getattr__(self, name: str) -> object:
        if name not in self._calls:
            return getattr(os, name)
        return self._write if name == "write" else self._refuse

    def _write(self, handle: int, data: bytes) -> None:
        os.write(handle, data[: len(data) // 2])
        raise self._error

    def _refuse(self, *_: object) -> None:
        raise self._error


@pytest.mark.parametrize("call", ["open", "write", "fsync"])
@pytest.mark.parametrize(
    ("error", "word"),
    [(errno.ENOSPC, "磁盘已满"), (errno.EIO, "读写出错"), (errno.EROFS, "只读"), (errno.ENODEV, "拔出")],
    ids=["full", "broken", "read-only", "pulled"],
)
def test_a_write_that_fails_leaves_nothing_and_works_again_later(
    closed: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: int, word: str
):
    with Book.open(closed) as book:
        if call != "open":
            book.write("p1", DOC, note("丁"))
        before, told = (closed / MONTH).read_bytes(), notes(book)
        with monkeypatch.context() as patch:
            patch.setattr(journal, "os", Refusing(error, call))
            for _ in range(2):
                with pytest.raises(NotSaved, match=word) as refused:
                    book.write("p1", DOC, note("没存上"))
                assert "\n" not in str(refused.value)
        assert (closed / MONTH).read_bytes() == before
        assert notes(book) == told
        book.write("p1", DOC, note("存上了"))
    with Book.open(closed) as again:
        assert not again.damages
        assert not again.recovered
        assert notes(again) == [*told, "存上了"]


def test_a_cut_that_fails_too_is_made_up_for_before_the_next_write(closed: Path, monkeypatch: pytest.MonkeyPatch):
    with Book.open(closed) as book:
        book.write("p1", DOC, note("丁"))
        with monkeypatch.context() as patch:
            patch.setattr(journal, "os", Refusing(errno.EIO, "write", "ftruncate"))
            with pytest.raises(NotSaved):
                book.write("p1", DOC, note("没存上"))
        assert not (closed / MONTH).read_bytes().endswith(b"\n")
        book.write("p1", DOC, note("戊"))
        assert notes(book)[-2:] == ["丁", "戊"]
    with Book.open(closed) as again:
        assert not again.damages
        assert notes(again)[-2:] == ["丁", "戊"]


def test_a_log_file_that_somebody_deletes_is_not_made_anew(closed: Path):
    with Book.open(closed) as book:
        (closed / MONTH).unlink()
        for _ in range(2):
            with pytest.raises(NotSaved):
                book.write("p1", DOC, note("丁"))
        assert not (closed / MONTH).exists()
        with pytest.raises(EnvironmentFault, match="2026-11"):
            book.entries_of(DOC)


def test_a_log_file_that_somebody_else_writes_to_is_not_written_on(closed: Path):
    with Book.open(closed) as book:
        book.write("p1", DOC, note("丁"))
        with (closed / MONTH).open("ab") as stream:
            stream.write(b"alien\n")
        with pytest.raises(NotSaved, match="被别的程序改动"):
            book.write("p1", DOC, note("戊"))


def test_a_stick_pulled_while_reading_is_told(closed: Path):
    with Book.open(closed) as book:
        (closed / "log").rename(closed / "gone")
        for read in (lambda: book.entries_of(DOC), lambda: list(book.lines_after({})), book.seal):
            with pytest.raises(FieldlogError, match=r"读不出|不见了"):
                read()


def test_a_refused_checkpoint_is_no_harm(closed: Path):
    (closed / "view.json").mkdir()
    with Book.open(closed) as book:
        book.checkpoint()
        book.write("p1", DOC, note("丁"))
    assert not list(closed.glob(".view.json*"))


if os.name == "posix":
    # A real full disk: a tmpfs of 96 KiB where the machine lets us mount one, else a limit on the size of files.
    FILL = """
import json, resource, signal, sys
from pathlib import Path
from fieldlog.book.book import Book
from fieldlog.domain.bodies import DraftSaved
from fieldlog.domain.errors import NotSaved
folder, limited = Path(sys.argv[1]), sys.argv[2] == "limited"
written = refused = 0
with Book.open(folder) as book:
    if limited:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (48 * 1024, resource.RLIM_INFINITY))
    while refused < 3:
        try:
            book.write("p1", book.device.doc, DraftSaved(field="note:", text="字" * 500))
            written += 1
        except NotSaved as error:
            refused += 1
            said = str(error)
    if limited:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    else:
        (folder / "ballast").unlink()
    book.write("p1", book.device.doc, DraftSaved(field="note:", text="有地方了"))
print(json.dumps({"written": written, "said": said}))
"""

    def run(script: str, *arguments: object) -> str:
        done = subprocess.run(
            [sys.executable, "-c", script, *map(str, arguments)],
            capture_output=True, text=True, encoding="utf-8", check=False, env=os.environ | {"PYTHONUTF8": "1"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def test_a_full_disk_takes_no_half_answer_and_goes_on_when_there_is_room(tmp_path: Path, clock: FixedClock):
        folder = tmp_path / "disk"
        folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", folder]
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
        try:
            data = folder / "data"
            new_township(data, clock).book.close()
            (data / "ballast").write_bytes(bytes(16 * 1024))
            report = json.loads(run(FILL, data, "mounted" if mounted else "limited"))
            assert report["written"] > 5
            assert "没有保存" in report["said"]
            with Book.open(data) as book:
                assert not book.damages
                assert not book.recovered
                assert notes(book) == ["字" * 500] * report["written"] + ["有地方了"]
        finally:
            if mounted:
                subprocess.run(["umount", folder], check=True)

    # A folder without permission, as somebody whom permissions stop.
    LOOK = """
import os, sys
from pathlib import Path
import fieldlog.actions.answering, cryptography.hazmat.primitives.asymmetric.ed25519
from fieldlog.book.book import Book
from fieldlog.domain.bodies import DraftSaved
from fieldlog.domain.errors import NotSaved, ReadOnly
os.chdir(sys.argv[1])
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
with Book.open(Path(".")) as book:
    try:
        book.write("p1", book.device.doc, DraftSaved(field="note:", text="x"))
    except (ReadOnly, NotSaved) as error:
        print(len(list(book.entries())), error)
"""

    def test_a_folder_without_permission_is_read_and_says_so(closed: Path):
        for path in [*closed.rglob("*"), closed]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        try:
            said = run(LOOK, closed)
        finally:
            for path in [closed, *closed.rglob("*")]:
                path.chmod(0o755 if path.is_dir() else 0o644)
        assert said.startswith("8 ")
        assert "不能写入" in said
        assert "没有写入权限" in said
