"""What ships: the lists themselves, held to what an officer and a court may expect of them."""

import re

import pytest

from fieldlog.domain.checklist import Checklist
from fieldlog.domain.checklist_parts import Item
from fieldlog.domain.condition import named
from fieldlog.library import lint, load_library, shipped_folder

LISTS = list(load_library().values())
ITEMS = [item for checklist in LISTS for item in checklist.items()]
ASKED_WHERE = {
    item.id: frozenset({section.condition, item.condition} - {None})
    for checklist in LISTS
    for section in checklist.sections
    for item in section.items
}
"""What must hold for an item to be asked: its own condition and its section's."""
FOOD_LAW_AMENDED = {33, 34, 81, 123, 124, 125, 126, 132}
"""Articles of 食品安全法 changed on 2025-09-12; their new text has not been read."""


def test_the_shipped_lists_lint_clean():
    assert [str(problem) for problem in lint([shipped_folder()]).problems] == []


@pytest.mark.parametrize("checklist", LISTS, ids=[checklist.id for checklist in LISTS])
def test_a_list_is_enough_for_a_real_visit(checklist: Checklist):
    assert len(checklist.items()) >= 12
    assert len(checklist.sections) >= 4


@pytest.mark.parametrize("checklist", LISTS, ids=[checklist.id for checklist in LISTS])
def test_a_walk_says_where_it_goes(checklist: Checklist):
    """Lists of one visit are walked by place; stops on the road have none."""
    walked = checklist.sections if checklist.form == "walk" else ()
    assert [section.title for section in walked if section.place is None] == []


def test_a_verified_citation_names_its_article():
    for item in ITEMS:
        for citation in (*item.basis, *item.penalty):
            if citation.verified:
                assert re.fullmatch(r"[一-龥]+#[1-9]\d*(\.[1-9]\d*){0,2}", str(citation)), (item.id, str(citation))


def test_nothing_amended_or_superseded_is_called_verified():
    doubtful = {"重庆市安全生产条例", "重庆市消防条例", "危险化学品安全管理条例", "药品管理法实施条例"}
    for item in ITEMS:
        for citation in (*item.basis, *item.penalty):
            if citation.verified:
                assert citation.law not in doubtful, item.id
                assert not (citation.law == "食品安全法" and citation.article in FOOD_LAW_AMENDED), item.id


def test_a_standard_is_never_called_verified():
    """No standard's text has been read in its present form; the word is 待核 until somebody has."""
    assert not [item.id for item in ITEMS if item.standard is not None and item.standard.verified]


def test_no_finding_states_a_quantity_that_nobody_observed():
    counted = r"[盒名瓶箱℃度具人次笔件袋包支台辆户克吨米张罐桶条批元个天周年月家处层]"
    for item in ITEMS:
        for finding in item.findings:
            assert not re.search(r"\d|[两二三四五六七八九十]" + counted, finding.text), (item.id, finding.text)


def test_no_finding_names_what_stands_only_in_a_law():
    """One digit accepts it, so it must be a plain fact: no 涉嫌, no 等等, no unfinished blank."""
    for item in ITEMS:
        for finding in item.findings:
            assert not re.search(r"涉嫌|等等|_|…|XX|××|某", finding.text), (item.id, finding.text)


def test_a_family_that_gives_a_banquet_is_never_fined():
    """Only the paid cooks answer to 摊贩条例; what is asked of the family has no penalty."""
    banquet = load_library()["nongcun-yanxi"]
    family, cooks = banquet.applicable(frozenset({"有燃气", "百人以上"})), banquet.applicable(frozenset({"请厨师班"}))
    assert [item.id for item in family if item.penalty] == []
    assert [item for item in cooks if item.penalty]


def test_at_a_stop_nothing_is_fined_by_the_township():
    """Every penalty, even a warning, belongs to the police: a stop is recorded, not made a hazard."""
    stops = load_library()["daolu-jiaotong"]
    assert {item.level for item in stops.items()} == {None}
    measures = [finding.measure for item in stops.items() for finding in item.findings]
    assert [measure for measure in measures if re.search("罚|警告|扣|检测酒精", measure)] == []


