"""The main job through the doors users use: the installed command, real processes, real keys."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fieldlog.actions import visit_opening
from fieldlog.book.book import Book
from fieldlog.domain.bodies import Value
from fieldlog.domain.inspection_state import OPEN
from fieldlog.library import load_library
from fieldlog.tui.app import FieldlogApp
from fieldlog.tui.screens.today import TodayScreen


def fieldlog(*arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "fieldlog", *arguments],
        check=False,
        input=typed,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def township(tmp_path_factory) -> tuple[Path, dict]:
    folder = tmp_path_factory.mktemp("township") / "data"
    done = fieldlog("demo", "--headless", "--json", "--data", str(folder))
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout)


@pytest.fixture
def data(township, tmp_path) -> Path:
    return Path(shutil.copytree(township[0], tmp_path / "data"))


def test_the_demo_does_the_whole_job_and_proves_it(township):
    summary = township[1]
    assert summary["verified"] is True
    assert summary["synced"] == summary["entries"] > 1000
    assert 0 < summary["hazards_closed"] < summary["hazards"]


def test_one_changed_byte_turns_verify_red_and_stops_writing(data):
    assert fieldlog("verify", "--data", str(data)).returncode == 0
    path = next((data / "log" / "houye-01").glob("*.jsonl"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    done = fieldlog("verify", "--json", "--data", str(data))
    report = json.loads(done.stdout)
    assert done.returncode == 1 and report["ok"] is False
    assert report["problems"][0]["log"] == "houye-01"
    assert report["problems"][0]["line"] == content[: len(content) // 2].count(b"\n") + 1
    assert path.read_bytes() == content


def test_record_answers_every_line_and_a_program_can_raise_a_hazard(data):
    places = [json.loads(line) for line in fieldlog("premises", "--json", "--data", str(data)).stdout.splitlines()]
    shop = next(place for place in places if place["kind"] == "药店")
    people = [json.loads(line) for line in fieldlog("officers", "--json", "--data", str(data)).stdout.splitlines()]
    officers = [person["id"] for person in people[:2]]
    opening = {"do": "open", "premises": shop["id"], "lists": ["yaodian"], "officers": officers, "type": "日常"}
    done = fieldlog("record", "--data", str(data), typed=json.dumps(opening) + "\nnonsense\n")
    acks = [json.loads(line) for line in done.stdout.splitlines()]
    assert [ack["ok"] for ack in acks] == [True, False]
    answer = {"do": "answer", "doc": acks[0]["doc"], "item": "yaodian-1", "value": "不符合", "finding": 1}
    ack = json.loads(fieldlog("record", "--data", str(data), typed=json.dumps(answer)).stdout)
    listed = [
        json.loads(line) for line in fieldlog("hazards", "--open", "--json", "--data", str(data)).stdout.splitlines()
    ]
    assert ack["hazard"] in [row["doc"] for row in listed]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_keys_answer_items_and_raise_a_hazard(data, size):
    """Enter goes on with the unfinished visit; 1 is an answer, 2 and 1 a hazard, and the full-width １ counts."""
    with Book.open(data) as book:
        hazards = len(list(book.rows("hazards")))
        shop = next(row for row in book.rows("premises") if row["kind"] == "药店")
        officers = [row["id"] for row in book.rows("officers")][:2]
        visit_opening.open_inspection(
            book, load_library(), officers[0], premises=shop["id"], lists=["yaodian"], officers=officers
        )
        app = FieldlogApp(lambda: TodayScreen(book), now=book.now)
        async with app.run_test(size=size) as pilot:
            await pilot.press("enter")
            await pilot.pause()
            doc = app.screen.visit.doc
            before = dict(book.row("inspections", doc))
            assert before["state"] == OPEN
            await pilot.press("1", "2", "1", "１")
            await pilot.pause()
            after = book.row("inspections", doc)
            assert after["answered"] == before["answered"] + 3
            assert after["findings"] == before["findings"] + 1
            assert len(list(book.rows("hazards"))) == hazards + 1
            await pilot.press("full_stop")
            await pilot.pause()
            assert book.row("inspections", doc)["answered"] == before["answered"] + 2
    with Book.open(data) as book:
        visit = book.document(doc)
        assert visit.answer(visit.trail[-1][2]).value is Value.FAIL
