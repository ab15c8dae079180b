"""A checklist as the rows of a table to print and fill in by hand; what each cell says, not how it looks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from fieldlog.domain.checklist import Checklist
from fieldlog.domain.checklist_parts import Item, Section

HEADER_KEY: Final = "fieldlog"
TITLE_KEY: Final = "title"
BOXES: Final = "□符合 □不符合\n□不适用"
_UNSHOWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")

Kind = Literal["title", "line", "header", "section", "item", "sign"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `cells` has one text for each column, or only the first where it goes across."""

    kind: Kind
    cells: tuple[str, ...]
    key: str = ""
    """What a row that comes back is known by: an item's id, `section:0`; in a hidden column."""


def columns(checklist: Checklist) -> tuple[str, ...]:
    """The headings."""
    scored = any(item.points is not None for item in checklist.items())
    return ("序号", "检查内容", *(("分值",) if scored else ()), "检查方法", "依据", "结果", "备注")


def section_key(n: int) -> str:
    """The key of a section's row."""
    return f"section:{n}"


def rows(checklist: Checklist) -> Iterator[Row]:
    """The whole table, from its title to the signatures."""
    yield Row("title", (shown(checklist.title),), TITLE_KEY)
    yield Row("line", (f"清单：{checklist.id}　{checklist.version} 版　共 {len(checklist.items())} 项",))
    yield Row("line", ("被检查单位：　　　　　　　　　　　　　　　统一社会信用代码：",))
    yield Row("line", ("地址：　　　　　　　　　　　　　　　　　　联系人及电话：",))
    yield Row("line", ("检查时间：　　　　年　　月　　日　　时　　分至　　时　　分　　　检查人员及执法证号：",))
    if checklist.features:
        asked = "　".join(f"□{shown(feature.id)}" for feature in checklist.features)
        yield Row("line", (f"单位特点（有的打勾）：{asked}",))
    yield Row("header", columns(checklist), HEADER_KEY)
    number = 0
    for n, section in enumerate(checklist.sections):
        yield Row("section", (_section(n, section),), section_key(n))
        for item in section.items:
            number += 1
            yield Row("item", item_cells(checklist, item, number), item.id)
    yield Row("sign", ("检查意见：",))
    yield Row("sign", ("被检查单位负责人（签字）：　　　　　　　　　　检查人员（签字）：",))
    yield Row("sign", ("见证人（签字）：　　　　　　　　　　　　　　　日期：　　　　年　　月　　日",))


def item_cells(checklist: Checklist, item: Item, number: int) -> tuple[str, ...]:
    """The cells of one item."""
    by_heading = {
        "序号": str(number), "检查内容": shown(item.text), "分值": item.points or "",
        "检查方法": shown(item.how_to_check), "依据": shown("；".join(each.shown for each in item.basis)),
        "结果": BOXES, "备注": shown("；".join(_remarks(item))),
    }  # fmt: skip
    return tuple(by_heading[heading] for heading in columns(checklist))


def _section(n: int, section: Section) -> str:
    asides = [f"{section.condition}时查"] if section.condition else []
    if section.repeat:
        asides.append(f"每个{section.repeat.name}各填一份")
    aside = f"（{'；'.join(asides)}）" if asides else ""
    return f"第{n + 1}部分　{shown(section.title)}{shown(aside)}"


def section_title(printed: str) -> str:
    """The title out of a section's row that somebody edited."""
    return re.sub(
        r"(?:（[^（）]*(?:时查|各填一份)）)?$", "", re.sub(r"^第\s*\d+\s*部分[\s\u3000]*", "", printed)
    ).strip()


def _remarks(item: Item) -> Iterator[str]:
    if item.condition:
        yield f"{item.condition}时查"
    if item.measure:
        low, high = item.measure.min, item.measure.max
        limits = {(True, True): f"{low} 至 {high}", (True, False): f"不低于 {low}", (False, True): f"不高于 {high}"}
        told = limits.get((low is not None, high is not None))
        yield f"{item.measure.label}实测：　　　{item.measure.unit}" + (f"（{told}）" if told else "")
    if item.photo:
        yield "要拍照" if item.photo == "always" else "不符合时拍照"
    if item.veto:
        yield "否决项"
    if item.level == "重大":
        yield "重大"


def shown(text: str) -> str:
    """The text without characters that a workbook cannot hold."""
    return _UNSHOWN.sub(" ", text)
