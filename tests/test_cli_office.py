"""The hub, two devices and a stick as real processes, through the commands alone."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import command, fieldlog, record, unit_copy
from starting import Started

from fieldlog.actions.ways_home import WayHome, remember


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A hub's URL and its data folder."""
    folder = tmp_path / "office"
    with Started(
        command("office", "serve", "--port", "0", "--data", folder), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip(), folder
        process.terminate()
        assert process.wait() == 0


def code_for(folder: Path, device: str, *options: str) -> str:
    """What `office enrol` gives for a device."""
    ran = fieldlog("office", "enrol", device, "--json", *options, data=folder)
    assert ran.code == 0, ran.err
    assert ran.object["device"] == device
    return ran.object["code"]


def supervisor(folder: Path) -> Path:
    """A supervisor's device without officers of its own."""
    options = ("--unit", "houye", "--unit-name", "后叶镇", "--device", "houye-90", "--role", "supervisor")
    assert fieldlog("init", *options, data=folder).code == 0
    return folder


def test_a_hazard_goes_to_the_office_and_comes_back_closed(hub, tmp_path):
    url, office = hub
    assert url.startswith("http://127.0.0.1:")
    officer, desk = unit_copy(tmp_path / "unit"), supervisor(tmp_path / "desk")
    file = tmp_path / "台账.csv"
    file.write_text("单位名称,类别,地址\n某某大药房,药店,正街1号\n", encoding="utf-8")
    assert fieldlog("registry", "import", file, data=officer).code == 0
    (found,) = record(officer, {"do": "hazard", "premises": "某某大药房", "text": "安全出口堆放货物"})

    sent = fieldlog("sync", url, "--enrol", code_for(office, "houye-01"), "--json", data=officer).object
    assert sent.keys() >= {"target", "sent", "received", "heads", "blobs_sent", "blobs_received"}
    entries = len(fieldlog("export", data=officer).out.splitlines())
    assert (sent["sent"], sent["received"], sent["heads"]["houye-01"][0]) == (entries, 0, entries)

    code = code_for(office, "houye-90", "--role", "supervisor")
    got = fieldlog("sync", url, "--enrol", code, "--json", data=desk).object
    assert got["received"] == entries
    assert [row["doc"] for row in fieldlog("hazards", "--json", data=desk).rows] == [found["doc"]]
    assert {
        each["ok"] for each in record(desk, {"do": "assign", "doc": found["doc"], "officer": "王某乙", "by": "张某丙"})
    } == {True}
    assert fieldlog("sync", data=desk).code == 0

    assert fieldlog("sync", data=officer).code == 0
    (row,) = fieldlog("hazards", "--json", "--officer", "王某乙", data=officer).rows
    assert row["doc"] == found["doc"]
    record(
        officer,
        {"do": "rectify", "doc": found["doc"], "note": "已清理"},
        {"do": "recheck", "doc": found["doc"], "passed": True, "officers": ["李某甲", "王某乙"]},
        {"do": "request_closing", "doc": found["doc"]},
    )
    fieldlog("sync", data=officer)
    fieldlog("sync", data=desk)
    (closed,) = record(desk, {"do": "close", "doc": found["doc"], "by": "张某丙"})
    assert closed["ok"] is True, closed
    fieldlog("sync", data=desk)
    last = fieldlog("sync", "--json", data=officer).object
    (row,) = fieldlog("hazards", "--json", data=officer).rows
    assert row["state"] == "已销号"
    assert last["heads"] == fieldlog("sync", "--json", data=desk).object["heads"]
    again = fieldlog("sync", "--json", data=officer).object
    assert (again["sent"], again["received"]) == (0, 0)


def test_without_a_target_the_office_s_hub_comes_before_a_stick_whatever_the_clock_said(hub, tmp_path):
    url, office = hub
    stick, officer = tmp_path / "stick", unit_copy(tmp_path / "unit")
    stick.mkdir()
    assert fieldlog("sync", url, "--enrol", code_for(office, "houye-01"), data=officer).code == 0
    remember(officer, WayHome(str(stick), answered="2031-01-01T08:00:00+08:00"))
    ran = fieldlog("sync", "--json", data=officer)
    assert (ran.code, ran.object["target"]) == (0, url)
    assert url in ran.complaint
    assert str(stick) in ran.complaint


def test_a_wrong_code_and_a_missing_one_are_told(hub, tmp_path):
    url, _office = hub
    unit = unit_copy(tmp_path / "unit")
    without = fieldlog("sync", url, data=unit)
    assert without.code == 3
    assert "office enrol" in without.complaint
    wrong = fieldlog("sync", url, "--enrol", "AAAA-AAAA", data=unit)
    assert wrong.code == 3
    assert "登记码" in wrong.complaint


def test_a_stick_carries_everything_both_ways(tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    officer, desk = unit_copy(tmp_path / "unit"), supervisor(tmp_path / "desk")
    there = fieldlog("sync", stick, "--json", data=officer).object
    assert there["sent"] == len(fieldlog("export", data=officer).out.splitlines())
    got = fieldlog("sync", stick, "--json", data=desk).object
    assert got["received"] == there["sent"]
    assert len(fieldlog("officers", "--json", data=desk).rows) == 3
    again = fieldlog("sync", stick, "--json", data=desk).object
    assert again["received"] == 0


def test_a_stick_that_is_not_there_is_exit_3(tmp_path):
    ran = fieldlog("sync", tmp_path / "gone", data=unit_copy(tmp_path / "unit"))
    assert ran.code == 3
    assert "gone" in ran.complaint


def test_verify_is_green_then_red_after_one_changed_byte(tmp_path):
    unit = unit_copy(tmp_path / "unit")
    green = fieldlog("verify", "--json", data=unit)
    assert (green.code, green.object["ok"], green.object["problems"]) == (0, True, [])
    assert green.object["logs"][0].keys() >= {"log", "entries", "head", "sealed"}
    exported = tmp_path / "out.jsonl"
    fieldlog("export", "--output", exported, data=unit)
    assert fieldlog("verify", exported, data=unit).code == 0
    (log,) = unit.glob("log/houye-01/*.jsonl")
    for file in (log, exported):
        content = bytearray(file.read_bytes())
        content[content.index("王某乙".encode())] ^= 1
        file.write_bytes(content)
    red = fieldlog("verify", "--json", data=unit)
    assert (red.code, red.object["ok"]) == (1, False)
    problem = red.object["problems"][0]
    assert (problem["log"], problem["seq"], problem["line"]) == ("houye-01", 3, 3)
    assert fieldlog("verify", exported, data=unit).code == 1
    assert "第 3" in fieldlog("verify", exported, data=unit).out
