"""Enter in the walk, 7 on a hazard and F7 in its form show the articles, offline; nothing unverified goes unmarked."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from command import demo_copy, fieldlog
from township import Township
from walking import item, practice, shown, walking

import fieldlog as package
from fieldlog.actions import answering, lookup, visit_opening
from fieldlog.laws import install
from fieldlog.tui.screens.hazard_detail import HazardDetailScreen

LAWS = Path(__file__).parent / "data" / "laws"
LAWFUL = practice(
    "falv",
    "法律练习",
    {
        "门口": [
            item(
                "falv",
                1,
                basis=["示范法#2.1.2", "示范法#2.2", {"cite": "AQ 1234-2026", "verified": False}],
                penalty=["示范法#5", {"cite": "示范条例#1", "verified": False}],
            ),
            item("falv", 2, basis=[{"cite": "示范食品法#4", "verified": False}]),
            item(
                "falv",
                3,
                level="重大",
                basis=[{"cite": "某规范", "verified": False}],
                standard={"name": "某判定标准", "clause": "第三条", "verified": False},
            ),
        ]
    },
)


def visiting(township: Township) -> str:
    """Open a visit with the list."""
    return visit_opening.open_inspection(
        township.book,
        {"falv": LAWFUL},
        township.by,
        premises=township.shop,
        lists=["falv"],
        officers=township.officers[:2],
    ).doc


def plain(text: str) -> str:
    """What a screen shows, without its line breaks."""
    return "".join(text.split())


async def test_enter_shows_the_article_with_what_is_cited_marked(township: Township):
    doc = visiting(township)
    install(LAWS, township.book.folder / "laws")
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        first = shown(pilot)
        assert "示范法》第二条第一款第二项；《示范法》第二条第二款" in first
        assert "中华人民共和国示范法，2021-04-29 文本，现行（2025-04 核对）" in first
        assert "第二条　单位应当做到下列几点：" in first
        assert "> （二）灯具完好；" in first
        assert "> （一）门口畅通" not in first
        for _page in range(3):
            await pilot.press("pagedown")
        last = plain(shown(pilot))
        assert "法规文件夹里没有：AQ1234-2026（待核）" in last
        assert "第五条　违反本法第二条规定的，责令改正".replace("　", "") in last
        assert "《示范条例》第一条（待核）" in last
        assert "某市示范条例，2013-11-30文本，已被取代：2024年修订" in last
        before = shown(pilot)
        await pilot.press("up", "up")
        assert shown(pilot) != before, "a long text scrolls by lines"
        await pilot.press("enter", "down", "enter")
        amended = plain(shown(pilot))
        assert "《示范食品法》第四条（待核）" in amended
        assert "注意：手头的2020-01-02文本已修改，这一条要按新文本核对" in amended


async def test_without_texts_a_line_says_how_to_get_them(township: Township):
    doc = visiting(township)
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        assert (
            "看不到条文：还没有法规文本，由办公室给法规文件夹，运行fieldlogLawsimport文件夹".lower()
            in plain(shown(pilot)).lower()
        )


async def test_damaged_texts_are_one_line(township: Township):
    doc = visiting(township)
    install(LAWS, township.book.folder / "laws")
    (township.book.folder / "laws" / "index.json").write_text("[", encoding="utf-8")
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        assert "法规文件夹用不了：index.json第1行" in plain(shown(pilot))
        (township.book.folder / "laws" / "index.json").unlink()
        install(LAWS, township.book.folder / "laws")
        (township.book.folder / "laws" / "示范法.md").unlink()
        await pilot.press("enter", "enter")
        assert "法规文本用不了：示范法.md第1行" in plain(shown(pilot))


async def test_the_hazard_and_its_form_lead_to_the_articles(township: Township):
    doc = visiting(township)
    install(LAWS, township.book.folder / "laws")
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press("2", "1", "up", "f4")
        assert "按 F7 看条文" in shown(pilot)
        await pilot.press("f7")
        assert "> （二）灯具完好；" in shown(pilot)
        await pilot.press("escape", "escape")
        hazard = lookup.inspection(township.book, doc).hazards["falv-1"]
        pilot.app.push_screen(HazardDetailScreen(township.book, hazard))
        await pilot.pause()
        await pilot.press("7")
        text = shown(pilot)
        assert "罚则：《示范法》第五条；《示范条例》第一条（待核）" in text
        assert "> （二）灯具完好；" in text


def test_walking_reads_no_law_text():
    """Neither the start nor the walk loads what reads the law folder."""
    probe = "import fieldlog.tui.app, fieldlog.tui.screens.walk, sys; print([n for n in sys.modules if 'law' in n])"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def texts(value: Any) -> list[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for each in value.values() for text in texts(each)]
    return [text for each in value for text in texts(each)] if isinstance(value, list) else []


def test_no_output_holds_an_unverified_citation_without_its_mark(township: Township, tmp_path: Path):
    """The hazards themselves, then everything that prints them."""
    from openpyxl import load_workbook

    doc = visiting(township)
    for number in (1, 2, 3):
        answer = {"value": "不符合", "finding": 1}
        answering.answer(township.book, township.by, doc, f"falv-{number}", **answer)
    township.book.close()
    data = township.book.folder
    unverified = ("AQ 1234-2026", "《示范食品法》第四条", "《某规范》", "某判定标准 第三条")
    sheet = tmp_path / "台账.xlsx"
    assert fieldlog("export", "--format", "xlsx", "--output", sheet, data=data).code == 0
    cells = [str(cell) for row in load_workbook(sheet).active.iter_rows(values_only=True) for cell in row if cell]
    exported = fieldlog("export", "--format", "json", data=data)
    listed = fieldlog("hazards", "--json", data=data)
    entries = [json.loads(line) for line in fieldlog("export", data=data).out.splitlines()]
    hazards = [entry for entry in entries if entry["kind"] == "hazard.found"]
    assert len(hazards) == 3
    printed = [*cells, *texts(json.loads(exported.out)["hazards"]), *texts(listed.rows), *texts(hazards)]
    for name in unverified:
        held = [text for text in printed if name in text]
        assert held, f"{name} must be somewhere, or this test proves nothing"
        for text in held:
            assert text.split(name, 1)[1].startswith("（待核）"), text


def test_nothing_but_the_citation_itself_words_it_without_the_mark():
    """`chinese` leaves the mark out; whatever shows or prints a citation uses `shown`."""
    root = Path(package.__file__).parent
    allowed = {
        "domain/citation.py",
        "domain/law_text.py",
        "domain/law_status.py",
        "cli/laws.py",
        "tui/law_articles.py",
        "domain/workdays.py",
        "actions/case_defaults.py",
        "domain/discretion.py",
    }  # fmt: skip - workdays names a holiday, the last two compare a hazard's basis with a citation
    users = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "chinese"
    }
    assert users <= allowed, "those allowed name places in a text that they hold, not claims"


@pytest.mark.parametrize("cited", ["示范法#2.1.2"])
def test_texts_reach_the_demo_by_its_folder_alone(tmp_path: Path, cited: str):
    """A law folder that somebody copied by hand into the data folder serves, too."""
    data = demo_copy(tmp_path / "data")
    shutil.copytree(LAWS, data / "laws")
    assert "灯具完好" in fieldlog("laws", "show", cited, data=data).out
