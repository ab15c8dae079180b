"""`fieldlog record`: one line in, one line out, on the disk before it is acknowledged."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from command import command, fieldlog, record, unit_copy

from fieldlog.actions.case_words import STEPS
from fieldlog.cli.record_case import CASE_LINES
from fieldlog.cli.record_equipment import EQUIPMENT_LINES
from fieldlog.cli.record_footage import FOOTAGE_LINES
from fieldlog.cli.record_lines import LINES
from fieldlog.cli.record_reading import LONGEST_LINE_BYTES
from fieldlog.domain.case_bodies import CaseStep


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """Two officers, a 大队长 and a pharmacy."""
    folder = unit_copy(tmp_path / "unit")
    file = tmp_path / "台账.csv"
    file.write_text("单位名称,类别,地址\n某某大药房,药店,正街1号\n某某门市,其他,正街2号\n", encoding="utf-8")
    assert fieldlog("registry", "import", file, data=folder).code == 0
    return folder


OPEN: dict[str, Any] = {"do": "open", "premises": "某某大药房", "officers": ["李某甲", "王某乙"], "type": "日常"}


def opened(unit: Path) -> str:
    """A new visit to the pharmacy."""
    (answer,) = record(unit, OPEN)
    return answer["doc"]


def items_of(unit: Path, doc: str) -> list[str]:
    """The items that the visit asks."""
    rows = fieldlog("inspections", "--json", data=unit).rows
    visit = next(row for row in rows if row["doc"] == doc)
    shown = [fieldlog("checklist", "show", name, "--json", data=unit).object for name in visit["lists"]]
    every = [item for each in shown for item in each["items"]]
    items = [item["id"] for item in every if not item["condition"] and not item["section_condition"]]
    assert len(items) == visit["items"]
    return items


def hazards(unit: Path) -> dict[str, Any]:
    """Hazards by document."""
    return {row["doc"]: row for row in fieldlog("hazards", "--json", data=unit).rows}


def test_a_visit_from_opening_to_closing(unit):
    doc = opened(unit)
    items = items_of(unit, doc)
    answers = record(
        unit,
        {"do": "stage", "doc": doc, "stage": "亮证"},
        *({"do": "answer", "doc": doc, "item": item, "value": "符合"} for item in items[1:]),
        {"do": "answer", "doc": doc, "item": items[0], "value": "不符合", "finding": 1, "note": "当场指出"},
        {"do": "footage", "doc": doc, "camera": "03", "item": items[0]},
        {"do": "close", "doc": doc, "signature": {"way": "paper"}, "opinion": "无异议"},
    )
    assert {each["ok"] for each in answers} == {True}
    assert {each["doc"] for each in answers} == {doc}
    assert "warnings" not in answers[-1]
    (visit,) = fieldlog("inspections", "--json", data=unit).rows
    assert (visit["state"], visit["answered"], visit["findings"]) == ("已完成", len(items), 1)
    (hazard,) = hazards(unit).values()
    assert hazard["doc"] == answers[-3]["hazard"]
    assert hazard["item"] == items[0]


def test_an_acknowledgement_names_the_entry_on_the_disk(unit):
    doc = opened(unit)
    (answer,) = record(unit, {"do": "answer", "doc": doc, "item": items_of(unit, doc)[3], "value": "符合"})
    entries = [json.loads(line) for line in fieldlog("export", data=unit).out.splitlines()]
    entry = next(each for each in entries if (each["log"], each["seq"]) == (answer["log"], answer["seq"]))
    assert (entry["hash"], entry["doc"], entry["kind"]) == (answer["hash"], doc, "item.answered")


def test_each_line_is_answered_before_the_next_is_sent(unit):
    doc = opened(unit)
    items = items_of(unit, doc)
    with subprocess.Popen(command("record", "--data", unit), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for item in items:
            line = {"do": "answer", "doc": doc, "item": item, "value": "符合"}
            process.stdin.write(json.dumps(line).encode() + b"\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            on_disk = b"".join(path.read_bytes() for path in unit.glob("log/houye-01/*.jsonl"))
            assert answer["hash"].encode() in on_disk
        process.stdin.close()
        assert process.wait() == 0


BAD = (
    b"no json",
    b"",
    b"[]",
    b'"text"',
    b"null",
    b"{}",
    b'{"do": 7}',
    b'{"do": "fly"}',
    b'{"do": "answer"}',
    b'{"do": "open", "premises": "\xff", "officers": []}',
    b'{"do": "undo", "doc": "\\ud800"}',
    b'{"do": "undo", "doc": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}',
    b'{"do": "open", "premises": 7, "officers": []}',
    b'{"do": "hazard", "text": "a", "days": "x"}',
    b"[" * 10_000,
    b'{"do": "undo", "doc": "' + b"x" * (LONGEST_LINE_BYTES + 5) + b'"}',
)


def test_every_bad_line_is_answered_and_the_next_one_read(unit):
    before = fieldlog("export", data=unit).out
    good = json.dumps(OPEN).encode()
    ran = fieldlog("record", data=unit, given=b"\n".join([*BAD, good]))
    assert ran.code == 1
    assert len(ran.rows) == len(BAD) + 1
    for answer in ran.rows[:-1]:
        assert answer["ok"] is False
        assert any("\u4e00" <= char <= "\u9fff" for char in answer["error"])
    assert ran.rows[-1]["ok"] is True
    assert ran.err == ""
    assert fieldlog("export", data=unit).out.startswith(before)


def test_odd_values_are_answered_and_the_next_line_read(unit):
    """Digits that are no number, a home folder of nobody, a name too long for any disk."""
    doc = opened(unit)
    item = items_of(unit, doc)[0]
    answer = {"do": "answer", "doc": doc, "item": item, "value": "不符合"}
    photo = {"do": "photo", "doc": doc}
    lines = [
        {**answer, "finding": "①"},
        {**answer, "finding": "9" * 5_000},
        {**photo, "path": "~nobody-of-that-name/1.jpg"},
        {**photo, "path": "x" * 5_000},
        {**photo, "path": "a\0b"},
    ]
    answers = record(unit, *lines, {"do": "note", "doc": doc, "text": "接着写"})
    assert [each["ok"] for each in answers] == [True, False, False, False, False, True]


def test_a_byte_order_mark_before_the_first_line_is_no_error(unit):
    ran = fieldlog("record", data=unit, given=b"\xef\xbb\xbf" + json.dumps(OPEN).encode() + b"\r\n")
    assert ran.object["ok"] is True


def test_a_field_nobody_knows_is_not_silently_lost(unit):
    (answer,) = record(unit, {**OPEN, "findng": 1})
    assert answer["ok"] is True
    assert "findng" in answer["warnings"][0]["text"]


def test_rules_are_named(unit):
    doc = opened(unit)
    item = items_of(unit, doc)[0]
    refused = record(
        unit,
        {**OPEN, "officers": ["李某甲"]},
        {**OPEN, "type": "随便"},
        {**OPEN, "premises": "某某门市"},
        {**OPEN, "lists": ["yaodian", "daolu-jiaotong"]},
        {"do": "answer", "doc": doc, "item": item, "value": "差不多"},
        {"do": "undo", "doc": doc},
        {"do": "hazard", "doc": doc, "text": "堵了", "level": "重大"},
        {"do": "stage", "doc": doc, "stage": "吃饭"},
    )
    assert [each["ok"] for each in refused] == [False] * 8
    rules = [each["rule"] for each in refused]
    assert rules == ["P1", "P8", "lists", "lists", "answer", "undo", "hazard.level", "field"]


def test_a_finding_is_a_number_or_words(unit):
    doc = opened(unit)
    items = items_of(unit, doc)
    answers = record(
        unit,
        {"do": "answer", "doc": doc, "item": items[0], "value": "不符合", "finding": 1},
        {"do": "answer", "doc": doc, "item": items[1], "value": "不符合", "finding": "柜台上没有公示"},
        {"do": "answer", "doc": doc, "item": items[2], "value": "不符合"},
    )
    found = hazards(unit)
    assert found[answers[1]["hazard"]]["text"] == "柜台上没有公示"
    assert "hazard" not in answers[2]
    assert answers[2]["warnings"][0]["rule"] == "lacking"
    typical = found[answers[0]["hazard"]]["text"]
    (same,) = record(unit, {"do": "answer", "doc": doc, "item": items[0], "value": "不符合", "finding": typical})
    entries = [json.loads(line) for line in fieldlog("export", data=unit).out.splitlines()]
    assert next(each for each in entries if each["hash"] == same["hash"])["body"]["finding"] == 1


def test_undo_takes_the_hazard_with_it(unit):
    doc = opened(unit)
    item = items_of(unit, doc)[0]
    record(
        unit, {"do": "answer", "doc": doc, "item": item, "value": "不符合", "finding": 1}, {"do": "undo", "doc": doc}
    )
    assert [row["state"] for row in hazards(unit).values()] == ["已作废"]
    (visit,) = fieldlog("inspections", "--json", data=unit).rows
    assert visit["answered"] == 0


def test_closing_with_open_items_needs_a_reason_of_its_own(unit):
    doc = opened(unit)
    refused, closed = record(
        unit, {"do": "close", "doc": doc}, {"do": "close", "doc": doc, "reasons": {"unanswered": "店主有急事，另约"}}
    )
    assert refused["rule"] == "unanswered"
    assert "reasons" in refused["error"]
    assert {each["rule"] for each in closed["warnings"]} == {"P4", "P24"}
    entry = json.loads(fieldlog("export", data=unit).out.splitlines()[-2])
    reasons = {each["rule"]: each["reason"] for each in entry["body"]["reasons"]}
    assert reasons["unanswered"] == "店主有急事，另约"
    assert reasons["P4"] == "由程序记录，未说明"


def test_one_reason_answers_every_warning(unit):
    (closed,) = record(unit, {"do": "close", "doc": opened(unit), "reason": "演练"})
    assert closed["ok"] is True
    assert "warnings" not in closed


def test_a_refusal_to_sign_needs_a_witness(unit):
    doc = opened(unit)
    refused, closed = record(
        unit,
        {"do": "close", "doc": doc, "signature": "refused", "reason": "演练"},
        {
            "do": "close",
            "doc": doc,
            "signature": {"way": "refused", "reason": "不认可", "witness": "何某"},
            "reason": "演练",
        },
    )
    assert refused["rule"] == "P27"
    assert closed["ok"] is True


def test_a_hazard_from_finding_to_closing(unit):
    (found,) = record(
        unit, {"do": "hazard", "premises": "某某门市", "text": "安全出口堆放货物", "days": 5, "by": "李某甲"}
    )
    doc = found["doc"]
    number = hazards(unit)[doc]["number"]
    answers = record(
        unit,
        {"do": "edit", "doc": doc, "text": "安全出口堆放纸箱", "days": 6},
        {"do": "assign", "doc": doc, "officer": "王某乙"},
        {"do": "urge", "doc": doc, "note": "三日内清理"},
        {"do": "extend", "doc": doc, "due": "2098-01-01", "reason": "货架到货晚", "approver": "张某丙"},
        {"do": "rectify", "doc": number, "note": "已清理", "reported_by": "负责人"},
        {"do": "recheck", "doc": doc, "passed": False, "note": "还有两箱", "officers": ["李某甲", "王某乙"]},
        {"do": "rectify", "doc": doc, "note": "全部清理"},
        {"do": "recheck", "doc": doc, "passed": "通过", "officers": ["李某甲", "王某乙"]},
        {"do": "request_closing", "doc": doc},
        {"do": "decline_closing", "doc": doc, "reason": "缺整改后照片"},
        {"do": "recheck", "doc": doc, "passed": True, "officers": ["李某甲", "王某乙"]},
        {"do": "close", "doc": doc, "approver": "张某丙"},
        {"do": "rectify", "doc": doc, "note": "再报一次"},
    )
    assert [each["ok"] for each in answers] == [True] * 12 + [False]
    assert {each["doc"] for each in answers[:-1]} == {doc}
    row = hazards(unit)[doc]
    assert (row["state"], row["text"], row["overdue"]) == ("已销号", "安全出口堆放纸箱", False)
    assert row["closed"]


def test_a_closing_without_a_passed_recheck_or_an_approver_is_refused(unit):
    (found,) = record(unit, {"do": "hazard", "premises": "某某门市", "text": "线路老化"})
    officers = ["李某甲", "王某乙"]
    early, _passed, unapproved = record(
        unit,
        {"do": "close", "doc": found["doc"], "approver": "张某丙"},
        {"do": "recheck", "doc": found["doc"], "passed": True, "officers": officers},
        {"do": "close", "doc": found["doc"]},
    )
    assert (early["rule"], unapproved["rule"]) == ("hazard.closed", "hazard.closed")


def test_notes_drafts_photos_and_voiding(unit, tmp_path):
    doc = opened(unit)
    item = items_of(unit, doc)[0]
    photo = tmp_path / "照片.jpg"
    photo.write_bytes(b"\xff\xd8\xff picture")
    answers = record(
        unit,
        {"do": "note", "doc": doc, "item": item, "text": "柜台左侧"},
        {"do": "draft", "doc": doc, "field": f"note:{item}", "text": "写到一"},
        {"do": "photo", "doc": doc, "item": item, "path": str(photo)},
        {"do": "photo", "doc": doc, "item": item, "path": str(tmp_path / "没有.jpg")},
        {"do": "void", "doc": doc, "reason": "选错单位"},
    )
    assert [each["ok"] for each in answers] == [True, True, True, False, True]
    (visit,) = json.loads(fieldlog("export", "--format", "json", data=unit).out)["inspections"]
    assert visit["state"] == "已作废"
    assert visit["notes"] == {item: "柜台左侧"}
    assert [each["name"] for each in visit["photos"]] == ["照片.jpg"]


def test_sigterm_ends_it_cleanly(unit):
    if sys.platform == "win32":
        return  # there a process is ended from outside without a word
    with subprocess.Popen(
        command("record", "--data", unit), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(json.dumps(OPEN).encode() + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["ok"] is True
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0
        assert process.stderr.read() == b""
    assert fieldlog("verify", data=unit).code == 0


def test_it_stops_when_nobody_takes_the_acknowledgements(unit):
    with subprocess.Popen(
        command("record", "--data", unit), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(b"{}\n")
        process.stdin.flush()
        process.stdout.readline()
        process.stdout.close()
        process.stdin.write(json.dumps(OPEN).encode() + b"\n")
        process.stdin.flush()
        (line,) = process.stderr.read().decode().splitlines()
        assert "回执" in line
        assert process.wait() == 3


def test_every_do_is_documented():
    page = (Path(__file__).parent.parent / "docs" / "record.md").read_text(encoding="utf-8")
    examples = [json.loads(line) for line in page.splitlines() if line.startswith('{"do":')]
    others = EQUIPMENT_LINES | FOOTAGE_LINES | CASE_LINES
    assert [each["do"] for each in examples if each["do"] not in others] == list(LINES)
    assert all(f"`{name}`" in page for name in others)
    for each in examples:
        extra = (LINES | others)[each["do"]].model_validate(each).model_extra or {}
        assert not extra or (each["do"] == "case" and extra.keys() <= STEPS[each["step"]].model_fields.keys())
    for name, model in LINES.items():
        section = page[page.index(f"### `{name}`") :].split("### ")[1]
        for field in model.model_fields.keys() - {"do", "by"}:
            assert f"`{field}`" in section, (name, field)


def test_every_step_of_a_case_is_documented_with_its_fields():
    page = (Path(__file__).parent.parent / "docs" / "record.md").read_text(encoding="utf-8")
    rows = {row.split("`")[1]: row for row in page.splitlines() if row.startswith("| `")}
    for name, model in STEPS.items():
        for field in model.model_fields.keys() - CaseStep.model_fields.keys():
            assert f"`{field}`" in rows[name], (name, field)
