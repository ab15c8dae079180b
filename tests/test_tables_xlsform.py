"""The common part of XLSForm arrives as a checklist; the rest is told row by row."""

import pytest
from checktables import workbook
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldlog.tables import read_tables
from fieldlog.tables.relevance import NotCovered, condition, limits

CHOICES = [
    ["list_name", "name", "label::中文"],
    *(["yes_no", "yes", "是"], ["yes_no", "no", "否"], ["kind", "a", "超市"], ["kind", "b", "餐馆"]),
]
COLUMNS = [
    "type",
    "name",
    "label::中文",
    "label::English",
    "hint",
    "required",
    "relevant",
    "constraint",
    "repeat_count",
]


def form(tmp_path, *rows: list, columns=COLUMNS, title="气瓶间检查"):
    return read_tables(
        workbook(
            tmp_path / "form.xlsx",
            ("survey", [columns, *rows], ()),
            ("choices", CHOICES, ()),
            ("settings", [["form_title"], [title]], ()),
        ),
        "2026.1",
    )


def test_groups_repeats_conditions_measures_and_photos(tmp_path):
    read = form(
        tmp_path,
        ["start", "start"],
        ["select_one yes_no", "has_gas", "有燃气吗？", "Gas?"],
        ["begin group", "g", "燃气", None, None, None, "${has_gas} = 'yes'"],
        ["note", "n", "先关总阀再看"],
        ["select_one yes_no", "alarm", "是否安装燃气报警器", "Alarm?", "看吸顶探头", "yes"],
        ["image", "p", "拍照", None, None, None, "${alarm} = 'no'"],
        ["text", "why", "说明原因", None, None, None, "${alarm} = 'no'"],
        ["select_one yes_no", "sleep", "是否有人住在气瓶间"],
        ["end group"],
        ["begin repeat", "r", "每个冷藏柜", None, None, None, None, None, "8"],
        ["decimal", "t", "温度（℃）", None, "看温度计", None, None, ". >= 2 and . <= 8"],
        ["end repeat"],
        ["select_one kind", "k", "场所类型"],
        ["geopoint", "where", "定位"],
    )
    (listed,) = read.lists
    gas, fridge = listed.checklist.sections
    assert [(f.id, f.question) for f in listed.checklist.features] == [("有燃气", "有燃气吗？")]
    assert (gas.title, gas.condition) == ("燃气", "有燃气")
    assert [item.text for item in gas.items] == ["已安装燃气报警器", "没有人住在气瓶间"]
    assert gas.items[0].how_to_check == "看吸顶探头；先关总阀再看"
    assert gas.items[0].photo == "fail"
    assert fridge.repeat is not None
    assert (fridge.repeat.name, fridge.repeat.most) == ("冷藏柜", 8)
    (temperature,) = fridge.items
    assert temperature.measure is not None
    assert (temperature.measure.unit, temperature.measure.min, temperature.measure.max) == ("℃", "2", "8")
    assert {problem.row for problem in read.problems if "依据" not in problem.why} == {8, 14, 15}
    assert all(problem.sheet == "survey" for problem in read.problems)


def test_nested_groups_and_a_relevant_that_a_condition_cannot_say(tmp_path):
    read = form(
        tmp_path,
        ["select_one yes_no", "a", "有住宿"],
        ["select_one yes_no", "b", "有地下室"],
        ["integer", "n", "人数（人）"],
        ["begin group", "g", "消防", None, None, None, "${a} = 'yes' or ${b} = 'yes'"],
        ["begin group", "h", "疏散", None, None, None, "not(${b} = 'no')"],
        ["select_one yes_no", "q", "安全出口是否畅通", None, None, None, "${n} > 5"],
        ["end group"],
        ["end group"],
    )
    (listed,) = read.lists
    assert listed.checklist.sections[-1].title == "消防 / 疏散"
    assert listed.checklist.sections[-1].condition == "有住宿 且 有地下室 或 有地下室" or (
        listed.checklist.sections[-1].condition == "有地下室"
    )
    assert any(problem.row == 7 and problem.column == "G" for problem in read.problems)


def test_mistakes_are_told_by_row(tmp_path):
    read = form(
        tmp_path,
        ["select_one yes_no", "a", "通道畅通"],
        ["end group"],
        [None, "x", "没有类型"],
        ["select_one missing", "y", "选什么"],
        ["decimal", "z", "温度"],
        ["image", "i", "照片"],
        ["begin group", "g", "没完"],
        ["decimal", "t", "温度（℃）", None, None, None, None, ". >= 8 and . <= 2"],
    )
    assert {problem.row for problem in read.problems} >= {3, 4, 5, 6, 8, 9}


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("${a} = 'yes'", "甲"),
        ("${a} = 'no'", "非 甲"),
        ("${a} != 'yes' and ${b}='yes'", "乙 且 非 甲"),
        ("(${a} = 'yes' or ${b} = 'yes') and ${c} = 'yes'", "丙 且 甲 或 丙 且 乙"),
        ("not(${a} = 'yes' and ${b} = 'yes')", "非 乙 或 非 甲"),
        ("selected(${a}, 'yes')", "甲"),
    ],
)
def test_conditions(expression, says):
    names = {"a": "甲", "b": "乙", "c": "丙"}
    assert condition(expression, lambda name, value: (value == "yes", names[name])) == says


@pytest.mark.parametrize(
    "beyond", ["${a} > 3", "count(${a}) = 2", "${a} = ${b}", "", "((", "${a} = 'yes' or", "'x' = 'x'"]
)
def test_what_a_condition_cannot_say(beyond):
    def feature(name, value):
        if value.startswith("$"):
            raise NotCovered(value)
        return value == "yes", name

    with pytest.raises(NotCovered):
        condition(beyond, feature)


def test_limits():
    assert limits(". >= 2 and . <= 8", whole=False).low == "2"
    assert limits(".>0 and 10>=.", whole=True).low == "1"
    assert not limits(". < 5.5", whole=False).exact
    with pytest.raises(NotCovered):
        limits("regex(., 'a')", whole=False)


PIECES = st.sampled_from(
    ["${a}", "${b}", "=", "!=", "'yes'", "'no'", "and", "or", "not", "(", ")", "selected", ",", ">", "1", "甲", "''"]
)


@given(st.lists(PIECES, max_size=14))
@settings(max_examples=150, deadline=None)
def test_any_expression_is_a_condition_or_not_covered(pieces):
    try:
        condition(" ".join(pieces), lambda name, value: (value == "yes", name))
    except NotCovered as beyond:
        assert "\n" not in str(beyond)
