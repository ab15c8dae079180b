"""An office's own lists: proposed on one device, approved on another, and known on all."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hubs import HubProcess
from township import FixedClock, as_another_program, device
from walking import item, practice

from fieldlog.actions import lookup, own_lists, registers, visit_opening
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.domain.checklist import Checklist
from fieldlog.domain.errors import NotFound, Refused
from fieldlog.domain.people import StartedLog
from fieldlog.library import load_library, with_supplements
from fieldlog.sync.http import sync_http

SHIPPED = load_library()["xiaofang"]


def shadow(version: str = "2026.101", **fields: Any) -> Checklist:
    """The shipped 消防 list with an office's words in its head."""
    return SHIPPED.model_copy(update={"version": version, "competence": "后叶镇综合行政执法大队", **fields})


def supplement(title: str, unit: str = "houye") -> Checklist:
    """Two items of the office's own after a section of the shipped list."""
    own = f"xiaofang-{unit}"
    made = practice(own, "后叶镇消防补充", {title: [item(own, 1, text="场镇古街消防水缸有水"), item(own, 2)]})
    return Checklist.model_validate(made.recorded() | {"extends": "xiaofang"})


@pytest.fixture
def devices(tmp_path: Path) -> Iterator[tuple[Book, Book]]:
    """An officer's laptop and a supervisor's."""
    clock = FixedClock()
    officer = Book.create(tmp_path / "officer", device("houye-01"), now=clock)
    desk = Book.create(
        tmp_path / "desk", device("houye-09", "01JDEF00000000000000000009", role="supervisor"), now=clock
    )
    registers.register_officer(officer, "houye-01", name="张某甲", certificate="CQ0001")
    registers.register_officer(desk, "houye-09", name="王某丙", certificate="CQ0003", post="大队长")
    with officer, desk:
        yield officer, desk


def meet(*books: Book) -> None:
    for one in books:
        for other in books:
            one.merge(list(other.lines_after({log: head.seq for log, head in one.heads().items()})))


def person(book: Book) -> str:
    return next(iter(book.rows("officers")))["id"]


def propose(book: Book, checklist: Checklist) -> str:
    return own_lists.publish(book, own_lists.library_of(book), person(book), checklist, "加本镇职责").doc


def test_a_list_counts_everywhere_once_a_supervisor_approved_it_and_stands_openly_before_the_programs(devices):
    officer, desk = devices
    doc = propose(officer, shadow())
    assert own_lists.library_of(officer)["xiaofang"].version == SHIPPED.version, "not before it is approved"
    meet(officer, desk)
    own_lists.approve(desk, person(desk), doc)
    meet(officer, desk)
    for book in devices:
        library = own_lists.library_of(book)
        assert library["xiaofang"].competence == "后叶镇综合行政执法大队"
        assert [each.kind for each in library.origins("xiaofang")] == ["本所发布", "随程序"]
        assert library.origins("xiaofang")[0].words == "本所发布 张某甲 2026-11-24"
    own_lists.withdraw(desk, person(desk), doc, "上级发了新版")
    meet(officer, desk)
    assert own_lists.library_of(officer)["xiaofang"].version == SHIPPED.version
    assert own_lists.proposals(officer)[0].standing.words == "上级发了新版"


def test_nobody_but_a_supervisors_device_approves_whatever_stands_in_the_log(devices):
    officer, desk = devices
    doc = propose(officer, shadow())
    with pytest.raises(Refused, match="审批人的电脑"):
        own_lists.approve(officer, person(officer), doc)
    forged = bodies.ChecklistApproved(digest=shadow().digest())
    with pytest.raises(Refused, match="不能批准清单"):
        officer.write(person(officer), doc, forged)
    with as_another_program(officer):
        officer.write(person(officer), doc, forged)
    meet(officer, desk)
    for book in devices:
        assert own_lists.proposals(book)[0].standing.state == "待审批"
        assert own_lists.library_of(book)["xiaofang"].version == SHIPPED.version
    own_lists.decline(desk, person(desk), doc, "职责写法不对")
    with pytest.raises(Refused, match="已退回"):
        own_lists.approve(desk, person(desk), doc)


def test_no_device_makes_itself_or_another_a_supervisor_later_or_drafts_for_it(devices):
    officer, desk = devices
    doc = propose(officer, shadow())
    for said, where in (
        ("houye-01", officer.new_id()),
        ("houye-01", officer.device.doc),
        ("houye-09", desk.device.doc),
    ):
        role = "supervisor" if said == "houye-01" else "officer"
        body = bodies.LogStarted(device=said, unit="houye", unit_name="", role=role, public_key="")
        officer.write("houye-01", where, body)
    officer.write(
        "houye-01", desk.device.doc, bodies.DraftSaved(field="checklist:xiaofang", text='{"list":"xiaofang"}')
    )
    with as_another_program(officer):
        officer.write(person(officer), doc, bodies.ChecklistApproved(digest=shadow().digest()))
    meet(officer, desk)
    for book in devices:
        assert own_lists.proposals(book)[0].standing.state == "待审批"
    started = desk.document(desk.device.doc)
    assert isinstance(started, StartedLog)
    assert not started.drafts
    own_lists.approve(desk, person(desk), doc)
    assert own_lists.proposals(desk)[0].standing.state == "已发布"


