"""The words of XLSForms: which choices are yes and no, which types need no telling, units."""

import re
from typing import Final, get_args

from fieldlog.domain.checklist_parts import Unit

_YES: Final = frozenset(("yes", "y", "是", "有", "1", "true", "符合", "合格", "pass", "ok", "conform", "达标", "正常"))
_NO: Final = frozenset(
    ("no", "n", "否", "无", "0", "false", "不符合", "不合格", "fail", "不达标", "异常", "不正常", "没有")
)
_NA: Final = frozenset(
    ("na", "n/a", "不适用", "不涉及", "无此项", "其他", "合理缺项", "not_applicable", "dk", "不清楚")
)
SILENT: Final = frozenset(
    (
        "start",
        "end",
        "today",
        "deviceid",
        "username",
        "phonenumber",
        "email",
        "audit",
        "subscriberid",
        "simserial",
        "start-geopoint",
    )
)
FOLLOWING: Final = frozenset(("image", "photo", "text", "string", "note", "file", "audio", "video", "geopoint"))
_UNIT_WORDS: Final = {"度": "℃", "摄氏度": "℃", "°C": "℃", "%": "%", "m": "米", "cm": "厘米", "mm": "毫米", "kg": "千克", "g": "克", "m2": "平方米", "㎡": "平方米", "公斤": "千克", "h": "小时", "min": "分钟", "分": "分钟", "MPa": "MPa", "兆帕": "MPa", "lux": "lx"}  # fmt: skip


def side_of(key: str, label: str) -> str:
    """`yes`, `no`, `na` or nothing: what a choice means, by its name or its label."""
    for word in (key.strip().lower(), label.strip().lower()):
        for side, known in (("yes", _YES), ("no", _NO), ("na", _NA)):
            if word in known:
                return side
    return ""


def unit_of(label: str, told: str, hint: str) -> str | None:
    """The unit of a measured value: told in a column of its own, in brackets in the label, or in the hint."""
    units = get_args(Unit)
    named = [told, *re.findall(r"[（(]([^（）()]{1,8})[)）]", label), *re.findall(r"单位\s*[:：]?\s*(\S{1,5})", hint)]
    for each in named:
        unit = _UNIT_WORDS.get(each.strip(), each.strip())
        if unit in units:
            return unit
    return next((unit for unit in units if len(unit) > 1 and label.endswith(unit)), None)


def range_words(low: str | None, high: str | None, unit: str) -> str:
    """The range as a statement has it: 在 2 到 8 ℃; nothing where there is none."""
    if low is not None and high is not None:
        return f"在 {low} 到 {high} {unit}"
    if low is not None:
        return f"不低于 {low} {unit}"
    return f"不高于 {high} {unit}" if high is not None else ""
