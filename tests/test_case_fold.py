"""A case folded from its entries: the order of stages holds, and what is out of turn changes nothing."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from township import DOC, SALT

from fieldlog.domain.case import Case
from fieldlog.domain.case_kinds import CASE_BODIES
from fieldlog.domain.case_state import CLOSED, DECIDED, INVESTIGATED, INVESTIGATING, NOTIFIED, SERVED
from fieldlog.domain.entries import Entry, make_entry
from fieldlog.domain.fold import fold

PARTY = {"kind": "单位", "name": "宏达超市", "credit_code": "91500235MA5U000000"}
DELIVERY = {"way": "直接", "on": "2026-11-10", "counts": "2026-11-10"}
FINE = [{"kind": "罚款", "amount": 500_000}]
STEPS: dict[str, dict[str, Any]] = {
    "case.proposed": {"source": "隐患", "party": PARTY, "cause": "占用疏散通道", "facts": "通道堆货", "occurred": "2026-11-01",
                      "discovered": "2026-11-01", "officers": ["01A", "01B"]},
    "case.approved": {"approver": "01C", "number": "后叶立〔2026〕1号"},
    "case.evidence_added": {"kind": "书证", "name": "现场照片"},
    "case.evidence_held": {"things": ["货架"], "approver": "01C"},
    "case.hold_decided": {"hold": 1, "decision": "解除"},
    "case.investigated": {"facts": "通道堆货", "outcome": "处罚", "penalties": FINE},
    "case.notified": {"facts": "通道堆货", "why": "…", "basis": ["消防法#60.1.3"], "penalties": FINE, "delivery": DELIVERY},
    "case.heard": {"way": "放弃"},
    "case.hearing_requested": {},
    "case.hearing_set": {"day": "2026-11-20", "place": "会议室", "chair": "01D", "delivery": DELIVERY},
    "case.hearing_held": {"chair": "01D", "record": "…"},
    "case.reviewed": {"reviewer": "01E", "result": "通过"},
    "case.discussed": {"chair": "01C", "attended": ["01C", "01D"], "result": "罚款"},
    "case.decided": {"outcome": "处罚", "facts": "通道堆货", "penalties": FINE, "approver": "01C"},
    "case.served": {"paper": "决定书", "delivery": DELIVERY},
    "case.paid": {"amount": 500_000, "way": "银行"},
    "case.urged": {"amount": 500_000, "pay_by": "2026-12-20", "delivery": DELIVERY},
    "case.enforcement_applied": {"court": "云阳县人民法院", "amount": 500_000, "signed_by": "01C"},
    "case.transfer_reported": {"officers": ["01A", "01B"], "crime": "失火罪", "facts": "…",
                               "received": "2026-11-10T09:00:00+08:00"},
    "case.transfer_decided": {"approved": True, "at": "2026-11-10T10:00:00+08:00"},
    "case.transfer_sent": {"to": "云阳县公安局", "at": "2026-11-10T11:00:00+08:00", "enclosed": ["移送书"]},
    "case.transfer_answered": {"opened": False},
    "case.closed": {"outcome": "已履行", "approver": "01C"},
    "case.published": {"where": "政府网站"},
}  # fmt: skip
ORDINARY = (
    "case.proposed", "case.approved", "case.evidence_added", "case.investigated", "case.notified", "case.heard",
    "case.decided", "case.served", "case.paid", "case.published", "case.closed",
)  # fmt: skip


def _entries(kinds: "list[str] | tuple[str, ...]", **changed: dict[str, Any]) -> list[Entry]:
    made: list[Entry] = []
    for number, kind in enumerate(kinds, 1):
        body = {"on": "2026-11-10", **STEPS[kind], **changed.get(kind.replace("case.", ""), {})}
        made.append(
            make_entry(log="houye-01", seq=number, prev="0" * 64, hlc=f"{number:016x}", at="2026-11-10T09:00:00.000+08:00",
                       by="01A", kind=kind, doc=DOC, body=body, salt=SALT)
        )  # fmt: skip
    return made


def _case(*kinds: str, **changed: dict[str, Any]) -> Case:
    state = fold(_entries(kinds, **changed))
    assert isinstance(state, Case)
    return state


def test_an_ordinary_case_runs_to_its_end():
    states = [_case(*ORDINARY[: count + 1]).state for count in range(len(ORDINARY))]
    assert states == ["待立案", *[INVESTIGATING] * 2, INVESTIGATED, NOTIFIED, NOTIFIED, DECIDED, *[SERVED] * 3, CLOSED]
    case = _case(*ORDINARY)
    assert (case.fine, case.paid, case.served_on, case.ignored) == (500_000, 500_000, "2026-11-10", [])
    row = case.row()
    assert row is not None
    assert (row["number"], row["party"], row["amount"], row["state"]) == (
        "后叶立〔2026〕1号",
        "宏达超市",
        500_000,
        CLOSED,
    )


def test_a_decision_without_what_must_come_first_has_no_effect():
    told = ("case.proposed", "case.approved", "case.investigated", "case.notified")
    assert _case(*told[:3], "case.decided").state == INVESTIGATED  # nobody was told
    asked = _case(*told, "case.hearing_requested", "case.decided")
    assert (asked.state, len(asked.ignored)) == (NOTIFIED, 1)  # the hearing was not held
    heard = (*told, "case.hearing_requested", "case.hearing_set", "case.hearing_held")
    assert _case(*heard, "case.decided").state == NOTIFIED  # no legal review
    assert _case(*heard, "case.reviewed", "case.decided").state == DECIDED
    failed = {"reviewed": {"result": "不通过"}}
    assert _case(*heard, "case.reviewed", "case.decided", **failed).state == NOTIFIED
    weighty = {"investigated": {"weighty": True}}
    assert _case(*told, "case.decided", **weighty).state == NOTIFIED
    assert _case(*told, "case.discussed", "case.decided", **weighty).state == DECIDED


def test_a_new_investigation_asks_for_a_new_notice():
    told = ("case.proposed", "case.approved", "case.investigated", "case.notified", "case.heard")
    again = _case(*told, "case.investigated", "case.decided")
    assert (again.state, again.notified, again.heard) == (INVESTIGATED, None, [])


def test_police_that_open_no_case_give_it_back():
    sent = ("case.proposed", "case.approved", "case.transfer_reported", "case.transfer_decided", "case.transfer_sent")
    assert _case(*sent).state == "已移送"
    assert _case(*sent, "case.transfer_answered").state == INVESTIGATING
    refused = {"transfer_decided": {"approved": False}}
    assert _case(*sent, **refused).state == INVESTIGATING


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=25), st.randoms())
def test_whatever_is_written_no_stage_is_passed_over(kinds: list[str], chance: Any):
    """Other programs may write any kind at any time: folding bears it, in any order of arrival."""
    entries = _entries(["case.proposed", *kinds])
    case = fold(entries)
    assert isinstance(case, Case)
    chance.shuffle(entries)
    assert fold(entries) == case
    if case.decided:
        assert case.approved and case.investigated and case.notified
        assert not case.hearing_requested or (case.hearing_held and case.reviewed)
    if case.paid or case.enforcement:
        assert case.served_on
    if case.enforcement:
        assert case.urged
    if case.closed:
        assert case.served_on or case.transfer_sent


def test_every_kind_of_a_case_has_a_body_that_is_built():
    assert all(body.model_json_schema()["properties"] for body in CASE_BODIES.values())
