"""What each role may write: the table itself, and that the hub takes what it allows and nothing else."""

import itertools

import pytest
from hubs import Chain, HubProcess, laptop
from hypothesis import given
from hypothesis import strategies as st
from township import as_another_program

from fieldlog.book.book import Draft
from fieldlog.book.vetting import Vetting
from fieldlog.domain import bodies
from fieldlog.domain.bodies import BODIES
from fieldlog.domain.entries import parse_entry
from fieldlog.domain.errors import FoundWrong, Refused
from fieldlog.domain.role_dates import Judge, Word, role_dates, since_when
from fieldlog.domain.roles import KNOWN_KINDS, ROLES, may_write, narrowest_for, permissions
from fieldlog.domain.roster import Listed, Roster
from fieldlog.office.intake import prove
from fieldlog.sync.http import sync_http

KINDS = st.sampled_from([*sorted(BODIES.keys() - {"log.started", "log.sealed"}), "comment.written", "drone.flown"])
FIELDS = st.sampled_from([{}, {"approver": ""}, {"approver": "01JDEF"}, {"field": "note"}, {"field": "comment"}])
WRITES = st.lists(st.tuples(KINDS, FIELDS), max_size=12)
T0 = 1_700_000_000_000


def test_the_table_names_every_kind_there_is():
    assert BODIES.keys() == KNOWN_KINDS


def test_each_role_may_what_the_next_one_may():
    order = ["viewer", "auditor", "legal_reviewer", "officer", "supervisor"]
    for narrow, wide in itertools.pairwise(order):
        assert permissions(narrow).within(permissions(wide))
        assert not permissions(wide).within(permissions(narrow))


def test_the_lookers_on_write_nothing_but_their_seals_and_the_auditor_comments():
    writes = {role: {kind for kind in BODIES if may_write(role, kind)} for role in ("viewer", "auditor")}
    assert writes["viewer"] == {"log.started", "log.sealed"}
    comments = {"inspection.commented", "hazard.commented", "case.commented"}
    assert writes["auditor"] == {"log.started", "log.sealed", "draft.saved", *comments}
    assert may_write("auditor", "comment.written", {})
    assert may_write("auditor", "draft.saved", {"field": "comment"})
    assert not may_write("auditor", "draft.saved", {"field": "note"})
    for role, expected in zip(ROLES, (True, True, True, False, False), strict=True):
        assert may_write(role, "drone.flown", {}) is expected, role


def test_a_closing_needs_a_supervisors_device_or_a_name():
    for kind in ("hazard.closed", "hazard.extended", "case.approved", "case.decided", "case.closed"):
        assert may_write("officer", kind, {"approver": "01JDEF"})
        assert not may_write("officer", kind, {"approver": ""})
        assert may_write("supervisor", kind, {})
        assert narrowest_for(kind, {}) == "supervisor"
    assert not may_write("officer", "checklist.approved", {})
    assert not may_write("legal_reviewer", "item.answered", {})


@given(st.sampled_from(ROLES), WRITES)
def test_the_hub_takes_exactly_what_comes_before_the_first_entry_that_the_role_may_not_write(role, writes):
    chain = Chain().add(1, "log.started", {"device": "houye-01", "unit": "houye", "role": role})
    for kind, fields in writes:
        chain.add(1, kind, fields)
    allowed = list(itertools.takewhile(lambda write: may_write(role, *write), writes))
    listed = Listed("houye-01", chain.public_key, role_dates([Word(0, role)]))
    intake = prove(chain.lines, "houye-01", {"houye-01": listed}.get)
    assert len(intake.runs["houye-01"].rows) == 1 + len(allowed)
    if len(allowed) == len(writes):
        assert not intake.refused
    else:
        (refused,) = intake.refused
        assert (refused.log, refused.seq) == ("houye-01", 2 + len(allowed))
        assert f"第 {refused.seq} 条" in refused.why
        assert "fieldlog office role houye-01" in refused.why


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(ROLES), st.none() | st.integers(0, 9)), min_size=1))
def test_of_the_offices_words_the_last_one_that_speaks_of_a_moment_counts(said):
    words = [Word(T0 + since, role, None if until is None else T0 + until) for since, role, until in said]
    dates = role_dates(words)
    assert dates.given == {word.role for word in words}
    for moment in range(T0, T0 + 11):
        speaking = [word for word in words[1:] if word.since <= moment and (word.until is None or moment < word.until)]
        assert dates.at(moment) == (speaking or words[:1])[-1].role


