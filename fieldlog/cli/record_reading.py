"""Reading a line given to `fieldlog record`, and saying in words what is wrong with one."""

import re
from typing import Any, Final

import orjson
from pydantic import ValidationError

from fieldlog.cli.record_case import CASE_LINES, CaseLine, fields_of_step
from fieldlog.cli.record_equipment import EQUIPMENT_LINES
from fieldlog.cli.record_footage import FOOTAGE_LINES
from fieldlog.cli.record_lines import LINES, Line
from fieldlog.domain.errors import Refused

LONGEST_LINE_BYTES: Final = 1024 * 1024

_LINES = LINES | EQUIPMENT_LINES | FOOTAGE_LINES | CASE_LINES


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
    if not isinstance(what, str) or what not in _LINES:
        raise Refused(f"不认识的 do：{what}，可用的有 {'、'.join(_LINES)}" if what else "缺少 do", rule="do")
    try:
        return _LINES[what].model_validate(fields)
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
    if isinstance(line, CaseLine):
        return sorted(line.model_extra.keys() - fields_of_step(line.step)) if line.model_extra else []
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
