"""A day with cameras: four inspections with a slate each, three cameras with wrong clocks, a fourth that nobody set right.

The first one's camera is seven minutes fast, was cut into two files and went on to the second inspection without a slate;
the second is four minutes slow and calls its local time UTC; the third lost its battery and believes it is 1970; the fourth
filmed what it says was three minutes later. When each picture was really taken stands in `TRUTH`, which nothing else reads.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from fieldlog.actions import answering, equipment, evidence, lookup, visit_closing, visit_opening
from fieldlog.actions.footage_slates import show_slate
from fieldlog.book.book import Book
from fieldlog.demo.films import Held, Take, shoot
from fieldlog.demo.history import Crew
from fieldlog.demo.people import Place
from fieldlog.demo.simulation import Clock
from fieldlog.domain.bodies import Signature
from fieldlog.domain.procedure import PHOTO
from fieldlog.domain.slate import Showing
from fieldlog.domain.workdays import is_workday
from fieldlog.library import Library

CARD: Final = "采集站"
"""Folder of the sample where the recordings are."""
TRUTH: Final = "footage-truth.json"
_KINDS: Final = ("小诊所", "小网吧", "副食店", "小旅馆")
_BEGIN: Final = time(11, 20)
_AFTER_MINUTES: Final = (0, 12, 26, 45)
_FAST, _SLOW = 7 * 60_000, -4 * 60_000
_SERIALS: Final = {"01": "DSJ000611", "02": "DSJ000612", "03": "DSJ000613", "04": "DSJ000614"}


def day_of(today: date) -> date:
    """The last working day before."""
    day = today - timedelta(days=1)
    while not is_workday(day)[0]:
        day -= timedelta(days=1)
    return day


@dataclass(slots=True)
class _Filmed:
    """One inspection: its document, its slate, and when what happened."""

    doc: str
    begin_ms: int
    end_ms: int = 0
    showing: Showing | None = None
    events: list[int] = field(default_factory=list[int])

    def held(self) -> list[Held]:
        """The slate, shown to a camera for three seconds."""
        assert self.showing is not None  # noqa: S101 - every inspection of the day showed one
        start = self.showing.run.start_ms
        return [Held(self.showing, start + 300, start + 3400)]


@dataclass(frozen=True, slots=True)
class FootageDay:
    """The book and who works on it; the clock is moved to when each thing happened."""

    book: Book
    clock: Clock
    library: Library
    places: Sequence[Place]
    crew: Crew

    def tell(self, day: date) -> None:
        """Write that day, and its recordings below the book's folder.

        Raises:
            EnvironmentFault: recordings cannot be made here.
        """
        begin = datetime.combine(day, _BEGIN, self.clock.moment.tzinfo)
        self._lend(begin - timedelta(hours=2, minutes=30))
        pairs = (self.crew.pairs[0], self.crew.pairs[1], self.crew.pairs[1], self.crew.pairs[2])
        filmed: list[_Filmed] = []
        for number, (kind, after, pair) in enumerate(zip(_KINDS, _AFTER_MINUTES, pairs, strict=True)):
            self.clock.moment = begin + timedelta(minutes=after)
            filmed.append(self._visit(kind, pair, number))
        self.clock.moment = begin + timedelta(hours=1, minutes=20)
        for number in _SERIALS:
            equipment.take_back(self.book, self.crew.approver, number)
        self._shoot(filmed)

    def _lend(self, moment: datetime) -> None:
        """The four cameras and who takes which; nobody looks at the clocks."""
        self.clock.moment = moment
        keeper = self.crew.approver
        people = (self.crew.pairs[0][0], self.crew.pairs[1][0], self.crew.pairs[2][0], self.crew.pairs[2][1])
        for (number, serial), officer in zip(_SERIALS.items(), people, strict=True):
            equipment.register(self.book, keeper, number=number, serial=serial)
            equipment.lend(self.book, keeper, number, officer, battery="充足", space="充足")
            self.clock.pass_(seconds=20)

    def _visit(self, kind: str, pair: tuple[str, str], number: int) -> _Filmed:
        book, by = self.book, pair[0]
        place = next((place for place in self.places if place.body.kind == kind), self.places[0])
        lists = self.library.suggest(place.body.kind, frozenset(place.body.features))[:1] or ["xiaofang"]
        doc = visit_opening.open_inspection(book, self.library, by, premises=place.doc, lists=lists, officers=pair).doc
        filmed = _Filmed(doc, self._now())
        self.clock.pass_(seconds=4, milliseconds=130)
        filmed.showing = show_slate(book, by, doc)
        for stage, after in (("亮证", 9), ("告知", 14), ("现场检查", 8)):
            self.clock.pass_(seconds=after)
            self.clock.moment = self.clock.moment.replace(microsecond=0)  # a stage is written in whole seconds
            filmed.events.append(self._now())
            evidence.reach_stage(book, by, doc, stage)  # pyright: ignore[reportArgumentType] - one of the four
        walk = lookup.walk(book, lookup.inspection(book, doc))
        may_fail = [ref for ref, (_list, item) in walk.items() if item.level == "一般" and item.findings]
        wrong = may_fail[min(3 * number, len(may_fail) - 1)]
        for item in walk:
            self.clock.pass_(seconds=2, milliseconds=740)
            failed = item == wrong
            if failed:
                filmed.events.append(self._now())
            answering.answer(book, by, doc, item, "不符合" if failed else "符合", finding=1 if failed else None)
        self.clock.pass_(seconds=15)
        self.clock.moment = self.clock.moment.replace(microsecond=0)
        filmed.events.append(self._now())
        evidence.reach_stage(book, by, doc, "笔录签字")
        self.clock.pass_(seconds=12)
        filmed.end_ms = self._now()
        reasons = {PHOTO: "执法记录仪已录像", "P24": "记录仪在录，没有登记编号"}
        visit_closing.close(book, by, doc, signature=Signature(), opinion="无异议", reasons=reasons)
        return filmed

    def _now(self) -> int:
        return round(self.clock.moment.timestamp() * 1000)

    def _shoot(self, filmed: Sequence[_Filmed]) -> None:
        zone = self.clock.moment.tzinfo
        events = sorted(event for each in filmed for event in each.events)
        takes = self._takes(*filmed)
        for take in takes:
            shoot(self.book.folder / CARD, take, events, zone)
        truth = {
            take.name: {
                "begin_ms": take.begin_ms,
                "rate": take.rate,
                "shows": [each.doc for each in filmed if _shows(take, each)],
            }
            for take in takes
        }
        text = json.dumps(truth, ensure_ascii=False, indent=1)
        (self.book.folder / TRUTH).write_text(text, encoding="utf-8", newline="\n")

    def _takes(self, a: _Filmed, b: _Filmed, c: _Filmed, d: _Filmed) -> list[Take]:
        cut = a.begin_ms + 1237 + 50_000
        to_1970 = -d.begin_ms + 93_000
        return [
            self._take("01", 41, a.begin_ms + 1237, cut, _FAST, a.held()),
            self._take("01", 42, cut, a.end_ms - 20_000, _FAST),
            self._take("01", 43, b.begin_ms + 26_480, b.end_ms - 40_000, _FAST),
            self._take("02", 7, b.begin_ms - 8_310, b.end_ms + 3_000, _SLOW, b.held(), codec="mpeg4", utc=True),
            self._take("02", 8, c.begin_ms + 760, c.end_ms + 5_000, _SLOW, c.held(), codec="mpeg4", utc=True),
            self._take("03", 1, d.begin_ms + 2_905, d.end_ms - 30_000, to_1970, d.held(), rate=30),
            self._take("04", 88, c.begin_ms + 30_000, c.begin_ms + 50_000, 180_000),
        ]

    def _take(
        self, camera: str, serial: int, begin_ms: int, end_ms: int, off_ms: int, slates: Sequence[Held] = (), *,
        rate: int = 25, codec: str = "libx264", utc: bool = False,
    ) -> Take:  # fmt: skip
        own = datetime.fromtimestamp((begin_ms + off_ms) / 1000, self.clock.moment.tzinfo)
        maker = _SERIALS[camera].removeprefix("DSJ")
        name = f"{_SERIALS[camera]}/DSJ_{maker}_{own:%Y%m%d%H%M%S}_{serial:04}.MP4"
        return Take(name, begin_ms, (end_ms - begin_ms) / 1000, off_ms, slates, rate, codec, utc)


def _shows(take: Take, visit: _Filmed) -> bool:
    return take.begin_ms < visit.end_ms and visit.begin_ms < take.begin_ms + take.seconds * 1000


@dataclass(frozen=True, slots=True)
class Made:
    """What is really so of a recording."""

    begin_ms: int
    """When its first picture was taken."""
    rate: int
    """Pictures a second."""
    shows: tuple[str, ...]
    """The inspections that it shows."""


def truth_of(folder: Path) -> dict[str, Made]:
    """What is really so of each recording, by its name below the card."""
    read = json.loads((folder / TRUTH).read_text(encoding="utf-8"))
    return {name: Made(each["begin_ms"], each["rate"], tuple(each["shows"])) for name, each in read.items()}
