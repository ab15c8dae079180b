"""Turns the questions of check tables into statements of which 符合 is good.

是否设置消防水源 becomes 已设置消防水源, 是否占用疏散通道 becomes 没有占用疏散通道. Where the words do not decide, the more
likely reading is taken, `sure` is false and the other reading is handed back, so that a person decides.
"""

import re
from dataclasses import dataclass
from typing import Literal

from fieldlog.tables.numerals import without_serial
from fieldlog.tables.poles import Pole, pole_of, says_wrong
from fieldlog.tables.wording import BAN, NEGATOR, bare, begins, ends, holds, without_adverbs, words

Answers = Literal["", "yes", "have", "pass"]
"""How the table is answered: 是/否, 有/无, or 合格/不合格 and the like."""
Expected = Literal["", "good", "bad"]
"""What the table itself says of 是: a column 应答 or 标准答案, or a column of problems."""

_WHETHER_ANY = r"有无(?!障碍(?:通道|设施|卫生间|厕所|坡道|电梯|出入口|环境|停车|标)|线|菌|烟|害化)"
"""有无障碍物 asks; in 有无障碍通道 the 无 belongs to what follows."""
_QUESTION = re.compile(
    rf"是否|是不是|{_WHETHER_ANY}|有没有|能否|能不能|可否|会不会|会否|畅不畅通|(?:吗|(?<![什怎那这多])么)(?=[？?。；;，,]|$)"
)
_OPEN = re.compile(r"多少|如何|怎样|怎么样?|什么|哪些|哪几|哪个|何时|何种|何人|几[个具人处台次件家名]")
_KNOWS = re.compile(r"知道|知晓|会|懂|了解|掌握|熟悉|说出|明确|能")
_CLAUSES = re.compile(r"([，,；;。？?\n]+)")


@dataclass(frozen=True, slots=True)
class Judged:
    """A check as a statement."""

    text: str
    original: str
    sure: bool = True
    other: str = ""
    """The other reading, where the words do not decide."""
    open: bool = False
    """No question that 是 or 否 answers."""

    @property
    def turned(self) -> bool:
        """Whether the wording was changed."""
        return self.text != self.original


@dataclass(frozen=True, slots=True)
class _Clause:
    text: str
    sure: bool = True
    other: str = ""
    pole: Pole = Pole.GOOD


def is_question(text: str) -> bool:
    """Whether 符合 would be an answer and not a judgement: 是否…, 有无…, …吗."""
    return _QUESTION.search(text) is not None or text.rstrip().endswith(("？", "?"))


def judge(written: str, *, answers: Answers = "", expected: Expected = "") -> Judged:
    """The statement of a check, and whether its polarity is certain.

    Args:
        answers: how the table is answered, where its heading says so.
        expected: what the table itself says of 是, where it does.
    """
    original = without_serial(written).strip().rstrip("。；;，,")
    text = original.rstrip("？?").strip()
    if not text:
        return Judged(original, original)
    asked = _QUESTION.search(original) is not None
    if not asked and _OPEN.search(text) and (original != text or not _KNOWS.search(text)):
        return Judged(text, original, sure=False, open=True)
    if asked and "还是" in text:
        return Judged(text, original, sure=False, open=True)
    parts = _CLAUSES.split(_one_question_a_clause(original.rstrip("？?") if "吗" not in original else original))
    if asked:
        clauses = _questions(parts[::2], expected)
    else:
        clauses = [_statement(part, answers, expected) for part in parts[::2]]
    sure = all(clause.sure for clause in clauses)
    other = "" if sure else _joined([clause.other or clause.text for clause in clauses], parts[1::2])
    return Judged(_joined([clause.text for clause in clauses], parts[1::2]), original, sure, other)


# ---- questions -------------------------------------------------------------------------------------------------------


