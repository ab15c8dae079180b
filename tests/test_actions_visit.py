"""A visit: opening, answering, taking back, and closing, with the hazard that follows each answer."""

import errno
from datetime import datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_journal_trouble import Refusing
from township import ITEMS, LISTS, FixedClock, Township, chain, new_township

from fieldlog.actions import answering, evidence, hazards, lookup, visit_closing, visit_opening
from fieldlog.book import journal
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.domain.checklist import Checklist
from fieldlog.domain.entries import parse_entry
from fieldlog.domain.errors import EntryInvalid, NewerFormat, NotFound, NotSaved, Refused
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.item_counts import count_items

SIGNED = bodies.Signature()
REASONS = {"unanswered": "店主中途离开", "P4": "已口头说明", "P24": "记录仪没电"}


@pytest.fixture
def visit(township: Township) -> str:
    return township.visit()


def state(township: Township, doc: str) -> Inspection:
    found = township.book.document(doc)
    assert isinstance(found, Inspection)
    return found


def open_hazards(township: Township) -> dict[str, dict[str, Any]]:
    """The standing hazards by item, with what an answer decides of them."""
    names = ("number", "text", "measure", "level", "deadline_days", "due", "state", "first_due", "standard")
    found: dict[str, dict[str, Any]] = {}
    for row in township.book.rows("hazards"):
        hazard = township.book.document(row["doc"])
        assert isinstance(hazard, Hazard)
        if hazard.is_open:
            found[row["item"]] = {name: ({**row, **hazard.fields})[name] for name in names}
    return found


def answer(township: Township, visit: str, item: str, value: str, **more: Any) -> answering.Answered:
    return answering.answer(township.book, township.by, visit, item, value, **more)


def undo(township: Township, visit: str) -> str:
    return answering.undo(township.book, township.by, visit)[1]


# opening


def test_opening_records_the_list_once_and_counts_what_applies(township: Township):
    first = township.visit()
    second = visit_opening.open_inspection(
        township.book, LISTS, township.by, premises="某某副食店", lists=["lianxi"],
        officers=["张某甲", "CQ0002"], features=["有冷库", "不相干"],
    ).doc  # fmt: skip
    assert len(list(township.book.rows("checklists"))) == 1
    assert [row["items"] for row in township.book.rows("inspections")] == [4, 5]
    assert "lianxi-5" not in lookup.walk(township.book, state(township, first))
    assert list(lookup.walk(township.book, state(township, second))) == [*ITEMS, "lianxi-5"]


@pytest.mark.parametrize(
    ("officers", "word"),
    [
        (["张某甲"], "不得少于两人"),
        (["张某甲", "CQ0001"], "不得少于两人"),
        ([], "不得少于两人"),
        (["张某甲", "周某己"], "到期"),
        (["张某甲", "吴某庚"], "没有登记执法证号"),
    ],
)
def test_two_officers_with_valid_certificates_or_none(township: Township, officers: list[str], word: str):
    for name, certificate, expiry in (("周某己", "CQ7", "2026-11-23"), ("吴某庚", "", None)):
        body = bodies.OfficerRegistered(name=name, certificate=certificate, certificate_expiry=expiry)
        township.book.write(township.by, township.book.new_id(), body)
    with pytest.raises(Refused, match=word) as refused:
        visit_opening.open_inspection(
            township.book, LISTS, township.by, premises=township.shop, lists=["lianxi"], officers=officers
        )
    assert refused.value.rule == "P1"
    assert not list(township.book.rows("inspections"))


def test_one_certificate_is_one_person(township: Township):
    twin = bodies.OfficerRegistered(name="张某甲（二）", certificate="CQ0001")
    township.book.write(township.by, township.book.new_id(), twin)
    with pytest.raises(Refused, match="不得少于两人"):
        visit_opening.open_inspection(
            township.book,
            LISTS,
            township.by,
            premises=township.shop,
            lists=["lianxi"],
            officers=["张某甲", "张某甲（二）"],
        )


