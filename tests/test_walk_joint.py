"""综合查一次: several lists walked as one, a shared question asked once and answered in each."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from township import Township
from walking import ALL_LISTS, answers, keys, open_visit, shown, state, walk, walking

from fieldlog.actions import lookup
from fieldlog.domain.checklist_parts import Section
from fieldlog.domain.reference import reference
from fieldlog.domain.walk import plan_walk


async def test_a_shared_question_is_asked_once_and_answered_in_each_list(township: Township):
    doc = open_visit(township, "dianpu", "fangxian")
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        assert "0/5" in shown(pilot)
        await pilot.press(*keys("1 1"))
        assert answers(township, doc) == {"dianpu-1": "符合", "dianpu-2": "符合", "fangxian-1": "符合"}
        assert "2/5" in shown(pilot)
        await pilot.press("full_stop")
        assert answers(township, doc) == {"dianpu-1": "符合"}
        assert walk(pilot).list.question.item.id == "dianpu-2"
        await pilot.press("full_stop")
        assert answers(township, doc) == {}


async def test_one_fact_is_one_hazard(township: Township):
    doc = open_visit(township, "dianpu", "fangxian")
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys("1 2 1"))
        visit = state(township, doc)
        hazards = [row for row in township.book.rows("hazards") if row["inspection"] == doc]
        assert len(hazards) == 1
        assert visit.hazards["fangxian-1"] == visit.hazards["dianpu-2"] == hazards[0]["doc"]
        assert not visit.is_lacking("fangxian-1")
        await pilot.press(*keys("up 1"))
        assert lookup.hazard(township.book, hazards[0]["doc"]).state == "已作废"
        assert answers(township, doc)["fangxian-1"] == "符合"
        await pilot.press("full_stop")
        assert lookup.hazard(township.book, hazards[0]["doc"]).is_open


def nths(section: Section, fridges: int) -> Sequence[int]:
    """Which of a section's things are asked about: 0 if it is not repeated, one of those that nobody counted."""
    if section.repeat is None:
        return [0]
    return range(1, fridges + 1) if section.repeat.name == "冷藏柜" else [1]


@given(
    st.lists(st.sampled_from(sorted(ALL_LISTS)), unique=True),
    st.frozensets(st.sampled_from(["有冷库", "有加工", "有凉菜"])),
    st.integers(1, 3),
)
def test_every_applicable_item_is_asked_exactly_once(names: list[str], features: frozenset[str], fridges: int):
    lists = [ALL_LISTS[name] for name in names]
    plan = plan_walk(lists, features, {"冷藏柜": [f"柜{n}" for n in range(fridges)]})
    asked = [ref for question in plan.questions for ref in (question.ref, *question.twins)]
    assert sorted(asked) == sorted(
        reference(item.id, nth)
        for each in lists
        for section, items in each.walked(features)
        for item in items
        for nth in nths(section, fridges)
    )
    assert list(plan.items) == asked
    shared = [item.shared for question in plan.questions for _list, item in question.asked[:1] if item.shared]
    assert len(shared) == len(set(shared))
    assert [question.number for question in plan.questions] == list(range(1, len(plan.questions) + 1))
    assert all(plan.of(item) is not None for item in asked)
    for index, stretch in enumerate(plan.sections):
        assert all(plan.questions[place].section == index for place in stretch.questions)
