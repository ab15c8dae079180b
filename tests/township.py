"""A small invented township for the tests: its devices, people, shop and checklist."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from fieldlog.actions import visit_opening
from fieldlog.book.book import Book
from fieldlog.book.device import Device
from fieldlog.domain import bodies
from fieldlog.domain.checklist import Checklist
from fieldlog.domain.entries import Entry, make_entry

START = datetime.fromisoformat("2026-11-24T09:00:00.000+08:00")
SALT = "5a" * 16
DOC = "01JDEF00000000000000000001"

LISTS = {
    "lianxi": Checklist.model_validate({
        "id": "lianxi", "title": "练习清单", "version": "2026.1", "area": "消防", "competence": "练习用",
        "features": [{"id": "有冷库", "question": "有冷库吗？"}],
        "sections": [{"title": "现场", "items": [
            {"id": "lianxi-1", "text": "安全出口畅通", "how_to_check": "看", "basis": ["消防法#28"], "level": "一般",
             "deadline_days": 7, "findings": [
                 {"text": "安全出口被杂物堵塞", "measure": "清理杂物", "days": 1},
                 {"text": "安全出口上锁", "measure": "打开门锁", "days": 3}]},
            {"id": "lianxi-2", "text": "建有台账", "how_to_check": "看台账", "basis": ["消防法#16"], "level": None,
             "deadline_days": 15},
            {"id": "lianxi-3", "text": "冷藏温度合格", "how_to_check": "读温度计", "basis": ["药品管理法#53.1"],
             "level": "一般", "deadline_days": 5, "deadline_kind": "workday",
             "measure": {"label": "冷藏温度", "unit": "℃", "min": "2", "max": "8"},
             "findings": [{"text": "冷藏温度超限", "measure": "检修冷柜", "days": 2}]},
            {"id": "lianxi-4", "text": "没有违规住人", "how_to_check": "看", "basis": ["消防法#19.1"], "level": "重大",
             "deadline_days": 0, "standard": {"name": "练习判定标准", "clause": "第三条", "verified": False},
             "findings": [{"text": "经营场所住人", "measure": "人员搬离", "days": 0}]},
            {"id": "lianxi-5", "text": "冷库有报警", "how_to_check": "试", "basis": ["安全生产法#36.1"],
             "level": "一般", "deadline_days": 10, "condition": "有冷库",
             "findings": [{"text": "冷库没有报警装置", "measure": "安装报警装置", "days": 10}]},
        ]}],
    })
}  # fmt: skip
ITEMS = ("lianxi-1", "lianxi-2", "lianxi-3", "lianxi-4")
"""Those that apply to a shop without a cold store."""


@dataclass
class FixedClock:
    """A wall clock that only moves when told to."""

    now: datetime = field(default=START)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **much: float) -> None:
        """Let time go by, as `timedelta` counts it."""
        self.now += timedelta(**much)


@dataclass
class Township:
    """A book and who is in it."""

    book: Book
    clock: FixedClock
    officers: list[str]
    """张某甲 and 李某乙, officers; 王某丙, 大队长."""
    shop: str

    @property
    def by(self) -> str:
        """The officer at the keyboard."""
        return self.officers[0]

    def visit(self) -> str:
        """Open a visit to the shop and return its document."""
        opened = visit_opening.open_inspection(
            self.book, LISTS, self.by, premises=self.shop, lists=["lianxi"], officers=self.officers[:2]
        )
        return opened.doc


def device(id_: str = "houye-01", doc: str = DOC, role: str = "officer") -> Device:
    """A device of 后叶镇."""
    return Device(id=id_, unit="houye", unit_name="后叶镇综合行政执法大队", doc=doc, role=role)


def new_township(folder: Path, clock: FixedClock, id_: str = "houye-01") -> Township:
    """Make a book with people and a shop in `folder`."""
    book = Book.create(folder, device(id_), now=clock)
    officers: list[str] = []
    for name, certificate, post in (
        ("张某甲", "CQ0001", "队员"),
        ("李某乙", "CQ0002", "队员"),
        ("王某丙", "CQ0003", "大队长"),
    ):
        officers.append(book.new_id())
        registered = bodies.OfficerRegistered(
            name=name, certificate=certificate, certificate_expiry="2028-12-31", post=post
        )
        book.write(officers[-1], officers[-1], registered)
    shop = book.new_id()
    book.write(officers[0], shop, bodies.PremisesRegistered(name="某某副食店", kind="副食店", contact="赵某丁"))
    return Township(book, clock, officers, shop)


def chain(log: str, count: int, *, kind: str = "item.noted", doc: str = DOC) -> list[Entry]:
    """The first entries of a log, one a millisecond, about one document."""
    entries: list[Entry] = []
    for seq in range(1, count + 1):
        moment = START + timedelta(milliseconds=seq)
        entries.append(make_entry(
            log=log, seq=seq, prev=entries[-1].hash if entries else "0" * 64,
            hlc=f"{int(moment.timestamp() * 1000) << 16:016x}", at=moment.isoformat(timespec="milliseconds"),
            by="p1", kind=kind, doc=doc, body={"item": "", "note": f"第 {seq} 条"}, salt=SALT,
        ))  # fmt: skip
    return entries


@contextmanager
def as_another_program(book: Book) -> Iterator[None]:
    """Let `book` write what only a supervisor's device may, as a program that asks nobody would."""
    device = book.device
    book.device = replace(device, role="supervisor")
    yield
    book.device = device
