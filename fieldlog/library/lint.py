"""Check checklist files: every problem at once, each with file, line and what to do."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from fieldlog.domain.checklist import Checklist, Head
from fieldlog.domain.checklist_conflicts import conflicts
from fieldlog.domain.checklist_diff import reused_ids
from fieldlog.domain.checklist_parts import Feature, Item, Repeat, Section, Unit
from fieldlog.domain.citation import Citation
from fieldlog.domain.file_problem import Problem, Unreadable
from fieldlog.domain.observed import observed_quantity
from fieldlog.library.source import Source, Step, read_source


@dataclass(frozen=True, slots=True)
class LintResult:
    """What a check of some files came to."""

    files: int
    items: int
    problems: list[Problem]


Known = Callable[[str], Iterable[Checklist]]
"""By a list's id: its versions that visits used."""

Objection = Callable[[Citation], str | None]
"""What is wrong with a citation held against law texts, in Chinese; None where it holds."""


Heads = Callable[[str], Head | None]
"""By a list's id: its head, wherever that list stands."""


def lint(
    paths: Iterable[Path],
    *,
    known: Known | None = None,
    objection: Objection | None = None,
    heads: Heads | None = None,
) -> LintResult:
    """Check files, and the `*.yaml` in folders. A file that cannot be read is a problem, never an exception.

    With `known`, files are held against older versions of their lists, too; with `objection`, which says what is wrong
    with a citation, against law texts; with `heads`, supplements against the lists that they supplement.
    """
    files = [file for path in paths for file in (checklist_files(path) if path.is_dir() else [path])]
    problems: list[Problem] = []
    items = 0
    for file in files:
        checklist, found = check(file, known=known, objection=objection, heads=_with_those(files, heads))
        problems += found
        items += len(checklist.items()) if checklist else 0
    return LintResult(len(files), items, sorted(problems))


def checklist_files(folder: Path) -> list[Path]:
    """The checklist files of a folder, by name; editors' hidden and lock files are left out."""
    return sorted(file for file in folder.glob("*.yaml") if not file.name.startswith((".", "~")))


def check(
    file: Path, *, known: Known | None = None, objection: Objection | None = None, heads: Heads | None = None
) -> tuple[Checklist | None, list[Problem]]:
    """The list in `file` and what is wrong with it; the list is None where it cannot be used.

    What `objection` finds makes a list wrong, not unusable.
    """
    try:
        source = read_source(file)
    except Unreadable as error:
        return None, [error.problem]
    checklist = check_source(source)
    own_id = source.data.get("id")
    if isinstance(own_id, str) and own_id != file.stem:
        source.report(("id",), f"id 是 {own_id}，文件名却是 {file.name}：两者要一样")
    if checklist is not None and known is not None:
        check_history(source, checklist, known(checklist.id))
    if checklist is not None and checklist.extends is not None and heads is not None:
        _check_base(source, checklist.extends, heads)
    usable = None if source.problems else checklist
    if objection is not None:
        from fieldlog.library.lawful import check_citations  # noqa: PLC0415 - opening a list reads no law

        check_citations(source, objection)
    return usable, source.problems


def check_source(source: Source) -> Checklist | None:
    """Check data that was read; problems are added to `source`."""
    checklist = None
    broken: set[tuple[Step, ...]] = set()
    try:
        checklist = Checklist.model_validate(source.data)
    except ValidationError as error:
        for detail in _causes(error):
            broken.add(detail["loc"][:4])
            source.report(detail["loc"], _worded(source, detail))
    _check_together(source, broken)
    return checklist


def read_head(file: Path) -> Head | None:
    """The head of the list in a file; None where it cannot be read."""
    try:
        return Head.model_validate(read_source(file, head_only=True).data)
    except (Unreadable, ValidationError):
        return None


def _with_those(files: Iterable[Path], heads: Heads | None) -> Heads | None:
    """`heads`, after those of the files that are checked together."""
    if heads is None:
        return None
    beside = {file.stem: file for file in files}
    return lambda list_id: (read_head(beside[list_id]) if list_id in beside else None) or heads(list_id)


def _check_base(source: Source, extends: str, heads: Heads) -> None:
    """Hold a supplement against the list that it supplements."""
    base = heads(extends)
    if base is None:
        source.report(("extends",), f"没有“{extends}”这份清单可以补充：核对 extends，或先放好那份清单")
    elif base.extends is not None:
        source.report(("extends",), f"“{extends}”自己是补充清单：请直接补充 {base.extends}")


