"""Scores of scored lists: arithmetic, and where they are told."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from command import fieldlog, record, unit_copy
from hypothesis import given
from hypothesis import strategies as st
from test_begin_visit import keep_local
from township import Township
from walking import FIT, item, keys, open_visit, shown, walking

from fieldlog.book.book import Book
from fieldlog.domain.bodies import ItemAnswered, PremisesRegistered, Value
from fieldlog.domain.checklist import Checklist
from fieldlog.domain.score import Score, scores
from fieldlog.domain.walk import plan_walk

COLD = frozenset({"有加工", "有凉菜"})


def scored(answers: dict[str, tuple[str, int | None] | str], fridges: int = 1, **scoring: Any) -> Score | None:
    checklist = FIT.model_copy(update={"scoring": FIT.scoring.model_copy(update=scoring)}) if FIT.scoring else FIT
    walk = plan_walk([checklist], COLD, {"冷藏柜": [f"柜{n}" for n in range(fridges)]})
    given = {
        ref: ItemAnswered(item=ref, value=Value(each[0]), finding=each[1], text="x")
        for ref, each in ((ref, (each, None) if isinstance(each, str) else each) for ref, each in answers.items())
    }
    found = scores(walk, given.get)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("answers", "points", "grade"),
    [
        ({"canting-1": "符合"}, "100.0", "A"),
        ({"canting-1": "符合", "canting-2": "不符合"}, "50.0", "C"),
        ({"canting-1": "符合", "canting-2": "不适用"}, "100.0", "A"),
        ({"canting-1": "符合", "canting-2": "待定"}, "100.0", "A"),
        ({"canting-1": "符合", "canting-4@1": ("不符合", 1)}, "50.0", "C"),
        ({"canting-1": "符合", "canting-4@1": ("不符合", 2)}, "87.5", "B"),
        ({"canting-1": "符合", "canting-2": "符合", "canting-4@1": ("不符合", None)}, "66.7", "B"),
        ({"canting-1": "符合", "canting-4@1": "符合", "canting-4@2": ("不符合", 2)}, "87.5", "B"),
        ({"canting-1": "符合", "canting-4@1": ("不符合", 1), "canting-4@2": ("不符合", 2)}, "50.0", "C"),
        ({"canting-1": "符合", "canting-4@1": "不适用", "canting-4@2": "符合"}, "100.0", "A"),
        ({"canting-1": "符合", "canting-3": "不符合"}, "50.0", "C"),
        ({"canting-1": "不符合", "canting-2": "符合", "canting-4@1": "符合", "canting-3": "符合"}, "75.0", "B"),
    ],
)
def test_what_answers_come_to(answers: dict[str, Any], points: str, grade: str):
    found = scored(answers, fridges=2)
    assert found is not None
    assert (found.points, found.grade) == (points, grade)


def test_a_finding_costs_by_its_words_where_its_number_is_another_ones_now():
    walk = plan_walk([FIT], COLD, {"冷藏柜": ["柜"]})
    item = walk.items["canting-4@1"][1]
    given = {
        "canting-1": ItemAnswered(item="canting-1", value=Value.PASS),
        "canting-4@1": ItemAnswered(item="canting-4@1", value=Value.FAIL, finding=1, text=item.findings[1].text),
    }
    assert [each.points for each in scores(walk, given.get)] == ["87.5"]


def test_a_veto_gives_the_lowest_grade_whatever_the_points():
    found = scored({"canting-1": "符合", "canting-2": "符合", "canting-3": "不符合"}, full="1000")
    assert found is not None
    assert (found.points, found.grade, found.vetoed) == ("666.7", "C", ("canting-3",))


@pytest.mark.parametrize("answers", [{}, {"canting-1": "不适用"}, {"canting-5@1": "符合"}])
def test_nothing_to_score_is_no_score(answers: dict[str, Any]):
    assert scored(answers) is None


def test_a_list_without_scoring_has_none():
    plain = FIT.model_copy(update={"scoring": None})
    assert scores(plan_walk([plain], COLD), {"canting-1": ItemAnswered(item="canting-1", value=Value.PASS)}.get) == ()


@given(
    st.lists(st.tuples(st.integers(1, 99), st.booleans()), min_size=1, max_size=12), st.sampled_from(["100", "33.3"])
)
def test_it_is_the_fraction_rounded_half_up(parts: list[tuple[int, bool]], full: str):
    items = [item("fen", n, points=f"{tenths // 10}.{tenths % 10}") for n, (tenths, _good) in enumerate(parts, 1)]
    checklist = Checklist.model_validate(
        {
            "id": "fen", "title": "分", "version": "2026.1", "area": "消防", "competence": "练习用",
            "scoring": {"full": full}, "sections": [{"title": "一", "items": items}],
        }
    )  # fmt: skip
    given = {
        f"fen-{n}": ItemAnswered(item=f"fen-{n}", value=Value.PASS if good else Value.FAIL)
        for n, (_tenths, good) in enumerate(parts, 1)
    }
    (found,) = scores(plan_walk([checklist], frozenset()), given.get)
    exact = Fraction(full) * sum(tenths for tenths, good in parts if good) / sum(tenths for tenths, _good in parts)
    assert Fraction(found.points) - Fraction(1, 20) <= exact < Fraction(found.points) + Fraction(1, 20)


async def test_it_is_told_in_the_walk_at_the_end_and_afterwards(township: Township):
    doc = open_visit(township, "canting", features=["有加工", "有凉菜"])
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        assert "分 A" not in shown(pilot)
        await pilot.press("1")
        assert "100.0 分 A" in shown(pilot)
        await pilot.press(*keys("2 1"))
        assert "50.0 分 C（否决）" in shown(pilot)
        await pilot.press("f10")
        await pilot.pause()
        assert "餐厅检查 50.0 分 C（否决），满分 100" in shown(pilot)
        pilot.app.screen._list.move_to("score:canting")
        await pilot.press("enter")
        await pilot.pause()
        assert pilot.app.screen.list.question.ref == "canting-3"


def test_programs_read_it(tmp_path: Path):
    data = unit_copy(tmp_path / "data")
    with Book.open(data) as book:
        officers = [row["id"] for row in book.rows("officers")][:2]
        place = book.new_id()
        book.write(officers[0], place, PremisesRegistered(name="某餐馆", kind="小餐馆"))
        keep_local(Township(book, book.now, officers, place), FIT)
    opened, _plain = record(
        data,
        {"do": "open", "premises": place, "lists": ["canting"], "officers": officers},
        {"do": "open", "premises": place, "lists": ["xiaofang"], "officers": officers},
    )
    record(
        data,
        {"do": "answer", "doc": opened["doc"], "item": "canting-1", "value": "符合"},
        {"do": "answer", "doc": opened["doc"], "item": "canting-4", "value": "不符合", "finding": 2},
    )
    rows = {row["doc"]: row for row in fieldlog("inspections", "--json", data=data).rows}
    assert (rows[opened["doc"]]["score"], rows[opened["doc"]]["grade"]) == ("87.5", "B")
    assert [(row["score"], row["grade"]) for doc, row in rows.items() if doc != opened["doc"]] == [(None, None)]
