"""One inspection as a signed case: in few bytes and back, and nothing that the device did not sign."""

from pathlib import Path

import pytest
from pydantic import BaseModel
from township import ITEMS, FixedClock, Township, device, new_township

from fieldlog.actions import answering, hazards, lookup
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.domain.errors import FoundWrong, NewerFormat, NotFound
from fieldlog.sync.qr_case import check_case, make_case
from fieldlog.sync.qr_compact import pack_case, unpack_case
from fieldlog.sync.qr_frames import Message, read_text
from fieldlog.sync.qr_receive import receive

OTHER = "01JDEF00000000000000000002"


@pytest.fixture
def visit(township: Township) -> str:
    """A visit with a hazard, while other things were written in between."""
    doc = township.visit()
    for number, item in enumerate(ITEMS):
        township.clock.pass_(seconds=7.013)
        answering.answer(
            township.book,
            township.by,
            doc,
            item,
            "不符合" if number == 0 else "符合",
            text="出口堵塞，𠮷" if number == 0 else "",
        )
        if number == 1:
            township.book.write(township.by, OTHER, bodies.PremisesRegistered(name="别家商店"))
    return doc


@pytest.fixture
def office(tmp_path: Path, clock: FixedClock, township: Township):
    """A book at the office that knows the laptop's key and nothing else of it."""
    with Book.create(tmp_path / "office", device("houye-99", OTHER, "supervisor"), now=clock) as book:
        (book.folder / "keys/houye-01.pub").write_text(township.book.public_key("houye-01"))
        yield book


def codes(book: Book, doc: str, block_bytes: int = 200) -> list[str]:
    message = Message(pack_case(make_case(book, doc)), block_bytes)
    return [message.text(number) for number in range(message.count)]


def test_the_case_holds_the_visit_its_hazard_and_whom_it_names_and_no_other(township: Township, visit: str):
    case = make_case(township.book, visit)
    assert case.signature
    (hazard,) = township.book.rows("hazards")
    assert {entry.doc for entry in case.entries} == {visit, hazard["doc"], township.shop, *township.officers[:2]}
    assert unpack_case(pack_case(case)) == case
    check_case(case, township.book.public_key("houye-01"))


def test_it_is_small(township: Township, visit: str):
    case = make_case(township.book, visit)
    assert len(pack_case(case)) < sum(len(entry.line()) for entry in case.entries) / 6


