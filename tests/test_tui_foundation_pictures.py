"""What a screen put together from the foundation looks like, held as pictures."""

from dataclasses import dataclass
from datetime import datetime

import pytest
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from fieldlog.tui.app import FieldlogApp
from fieldlog.tui.screens.frame import FieldScreen
from fieldlog.tui.status import Status
from fieldlog.tui.widgets.columns import Cell, Column, Tone
from fieldlog.tui.widgets.prose import Paragraph, Prose
from fieldlog.tui.widgets.row_list import RowList
from fieldlog.tui.widgets.text_field import SearchField

TONES: dict[str, Tone] = {"超期": "bad", "整改中": "warn", "待复查": "accent", "已销号": "muted"}


@dataclass(frozen=True)
class Hazard:
    """A row of the sample list."""

    id: int
    state: str
    unit: str
    text: str


HAZARDS = [
    Hazard(number, state, unit, text)
    for number, (state, unit, text) in enumerate(
        [
            ("超期", "宏达超市", "安全出口堆放货物，疏散通道被占用"),
            ("整改中", "佳佳液化气经营点", "未设可燃气体报警装置"),
            ("待复查", "福源大药房（连锁）后叶镇中心店", "冷藏柜温度超过 10 度，无近 7 天温度记录"),
            ("已销号", "新桥烟花店", "灭火器压力不足"),
        ]
        * 12
    )
]


class Sample(FieldScreen[None]):
    """A search field over a list and a panel."""

    CSS = """
    Sample #columns { height: 1fr; }
    Sample #panel { width: 36; }
    Sample.-narrow #panel { width: 28; }
    """

    def compose_body(self):
        yield SearchField(placeholder="单位、隐患、拼音首字母")
        with Horizontal(id="columns"):
            yield RowList[Hazard](
                [Column("状态", 6), Column("单位", 12, grow=2), Column("隐患", 16, grow=3, priority=1)],
                cells=lambda hazard: (Cell(hazard.state, TONES[hazard.state]), hazard.unit, hazard.text),
                key=lambda hazard: str(hazard.id),
                rows=HAZARDS,
                multi_select=True,
                open_word="详情",
            )
            with VerticalScroll(id="panel", classes="panel", can_focus=False):
                yield Static("第 19 项", classes="title")
                yield Prose(
                    [
                        Paragraph("冷藏药品存放温度 2 到 10 度且有记录", "strong"),
                        Paragraph("查：冷藏柜温度计读数；近 7 天记录（见《药品经营质量管理规范》）。", hanging=4),
                        Paragraph("上次：不符合，8-15 已整改", "warn"),
                    ]
                )

    def on_mount(self):
        self.query_one(RowList).focus()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_a_list_with_a_panel(snap_compare, size, theme):
    app = FieldlogApp(
        Sample,
        now=lambda: datetime.fromisoformat("2026-11-23T09:12:00+08:00"),
        status=Status("云阳县后叶镇综合行政执法大队", "houye-01", "李某甲", 2, 318),
        environ={"FIELDLOG_THEME": theme},
    )
    assert snap_compare(app, press=["down", "space"], terminal_size=size)
