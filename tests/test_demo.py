"""The sample township: furnished, lawful, deterministic, and the whole job without a screen."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from command import demo_copy, fieldlog

from fieldlog.actions import lookup, visit_closing
from fieldlog.book.book import Book
from fieldlog.demo import build_demo
from fieldlog.domain.procedure import inspector_findings
from fieldlog.domain.workdays import is_workday
from fieldlog.library import load_library

TODAY = datetime.fromisoformat("2026-11-24T08:40:00+08:00")


@pytest.fixture(scope="module")
def township(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "data"
    assert build_demo(folder, load_library(), now=lambda: TODAY)
    return folder


def test_it_shows_hazards_in_every_state(township):
    with Book.look(township, now=lambda: TODAY) as book:
        hazards = list(book.rows("hazards"))
        today = TODAY.date().isoformat()
    assert {row["state"] for row in hazards} >= {"整改中", "待复查", "待销号", "已销号"}
    waiting = [row for row in hazards if row["state"] == "整改中"]
    assert {row["level"] for row in waiting} == {"一般", "重大"}
    assert any(row["due"] < today for row in waiting)
    assert any(row["due"] == today for row in waiting)
    assert any(row["due"] > today for row in waiting)
    assert any(row["assigned"] for row in hazards)


def test_a_visit_was_broken_off_yesterday_with_a_remark_half_typed(township):
    with Book.look(township, now=lambda: TODAY) as book:
        (row,) = [row for row in book.rows("inspections") if row["state"] == "进行中"]
        visit = lookup.inspection(book, row["doc"])
    assert row["opened"][:10] == (TODAY.date() - timedelta(days=1)).isoformat()
    assert 0 < row["answered"] < row["items"]
    assert list(visit.drafts.values()) == ["店主说明天补"]


def test_every_finished_visit_would_pass_the_rules(township):
    with Book.look(township, now=lambda: TODAY) as book:
        for row in book.rows("inspections"):
            day = datetime.fromisoformat(row["opened"]).date()
            people = [lookup.officer(book, person) for person in row["officers"]]
            assert inspector_findings(people, day) == []
            if row["state"] == "已完成":
                visit = lookup.inspection(book, row["doc"])
                assert visit.closed is not None
                walk = lookup.walk(book, visit)
                assert row["answered"] == row["items"] == len(walk)
                standing = visit_closing.objections(book, row["doc"], visit.closed.signature)
                assert [each for each in standing if each.act == "block"] == []


def test_hazards_follow_from_answers_and_are_numbered_without_a_gap(township):
    with Book.look(township, now=lambda: TODAY) as book:
        rows = {row["doc"]: row for row in book.rows("hazards")}
        for visit in (lookup.inspection(book, row["doc"]) for row in book.rows("inspections")):
            for item, hazard in visit.hazards.items():
                assert rows[hazard]["premises"] == (visit.opened and visit.opened.premises)
                answer = visit.answer(item)
                assert answer is not None
                assert answer.text in rows[hazard]["text"]
        found = [lookup.hazard(book, doc) for doc in rows]
    serials = [hazard.fields["serial"] for hazard in found]
    assert sorted(serials) == list(range(1, len(serials) + 1))
    assert all(hazard.late == 0 for hazard in found)
    for hazard in found:
        if hazard.closed:
            assert hazard.rechecks[-1].passed
            assert hazard.closed.approver not in hazard.rechecks[-1].officers


def test_visits_are_on_working_days_and_nothing_is_in_the_future(township):
    with Book.look(township, now=lambda: TODAY) as book:
        entries = list(book.entries())
    opened = [entry for entry in entries if entry.kind == "inspection.opened"]
    assert all(is_workday(datetime.fromisoformat(entry.at).date())[0] for entry in opened)
    assert max(entry.at for entry in entries) < TODAY.isoformat()
    assert [entry.order for entry in entries] == sorted(entry.order for entry in entries)


def test_the_same_day_gives_the_same_township(township, tmp_path):
    build_demo(tmp_path / "again", load_library(), now=lambda: TODAY)

    def story(folder: Path) -> list[tuple[str, str]]:
        with Book.look(folder) as book:
            return [(entry.at, entry.kind) for entry in book.entries()]

    assert story(tmp_path / "again") == story(township)


def test_scale_multiplies_and_no_two_premises_share_a_name_or_code(tmp_path):
    build_demo(tmp_path / "three", load_library(), scale=3, now=lambda: TODAY)
    with Book.look(tmp_path / "three") as book:
        places = list(book.rows("premises"))
        visits = len(list(book.rows("inspections")))
    assert len(places) == 120
    assert visits == 302
    assert len({row["name"] for row in places}) == len({row["uscc"] for row in places}) == 120


def test_headless_does_the_whole_job_and_again(tmp_path):
    data = demo_copy(tmp_path / "demo")
    first = fieldlog("demo", "--headless", "--json", "--data", data)
    assert first.code == 0, first.err
    summary = first.object
    promised = "premises inspections answers hazards hazards_closed footage_links entries synced verified"
    assert summary.keys() >= set(promised.split())
    assert summary["verified"] is True
    assert summary["synced"] == summary["entries"] == len(fieldlog("export", "--data", data).out.splitlines())
    assert summary["hazards_closed"] > 0
    second = fieldlog("demo", "--headless", "--json", "--data", data).object
    assert second["inspections"] == summary["inspections"] + 1
    assert second["hazards_closed"] == summary["hazards_closed"] + 1


def test_without_a_terminal_the_demo_prints_its_summary_in_chinese(tmp_path):
    ran = fieldlog("demo", "--data", tmp_path / "new" / "demo")
    assert ran.code == 0, ran.err
    assert "日志校验：全部通过" in ran.out
    assert fieldlog("verify", data=tmp_path / "new" / "demo").code == 0


def test_the_day_with_cameras(tmp_path):
    """Each hazard is opened at its second, though no camera's clock is right; the one nobody set right shows nothing."""
    data = tmp_path / "demo"
    ran = fieldlog("demo", "--footage", "--headless", "--json", "--data", data)
    assert ran.code == 0, ran.err
    proof = ran.object
    assert (proof["films"], proof["inspections"], proof["wrong"], proof["unshown"]) == (7, 4, [], [])
    assert [path.partition("/")[0] for path in proof["loose"]] == ["DSJ000614"]
    assert {each["camera"] for each in proof["hazards"]} == {"01", "02", "03"}
    for each in proof["hazards"]:
        assert each["off_ms"] <= (each["frame_ms"] if each["source"] == "slate" else 3000)
    assert {each["source"] for each in proof["hazards"]} == {"slate", "offset"}
    assert proof["gaps"] >= 2
    again = fieldlog("demo", "--footage", "--headless", data=data)  # nothing is made anew
    assert again.code == 0
    assert "7 个录像，4 次检查" in again.out
