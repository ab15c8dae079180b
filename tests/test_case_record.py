"""A case from a hazard to its end by lines of `record`, and the steps that are refused on the way."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from command import fieldlog
from township import FixedClock, new_township

from fieldlog.actions import hazards
from fieldlog.actions.cases import case_of
from fieldlog.book.book import Book

POWER = {
    "name": "占用疏散通道的处罚", "number": "12", "basis": "委托", "principal": "云阳县消防救援大队",
    "entrustment": "云消委〔2025〕3号",
}  # fmt: skip
FINE = [{"kind": "罚款", "amount": 5_000_000}]
SCALE = {"scale": "疏散通道-单位", "step": "较重", "factors": [{"name": "堵塞程度", "found": "两处以上出口不能通行"}]}
LEFT = {"way": "留置", "refused": "拒收", "witness": "村干部周某"}
STORY: tuple[tuple[str, dict[str, Any], str], ...] = (
    # step, fields, rule that refuses it or empty
    ("decide", {"on": "2026-01-07"}, "case.state"),
    ("approve", {"on": "2026-01-05", "approver": "王某丙"}, "date"),  # before it was proposed
    ("approve", {"on": "2099-01-05", "approver": "王某丙"}, "date"),
    ("approve", {"on": "2026-01-07", "approver": "张某甲"}, "case.approved"),  # no such post
    ("approve", {"on": "2026-01-07", "approver": "王某丙", "number": "后叶立〔2026〕1号"}, ""),
    ("investigate", {"on": "2026-01-12", "penalties": FINE, "discretion": SCALE}, "P42"),  # no evidence
    ("evidence", {"on": "2026-01-08", "kind": "传闻", "name": "听说", "source": "邻居"}, "field"),
    ("evidence", {"on": "2026-01-08", "kind": "当事人的陈述", "name": "询问笔录", "source": "赵某丁"}, ""),
    ("investigate", {"on": "2026-01-12", "penalties": FINE}, "P52"),
    ("investigate", {"on": "2026-01-12", "penalties": FINE, "discretion": SCALE, "review": ["重大权益且经过听证"]}, ""),
    ("notify", {"on": "2026-01-13", "hearing": False}, "P43"),
    ("notify", {"on": "2026-01-13", "number": "后叶罚告〔2026〕1号"}, ""),
    ("hear", {"on": "2026-01-14", "way": "书面", "said": "请减轻", "answer": "已考虑", "accepted": "不采纳"}, ""),
    ("hearing_request", {"on": "2026-01-16"}, ""),
    ("decide", {"on": "2026-01-17", "approver": "王某丙"}, "case.state"),
    ("hearing_set", {"on": "2026-01-19", "day": "2026-01-29", "place": "会议室", "chair": "张某甲"}, "P43"),
    ("hearing_set", {"on": "2026-01-19", "day": "2026-01-23", "place": "会议室", "chair": "陈所长"}, "P43"),
    ("hearing_set", {"on": "2026-01-19", "day": "2026-01-29", "place": "会议室", "chair": "陈所长"}, ""),
    ("hearing_hold", {"on": "2026-01-29", "record": "双方陈述、质证"}, ""),
    ("review", {"on": "2026-02-02", "reviewer": "张某甲", "result": "通过"}, "P44"),
    ("review", {"on": "2026-02-02", "reviewer": "王某丙", "qualification": "A2020", "result": "通过"}, ""),
    ("decide", {"on": "2026-02-03", "approver": "王某丙", "penalties": [{"kind": "罚款", "amount": 6_000_000}]}, "P42"),
    ("decide", {"on": "2026-02-03", "approver": "王某丙", "number": "云消罚决〔2026〕1号"}, ""),
    ("serve", {"on": "2026-02-02", "delivery": LEFT}, "date"),
    ("serve", {"on": "2026-02-04", "delivery": {"way": "留置", "refused": "拒收"}}, "P47"),
    ("serve", {"on": "2026-02-04", "delivery": LEFT}, ""),
    ("publish", {"on": "2026-02-09", "where": "县政府网站", "masked": False}, "P60"),
    ("publish", {"on": "2026-02-09", "where": "县政府网站"}, ""),
    ("urge", {"on": "2026-02-10"}, "P49"),
    ("urge", {"on": "2026-03-10"}, ""),
    ("enforce", {"on": "2026-05-10", "court": "云阳县人民法院", "signed_by": "王某丙"}, "P49"),
    ("enforce", {"on": "2026-08-20", "court": "云阳县人民法院", "signed_by": "王某丙"}, ""),
    ("close", {"on": "2026-11-01", "approver": "王某丙", "outcome": "已履行"}, "P48"),
    ("pay", {"on": "2026-10-10", "amount": 5_000_001, "way": "法院执行", "receipt": "0001"}, "P48"),
    ("pay", {"on": "2026-10-10", "surcharge": 5_000_000, "way": "法院执行", "receipt": "0001"}, ""),
    ("court", {"on": "2026-10-12", "result": "执行完毕"}, ""),
    ("close", {"on": "2026-11-01", "approver": "王某丙"}, ""),
    ("comment", {"text": "卷宗已装订"}, ""),
)  # fmt: skip


@pytest.fixture(scope="module")
def proposed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A book with a case that was proposed from a hazard."""
    folder = tmp_path_factory.mktemp("case") / "data"
    clock = FixedClock(datetime.fromisoformat("2026-01-05T09:00:00.000+08:00"))
    town = new_township(folder, clock)
    with town.book as book:
        hazard = hazards.find(
            book, town.by, text="安全出口被货物堵塞", premises=town.shop, basis=["《消防法》第二十八条"], days=3
        ).doc
    line = {
        "do": "case",
        "step": "propose",
        "doc": hazard,
        "power": POWER,
        "on": "2026-01-06",
        "officers": town.officers[:2],
    }
    (answer,) = fieldlog("record", data=folder, given=json.dumps(line)).rows
    assert answer["ok"], answer
    return folder, answer["doc"]