def _questions(parts: list[str], expected: Expected) -> list[_Clause]:
    clauses: list[_Clause] = []
    before: _Clause | None = None
    for part in parts:
        asked = _QUESTION.search(part)
        if asked:
            before = _question(part, asked, expected)
            clauses.append(before)
        elif before is None or not part.strip():
            clauses.append(_Clause(part))
        else:
            clauses.append(_goes_on(part, before, expected))
    return clauses


def _question(clause: str, asked: re.Match[str], expected: Expected) -> _Clause:
    subject, predicate = clause[: asked.start()], clause[asked.end() :]
    match asked[0]:
        case "有无" | "有没有":
            return _whether_any(subject, predicate, expected)
        case "能否" | "能不能" | "可否":
            return _decided(subject, ("可以" if asked[0] == "可否" else "能") + predicate, expected)
        case "会不会" | "会否":
            return _decided(subject, "会" + predicate, expected)
        case "吗" | "么":
            return _statement(subject + predicate, "yes", expected)
        case "畅不畅通":
            return _Clause(f"{subject}畅通{predicate}")
        case _:
            return _decided(subject, predicate, expected)


def _decided(subject: str, predicate: str, expected: Expected) -> _Clause:
    """The statement of 是否 between subject and predicate."""
    if not predicate.strip():
        return _Clause(subject, sure=False, other=subject, pole=Pole.UNKNOWN)
    pole, sure = _told(*pole_of(predicate, subject), expected)
    return _read(positive(subject, predicate), negative(subject, predicate), pole, sure)


def _read(good: str, bad: str, pole: Pole, sure: bool) -> _Clause:
    """The likelier of two readings; it is good that it is so unless something speaks against it."""
    return _Clause(bad, sure, good, pole) if pole is Pole.BAD else _Clause(good, sure, bad, pole)


def _told(pole: Pole, sure: bool, expected: Expected) -> tuple[Pole, bool]:
    """The table's own word comes before what the wording suggests; where they disagree nobody is sure."""
    if not expected:
        return pole, sure
    said = Pole.GOOD if expected == "good" else Pole.BAD
    return said, not (sure and pole is not said)


def _whether_any(subject: str, thing: str, expected: Expected) -> _Clause:
    """有无: of a bad thing there should be none."""
    core = bare(thing)
    if begins("bad_heads", core) or (ends("bad_signs", core) and not begins("remedies", core)):
        pole, sure = Pole.BAD, True
    else:
        pole, sure = pole_of("有" + core, subject)
        if pole is Pole.UNKNOWN and begins("good_heads", core):
            pole, sure = Pole.GOOD, True
    return _read(f"{subject}有{thing}", f"{subject}没有{thing}", *_told(pole, sure, expected))


def _goes_on(part: str, before: _Clause, expected: Expected) -> _Clause:
    """A clause without a question word after one that had it: 是否占用通道，堵塞出口."""
    pole, sure = _told(*pole_of(part), expected)
    denied = negative("", part)
    if before.pole is Pole.BAD:
        if pole is Pole.BAD:
            return _Clause(denied, sure and before.sure, part, Pole.BAD)
        # 是否违规用电，用气: what was denied may go on, or a requirement of its own may begin
        return _Clause(part, sure and pole is Pole.GOOD, denied, pole)
    if pole is Pole.BAD:
        return _Clause(denied, False, part, pole)
    return _Clause(part, before.sure, part, pole)


# ---- statements ------------------------------------------------------------------------------------------------------


def _statement(clause: str, answers: Answers, expected: Expected) -> _Clause:
    """A clause without a question: mostly good as it stands, but 违规用电 and 灭火器过期 are no requirement."""
    core = bare(clause)
    if not core or expected == "good":
        return _Clause(clause)
    if expected == "bad":
        return _Clause(without(clause), True, clause, Pole.BAD)
    if answers == "have" and _is_thing(core):
        return _whether_any("", clause, "")
    if not says_wrong(core):
        return _Clause(clause)
    return _Clause(without(clause), False, clause, Pole.BAD)


