"""What a simulated township begins with: its list, its people, its laptops, enrolled and synchronised once."""

import random
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

from benchmarks.simulate.chance import seeded
from benchmarks.simulate.disk import HOOKS
from benchmarks.simulate.office import UNIT, URL, Line, Office
from fieldlog.actions.registers import register_officer, register_premises
from fieldlog.actions.ways_home import WayHome, bring_home
from fieldlog.book.book import Book
from fieldlog.book.device import Device
from fieldlog.domain.checklist import Checklist

START: Final = datetime.fromisoformat("2026-11-24T09:00:00.000+08:00")
DESK: Final = "houye-90"
FIRST: Final = ("houye-01", "houye-02", DESK)
LISTS: Final = {
    "lianxi": Checklist.model_validate({
        "id": "lianxi", "title": "练习清单", "version": "2026.1", "area": "消防", "competence": "练习用",
        "sections": [{"title": "现场", "items": [
            {"id": f"lianxi-{n}", "text": f"第{n}处没有问题", "how_to_check": "看", "basis": ["消防法#28"],
             "level": "一般", "deadline_days": 7, "findings": [
                {"text": f"第{n}处有问题", "measure": "改好", "days": 7},
                {"text": f"第{n}处还有问题", "measure": "再改好", "days": 3}]}
            for n in range(1, 6)]}],
    })
}  # fmt: skip
ITEMS: Final = tuple(f"lianxi-{n}" for n in range(1, 6))


def beginning(folder: Path) -> None:
    """Put the books and the hub's folder of a township that has just begun into `folder`."""
    shutil.copytree(_made_once(), folder, dirs_exist_ok=True)


@cache
def _made_once() -> Path:
    """The same for every seed, made once a process; making one takes as long as running a small world."""
    folder = Path(tempfile.mkdtemp(prefix="fieldlog-simulate-", dir=quick_folder()))
    dice = random.Random("the beginning")
    with HOOKS.installed(), seeded(dice):
        office = Office(folder / "office", lambda: int(START.timestamp() * 1000))
        line = Line(office, dice, lambda _said: None)
        books = [new_laptop(folder / name, name, lambda: START) for name in FIRST]
        for name, post in (("张某甲", "队员"), ("李某乙", "队员"), ("王某丙", "大队长")):
            register_officer(
                books[0], "", name=name, certificate=f"CQ{name}", certificate_expiry="2030-12-31", post=post
            )
        for name in ("某某副食店", "某某餐馆"):
            register_premises(books[0], "", name=name)
        for book in books:
            enrol(office, line, book)
        for book in books:
            bring_home(book, WayHome(URL), _quietly, transport=line)
            book.close()
        office.close()
    for left in folder.glob("office/*/*-shm"):
        left.unlink()
    return folder


def new_laptop(folder: Path, name: str, now: Callable[[], datetime]) -> Book:
    """A book that nobody has written in."""
    return Book.create(folder, _device(name), now=now)


def _device(name: str) -> Device:
    from ulid import ULID

    role = "supervisor" if name == DESK else "officer"
    return Device(id=name, unit=UNIT, unit_name="后叶镇", doc=str(ULID.from_datetime(START)), role=role)


def enrol(office: Office, line: Line, book: Book) -> None:
    """Let the laptop in with a new code, and synchronise."""
    code = office.hub.enrolment.new_code(UNIT, book.device.role)
    bring_home(book, WayHome(URL), _quietly, code, transport=line)


def quick_folder() -> str | None:
    """A folder in memory where there is one: SQLite syncs in earnest, and nothing here is to outlive the process."""
    shm = Path("/dev/shm")
    return str(shm) if shm.is_dir() else None


def _quietly(_what: str, _done: int, _total: int) -> None:
    """Say nothing."""
