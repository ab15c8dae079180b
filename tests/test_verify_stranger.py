"""The verifier in docs/format.md, run as a stranger would run it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from township import Township

from fieldlog.actions import inspections

DOC = Path(__file__).parent.parent / "docs/format.md"


@pytest.fixture
def verifier(tmp_path: Path) -> Path:
    found = re.search(r"```python\n(.*?)```", DOC.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    path = tmp_path / "verifier.py"
    path.write_text(found[1], encoding="utf-8")
    return path


def run(verifier: Path, content: bytes) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-I", verifier], input=content, capture_output=True, check=False)
    return done.returncode, (done.stdout + done.stderr).decode()


def test_a_stranger_s_verifier_agrees(township: Township, verifier: Path):
    visit = township.visit()
    inspections.answer(township.book, township.by, visit, "lianxi-1", "不符合", text='引号"、\t反斜杠\\和𠮷字')
    township.book.seal()
    content = (township.book.folder / "log/houye-01/2026-11.jsonl").read_bytes()
    head = township.book.heads()["houye-01"]
    assert run(verifier, content) == (0, f"houye-01 {head.seq} {head.hash}\n")
    for at in range(5, len(content) - 1, len(content) // 12):
        flipped = bytearray(content)
        flipped[at] ^= 1
        status, said = run(verifier, bytes(flipped))
        assert status == 1
        assert said.startswith("line ")
