"""综合查一次 with the shipped lists: how many keys a visit takes, and the mapping that lets it ask once."""

import json
from pathlib import Path

import pytest
from command import fieldlog
from test_begin_visit import at_home, press
from township import Township
from walking import ALL_LISTS, answers, item, practice, walk

from fieldlog.actions import registers, visit_closing, visit_opening
from fieldlog.domain.checklist import Checklist
from fieldlog.domain.sharing import shared_questions
from fieldlog.domain.walk import plan_walk
from fieldlog.library import load_library
from fieldlog.tui.screens.walk import WalkScreen

THREE = ("shipin-jingying", "xiaofang", "yehuaqi")
MOST_BESIDE_ANSWERS = 8
"""Keys from the home screen to the last answer that are no answers."""


async def test_three_lists_take_a_key_for_each_question_and_few_beside(township: Township):
    """A shop that was visited before, three lists, everything complies."""
    registers.change_premises(township.book, township.by, township.shop, kind="超市", features=("有燃气",))
    township.book.be(township.by)
    library = load_library(township.book.folder / "checklists")
    before = visit_opening.open_inspection(
        township.book, library, township.by, premises=township.shop, lists=["xiaofang"], officers=township.officers[:2]
    )
    visit_closing.void(township.book, township.by, before.doc, "练习")
    titles = [library[each].title for each in THREE]
    async with at_home(township).run_test(size=(80, 24)) as pilot:
        await press(pilot, "1 enter")
        begin = pilot.app.screen
        lines = [line for line in begin._list.rows if line.group == "lists" and line.value]
        wanted = [str(n) for n, line in enumerate(lines, 1) if (line.word in titles) is not begin._holds(line)]
        beside = ["1", "enter", *wanted, "enter"]
        await press(pilot, " ".join([*wanted, "enter"]))
        screen = pilot.app.screen
        assert isinstance(screen, WalkScreen)
        assert {used.id for used in screen.visit.opened.lists} == set(THREE)
        questions = len(screen.visit.walk.questions)
        assert questions < len(screen.visit.walk.items), "shared questions are asked once"
        await pilot.press(*["1"] * questions)
        await pilot.pause()
        assert walk(pilot).visit.tally.done == questions
        doc = screen.visit.doc
    assert len(beside) + questions <= questions + MOST_BESIDE_ANSWERS
    row = township.book.row("inspections", doc)
    assert row is not None
    assert row["answered"] == row["items"] == len(answers(township, doc))


def test_every_shared_question_of_the_shipped_lists_can_be_asked_once(tmp_path: Path):
    ran = fieldlog("checklist", "shared", "--json", data=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert len(ran.rows) > 20
    for row in ran.rows:
        assert set(row) == {"key", "text", "condition", "items", "problems"}
        assert len({each["list"] for each in row["items"]}) > 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"text": "灭火器好"}, "内容不一样"),
        ({"condition": "有燃气"}, "条件不一样：dianpu-2 没有条件，fangxian-1 有燃气"),
        ({"shared": "other-key"}, "extinguishers-good 只在 dianpu-2 里有"),
    ],
)
def test_a_question_that_cannot_be_asked_once_is_told(change: dict[str, str], told: str):
    fire = json.loads(ALL_LISTS["fangxian"].model_dump_json(exclude_defaults=True))
    fire["features"] = [{"id": "有燃气", "question": "有燃气吗？"}]
    fire["sections"][0]["items"][0] |= change
    found = shared_questions([ALL_LISTS["dianpu"], Checklist.model_validate(fire)])
    assert any(told in problem for question in found for problem in question.problems())


def test_a_condition_of_the_section_counts_like_the_item_s_own():
    lists: list[Checklist] = []
    for list_id, in_section in (("dianpu", True), ("fangxian", False)):
        content = json.loads(ALL_LISTS[list_id].model_dump_json(exclude_defaults=True))
        content["features"] = [{"id": "有燃气", "question": "有燃气吗？"}]
        for section in content["sections"]:
            for each in section["items"]:
                if "shared" in each:
                    (section if in_section else each)["condition"] = "有燃气"
        lists.append(Checklist.model_validate(content))
    (question,) = shared_questions(lists)
    assert (question.condition, list(question.problems())) == ("有燃气", [])


def test_the_command_ends_with_one_where_something_is_wrong(tmp_path: Path):
    folder = tmp_path / "checklists"
    folder.mkdir()
    library = load_library()
    own = library.files["yehuaqi"].read_text(encoding="utf-8").replace("shared: extinguishers-good", "shared: alone")
    (folder / "yehuaqi.yaml").write_text(own, encoding="utf-8")
    ran = fieldlog("checklist", "shared", data=tmp_path)
    assert ran.code == 1
    assert "alone 只在 yehuaqi-" in ran.err


MEASURED = {"label": "灭火器数量", "unit": "具", "min": "2"}


def test_of_equal_items_that_share_a_question_the_one_with_a_measure_leads():
    text = {"text": "灭火器够数", "shared": "enough"}
    plain = practice("jia", "甲", {"门口": [item("jia", 1, **text)]})
    measured = practice("yi", "乙", {"门口": [item("yi", 1, **text, measure=MEASURED)]})
    (question,) = plan_walk([plain, measured], frozenset()).questions
    assert (question.ref, question.twins) == ("yi-1", ("jia-1",))
    (shared,) = shared_questions([plain, measured])
    assert not list(shared.problems())
    other = practice("bing", "丙", {"门口": [item("bing", 1, **text, measure={**MEASURED, "min": "4"})]})
    (shared,) = shared_questions([plain, measured, other])
    assert ["实测范围不一样：yi-1、bing-1" in why for why in shared.problems()] == [True]
