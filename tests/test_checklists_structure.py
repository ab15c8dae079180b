"""The structure of a list that fits the visit: conditions, repeated sections, photos, points, places."""

from pathlib import Path

import pytest

from fieldlog.domain.checklist import Checklist
from fieldlog.domain.condition import holds
from fieldlog.library import check, lint

FIT = """\
id: fit
title: 量化分级
version: "2026.1"
area: 食品药品
competence: 县市场监管部门
scoring:
  full: 100
  grades:
    - {name: A, at_least: 90}
    - {name: B, at_least: 60}
features:
  - {id: 有加工, question: 现场加工吗？}
  - {id: 有凉菜, question: 做凉菜吗？, condition: 有加工}
  - {id: 有冷藏, question: 有冷藏柜吗？}
sections:
  - title: 操作间
    place: 加工操作间
    condition: 有加工
    items:
      - id: fit-1
        text: 凉菜在专间加工
        how_to_check: 看专间
        basis: [食品安全法#33.1.2]
        level: null
        deadline_days: 0
        condition: 有凉菜
        photo: fail
        points: 10
        veto: true
      - id: fit-2
        text: 地面没有积水
        how_to_check: 看地面
        basis: [食品安全法#33.1.1]
        level: 一般
        deadline_days: 0
        points: "2.5"
        findings:
          - {text: 地面积水, measure: 立即清理, days: 0, deduct: 1}
  - title: 冷藏柜
    repeat: {name: 冷藏柜}
    condition: 有冷藏 且 有加工 或 有冷藏
    items:
      - id: fit-3
        text: 冷藏温度符合要求
        how_to_check: 看温度计
        basis: [食品安全法#54.1]
        level: null
        deadline_days: 0
"""


def read(tmp_path: Path, text: str = FIT) -> Checklist:
    file = tmp_path / "fit.yaml"
    file.write_text(text, encoding="utf-8")
    checklist, problems = check(file)
    assert [str(problem) for problem in problems] == []
    assert checklist is not None
    return checklist


def wrong(tmp_path: Path, old: str, new: str) -> list[str]:
    assert FIT.count(old) >= 1
    file = tmp_path / "fit.yaml"
    file.write_text(FIT.replace(old, new), encoding="utf-8")
    return [str(problem) for problem in lint([file]).problems]


def ids(checklist: Checklist, *features: str) -> list[str]:
    return [item.id for item in checklist.applicable(frozenset(features))]


def test_features_switch_sections_and_items(tmp_path: Path):
    checklist = read(tmp_path)
    assert ids(checklist) == []
    assert ids(checklist, "有加工") == ["fit-2"]
    assert ids(checklist, "有加工", "有凉菜") == ["fit-1", "fit-2"]
    assert ids(checklist, "有冷藏") == ["fit-3"]


def test_a_feature_whose_own_condition_fails_is_not_there(tmp_path: Path):
    assert ids(read(tmp_path), "有凉菜") == []


@pytest.mark.parametrize(
    ("condition", "features", "expected"),
    [
        ("有甲", {"有甲"}, True),
        ("有甲", set(), False),
        ("非 有甲", set(), True),
        ("非 有甲", {"有甲"}, False),
        ("有甲 且 有乙", {"有甲"}, False),
        ("有甲 且 非 有乙", {"有甲"}, True),
        ("有甲 或 有乙", {"有乙"}, True),
        ("有甲 且 有乙 或 有丙", {"有丙"}, True),
        ("有甲 且 有乙 或 有丙", {"有甲"}, False),
        (None, set(), True),
    ],
)
def test_a_condition_means_what_it_says(condition: str | None, features: set[str], expected: bool):
    assert holds(condition, frozenset(features)) is expected


def test_what_is_recorded_reads_back_and_keeps_its_digest(tmp_path: Path):
    checklist = read(tmp_path)
    again = Checklist.model_validate(checklist.recorded())
    assert again == checklist
    assert again.digest() == checklist.digest()
    assert "photo" not in checklist.recorded()["sections"][1]["items"][0]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "condition: 有加工\n    items",
            "condition: 有烟囱\n    items",
            "fit.yaml 第 18 行：条件“有烟囱”不在 features 里",
        ),
        ("condition: 有凉菜\n", "condition: 有烟囱\n", "fit-1 的条件“有烟囱”不在 features 里"),
        ("有冷藏 且 有加工 或 有冷藏", "有冷藏 且", "写法不对"),
        ("有冷藏 且 有加工 或 有冷藏", "有冷藏 有加工", "写法不对"),
        ("condition: 有加工}", "condition: 有烟囱}", "“有凉菜”的条件“有烟囱”不在 features 里"),
        ("condition: 有加工}", "condition: 有凉菜}", "绕了一圈又回到它自己"),
        ("question: 现场加工吗？}", "question: 现场加工吗？, condition: 非 有凉菜}", "绕了一圈又回到它自己"),
        ("at_least: 60", "at_least: 95", "从高到低排"),
        ("at_least: 90", "at_least: 900", "超过满分"),
        ("points: 10", "points: 一十", "应是分值"),
        ("photo: fail", "photo: maybe", "只能是"),
        ("place: 加工操作间", "place: 屋顶", "只能是 外围"),
        ("{name: 冷藏柜}", "{name: 冷藏柜, most: 1}", "不能小于 2"),
        ("id: fit-3", "id: fit-3\n        shared: cold", "不能同别的清单共用"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, told: str):
    found = wrong(tmp_path, old, new)
    assert any(told in each for each in found), found
    assert all("fit.yaml 第 " in each and "\n" not in each for each in found)