def _is_thing(core: str) -> bool:
    """Whether a statement only names something that there is or is not: 消防制度, 火灾隐患."""
    if holds("states", core) or NEGATOR.search(core) or BAN.search(core) or core.startswith("有"):
        return False
    return not begins("good_heads", without_adverbs(core))


# ---- wording ---------------------------------------------------------------------------------------------------------

_MANNER = re.compile(
    r"(?:(?:严格)?(?:按照?|依照?|依)[^，,；;]{0,10}?(?:规定|要求|标准|规范|制度|法|规)|统一|单独|专门|分别|全面|逐一)?"
)


def positive(subject: str, predicate: str) -> str:
    """The statement that it is so, as one would write it: 已设置, 已按规定配备, 畅通."""
    lead = re.match(r"均|都|全部|全都", predicate)
    rest = predicate[lead.end() :] if lead else predicate
    if rest.startswith(("已", "未", "没", "不", "无")):
        return subject + predicate
    manner = _MANNER.match(rest)
    verb = without_adverbs(rest[manner.end() :] if manner else rest)
    if begins("done", verb) and not re.fullmatch(r"(?:健全|完善|明确|通过|公开)(?:、.*|有效|可行|合理)?", verb):
        return f"{subject}{'均' if lead else ''}已{rest}"
    return subject + predicate


def negative(subject: str, predicate: str) -> str:
    """The statement that it is not so: 不存在, 没有占用; 未配备 becomes 已配备."""
    lead = re.match(r"(?:已经?|仍然?|依然|还|继续|也|均|都)*", predicate)
    core = predicate[lead.end() :] if lead else predicate
    if not begins("bad_heads", core) and (found := NEGATOR.match(core)) and found.end() < len(core):
        rest = core[found.end() :]
        if found[0] in ("没有", "无", "没", "并无") and not (begins("done", rest) or begins("good_heads", rest)):
            return f"{subject}有{rest}"
        return positive(subject, rest)
    if core.startswith(("不存在", "没有")):
        return f"{subject}{core[1:]}"
    if re.match(r"有(?!效)", core):
        return f"{subject}没{core}"
    if re.match(r"存在|影响|妨碍|阻碍|会|能(?!源)|可以|是|为|属于|需要", core):
        return f"{subject}不{core}"
    return f"{subject}没有{core}"


def without(clause: str) -> str:
    """A clause that tells what is wrong, as the statement that it is not so: 灭火器过期 becomes 灭火器没有过期."""
    core = clause.strip()
    if found := re.match(r"发现|存在", core):
        return f"不存在{core[found.end() :]}"
    if begins("bad_heads", without_adverbs(core)):
        return negative("", core)
    if found := NEGATOR.search(core):
        return negative(core[: found.start()], core[found.start() :])
    found = words("bad_heads").search(core)
    if found and found.start() > 0:
        return negative(core[: found.start()], core[found.start() :])
    return f"没有“{core}”的情况" if len(core) > 12 else f"没有{core}"


def _one_question_a_clause(text: str) -> str:
    """A comma before every further 是否 of a clause: 灭火器是否有效是否在位; but 是否有无证摊贩 asks for 无证摊贩."""
    parts = _CLAUSES.split(text)
    for n in range(0, len(parts), 2):
        asked = list(re.finditer(rf"(?:并|和|及|以及|且|、)?(?:是否|(?<!是否){_WHETHER_ANY}|有没有)", parts[n]))
        for each in reversed(asked[1:]):
            marker = re.sub(r"^(?:并|和|及|以及|且|、)", "", each[0])
            parts[n] = f"{parts[n][: each.start()]}，{marker}{parts[n][each.end() :]}"
    return "".join(parts)


def _joined(texts: list[str], marks: list[str]) -> str:
    """Clauses put together again; question marks and line breaks between them become semicolons."""
    whole = texts[0].strip()
    for mark, text in zip(marks, texts[1:], strict=False):
        if text.strip():
            whole += ("；" if re.search(r"[；;。\n？?]", mark) else "，") + text.strip()
    return whole