def test_a_certificate_is_valid_on_its_last_day(township: Township):
    body = bodies.OfficerRegistered(name="周某己", certificate="CQ7", certificate_expiry="2026-11-24")
    township.book.write(township.by, township.book.new_id(), body)
    visit_opening.open_inspection(
        township.book, LISTS, township.by, premises=township.shop, lists=["lianxi"], officers=["张某甲", "周某己"]
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"premises": "没有的店"},
        {"officers": ["张某甲", "没有的人"]},
        {"lists": ["没有的清单"]},
        {"lists": []},
        {"type": "突击"},
    ],
)
def test_what_cannot_be_opened(township: Township, changed: dict[str, Any]):
    fields = {"premises": township.shop, "lists": ["lianxi"], "officers": township.officers[:2]} | changed
    with pytest.raises((NotFound, Refused)) as refused:
        visit_opening.open_inspection(township.book, LISTS, township.by, **fields)
    assert "\n" not in str(refused.value)


def test_two_shops_of_one_name_are_told_apart_by_their_id(township: Township):
    township.book.write(township.by, township.book.new_id(), bodies.PremisesRegistered(name="某某副食店"))
    with pytest.raises(NotFound, match="有 2 个单位"):
        lookup.premises(township.book, "某某副食店")


# answers and their hazards


def test_a_finding_raises_its_hazard_in_the_same_write(township: Township, visit: str):
    answered = answer(township, visit, "lianxi-1", "不符合", finding=2)
    assert answered.hazard
    assert open_hazards(township) == {
        "lianxi-1": {
            "number": "隐患〔2026〕01-0001", "text": "安全出口上锁", "measure": "打开门锁", "level": "一般",
            "deadline_days": 3, "due": "2026-11-27", "state": "整改中", "first_due": "2026-11-27", "standard": "",
        }
    }  # fmt: skip
    assert township.book.row("inspections", visit)["findings"] == 1  # pyright: ignore


def test_working_days_measures_and_standards_come_from_the_item(township: Township, visit: str):
    answer(township, visit, "lianxi-3", "不符合", finding=1, measured=" １２.５ ")
    answer(township, visit, "lianxi-4", "不符合", finding=1)
    found = open_hazards(township)
    assert found["lianxi-3"]["text"] == "冷藏温度超限（冷藏温度实测 12.5 ℃）"
    assert found["lianxi-3"]["due"] == "2026-11-26"
    assert (found["lianxi-4"]["level"], found["lianxi-4"]["standard"]) == ("重大", "练习判定标准 第三条（待核）")
    assert found["lianxi-4"]["due"] == "2026-11-24"


@pytest.mark.parametrize(
    ("standing", "measured", "expected"),
    [
        (None, "2", "符合"),
        (None, "8.1", "不符合"),
        ("符合", "-1", "不符合"),
        ("不适用", "5", "符合"),
        ("不符合", "5", "不符合"),
    ],
)
def test_a_measured_number_answers_by_its_range(
    township: Township, visit: str, standing: str | None, measured: str, expected: str
):
    if standing:
        answer(township, visit, "lianxi-3", standing)
    body = answer(township, visit, "lianxi-3", "", measured=measured).entry.fields
    assert (body["value"], body["measured"]) == (expected, measured)


def test_a_record_that_is_asked_for_is_no_hazard(township: Township, visit: str):
    assert answer(township, visit, "lianxi-2", "不符合", text="没有台账").hazard == ""
    assert not open_hazards(township)


def test_own_words_take_the_item_s_deadline(township: Township, visit: str):
    answer(township, visit, "lianxi-1", "不符合", text=" 门口停着三轮车\x07 ")
    found = open_hazards(township)["lianxi-1"]
    assert (found["text"], found["measure"], found["deadline_days"]) == ("门口停着三轮车", "按规定整改到位", 7)


def test_a_changed_answer_keeps_the_hazard_and_its_number(township: Township, visit: str):
    first = answer(township, visit, "lianxi-1", "不符合", finding=1)
    assert answer(township, visit, "lianxi-1", "不符合", finding=2).hazard == first.hazard
    assert open_hazards(township)["lianxi-1"]["text"] == "安全出口上锁"
    assert answer(township, visit, "lianxi-1", "符合").hazard == ""
    assert not open_hazards(township)
    assert answer(township, visit, "lianxi-1", "不符合", finding=2).hazard == first.hazard
    assert open_hazards(township)["lianxi-1"]["number"] == "隐患〔2026〕01-0001"


