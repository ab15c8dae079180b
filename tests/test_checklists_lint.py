"""`lint`: every mistake an office can make in a list is named by file and line, in words that help."""

import re
from pathlib import Path

import pytest

from fieldlog.library import check, lint

GOOD = """\
id: demo
title: 示范清单
version: "2026.1"
area: 消防
competence: 县消防救援机构
applies_to:
  kinds: [小餐馆]
  features: [有燃气]
features:
  - id: 有燃气
    question: 用燃气吗？
sections:
  - title: 出口
    items:
      - id: demo-1
        text: 安全出口没有锁闭
        how_to_check: 逐个出口推一遍
        basis: [消防法#28]
        penalty: [消防法#60.1.3]
        level: 一般
        deadline_days: 3
        findings:
          - text: 安全出口上锁
            measure: 立即打开
            days: 0
          - text: 门禁断电打不开
            measure: 改成断电自动打开
            days: 3
      - id: demo-2
        text: 燃气用具合格
        how_to_check: 看软管
        basis:
          - 消防法#27.2
          - {cite: GB 55009-2021, verified: false}
        level: 重大
        standard:
          name: 某判定标准
          clause: 第五条
          verified: false
        deadline_days: 1
        condition: 有燃气
        measure:
          label: 软管长度
          unit: 米
          min: "0.5"
          max: "2"
        findings:
          - text: 软管老化
            measure: 更换
            days: 1
      - id: demo-3
        text: 有检查记录
        how_to_check: 看记录
        basis: [消防法#16.1.5]
        level: null
        deadline_days: 7
"""


def problems(tmp_path: Path, text: str | bytes, name: str = "demo.yaml") -> list[str]:
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return [str(problem) for problem in lint([file]).problems]


def test_a_sound_list_has_no_problem(tmp_path: Path):
    assert problems(tmp_path, GOOD) == []
    result = lint([tmp_path])
    assert (result.files, result.items) == (1, 3)


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path):
    assert problems(tmp_path, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()) == []


