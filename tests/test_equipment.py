"""The loan ledger: by keys on the screen, by `record` and by command, and as a property of the fold."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from command import fieldlog, record, unit_copy
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot
from township import Township
from walking import keys, shown

from fieldlog.actions import equipment
from fieldlog.domain import bodies
from fieldlog.domain.entries import make_entry
from fieldlog.domain.equipment import Equipment
from fieldlog.domain.fold import fold
from fieldlog.tui.app import FieldlogApp
from fieldlog.tui.screens.today import TodayScreen

DOC = "01JDEF00000000000000000001"
START = datetime.fromisoformat("2026-11-24T09:00:00+08:00")


async def press(pilot: Pilot[None], sequence: str) -> None:
    for key in keys(sequence):
        await pilot.press(key)
        await pilot.pause()


async def test_a_camera_is_registered_lent_and_returned_by_keys(township: Township):
    township.book.be(township.by)
    app = FieldlogApp(lambda: TodayScreen(township.book), now=township.clock, environ={})
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f5")
        assert "还没有登记设备" in shown(pilot)
        await press(pilot, "2 1 0 3 enter enter")  # a camera, 03, no model
        await press(pilot, "1 1 0 9 0 2 0 5 enter 1")  # to the first officer; it shows 09:02:05
        row = equipment.find(township.book, "03")
        assert (row["holder"], row["clock_ms"]) == (township.by, 125_500)
        assert "快 2 分 6 秒" in shown(pilot)
        await press(pilot, "1 2")  # back, the battery does not last
        row = equipment.find(township.book, "03")
        assert (row["holder"], row["faults"]) == ("", "电池不耐用")
        await press(pilot, "4 2 1")  # away for repair; lending is refused
        await press(pilot, "1 enter 1")
        assert equipment.find(township.book, "03")["status"] == "送修"
        assert "不能领用" in shown(pilot)
        await press(pilot, "enter")
        assert "电池不耐用" in shown(pilot)


def test_by_record_and_command(tmp_path: Path):
    data = unit_copy(tmp_path / "unit")
    told = record(
        data,
        {"do": "equipment", "number": "03", "by": "李某甲"},
        {"do": "equipment", "number": "03", "by": "李某甲"},
        {"do": "equipment", "number": "04", "kind": "照相机", "by": "李某甲"},
        {"do": "return", "equipment": "03", "by": "李某甲"},
        {"do": "lend", "equipment": "执法记录仪03", "officer": "王某乙", "clock_ms": -3000, "by": "李某甲"},
        {"do": "lend", "equipment": "03", "officer": "李某甲", "by": "李某甲"},
        {"do": "change_equipment", "equipment": "03", "status": "报废", "by": "李某甲"},
        {"do": "lend", "equipment": "99", "officer": "李某甲", "by": "李某甲"},
    )
    assert [each["ok"] for each in told] == [True, False, False, False, True, False, False, False]
    (row,) = fieldlog("equipment", "--json", data=data).rows
    assert (row["number"], row["kind"], row["clock_ms"]) == ("03", "执法记录仪", -3000)
    (loan,) = fieldlog("equipment", "--loans", "--json", data=data).rows
    assert (loan["name"], loan["back"]) == ("王某乙", "")
    assert "慢 3 秒" in fieldlog("equipment", "--loans", "03", data=data).out
    assert "没有编号为 77 的设备" in fieldlog("equipment", "77", data=data).complaint


def test_two_cameras_of_one_number_are_told_apart(township: Township):
    equipment.register(township.book, township.by, number="03")
    equipment.register(township.book, township.by, number="03", kind="对讲机")
    assert equipment.find(township.book, "03")["kind"] == "执法记录仪"
    assert equipment.find(township.book, "对讲机03")["kind"] == "对讲机"


def test_who_had_the_camera_at_a_moment(township: Township):
    book, by = township.book, township.by
    equipment.register(book, by, number="03", serial="DSJ000123")
    for officer in township.officers[:2]:
        equipment.lend(book, by, "03", officer)
        township.clock.pass_(hours=2)
        equipment.take_back(book, by, "03")
        township.clock.pass_(hours=1)
    at = [START + timedelta(hours=hours) for hours in (-1, 1, 2.5, 4, 6)]
    held = [equipment.holder_of_camera(book, "03", moment) for moment in at]
    assert held == ["", township.officers[0], "", township.officers[1], ""]
    assert equipment.holder_of_camera(book, "DSJ000123", at[1]) == township.officers[0]


@pytest.mark.parametrize(
    ("shown_time", "now", "ahead"),
    [
        ("090205", "09:00:00", 125_500),
        ("09:02:05", "09:02:05", 500),
        ("０９：０２", "09:02:00", 500),
        ("235959", "00:00:01", -1_500),
        ("000001", "23:59:59", 2_500),
        ("2560", "09:00:00", None),
        ("", "09:00:00", None),
        ("九点", "09:00:00", None),
    ],
)
def test_what_a_camera_shows(shown_time: str, now: str, ahead: int | None):
    assert equipment.clock_ahead(shown_time, datetime.fromisoformat(f"2026-11-24T{now}+08:00")) == ahead


@given(st.lists(st.sampled_from(["lent", "returned"]), max_size=12))
def test_whatever_is_written_down_a_piece_is_with_one_person_at_most(steps: Sequence[str]):
    """Two laptops may lend it without knowing of each other: the loan before is over then, and marked so."""
    entries = [made(1, bodies.EquipmentRegistered(number="03", kind="执法记录仪"))]
    for number, step in enumerate(steps, 2):
        moment = (START + timedelta(minutes=number)).isoformat()
        lent = bodies.EquipmentLent(officer=f"officer{number}", moment=moment)
        entries.append(made(number, lent if step == "lent" else bodies.EquipmentReturned(moment=moment)))
    state = fold(reversed(entries))
    assert isinstance(state, Equipment)
    assert len(state.loans) == list(steps).count("lent")
    assert all(loan.back for loan in state.loans[:-1])
    assert bool(state.row()["holder"]) == bool(steps and steps[-1] == "lent")
    for before, after in zip(state.loans, state.loans[1:], strict=False):
        assert before.out < before.back <= after.out


def made(seq: int, body: bodies.Body):
    return make_entry(
        log="houye-01",
        seq=seq,
        prev="0" * 64,
        hlc=f"{seq:016x}",
        at=START.isoformat(timespec="milliseconds"),
        by="zhang",
        kind=bodies.KIND_OF[type(body)],
        doc=DOC,
        body=body.model_dump(mode="json", exclude_defaults=True),
        salt="5a" * 16,
    )
