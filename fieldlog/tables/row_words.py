"""What tells the rows of a check table apart: totals, notes, signatures, marks, and places named in a cell."""

import re
from typing import Final

from fieldlog.domain.checklist_parts import PLACES, Place
from fieldlog.sheets.grid import Grid

MARKS: Final = "★☆*＊※▲△●◆■#"
TOTAL = re.compile(r".{0,8}(?:合计|小计|总计|总分|得分合计|总得分|共计)[:：]?\s*\d*分?|满分\s*\d*分?")
NOTE = re.compile(
    r"[*＊※★]?\s*[(（]?(?:注|备注|说明|填表说明|填写说明|注意事项|评分说明|使用说明|备\s*注|评定标准|评级标准|等级评定|结果判定)\s*\d*[)）]?\s*[:：、.．]"
)
SIGNED = re.compile(
    r".{0,12}(?:签字|签名|签章|盖章|公章)|(?:检查人员?|检查组|记录人|陪同人员?|被检查(?:单位|人)|受检单位|单位负责人|负责人|填表人|审核人|检查(?:日期|时间|单位)"
    r"|日期|时间|地址|电话|联系电话|联系人|单位名称|场所名称|执法证号|执法人员|检查意见|整改意见|处理意见|整改期限|检查结论|综合结论|综合评定|评定等级|其他(?:问题|情况))[^:：]{0,10}[:：]"
    r"|.{0,6}\d{0,4}\s*年\s*\d{0,2}\s*月"
)
_PLACES: Final[tuple[tuple[str, Place], ...]] = (
    (r"外围|室外|周边|外部|院坝|屋外", "外围"), (r"门口|入口|门头|大门|前台", "门口"),
    (r"营业|经营|卖场|门店|店面|前厅|大堂|大厅|用餐|客房", "营业场所"), (r"厨房|加工|操作间|后厨|车间|作业", "加工操作间"),
    (r"仓库|库房|储存|冷库|仓储", "库房"), (r"配电|设备|机房|锅炉|气瓶间|泵房|消控|消防控制室|电梯", "设备间"),
    (r"宿舍|生活|居住|住宿", "生活区"), (r"资料|台账|档案|证照|内业|办公室", "资料"),
)  # fmt: skip


def tall_cells(grid: Grid) -> frozenset[tuple[int, int]]:
    """The cells of ranges that are merged over several rows, in their first column."""
    height = len(grid.rows)
    return frozenset(
        (row, merge.left)
        for merge in grid.merges
        if merge.bottom > merge.top
        for row in range(merge.top, min(merge.bottom, height - 1) + 1)
    )


def mark_of(texts: dict[str, str]) -> str:
    """A mark at an end of the number or the text, which is taken off."""
    for name in ("serial", "text", "topic"):
        text = texts.get(name, "")
        bare = text.strip(MARKS + " ")
        if bare != text and (bare or name == "serial"):
            texts[name] = bare
            return next((sign for sign in text if sign in MARKS), "")
        if found := re.match(rf"((?:\d+[、.．]?|[(（]\d+[)）])\s*)([{re.escape(MARKS)}])\s*", text):
            texts[name] = found[1] + text[found.end() :]
            return found[2]
    return ""


def place_of(text: str) -> Place | None:
    for place in PLACES:
        if text == place:
            return place  # type: ignore[return-value]
    return next((place for pattern, place in _PLACES if text and len(text) <= 12 and re.search(pattern, text)), None)
