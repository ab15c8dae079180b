"""`fieldlog laws` and `checklist lint` against law texts: whole or not at all, and each wrong citation by its line."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command import demo_copy, fieldlog
from hypothesis import given
from hypothesis import strategies as st

from fieldlog.laws import LawFolder
from fieldlog.laws.installing import read_folder

LAWS = Path(__file__).parent / "data" / "laws"


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """A copy of the invented laws, to be spoiled."""
    return Path(shutil.copytree(LAWS, tmp_path / "texts"))


def installed(data: Path) -> dict[str, bytes]:
    """The texts that a reader of the data folder finds, by name."""
    folder = LawFolder(data / "laws")
    return {head.name: (data / "laws" / head.file).read_bytes() for head in folder.heads}


def add(folder: Path, old: str, new: str) -> None:
    """Change a text, and its version with it."""
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    index[0]["version"] = "2026-05-01"
    (folder / "index.json").write_text(json.dumps(index, ensure_ascii=False), encoding="utf-8")
    text = (folder / "示范法.md").read_text(encoding="utf-8")
    assert old in text
    (folder / "示范法.md").write_text(text.replace(old, new), encoding="utf-8")


def test_import_list_show_and_search(tmp_path: Path, texts: Path):
    data = tmp_path / "data"
    assert "用 fieldlog laws import" not in (empty := fieldlog("laws", "list", data=data)).out
    assert (empty.code, "fieldlog laws import" in empty.complaint) == (1, True)
    (texts / "别的.md").write_text("不在索引里", encoding="utf-8")
    first = fieldlog("laws", "import", texts, "--json", data=data)
    assert first.object["added"] == ["示范法", "示范食品法", "示范条例", "示范办法"]
    assert not (data / "laws" / "别的.md").exists()
    before = {path.name: path.read_bytes() for path in (data / "laws").iterdir()}
    again = fieldlog("laws", "import", texts, data=data)
    assert (again.code, again.out) == (0, "没有变化，共 4 部\n")
    assert {path.name: path.read_bytes() for path in (data / "laws").iterdir()} == before

    rows = fieldlog("laws", "list", "--json", data=data).rows
    assert {"name": "示范法", "version": "2021-04-29", "articles": 6}.items() <= rows[0].items()
    assert rows[2]["status"] == "superseded"
    for cited in (["示范法#2.1.2"], ["《示范法》第二条第一款第（二）项"], ["示范法", "2.1.2"], ["示范法第2条第2项"]):
        shown = fieldlog("laws", "show", *cited, "--json", data=data).object
        assert shown["cite"] == "示范法#2.1.2"
        assert shown["text"].startswith("（二）灯具完好")
    old = fieldlog("laws", "show", "示范条例#1", data=data)
    assert (old.code, "已被取代" in old.err, "为了示范" in old.out) == (0, True, True)
    found = fieldlog("laws", "search", "回避", "近亲属", "--json", data=data).rows
    assert [row["cite"] for row in found] == ["示范法#4.2"]
    missing = fieldlog("laws", "show", "示范法#2.1.4", data=data)
    assert (missing.code, missing.complaint) == (1, "《示范法》第二条第一款只有 3 项，没有第四项（2021-04-29 文本）")
    assert fieldlog("laws", "show", "示范法#x", data=data).code == 2


Spoil = Callable[[Path], object]


def row(change: dict[str, Any]) -> Spoil:
    """Change the first row of the index."""

    def spoil(folder: Path) -> None:
        index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        index[0] |= change
        (folder / "index.json").write_text(json.dumps(index, ensure_ascii=False, indent=1), encoding="utf-8")

    return spoil


def link(folder: Path) -> None:
    (folder / "示范法.md").rename(folder.parent / "外面.md")
    (folder / "示范法.md").symlink_to(folder.parent / "外面.md")


WRONG: list[tuple[str, Spoil, str]] = [
    ("no index", lambda d: (d / "index.json").unlink(), "index.json 第 1 行：读不出：没有这个文件"),
    ("no JSON", lambda d: (d / "index.json").write_text("[\n{", encoding="utf-8"), "index.json 第 2 行：不是 JSON"),
    ("no list", lambda d: (d / "index.json").write_text("{}", encoding="utf-8"), "index.json 第 1 行：应是一个列表"),
    ("text missing", lambda d: (d / "示范法.md").unlink(), "示范法.md 第 1 行：读不出：没有这个文件"),
    ("link", link, "示范法.md 第 1 行：不是普通文件"),
    (
        "path",
        row({"file": "../../etc/passwd.md"}),
        "index.json 第 2 行：“示范法”的 file：应是同一文件夹里的 .md 文件名",
    ),
    ("absolute", row({"file": "/etc/hosts"}), "“示范法”的 file"),
    ("twice", row({"name": "示范条例"}), "“示范条例”写了两次"),
    ("same file", row({"file": "示范条例.md"}), "文件 示范条例.md 被两部法规用了"),
    ("status", row({"status": "fine"}), "“示范法”的 status：不认识"),
    ("day", row({"version": "2021-02-30"}), "“示范法”的 version：应是文本的日期"),
    ("too few", row({"articles": 7}), "示范法.md 第 1 行：缺第七条"),
    ("too many", row({"articles": 5}), "示范法.md 第 52 行：有第六条，索引里却写共 5 条"),
    ("key missing", lambda d: (d / "index.json").write_text('[{"name": "示范法"}]', encoding="utf-8"), "缺这个键"),
    (
        "another encoding",
        lambda d: (d / "示范法.md").write_bytes("第一条 甲。\n第二条 乙。".encode("gbk")),
        "示范法.md 第 1 行：不是 UTF-8 编码",
    ),
    (
        "too large",
        lambda d: (d / "示范法.md").write_bytes(b"x" * (4 * 1024 * 1024 + 1)),
        "示范法.md 第 1 行：超过 4 MB",
    ),
]


@pytest.mark.parametrize(("spoil", "said"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_is_wrong_is_named_and_nothing_is_taken(tmp_path: Path, texts: Path, spoil: Spoil, said: str):
    from fieldlog.laws import install

    data = tmp_path / "data"
    install(LAWS, data / "laws")
    before = installed(data)
    spoil(texts)
    done = install(texts, data / "laws")
    assert any(said in str(problem) for problem in done.problems), done.problems
    assert (done.added, installed(data)) == ((), before)


def test_a_folder_with_a_mistake_is_one_line_a_problem(tmp_path: Path, texts: Path):
    (texts / "示范法.md").unlink()
    (texts / "示范条例.md").write_bytes(b"\xff")
    ran = fieldlog("laws", "import", texts, data=tmp_path / "data")
    assert ran.code == 1
    assert [line.split("：")[0] for line in ran.out.splitlines()[:-1]] == ["示范条例.md 第 1 行", "示范法.md 第 1 行"]
    assert not (tmp_path / "data" / "laws").exists()
    assert fieldlog("laws", "import", tmp_path / "nowhere", data=tmp_path / "data").code == 2


KILLED = """
import os, sys
from pathlib import Path
import fieldlog.laws.installing as module
writes = int(sys.argv[3])
real = module.replace_file
def replace_file(path, content):
    global writes
    if not writes:
        (path.parent / f".{path.name}.torn").write_bytes(content[: len(content) // 2])
        os._exit(9)
    writes -= 1
    real(path, content)
module.replace_file = replace_file
module.install(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def test_a_kill_in_the_middle_leaves_the_old_texts_or_the_new_ones(tmp_path: Path, texts: Path):
    from fieldlog.laws import install

    data = tmp_path / "data"
    install(texts, data / "laws")
    old = installed(data)
    add(texts, "门口畅通", "门口和通道畅通")
    shutil.copy(texts / "示范条例.md", texts / "新办法.md")
    index = json.loads((texts / "index.json").read_text(encoding="utf-8"))
    index[2] |= {"name": "新办法", "title": "新办法", "file": "新办法.md", "status": "amended"}
    (texts / "index.json").write_text(json.dumps(index, ensure_ascii=False), encoding="utf-8")
    for writes in range(3):  # two texts and the index
        arguments = [str(texts), str(data / "laws"), str(writes)]
        done = subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False)
        assert done.returncode == 9
        assert installed(data) == old
    assert install(texts, data / "laws").removed == ("示范条例",)
    assert "门口和通道畅通".encode() in installed(data)["示范法"]
    held = {path.name for path in (data / "laws").iterdir()} - {".lock", "index.json"}
    assert held == {head.file for head in LawFolder(data / "laws").heads}, "nothing is left over"


@given(
    st.binary()
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda held: st.lists(held) | st.dictionaries(st.sampled_from(["name", "title", "file", "articles"]), held),
    ).map(lambda value: json.dumps(value).encode())
)
def test_no_index_makes_the_import_fail_otherwise_than_in_words(tmp_path: Path, content: bytes):
    (tmp_path / "index.json").write_bytes(content)
    _heads, _texts, problems = read_folder(tmp_path)
    assert problems
    assert all("\n" not in str(problem) for problem in problems)


def test_doctor_reads_the_texts(tmp_path: Path):
    data = demo_copy(tmp_path / "data")
    shutil.copytree(LAWS, data / "laws")
    said = {check["name"]: check for check in fieldlog("doctor", "--json", data=data).object["checks"]}
    assert (said["laws"]["ok"], said["laws"]["detail"]) == (True, "4 部")
    (data / "laws" / "示范法.md").write_text("第一条 只剩这一条。", encoding="utf-8")
    ran = fieldlog("doctor", "--json", data=data)
    said = {check["name"]: check for check in ran.object["checks"]}
    assert (ran.code, "示范法.md 第 1 行：缺第二条" in said["laws"]["detail"]) == (1, True)


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    ran = fieldlog("laws", "import", LAWS, data=tmp_path / "file")
    assert (ran.code, "没有导入" in ran.complaint) == (3, True)


LIST = """\
id: demo
title: 示范清单
version: "2026.1"
area: 消防
competence: 示范机构
sections:
  - title: 出口
    items:
      - id: demo-1
        text: 门口畅通
        how_to_check: 看
        basis:
          - 示范法#2.1.1
          - BASIS
        penalty: [示范法#5, {cite: 没有的法#1, verified: false}]
        level: 重大
        standard:
          name: STANDARD
          clause: CLAUSE
          verified: VERIFIED
        deadline_days: 3
        findings:
          - text: 门口堵塞
            measure: 清开
            days: 0
"""


def linted(
    folder: Path, basis: str = "示范法#1", standard: str = "别的标准", clause: str = "第三条", verified: str = "false"
):
    """Lint a list with this second basis and this standard, as a user does."""
    changes = {"BASIS": basis, "STANDARD": standard, "CLAUSE": clause, "VERIFIED": verified}
    text = LIST
    for word, value in changes.items():
        text = text.replace(word, value)
    (folder / "demo.yaml").write_text(text, encoding="utf-8")
    from fieldlog.laws import law_folder
    from fieldlog.library import lint

    texts = law_folder(folder, LAWS)
    assert texts is not None
    return [f"{each.line} {each.why}" for each in lint([folder / "demo.yaml"], objection=texts.objection).problems]


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        ("没有的法#1", "法规文件夹里没有“没有的法”"),
        ("示范法#7", "没有第七条，最后一条是第六条"),
        ("示范法#2.3", "只有 2 款，没有第三款"),
        ("示范法#2.1.4", "只有 3 项，没有第四项"),
        ("{cite: 示范法#2.1.4, verified: false}", "没有第四项"),
        ("中华人民共和国示范法#1", "法名写简称“示范法”"),
        ("示范条例#1", "已被取代"),
        ("示范食品法#2", "这一条要按新文本核对"),
        ("示范食品法#5", "这一条要按新文本核对"),
        ("示范办法#1", "可能已修订"),
    ],
)
def test_a_citation_that_does_not_hold_is_an_error_in_its_own_line(tmp_path: Path, basis: str, said: str):
    (problem,) = linted(tmp_path, basis)
    assert problem.startswith("14 demo-1 的依据第 2 个：")
    assert said in problem