def test_the_officer_s_own_edits_stand_when_the_finding_is_the_same(township: Township, visit: str):
    hazard = answer(township, visit, "lianxi-1", "不符合", finding=1).hazard
    township.clock.pass_(minutes=1)
    hazards.edit(township.book, township.by, hazard, due="2026-12-24", measure="拆除隔断")
    answer(township, visit, "lianxi-1", "不符合", finding=1)
    answer(township, visit, "lianxi-1", "符合")
    undo(township, visit)
    found = open_hazards(township)["lianxi-1"]
    assert (found["due"], found["measure"]) == ("2026-12-24", "拆除隔断")
    answer(township, visit, "lianxi-1", "不符合", finding=2)
    township.clock.pass_(minutes=1)
    hazards.edit(township.book, township.by, hazard, responsible="钱某辛")
    undo(township, visit)
    found = open_hazards(township)["lianxi-1"]
    assert (found["text"], found["due"], found["measure"]) == ("安全出口被杂物堵塞", "2026-12-24", "拆除隔断")
    assert township.book.row("hazards", hazard)["responsible"] == "钱某辛"  # pyright: ignore


def test_the_officer_s_own_edits_stand_when_a_number_is_added(township: Township, visit: str):
    hazard = answer(township, visit, "lianxi-3", "不符合", finding=1).hazard
    hazards.edit(township.book, township.by, hazard, measure="换新冷柜", due="2026-12-24")
    answer(township, visit, "lianxi-3", "", measured="9.5")
    fields = lookup.hazard(township.book, hazard).fields
    assert fields["text"] == "冷藏温度超限（冷藏温度实测 9.5 ℃）"
    assert (fields["measure"], fields["due"]) == ("换新冷柜", "2026-12-24")
    hazards.edit(township.book, township.by, hazard, text="冷柜显示十度")
    answer(township, visit, "lianxi-3", "", measured="9.6")
    assert lookup.hazard(township.book, hazard).fields["text"] == "冷柜显示十度"


def test_an_item_that_no_list_can_have_stops_nothing(township: Township, visit: str):
    for strange in (f"lianxi-{'1' * 5000}", "a:b c-7", "-3"):
        township.book.write(township.by, visit, bodies.ItemAnswered(item=strange, value=bodies.Value.PASS))
    township.book.write(township.by, visit, bodies.InspectionClosed())
    asked, _failed = count_items(township.book.rows("inspections"))
    assert not asked


@pytest.mark.parametrize("moved", ["reported", "passed", "failed", "closed"])
def test_a_hazard_that_has_moved_on_is_not_moved_by_an_answer(township: Township, visit: str, moved: str):
    hazard = answer(township, visit, "lianxi-1", "不符合", finding=1).hazard
    township.clock.pass_(hours=2)
    if moved == "reported":
        hazards.rectify(township.book, township.by, hazard, note="已清理")
    else:
        hazards.recheck(township.book, township.by, hazard, passed=moved != "failed", note="仍在")
    if moved == "closed":
        hazards.close(township.book, township.by, hazard, approver="王某丙")
    before = list(township.book.entries())
    for step in (
        lambda: answer(township, visit, "lianxi-1", "符合"),
        lambda: answer(township, visit, "lianxi-1", "不符合", finding=2),
        lambda: undo(township, visit),
    ):
        with pytest.raises(Refused, match="不能改答案"):
            step()
    assert list(township.book.entries()) == before
    assert answer(township, visit, "lianxi-1", "不符合", finding=1).hazard == hazard
    assert undo(township, visit) == "lianxi-1"


@pytest.mark.parametrize(
    ("item", "value", "more"),
    [
        ("lianxi-9", "符合", {}),
        ("lianxi-5", "符合", {}),
        ("lianxi-1", "好", {}),
        ("lianxi-3", "", {}),
        ("lianxi-1", "", {"measured": "5"}),
        ("lianxi-1", "符合", {"finding": 1}),
        ("lianxi-1", "符合", {"text": "x"}),
        ("lianxi-1", "不符合", {"finding": 3}),
        ("lianxi-1", "不符合", {"finding": 0}),
        ("lianxi-1", "不符合", {"text": "长" * 4001}),
        ("lianxi-3", "符合", {"measured": "五度"}),
        ("lianxi-3", "符合", {"measured": "NaN"}),
        ("lianxi-3", "符合", {"measured": "1_0"}),
        ("lianxi-3", "符合", {"measured": "1e9"}),
        ("lianxi-1", "符合", {"measured": "5"}),
        ("lianxi-1", "不符合", {"text": "\ud800"}),
    ],
)
def test_what_is_no_answer(township: Township, visit: str, item: str, value: str, more: dict[str, Any]):
    before = list(township.book.entries())
    with pytest.raises((NotFound, Refused, EntryInvalid)) as refused:
        answer(township, visit, item, value, **more)
    assert "\n" not in str(refused.value)
    assert list(township.book.entries()) == before