def test_a_case_runs_from_a_hazard_to_court_and_no_block_is_passed(proposed: tuple[Path, str]):
    folder, doc = proposed
    given = "\n".join(json.dumps({"do": "case", "step": step, "doc": doc, **fields}) for step, fields, _ in STORY)
    answers = fieldlog("record", data=folder, given=given).rows
    said = [
        (step, answer.get("rule", ""), answer.get("error", ""))
        for (step, *_), answer in zip(STORY, answers, strict=True)
    ]
    assert [(step, rule) for step, rule, _ in said] == [(step, rule) for step, _, rule in STORY], said
    assert not any("warnings" in answer for answer in answers)
    with Book.look(folder) as book:
        case = case_of(book, "后叶立〔2026〕1号")
    assert case.party is not None
    assert (case.party.name, case.basis, case.cause) == (
        "某某副食店",
        ("《消防法》第六十条第一款第三项",),
        "安全出口被货物堵塞",
    )
    assert case.decided is not None
    assert (case.decided.amount_in_words, case.decided.outcome) == ("伍万元整", "处罚")
    assert case.urged[0].surcharge == 14 * 150_000  # 14 days at 3 % of 50,000 yuan
    assert case.closed is not None
    assert (case.closed.outcome, case.ignored, len(case.comments)) == ("法院执行完毕", [], 1)
    (row,) = fieldlog("cases", "--json", data=folder).rows
    assert (row["state"], row["paid"], row["overdue"], row["principal"]) == (
        "已结案",
        5_000_000,
        False,
        POWER["principal"],
    )
    terms = {each["what"]: each for each in fieldlog("cases", "--json", doc, data=folder).rows}
    assert terms["作出行政处罚决定"]["due"] == "2026-04-07"  # 90 days end on 清明, which moves on
    assert terms["送达行政处罚决定书"]["done"] == "2026-02-04"
    assert "未结" not in fieldlog("cases", "--open", data=folder).out


def test_a_fine_on_the_spot_keeps_to_its_limits(proposed: tuple[Path, str]):
    folder, _ = proposed
    spot = {
        "do": "case", "step": "on_spot", "on": "2026-03-02", "number": "00012345", "cause": "占用疏散通道", "facts": "堆放纸箱",
        "party": {"kind": "公民", "name": "钱某戊"}, "basis": ["消防法#60.2"], "officers": ["CQ0001", "CQ0002"],
        "power": {"name": "消防检查", "basis": "法定"},
    }  # fmt: skip
    cash = {"cash": 10_000, "cash_ground": "一百元以下", "receipt": "财0001"}
    lines = [
        ({"penalties": [{"kind": "罚款", "amount": 20_001}]}, "P39"),
        ({"penalties": [{"kind": "责令停产停业"}]}, "P39"),
        ({"penalties": [{"kind": "警告"}], "officers": ["CQ0001"]}, "P1"),
        ({"penalties": [{"kind": "罚款", "amount": 10_000}], **cash, "receipt": ""}, "P41"),
        ({"penalties": [{"kind": "罚款", "amount": 20_000}], **cash}, "P41"),
        ({"penalties": [{"kind": "罚款", "amount": 10_000}], **cash}, ""),
    ]
    answers = fieldlog("record", data=folder, given="\n".join(json.dumps({**spot, **more}) for more, _ in lines)).rows
    assert [answer.get("rule", "") for answer in answers] == [rule for _, rule in lines], answers
    with Book.look(folder) as book:
        case = case_of(book, answers[-1]["doc"])
    assert (case.state, case.served_on, case.paid, case.procedure) == ("已送达", "2026-03-02", 10_000, "简易")
