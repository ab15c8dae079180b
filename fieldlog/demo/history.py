"""Half a year of visits and of what became of their hazards, in the same entries that the actions write.

The actions check and fsync each answer, which is right for a person and takes minutes for a hundred thousand visits;
here the entries are put together directly and written in batches. `tests/test_demo.py` holds them against the rules.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from fieldlog.actions.answer_hazard import fact
from fieldlog.demo.people import Place
from fieldlog.demo.simulation import Simulation
from fieldlog.domain import bodies
from fieldlog.domain.bodies import ClosingReason, InspectionType, Value
from fieldlog.domain.checklist import Checklist
from fieldlog.domain.checklist_parts import Finding
from fieldlog.domain.walk import Question, Walk, plan_walk
from fieldlog.domain.workdays import deadline, is_workday
from fieldlog.library import Library

MONTHS_BACK_DAYS: Final = 180
VISITS_A_SCALE: Final = 100
_FAILS: Final = 0.022
_NOT_APPLICABLE: Final = 0.04
_CAMERAS: Final = ("01", "02", "03", "04")
_OPINIONS: Final = ("无异议", "属实，尽快整改", "情况属实", "无意见")
_DONE: Final = ("已按要求整改，附照片", "已清理完毕", "已更换并张贴责任人", "已补齐台账")
_STILL: Final = ("仍有部分没有整改到位", "整改后又反弹", "新换的器材没有检验合格证")


@dataclass(frozen=True, slots=True)
class Crew:
    """Who goes out, and who approves."""

    pairs: Sequence[tuple[str, str]]
    approver: str


@dataclass(frozen=True, slots=True)
class _Course:
    """One way through the lists at premises: the lists that were used and the questions they ask."""

    used: tuple[bodies.ListUsed, ...]
    features: tuple[str, ...]
    walk: Walk
    items: int


class History:
    """Tells the half year; the same `chance` tells the same one."""

    def __init__(self, simulation: Simulation, library: Library, crew: Crew, chance: random.Random) -> None:
        self._go = simulation
        self._library = library
        self._crew = crew
        self._chance = chance
        self._serials: dict[int, int] = {}
        self._courses: dict[tuple[str, tuple[str, ...]], _Course] = {}
        self._recorded: set[str] = set()
        self.visits = 0

    def tell(self, places: Sequence[Place], visits: int, today: date) -> None:
        """Make that many visits on the working days before `today`, spread evenly, and follow their hazards up."""
        days = [day for back in range(MONTHS_BACK_DAYS, 0, -1) if _works(day := today - timedelta(days=back))]
        zone = self._go.clock.moment.tzinfo
        for number in range(visits):
            day = days[number * len(days) // visits]
            start = datetime.combine(day, time(9 if number % 2 else 14, 5), zone)
            self._go.run_until(start + timedelta(minutes=self._chance.randint(0, 90)))
            self._visit(places[number * 11 % len(places)], number)
        self.go_on(today)

    def go_on(self, today: date) -> None:
        """Let what follows from the visits happen up to the morning of that day."""
        self._go.run_until(datetime.combine(today, time(8, 30), self._go.clock.moment.tzinfo))
        self._go.flush()

    def _visit(self, place: Place, number: int) -> None:
        pair = self._crew.pairs[number % len(self._crew.pairs)]
        course = self._course(place, pair[0])
        doc = self._go.new_id()
        self._write_opening(place, doc, pair, course, number)
        camera = self._chance.choice(_CAMERAS)
        self._mark(pair[0], doc, camera, "")
        failed = False
        for question in course.walk.questions:
            self._go.clock.pass_(seconds=self._chance.randint(6, 40))
            if self._answer(question, place, doc, pair, camera):
                failed = True
        self._close(doc, pair[0], failed=failed)
        self.visits += 1

    def _write_opening(self, place: Place, doc: str, pair: tuple[str, str], course: _Course, number: int) -> None:
        campaign = number % 9 == 0
        opened = bodies.InspectionOpened(
            premises=place.doc,
            premises_name=place.body.name,
            type=InspectionType.CAMPAIGN if campaign else InspectionType.ROUTINE,
            lists=course.used,
            officers=pair,
            features=course.features,
            items=course.items,
            approval=f"后叶检审〔{self._go.clock.moment.year}〕{number + 1}号",
            source="年度检查计划" if not campaign else "节前专项",
        )
        self._go.add(pair[0], doc, opened)
        for stage in ("亮证", "告知", "现场检查"):
            self._go.clock.pass_(seconds=self._chance.randint(20, 60))
            self._stage(pair[0], doc, stage)

    def _course(self, place: Place, by: str) -> _Course:
        key = (place.body.kind, place.body.features)
        if key not in self._courses:
            names = self._library.suggest(place.body.kind, frozenset(place.body.features)) or ["xiaofang"]
            lists = [self._library[name] for name in names]
            asked = {feature.id for each in lists for feature in each.features}
            features = tuple(feature for feature in place.body.features if feature in asked)
            used = tuple(self._used(each, by) for each in lists)
            count = sum(len(each.applicable(frozenset(features))) for each in lists)
            self._courses[key] = _Course(used, features, plan_walk(lists, frozenset(features)), count)
        return self._courses[key]

    def _used(self, checklist: Checklist, by: str) -> bodies.ListUsed:
        digest = checklist.digest()
        if digest not in self._recorded:
            self._recorded.add(digest)
            recorded = bodies.ChecklistRecorded(
                list=checklist.id, version=checklist.version, digest=digest, checklist=checklist.recorded()
            )
            self._go.add(by, self._go.new_id(), recorded)
        return bodies.ListUsed(id=checklist.id, version=checklist.version, digest=digest)

    def _answer(self, question: Question, place: Place, doc: str, pair: tuple[str, str], camera: str) -> bool:
        """Answer one question; whether it failed."""
        roll = self._chance.random()
        item = question.item
        finding = None
        value = Value.PASS
        if roll < _FAILS and item.findings:
            value, finding = Value.FAIL, self._chance.randrange(len(item.findings))
        elif roll < _FAILS + _NOT_APPLICABLE:
            value = Value.NA
        answer = bodies.ItemAnswered(
            item=question.ref,
            value=value,
            finding=None if finding is None else finding + 1,
            text="" if finding is None else item.findings[finding].text,
            hazard=self._go.new_id() if finding is not None and item.level is not None else "",
        )
        self._go.add(pair[0], doc, answer)
        for twin in question.twins:
            self._go.add(pair[0], doc, answer.model_copy(update={"item": twin, "finding": None}))
        if finding is None:
            return False
        if answer.hazard:
            self._find(question, answer, item.findings[finding], place, doc, pair)
        self._mark(pair[0], doc, camera, question.ref)
        return True

    def _find(
        self,
        question: Question,
        answer: bodies.ItemAnswered,
        finding: Finding,
        place: Place,
        doc: str,
        pair: tuple[str, str],
    ) -> None:
        item, moment = question.item, self._go.clock.moment
        due = deadline(moment.date(), finding.days, item.deadline_kind).due
        serial = self._serials[moment.year] = self._serials.get(moment.year, 0) + 1
        found = bodies.HazardFound(
            number=f"隐患〔{moment.year}〕01-{serial:04d}",
            serial=serial,
            premises=place.doc,
            premises_name=place.body.name,
            inspection=doc,
            item=question.ref,
            list=question.checklist.id,
            text=fact(item, answer),
            level=item.level or "一般",
            standard=item.standard.shown if item.standard else "",
            basis=tuple(citation.shown for citation in item.basis),
            measure=finding.measure,
            found=moment.date().isoformat(),
            deadline_kind=item.deadline_kind,
            deadline_days=finding.days,
            due=due.isoformat(),
            responsible=place.body.contact,
            officers=pair,
        )
        self._go.add(pair[0], answer.hazard, found)
        self._plan_rectifying(answer.hazard, pair, moment, due)

    def _plan_rectifying(self, hazard: str, pair: tuple[str, str], found: datetime, due: date) -> None:
        """Most are rectified in time and closed; some late, some never, some only at the second re-check."""
        roll = self._chance.random()
        if roll < 0.06:
            return
        span = max((due - found.date()).days, 0)
        days = span + self._chance.randint(2, 9) if roll < 0.14 else self._chance.randint(span // 2, span)
        first_passes = self._chance.random() < 0.88
        reported = found + timedelta(days=days, hours=1)

        def rectify() -> None:
            on = self._go.clock.moment.date().isoformat()
            self._go.add(
                pair[0], hazard, bodies.HazardRectified(note=self._chance.choice(_DONE), on=on, reported_by="负责人")
            )
            self._go.later(self._soon(), lambda: self._recheck(hazard, pair, passes=first_passes))

        self._go.later(reported, rectify)

    def _recheck(self, hazard: str, pair: tuple[str, str], *, passes: bool) -> None:
        today = self._go.clock.moment.date()
        if passes:
            self._go.add(
                pair[0], hazard, bodies.HazardRechecked(passed=True, on=today.isoformat(), note="已整改", officers=pair)
            )
            self._go.add(pair[0], hazard, bodies.HazardClosingRequested(note="申请销号"))
            self._go.later(self._soon(), lambda: self._close_hazard(hazard))
            return
        again = bodies.HazardRechecked(
            passed=False,
            on=today.isoformat(),
            note=self._chance.choice(_STILL),
            officers=pair,
            due=(today + timedelta(days=7)).isoformat(),
        )
        self._go.add(pair[0], hazard, again)
        self._go.later(
            self._go.clock.moment + timedelta(days=self._chance.randint(3, 9)),
            lambda: self._recheck(hazard, pair, passes=True),
        )

    def _close_hazard(self, hazard: str) -> None:
        on = self._go.clock.moment.date().isoformat()
        approver = self._crew.approver
        self._go.add(approver, hazard, bodies.HazardClosed(reason=ClosingReason.RECTIFIED, approver=approver, on=on))

    def _soon(self) -> datetime:
        """One to four days on, on a working day."""
        moment = self._go.clock.moment + timedelta(days=self._chance.randint(1, 4), minutes=self._chance.randint(5, 90))
        while not _works(moment.date()):
            moment += timedelta(days=1)
        return moment

    def _mark(self, by: str, doc: str, camera: str, item: str) -> None:
        link = bodies.FootageLinked(
            strength="mark" if item else "reference",
            camera=camera,
            moment=self._go.clock.moment.isoformat(timespec="milliseconds"),
            item=item,
        )
        self._go.add(by, doc, link)

    def _stage(self, by: str, doc: str, stage: str) -> None:
        moment = self._go.clock.moment.isoformat(timespec="seconds")
        self._go.add(by, doc, bodies.StageReached.model_validate({"stage": stage, "moment": moment}))

    def _close(self, doc: str, by: str, *, failed: bool) -> None:
        self._go.clock.pass_(seconds=self._chance.randint(90, 400))
        self._stage(by, doc, "笔录签字")
        refused = failed and self._chance.random() < 0.05
        signature = bodies.Signature(way="refused", reason="负责人不在场", witness="村干部何某") if refused else None
        opinion = self._chance.choice(_OPINIONS) if not refused else ""
        self._go.add(by, doc, bodies.InspectionClosed(signature=signature or bodies.Signature(), opinion=opinion))


def _works(day: date) -> bool:
    return is_workday(day)[0]
