"""Beginning a visit by keys from the home screen: which features are asked for, and that they are remembered."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot
from township import Township
from walking import FIT, GATE, keys, shown

from fieldlog.actions import registers, visit_closing, visit_opening
from fieldlog.domain.checklist import Checklist, Suits
from fieldlog.domain.condition import asked_features, both, holds, true_features
from fieldlog.tui.app import FieldlogApp
from fieldlog.tui.screens.today import TodayScreen
from fieldlog.tui.screens.walk import WalkScreen

KIND = "练习店"


def keep_local(township: Township, *lists: Checklist) -> None:
    """Put the lists among the office's own, suited to the shop."""
    folder = township.book.folder / "checklists"
    folder.mkdir(exist_ok=True)
    for each in lists:
        suited = each.model_copy(update={"applies_to": Suits(kinds=(KIND,))})
        content = yaml.safe_dump(suited.recorded(), allow_unicode=True, sort_keys=False)
        (folder / f"{each.id}.yaml").write_text(content, encoding="utf-8")
    registers.change_premises(township.book, township.by, township.shop, kind=KIND)
    township.book.be(township.by)


def at_home(township: Township) -> FieldlogApp:
    return FieldlogApp(lambda: TodayScreen(township.book), now=township.clock, environ={})


async def press(pilot: Pilot[None], sequence: str) -> None:
    for key in keys(sequence):
        await pilot.press(key)
        await pilot.pause()


def features(township: Township) -> list[str]:
    return list(township.book.row("premises", township.shop)["features"])


async def test_a_feature_is_asked_for_where_its_condition_holds_and_kept_for_the_next_visit(township: Township):
    keep_local(township, FIT, GATE)
    async with at_home(township).run_test(size=(80, 24)) as pilot:
        await press(pilot, "1 enter")
        assert "现场加工吗" in shown(pilot)
        assert "做凉菜吗" not in shown(pilot), "nothing is cooked here so far"
        await press(pilot, "1")
        assert "做凉菜吗" in shown(pilot)
        await press(pilot, "tab 2")
        assert "6 项，张某甲" in shown(pilot)
        await press(pilot, "tab tab tab 2")
        assert "7 项，张某甲" in shown(pilot)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, WalkScreen)
    assert features(township) == ["有凉菜", "有加工"]


async def test_an_all_default_begin_of_a_known_shop_is_four_keys(township: Township):
    keep_local(township, FIT, GATE)
    visit_opening.open_inspection(
        township.book, {"canting": FIT}, township.by, premises=township.shop, lists=["canting"],
        officers=township.officers[:2], features=["有加工", "有凉菜"],
    )  # fmt: skip
    assert features(township) == ["有加工", "有凉菜"]
    for row in list(township.book.rows("inspections")):
        visit_closing.void(township.book, township.by, row["doc"], "练习")
    async with at_home(township).run_test(size=(80, 24)) as pilot:
        await press(pilot, "1 down 1 enter")
        screen = pilot.app.screen
        assert isinstance(screen, WalkScreen)
        assert set(screen.visit.opened.features) == {"有加工", "有凉菜"}
        assert {used.id for used in screen.visit.opened.lists} == {"canting", "menkou"}


def test_what_is_said_of_features_is_remembered_and_what_nobody_asked_about_stays(township: Township):
    registers.change_premises(township.book, township.by, township.shop, features=("有地下室", "有加工", "有凉菜"))

    def visit(*said: str) -> tuple[str, ...]:
        doc = visit_opening.open_inspection(
            township.book, {"canting": FIT}, township.by, premises=township.shop, lists=["canting"],
            officers=township.officers[:2], features=said,
        ).doc  # fmt: skip
        return township.book.document(doc).opened.features

    assert visit("有凉菜") == (), "cold dishes where nothing is prepared are none"
    assert features(township) == ["有地下室"]
    assert visit("有加工") == ("有加工",)
    assert features(township) == ["有地下室", "有加工"]


@pytest.mark.parametrize(
    ("ticked", "true", "asked"),
    [
        ({"乙"}, set(), {"甲", "丙"}),
        ({"甲", "乙"}, {"甲", "乙"}, {"甲", "乙"}),
        ({"乙", "丙"}, {"丙"}, {"甲", "丙"}),
        ({"甲", "乙", "丙"}, {"甲", "乙"}, {"甲", "乙"}),
    ],
)
def test_conditions_of_features_follow_one_another(ticked: set[str], true: set[str], asked: set[str]):
    conditions = {"甲": [None], "乙": ["甲"], "丙": ["非 乙"]}
    assert true_features(conditions, frozenset(ticked)) == true
    assert set(asked_features(conditions, frozenset(ticked))) == asked


def test_two_lists_that_ask_for_a_feature_differently_ask_where_either_does():
    assert true_features({"乙": ["甲", None], "甲": ["乙"]}, frozenset({"甲", "乙"})) == {"甲", "乙"}
    assert asked_features({"乙": ["甲"], "甲": ["乙"]}, frozenset({"甲", "乙"})) == (), "each waits for the other"


conditions = st.sampled_from(["甲", "非 甲", "甲 且 乙", "甲 或 乙", "非 乙 或 丙 且 甲", None])


@given(conditions, conditions, st.frozensets(st.sampled_from("甲乙丙")))
def test_both_holds_where_both_hold(one: str | None, other: str | None, there: frozenset[str]):
    assert holds(both(one, other), there) == (holds(one, there) and holds(other, there))