DEFECTS = [
    # what is wrong, (old, new), line, words of the message
    ("misspelt key", ("how_to_check: 逐个", "how_to_chek: 逐个"), 17, "how_to_chek：不认识的键"),
    ("missing field", ("        how_to_check: 逐个出口推一遍\n", ""), 15, "demo-1 的 how_to_check：缺这个键"),
    ("missing head", ("title: 示范清单\n", ""), 1, "title：缺这个键"),
    ("level left out", ("        level: null\n", ""), 51, "demo-3 的 level：缺这个键"),
    ("same id twice", ("id: demo-2", "id: demo-1"), 29, "编号 demo-1 重复"),
    ("another list's id", ("id: demo-2", "id: xiaofang-2"), 29, "应是 demo- 加数字"),
    ("padded id", ("id: demo-2", "id: demo-02"), 29, "写法不对"),
    ("same question twice", ("text: 燃气用具合格", "text: 安全出口没有锁闭"), 29, "与 demo-1 重复"),
    ("same shared question", ("level: null", "level: null\n        deadline_days: 1\n        shared: a\n"
     "      - id: demo-4\n        text: 又\n        how_to_check: 看\n        basis: [消防法#1]\n        shared: a\n"
     "        level: null"), 58, "shared 与 demo-3 重复"),
    ("citation syntax", ("[消防法#28]", "[消防法#28.x]"), 18, "条款项写法不对"),
    ("bare name unflagged", ("[消防法#28]", "[消防法]"), 18, "没有写到条，又没有标明未核实"),
    ("bare name claimed", ("verified: false}", "verified: true}"), 34, "没有写到条"),
    ("no basis", ("[消防法#28]", "[]"), 18, "basis：至少要有 1 个"),
    ("unknown condition", ("condition: 有燃气", "condition: 有煤气"), 29, "条件“有煤气”不在 features 里"),
    ("unknown preselecting", ("features: [有燃气]", "features: [有油]"), 9, "“有油”不在 features 里"),
    ("feature twice", ("    question: 用燃气吗？\n", "    question: 用燃气吗？\n  - id: 有燃气\n    question: 呢？\n"),
     9, "重复的名称"),
    ("major without standard", ("        standard:\n          name: 某判定标准\n          clause: 第五条\n"
     "          verified: false\n", ""), 29, "没有写判定标准"),
    ("standard without flag", ("          clause: 第五条\n          verified: false\n", "          clause: 第五条\n"),
     36, "standard verified：缺这个键"),
    ("hazard without finding", ("        findings:\n          - text: 软管老化\n            measure: 更换\n"
     "            days: 1\n", ""), 29, "典型问题"),
    ("five findings", ("        findings:\n          - text: 软管老化\n", "        findings:\n" + "".join(
        f"          - {{text: 问{c}, measure: 改, days: 1}}\n" for c in "甲乙丙丁") + "          - text: 软管老化\n"),
     47, "最多 4 个"),
    ("range reversed", ('min: "0.5"', 'min: "5"'), 42, "范围颠倒"),
    ("range as a number", ('max: "2"', "max: 2"), 46, '请加引号："2"'),
    ("range as a fraction", ('min: "0.5"', "min: 0.5"), 45, '请加引号："0.5"'),
    ("range as words", ('max: "2"', "max: 两米"), 46, "应是加了引号的数"),
    ("unknown unit", ("unit: 米", "unit: 尺"), 44, "不能是“尺”，只能是"),
    ("negative days", ("days: 3\n        findings", "days: -3\n        findings"), 21, "不能小于 0"),
    ("endless days", ("deadline_days: 7", "deadline_days: 3650"), 56, "不能大于 365"),
    ("days as text", ("deadline_days: 7", 'deadline_days: "7"'), 56, "应是整数"),
    ("days as a fraction", ("deadline_days: 7", "deadline_days: 7.5"), 56, "应是整数，不是“7.5”"),
    ("days as clock time", ("deadline_days: 7", "deadline_days: 1:30"), 56, "应是整数，不是“1:30”"),
    ("unknown level", ("level: 一般", "level: 严重"), 20, "不能是“严重”，只能是 一般、重大"),
    ("unknown area", ("area: 消防", "area: 环保"), 4, "不能是“环保”"),
    ("no becomes a truth value", ("text: 安全出口上锁", "text: no"), 23, "YAML 把 no 读成了是/否"),
    ("on becomes a truth value", ("title: 出口", "title: on"), 13, "YAML 把 on 读成了是/否"),
    ("a date", ("text: 安全出口上锁", "text: 2026-01-01"), 23, "YAML 把 2026-01-01 读成了日期"),
    ("a version as a fraction", ('version: "2026.1"', "version: 2026.1"), 3, "YAML 把 2026.1 读成了小数"),
    ("a version of another form", ('version: "2026.1"', 'version: "1.0"'), 3, '如 "2026.1"'),
    ("an empty value", ("text: 安全出口上锁", "text:"), 23, "没有内容"),
    ("an empty text", ("text: 安全出口上锁", 'text: ""'), 23, "不能是空的"),
    ("two lines", ("text: 安全出口上锁", 'text: "安全\\n出口"'), 23, "应是一行文字"),
    ("a list for a text", ("text: 安全出口上锁", "text: [安全出口]"), 23, "应是文字"),
    ("a text for a list", ("[消防法#28]", "消防法#28"), 18, "应是列表"),
    ("a text for an item", ("      - id: demo-3\n        text: 有检查记录\n        how_to_check: 看记录\n"
     "        basis: [消防法#16.1.5]\n        level: null\n        deadline_days: 7\n", "      - demo-3\n"), 51,
     "第 3 项：应是一组键和值"),
    ("a key twice", ("deadline_days: 7", "deadline_days: 7\n        deadline_days: 9"), 57, "写了两次"),
    ("an alias", ("[消防法#28]", "&a [消防法#28]"), 18, "不支持 & 和 * 引用"),
    ("a foreign tag", ("text: 安全出口上锁", "text: !!python/name:os.system x"), 23, "特殊值"),
    ("a merge key", ("        level: null", "        <<: {level: null}"), 51, "level：缺这个键"),
    ("a tab", ("        level: null", "\tlevel: null"), 55, "制表符"),
    ("an open quote", ("title: 示范清单", "title: '示范清单"), None, "引号没有配对"),
    ("an open bracket", ("[消防法#28]", "[消防法#28"), 19, "缩进、短横、括号"),
    ("a colon in a text", ("text: 安全出口上锁", "text: 出口: 上锁"), 23, "冒号"),
    ("a second document", ("id: demo\n", "id: demo\n---\nid: demo\n"), 2, "只能有一份清单"),
    ("a counted place", ("text: 安全出口上锁", "text: 通道有3处堵塞"), 23, "“3处”"),
    ("an observed number", ("text: 安全出口上锁", "text: 货架上有过期药品2盒"), 23, "像是已经查到的数量"),
    ("an observed reading", ("text: 安全出口上锁", "text: 冷柜实测11℃"), 23, "“11℃”"),
    ("an observed head count", ("text: 安全出口上锁", "text: 两名营业员没有证明"), 23, "“两名”"),
    ("id and file differ", ("id: demo\n", "id: demos\n"), 1, "两者要一样"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "line", "words"), [row[1:] for row in DEFECTS], ids=[row[0] for row in DEFECTS])