def check_history(source: Source, checklist: Checklist, versions: Iterable[Checklist]) -> None:
    """Hold a list against the versions of it that visits used: results are compared by item id."""
    paths = {
        item.id: ("sections", s, "items", i)
        for s, section in enumerate(checklist.sections)
        for i, item in enumerate(section.items)
    }
    told: set[str] = set()
    for older in versions:
        if older.version == checklist.version and older.digest() != checklist.digest():
            why = f"{older.version} 版已经用过，内容却不同：改了内容就要提高 version"
            source.report(("version",), why)
        for before, item in reused_ids(older, checklist):
            if item.id not in told:
                told.add(item.id)
                why = f"编号 {item.id} 在 {older.version} 版里是“{before.text}”：换了内容要取没用过的新编号"
                source.report((*paths[item.id], "id"), why)


def _causes(error: ValidationError) -> Iterator[ErrorDetails]:
    """The errors that somebody made; not "too few" where only the broken ones are missing from the count."""
    details = error.errors(include_url=False)
    for detail in details:
        path = detail["loc"]
        within = any(other["loc"][: len(path)] == path for other in details if len(other["loc"]) > len(path))
        if detail["type"] != "conflict" and not (detail["type"] == "too_short" and within):
            yield detail


def _check_together(source: Source, broken: set[tuple[Step, ...]]) -> None:
    """Rules between parts; those that are wrong in themselves are left out, the others still checked."""
    paths: dict[int, tuple[Step, ...]] = {}
    features: list[Feature] = []
    for n, raw in enumerate(_mappings(source.data.get("features"))):
        if not any(path[:2] == ("features", n) for path in broken):
            features.append(Feature.model_validate(raw))
            paths[id(features[-1])] = ("features", n)
    sections = list(_sound_sections(source.data, broken, paths))
    suits = source.data.get("applies_to")
    preselecting = _sequence(cast("dict[str, Any]", suits).get("features")) if isinstance(suits, dict) else []
    for part, why in conflicts(str(source.data.get("id")), features, sections, preselecting):
        field = "id" if isinstance(part, Item) else "condition"
        source.report((*paths[id(part)], field) if part is not None else ("features",), why)
    for item in (item for section in sections for item in section.items):
        if _QUESTION.search(item.text):
            source.report((*paths[id(item)], "text"), f"{item.id} 是问句：改成符合时的样子，如“安全出口没有锁闭”")
        for n, finding in enumerate(item.findings):
            if observed := observed_quantity(finding.text):
                why = _OBSERVED_WHY.format(id=item.id, observed=observed)
                source.report((*paths[id(item)], "findings", n, "text"), why)


_QUESTION: Final = re.compile(r"是否|有没有|[？?]$")
"""What cannot be answered 符合 without asking which answer is the good one."""


def _sound_sections(
    data: dict[str, Any], broken: set[tuple[Step, ...]], paths: dict[int, tuple[Step, ...]]
) -> Iterator[Section]:
    """The sections with their sound items; `paths` learns where each part stands."""
    for s, raw in enumerate(_sequence(data.get("sections"))):
        if not isinstance(raw, dict):
            continue
        held = cast("dict[str, Any]", raw)
        frame = {key: value for key, value in held.items() if key != "items"}
        if any(path[:2] == ("sections", s) and path[2:3] != ("items",) for path in broken):
            frame = {"title": "坏"}  # its own mistakes are told already; its items are still held against the others
        items: list[Item] = []
        for i, item in enumerate(_sequence(held.get("items"))):
            if not any(path[:4] == ("sections", s, "items", i) for path in broken):
                items.append(Item.model_validate(item))
                paths[id(items[-1])] = ("sections", s, "items", i)
        section = Section.model_construct(
            title=str(frame.get("title")),
            condition=frame.get("condition"),
            repeat=Repeat.model_validate(frame["repeat"]) if frame.get("repeat") is not None else None,
            items=tuple(items),
        )
        paths[id(section)] = ("sections", s)
        yield section


_OBSERVED_WHY: Final = (
    "{id} 的典型问题写了“{observed}”，像是已经查到的数量：改成不带数量的说法，要记数就给该项加 measure"
)