def test_food_and_drugs_have_no_major_hazard():
    assert not [item.id for c in LISTS if c.area == "食品药品" for item in c.items() if item.level == "重大"]


BANS = [
    "没有人居住", "没有违规住人", "没有床铺", "没有使用明火", "没有人吸烟", "不在地下室", "没有违规存放、使用易燃易爆",
    "地下室没有生产", "没有用可燃芯材彩钢板", "禁止零售的药品", "没有和汽油", "没有在住家", "内没有宿舍",
    "没有亚硝酸盐", "非食用物质", "鼠药、农药", "野生菌",
    "没有放在地下室、半地下室", "没有另外存瓶", "没有瓶对瓶倒气", "没有擅自加层", "没有用木板",
]  # fmt: skip


@pytest.mark.parametrize("ban", BANS)
def test_a_ban_is_never_switched_off(ban: str):
    """A shop that hides what is forbidden would also say no at the start."""
    banned = [item for item in ITEMS if ban in item.text and not item.text.startswith("人员密集场所")]
    assert banned
    assert [item.id for item in banned if ASKED_WHERE[item.id]] == []


def test_temperatures_and_distances_are_read_off_and_typed():
    measured = {item.id: item.measure for item in ITEMS if item.measure is not None}
    assert {m.unit for m in measured.values()} >= {"℃", "米", "具"}
    for item in ITEMS:
        if re.search("温度|温湿度|冷藏柜|冷冻柜", item.text) and "记录" not in item.text.replace("有记录", ""):
            assert item.measure is not None, item.id


def test_a_limit_that_no_law_gives_rests_on_something_unverified():
    for item in ITEMS:
        if item.measure is not None and (item.measure.min or item.measure.max):
            assert any(not citation.verified for citation in item.basis), item.id
            assert item.note and "待核" in item.note, item.id


def test_a_question_shared_by_lists_is_the_same_question():
    shared: dict[str, list[Item]] = {}
    for item in ITEMS:
        if item.shared:
            shared.setdefault(item.shared, []).append(item)
    for key, items in shared.items():
        assert len(items) >= 2, key
        assert len({(item.text, ASKED_WHERE[item.id], item.findings) for item in items}) == 1, key


def test_a_restaurant_is_asked_once_for_what_food_and_fire_both_want():
    kitchen, fire, shop = (
        {item.shared for item in load_library()[name].items() if item.shared}
        for name in ("canyin", "xiaofang-jiuxiao", "shipin-jingying")
    )
    assert kitchen & fire >= {
        "exit-unlocked",
        "passage-free",
        "extinguishers-good",
        "wiring",
        "gas-alarm",
        "grease-duct",
    }
    assert kitchen & shop >= {"health-certificate", "supplier-papers", "food-self-check"}


def test_features_mean_the_same_in_every_list():
    questions: dict[str, set[str]] = {}
    for checklist in LISTS:
        for feature in checklist.features:
            questions.setdefault(feature.id, set()).add(feature.question)
    assert {name: asked for name, asked in questions.items() if len(asked) > 1} == {}


def test_every_feature_that_is_asked_switches_something():
    for checklist in LISTS:
        conditions = [item.condition for item in checklist.items()]
        conditions += [part.condition for part in (*checklist.sections, *checklist.features)]
        used = frozenset[str]().union(*map(named, conditions))
        assert [f.id for f in checklist.features if f.id not in used] == [], checklist.id


def test_statements_fit_the_screen_of_a_laptop():
    """40 and 60 Han characters are what a line of the walk and of the detail panel hold."""
    for item in ITEMS:
        assert len(item.text) <= 30, item.id
        assert len(item.how_to_check) <= 60, item.id
        assert all(len(finding.text) <= 30 for finding in item.findings), item.id


def test_a_default_deadline_is_one_of_its_findings():
    for item in ITEMS:
        assert item.deadline_days == max(finding.days for finding in item.findings), item.id


def test_a_hazard_that_no_clause_punishes_says_so():
    assert [item.id for item in ITEMS if item.level and not item.penalty and not item.note] == []