@given(st.data())
def test_a_judge_asks_the_role_of_each_entrys_moment_and_takes_nothing_after_a_revocation(data):
    words = [
        Word(T0, "supervisor"),
        *data.draw(st.lists(st.builds(Word, st.integers(T0, T0 + 9), st.sampled_from(ROLES)))),
    ]
    dates, revoked = role_dates(words), data.draw(st.none() | st.integers(T0, T0 + 9))
    judge = Judge("houye-01", dates, revoked)
    moments = sorted(data.draw(st.lists(st.integers(T0 - 2, T0 + 12))))
    for seq, moment in enumerate(moments, 1):
        kind = data.draw(KINDS)
        why = judge.objection(seq, f"{moment:012x}00ff", kind, {})
        shut_out = revoked is not None and moment > revoked
        assert bool(why) == (shut_out or not may_write(dates.at(moment), kind, {}))


def test_a_narrower_role_counts_from_now_and_a_wider_one_from_what_the_office_holds():
    assert since_when("supervisor", "officer", 5, 9) == 10
    assert since_when("officer", "supervisor", 5, 9) == 5
    assert since_when("viewer", "officer", 0, 9) == 0


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory):
    with HubProcess(tmp_path_factory.mktemp("hub")) as hub:
        yield hub


@pytest.mark.parametrize("role", ROLES)
def test_a_real_hub_stops_at_what_the_role_may_not_write_and_goes_on_once_the_office_put_it_right(hub, tmp_path, role):
    unit = f"u-{role.replace('_', '-')}"
    doc = "01JDEF00000000000000000009"
    drafts = [
        Draft("zhang", doc, bodies.ChecklistWithdrawn(digest="0" * 64, reason="撤")),
        Draft("zhang", doc, bodies.ItemNoted(note="现场")),
        Draft("zhang", doc, bodies.HazardClosed(reason=bodies.ClosingReason.RECTIFIED, on="2026-11-24")),
        Draft("zhang", doc, bodies.ChecklistApproved(digest="0" * 64)),
    ]
    may = {"viewer": 0, "auditor": 0, "legal_reviewer": 1, "officer": 2, "supervisor": 4}[role]
    with laptop(tmp_path, "houye-01", unit, role) as book:
        for draft in drafts[:may]:
            book.write_all([draft])
        for draft in drafts[may:]:
            with pytest.raises(Refused, match="fieldlog office role houye-01"):
                book.write_all([draft])
        with as_another_program(book):
            for draft in drafts[may:]:
                book.write_all([draft])
        first = sync_http(book, hub.url, hub.code(unit, role))
        assert book.device.role == role
        assert first.heads["houye-01"].seq == (6 if may == 4 else 1 + may)
        assert [each.seq for each in first.refused] == ([] if may == 4 else [2 + may])
        hub.parts.enrolment.roster.give(unit, "houye-01", "supervisor")
        again = sync_http(book, hub.url)
        assert not again.refused
        assert again.heads == book.heads()
        assert book.device.role == "supervisor"


@pytest.mark.parametrize("log", ["houye-01", "houye-77"])
def test_a_log_starts_with_its_first_entry_and_never_again(log):
    start = {"device": log, "unit": "houye", "role": "officer"}
    chain = Chain(log).add(1, "log.started", start).add(2).add(1, "log.started", {**start, "public_key": "ab" * 32})
    listed = Listed(log, chain.public_key, role_dates([Word(0, "officer")]))
    intake = prove(chain.lines, log, {log: listed}.get)
    (refused,) = intake.refused
    assert (len(intake.runs[log].rows), refused.log, refused.seq) == (3, log, 4)
    assert "只有第 1 条" in refused.why
    vetting = Vetting(Roster("houye", 0, {"houye-01": Listed("houye-01", chain.public_key)}), "own", entries_too=True)
    first, *_, late = map(parse_entry, chain.lines)
    vetting.check(first)
    with pytest.raises(FoundWrong, match="只有第 1 条"):
        vetting.check(late)
