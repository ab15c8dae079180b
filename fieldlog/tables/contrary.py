"""What is wrong where a statement is not complied with: the typical finding of an item whose table names none."""

import re
from typing import Final

from fieldlog.domain.observed import OBSERVED
from fieldlog.tables.wording import BAN, NEGATOR, begins, words

_CLAUSES = re.compile(r"[，,；;。\n]+|(?<=.{3})(?:并且|且|同时)(?=.{2})")
_READING = re.compile(r"℃|度|米|公斤|千克|克|吨|元|小时|天|周")
_LONGEST: Final = 120
_MOST: Final = 4
NOT_DONE: Final = "未做到："
_WHOLE: Final = "没有达到本项检查内容的要求"


def contraries(statement: str) -> tuple[str, ...]:
    """One to four findings, each the contrary of a clause of the statement; none states a number as if observed."""
    clauses = [re.sub(r"^(?:并且?|且|也|同时)(?=.{2})", "", clause.strip()) for clause in _CLAUSES.split(statement)]
    clauses = [clause for clause in clauses if clause]
    # 承接百人以上宴席的，已事先报告: the first clause says when, not what
    clauses = [clause for clause in clauses[:-1] if not clause.endswith(("的", "时", "后"))] + clauses[-1:]
    if not 1 <= len(clauses) <= _MOST or any(len(clause) < 2 for clause in clauses):
        return (_unnumbered(f"{NOT_DONE}{statement}"),)
    found: list[str] = []
    for clause in clauses:
        said = _unnumbered(contrary(clause))
        if said not in found:
            found.append(said)
    return tuple(found)


def contrary(clause: str) -> str:
    """The clause denied, as one would write it: 畅通 becomes 不畅通, 没有占用 becomes 占用, 已设置 becomes 没有设置."""
    if ban := BAN.search(clause):
        rest = clause[: ban.start()] + clause[ban.end() :]
        acts = begins("bad_heads", clause[ban.end() :]) and ban.start() == 0
        return rest if acts else f"{NOT_DONE}{clause}"
    denied = NEGATOR.search(clause)
    if denied and denied.end() < len(clause):
        return _undenied(clause, denied)
    if done := re.search(r"(?<!早)已经?(?=[\u4e00-\u9fff])", clause):
        return f"{clause[: done.start()]}没有{clause[done.end() :]}"
    if found := re.match(r"(.*?)[配贴挂附备设装留存]有(.+)", clause):
        return f"{found[1]}没有{found[2]}"
    if found := re.match(r"(.*?)(?<![具含拥持写印])有(?![效关害毒机序限意])(.+)", clause):
        return f"{found[1]}没有{found[2]}"
    for verb in re.finditer(
        r"保持|按照?(?=[^，]{0,8}(?:规定|要求|标准))|定期|及时|落实|设有|配有|建有|设置|配备|使用(?!的)", clause
    ):
        if verb.start() == 0 or verb[0] in ("保持", "定期", "及时"):
            return f"{clause[: verb.start()]}没有{clause[verb.start() :]}"
    states = [found for found in words("states").finditer(clause) if found.start() > 0 or len(found[0]) > 1]
    ending = next((found for found in states if found.end() == len(clause)), None)
    if ending is not None and ending.start() > 0 and "、" not in clause[ending.start() - 3 : ending.start()]:
        return _state_denied(clause, ending)
    for found in states:
        if "的" not in clause[found.end() :] and found[0] in (
            "符合",
            "满足",
            "具备",
            "具有",
            "会",
            "能",
            "可以",
            "熟悉",
            "掌握",
            "了解",
            "知晓",
        ):
            return f"{clause[: found.start()]}不{clause[found.start() :]}"
    return f"{NOT_DONE}{clause}"


def _state_denied(clause: str, ending: re.Match[str]) -> str:
    """消防设施完好有效 becomes 消防设施不完好有效 only where one state stands alone; of two, 不是…都."""
    before = clause[: ending.start()]
    other = next((found for found in words("states").finditer(before) if found.end() == len(before)), None)
    if other is not None:
        return f"{NOT_DONE}{clause}"
    return f"{before}不{clause[ending.start() :]}"


def _undenied(clause: str, denied: re.Match[str]) -> str:
    """没有违规用电 becomes 违规用电, 无杂物 becomes 有杂物, 不存在隐患 becomes 存在隐患."""
    before, rest = clause[: denied.start()], clause[denied.end() :]
    if denied[0] == "不存在":
        return f"{before}存在{rest}"
    if re.search(r"(?<![随及同临定按小])时(?![间限])", rest):
        return f"{NOT_DONE}{clause}"  # 药师不在岗时挂牌告知: the denial is only the case
    thing = re.search(r"的[^的，]{1,8}$", rest) is not None
    acts = not thing and (
        begins("bad_heads", rest) or re.match(r"[在将把向对用使销售存储采购被出停搭摆让借租卖开改拆挪当]", rest)
    )
    if denied[0] in ("没有", "无", "没", "并无") and not acts:
        return f"{before}有{rest}"
    return re.sub(r"、(?:未|没有|无|不)", "、", f"{before}{rest}")


def _unnumbered(text: str) -> str:
    """Without counts and readings, which the officer has yet to take."""
    if not OBSERVED.search(text):
        return text if len(text) <= _LONGEST else _WHOLE
    plain = OBSERVED.sub(lambda found: "规定数值" if _READING.search(found[0]) else "规定数量的", text)
    return plain if len(plain) <= _LONGEST and not OBSERVED.search(plain) else _WHOLE
