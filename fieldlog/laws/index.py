"""`index.json`: which texts a law folder holds."""

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, cast

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from fieldlog.domain.citation import HIGHEST_NUMBER
from fieldlog.domain.file_problem import Problem, Unreadable
from fieldlog.domain.law_status import LawHead, standing_of
from fieldlog.laws.source import INDEX, LARGEST_INDEX_BYTES, MOST_LAWS, as_text, read_bytes

_FILE: Final = r"^[^\\/:*?\"<>|\x00-\x1f.~][^\\/:*?\"<>|\x00-\x1f]{0,99}\.md$"
_Words = Annotated[str, StringConstraints(min_length=2, max_length=100, pattern=r"^[^\s#；《》][^#；\x00-\x1f]*$")]


class Row(BaseModel):
    """One law in the index."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    name: _Words
    title: _Words
    kind: Annotated[str, StringConstraints(max_length=40)] = ""
    version: str
    articles: Annotated[int, Field(ge=1, le=HIGHEST_NUMBER)]
    file: Annotated[str, StringConstraints(pattern=_FILE)]
    status: str
    note: Annotated[str, StringConstraints(max_length=2000)] = ""

    @field_validator("version")
    @classmethod
    def _a_day(cls, value: str) -> str:
        try:
            date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("law", "应是文本的日期，如 2021-04-29") from None
        return value

    @field_validator("status")
    @classmethod
    def _known(cls, value: str) -> str:
        if standing_of(value) is None:
            raise PydanticCustomError(
                "law",
                "不认识：写 current as of 年-月、amended、probably revised 或 superseded，也可写 现行、已修改、已被取代",
            )
        return value

    @property
    def head(self) -> LawHead:
        """The row as the domain knows it."""
        return LawHead(
            name=self.name,
            title=self.title,
            version=self.version,
            articles=self.articles,
            status=self.status,
            kind=self.kind,
            note=" ".join(self.note.split()),
            file=self.file,
        )


def read_index(folder: Path) -> tuple[list[LawHead], list[Problem]]:
    """The laws of a folder, and what is wrong with its index. Rows that are wrong are left out."""
    try:
        text = as_text(read_bytes(folder, INDEX, LARGEST_INDEX_BYTES), INDEX)
    except Unreadable as error:
        return [], [error.problem]
    try:
        held: Any = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return [], [Problem(INDEX, error.lineno, "不是 JSON：看这一行的引号、逗号和括号")]
    if not isinstance(held, list) or not held:
        return [], [Problem(INDEX, 1, "应是一个列表，每部法规一组：name、title、version、articles、file、status")]
    raw = cast("list[Any]", held)
    if len(raw) > MOST_LAWS:
        return [], [Problem(INDEX, 1, f"法规超过 {MOST_LAWS} 部")]
    heads: list[LawHead] = []
    problems: list[Problem] = []
    for n, (each, line) in enumerate(zip(raw, _lines(text, len(raw)), strict=True), 1):
        try:
            heads.append(Row.model_validate(each).head)
        except ValidationError as error:
            problems += (Problem(INDEX, line, _worded(each, n, detail)) for detail in error.errors(include_url=False))
    return heads, [*problems, *_twice(heads)]


def written_index(heads: list[LawHead]) -> bytes:
    """The index of these texts, as `read_index` takes it."""
    rows = [
        {
            "name": head.name,
            "title": head.title,
            "kind": head.kind,
            "version": head.version,
            "articles": head.articles,
            "file": head.file,
            "status": head.status,
            "note": head.note,
        }
        for head in heads
    ]
    return orjson.dumps(rows, option=orjson.OPT_INDENT_2) + b"\n"


def _lines(text: str, rows: int) -> list[int]:
    """Where each row begins; all in line 1 where the rows cannot be told apart."""
    begins = [text[: found.start()].count("\n") + 1 for found in re.finditer(r"\{", text)]
    return begins if len(begins) == rows else [1] * rows


def _twice(heads: list[LawHead]) -> list[Problem]:
    problems: list[Problem] = []
    names: set[str] = set()
    files: set[str] = set()
    for head in heads:
        for name in {head.name, head.title}:
            if name in names:
                problems.append(Problem(INDEX, 1, f"“{name}”写了两次，一部法规只留一个文本"))
            names.add(name)
        if head.file.casefold() in files:
            problems.append(Problem(INDEX, 1, f"文件 {head.file} 被两部法规用了"))
        files.add(head.file.casefold())
    return problems


_WHY: Final = {
    "missing": "缺这个键",
    "string_type": "应是文字，加上引号",
    "int_type": "应是整数",
    "greater_than_equal": "应是 1 到 9999 的整数",
    "less_than_equal": "应是 1 到 9999 的整数",
    "string_too_long": "太长",
    "string_too_short": "太短",
    "model_type": "应是一组键和值",
}
_FORMS: Final = {"file": "应是同一文件夹里的 .md 文件名，不能带路径"}


def _worded(row: Any, number: int, detail: Any) -> str:  # noqa: ANN401 - whatever JSON held
    named = cast("dict[str, Any]", row).get("name") if isinstance(row, dict) else None
    name = f"“{named[:30]}”" if isinstance(named, str) and named.strip() else f"第 {number} 部"
    key = str(detail["loc"][0]) if detail["loc"] else ""
    why = detail["msg"] if detail["type"] == "law" else _WHY.get(detail["type"], _FORMS.get(key, "写法不对"))
    return f"{name}{f'的 {key}' if key else ''}：{why}"
