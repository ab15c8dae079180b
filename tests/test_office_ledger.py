"""What the hub takes in, what it refuses, and that it decides by unique keys."""

import itertools
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from hubs import Chain
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.postgres import Server
from fieldlog.domain.entries import body_digest, canonical, entry_hash, parse_entry
from fieldlog.domain.heads import Head
from fieldlog.domain.role_dates import Word, role_dates
from fieldlog.domain.roster import Listed
from fieldlog.office.database import open_database
from fieldlog.office.intake import prove
from fieldlog.office.ledger import Acknowledgement, Ledger

_NUMBERS = itertools.count(1)


class Office:
    """A ledger, the keys of the devices that enrolled, and what somebody posts to it.

    Each is a unit of its own, so that many may share one database.
    """

    def __init__(self, url: str) -> None:
        self.engine = open_database(url)
        self.ledger = Ledger(self.engine)
        self.unit = f"unit-{next(_NUMBERS)}"
        self.devices: dict[str, Listed] = {}

    def move_on(self) -> None:
        """Be another, empty unit, so that the examples of one test do not meet."""
        self.unit = f"unit-{next(_NUMBERS)}"

    def know(self, *chains: Chain) -> "Office":
        self.devices.update({chain.log: Listed(chain.log, chain.public_key) for chain in chains})
        return self

    def give(self, log: str, *words: Word) -> None:
        """Say what roles a device has."""
        self.devices[log] = replace(self.devices[log], dates=role_dates(words))

    def post(self, lines: Iterable[bytes], sender: str = "houye-01") -> Acknowledgement:
        return self.ledger.accept(self.unit, sender, prove(lines, sender, self.devices.get))

    def lines(self) -> list[bytes]:
        """Everything it holds, fetched piece by piece."""
        lines: list[bytes] = []
        after: dict[str, int] = {}
        while piece := self.ledger.lines_after(self.unit, after):
            lines += piece
            for log in self.ledger.heads(self.unit):
                own = [line for line in lines if b'"log":"' + log.encode() + b'"' in line]
                after[log] = len(own)
        return lines


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind: what follows is one contract for both."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'hub.sqlite'}"
    return request.getfixturevalue("postgres_url")


@pytest.fixture(scope="session")
def postgres_url(postgres: Server) -> str:
    return postgres.database()


@pytest.fixture
def office(url: str) -> Iterator[Office]:
    office = Office(url)
    yield office
    office.engine.dispose()


def test_what_a_device_posts_is_held_line_by_line_and_known_the_second_time(office: Office):
    chain = Chain().add(30).seal()
    first = office.know(chain).post(chain.lines)
    assert (first.received, first.known, first.refused) == (31, 0, [])
    assert first.heads == {"houye-01": Head(31, chain.prev)} == office.ledger.heads(office.unit)
    second = office.post(chain.lines)
    assert (second.received, second.known, second.refused) == (0, 31, [])
    assert office.lines() == chain.lines


def test_units_do_not_see_each_other(office: Office):
    chain = Chain().add(3)
    office.know(chain).post(chain.lines)
    assert office.ledger.heads("xinqiao") == {}
    assert office.ledger.lines_after("xinqiao", {}) == []


@settings(max_examples=20)
@given(st.data())
def test_pieces_in_any_order_and_twice_lose_nothing_once_the_gaps_are_sent_again(office: Office, data: st.DataObject):
    office.move_on()
    chain = Chain().add(12)
    office.know(chain)
    packs = [chain.lines[start : start + 3] for start in range(0, 12, 3)]
    for pack in data.draw(st.permutations(packs + data.draw(st.lists(st.sampled_from(packs), max_size=3)))):
        assert not office.post(data.draw(st.permutations(pack))).refused
    head = office.ledger.heads(office.unit).get("houye-01", Head(0, ""))
    assert not office.post(chain.lines[head.seq :] or chain.lines[-1:]).refused
    assert office.lines() == chain.lines