def test_a_list_that_is_not_what_its_digest_says_is_not_taken_in(devices):
    officer, desk = devices
    body = bodies.ChecklistPublished(
        list="xiaofang", version="2026.101", digest="ab" * 32, checklist=shadow().recorded()
    )
    doc = officer.write(person(officer), officer.new_id(), body).doc
    meet(officer, desk)
    assert not own_lists.proposals(desk)
    with pytest.raises(NotFound):
        own_lists.approve(desk, person(desk), doc)


def test_a_version_that_is_not_newer_or_waits_already_is_refused(devices):
    officer, _desk = devices
    with pytest.raises(Refused, match="新版本号要比它大"):
        propose(officer, shadow(SHIPPED.version))
    propose(officer, shadow())
    with pytest.raises(Refused, match="已经提交过"):
        propose(officer, shadow())


def test_a_number_that_was_another_statements_is_not_published(devices):
    officer, _desk = devices
    first, second = SHIPPED.items()[:2]
    swapped = first.model_copy(update={"text": second.text}), second.model_copy(update={"text": first.text})
    items = (*swapped, *SHIPPED.sections[0].items[2:])
    section = SHIPPED.sections[0].model_copy(update={"items": items})
    propose(officer, shadow())
    with pytest.raises(Refused, match=f"编号 {first.id} 在 2026.101 版里是"):
        propose(officer, shadow("2026.102", sections=(section, *SHIPPED.sections[1:])))


def test_one_version_is_not_approved_with_two_contents(devices):
    officer, desk = devices
    first = propose(officer, shadow())
    second = propose(desk, shadow(competence="另一份内容"))
    meet(officer, desk)
    own_lists.approve(desk, person(desk), first)
    with pytest.raises(Refused, match="版已经批准了另一份内容"):
        own_lists.approve(desk, person(desk), second)


def test_the_newest_approved_version_counts_whoever_approved_first(devices):
    officer, desk = devices
    old, new = propose(officer, shadow("2026.101")), propose(officer, shadow("2026.102", competence="新职责"))
    meet(officer, desk)
    own_lists.approve(desk, person(desk), new)
    own_lists.approve(desk, person(desk), old)
    meet(officer, desk)
    assert own_lists.library_of(officer)["xiaofang"].competence == "新职责"
    officer.rebuild()
    assert own_lists.library_of(officer)["xiaofang"].competence == "新职责"


def test_a_supplement_is_walked_with_its_list_after_the_section_of_the_same_title(devices):
    officer, desk = devices
    title = SHIPPED.sections[0].title
    doc = propose(officer, supplement(title))
    meet(officer, desk)
    own_lists.approve(desk, person(desk), doc)
    registers.register_officer(desk, "houye-09", name="李某乙", certificate="CQ0002", certificate_expiry="2028-12-31")
    shop = registers.register_premises(desk, person(desk), name="某某副食店", kind="副食店").doc
    library = own_lists.library_of(desk)
    assert with_supplements(library, ["xiaofang"]) == ["xiaofang", "xiaofang-houye"]
    assert "xiaofang-houye" not in library.suggest("副食店")
    opened = visit_opening.open_inspection(
        desk, library, person(desk), premises=shop, lists=["xiaofang"], officers=["王某丙", "李某乙"]
    )
    visit = lookup.inspection(desk, opened.doc)
    assert [used.id for used in visit.lists] == ["xiaofang", "xiaofang-houye"]
    order = [each.checklist.id for each in lookup.plan(desk, visit).sections]
    assert order[:3] == ["xiaofang", "xiaofang-houye", "xiaofang"]


def test_lists_travel_through_the_hub(devices, tmp_path: Path):
    officer, desk = devices
    with HubProcess(tmp_path) as hub:
        sync_http(officer, hub.url, hub.code("houye", device="houye-01"))
        sync_http(desk, hub.url, hub.code("houye", "supervisor", device="houye-09"))
        doc = propose(officer, shadow())
        sync_http(officer, hub.url)
        sync_http(desk, hub.url)
        own_lists.approve(desk, person(desk), doc)
        sync_http(desk, hub.url)
        sync_http(officer, hub.url)
    assert own_lists.library_of(officer).origins("xiaofang")[0].kind == "本所发布"


def test_opening_the_shelf_reads_no_list(devices, monkeypatch: pytest.MonkeyPatch):
    officer, desk = devices
    doc = propose(officer, shadow())
    meet(officer, desk)
    own_lists.approve(desk, person(desk), doc)

    def read(*_: object) -> None:
        raise AssertionError("a list was read for its head")

    monkeypatch.setattr(own_lists, "content", read)
    library = own_lists.library_of(desk)
    head = library.head("xiaofang")
    assert head is not None
    assert head.version == "2026.101"
    assert "xiaofang" in library.suggest("超市")