def test_a_defect_is_named_by_file_and_line(tmp_path: Path, change: tuple[str, str], line: int | None, words: str):
    assert GOOD.count(change[0]) >= 1
    found = problems(tmp_path, GOOD.replace(*change, 1))
    hits = [problem for problem in found if words in problem]
    assert hits, found
    assert line is None or any(hit.startswith(f"demo.yaml 第 {line} 行：") for hit in hits), hits
    assert check(tmp_path / "demo.yaml")[0] is None


def test_one_mistake_is_reported_once(tmp_path: Path):
    for change in (("level: 一般", "level: 严重"), ("[消防法#28]", "[消防法]"), ("id: demo-2", "id: demo-1")):
        assert len(problems(tmp_path, GOOD.replace(*change, 1))) == 1


def test_all_mistakes_are_reported_at_once(tmp_path: Path):
    text = GOOD.replace("level: 一般", "level: 严重").replace("text: 有检查记录", "text: 燃气用具合格")
    text = text.replace("condition: 有燃气", "condition: 有煤气").replace("area: 消防", "area: 环保")
    lines = [int(re.findall(r"第 (\d+) 行", problem)[0]) for problem in problems(tmp_path, text)]
    assert lines == [4, 20, 29, 51]


def test_a_question_is_no_statement(tmp_path: Path):
    for text in ("安全出口是否锁闭", "有没有锁闭安全出口", "安全出口锁闭吗？"):
        assert any("问句" in each for each in problems(tmp_path, GOOD.replace("安全出口没有锁闭", text)))


def test_a_limit_in_a_finding_is_no_observation(tmp_path: Path):
    for text in ("距离不足100米", "干粉灭火器超过10年", "层数少于2个", "第3项没有记录"):
        assert problems(tmp_path, GOOD.replace("text: 安全出口上锁", f"text: {text}")) == []


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (GOOD.encode("gbk"), "不是 UTF-8 编码"),
        (GOOD.encode("utf-16"), "不是 UTF-8 编码"),
        (b"", "不是清单"),
        (b"- a\n- b\n", "不是清单"),
        (b"hello", "不是清单"),
        (b"id: a\x00b", "控制字符"),
        (b"a: " + b"[" * 100_000, "嵌套太深"),
        (b"a: " + b"{a: " * 500 + b"1" + b"}" * 500, "嵌套太深"),
        (b"#" * 3_000_000, "超过 2 MB"),
        (b"? [a]\n: b\n", "键必须是一个词"),
    ],
    ids=["gbk", "utf-16", "empty", "a list", "a word", "NUL", "brackets", "braces", "3 MB", "a key that is a list"],
)
def test_what_is_no_list_is_told_in_a_line(tmp_path: Path, raw: bytes, words: str):
    found = problems(tmp_path, raw)
    assert any(words in problem for problem in found)
    assert all("\n" not in problem for problem in found)


def test_the_line_of_a_wrong_encoding_is_named(tmp_path: Path):
    text = b"id: demo\ntitle: abc\narea: " + "消防".encode("gbk") + b"\n"
    assert problems(tmp_path, text)[0].startswith("demo.yaml 第 3 行")


def test_a_file_that_is_not_there_or_not_a_file(tmp_path: Path):
    (tmp_path / "dir.yaml").mkdir()
    (tmp_path / "dir.yaml" / "empty.txt").write_text("x", encoding="utf-8")
    assert "找不到文件" in str(lint([tmp_path / "none.yaml"]).problems[0])
    assert lint([tmp_path / "dir.yaml"]).files == 0
    assert "文件读不出" in str(check(tmp_path / "dir.yaml")[1][0])


def test_editors_lock_files_are_left_out(tmp_path: Path):
    (tmp_path / ".demo.yaml").write_text("x", encoding="utf-8")
    (tmp_path / "~$demo.yaml").write_text("x", encoding="utf-8")
    assert lint([tmp_path]).files == 0
