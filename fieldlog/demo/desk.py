"""What is on the officers' desk today in the sample township, written through the same actions as the screens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from fieldlog.actions import answering, assigning, evidence, hazards, lookup, visit_closing, visit_opening
from fieldlog.book.book import Book
from fieldlog.demo.history import Crew
from fieldlog.demo.people import Place
from fieldlog.demo.simulation import Clock
from fieldlog.domain.bodies import Signature
from fieldlog.domain.hazard_state import PASSED, RECTIFYING, REPORTED
from fieldlog.domain.procedure import PHOTO
from fieldlog.domain.workdays import is_workday
from fieldlog.library import Library

ANSWERED_YESTERDAY: Final = 12


@dataclass(frozen=True, slots=True)
class Desk:
    """The book and who works on it; the clock is moved to when each thing happened."""

    book: Book
    clock: Clock
    library: Library
    places: Sequence[Place]
    crew: Crew

    def furnish(self, today: date) -> None:
        """Leave a major hazard, hazards that end today or are overdue, and a visit that was broken off yesterday."""
        self._at(today - timedelta(days=12), time(9, 40))
        self._find_major()
        for days in (1, 3):
            self._at(today - timedelta(days=days), time(10, 20))
            self._find_due(today, "灭火器压力不足，指针在红区" if days == 1 else "疏散指示标志损坏不亮", days)
        self._at(today - timedelta(days=6), time(15, 10))
        self._find_due(today - timedelta(days=2), "安全出口堆放货物", 6)
        self._at(today - timedelta(days=2), time(16, 0))
        self._press_for_overdue(today)
        self._spread_states(today)
        self._at(today - timedelta(days=1), time(16, 12))
        self._break_off()

    def _at(self, day: date, hour: time) -> None:
        """Make it that hour of that day, or of the last working day before."""
        while not is_workday(day)[0]:
            day -= timedelta(days=1)
        self.clock.moment = datetime.combine(day, hour, self.clock.moment.tzinfo)

    def _of_kind(self, kind: str) -> Place:
        return next((place for place in self.places if place.body.kind == kind), self.places[0])

    def _find_major(self) -> None:
        """A 重大 hazard at the fireworks shop, proposed to the county and pressed for."""
        pair = self.crew.pairs[0]
        place = self._of_kind("烟花爆竹零售")
        doc = self._open(place, pair)
        visit = lookup.inspection(self.book, doc)
        walk = lookup.walk(self.book, visit)
        major = next(ref for ref, (_list, item) in walk.items() if item.level == "重大")
        raised = ""
        for item in walk:
            self.clock.pass_(seconds=14)
            if item == major:
                raised = answering.answer(self.book, pair[0], doc, item, "不符合", finding=1).hazard
                evidence.link_footage(self.book, pair[0], doc, camera="03", item=item)
            else:
                answering.answer(self.book, pair[0], doc, item, "符合")
        hazards.edit(self.book, pair[0], raised, due=(self.clock.moment.date() + timedelta(days=24)).isoformat())
        visit_closing.close(
            self.book,
            pair[0],
            doc,
            signature=Signature(),
            opinion="属实，马上整改",
            reasons={PHOTO: "执法记录仪已录像"},
        )
        self.clock.pass_(days=3)
        hazards.urge(self.book, self.crew.approver, raised, "挂牌督办，每三天报一次进度")

    def _open(self, place: Place, pair: tuple[str, str]) -> str:
        lists = self.library.suggest(place.body.kind, frozenset(place.body.features)) or ["xiaofang"]
        opened = visit_opening.open_inspection(
            self.book, self.library, pair[0], premises=place.doc, lists=lists[:1], officers=pair
        )
        evidence.reach_stage(self.book, pair[0], opened.doc, "亮证")
        evidence.link_footage(self.book, pair[0], opened.doc, camera="03", moment=self.clock.moment.isoformat())
        return opened.doc

    def _find_due(self, due: date, text: str, number: int) -> None:
        pair = self.crew.pairs[number % len(self.crew.pairs)]
        place = self.places[number * 5 % len(self.places)]
        found = hazards.find(
            self.book, pair[0], premises=place.doc, text=text, basis=("《消防法》第十六条",), due=due.isoformat()
        )
        assigning.assign(self.book, self.crew.approver, found.doc, pair[0], note="请跟进")

    def _press_for_overdue(self, today: date) -> None:
        overdue = [
            row for row in self.book.rows("hazards") if row["state"] == RECTIFYING and row["due"] < today.isoformat()
        ]
        for row in overdue[:2]:
            hazards.urge(self.book, self.crew.approver, row["doc"], "已超期，请抓紧整改")

    def _spread_states(self, today: date) -> None:
        """See that something waits for a re-check and something for its closing, whatever chance has left."""
        pair = self.crew.pairs[0]
        states = [row["state"] for row in self.book.rows("hazards")]
        rows = [row for row in self.book.rows("hazards") if row["state"] == RECTIFYING and row["level"] == "一般"]
        rows.sort(key=lambda row: row["due"])
        ahead = [row for row in rows if row["due"] > today.isoformat()]
        overdue = [row for row in rows if row["due"] < today.isoformat()]
        spare = [*ahead[:-1], *overdue[1:], *ahead[-1:], *overdue[:1]]  # one of each stays as long as others do
        self._at(today - timedelta(days=1), time(11, 0))
        for state in (REPORTED, PASSED):
            for _ in range(max(0, 2 - states.count(state))):
                if not spare:
                    return
                doc = spare.pop(0)["doc"]
                hazards.rectify(self.book, pair[0], doc, note="已整改，附照片")
                if state == PASSED:
                    hazards.recheck(self.book, pair[0], doc, passed=True, officers=pair)
                    hazards.request_closing(self.book, pair[0], doc)

    def _break_off(self) -> None:
        """A visit left at an item, with a remark half typed."""
        pair = self.crew.pairs[0]
        place = [place for place in self.places if place.body.kind == "烟花爆竹零售"][-1:] or [self.places[0]]
        doc = self._open(place[0], pair)
        order = list(lookup.walk(self.book, lookup.inspection(self.book, doc)))
        for number, item in enumerate(order[:ANSWERED_YESTERDAY]):
            self.clock.pass_(seconds=25)
            if number == 7:
                answering.answer(self.book, pair[0], doc, item, "不适用")
            else:
                answering.answer(self.book, pair[0], doc, item, "符合")
        answering.save_draft(self.book, pair[0], doc, f"note:{order[ANSWERED_YESTERDAY]}", "店主说明天补")
