"""Visits to walk through the real app: lists with a shared question, a long one, and the app on a book."""

from collections.abc import Sequence
from typing import Any

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from township import LISTS, Township

from fieldlog.actions import lookup, visit_opening
from fieldlog.domain.checklist import Checklist
from fieldlog.domain.inspection import Inspection
from fieldlog.tui.app import FieldlogApp
from fieldlog.tui.screens.frame import FieldScreen
from fieldlog.tui.screens.walk import WalkScreen


def item(list_id: str, number: int, **fields: Any) -> dict[str, Any]:
    """An item of a practice list."""
    return {
        "id": f"{list_id}-{number}",
        "text": f"第{number}处没有问题",
        "how_to_check": "看",
        "basis": ["消防法#16.1.2"],
        "level": "一般",
        "deadline_days": 7,
        "findings": [{"text": f"第{number}处有问题", "measure": "改好", "days": 7}],
        **fields,
    }


def practice(list_id: str, title: str, sections: dict[str, list[dict[str, Any]]]) -> Checklist:
    """A list of these sections."""
    return Checklist.model_validate(
        {
            "id": list_id,
            "title": title,
            "version": "2026.1",
            "area": "消防",
            "competence": "练习用",
            "sections": [{"title": name, "items": items} for name, items in sections.items()],
        }
    )


EXTINGUISHERS = {"text": "灭火器压力正常，没有过期", "shared": "extinguishers-good"}
SHOP = practice(
    "dianpu",
    "店铺检查",
    {
        "门口": [item("dianpu", 1), item("dianpu", 2, **EXTINGUISHERS)],
        "店内": [item("dianpu", 3), item("dianpu", 4)],
    },
)
FIRE = practice(
    "fangxian",
    "防火检查",
    {
        "设施": [
            item(
                "fangxian",
                1,
                **EXTINGUISHERS,
                findings=[
                    {"text": text, "measure": "换灭火器", "days": 3} for text in ("灭火器压力不足", "灭火器过期")
                ],
            ),
            item("fangxian", 2, text="疏散通道没有堵塞"),
        ]
    },
)
LONG = practice(
    "changdan",
    "长清单",
    {f"第{place}处": [item("changdan", place * 25 + n) for n in range(1, 26)] for place in range(20)},
)
FIT = Checklist.model_validate(
    {
        "id": "canting",
        "title": "餐厅检查",
        "version": "2026.1",
        "area": "食品药品",
        "competence": "练习用",
        "scoring": {
            "grades": [{"name": "A", "at_least": 90}, {"name": "B", "at_least": 60}, {"name": "C", "at_least": 0}]
        },
        "features": [
            {"id": "有加工", "question": "现场加工吗？"},
            {"id": "有凉菜", "question": "做凉菜吗？", "condition": "有加工"},
        ],
        "sections": [
            {"title": "台账", "place": "资料", "items": [item("canting", 1, points=10)]},
            {
                "title": "操作间",
                "place": "加工操作间",
                "condition": "有加工",
                "items": [
                    item("canting", 2, photo="fail", points=10),
                    item("canting", 3, photo="always", condition="有凉菜", points=10, veto=True),
                ],
            },
            {
                "title": "冷藏柜",
                "repeat": {"name": "冷藏柜", "most": 3},
                "items": [
                    item(
                        "canting",
                        4,
                        points=10,
                        measure={"label": "冷藏温度", "unit": "℃", "min": "0", "max": "8"},
                        findings=[
                            {"text": "冷藏温度超限", "measure": "调低", "days": 1},
                            {"text": "温度计失准", "measure": "校准", "days": 3, "deduct": "2.5"},
                        ],
                    ),
                    item("canting", 5, measure={"label": "容积", "unit": "米"}),
                ],
            },
        ],
    }
)
GATE = Checklist.model_validate(
    {
        "id": "menkou",
        "title": "门口检查",
        "version": "2026.1",
        "area": "消防",
        "competence": "练习用",
        "features": [
            {"id": "有凉菜", "question": "做凉菜吗？", "condition": "有加工"},
            {"id": "有加工", "question": "现场加工吗？"},
        ],
        "sections": [
            {"title": "库房", "place": "库房", "items": [item("menkou", 1, **EXTINGUISHERS)]},
            {"title": "门口", "place": "门口", "items": [item("menkou", 2)]},
        ],
    }
)
ALL_LISTS = {
    **LISTS, "dianpu": SHOP, "fangxian": FIRE, "changdan": LONG, "canting": FIT, "menkou": GATE,
}  # fmt: skip


def open_visit(township: Township, *lists: str, features: Sequence[str] | None = None) -> str:
    """Open a visit with these lists and return its document."""
    opened = visit_opening.open_inspection(
        township.book,
        ALL_LISTS,
        township.by,
        premises=township.shop,
        lists=lists or ["lianxi"],
        officers=township.officers[:2],
        features=features,
    )
    return opened.doc


def walking(township: Township, doc: str) -> FieldlogApp:
    """The app with the walk of a visit over an empty first screen."""

    class Home(FieldScreen[None]):
        def on_mount(self) -> None:
            super().on_mount()
            self.app.push_screen(WalkScreen(township.book, doc))

    return FieldlogApp(Home, now=township.clock, environ={})


def state(township: Township, doc: str) -> Inspection:
    """The visit as the log has it."""
    return lookup.inspection(township.book, doc)


def answers(township: Township, doc: str) -> dict[str, str]:
    """Every answer that counts, by item."""
    visit = state(township, doc)
    return {item: standing[-1].answer.value.value for item, standing in visit.given.items() if standing}


def walk(pilot: Pilot[None]) -> WalkScreen:
    """The walking screen, wherever it is in the stack."""
    return next(screen for screen in pilot.app.screen_stack if isinstance(screen, WalkScreen))


def shown(pilot: Pilot[None]) -> str:
    """Everything on the screen, line by line."""
    return "\n".join(
        "".join(segment.text for segment in strip) for strip in pilot.app.screen._compositor.render_strips()
    )


async def type_in(pilot: Pilot[None], text: str) -> None:
    """Type a text as a terminal sends it: the pilot loses the character of full-width marks."""
    for character in text:
        pilot.app.post_message(events.Key(_character_to_key(character), character))
        await pilot.pause()


def keys(text: str) -> Sequence[str]:
    """`2 1 tab` as a list of keys."""
    return text.split()
