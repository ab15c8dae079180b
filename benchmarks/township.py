"""Books of any size, built from real entries through the book, with little variety but true shapes."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fieldlog.book.book import Book, Draft
from fieldlog.book.device import Device
from fieldlog.domain import bodies
from fieldlog.domain.bodies import Value

NAMES = ("福源", "宏达", "佳佳", "康乐", "益民", "惠民", "金桥", "四季", "鑫隆", "后叶")
KINDS = ("大药房", "超市", "副食店", "小餐馆", "烟花爆竹经营店", "液化气经营点", "木材加工厂")
START = datetime(2020, 1, 2, 1, tzinfo=UTC)
ROLE = "supervisor"
"""Who closes hazards."""
YEARS = timedelta(days=5 * 365)
"""Large books hold five years of work."""


class Clock:
    """A clock that the builder moves on."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def build(folder: Path, inspections: int, *, answers: int = 4, hazard_every: int = 1, device: str = "houye-01") -> int:
    """Make a book with that many closed visits, one hazard for each `hazard_every` of them; returns its entries."""
    chance = random.Random(7)
    clock = Clock()
    made = Device(device, "houye", "后叶镇综合行政执法大队", "01ARZ3NDEKTSV4RRFFQ69G5FAV", role=ROLE)
    with Book.create(folder, made, now=clock) as book:
        premises = [_premises(book, n) for n in range(max(20, min(2_000, inspections // 20)))]
        book.write_all([draft for draft, _name in premises])
        drafts: list[Draft] = []
        pause = min(timedelta(hours=4), YEARS / max(inspections, 1))
        for number in range(inspections):
            clock.now += pause
            where, name = chance.choice(premises)
            drafts += _visit(book, where.doc, name, answers, number, hazard=number % hazard_every == 0, chance=chance)
            if len(drafts) > 4_000:
                book.write_all(drafts)
                drafts = []
        if drafts:
            book.write_all(drafts)
        book.checkpoint()
        return book.heads()[device].seq


def _premises(book: Book, number: int) -> tuple[Draft, str]:
    name = f"云阳县{NAMES[number % 10]}{number}{KINDS[number % 7]}"
    body = bodies.PremisesRegistered(
        name=name, kind=KINDS[number % 7], village=f"{NAMES[number % 9]}村", contact="陈某丙"
    )
    return Draft("bench", book.new_id(), body), name


def _visit(
    book: Book, premises: str, name: str, answers: int, number: int, *, hazard: bool, chance: random.Random
) -> list[Draft]:
    doc, today = book.new_id(), book.now().date()
    opened = bodies.InspectionOpened(
        premises=premises,
        premises_name=name,
        type=bodies.InspectionType.ROUTINE,
        lists=(),
        officers=("a", "b"),
        items=answers,
    )
    drafts = [Draft("bench", doc, opened)]
    drafts += [Draft("bench", doc, bodies.ItemAnswered(item=f"xiaofang-{n}", value=Value.PASS)) for n in range(answers)]
    drafts.append(Draft("bench", doc, bodies.InspectionClosed()))
    if hazard:
        found = bodies.HazardFound(
            number=f"隐患〔{today.year}〕01-{number:06d}",
            serial=number + 1,
            premises=premises,
            premises_name=name,
            inspection=doc,
            item="xiaofang-3",
            list="xiaofang",
            text=chance.choice(("安全出口堆放货物", "灭火器压力不足", "冷藏柜温度超过上限", "电线私拉乱接")),
            level="重大" if number % 97 == 0 else "一般",
            basis=("《消防法》第二十八条",),
            measure="立即清理",
            found=today.isoformat(),
            deadline_days=7,
            due=(today + timedelta(days=7)).isoformat(),
            responsible="陈某丙",
        )
        which = book.new_id()
        drafts.append(Draft("bench", which, found))
        if number % 5:
            day = today.isoformat()
            drafts.append(Draft("bench", which, bodies.HazardRectified(note="已清理", on=day)))
            drafts.append(Draft("bench", which, bodies.HazardRechecked(passed=True, on=day)))
            drafts.append(Draft("bench", which, bodies.HazardClosed(reason=bodies.ClosingReason.RECTIFIED, on=day)))
    return drafts
