"""A checklist file as data that knows its lines: YAML in, plain values and the line of every path out."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from fieldlog.domain.errors import os_words
from fieldlog.domain.file_problem import Problem, Unreadable

LARGEST_FILE_BYTES: Final = 2 * 1024 * 1024
DEEPEST_NESTING: Final = 40

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG: Final = "tag:yaml.org,2002:"
_READ_AS: Final = {"bool": "是/否", "null": "空值", "int": "数字", "float": "小数", "timestamp": "日期"}
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,8}", re.ASCII)

Step = str | int
"""A key, or a position in a list."""


@dataclass(frozen=True, slots=True)
class Misread:
    """A scalar that YAML takes for something that no checklist holds: a date, a fraction, an octal number."""

    kind: str


@dataclass(slots=True)
class Source:
    """One file: its data, and where each part of it stands."""

    file: str
    data: Any = None
    problems: list[Problem] = field(default_factory=list[Problem])
    _lines: dict[tuple[Step, ...], int] = field(default_factory=dict[tuple[Step, ...], int])
    _written: dict[tuple[Step, ...], tuple[str, str]] = field(default_factory=dict[tuple[Step, ...], tuple[str, str]])

    def line(self, path: tuple[Step, ...]) -> int:
        """The line of `path`, or of the innermost part of it that exists."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def misread(self, path: tuple[Step, ...]) -> tuple[str, str] | None:
        """What stands at `path` and what YAML took it for, where that is not text: ("no", "是/否")."""
        return self._written.get(path)

    def report(self, path: tuple[Step, ...], why: str) -> None:
        """Note a problem at `path`."""
        self.problems.append(Problem(self.file, self.line(path), why))

    def take(self, node: Any, path: tuple[Step, ...] = ()) -> Any:  # noqa: ANN401 - PyYAML has no types
        """The plain value of a node; remembers its lines on the way."""
        self._lines.setdefault(path, node.start_mark.line + 1)
        if len(path) > DEEPEST_NESTING:
            raise Unreadable(Problem(self.file, self.line(path), "嵌套太深，不是清单"))
        if isinstance(node, yaml.MappingNode):
            return self._take_mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.take(child, (*path, n)) for n, child in enumerate(node.value)]
        return self._take_scalar(node, path)

    def _take_mapping(self, node: Any, path: tuple[Step, ...]) -> dict[str, Any]:  # noqa: ANN401
        taken: dict[str, Any] = {}
        for key_node, child in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(Problem(self.file, line, "键必须是一个词"))
                continue
            key = str(key_node.value)
            if key in taken:
                self.problems.append(Problem(self.file, line, f"键 {key} 在同一处写了两次，删去一个"))
                continue
            self._lines[(*path, key)] = line
            taken[key] = self.take(child, (*path, key))
        return taken

    def _take_scalar(self, node: Any, path: tuple[Step, ...]) -> str | int | bool | Misread | None:  # noqa: ANN401
        kind = node.tag.removeprefix(_TAG)
        if kind == "str":
            return node.value
        self._written[path] = (node.value, _READ_AS.get(kind, "特殊值"))
        if kind == "null":
            return None
        if kind == "bool":
            return node.value.lower() in ("yes", "true", "on")
        if kind == "int" and _WHOLE.fullmatch(node.value):
            return int(node.value)
        return Misread(kind)


def read_source(path: Path, *, head_only: bool = False) -> Source:
    """Read one checklist file; `head_only` stops before `sections:`, which is all that a menu needs.

    Raises:
        Unreadable: the file cannot be opened, is not UTF-8 or not YAML.
    """
    text = _read_text(path)
    if head_only:
        text = re.split(r"^sections:", text, maxsplit=1, flags=re.MULTILINE)[0]
    return read_text(text, path.name)


def read_text(text: str, file: str) -> Source:
    """The same for text that is already in memory; `file` is the name that problems carry.

    Raises:
        Unreadable: `text` is not YAML.
    """
    _refuse_references(text, file)
    try:
        node: Any = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = _line_of(error)
        raise Unreadable(Problem(file, line, _syntax(error, text.split("\n")[line - 1 : line]))) from None
    except yaml.YAMLError as error:
        raise Unreadable(Problem(file, _line_at(text, error), "有 YAML 不许的控制字符，删去它")) from None
    source = Source(file)
    if not isinstance(node, yaml.MappingNode):
        raise Unreadable(Problem(file, 1, "不是清单：开头应是 id、title、version 这些键"))
    source.data = source.take(node)
    return source


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise Unreadable(Problem(path.name, 1, "文件超过 2 MB，不是清单"))
        raw = path.read_bytes()
    except FileNotFoundError:
        raise Unreadable(Problem(path.name, 1, "找不到文件，检查路径")) from None
    except OSError as error:
        raise Unreadable(Problem(path.name, 1, f"文件读不出（{os_words(error)}），检查权限或磁盘")) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise Unreadable(Problem(path.name, line, "不是 UTF-8 编码（可能是 GBK），请另存为 UTF-8")) from None


def _refuse_references(text: str, file: str) -> None:
    """Stop at anchors, aliases and deep nesting before anything is built from them.

    A few lines of aliases can stand for millions of items, and deep nesting overflows the C composer's stack.
    """
    depth = 0
    try:
        events: Any = yaml.parse(text, Loader=_Loader)
        for event in events:
            line = event.start_mark.line + 1
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise Unreadable(Problem(file, line, "不支持 & 和 * 引用；要写这个字，请给文字加引号"))
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > DEEPEST_NESTING:
                raise Unreadable(Problem(file, line, "嵌套太深，不是清单"))
    except yaml.YAMLError:
        return  # the composer meets it too and words it


def _line_of(error: yaml.MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return 1 if mark is None else mark.line + 1


def _line_at(text: str, error: yaml.YAMLError) -> int:
    position = getattr(error, "position", None)
    return 1 if not isinstance(position, int) else text[:position].count("\n") + 1


def _syntax(error: yaml.MarkedYAMLError, at: list[str]) -> str:
    """The parser's complaint about the line `at` in an officer's words; the commonest causes only."""
    said = error.problem or ""
    if "depth" in said:  # libyaml's own limit, which newer builds meet before an event is handed out
        return "嵌套太深，不是清单"
    if any("\t" in line[: len(line) - len(line.lstrip())] for line in at):
        return "用了制表符（Tab）缩进，改成空格"
    if "mapping values" in said:
        return "冒号用法不对：文字里有“: ”时要给整段加引号，或缩进没有对齐"
    if "document" in said:
        return "一个文件只能有一份清单，去掉多余的 ---"
    if "quoted scalar" in said or "unexpected end of stream" in said:
        return "引号没有配对"
    if "block" in said or "indent" in said or "expected" in said:
        return "YAML 格式不对：看这一行和上一行的缩进、短横、括号是否对齐配对"
    return "YAML 格式不对：看这一行的缩进、引号和括号"