answers = st.one_of(
    st.tuples(st.sampled_from(ITEMS), st.sampled_from(["符合", "不适用", "待定", "不符合"]), st.just({})),
    st.tuples(st.sampled_from(["lianxi-1"]), st.just("不符合"), st.sampled_from([{"finding": 1}, {"finding": 2}])),
    st.tuples(st.sampled_from(["lianxi-3", "lianxi-4"]), st.just("不符合"), st.just({"finding": 1})),
    st.tuples(st.just("lianxi-3"), st.just("不符合"), st.just({"finding": 1, "measured": "12"})),
    st.tuples(
        st.sampled_from(ITEMS), st.just("不符合"), st.sampled_from([{"text": "安全出口上锁"}, {"text": "门坏了"}])
    ),
)


@settings(max_examples=150)
@example(
    [
        (("lianxi-1", "不符合", {"finding": 1}), 0),
        (("lianxi-1", "符合", {}), 0),
        (("lianxi-1", "不符合", {"finding": 2}), 0),
    ]
)
@given(st.lists(st.tuples(answers, st.integers(0, 3)), max_size=14))
def test_undo_restores_every_step_exactly_and_in_the_end_nothing_stands(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[tuple[str, str, dict[str, Any]], int]]
):
    township = new_township(tmp_path_factory.mktemp("undo") / "data", FixedClock())
    with township.book:
        visit = township.visit()

        def stands() -> tuple[dict[str, Any], dict[str, Any], tuple[int, int, int]]:
            now = state(township, visit)
            given = {item: now.answer(item) for item in ITEMS if now.answer(item)}
            return given, open_hazards(township), (now.answered, now.failed, now.lacking)

        before = [stands()]
        for (item, value, more), hours in steps:
            township.clock.pass_(hours=hours)
            answer(township, visit, item, value, **more)
            before.append(stands())
        before.pop()
        for expected in reversed(before):
            undo(township, visit)
            assert stands() == expected
        assert stands() == ({}, {}, (0, 0, 0))
        with pytest.raises(Refused, match="没有可以撤销"):
            undo(township, visit)


def test_undo_takes_back_only_this_device_s_answers(township: Township, visit: str):
    answer(township, visit, "lianxi-2", "符合")
    theirs = chain("houye-02", 1, kind="item.answered", doc=visit)[0]
    from fieldlog.domain.entries import Entry, entry_hash

    fields = {**theirs.__dict__, "body": {"item": "lianxi-2", "value": "不适用", "salt": "00" * 16}}
    township.book.merge([Entry.model_validate({**fields, "hash": entry_hash(fields)}).line()])
    undo(township, visit)
    standing = state(township, visit).answer("lianxi-2")
    assert standing
    assert standing.value == "不适用"
    with pytest.raises(Refused):
        undo(township, visit)


def test_a_hazard_cut_off_by_a_power_loss_is_asked_for_again(township: Township, visit: str):
    answer(township, visit, "lianxi-1", "不符合", finding=1)
    for item in ITEMS[1:]:
        answer(township, visit, item, "符合")
    lines = list(township.book.lines_after({}))
    found = next(index for index, line in enumerate(lines) if parse_entry(line).kind == "hazard.found")
    township.book.close()
    path = township.book.folder / "log/houye-01/2026-11.jsonl"
    path.write_bytes(b"".join(line + b"\n" for line in lines[:found]) + lines[found][:80])
    township.book = Book.open(township.book.folder, now=township.clock)
    for item in ITEMS[1:]:
        answer(township, visit, item, "符合")
    with pytest.raises(Refused, match="没有存完") as refused:
        visit_closing.close(township.book, township.by, visit, signature=SIGNED, reasons=REASONS)
    assert refused.value.item == "lianxi-1"
    assert answer(township, visit, "lianxi-1", "不符合", finding=1).hazard
    assert open_hazards(township)["lianxi-1"]["number"] == "隐患〔2026〕01-0001"
    visit_closing.close(township.book, township.by, visit, signature=SIGNED, reasons=REASONS)


