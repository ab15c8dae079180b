"""Verify: with nothing but the files, any change is found, and the entry is named in plain words."""

import shutil
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from township import DOC, FixedClock, chain, new_township

from fieldlog.actions import answering
from fieldlog.book.book import Book
from fieldlog.book.verify import VerifyReport, verify
from fieldlog.domain import bodies
from fieldlog.domain.entries import body_digest, canonical, entry_hash
from fieldlog.domain.errors import UsageError
from fieldlog.sync.exchange import write_pack

LOG = Path("log/houye-01")
MONTHS = ("2026-11.jsonl", "2026-12.jsonl")


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed book over two months, sealed in the middle and at the end, with another device's log in it."""
    clock = FixedClock()
    township = new_township(tmp_path_factory.mktemp("sealed") / "data", clock)
    with township.book as book:
        visit = township.visit()
        answering.answer(book, township.by, visit, "lianxi-1", "不符合", finding=1)
        book.seal()
        clock.pass_(days=20)
        answering.note(book, township.by, visit, "店主不在")
        book.write("p1", DOC, bodies.DraftSaved(field="note:", text="某某副食店的地址"))
        book.seal()
        book.merge([entry.line() for entry in chain("houye-02", 4)])
    return book.folder


@pytest.fixture
def data(sealed: Path, tmp_path: Path) -> Path:
    """A copy of it to be spoilt."""
    shutil.copytree(sealed, tmp_path / "data")
    return tmp_path / "data"


def lines(folder: Path) -> list[bytes]:
    return [line for month in MONTHS for line in (folder / LOG / month).read_bytes().splitlines()]


