"""docs/verify_minimal.py, run as a stranger would: without fieldlog, and without believing what it is given."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from command import fieldlog
from hubs import HubProcess, laptop, note
from township import ITEMS, Township

from fieldlog.actions import answering
from fieldlog.domain import bodies
from fieldlog.domain.entries import canonical, entry_hash
from fieldlog.domain.heads import Head
from fieldlog.sync.http import sync_http
from fieldlog.sync.receipts import keep_receipt, make_receipt

VERIFIER = Path(__file__).parent.parent / "docs/verify_minimal.py"
OTHER = "01JDEF00000000000000000002"


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, standard output and standard error, of a Python that cannot see this project."""
    done = subprocess.run(
        [sys.executable, "-I", VERIFIER, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def data(township: Township) -> Path:
    """A sealed log with a visit, a hazard and another shop."""
    visit = township.visit()
    answering.answer(township.book, township.by, visit, "lianxi-1", "不符合", text='引号"、\t反斜杠\\和𠮷字')
    township.book.write(township.by, OTHER, bodies.PremisesRegistered(name="别家商店", phone="13900000000"))
    for item in ITEMS[1:]:
        answering.answer(township.book, township.by, visit, item, "符合")
    township.book.seal()
    return township.book.folder


def log_of(data: Path) -> Path:
    return data / "log/houye-01/2026-11.jsonl"


def key_of(data: Path, name: str = "houye-01") -> Path:
    """The key, as the office would have handed it out."""
    key = json.loads(log_of(data).open(encoding="utf-8").readline())["body"]["public_key"]
    path = data.parent / f"{name}.pub"
    path.write_text(key + "\n")
    return path


def rewritten(lines: list[bytes], change: int) -> bytes:
    """The log with the clock text of one entry changed, and every hash after it made to fit again."""
    out: list[bytes] = []
    prev = "0" * 64
    for number, line in enumerate(lines):
        entry = json.loads(line) | {"prev": prev}
        if number == change:
            entry["by"] = "somebody"
        entry["hash"] = prev = entry_hash(entry)
        out.append(canonical(entry) + b"\n")
    return b"".join(out)


def test_it_agrees_on_a_file_a_folder_and_a_book(township: Township, data: Path):
    head = township.book.heads()["houye-01"]
    for path in (log_of(data), log_of(data).parent, data / "log", data):
        code, out, err = run("--key", key_of(data), path)
        assert (code, err) == (0, "")
        assert out == f"houye-01 {head.seq} {head.hash} sealed {head.seq - 1} withheld 0 (given key)\n"
    assert "key from the log itself" in run(data)[1]


def test_any_changed_byte_is_found(data: Path, tmp_path: Path):
    content = log_of(data).read_bytes()
    changed = tmp_path / "changed.jsonl"
    for at in range(5, len(content) - 1, len(content) // 12):
        flipped = bytearray(content)
        flipped[at] ^= 1
        changed.write_bytes(flipped)
        code, _out, err = run(changed)
        assert code == 1
        assert " line " in err


def test_what_was_hashed_anew_fails_at_the_seal(data: Path, tmp_path: Path):
    lines = log_of(data).read_bytes().splitlines()
    forged = tmp_path / "forged.jsonl"
    forged.write_bytes(rewritten(lines, change=4))
    code, _out, err = run(forged)
    assert code == 1
    assert f"line {len(lines)}: the seal is not for the entry before it" in err
    seal = json.loads(forged.read_bytes().splitlines()[-1])
    seal["body"] |= {"head": seal["prev"]}
    seal["hash"] = entry_hash(seal)
    forged.write_bytes(b"\n".join([*forged.read_bytes().splitlines()[:-1], canonical(seal)]) + b"\n")
    assert "signature is not this device's" in run(forged)[2]


def test_another_key_than_the_log_states_is_told(data: Path, tmp_path: Path):
    (tmp_path / "houye-01.pub").write_text(hashlib.sha256(b"another").hexdigest())
    code, _out, err = run("--key", tmp_path / "houye-01.pub", data)
    assert code == 1
    assert "another public key" in err


@pytest.mark.parametrize("lines", [[1], [0, 2], [0, 1, 1], [0, 2, 1]])
def test_missing_doubled_and_moved_lines_are_found(data: Path, tmp_path: Path, lines: list[int]):
    all_lines = log_of(data).read_bytes().splitlines(keepends=True)
    path = tmp_path / "some.jsonl"
    path.write_bytes(b"".join(all_lines[line] for line in lines))
    assert run(path)[0] == 1


@pytest.mark.parametrize(
    "line", [b"", b"[]", b"{}", b"null", b"[" * 100_000, b'{"v":1e999}', b"\xff\xfe", b'{"v":NaN}', b"1" * 5000]
)
def test_what_is_no_entry_is_told(tmp_path: Path, line: bytes):
    path = tmp_path / "odd.jsonl"
    path.write_bytes(line + b"\n")
    code, _out, err = run(path)
    assert code == 1
    assert "Traceback" not in err


def test_a_case_file_shows_one_visit_and_proves_the_rest(township: Township, data: Path, tmp_path: Path):
    """What belongs to nobody else is whole, the other shop's body is gone, and both verifiers accept it."""
    (row,) = township.book.rows("inspections")
    case = tmp_path / "case.jsonl"
    ran = fieldlog("export", "--case", row["doc"], "--output", case, data=data)
    assert ran.code == 0, ran.err
    text = case.read_text(encoding="utf-8")
    assert "别家商店" not in text
    assert "某某副食店" in text
    assert "𠮷字" in text
    entries = [json.loads(line) for line in text.splitlines()]
    withheld = [entry["seq"] for entry in entries if isinstance(entry["body"], str)]
    assert withheld
    assert {entry["kind"] for entry in entries if entry["seq"] in withheld} <= {
        "premises.registered",
        "officer.registered",
    }
    code, out, _err = run("--key", key_of(data), case)
    assert code == 0
    assert f"withheld {len(withheld)} (given key)" in out
    assert f"sealed {entries[-1]['seq'] - 1} " in out
    ours = fieldlog("verify", case, "--json").object
    assert ours["ok"]
    assert ours["logs"][0]["withheld"] == len(withheld)
    assert fieldlog("verify", "--key", key_of(data), case).code == 0
    (tmp_path / "wrong").mkdir()
    (tmp_path / "wrong/houye-01.pub").write_text("ab" * 32)
    assert "公钥" in fieldlog("verify", "--key", tmp_path / "wrong/houye-01.pub", case).out
    altered = text.replace("某某副食店", "某某百货店")
    case.write_text(altered, encoding="utf-8", newline="\n")
    assert run(case)[0] == fieldlog("verify", case).code == 1


def test_what_a_hub_holds_verifies(tmp_path: Path):
    """Two laptops' logs, as the hub's database gives them out, mixed in one file."""
    with HubProcess(tmp_path) as hub, laptop(tmp_path, "houye-01") as one, laptop(tmp_path, "houye-02") as two:
        for book in (one, two):
            note(book, "记一笔", "再记一笔")
            sync_http(book, hub.url, hub.code("houye"))
        lines = hub.parts.ledger.lines_after("houye", {})
        keys = {book.device.id: book.public_key(book.device.id) for book in (one, two)}
    (tmp_path / "keys").mkdir()
    for log, key in keys.items():
        (tmp_path / f"keys/{log}.pub").write_text(key)
    export = tmp_path / "hub.jsonl"
    export.write_bytes(b"".join(line + b"\n" for line in lines))
    code, out, err = run("--key", tmp_path / "keys", export)
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == ["houye-01", "houye-02"]
    assert fieldlog("verify", export).code == 0


def test_a_case_file_proves_that_the_office_had_it_and_when(township: Township, data: Path, tmp_path: Path):
    """The office's receipt stands at its end; both verifiers believe it with the office's key, and no altered one."""
    (row,) = township.book.rows("inspections")
    book = township.book
    with HubProcess(tmp_path) as hub:
        sync_http(book, hub.url, hub.code(book.device.unit))
        note(book, "后来的，与此无关")
        sync_http(book, hub.url)
        key = tmp_path / "office-key.pub"
        key.write_text(hub.parts.keys.public.signing_key)
    ours = fieldlog("verify", data=data)
    assert ours.code == 0
    assert "已收到并校验到第" in ours.out
    case = tmp_path / "case.jsonl"
    assert fieldlog("export", "--case", row["doc"], "--output", case, data=data).code == 0
    *lines, receipt = case.read_text(encoding="utf-8").splitlines()
    head = json.loads(receipt)["heads"]["houye-01"]
    assert head == [json.loads(lines[-1])["seq"], json.loads(lines[-1])["hash"]]
    assert "后来的" not in case.read_text(encoding="utf-8")
    code, out, err = run("--key", key_of(data), "--office-key", key, case)
    assert (code, err) == (0, "")
    assert f"houye-01 up to {head[0]} (given key)" in out
    told = fieldlog("verify", "--key", key, case)
    assert told.code == 0
    assert f"已收到并校验到第 {head[0]} 条" in told.out
    assert "请与办公室核对" not in told.out
    assert "请与办公室核对" in fieldlog("verify", case).out
    for before, after in ((f'"at":{json.loads(receipt)["at"]}', '"at":1'), (head[1], "0" * 64)):
        case.write_text("\n".join([*lines, receipt.replace(before, after)]) + "\n", encoding="utf-8", newline="\n")
        assert run("--office-key", key, case)[0] == fieldlog("verify", "--key", key, case).code == 1
    (kept,) = (data / "receipts").iterdir()
    kept.write_text(kept.read_text(encoding="utf-8").replace(head[1], "0" * 64), encoding="utf-8", newline="\n")
    assert "回执签名不对" in fieldlog("verify", data=data).out


def test_a_receipt_for_another_entry_than_the_log_s_is_told(tmp_path: Path):
    with HubProcess(tmp_path) as hub, laptop(tmp_path, "houye-01") as book:
        sync_http(book, hub.url, hub.code("houye"))
        other = make_receipt(hub.parts.keys.sign, "houye", "houye-01", hub.parts.now(), {"houye-01": Head(1, "0" * 64)})
        keep_receipt(book.folder, other, fresh=True)
    told = fieldlog("verify", data=book.folder)
    assert told.code == 1
    assert "签收的不是同一条" in told.out
