"""The library: lists by id, menus without parsing everything, an office's own lists first."""

import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import orjson
import pytest
import rfc8785

from fieldlog.domain.checklist import Checklist
from fieldlog.domain.checklist_parts import Measure
from fieldlog.domain.errors import FoundWrong
from fieldlog.library import load_library, shipped_folder

SHIPPED = [
    "qiye-anquan",
    "shipin-jingying",
    "xiaofang",
    "xiaofang-jiuxiao",
    "yanhua-baozhu",
    "yaodian",
    "yehuaqi",
    "zijianfang",
]


def test_the_shipped_lists_are_there():
    library = load_library()
    assert set(SHIPPED) <= set(library)
    assert {head.id: head.title for head in library.heads()}["yaodian"] == library["yaodian"].title


def test_a_list_survives_its_record_in_the_log():
    for list_id in SHIPPED:
        checklist = load_library()[list_id]
        record = orjson.loads(orjson.dumps(checklist.recorded()))
        again = Checklist.model_validate(record)
        assert again == checklist
        assert again.digest() == checklist.digest()


def test_a_record_is_canonical_as_entries_must_be():
    for list_id in SHIPPED:
        record = load_library()[list_id].recorded()
        assert rfc8785.dumps(record) == orjson.dumps(record, option=orjson.OPT_SORT_KEYS)
        assert_plain(record)


def assert_plain(value: object) -> None:
    match value:
        case dict():
            assert all(isinstance(key, str) and key.isascii() for key in value)
            for held in value.values():
                assert_plain(held)
        case list():
            for held in value:
                assert_plain(held)
        case _:
            assert not isinstance(value, float)


def test_the_digest_changes_with_the_content_and_with_nothing_else(tmp_path: Path):
    shipped = shipped_folder() / "yaodian.yaml"
    text = shipped.read_text(encoding="utf-8")
    digests = []
    for n, changed in enumerate((text, "# 注释\n" + text, text.replace("药品零售检查\n", "药店检查\n", 1))):
        folder = tmp_path / str(n)
        folder.mkdir()
        (folder / "yaodian.yaml").write_text(changed, encoding="utf-8", newline="\n")
        digests.append(load_library(folder)["yaodian"].digest())
    assert digests[0] == digests[1] == load_library()["yaodian"].digest() != digests[2]


def test_an_office_list_comes_before_the_shipped_one(tmp_path: Path):
    text = (shipped_folder() / "yaodian.yaml").read_text(encoding="utf-8")
    (tmp_path / "yaodian.yaml").write_text(re.sub(r'version: ".*"', 'version: "2026.99"', text), encoding="utf-8")
    library = load_library(tmp_path)
    assert library["yaodian"].version == "2026.99"
    assert library["xiaofang"].version == load_library()["xiaofang"].version


def test_a_broken_office_list_leaves_the_others_usable(tmp_path: Path):
    (tmp_path / "own.yaml").write_text("id: own\ntitle: [", encoding="utf-8")
    library = load_library(tmp_path)
    assert "own" not in [head.id for head in library.heads()]
    assert library.suggest("药店") == ["yaodian"]
    assert [problem.file for problem in library.problems()] == ["own.yaml"]
    with pytest.raises(FoundWrong, match=r"own\.yaml 第 \d+ 行"):
        library["own"]


def test_an_unknown_list_is_a_missing_key():
    assert load_library().get("nonesuch") is None


@pytest.mark.parametrize(
    ("kind", "features", "lists"),
    [
        ("药店", set[str](), ["yaodian"]),
        ("超市", set[str](), ["shipin-jingying", "xiaofang"]),
        ("副食店", set[str](), ["shipin-jingying", "xiaofang-jiuxiao"]),
        ("烟花爆竹零售", set[str](), ["yanhua-baozhu"]),
        ("小餐馆", set[str](), ["canyin", "xiaofang-jiuxiao"]),
        ("幼儿园", {"有食堂"}, ["canyin", "xiaofang"]),
        ("工贸企业", set[str](), ["qiye-anquan", "xiaofang"]),
        ("液化气站点", set[str](), ["yehuaqi", "xiaofang"]),
        ("自建房", set[str](), ["zijianfang"]),
        ("药店", {"重点单位"}, ["yaodian", "xiaofang"]),
        ("没听说过的", set[str](), []),
    ],
)
def test_lists_are_suggested_by_kind_and_features(kind: str, features: set[str], lists: list[str]):
    assert load_library().suggest(kind, frozenset(features)) == lists


def test_a_catalogue_is_never_offered_for_a_visit(tmp_path: Path):
    """Its statements are the violations, so an officer who walked it would answer the wrong way round."""
    text = (shipped_folder() / "daolu-jiaotong.yaml").read_text(encoding="utf-8")
    (tmp_path / "daolu-jiaotong.yaml").write_text(
        text.replace("form: catalogue", "form: catalogue\napplies_to: {kinds: [药店]}"), encoding="utf-8"
    )
    library = load_library(tmp_path)
    assert "daolu-jiaotong" in library
    assert library.suggest("药店") == ["yaodian"]
    assert "daolu-jiaotong" not in [head.id for head in library.walked()]


def test_a_feature_switches_its_items_and_no_others():
    checklist = load_library()["yaodian"]
    bare = checklist.applicable(frozenset())
    cold = checklist.applicable(frozenset({"有冷藏药品"}))
    (section,) = [section for section in checklist.sections if section.condition == "有冷藏药品"]
    own = {item for item in checklist.items() if item.condition == "有冷藏药品"}
    assert set(cold) - set(bare) == own | set(section.items)
    assert [item.id for item in cold] == [item.id for item in checklist.items() if item in cold]
    assert checklist.applicable(frozenset(f.id for f in checklist.features)) == checklist.items()


def test_a_measured_value_is_judged_exactly():
    cold = Measure(label="冷藏柜温度", unit="℃", min="2", max="8")
    assert [cold.complies(Decimal(v)) for v in ("1.9", "2", "8", "8.01")] == [False, True, True, False]
    assert Measure(label="温度", unit="℃").complies(Decimal("-40"))


def test_a_menu_reads_no_items(tmp_path: Path):
    """Heads come from the lines before `sections:`, so a menu costs the same however long the lists are."""
    text = (shipped_folder() / "yaodian.yaml").read_text(encoding="utf-8")
    (tmp_path / "yaodian.yaml").write_text(text.partition("sections:")[0] + "sections: {[", encoding="utf-8")
    assert "yaodian" in [head.id for head in load_library(tmp_path).heads()]


def test_an_installed_program_finds_its_lists(tmp_path: Path):
    """In a wheel the lists lie inside the package; the package is copied as a wheel lays it out."""
    source = Path(shipped_folder()).parent
    site = tmp_path / "site"
    shutil.copytree(source / "fieldlog", site / "fieldlog", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(shipped_folder(), site / "fieldlog" / "_checklists")
    probe = "import fieldlog.library as l; print(l.shipped_folder().name, len(l.load_library()['yaodian'].items()))"
    done = subprocess.run(
        [sys.executable, "-c", probe], cwd=site, capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert done.stdout.split() == ["_checklists", str(len(load_library()["yaodian"].items()))]