def test_an_answer_that_was_not_saved_is_not_on_the_screen_and_can_be_given_again(
    township: Township, visit: str, monkeypatch: pytest.MonkeyPatch
):
    answer(township, visit, "lianxi-2", "符合")
    with monkeypatch.context() as patch:
        patch.setattr(journal, "os", Refusing(errno.ENOSPC, "write"))
        with pytest.raises(NotSaved):
            answer(township, visit, "lianxi-1", "不符合", finding=1)
    assert state(township, visit).answer("lianxi-1") is None
    assert not open_hazards(township)
    answer(township, visit, "lianxi-1", "不符合", finding=1)
    assert open_hazards(township)["lianxi-1"]["number"] == "隐患〔2026〕01-0001"


def test_a_clock_in_1970_between_answers_keeps_their_order(township: Township, visit: str):
    answer(township, visit, "lianxi-2", "符合")
    township.clock.now = datetime.fromisoformat("1970-01-01T08:00:00+08:00")
    answer(township, visit, "lianxi-2", "不适用")
    answer(township, visit, "lianxi-1", "不符合", finding=1)
    township.book.close()
    township.book = Book.open(township.book.folder, now=township.clock)
    standing = state(township, visit).answer("lianxi-2")
    assert standing
    assert standing.value == "不适用"
    assert undo(township, visit) == "lianxi-1"
    assert undo(township, visit) == "lianxi-2"


# remarks, drafts, footage


def test_a_draft_survives_and_goes_when_the_remark_is_written(township: Township, visit: str):
    answering.save_draft(township.book, township.by, visit, "note:lianxi-1", "写到一半")
    township.book.close()
    township.book = Book.open(township.book.folder, now=township.clock)
    assert state(township, visit).drafts == {"note:lianxi-1": "写到一半"}
    answering.note(township.book, township.by, visit, "写完了", "lianxi-1")
    assert state(township, visit).drafts == {}
    assert state(township, visit).notes == {"lianxi-1": "写完了"}
    answering.note(township.book, township.by, visit, "", "lianxi-1")
    assert state(township, visit).notes == {}


def test_footage_is_a_mark_at_an_item_now_and_else_a_reference(township: Township, visit: str):
    with pytest.raises(Refused, match="记录仪编号"):
        evidence.link_footage(township.book, township.by, visit, item="lianxi-1")
    for more in (
        {"camera": "03", "moment": "2026-11-24T08:59:00"},
        {"item": "lianxi-1"},
        {"moment": "2026-11-24T01:00:00Z"},
    ):
        evidence.link_footage(township.book, township.by, visit, **more)
    rows = list(township.book.rows("footage"))
    assert [(row["strength"], row["camera"], row["moment"]) for row in rows] == [
        ("reference", "03", "2026-11-24T08:59:00.000+08:00"),
        ("mark", "03", "2026-11-24T09:00:00.000+08:00"),
        ("reference", "03", "2026-11-24T09:00:00.000+08:00"),
    ]
    for moment in ("九点", "2026-02-30T09:00", "0001-01-01T00:00:00+14:00", "2026-11-24T09:00:00+08:00:30x"):
        with pytest.raises(Refused, match="看不懂"):
            evidence.link_footage(township.book, township.by, visit, moment=moment)


# closing


def complete(township: Township, visit: str) -> None:
    for item in ITEMS:
        answer(township, visit, item, "符合")
    evidence.reach_stage(township.book, township.by, visit, "亮证")
    evidence.link_footage(township.book, township.by, visit, camera="03")


def test_a_complete_visit_closes_and_is_sealed(township: Township, visit: str):
    complete(township, visit)
    closed = visit_closing.close(township.book, township.by, visit, signature=SIGNED, opinion="无异议")
    assert state(township, visit).state == "已完成"
    last = [parse_entry(line) for line in township.book.lines_after({})][-1]
    assert (last.kind, last.fields["upto"]) == ("log.sealed", closed.seq)


def test_each_objection_is_named_with_its_rule_and_where_to_go(township: Township, visit: str):
    answer(township, visit, "lianxi-2", "符合")
    answer(township, visit, "lianxi-3", "不符合")
    refused = bodies.Signature(way="refused", reason="不同意")
    standing = {each.rule: each for each in visit_closing.objections(township.book, visit, refused)}
    assert {rule: (each.act, each.item) for rule, each in standing.items()} == {
        "lacking": ("block", "lianxi-3"), "unanswered": ("warn", "lianxi-1"), "P4": ("warn", "亮证"), "P24": ("warn", "footage"),
        "P27": ("block", "sign"),
    }  # fmt: skip
    with pytest.raises(Refused) as told:
        visit_closing.close(township.book, township.by, visit, signature=refused, reasons=REASONS)
    assert (told.value.rule, told.value.item) == ("lacking", "lianxi-3")