@pytest.mark.parametrize(
    "basis",
    [
        "示范法#4.2.1",
        "示范食品法#3",
        "{cite: 示范食品法#2.9, verified: false}",
        "{cite: 示范条例#88, verified: false}",
        "{cite: GB 12345-2026, verified: false}",
    ],
)
def test_what_holds_or_says_that_nobody_read_it_passes(tmp_path: Path, basis: str):
    assert linted(tmp_path, basis) == []


def test_a_standard_is_held_against_the_law_text_that_it_names(tmp_path: Path):
    assert linted(tmp_path, standard="示范法", clause="第二条第（一）项", verified="true") == []
    (gone,) = linted(tmp_path, standard="《示范法》", clause="第九条", verified="false")
    assert gone.startswith("19 demo-1 的判定标准：")
    assert "没有第九条" in gone
    (unknown,) = linted(tmp_path, clause="第九条", verified="true")
    assert "没有“别的标准”" in unknown


def test_lint_takes_the_folder_by_option_or_from_the_data_folder(tmp_path: Path):
    linted(tmp_path, "示范条例#1")
    file = tmp_path / "demo.yaml"
    assert fieldlog("checklist", "lint", file, data=tmp_path).code == 0, "without texts nothing is looked up"
    ran = fieldlog("checklist", "lint", file, "--laws", LAWS, "--json", data=tmp_path)
    assert (ran.code, ran.object["problems"][0]["line"]) == (1, 14)
    fieldlog("laws", "import", LAWS, data=tmp_path)
    ran = fieldlog("checklist", "lint", file, data=tmp_path)
    assert (ran.code, "demo.yaml:14" in ran.out) == (1, True)
    assert fieldlog("checklist", "lint", file, "--laws", tmp_path / "none", data=tmp_path).code == 2
