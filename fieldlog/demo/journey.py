"""The whole job without a screen: a visit, its hazard at the office, a supervisor, a re-check, the closing, the proof.

Two devices and a hub as real processes and real sockets; only the people are invented.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from fieldlog.actions import answering, assigning, evidence, hazards, lookup, visit_closing, visit_opening
from fieldlog.book.book import Book
from fieldlog.book.device import Device
from fieldlog.demo.people import UNIT, UNIT_NAME
from fieldlog.domain.bodies import Signature
from fieldlog.domain.errors import EnvironmentFault, FieldlogError
from fieldlog.domain.hazard_state import CLOSED
from fieldlog.domain.people import MAY_APPROVE
from fieldlog.domain.procedure import PHOTO
from fieldlog.library import Library

Tell = Callable[[str], None]

OFFICE: Final = "office"
"""Folder of the hub beside the sample's log; a later run goes on with the same hub, which knows its devices."""
_STOP_SECONDS: Final = 20


@dataclass(frozen=True, slots=True)
class Summary:
    """What there is at the end; `demo --headless --json` prints it."""

    premises: int
    inspections: int
    answers: int
    hazards: int
    hazards_closed: int
    footage_links: int
    entries: int
    synced: int
    """Entries that the hub has acknowledged."""
    verified: bool
    """Every log was proved again from its bytes."""

    def as_json(self) -> dict[str, Any]:
        """The summary with plain types."""
        return asdict(self)


def run_journey(folder: Path, library: Library, tell: Tell) -> Summary:
    """Do the whole job on the sample township in `folder`; `tell` gets one line a step.

    Raises:
        FieldlogError: a step could not be done.
    """
    with tempfile.TemporaryDirectory(prefix="fieldlog-demo-", ignore_cleanup_errors=True) as scratch:
        with Book.open(folder) as officer:
            if officer.read_only:
                raise EnvironmentFault(f"示例正被使用：{officer.read_only}")
            with _hub(folder / OFFICE, tell) as hub:
                synced = _Journey(officer, hub, library, tell).go(Path(scratch) / "supervisor")
            summary = _count(officer, synced)
        tell("校验日志：从文件重新核对每一条的校验值、前后衔接和签名")
        return _with_proof(summary, folder)


@dataclass(frozen=True, slots=True)
class _Hub:
    url: str
    new_code: Callable[[str, str], str]
    """A code for a device with a role."""