def test_a_changed_byte_is_never_believed(township: Township, visit: str):
    """A compressed stream has bits that mean nothing; all others make it no case, or another than was signed."""
    case = make_case(township.book, visit)
    packed, key = pack_case(case), township.book.public_key("houye-01")
    for at in range(len(packed) * 8):
        changed = bytearray(packed)
        changed[at // 8] ^= 1 << at % 8
        try:
            read = unpack_case(bytes(changed))
            check_case(read, key)
        except (FoundWrong, NewerFormat):
            continue
        assert read == case
    for length in range(len(packed)):
        with pytest.raises(FoundWrong):
            unpack_case(packed[:length])


def test_an_entry_left_out_added_or_moved_is_not_believed(township: Township, visit: str):
    case = make_case(township.book, visit)
    key = township.book.public_key("houye-01")
    for entries in (case.entries[:-1], case.entries[::-1], (*case.entries, case.entries[-1])):
        with pytest.raises(FoundWrong):
            check_case(case._replace(entries=entries), key)
    with pytest.raises(FoundWrong):
        check_case(case._replace(doc=OTHER), key)


def test_the_office_sees_the_visit_at_once_and_the_log_may_follow(township: Township, visit: str, office: Book):
    """Whatever comes first, and after a restart or a rebuild, the rows are the same."""
    row = township.book.row("inspections", visit)
    texts = codes(township.book, visit)
    assert [each.state for each in receive(office, texts[::-1]).outcomes] == ["whole"]
    assert office.row("inspections", visit) == row
    assert [each["text"] for each in office.rows("hazards")] == [each["text"] for each in township.book.rows("hazards")]
    assert office.heads().keys() == {"houye-99"}
    office.rebuild()
    assert office.row("inspections", visit) == row
    with Book.look(office.folder, now=office.now) as again:
        assert again.row("inspections", visit) == row
        assert lookup.inspection(again, visit).answered == len(ITEMS)
    township.book.seal()
    merged = office.merge(township.book.lines_after({}))
    assert not merged.refused
    assert office.row("inspections", visit) == row
    assert len(office.entries_of(visit)) == len(township.book.entries_of(visit))
    assert office.heads()["houye-01"] == township.book.heads()["houye-01"]
    assert [each.state for each in receive(office, texts).outcomes] == ["known"]


def test_a_later_sheet_adds_what_happened_since(township: Township, visit: str, office: Book):
    receive(office, codes(township.book, visit))
    (hazard,) = township.book.rows("hazards")
    hazards.rectify(township.book, township.by, hazard["doc"], note="已清理")
    (outcome,) = receive(office, codes(township.book, visit)).outcomes
    assert (outcome.state, outcome.fresh) == ("whole", 1)
    assert [each["state"] for each in office.rows("hazards")] == [
        each["state"] for each in township.book.rows("hazards")
    ]


def test_what_is_missing_is_kept_and_named(township: Township, visit: str, office: Book):
    texts = codes(township.book, visit)
    (outcome,) = receive(office, [texts[0], texts[2], texts[0], "https://example.org/"]).outcomes
    assert (outcome.state, outcome.missing[0], outcome.of) == ("partial", 2, len(texts))
    assert outcome.lacking == len(texts) - 2
    assert not list(office.rows("inspections"))
    (outcome,) = receive(office, texts[1:]).outcomes
    assert outcome.state == "whole"
    assert not list(office.folder.glob("incoming-qr/*.txt"))


def test_a_device_whose_key_is_not_known_waits_for_it(township: Township, visit: str, office: Book):
    key = office.folder / "keys/houye-01.pub"
    text = key.read_text()
    key.unlink()
    (outcome,) = receive(office, codes(township.book, visit)).outcomes
    assert outcome.state == "waiting"
    assert not list(office.rows("inspections"))
    key.write_text(text)
    assert [each.state for each in receive(office, []).outcomes] == ["whole"]


def test_a_case_of_another_device_s_key_is_refused(tmp_path: Path, clock: FixedClock, office: Book):
    forger = new_township(tmp_path / "forger", clock)
    (outcome,) = receive(office, codes(forger.book, forger.visit())).outcomes
    forger.book.close()
    assert outcome.state == "refused"
    assert "签名" in outcome.why
    assert not list(office.rows("inspections"))


def test_only_the_laptop_that_wrote_it_prints_it(township: Township, visit: str, office: Book):
    receive(office, codes(township.book, visit))
    with pytest.raises(NotFound):
        make_case(office, visit)


def test_a_damaged_code_is_none_of_ours(township: Township, visit: str):
    (text, *_rest) = codes(township.book, visit)
    assert read_text(text)
    for at in range(4, len(text)):
        assert read_text(text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]) is None
    assert read_text(text[:-1]) is None


def test_a_record_of_a_newer_version_counts_once_though_it_came_on_paper_and_in_its_log(
    township: Township, visit: str, office: Book
):
    class WeatherNoted(BaseModel):
        sky: str

    bodies.KIND_OF[WeatherNoted] = "weather.noted"
    try:
        township.book.write(township.by, visit, WeatherNoted(sky="雨"))
    finally:
        del bodies.KIND_OF[WeatherNoted]
    receive(office, codes(township.book, visit))
    office.merge(township.book.lines_after({}))
    assert [row["entries"] for row in office.rows("unknown")] == [1]
    office.rebuild()
    assert [row["entries"] for row in office.rows("unknown")] == [1]
