"""Laptops are set up one by one, each with the people who work on it; a person stays one person."""

from pathlib import Path

import pytest
from command import fieldlog, record

PEOPLE = {
    "houye-01": ("张伟,50023502,2030-01-01,队员", "李娜,50023503,2030-01-01,"),
    "houye-02": ("李娜,5002-3503,2030-01-01,中队长", "张伟,50023502,2030-01-01,队员"),
}
REGISTER = "单位名称,类别\n福源大药房,药店\n"


@pytest.fixture
def laptops(tmp_path: Path) -> list[Path]:
    """Two laptops of one unit that have read each other's records."""
    folders = [tmp_path / device for device in PEOPLE]
    for folder, (device, people) in zip(folders, PEOPLE.items(), strict=True):
        named = [word for person in people for word in ("--officer", person)]
        made = fieldlog("init", "--unit", "houye", "--unit-name", "后叶镇", "--device", device, *named, data=folder)
        assert made.code == 0, made.err
    (tmp_path / "stick").mkdir()
    (tmp_path / "单位.csv").write_text(REGISTER, encoding="utf-8")
    assert fieldlog("registry", "import", tmp_path / "单位.csv", data=folders[0]).code == 0
    for folder in [*folders, *folders]:
        assert fieldlog("sync", tmp_path / "stick", data=folder).code == 0
    return folders


def test_a_person_on_two_laptops_is_listed_once(laptops: list[Path]):
    lists = [fieldlog("officers", "--json", data=folder).rows for folder in laptops]
    assert lists[0] == lists[1]
    assert sorted((each["name"], each["post"]) for each in lists[0]) == [("张伟", "队员"), ("李娜", "中队长")]


def test_a_person_is_found_by_name_on_both(laptops: list[Path]):
    visit = {"do": "open", "premises": "福源大药房", "officers": ["张伟", "李娜"], "lists": ["yaodian"], "type": "日常"}
    for folder in laptops:
        assert [done["ok"] for done in record(folder, visit)] == [True]