def _sequence(value: Any) -> list[Any]:  # noqa: ANN401 - whatever YAML held
    return cast("list[Any]", value) if isinstance(value, list) else []


def _mappings(value: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    return [cast("dict[str, Any]", held) for held in _sequence(value) if isinstance(held, dict)]


def _worded(source: Source, detail: ErrorDetails) -> str:
    """One validation error in an officer's words, after the name of what it is about."""
    path = detail["loc"]
    return f"{_named(source, path)}{_why(source, detail)}"


def _named(source: Source, path: tuple[Step, ...]) -> str:
    """`xiaofang-28 的 basis 第 2 个：`, or what can be said of it."""
    rest = path
    name = ""
    if path[:1] == ("sections",) and len(path) > 3 and path[2] == "items":
        raw = source.data["sections"][path[1]]["items"][path[3]]
        held = cast("dict[str, Any]", raw).get("id") if isinstance(raw, dict) else None
        name = held if isinstance(held, str) else f"第 {int(path[3]) + 1} 项"
        rest = path[4:]
    words = [f"第 {step + 1} 个" if isinstance(step, int) else step for step in rest]
    name = " 的 ".join(part for part in (name, " ".join(words)) if part)
    return f"{name}：" if name else ""


_PLAIN: Final = {
    "missing": "缺这个键，必须写",
    "extra_forbidden": "不认识的键，看有没有拼错",
    "bool_type": "应是 true 或 false",
    "dict_type": "应是一组键和值",
    "model_type": "应是一组键和值",
    "model_attributes_type": "应是一组键和值",
    "tuple_type": "应是列表，每行一个，用短横开头",
    "list_type": "应是列表，每行一个，用短横开头",
    "string_too_short": "不能是空的，也不能太短",
}


def _why(source: Source, detail: ErrorDetails) -> str:
    kind, path, context = detail["type"], detail["loc"], detail.get("ctx", {})
    match kind:
        case "string_type" | "literal_error" if misread := source.misread(path):
            written, read_as = misread
            if not written:
                return "写了键却没有内容"
            return f'YAML 把 {written} 读成了{read_as}，请加引号："{written}"'
        case "string_type":
            return "应是文字"
        case "int_type":
            return f"应是整数，不是“{_shown(source, path, detail)}”"
        case "greater_than_equal":
            return f"不能小于 {context['ge']}"
        case "less_than_equal":
            return f"不能大于 {context['le']}"
        case "string_too_long":
            return f"太长，最多 {context['max_length']} 个字"
        case "too_short":
            return f"至少要有 {context['min_length']} 个"
        case "too_long":
            return f"最多 {context['max_length']} 个"
        case "literal_error":
            return f"不能是“{_shown(source, path, detail)}”，只能是 {_choices(path, str(context['expected']))}"
        case "string_pattern_mismatch":
            return f"“{_shown(source, path, detail)}”写法不对，{_form(path)}"
        case _:
            return _PLAIN.get(kind, detail["msg"])


def _shown(source: Source, path: tuple[Step, ...], detail: ErrorDetails) -> str:
    misread = source.misread(path)
    return misread[0] if misread else str(detail["input"])[:40]


def _choices(path: tuple[Step, ...], expected: str) -> str:
    if path[-1] == "unit":
        return "、".join(get_args(Unit))
    return expected.replace("'", "").replace(" or ", "、").replace(", ", "、")


def _form(path: tuple[Step, ...]) -> str:
    """What the field should look like, by its name."""
    last = path[-1]
    if last == "id":
        return "清单 id 如 xiaofang，项的 id 如 xiaofang-28：小写字母、短横、数字"
    forms = {
        "version": '应是年份加点加次序，如 "2026.1"',
        "min": '应是加了引号的数，如 "2" 或 "-18.5"',
        "max": '应是加了引号的数，如 "2" 或 "-18.5"',
        "shared": "只用小写字母、数字和短横",
        "points": '应是分值，如 5 或 "2.5"',
        "deduct": '应是分值，如 5 或 "2.5"',
        "full": "应是分值，如 100",
        "at_least": '应是分值，如 90 或 "89.5"',
        "extends": "应是清单的 id，如 xiaofang",
        "law": "法规名称里不能有 # ； 《》 和换行",
    }
    return forms.get(str(last), "应是一行文字，前后没有空格")
