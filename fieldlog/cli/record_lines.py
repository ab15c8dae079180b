"""What a line given to `fieldlog record` may say: one model for each `do`. `docs/record.md` is the full description."""

import re
from typing import Annotated, Any, Final, Literal

import orjson
from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from fieldlog.domain.bodies import DeadlineKind, Signature
from fieldlog.domain.errors import Refused

LONGEST_LINE_BYTES: Final = 1024 * 1024


def _decimal_text(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _passed(value: Any) -> Any:  # noqa: ANN401
    return {"通过": True, "合格": True, "不通过": False, "未通过": False, "不合格": False}.get(str(value), value)


def _signature(value: Any) -> Any:  # noqa: ANN401
    return {"way": value} if isinstance(value, str) else value


_Doc = Annotated[str, Field(min_length=1, max_length=80)]
_HazardDoc = Annotated[_Doc, Field(validation_alias=AliasChoices("doc", "hazard", "number"))]
_Words = Annotated[str, Field(validation_alias=AliasChoices("note", "text"))]
_OnDay = Annotated[str, Field(validation_alias=AliasChoices("on", "date"))]


class Line(BaseModel):
    """One line; what it does not know is not used, and the acknowledgement says so."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)

    do: str
    by: str = ""
    """Who acts: an officer's id, certificate number or name."""


class Open(Line):
    """Begin a visit."""

    premises: _Doc
    lists: list[str] = []
    """Without any, those that suit the kind and features of the premises."""
    officers: list[str]
    type: str = "日常"
    features: list[str] | None = None
    approval: str = ""
    source: str = ""


class Answer(Line):
    """Answer an item."""

    doc: _Doc
    item: str
    value: str = ""
    """Without one the measured number decides."""
    finding: int | str | None = None
    """Number of a typical finding from 1, or what is wrong in words."""
    text: str = ""
    measured: Annotated[str, BeforeValidator(_decimal_text)] = ""
    note: str = ""


class Adopt(Line):
    """Let the newer version of a list count in a visit."""

    doc: _Doc
    list: str


class Undo(Line):
    """Take back the newest answer."""

    doc: _Doc


class Note(Line):
    """Remark on an item or the visit."""

    doc: _Doc
    text: Annotated[str, Field(validation_alias=AliasChoices("text", "note"))]
    item: str = ""


class DraftText(Line):
    """Half-typed text."""

    doc: _Doc
    field: str
    text: str


class Stage(Line):
    """A stage of the visit."""

    doc: _Doc
    stage: Literal["亮证", "告知", "现场检查", "笔录签字"]
    note: str = ""


class Count(Line):
    """How many things of a kind there are."""

    doc: _Doc
    thing: str
    labels: list[str] | None = None
    """What each is called."""
    number: int | None = Field(default=None, ge=0, le=3650)
    """Instead of labels: so many, called as before or by their numbers."""


class Footage(Line):
    """A camera and a second."""

    doc: _Doc
    camera: str = ""
    moment: Annotated[str, Field(validation_alias=AliasChoices("moment", "at"))] = ""
    item: str = ""
    hazard: str = ""
    note: str = ""


class Photo(Line):
    """A photo from a file."""

    doc: _Doc
    path: Annotated[str, Field(validation_alias=AliasChoices("path", "file"))]
    item: str = ""


class FindHazard(Line):
    """A hazard that no checklist finding describes."""

    text: str
    doc: Annotated[str, Field(validation_alias=AliasChoices("doc", "inspection"))] = ""
    premises: str = ""
    item: str = ""
    level: str = "一般"
    standard: str = ""
    basis: list[str] = []
    measure: str = ""
    days: int | None = Field(default=None, ge=0, le=3650)
    deadline_kind: DeadlineKind = "calendar"
    due: str = ""
    responsible: str = ""
    place: str = ""


class EditHazard(Line):
    """Correct a hazard."""

    doc: _HazardDoc
    text: str | None = None
    place: str | None = None
    level: str | None = None
    standard: str | None = None
    basis: list[str] | None = None
    measure: str | None = None
    days: int | None = Field(default=None, ge=0, le=3650)
    deadline_kind: DeadlineKind | None = None
    due: str | None = None
    responsible: str | None = None


class Assign(Line):
    """Give a hazard to an officer."""

    doc: _HazardDoc
    officer: str
    note: str = ""


class Urge(Line):
    """督办."""

    doc: _HazardDoc
    note: _Words


class Rectify(Line):
    """The party reports it done."""

    doc: _HazardDoc
    note: _Words
    on: _OnDay = ""
    reported_by: str = ""


class Recheck(Line):
    """A re-check."""

    doc: _HazardDoc
    passed: Annotated[bool, BeforeValidator(_passed), Field(validation_alias=AliasChoices("passed", "result"))]
    note: _Words = ""
    officers: list[str] = []
    on: _OnDay = ""
    due: str = ""


class Extend(Line):
    """More time."""

    doc: _HazardDoc
    due: str
    reason: str
    approver: str = ""


class RequestClosing(Line):
    """Ask for the closing."""

    doc: _HazardDoc
    note: _Words = ""


class DeclineClosing(Line):
    """Send it back."""

    doc: _HazardDoc
    reason: str


class Close(Line):
    """End a visit, or close a hazard."""

    doc: _HazardDoc
    signature: Annotated[Signature, BeforeValidator(_signature)] = Signature()
    opinion: str = ""
    reasons: dict[str, str] = {}
    reason: str = ""
    approver: str = ""
    note: str = ""


class Void(Line):
    """Mark a visit or a hazard as entered by mistake."""

    doc: _HazardDoc
    reason: str


LINES: Final[dict[str, type[Line]]] = {
    "open": Open,
    "answer": Answer,
    "adopt": Adopt,
    "undo": Undo,
    "note": Note,
    "draft": DraftText,
    "stage": Stage,
    "count": Count,
    "footage": Footage,
    "photo": Photo,
    "hazard": FindHazard,
    "edit": EditHazard,
    "assign": Assign,
    "urge": Urge,
    "rectify": Rectify,
    "recheck": Recheck,
    "extend": Extend,
    "request_closing": RequestClosing,
    "decline_closing": DeclineClosing,
    "close": Close,
    "void": Void,
}
"""Every `do` with its model."""


def read_line(raw: bytes) -> Line:
    """Read one line, with or without its line feed.

    Raises:
        Refused: it is no JSON object, asks for something unknown, or lacks something; the message says what.
    """
    if len(raw) > LONGEST_LINE_BYTES:
        raise Refused(f"这一行超过 {LONGEST_LINE_BYTES // 1024} KiB，没有读", rule="line")
    if not raw.strip():
        raise Refused("这一行是空的", rule="line")
    try:
        fields: Any = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Refused(_unread(raw), rule="line") from error
    if not isinstance(fields, dict):
        raise Refused('这一行应是一个 JSON 对象，例如 {"do": "undo", "doc": "…"}', rule="line")
    what: Any = fields.get("do")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - any JSON
    if not isinstance(what, str) or what not in LINES:
        raise Refused(f"不认识的 do：{what}，可用的有 {'、'.join(LINES)}" if what else "缺少 do", rule="do")
    try:
        return LINES[what].model_validate(fields)
    except ValidationError as error:
        raise Refused(_worded(error), rule="field") from error


def _unread(raw: bytes) -> str:
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return f"这一行不是 UTF-8（第 {error.start + 1} 个字节起），请用 UTF-8 编码写"
    return "这一行不是 JSON，请一行写一个 JSON 对象"


def unused(line: Line) -> list[str]:
    """Names of fields that this `do` does not know."""
    return sorted(line.model_extra or ())


def _worded(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    name = ".".join(str(part) for part in first["loc"]) or "这一行"
    match first["type"]:
        case "missing":
            return f"缺少 {name}"
        case "literal_error":
            choices = re.findall("[\u4e00-\u9fff]+|[a-z]+", str(first.get("ctx", {}).get("expected", "")))
            return f"{name} 只能是 {'、'.join(word for word in choices if word != 'or')}"
        case "string_type":
            return f"{name} 应是文字"
        case "list_type":
            return f'{name} 应是列表，例如 ["…"]'
        case "bool_type" | "bool_parsing":
            return f"{name} 应是 true 或 false"
        case "int_type" | "int_parsing" | "greater_than_equal" | "less_than_equal":
            return f"{name} 应是 0 到 3650 的整数"
        case _:
            return f"{name} 的值不对"
