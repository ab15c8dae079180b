"""Comments, assignments, and two devices that change the same thing: what each device then knows."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from command import fieldlog, record, unit_copy
from township import FixedClock, Township, device

from fieldlog.actions import answering, assigning, comments, contests, hazards, lookup, overview, visit_closing
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.domain.entries import make_entry
from fieldlog.domain.errors import Refused
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.log_format import NO_HASH

SECOND = "01JDEF0000000000000000DEV2"


@pytest.fixture
def other(township: Township, tmp_path: Path) -> Iterator[Book]:
    """A second laptop that knows what the first one knows."""
    with Book.create(tmp_path / "other", device("houye-02", SECOND), now=township.clock) as book:
        meet(township.book, book)
        yield book


def meet(*books: Book) -> None:
    """Let every book have everything."""
    for one in books:
        for another in books:
            if one is not another:
                held = {log: head.seq for log, head in one.heads().items()}
                assert not one.merge(list(another.lines_after(held))).refused


def say(book: Book, clock: FixedClock, by: str, doc: str, value: str, **more: int) -> None:
    clock.pass_(minutes=1)
    answering.answer(book, by, doc, "lianxi-1", value, **more)


def visit_in(book: Book, doc: str) -> Inspection:
    return lookup.inspection(book, doc)


def contested(book: Book, doc: str) -> str:
    """What the screens say of the item, or empty."""
    contest = visit_in(book, doc).contest("lianxi-1")
    said = contests.item_contest_words(book, contest) if contest else ""
    assert bool(said) == bool(book.row("inspections", doc)["contested"])
    return said


def test_two_answers_without_each_other_are_both_kept_and_told_on_both_devices(township: Township, other: Book):
    book, clock, (zhang, li, _chief) = township.book, township.clock, township.officers
    doc = township.visit()
    meet(book, other)
    say(book, clock, zhang, doc, "符合")
    say(other, clock, li, doc, "不符合", finding=1)
    assert not contested(book, doc)
    assert not contested(other, doc)
    meet(book, other)
    said = "两人改过：张某甲 11-24 09:01 符合，李某乙 11-24 09:02 不符合（安全出口被杂物堵塞）（现取后者）"
    assert contested(book, doc) == contested(other, doc) == said
    assert len(visit_in(book, doc).given["lianxi-1"]) == 2
    assert visit_in(book, doc).answer("lianxi-1").value == "不符合"


def test_whoever_answers_after_seeing_both_settles_it(township: Township, other: Book):
    book, clock, (zhang, li, _chief) = township.book, township.clock, township.officers
    doc = township.visit()
    meet(book, other)
    say(book, clock, zhang, doc, "符合")
    say(other, clock, li, doc, "不适用")
    say(book, clock, zhang, doc, "待定")
    assert not contested(book, doc), "the same device, before it met the other"
    meet(book, other)
    assert "李某乙 11-24 09:02 不适用，张某甲 11-24 09:03 待定" in contested(other, doc)
    say(other, clock, li, doc, "不适用")
    meet(book, other)
    assert not contested(book, doc)
    assert not contested(other, doc)


def test_a_change_made_knowingly_is_none_to_tell(township: Township, other: Book):
    book, clock, (zhang, li, _chief) = township.book, township.clock, township.officers
    doc = township.visit()
    say(book, clock, zhang, doc, "符合")
    meet(book, other)
    say(other, clock, li, doc, "不适用")
    meet(book, other)
    assert not contested(book, doc)
    assert visit_in(book, doc).answer("lianxi-1").value == "不适用"


def test_the_same_answer_twice_is_none_to_tell(township: Township, other: Book):
    doc = township.visit()
    meet(township.book, other)
    say(township.book, township.clock, township.officers[0], doc, "符合")
    say(other, township.clock, township.officers[1], doc, "符合")
    meet(township.book, other)
    assert not contested(other, doc)


def test_an_answer_of_a_program_that_does_not_say_what_it_saw_counts_as_not_having_seen(
    township: Township, other: Book
):
    doc = township.visit()
    say(township.book, township.clock, township.officers[0], doc, "符合")
    meet(township.book, other)
    township.clock.pass_(minutes=1)
    other.write(township.officers[1], doc, bodies.ItemAnswered(item="lianxi-1", value=bodies.Value.NA))
    meet(township.book, other)
    assert contested(township.book, doc)


def test_it_can_be_settled_after_the_visit_is_over(township: Township, other: Book):
    book, (zhang, li, _chief) = township.book, township.officers
    doc = township.visit()
    meet(book, other)
    say(book, township.clock, zhang, doc, "符合")
    say(other, township.clock, li, doc, "不适用")
    meet(book, other)
    for item in ("lianxi-2", "lianxi-3", "lianxi-4"):
        answering.answer(book, zhang, doc, item, "符合")
    reasons = {each.rule: "已说明" for each in visit_closing.objections(book, doc, bodies.Signature())}
    visit_closing.close(book, zhang, doc, signature=bodies.Signature(), opinion="", reasons=reasons)
    meet(book, other)
    assert contested(other, doc)
    contests.confirm_item(other, li, doc, "lianxi-1")
    meet(book, other)
    assert not contested(book, doc)
    assert visit_in(book, doc).late == 0
    with pytest.raises(Refused):
        contests.confirm_item(book, zhang, doc, "lianxi-1")


def test_two_deadlines_of_a_hazard_are_told_until_somebody_lets_one_stand(township: Township, other: Book):
    book, (zhang, li, chief) = township.book, township.officers
    doc = hazards.find(book, zhang, text="安全出口堆放货物", premises=township.shop, days=7).doc
    meet(book, other)
    township.clock.pass_(minutes=1)
    hazards.edit(book, zhang, doc, due="2026-12-03", place="东侧")
    township.clock.pass_(minutes=1)
    hazards.edit(other, li, doc, due="2026-12-09", text="安全出口堆放纸箱")
    meet(book, other)
    (what, found), *more = lookup.hazard(book, doc).contests().items()
    assert not more, "only the deadline was changed by both"
    said = "两人改过期限：张某甲 11-24 09:01 2026-12-03，李某乙 11-24 09:02 2026-12-09（现取后者）"
    assert contests.hazard_contest_words(book, what, found) == said
    assert book.row("hazards", doc)["contested"] == "due"
    assert lookup.hazard(book, doc).fields["place"] == "东侧"
    contests.confirm_hazard(other, chief, doc)
    meet(book, other)
    assert book.row("hazards", doc)["contested"] == ""


def test_two_re_checks_with_different_results_are_told(township: Township, other: Book):
    book, (zhang, li, _chief) = township.book, township.officers
    doc = hazards.find(book, zhang, text="灭火器失压", premises=township.shop).doc
    meet(book, other)
    township.clock.pass_(minutes=1)
    hazards.recheck(book, zhang, doc, passed=True, officers=[zhang, li])
    township.clock.pass_(minutes=1)
    hazards.recheck(other, li, doc, passed=False, note="没有换", officers=[zhang, li])
    meet(book, other)
    (found,) = lookup.hazard(book, doc).contests().values()
    assert contests.hazard_contest_words(book, "state", found).startswith("两人改过办理：张某甲 11-24 09:01 复查通过")
    township.clock.pass_(minutes=1)
    hazards.rectify(book, zhang, doc, note="已换")
    assert not lookup.hazard(book, doc).contests(), "a step taken after seeing both"


def test_an_assignment_travels_with_its_day_and_is_taken_back(township: Township, other: Book):
    book, (zhang, li, chief) = township.book, township.officers
    doc = hazards.find(book, zhang, text="灭火器失压", premises=township.shop).doc
    assigning.assign(book, chief, doc, "李某乙", "盯紧", "2026-11-27")
    meet(book, other)
    (row,) = overview.assigned_to(other, li)
    assert (row["assigned_due"], row["assigned_by"]) == ("2026-11-27", chief)
    with pytest.raises(Refused):
        assigning.assign(book, chief, doc, li, due="2026-11-23")
    assigning.take_back(other, chief, doc, "休假")
    meet(book, other)
    assert overview.assigned_to(book, li) == []
    with pytest.raises(Refused):
        assigning.take_back(book, chief, doc)


def test_comments_are_new_until_the_reader_looked_whatever_order_they_arrive_in(township: Township, other: Book):
    book, (zhang, li, chief) = township.book, township.officers
    doc = township.visit()
    meet(book, other)
    comments.comment(other, chief, doc, "请补一张照片", "lianxi-1")
    township.clock.pass_(minutes=5)
    comments.comment(book, zhang, doc, "到了")
    comments.mark_read(book, zhang, doc)
    assert comments.unread(book, zhang) == []
    meet(book, other)
    (new,) = comments.unread(book, zhang)
    assert (new.new, new.last.text, new.last.item) == (1, "请补一张照片", "lianxi-1"), "written before, arrived after"
    comments.mark_read(book, zhang, doc)
    assert comments.unread(book, zhang) == []
    assert [each.new for each in comments.unread(book, li)] == [2], "each reader for himself"
    assert [each.text for each in comments.comments_of(other, doc)] == ["请补一张照片", "到了"]


def test_a_comment_that_concerns_somebody_else_is_new_on_a_desk_only(township: Township, tmp_path: Path):
    book, (zhang, _li, chief) = township.book, township.officers
    doc = hazards.find(book, zhang, text="灭火器失压", premises=township.shop).doc
    comments.comment(book, zhang, doc, "当事人在外地")
    assert comments.unread(book, chief) == []
    with Book.create(tmp_path / "desk", device("houye-desk", SECOND, "supervisor"), now=township.clock) as desk:
        meet(book, desk)
        assert [each.last.text for each in comments.unread(desk, chief)] == ["当事人在外地"]


@pytest.mark.parametrize("content", [b"", b"[]", b'{"a": 1}', b"\xff", b'{"a": {"b": "c"}}'])
def test_damaged_read_marks_only_show_comments_again(township: Township, content: bytes):
    doc = township.visit()
    comments.comment(township.book, township.officers[1], doc, "看一下")
    comments.mark_read(township.book, township.by, doc)
    assert not comments.unread(township.book, township.by)
    (township.book.folder / "read.json").write_bytes(content)
    assert len(comments.unread(township.book, township.by)) == 1
    comments.mark_read(township.book, township.by, doc)
    assert not comments.unread(township.book, township.by)


def test_programs_say_it_through_record(tmp_path: Path):
    unit = unit_copy(tmp_path / "unit")
    file = tmp_path / "台账.csv"
    file.write_text("单位名称,类别,地址\n某某门市,其他,正街2号\n", encoding="utf-8")
    assert fieldlog("registry", "import", file, data=unit).code == 0
    (found,) = record(unit, {"do": "hazard", "by": "李某甲", "premises": "某某门市", "text": "灭火器失压"})
    doc = found["doc"]
    answers = record(
        unit,
        {"do": "assign", "by": "张某丙", "doc": doc, "officer": "王某乙", "due": "2099-12-01"},
        {"do": "comment", "by": "王某乙", "doc": doc, "text": "明天去"},
        {"do": "comment", "by": "王某乙", "doc": doc, "text": " "},
        {"do": "confirm", "by": "王某乙", "doc": doc},
    )
    assert [each["ok"] for each in answers] == [True, True, False, False]
    (row,) = fieldlog("hazards", "--json", data=unit).rows
    assert (row["assigned_due"], row["comments"], row["contested"]) == ("2099-12-01", 1, [])
    assert record(unit, {"do": "unassign", "by": "张某丙", "doc": doc})[0]["ok"]
    (row,) = fieldlog("hazards", "--json", data=unit).rows
    assert (row["assigned"], row["assigned_due"]) == ("", "")


def test_an_answer_that_nobody_else_gave_says_nothing_of_others(township: Township):
    doc = township.visit()
    answering.answer(township.book, township.by, doc, "lianxi-1", "符合")
    assert "seen" not in township.book.entries_of(doc)[-1].fields


@pytest.mark.parametrize("forged", ["answer", "comment", "start"])
def test_no_device_takes_another_s_answer_out_of_the_lists(township: Township, other: Book, forged: str):
    """What is dated before a visit makes nothing else of it, and what says something else is no repetition."""
    book, clock, (zhang, *_) = township.book, township.clock, township.officers
    doc = township.visit()
    say(book, clock, zhang, doc, "不符合", finding=1)
    row = dict(book.row("inspections", doc) or {})
    (true,) = [entry for entry in book.entries_of(doc) if entry.kind == "item.answered"]
    origin = {"origin": {"log": true.log, "seq": true.seq, "hash": true.hash}}
    kind, hlc, body = {
        "answer": (true.kind, true.hlc, {**true.fields, **origin, "value": "符合"}),
        "comment": ("hazard.commented", "0" * 15 + "1", {"text": "其实是隐患", **origin}),
        "start": ("log.started", "0" * 15 + "1", {"device": "aaa", "unit": "houye", "public_key": "0" * 64, **origin}),
    }[forged]
    entry = make_entry(
        log="aaa", seq=1, prev=NO_HASH, hlc=hlc, at=true.at, by=zhang, kind=kind, doc=doc, body=body, salt="5a" * 16
    )
    meet(book, other)
    for each in (book, other):
        assert each.merge([entry.line()]).received == 1
        assert visit_in(each, doc).answer("lianxi-1").value == "不符合"
        assert (each.row("inspections", doc) or {})["findings"] == row["findings"]
        assert not each.row("devices", doc)
    book.rebuild()
    assert visit_in(book, doc).answer("lianxi-1").value == "不符合"


def test_a_change_that_is_passed_off_as_another_device_s_is_contested_all_the_same(township: Township, other: Book):
    book, clock, (zhang, li, _chief) = township.book, township.clock, township.officers
    doc = township.visit()
    say(book, clock, zhang, doc, "不符合", finding=1)
    (true,) = [entry for entry in book.entries_of(doc) if entry.kind == "item.answered"]
    body = {**true.fields, "value": "符合", "text": "", "origin": {"log": true.log, "seq": 999, "hash": "0" * 64}}
    entry = make_entry(
        log="aaa", seq=1, prev=NO_HASH, hlc=f"{int(true.hlc, 16) + 1:016x}", at=true.at, by=li, kind=true.kind, doc=doc,
        body=body, salt="5a" * 16,
    )  # fmt: skip
    meet(book, other)
    for each in (book, other):
        assert each.merge([entry.line()]).received == 1
        assert "张某甲" in contested(each, doc)
        assert "李某乙" in contested(each, doc)