def write(path: Path, written: list[bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(line + b"\n" for line in written))
    return path


def told(report: VerifyReport) -> list[tuple[str, int, int]]:
    return [(problem.log, problem.seq, problem.line) for problem in report.problems]


def forged(line: bytes, **changed: object) -> bytes:
    """The line with other fields and a hash that fits them."""
    fields = {**orjson.loads(line), **changed}
    return canonical({**fields, "hash": entry_hash(fields)})


def test_a_sound_folder(sealed: Path):
    report = verify(sealed)
    assert report.ok
    first, second = report.logs
    last = orjson.loads(lines(sealed)[-1])
    assert (first.log, first.entries, first.head, first.sealed) == (
        "houye-01",
        last["seq"],
        last["hash"],
        last["seq"] - 1,
    )
    assert (second.log, second.entries, second.sealed) == ("houye-02", 4, 0)


def test_the_ways_to_name_what_is_to_be_proven(sealed: Path, tmp_path: Path):
    whole = verify(sealed)
    assert verify(sealed / "log") == whole
    assert verify(sealed / LOG).logs == whole.logs[:1]
    shutil.copytree(sealed / LOG, tmp_path / "houye-01 - 副本")
    assert verify(tmp_path / "houye-01 - 副本").logs == whole.logs[:1]
    with Book.look(sealed) as book:
        export = write(tmp_path / "export.jsonl", [entry.line() for entry in book.entries()])
    assert verify(export) == whole
    export.write_bytes(export.read_bytes().removesuffix(b"\n"))
    assert verify(export) == whole
    (tmp_path / "all.flpack").write_bytes(write_pack(lines(sealed)))
    assert verify(tmp_path / "all.flpack").logs == whole.logs[:1]


def test_a_pack_may_begin_anywhere_and_a_file_may_not(sealed: Path, tmp_path: Path):
    later = lines(sealed)[6:]
    (tmp_path / "later.flpack").write_bytes(write_pack(later))
    report = verify(tmp_path / "later.flpack")
    assert report.ok
    assert (report.logs[0].entries, report.logs[0].sealed) == (len(later), 0)
    report = verify(write(tmp_path / "later.jsonl", later))
    assert told(report) == [("houye-01", 7, 1)]
    assert "缺第 1 至 6 条" in report.problems[0].why


@pytest.mark.parametrize("cut", [1, 4, 40, -1, -20])
def test_a_pack_cut_short_is_told(sealed: Path, tmp_path: Path, cut: int):
    pack = write_pack(lines(sealed))
    (tmp_path / "cut.flpack").write_bytes(pack[:-cut] if cut > 0 else pack + b"\0" * -cut)
    report = verify(tmp_path / "cut.flpack")
    assert not report.ok
    assert "数据包" in report.problems[0].why


@settings(max_examples=150)
@given(st.data())
def test_any_flipped_byte_is_found_and_named(
    sealed: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
):
    folder = tmp_path_factory.getbasetemp() / "flipped"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(sealed, folder)
    month = data.draw(st.sampled_from(MONTHS))
    content = bytearray((folder / LOG / month).read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.sampled_from([1 << bit for bit in range(8)] + [content[at] ^ 10 or 1, 255]))
    (folder / LOG / month).write_bytes(content)
    line = (sealed / LOG / month).read_bytes()[:at].count(b"\n") + 1
    before = 0 if month == MONTHS[0] else (sealed / LOG / MONTHS[0]).read_bytes().count(b"\n")
    report = verify(folder)
    first = report.problems[0]
    assert (first.log, first.seq, first.line) == ("houye-01", before + line, line)
    assert first.why.startswith(f"{month} 第 {line} 行：")
    assert all(problem.log == "houye-01" and problem.seq - first.seq in (0, 1, 2) for problem in report.problems)
    assert report.logs[0].sealed < before + line


@settings(max_examples=60)
@given(st.data())
def test_any_flipped_byte_of_an_export_is_found(
    sealed: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
):
    with Book.look(sealed) as book:
        content = bytearray(b"".join(entry.line() + b"\n" for entry in book.entries()))
    at = data.draw(st.integers(0, len(content) - 2))
    content[at] ^= 1 << data.draw(st.integers(0, 7))
    path = tmp_path_factory.getbasetemp() / "flipped.jsonl"
    path.write_bytes(content)
    assert (content[:at].count(b"\n") + 1) in [problem.line for problem in verify(path).problems]


def test_one_changed_entry_is_one_problem_and_the_rest_is_still_proven(data: Path):
    path = data / LOG / MONTHS[1]
    path.write_bytes(path.read_bytes().replace("店主不在".encode(), "店主在场".encode()))
    report = verify(data)
    assert told(report) == [("houye-01", 11, 1)]
    assert report.problems[0].why == "2026-12.jsonl 第 1 行：内容与它的校验值不符，被改动过"
    assert report.logs[0].sealed == 9
    assert report.logs[1].entries == 4


def test_an_entry_changed_with_its_hash_breaks_the_chain(data: Path):
    written = lines(data)
    written[5] = forged(written[5], by="别人")
    report = verify(write(data / "export.jsonl", written))
    assert told(report) == [("houye-01", 7, 7)]
    assert "不衔接" in report.problems[0].why


def rewritten(written: list[bytes], at: int) -> list[bytes]:
    """The log with entry `at` changed and every hash after it made to fit."""
    made = written[: at - 1]
    for line in written[at - 1 :]:
        fields = orjson.loads(line)
        body = {**fields["body"], "note": "改"} if fields["seq"] == at else fields["body"]
        if fields["kind"] == "log.sealed":
            body = {**body, "head": orjson.loads(made[-1])["hash"]}
        made.append(forged(line, body=body, prev=orjson.loads(made[-1])["hash"]))
    return made


def test_a_log_rewritten_from_some_entry_on_fails_at_the_next_seal(data: Path):
    written = rewritten(lines(data), 6)
    report = verify(write(data / "export.jsonl", written))
    assert {problem.why.partition("：")[2] for problem in report.problems} == {"封签的签名不对，不是这台设备签的"}
    assert report.logs[0].sealed == 0


def test_a_seal_for_another_entry_is_told(data: Path):
    written = lines(data)
    seal = orjson.loads(written[-1])
    written[-1] = forged(written[-1], body={**seal["body"], "upto": 3, "head": orjson.loads(written[2])["hash"]})
    report = verify(write(data / "export.jsonl", written))
    assert "不是对它前一条的" in report.problems[0].why


@pytest.mark.parametrize(
    ("spoil", "where", "word"),
    [
        (lambda lines: lines[:6] + lines[7:], ("houye-01", 8, 7), "缺第 7 至 7 条"),
        (lambda lines: lines[:3] + lines[6:], ("houye-01", 7, 4), "缺第 4 至 6 条"),
        (lambda lines: [*lines[:6], lines[5], *lines[6:]], ("houye-01", 6, 7), "出现了两次"),
        (lambda lines: [*lines[:8], lines[3], *lines[8:]], ("houye-01", 4, 9), "顺序不对"),
        (lambda lines: [*lines[:8], forged(lines[7], by="x"), *lines[8:]], ("houye-01", 8, 9), "两条不同的记录"),
        (lambda lines: [*lines[:8], forged(lines[8], hlc="0" * 16)], ("houye-01", 9, 9), "逻辑时钟没有前进"),
        (lambda lines: [*lines[:4], b"", *lines[4:]], ("houye-01", 5, 5), "不是"),
        (lambda lines: [forged(lines[0], prev="1" * 64), *lines[1:2]], ("houye-01", 1, 1), "不衔接"),
        (lambda lines: [forged(lines[0], v=2), *lines[1:]], ("houye-01", 1, 1), "升级"),
    ],
    ids=["gone", "several gone", "twice", "out of order", "fork", "clock", "empty", "beginning", "newer"],
)
def test_what_is_wrong_is_named_with_how(data: Path, spoil, where: tuple[str, int, int], word: str):
    spoilt = spoil(lines(data))
    for month in MONTHS:
        (data / LOG / month).unlink()
    write(data / LOG / MONTHS[0], spoilt)
    report = verify(data)
    assert told(report)[0] == where
    assert word in report.problems[0].why


def test_a_missing_month_is_one_gap(data: Path):
    count = len((data / LOG / MONTHS[0]).read_bytes().splitlines())
    (data / LOG / MONTHS[0]).unlink()
    report = verify(data)
    assert told(report) == [("houye-01", count + 1, 1)]
    assert f"缺第 1 至 {count} 条" in report.problems[0].why


@pytest.mark.parametrize(("left", "word"), [(50, "没有写完"), (-1, "缺行尾的换行")])
def test_a_torn_tail_is_told_and_nothing_is_changed(data: Path, left: int, word: str):
    path = data / LOG / MONTHS[1]
    content = path.read_bytes()
    end = content[:-1].rfind(b"\n") + 1
    torn = content[: end + left] if left > 0 else content[:left]
    path.write_bytes(torn)
    report = verify(data)
    assert len(report.problems) == 1
    assert word in report.problems[0].why
    assert path.read_bytes() == torn
    with Book.open(data):
        pass
    assert verify(data).ok


def test_a_log_cut_back_behind_the_checkpoint_is_told(data: Path):
    with Book.open(data) as book:
        book.checkpoint()
    write(data / LOG / MONTHS[1], (data / LOG / MONTHS[1]).read_bytes().splitlines()[:-2])
    report = verify(data)
    assert "不见了" in report.problems[0].why
    shutil.rmtree(data / "log/houye-02")
    assert ("houye-02", 1, 0) in told(verify(data))
    (data / "view.json").unlink()
    assert verify(data).ok


def test_a_log_replaced_since_the_checkpoint_is_told(data: Path):
    with Book.open(data) as book:
        book.checkpoint()
    others = [entry.line() for entry in chain("houye-02", 4, doc="01JDEF00000000000000000009")]
    write(data / "log/houye-02" / MONTHS[0], others)
    report = verify(data)
    assert told(report) == [("houye-02", 4, 4)]
    assert "换过" in report.problems[0].why


def test_a_copied_public_key_must_agree_with_the_log(data: Path):
    with Book.look(data) as book:
        (data / "keys/houye-01.pub").write_text(book.public_key("houye-01") + "\n", encoding="ascii")
    assert verify(data).ok
    (data / "keys/houye-01.pub").write_text("ab" * 32, encoding="ascii")
    assert "公钥" in verify(data).problems[0].why


def test_withheld_bodies_are_fine(data: Path):
    def withhold(line: bytes) -> bytes:
        fields = orjson.loads(line)
        return canonical({**fields, "body": body_digest(fields["body"])}) if fields["seq"] in (2, 5, 9) else line

    case_file = write(data / "case.jsonl", [withhold(line) for line in lines(data)])
    assert "赵某丁".encode() not in case_file.read_bytes()
    report = verify(case_file)
    assert report.ok
    whole, *_others = verify(data).logs
    assert report.logs == [replace(whole, withheld=3)]


def test_a_withheld_key_leaves_the_chain_proven_and_the_seals_open(data: Path):
    written = lines(data)
    fields = orjson.loads(written[0])
    written[0] = canonical({**fields, "body": body_digest(fields["body"])})
    report = verify(write(data / "case.jsonl", written))
    assert report.ok
    assert report.logs[0].sealed == 0


def test_an_entry_of_another_log_is_told(data: Path):
    path = data / LOG / MONTHS[1]
    path.write_bytes(path.read_bytes() + chain("houye-02", 1)[0].line() + b"\n")
    report = verify(data)
    assert "属于 houye-02" in report.problems[0].why


def test_rubbish_is_told_in_at_most_a_hundred_lines(tmp_path: Path):
    (tmp_path / "rubbish.jsonl").write_bytes(b"rubbish\n" * 5_000)
    report = verify(tmp_path / "rubbish.jsonl")
    assert len(report.problems) == 101
    assert "另有 4900 处" in report.problems[-1].why
    (tmp_path / "zeros.jsonl").write_bytes(bytes(9_000_000))
    assert verify(tmp_path / "zeros.jsonl").problems


def test_nothing_to_prove_is_said(tmp_path: Path):
    with pytest.raises(UsageError, match="没有这个文件"):
        verify(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="没有日志"):
        verify(tmp_path)
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(UsageError, match="没有日志"):
        verify(tmp_path / "empty.jsonl")


def test_many_logs_in_one_export_are_told_apart(tmp_path: Path):
    logs = [chain(log, 5) for log in ("houye-01", "houye-02", "houye-03")]
    mixed = [entry.line() for entries in zip(*logs, strict=True) for entry in entries]
    report = verify(write(tmp_path / "mixed.jsonl", mixed))
    assert report.ok
    assert [(log.log, log.entries) for log in report.logs] == [("houye-01", 5), ("houye-02", 5), ("houye-03", 5)]
    del mixed[7]
    assert told(verify(write(tmp_path / "mixed.jsonl", mixed))) == [("houye-02", 4, 10)]