@dataclass(frozen=True, slots=True)
class _Journey:
    officer: Book
    hub: _Hub
    library: Library
    tell: Tell

    def go(self, folder: Path) -> int:
        """Walk, bring home, follow up, close; returns how many entries the hub has acknowledged."""
        me = self.officer.device.officer
        hazard = self._walk(me)
        self._sync(self.officer, "执法人员的电脑", self.hub.new_code(self.officer.device.id, "officer"))
        device = Device(_free_id(self.officer), UNIT, UNIT_NAME, self.officer.new_id(), role="supervisor")
        with Book.create(folder, device) as desk:
            self._sync(desk, "审批人的电脑", self.hub.new_code(device.id, "supervisor"))
            boss = _approver(desk)
            desk.be(boss)
            assigning.assign(desk, boss, hazard, me, note="请三日内复查")
            self.tell("审批人指派了责任人")
            self._sync(desk, "审批人的电脑")
            self._sync(self.officer, "执法人员的电脑")
            self._follow_up(me, hazard)
            self._sync(self.officer, "执法人员的电脑")
            self._sync(desk, "审批人的电脑")
            hazards.close(desk, boss, hazard, approver=boss, note="复查通过，同意销号")
            self.tell("审批人同意销号")
            self._sync(desk, "审批人的电脑")
        synced = self._sync(self.officer, "执法人员的电脑")
        self._forget_hub()
        return synced

    def _forget_hub(self) -> None:
        """Throw the token away: the next run's hub has another port."""
        for path in (self.officer.folder / "keys").glob(f"hub-*-{self.hub.url.rpartition(':')[2]}.toml"):
            path.unlink()

    def _walk(self, me: str) -> str:
        """One visit with one hazard; returns the hazard."""
        book = self.officer
        place = next((row for row in book.rows("premises") if row["kind"] == "药店"), None)
        place = place or next(iter(book.rows("premises")))
        partner = next(row["id"] for row in book.rows("officers") if row["id"] != me and _is_valid(book, row))
        lists = self.library.suggest(place["kind"], frozenset(place["features"])) or ["xiaofang"]
        doc = visit_opening.open_inspection(
            book, self.library, me, premises=place["id"], lists=lists, officers=[me, partner]
        ).doc
        evidence.reach_stage(book, me, doc, "亮证")
        evidence.link_footage(book, me, doc, camera="03", moment=book.now().isoformat())
        walk = lookup.walk(book, lookup.inspection(book, doc))
        wrong = next(ref for ref, (_list, item) in walk.items() if item.level == "一般" and item.findings[0].days >= 3)
        hazard = ""
        for item in walk:
            if item == wrong:
                hazard = answering.answer(book, me, doc, item, "不符合", finding=1).hazard
                evidence.link_footage(book, me, doc, item=item)
            else:
                answering.answer(book, me, doc, item, "符合")
        evidence.reach_stage(book, me, doc, "笔录签字")
        reasons = {PHOTO: "执法记录仪已录像"}
        visit_closing.close(book, me, doc, signature=Signature(), opinion="无异议", reasons=reasons)
        found = lookup.hazard(book, hazard)
        self.tell(f"检查了 {place['name']}：{len(walk)} 项，发现隐患 {found.fields['number']}“{found.fields['text']}”")
        return hazard

    def _follow_up(self, me: str, hazard: str) -> None:
        hazards.rectify(self.officer, me, hazard, note="已按要求整改", reported_by="负责人")
        hazards.recheck(self.officer, me, hazard, passed=True, note="复查合格")
        hazards.request_closing(self.officer, me, hazard, note="请审批")
        self.tell("当事人已整改，复查通过，申请销号")

    def _sync(self, book: Book, whose: str, code: str | None = None) -> int:
        from fieldlog.sync.http import sync_http

        result = sync_http(book, self.hub.url, code)
        if result.refused:
            log, seq, why = result.refused[0]
            raise FieldlogError(f"同步时 {log} 第 {seq} 条没有收下：{why}")
        self.tell(f"{whose}与办公室同步：发送 {result.sent} 条，接收 {result.received} 条")
        return sum(head.seq for head in result.heads.values())


@contextmanager
def _hub(folder: Path, tell: Tell) -> Generator[_Hub]:
    """A hub as a process of its own on a free port, stopped at the end."""
    from fieldlog.office.serve import open_hub

    folder.mkdir(exist_ok=True)
    database = f"sqlite:///{(folder / 'office.sqlite').as_posix()}"
    command = [sys.executable, "-m", "fieldlog", "office", "serve", "--db", database, "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
    try:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        url = process.stdout.readline().strip()
        if not url:
            _out, said = process.communicate()
            raise EnvironmentFault(f"办公室服务没有启动：{said.strip() or '没有说明'}")
        tell(f"办公室服务已启动：{url}")
        enrolment = open_hub(database).enrolment
        yield _Hub(url, lambda device, role: enrolment.new_code(UNIT, role, device))
    finally:
        process.terminate()
        try:
            process.communicate(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _free_id(book: Book) -> str:
    """A device id that this township has not seen; an earlier run left its own."""
    number = 90
    while f"{UNIT}-{number}" in book.heads():
        number += 1
    return f"{UNIT}-{number}"


def _approver(book: Book) -> str:
    return next(row["id"] for row in book.rows("officers") if row["post"] in MAY_APPROVE)


def _is_valid(book: Book, officer: dict[str, Any]) -> bool:
    return officer["certificate_expiry"] >= lookup.today(book).isoformat()


def _count(book: Book, synced: int) -> Summary:
    visits, found = list(book.rows("inspections")), list(book.rows("hazards"))
    return Summary(
        premises=len(list(book.rows("premises"))),
        inspections=len(visits),
        answers=sum(row["answered"] for row in visits),
        hazards=len(found),
        hazards_closed=sum(row["state"] == CLOSED for row in found),
        footage_links=len(list(book.rows("footage"))),
        entries=sum(head.seq for head in book.heads().values()),
        synced=synced,
        verified=False,
    )


def _with_proof(summary: Summary, folder: Path) -> Summary:
    from fieldlog.book.verify import verify

    return replace(summary, verified=verify(folder).ok)