@pytest.mark.parametrize("left_out", ["unanswered", "P4", "P24"])
def test_every_warning_needs_its_reason(township: Township, visit: str, left_out: str):
    reasons = {rule: reason for rule, reason in REASONS.items() if rule != left_out}
    with pytest.raises(Refused) as told:
        visit_closing.close(township.book, township.by, visit, signature=SIGNED, reasons=reasons | {left_out: " "})
    assert told.value.rule == left_out
    visit_closing.close(township.book, township.by, visit, signature=SIGNED, reasons=REASONS)
    closed = state(township, visit).closed
    assert closed
    assert {each.rule: each.reason for each in closed.reasons} == REASONS


def test_a_refused_signature_needs_reason_and_witness(township: Township, visit: str):
    complete(township, visit)
    with pytest.raises(Refused) as told:
        visit_closing.close(
            township.book, township.by, visit, signature=bodies.Signature(way="refused", reason="不同意")
        )
    assert told.value.rule == "P27"
    signature = bodies.Signature(way="refused", reason="不同意", witness="郑某壬")
    visit_closing.close(township.book, township.by, visit, signature=signature)


def test_nothing_is_changed_after_the_end_but_footage_still_comes_in(township: Township, visit: str):
    complete(township, visit)
    visit_closing.close(township.book, township.by, visit, signature=SIGNED)
    for step in (
        lambda: answer(township, visit, "lianxi-1", "符合"),
        lambda: undo(township, visit),
        lambda: answering.note(township.book, township.by, visit, "x"),
        lambda: visit_closing.close(township.book, township.by, visit, signature=SIGNED),
    ):
        with pytest.raises(Refused, match="已完成"):
            step()
    evidence.link_footage(township.book, township.by, visit, item="lianxi-1")
    assert len(state(township, visit).footage) == 2
    with pytest.raises(Refused, match="原因"):
        visit_closing.void(township.book, township.by, visit, " ")
    visit_closing.void(township.book, township.by, visit, "开错单位")
    assert state(township, visit).state == "已作废"


def test_a_visit_closes_although_its_key_is_gone(township: Township, visit: str):
    complete(township, visit)
    (township.book.folder / "keys/device.key").unlink()
    visit_closing.close(township.book, township.by, visit, signature=SIGNED)
    assert state(township, visit).state == "已完成"


# lists of other versions


def test_a_list_that_only_a_newer_version_reads_says_so(township: Township):
    checklist = LISTS["lianxi"]
    other = checklist.model_copy(update={"title": "另一份"})
    recorded = bodies.ChecklistRecorded(
        list="lianxi", version="2026.1", digest=other.digest(), checklist=other.recorded() | {"mood": "好"}
    )
    township.book.write(township.by, township.book.new_id(), recorded)
    with pytest.raises(NewerFormat, match="升级"):
        lookup.checklist(township.book, other.digest())
    with pytest.raises(NotFound, match="请先同步"):
        lookup.checklist(township.book, "ab" * 32)


def test_a_list_that_is_not_what_its_digest_says_is_not_used(township: Township):
    right = Checklist.model_validate(LISTS["lianxi"].recorded() | {"title": "练习清单二"})
    wrong = LISTS["lianxi"].recorded() | {"title": "换过的清单"}
    for content in (wrong, right.recorded()):
        recorded = bodies.ChecklistRecorded(list="lianxi", version="2026.1", digest=right.digest(), checklist=content)
        township.book.write(township.by, township.book.new_id(), recorded)
    assert lookup.checklist(township.book, right.digest()).title == "练习清单二"


def test_a_draft_that_is_too_long_to_be_saved_is_kept_whole(township: Township, visit: str):
    text = "字" * 5_000 + "末"
    answering.save_draft(township.book, township.by, visit, "note:lianxi-1", text)
    with pytest.raises(Refused, match="4000 字"):
        answering.note(township.book, township.by, visit, text, "lianxi-1")
    township.book.close()
    with Book.open(township.book.folder) as again:
        state = again.document(visit)
        assert isinstance(state, Inspection)
        assert state.drafts["note:lianxi-1"] == text