def test_a_tampered_entry_is_named_and_the_sound_ones_before_it_and_other_logs_are_kept(office: Office):
    chain, other = Chain().add(9), Chain("houye-02").add(2).seal()
    office.know(chain, other)
    lines = [*chain.lines]
    lines[5] = lines[5].replace("第 6 条".encode(), "第 七 条".encode())
    ack = office.post(lines + other.lines)
    assert [(refusal.log, refusal.seq) for refusal in ack.refused] == [("houye-01", 6)]
    assert "被改动过" in ack.refused[0].why
    assert {log: head.seq for log, head in ack.heads.items()} == {"houye-01": 5, "houye-02": 3}
    assert office.post(chain.lines).received == 4


@settings(max_examples=60)
@given(st.integers(0, 5), st.data())
def test_any_flipped_byte_is_found(office: Office, at: int, data: st.DataObject):
    """Even where the flip hides which log the line belongs to, nothing after it is stored."""
    office.move_on()
    chain = Chain().add(6)
    line = bytearray(chain.lines[at])
    line[data.draw(st.integers(0, len(line) - 1))] ^= data.draw(st.integers(1, 255))
    ack = office.know(chain).post([*chain.lines[:at], bytes(line), *chain.lines[at + 1 :]])
    assert ack.refused
    assert office.lines() == chain.lines[:at]


def test_a_fork_is_refused_with_both_hashes_and_its_entries_are_kept_aside(office: Office):
    chain = Chain().add(10)
    twin = chain.branch(6).add(8)
    office.know(chain).post(chain.lines)
    ack = office.post(twin.lines[3:])
    refusal = ack.refused[0]
    assert (refusal.log, refusal.seq, ack.known) == ("houye-01", 7, 3)
    for lines in (chain.lines, twin.lines):
        assert lines[6].split(b'"hash":"')[1][:12].decode() in refusal.why
    assert office.lines() == chain.lines
    assert office.ledger.branch(office.unit, "houye-01") == twin.lines[6:]
    assert office.post(twin.lines[3:]).refused == [refusal]
    assert office.ledger.branch(office.unit, "houye-01") == twin.lines[6:]


def test_a_fork_that_begins_before_the_first_entry_sent_is_refused_too(office: Office):
    chain = Chain().add(10)
    twin = chain.branch(6).add(8)
    office.know(chain).post(chain.lines)
    ack = office.post(twin.lines[10:])
    assert [(refusal.log, refusal.seq) for refusal in ack.refused] == [("houye-01", 10)]
    assert office.lines() == chain.lines


def test_another_log_is_relayed_up_to_its_last_good_seal(office: Office):
    relayed = Chain("houye-02").add(4).seal().add(3)
    office.know(Chain(), relayed)
    ack = office.post(relayed.lines)
    assert (ack.received, ack.waiting, ack.refused) == (5, 3, [])
    assert ack.heads["houye-02"].seq == 5
    assert office.post(relayed.lines, sender="houye-02").received == 3


def test_a_relayed_log_without_a_seal_waits_and_one_of_a_stranger_is_refused(office: Office):
    unsealed, stranger = Chain("houye-02").add(4), Chain("houye-99").add(2).seal()
    office.know(Chain(), unsealed)
    ack = office.post(unsealed.lines + stranger.lines)
    assert (ack.received, ack.heads) == (0, {})
    assert [(refusal.log, refusal.seq) for refusal in ack.refused] == [("houye-99", 1)]
    assert "没有在办公室登记" in ack.refused[0].why


@pytest.mark.parametrize("sender", ["houye-01", "houye-02"])
def test_a_role_that_the_office_did_not_give_is_refused_and_taken_once_it_was(office: Office, sender: str):
    said = {"device": "houye-02", "unit": "houye", "role": "supervisor"}
    desk = Chain("houye-02").add(1, "log.started", said).seal()
    office.know(Chain(), desk).give("houye-02", Word(0, "officer"))
    ack = office.post(desk.lines, sender)
    assert (ack.received, ack.heads) == (0, {})
    assert "office role houye-02 supervisor" in ack.refused[0].why
    office.give("houye-02", Word(0, "officer"), Word(1, "supervisor"))
    assert office.post(desk.lines, sender).received == 2


