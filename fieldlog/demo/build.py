"""Builds the sample township in a folder, whole or not at all."""

import json
import random
import shutil
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from fieldlog.book.book import Book, wall_clock
from fieldlog.book.collector import collector_at_rest
from fieldlog.book.device import Device
from fieldlog.book.logfiles import reason
from fieldlog.demo.desk import Desk
from fieldlog.demo.footage_day import TRUTH, FootageDay, day_of
from fieldlog.demo.history import MONTHS_BACK_DAYS, VISITS_A_SCALE, Crew, History
from fieldlog.demo.people import DEVICE, PREMISES_A_SCALE, UNIT, UNIT_NAME, Place, officers, premises
from fieldlog.demo.simulation import Clock, Simulation
from fieldlog.domain.errors import EnvironmentFault, UsageError
from fieldlog.library import Library

MARK: Final = "demo.json"
"""Says that a data folder holds the sample and no real work."""
SEED: Final = 20_261_123


def is_demo(folder: Path) -> bool:
    """Whether the folder holds a sample township."""
    return (folder / MARK).is_file()


def build_demo(
    folder: Path,
    library: Library,
    *,
    scale: int = 1,
    footage: bool = False,
    seed: int = SEED,
    now: Callable[[], datetime] = wall_clock,
) -> bool:
    """Build the township in `folder` unless it is there already; returns whether it was built.

    `scale` multiplies premises and visits; with `footage` there is a day with cameras and real recordings. The same seed on the same day gives the same township, but for random ids
    and salts.

    Raises:
        UsageError: the folder holds other data, or a township of another scale or without the recordings.
        EnvironmentFault: the folder cannot be written, or recordings cannot be made here.
    """
    if is_demo(folder):
        if _scale_of(folder) != scale:
            raise UsageError(f"{folder} 里已有 {_scale_of(folder)} 倍的示例；要 {scale} 倍的，请用 --data 换一个文件夹")
        if footage and not (folder / TRUTH).is_file():
            raise UsageError(f"{folder} 里的示例没有录像；要有录像的，请用 --data 换一个文件夹")
        return False
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} 里已有别的数据，示例不写进去；请用 --data 换一个空文件夹")
    partial = folder.with_name(f"{folder.name}.building")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(partial, ignore_errors=True)
        with collector_at_rest():
            _build(partial, library, scale, random.Random(seed), now(), footage=footage)  # noqa: S311 - the same township every time
        (partial / MARK).write_text(json.dumps({"scale": scale, "seed": seed}), encoding="utf-8", newline="\n")
        if folder.exists():
            folder.rmdir()
        partial.rename(folder)
    except OSError as error:
        raise EnvironmentFault(f"示例没有建成，不能写入 {folder}：{reason(error)}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return True


def _build(folder: Path, library: Library, scale: int, chance: random.Random, now: datetime, *, footage: bool) -> None:
    today = now.date()
    start = datetime.combine(today - timedelta(days=MONTHS_BACK_DAYS + 1), time(9), now.tzinfo)
    clock = Clock(start)
    from ulid import ULID

    device = Device(DEVICE, UNIT, UNIT_NAME, str(ULID.from_datetime(start)))
    with Book.create(folder, device, now=clock) as book:
        simulation = Simulation(book, clock)
        people = [(simulation.new_id(), body) for body in officers(today)]
        for doc, body in people:
            simulation.add(device.id, doc, body)
        places = [Place(simulation.new_id(), body) for body in premises(PREMISES_A_SCALE * scale, chance)]
        for place in places:
            simulation.add(device.id, place.doc, place.body)
        ids = [doc for doc, _body in people]
        crew = Crew(((ids[0], ids[1]), (ids[3], ids[4]), (ids[1], ids[5])), approver=ids[2])
        history = History(simulation, library, crew, chance)
        if footage:
            history.tell(places, VISITS_A_SCALE * scale, day_of(today))
            FootageDay(book, clock, library, places, crew).tell(day_of(today))
            history.go_on(today)
        else:
            history.tell(places, VISITS_A_SCALE * scale, today)
        Desk(book, clock, library, places, crew).furnish(today)
        book.be(ids[0])
        book.seal()
        book.checkpoint()


def _scale_of(folder: Path) -> int:
    try:
        read: Any = json.loads((folder / MARK).read_text(encoding="utf-8"))
        return int(read["scale"])
    except (OSError, ValueError, KeyError, TypeError):
        return 1
