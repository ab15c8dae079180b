"""A hazard from finding to closing: in every state, what may be done and what is refused by which rule."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from command import fieldlog
from township import Township, as_another_program
from walking import shown

from fieldlog.actions import assigning, evidence, hazards
from fieldlog.actions.approvals import unconfirmed
from fieldlog.domain import bodies
from fieldlog.domain.errors import FieldlogError, NotFound, Refused
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.hazard_state import is_overdue
from fieldlog.tui.app import FieldlogApp
from fieldlog.tui.screens.hazard_detail import HazardDetailScreen

Step = Callable[[Township, str], object]


def found(township: Township, **changed: object) -> str:
    fields = {"text": "通道堆放纸箱约三十件", "days": 7} | changed
    entry = hazards.find(township.book, township.by, premises=township.shop, **fields)  # pyright: ignore
    return entry.doc


def state(township: Township, doc: str) -> Hazard:
    hazard = township.book.document(doc)
    assert isinstance(hazard, Hazard)
    return hazard


def recheck(passed: bool) -> Step:
    return lambda t, doc: hazards.recheck(t.book, t.by, doc, passed=passed, note="仍有纸箱", officers=t.officers[:2])


STEPS: dict[str, Step] = {
    "edit": lambda t, doc: hazards.edit(t.book, t.by, doc, text="通道堆放纸箱"),
    "assign": lambda t, doc: assigning.assign(t.book, t.by, doc, t.officers[1]),
    "urge": lambda t, doc: hazards.urge(t.book, t.by, doc, "请尽快"),
    "rectify": lambda t, doc: hazards.rectify(t.book, t.by, doc, note="已清理"),
    "pass": recheck(True),
    "fail": recheck(False),
    "extend": lambda t, doc: hazards.extend(
        t.book, t.by, doc, due="2027-03-01", reason="等配件", approver=t.officers[2]
    ),
    "request": lambda t, doc: hazards.request_closing(t.book, t.by, doc),
    "decline": lambda t, doc: hazards.decline_closing(t.book, t.by, doc, "照片不清"),
    "close": lambda t, doc: hazards.close(t.book, t.by, doc, approver=t.officers[2]),
    "refer": lambda t, doc: hazards.close(
        t.book, t.by, doc, reason="移交", approver=t.officers[2], note="移交消防大队"
    ),
    "void": lambda t, doc: hazards.void(t.book, t.by, doc, "录错单位"),
}  # fmt: skip
WAYS = {
    "整改中": (),
    "待复查": ("rectify",),
    "待销号": ("rectify", "pass"),
    "已销号": ("rectify", "pass", "close"),
    "已作废": ("void",),
}
ENDS = {
    "整改中": {"edit": "整改中", "assign": "整改中", "urge": "整改中", "rectify": "待复查", "pass": "待销号",
               "fail": "整改中", "extend": "整改中", "refer": "已销号", "void": "已作废"},
    "待复查": {"edit": "待复查", "assign": "待复查", "urge": "待复查", "rectify": "待复查", "pass": "待销号",
               "fail": "整改中", "extend": "待复查", "refer": "已销号", "void": "已作废"},
    "待销号": {"edit": "待销号", "assign": "待销号", "urge": "待销号", "request": "待销号", "decline": "待复查",
               "close": "已销号", "refer": "已销号", "void": "已作废"},
    "已销号": {"void": "已作废"},
    "已作废": {},
}  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("at", WAYS)
def test_the_life_of_a_hazard(township: Township, at: str, step: str):
    doc = found(township)
    for before in WAYS[at]:
        STEPS[before](township, doc)
    assert state(township, doc).state == at
    entries = len(list(township.book.entries()))
    if step in ENDS[at]:
        STEPS[step](township, doc)
        assert state(township, doc).state == ENDS[at][step]
        row = township.book.row("hazards", doc)
        assert row
        assert row["state"] == ENDS[at][step]
    else:
        with pytest.raises(Refused) as refused:
            STEPS[step](township, doc)
        assert refused.value.rule in ("hazard.state", "hazard.closed", "hazard.voided")
        assert state(township, doc).state == at
        assert len(list(township.book.entries())) == entries


def test_the_number_runs_by_device_and_year_and_is_never_used_again(township: Township):
    first, second = found(township), found(township)
    hazards.void(township.book, township.by, second, "重复")
    assert [state(township, doc).fields["number"] for doc in (first, second)] == [
        "隐患〔2026〕01-0001",
        "隐患〔2026〕01-0002",
    ]
    assert state(township, found(township)).fields["number"] == "隐患〔2026〕01-0003"
    township.clock.pass_(days=60)
    assert state(township, found(township)).fields["number"] == "隐患〔2027〕01-0001"
    township.clock.pass_(days=-60)
    assert state(township, found(township)).fields["number"] == "隐患〔2026〕01-0004"


def test_what_a_finding_holds(township: Township):
    doc = found(township, due="2026-12-31", place="二楼", text="  通道堆物\n两处 ")
    fields = state(township, doc).fields
    assert (fields["found"], fields["due"], fields["deadline_days"]) == ("2026-11-24", "2026-12-31", 37)
    assert (fields["text"], fields["responsible"], fields["premises_name"]) == (
        "通道堆物\n两处",
        "赵某丁",
        "某某副食店",
    )


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"text": " "}, "hazard.found"),
        ({"level": "重大"}, "hazard.level"),
        ({"level": "特大"}, "hazard.level"),
        ({"due": "2026-11-23"}, "date"),
        ({"due": "明天"}, "date"),
        ({"due": "2026-02-30"}, "date"),
        ({"days": -1}, "hazard.due"),
        ({"days": 10**9}, "hazard.due"),
        ({"deadline_kind": "lunar"}, "hazard.due"),
        ({"item": "lianxi-1"}, "hazard.found"),
    ],
)
def test_what_cannot_be_a_finding(township: Township, changed: dict[str, object], rule: str):
    with pytest.raises(Refused) as refused:
        found(township, **changed)
    assert refused.value.rule == rule
    assert "\n" not in str(refused.value)


def test_a_major_hazard_names_its_standard(township: Township):
    doc = found(township, level="重大", standard="重大火灾隐患判定规则 5.2")
    assert state(township, doc).fields["level"] == "重大"
    ordinary = found(township)
    with pytest.raises(Refused, match="判定标准"):
        hazards.edit(township.book, township.by, ordinary, level="重大")
    hazards.edit(township.book, township.by, ordinary, level="重大", standard="重大火灾隐患判定规则 5.2")
    assert state(township, ordinary).fields["level"] == "重大"


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ""}, {"level": "x"}, {"due": "2026-11-01"}, {"due": "x"}, {"deadline_days": -3}, {"deadline_days": "x"},
        {"deadline_days": 3, "deadline_kind": "lunar"}, {"deadline_kind": "lunar"}, {"basis": 7},
    ],
)  # fmt: skip
def test_what_cannot_be_edited_is_refused_in_one_line(township: Township, fields: dict[str, object]):
    doc = found(township)
    before = dict(state(township, doc).fields)
    with pytest.raises(Refused) as refused:
        hazards.edit(township.book, township.by, doc, **fields)
    assert "\n" not in str(refused.value)
    assert state(township, doc).fields == before


def test_overdue_is_computed_and_never_stored(township: Township):
    doc = found(township, due="2026-12-01")
    row = township.book.row("hazards", doc)
    assert row
    assert "overdue" not in row
    assert not is_overdue(row, date(2026, 12, 1))
    assert is_overdue(row, date(2026, 12, 2))
    STEPS["rectify"](township, doc)
    assert is_overdue(township.book.row("hazards", doc) or {}, date(2026, 12, 2))
    STEPS["pass"](township, doc)
    assert not is_overdue(township.book.row("hazards", doc) or {}, date(2026, 12, 2))


def test_an_extension_moves_the_due_date_and_never_the_first(township: Township):
    doc = found(township, due="2026-12-01")
    hazards.extend(township.book, township.by, doc, due="2026-12-20", reason="等配件", approver="王某丙")
    hazards.edit(township.book, township.by, doc, due="2026-12-25")
    hazard = state(township, doc)
    assert (hazard.fields["due"], hazard.first_due, hazard.extensions) == ("2026-12-25", "2026-12-01", 1)


def test_a_failed_recheck_orders_again_and_keeps_the_first_due_date(township: Township):
    doc = found(township, due="2026-12-01")
    township.clock.pass_(days=7)
    STEPS["rectify"](township, doc)
    STEPS["fail"](township, doc)
    hazard = state(township, doc)
    assert (hazard.state, hazard.fields["due"], hazard.first_due) == ("整改中", "2026-12-08", "2026-12-01")
    hazards.edit(township.book, township.by, doc, due="2026-12-15")
    assert state(township, doc).first_due == "2026-12-01"


def test_a_correction_before_all_that_moves_the_first_due_date(township: Township):
    doc = found(township, due="2026-12-01")
    hazards.edit(township.book, township.by, doc, deadline_days=3, deadline_kind="workday")
    assert state(township, doc).first_due == "2026-11-27"


@pytest.mark.parametrize(
    ("due", "reason", "approver", "days", "rule"),
    [
        ("2026-12-01", "等配件", "王某丙", 0, "hazard.extended"),
        ("2026-11-30", "等配件", "王某丙", 0, "hazard.extended"),
        ("2026-12-20", " ", "王某丙", 0, "words"),
        ("2026-12-20", "等配件", "", 0, "hazard.extended"),
        ("2026-12-20", "等配件", "李某乙", 0, "hazard.extended"),
        ("2026-12-20", "等配件", "王某丙", 8, "hazard.extended"),
        ("soon", "等配件", "王某丙", 0, "date"),
    ],
)
def test_extensions_that_are_refused(township: Township, due: str, reason: str, approver: str, days: int, rule: str):
    doc = found(township, due="2026-12-01")
    township.clock.pass_(days=days)
    with pytest.raises(Refused) as refused:
        hazards.extend(township.book, township.by, doc, due=due, reason=reason, approver=approver)
    assert refused.value.rule == rule


@pytest.mark.parametrize("post", ["大队长", "分管副镇长", "镇党委委员、分管领导", "镇长"])
def test_posts_that_approve(township: Township, post: str):
    doc = found(township)
    STEPS["pass"](township, doc)
    who = township.officers[2]
    township.book.write(township.by, who, bodies.OfficerChanged(post=post))
    assert hazards.close(township.book, who, doc).fields["approver"] == who


@pytest.mark.parametrize("post", ["队员", "副大队长", "", "网格员"])
def test_posts_that_do_not_approve(township: Township, post: str):
    doc = found(township)
    STEPS["pass"](township, doc)
    who = township.officers[2]
    township.book.write(township.by, who, bodies.OfficerChanged(post=post))
    with pytest.raises(Refused, match="大队长或以上") as refused:
        hazards.close(township.book, who, doc)
    assert refused.value.rule == "hazard.closed"


def test_a_major_hazard_is_not_closed_by_those_who_rechecked_it(township: Township):
    doc = found(township, level="重大", standard="判定规则 3")
    hazards.recheck(township.book, township.by, doc, passed=True, officers=[township.officers[0], township.officers[2]])
    with pytest.raises(Refused, match="不能是复查人员") as refused:
        STEPS["close"](township, doc)
    assert refused.value.rule == "hazard.closed"
    chief = township.book.new_id()
    township.book.write(township.by, chief, bodies.OfficerRegistered(name="孙某戊", certificate="CQ9", post="分管领导"))
    hazards.close(township.book, township.by, doc, approver="孙某戊")
    assert state(township, doc).state == "已销号"


def test_closing_without_a_recheck_needs_another_reason_and_words(township: Township):
    doc = found(township)
    with pytest.raises(Refused, match="复查通过后"):
        STEPS["close"](township, doc)
    with pytest.raises(Refused) as refused:
        hazards.close(township.book, township.by, doc, reason="停用", approver="王某丙")
    assert refused.value.rule == "words"
    with pytest.raises(Refused, match="没有“好了”"):
        hazards.close(township.book, township.by, doc, reason="好了", approver="王某丙")
    hazards.close(township.book, township.by, doc, reason="停用", approver="王某丙", note="店已停业")
    assert state(township, doc).closed_by == township.by


@pytest.mark.parametrize("people", [[0], [0, 0], []])
def test_a_recheck_takes_two_officers(township: Township, people: list[int]):
    doc = found(township)
    with pytest.raises(Refused) as refused:
        hazards.recheck(township.book, township.by, doc, passed=True, officers=[township.officers[n] for n in people])
    assert refused.value.rule == "P1"


def test_days_in_the_future_and_before_the_finding_are_refused(township: Township):
    doc = found(township)
    for on in ("2026-11-25", "2026-11-23", "昨天"):
        with pytest.raises(Refused) as refused:
            hazards.rectify(township.book, township.by, doc, note="已清理", on=on)
        assert refused.value.rule == "date"


def test_a_hazard_that_is_not_there(township: Township):
    for step in STEPS.values():
        with pytest.raises(NotFound, match="没有编号"):
            step(township, township.shop)


def test_words_are_needed_where_somebody_will_read_them(township: Township):
    doc = found(township)
    for step in (
        lambda: hazards.rectify(township.book, township.by, doc, note=" "),
        lambda: hazards.urge(township.book, township.by, doc, ""),
        lambda: hazards.void(township.book, township.by, doc, "  "),
        lambda: hazards.recheck(township.book, township.by, doc, passed=False, officers=township.officers[:2]),
    ):
        with pytest.raises(Refused) as refused:
            step()
        assert refused.value.rule == "words"


def test_photos_belong_to_something(township: Township, tmp_path):
    doc = found(township)
    (tmp_path / "前.jpg").write_bytes(b"jpeg")
    evidence.attach_photo(township.book, township.by, doc, tmp_path / "前.jpg")
    assert len(state(township, doc).photos) == 1
    assert township.book.blobs.has(state(township, doc).photos[0].body.sha256)  # pyright: ignore
    for doc_, path in ((township.book.new_id(), "前.jpg"), (doc, "后.jpg"), (doc, ".")):
        with pytest.raises(FieldlogError):
            evidence.attach_photo(township.book, township.by, doc_, tmp_path / path)


def test_words_about_a_hazard_hold_no_control_characters_and_have_an_end(township: Township):
    doc = found(
        township, text="通道\x1b[31m堆放\n纸箱\x00", place="库房\x07", measure="清\x9b理", responsible=" 陈某\x85 "
    )
    fields = state(township, doc).fields
    assert [fields[name] for name in ("text", "place", "measure", "responsible")] == [
        "通道[31m堆放\n纸箱", "库房", "清理", "陈某",
    ]  # fmt: skip
    hazards.edit(township.book, township.by, doc, text="通道\x1b堵塞", place="门\x00厅")
    hazards.rectify(township.book, township.by, doc, note="已\x1b清理")
    assert [state(township, doc).fields[name] for name in ("text", "place")] == ["通道堵塞", "门厅"]
    assert state(township, doc).timeline[-1].fields["note"] == "已清理"
    with pytest.raises(Refused, match="4000 字"):
        hazards.urge(township.book, township.by, doc, "字" * 4_001)


def test_a_recording_is_no_photo(township: Township, tmp_path: Path):
    """The office takes no larger one, and would be asked again at every synchronisation."""
    film = tmp_path / "录像.mp4"
    with film.open("wb") as stream:
        stream.truncate(256 * 1024 * 1024 + 1)
    doc = township.visit()
    with pytest.raises(Refused, match="256 MiB"):
        evidence.attach_photo(township.book, township.by, doc, film)
    assert not list(township.book.blobs.folder.rglob("*"))


def test_an_approval_by_nobody_with_the_post_is_marked_wherever_it_was_written(township: Township):
    """Only the device that writes checks the post; the others see what is there."""
    book, chief, officer = township.book, township.officers[2], township.officers[1]
    docs = [found(township) for _ in range(4)]
    for doc, who in zip(docs, (officer, "01JDEF0000000000000000N012", chief, ""), strict=True):
        closed = bodies.HazardClosed(reason=bodies.ClosingReason.FALSE_ALARM, approver=who, on="2026-11-24")
        with as_another_program(book):
            book.write(township.by, doc, closed)
    lacks = unconfirmed(book)
    assert [lacks(book.row("hazards", doc)) for doc in docs] == [True, True, False, True]
    extended = found(township)
    hazards.extend(book, township.by, extended, due="2027-01-01", reason="缺货", approver=chief)
    assert not lacks(book.row("hazards", extended))


async def test_the_detail_and_the_list_say_that_an_approval_is_unconfirmed(township: Township):
    doc = found(township)
    reason = bodies.ClosingReason.FALSE_ALARM
    township.book.write(township.by, doc, bodies.HazardClosed(reason=reason, approver=township.by, on="2026-11-24"))
    app = FieldlogApp(lambda: HazardDetailScreen(township.book, doc), now=township.clock, environ={})
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "未经批准人确认" in shown(pilot)
    (row,) = fieldlog("hazards", "--json", data=township.book.folder).rows
    assert row["unconfirmed"] is True
