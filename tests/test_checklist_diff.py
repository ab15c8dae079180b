"""What differs between two versions of a list, and numbers that were given away twice."""

from pathlib import Path
from typing import Any

import yaml
from command import demo_copy, fieldlog
from walking import item, practice

from fieldlog.domain.checklist import Checklist
from fieldlog.domain.checklist_diff import diff
from fieldlog.domain.versions import next_version, version_key

SECTIONS: dict[str, list[dict[str, Any]]] = {
    "门口": [
        item("dianpu", 1, text="安全出口没有锁闭、封堵"),
        item("dianpu", 2, text="疏散指示标志完好"),
        item("dianpu", 3, text="门口没有停放电动自行车"),
    ],
    "店内": [item("dianpu", 4, text="灭火器压力正常"), item("dianpu", 5, text="消火栓没有被遮挡")],
}
OLD = practice("dianpu", "店铺检查", SECTIONS)


def changed(version: str = "2026.2", **sections: list[dict[str, Any]]) -> Checklist:
    made = practice("dianpu", "店铺检查", {**SECTIONS, **sections})
    return made.model_copy(update={"version": version})


def seen(old: Checklist, new: Checklist) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {each.id: (each.change.value, tuple(f.field for f in each.fields)) for each in diff(old, new).items}


def test_a_list_does_not_differ_from_itself():
    assert diff(OLD, OLD).same
    again = diff(OLD, OLD.model_copy(update={"version": "2026.2"}))
    assert again.same_content
    assert again.summary == "只有版本号不同"


def test_items_come_go_and_change_by_id():
    inside = [
        item("dianpu", 4, text="灭火器压力正常", level="一般", deadline_days=3),
        item("dianpu", 6, text="电线没有私拉乱接"),
    ]
    assert seen(OLD, changed(店内=inside)) == {
        "dianpu-4": ("修改", ("deadline_days",)),
        "dianpu-5": ("删去", ()),
        "dianpu-6": ("新增", ()),
    }


def test_an_item_in_another_section_or_at_another_place_has_moved():
    one, two, three = SECTIONS["门口"]
    assert seen(OLD, changed(门口=[two, three, one])) == {"dianpu-1": ("移动", ())}
    moved = changed(门口=[one, two], 店内=[*SECTIONS["店内"], three])
    assert seen(OLD, moved) == {"dianpu-3": ("移动", ("section",))}


def test_sections_that_come_go_move_or_get_a_condition_are_told():
    other = practice("dianpu", "店铺检查", {"店内": SECTIONS["店内"], "门前": SECTIONS["门口"]})
    assert [(each.old, each.new) for each in diff(OLD, other).sections] == [("门口", ""), ("", "门前")]
    turned = practice("dianpu", "店铺检查", {"店内": SECTIONS["店内"], "门口": SECTIONS["门口"]})
    assert [each.field for each in diff(OLD, turned).sections] == ["order"]


def test_other_words_are_a_change_and_another_statement_is_a_reused_number():
    reworded = [item("dianpu", 1, text="安全出口没有锁闭、封堵，能从里面打开"), *SECTIONS["门口"][1:]]
    assert not diff(OLD, changed(门口=reworded)).reused
    other = [item("dianpu", 1, text="员工知道怎样拨打火警电话", basis=["消防法#44.1"]), *SECTIONS["门口"][1:]]
    assert [each.id for each in diff(OLD, changed(门口=other)).reused] == ["dianpu-1"]


def test_two_numbers_that_were_exchanged_are_reused_numbers():
    texts = ("门口没有停放电动自行车", "安全出口没有锁闭、封堵")
    swapped = [
        item("dianpu", 1, text=texts[0]),
        SECTIONS["门口"][1],
        item("dianpu", 3, text=texts[1]),
    ]
    assert {each.id for each in diff(OLD, changed(门口=swapped)).reused} == {"dianpu-1", "dianpu-3"}


def test_an_offices_versions_never_meet_the_programs():
    assert next_version(["2026.1"], 2026, shadows_shipped=True) == "2026.101"
    assert next_version(["2026.1", "2026.101"], 2026, shadows_shipped=True) == "2026.102"
    assert next_version(["2027.3"], 2026, shadows_shipped=True) == "2027.101"
    assert next_version([], 2026, shadows_shipped=False) == "2026.1"
    assert next_version(["2026.9"], 2026, shadows_shipped=False) == "2026.10"
    assert version_key("2026.10") > version_key("2026.9")


# the command


def changed_file(folder: Path, **fields: Any) -> Path:
    """The shipped 消防 list with its first item changed."""
    source = Path(__file__).parent.parent / "checklists" / "xiaofang.yaml"
    content = yaml.safe_load(source.read_text(encoding="utf-8"))
    content["sections"][0]["items"][0].update(fields)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "xiaofang.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def test_the_command_compares_a_list_with_a_file_and_a_difference_is_no_failure(tmp_path: Path):
    file = changed_file(tmp_path, note="先看楼梯间")
    ran = fieldlog("checklist", "diff", "xiaofang", file)
    assert ran.code == 0
    assert "修改 1 项" in ran.out
    assert "提示：（无） 改为 先看楼梯间" in ran.out
    (row,) = fieldlog("checklist", "diff", "xiaofang", file, "--json").rows
    assert (row["what"], row["reused"]) == ("changed", False)
    assert row["fields"] == [{"field": "note", "old": "", "new": "先看楼梯间"}]


def test_a_version_that_visits_used_is_found_in_the_log(tmp_path: Path):
    data = demo_copy(tmp_path / "data")
    (used,) = {
        row["version"] for row in fieldlog("checklist", "list", "--json", data=data).rows if row["id"] == "xiaofang"
    }
    ran = fieldlog("checklist", "diff", f"xiaofang@{used}", "xiaofang", data=data)
    assert (ran.code, ran.err) == (0, "")
    assert "没有不同" in ran.out
    assert "有的是" in fieldlog("checklist", "diff", "xiaofang@2031.1", "xiaofang", data=data).complaint
    assert "--data" in fieldlog("checklist", "diff", "xiaofang@2031.1", "xiaofang", data=tmp_path / "none").complaint


def test_what_cannot_be_compared_is_one_line(tmp_path: Path):
    assert "可用的有" in fieldlog("checklist", "diff", "meiyou", "xiaofang").complaint
    assert "找不到文件" in fieldlog("checklist", "diff", tmp_path / "meiyou.yaml", "xiaofang").complaint
    broken = tmp_path / "huai.yaml"
    broken.write_text("id: [", encoding="utf-8")
    ran = fieldlog("checklist", "diff", "xiaofang", broken)
    assert ran.code == 1
    assert "huai.yaml" in ran.complaint


def test_lint_finds_a_number_that_stands_for_something_else_than_in_the_log(tmp_path: Path):
    data = demo_copy(tmp_path / "data")
    changed_file(data / "checklists", text="食品从业人员有健康证明", basis=["食品安全法#45.2"], shared=None)
    ran = fieldlog("checklist", "lint", data / "checklists", "--json", data=data)
    assert ran.code == 1
    whys = " ".join(each["why"] for each in ran.object["problems"])
    assert "xiaofang-1" in whys
    assert "新编号" in whys