@pytest.mark.parametrize("body", [{}, body_digest({})], ids=["empty", "withheld"])
def test_a_seal_that_says_nothing_vouches_for_nothing(office: Office, body: dict[str, object] | str):
    forged = Chain("houye-02").add(4)
    (bare,) = Chain("houye-02").branch(4).add(1, "log.sealed").lines[4:]
    fields = {**orjson.loads(bare), "body": body}
    seal = canonical({**fields, "hash": entry_hash(fields)})
    assert parse_entry(seal).kind == "log.sealed"
    ack = office.know(Chain(), forged).post([*forged.lines, seal])
    assert (ack.received, [(refusal.log, refusal.seq) for refusal in ack.refused]) == (0, [("houye-02", 5)])


def test_a_seal_by_another_key_is_refused_and_nothing_before_it_is_relayed(office: Office):
    forged = Chain("houye-02").add(4).seal(Chain().key)
    office.know(Chain(), forged)
    ack = office.post(forged.lines)
    assert [(refusal.log, refusal.seq) for refusal in ack.refused] == [("houye-02", 5)]
    assert ack.heads == {}


def test_a_relayed_entry_without_its_body_does_not_stand_in_for_the_whole_one(office: Office):
    whole = Chain("houye-02").add(4).seal()
    entries = [parse_entry(line) for line in whole.lines]
    emptied = [entries[0].model_copy(update={"body": body_digest(entries[0].body)}).line(), *whole.lines[1:]]
    ack = office.know(Chain(), whole).post(emptied)
    assert [(refusal.log, refusal.seq) for refusal in ack.refused] == [("houye-02", 1)]
    assert "隐去" in ack.refused[0].why
    assert office.post(whole.lines, sender="houye-02").received == 5
    assert office.lines() == whole.lines


def test_a_log_that_states_another_key_than_the_enrolled_one_is_refused(office: Office):
    cloned = Chain().add(1, "log.started", {"device": "houye-01", "unit": "houye", "public_key": "ab" * 32})
    ack = office.know(cloned).post(cloned.lines)
    assert "公钥" in ack.refused[0].why
    assert ack.heads == {}


def test_an_unknown_kind_passes_through_and_a_newer_format_says_what_to_do(office: Office):
    chain = Chain().add(1, "drone.flown", {"height_mm": 30_000}).add(1)
    newer = chain.lines[1].replace(b'"v":1}', b'"v":2}')
    ack = office.know(chain).post([chain.lines[0], newer])
    assert ack.received == 1
    assert [(refusal.log, refusal.seq) for refusal in ack.refused] == [("houye-01", 2)]
    assert "升级" in ack.refused[0].why


def test_five_that_post_the_same_at_once_get_one_result(office: Office):
    chain = Chain().add(400)
    office.know(chain)
    start = threading.Barrier(5)
    acks: list[Acknowledgement] = []

    def post() -> None:
        start.wait()
        acks.append(office.post(chain.lines))

    threads = [threading.Thread(target=post) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ack.received for ack in acks) == [0, 0, 0, 0, 400]
    assert all(ack.heads == {"houye-01": Head(400, chain.prev)} and not ack.refused for ack in acks)
    assert office.lines() == chain.lines


def test_what_is_fetched_comes_in_bounded_pieces_and_a_heavy_log_comes_last(office: Office):
    heavy, light = Chain("houye-01"), Chain("houye-02").add(3)
    heavy.add(50, body={"note": "长" * 50_000})
    office.know(heavy, light).post(heavy.lines)
    office.post(light.lines, sender="houye-02")
    first = office.ledger.lines_after(office.unit, {})
    assert first[:3] == light.lines
    assert 3 < len(first) < 53
    assert sorted(office.lines()) == sorted(heavy.lines + light.lines)
