"""The office's list of devices: it comes by itself, decides who is what, and lets no other in its place."""

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from command import fieldlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hubs import Chain, HubProcess, laptop, note, notes_in
from township import as_another_program
from ulid import ULID

from fieldlog.actions import own_lists
from fieldlog.book.book import Book
from fieldlog.book.device import Device
from fieldlog.domain import bodies
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import FoundWrong, NewerFormat, Refused
from fieldlog.domain.role_dates import midnight
from fieldlog.domain.roster import Roster, roster_of
from fieldlog.library import load_library
from fieldlog.office.database import open_database
from fieldlog.office.enrolment import Enrolment
from fieldlog.office.roster import OfficeRoster
from fieldlog.office.stick import receive_stick
from fieldlog.sync import roster
from fieldlog.sync.enrol_code import SECRET_LENGTH, plain, possession
from fieldlog.sync.folder import sync_folder
from fieldlog.sync.http import sync_http
from fieldlog.sync.hub import HubConnection
from fieldlog.sync.office_keys import load_trust, save_trust

UNITS = (f"ming-{number}" for number in itertools.count(1))


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    with HubProcess(tmp_path_factory.mktemp("office")) as hub:
        yield hub


class Unit:
    """A unit of its own on the shared hub, and a stick."""

    def __init__(self, hub: HubProcess, folder: Path) -> None:
        self.hub = hub
        self.name = next(UNITS)
        self.folder = folder
        self.stick = folder / "stick"
        self.stick.mkdir()

    def laptop(self, device: str, role: str = "officer", given: str = "") -> Book:
        """A new laptop that says it has one role and is enrolled in `given`."""
        book = laptop(self.folder, device, self.name, role)
        self.sync(book, self.hub.code(self.name, given or role, device))
        return book

    def sync(self, book: Book, code: str | None = None):
        return sync_http(book, self.hub.url, code)

    @property
    def office(self):
        return self.hub.parts.enrolment.roster


@pytest.fixture
def unit(hub: HubProcess, tmp_path: Path) -> Unit:
    return Unit(hub, tmp_path)


def signing_key(book: Book) -> str:
    trust = load_trust(book.folder)
    assert trust
    return trust.public.signing_key


def propose(book: Book, version: str = "2026.901") -> str:
    shipped = load_library()["xiaofang"]
    changed = shipped.model_copy(update={"version": version})
    return own_lists.publish(book, own_lists.library_of(book), "zhang", changed, "改一处").doc


def let_read_sticks(book: Book, other: Book, stick: Path) -> None:
    """Give it the unit's key without enrolling it, and so without a list of devices; it has been at the stick before."""
    trust = load_trust(other.folder)
    assert trust
    save_trust(book.folder, trust)
    sync_folder(book, stick)


def day_of(entry: Entry) -> datetime:
    """When it was written, as a calendar in China shows it."""
    return datetime.fromtimestamp((int(entry.hlc, 16) >> 16) / 1000, timezone(timedelta(hours=8)))


def state(book: Book, doc: str) -> str:
    return own_lists.proposal(book, doc).standing.state


def test_it_comes_with_a_synchronisation_and_again_only_when_it_changed(unit: Unit):
    with unit.laptop("houye-01") as one, unit.laptop("houye-90", "supervisor") as desk:
        assert one.roster is not None
        assert one.roster.devices.keys() == {"houye-01"}
        unit.sync(one)
        assert {log: each.dates.now for log, each in one.roster.devices.items()} == {
            "houye-01": "officer",
            "houye-90": "supervisor",
        }
        assert one.roster == desk.roster
        signed = roster.load_signed(one.folder)
        assert signed
        assert roster.verify(signed, signing_key(one), unit.name) == one.roster
        with HubConnection(unit.hub.url) as connection:
            connection.use_token(token_of(one, unit))
            assert connection.state(0, roster.digest(one.roster, signing_key(one))).roster is None
            assert connection.state(0, "").roster == signed
            assert connection.state().roster is None


def test_each_change_by_one_process_counts_at_once_in_another_that_keeps_the_list_it_made(unit: Unit):
    """The hub that answers is a process of its own; what is changed here, it does not hear of."""
    office, enrolment = unit.hub.parts.enrolment.roster, unit.hub.parts.enrolment
    with unit.laptop("houye-01") as one, HubConnection(unit.hub.url) as connection:
        connection.use_token(token_of(one, unit))

        def told() -> Roster:
            signed = connection.state(0, "").roster
            assert signed
            assert connection.state(0, roster.digest(roster_of(signed), signing_key(one))).roster is None
            return roster.verify(signed, signing_key(one), unit.name)

        def changes() -> Iterator[None]:
            yield
            with unit.laptop("houye-02", "supervisor"):
                yield
                enrolment.go_on_as(enrolment.member(token_of(one, unit)), "houye-01-k7m2", "ab" * 32)
                yield
                office.give(unit.name, "houye-02", "officer", since=1_795_000_000_000, until=1_795_000_000_001)
                yield
                enrolment.revoke(unit.name, "houye-02")
                yield
            with Book.open(unit.folder / "houye-02") as two:
                unit.sync(two, unit.hub.code(unit.name, "viewer", "houye-02"))
            yield

        lists = []
        for _ in changes():
            lists.append(told())
            assert lists[-1] == office.roster(unit.name) == OfficeRoster(unit.hub.parts.ledger.engine).roster(unit.name)
        assert [each.at for each in lists] == sorted({each.at for each in lists}), "each another one than before"
        assert lists[-1].devices["houye-02"].dates.now == "viewer"


def token_of(book: Book, unit: Unit) -> str:
    from fieldlog.sync.credentials import load_credential

    credential = load_credential(book.folder, unit.hub.url)
    assert credential
    return credential.token


def test_one_that_the_office_did_not_sign_or_an_older_one_is_not_gone_by(unit: Unit):
    with unit.laptop("houye-01") as one:
        old, key = roster.load_signed(one.folder), signing_key(one)
        unit.laptop("houye-90", "supervisor").close()
        unit.sync(one)
        new = roster.load_signed(one.folder)
        assert old
        assert new
        forged = {**new, "devices": [{**each, "given": ["supervisor"]} for each in new["devices"]]}
        with pytest.raises(FoundWrong, match="签名不是办公室的"):
            roster.save(one, forged, key, live=True)
        with pytest.raises(FoundWrong):
            roster.save(one, {**new, "signature": 7}, key, live=True)
        with pytest.raises(FoundWrong):
            roster.save(one, {"fieldlog": "roster", "v": 1}, key, live=True)
        with pytest.raises(NewerFormat):
            roster.save(one, {**new, "v": 2}, key, live=True)
        assert not roster.save(one, old, key, live=False)
        assert roster.load_signed(one.folder) == new
        assert roster.save(one, old, key, live=True), "the hub was restored from a backup"


def test_a_role_is_the_offices_word_and_not_the_devices_own(unit: Unit, tmp_path: Path):
    """A stranger who calls itself a supervisor is heard by stick, and what it approves counts nothing."""
    stranger, two = laptop(tmp_path, "houye-66", unit.name, "supervisor"), laptop(tmp_path, "houye-02", unit.name)
    with unit.laptop("houye-01") as one, stranger, two:
        for each in (stranger, two):
            let_read_sticks(each, one, unit.stick)
        doc = propose(one)
        sync_folder(one, unit.stick)
        sync_folder(stranger, unit.stick)
        own_lists.approve(stranger, "zhang", doc)
        sync_folder(stranger, unit.stick)
        assert not sync_folder(one, unit.stick).refused
        assert state(one, doc) == "待审批"
        two.merge([*one.lines_after({}), *stranger.lines_after({})])
        assert two.roster is None
        assert state(two, doc) == "已发布", "without a roster a device is believed about itself"


def test_a_first_entry_that_claims_another_role_or_key_than_the_office_gave_is_refused_from_a_stick(
    unit: Unit, tmp_path
):
    with unit.laptop("houye-01") as one, laptop(tmp_path, "houye-02", unit.name, "supervisor") as two:
        told = unit.sync(two, unit.hub.code(unit.name, "officer", "houye-02")).refused
        assert [(each.log, each.seq) for each in told] == [("houye-02", 1)]
        assert "fieldlog office role houye-02 supervisor" in told[0].why
        note(two, "一")
        unit.sync(one)
        sync_folder(two, unit.stick)
        (refused,) = sync_folder(one, unit.stick).refused
        assert (refused.log, refused.seq) == ("houye-02", 1)
        assert "初始化时写的角色是“审批人”" in refused.why
        assert "houye-02" not in one.heads()
        line = next(line for line in two.lines_after({}) if b'"log":"houye-02"' in line)
        assert one.roster
        assert "审批人" in roster.objection(line, one.roster)
        unit.office.give(unit.name, "houye-02", "supervisor")
        unit.sync(two)
        unit.sync(one)
        assert not roster.objection(line, one.roster)
        assert one.heads()["houye-02"] == two.heads()["houye-02"]
    another = Chain("houye-02").add(
        1, "log.started", {"device": "houye-02", "unit": unit.name, "public_key": "ab" * 32}
    )
    with Book.open(tmp_path / "houye-01") as one:
        assert one.roster
        assert "公钥" in roster.objection(another.lines[0], one.roster)


def test_what_a_supervisor_approved_counts_after_the_device_was_made_an_officers(unit: Unit):
    with unit.laptop("houye-01") as one, unit.laptop("houye-90", "supervisor") as desk:
        first, second = propose(one), propose(one, "2026.902")
        unit.sync(one)
        unit.sync(desk)
        own_lists.approve(desk, "zhang", first)
        unit.office.give(unit.name, "houye-90", "officer")
        assert unit.sync(desk).refused == ()
        assert desk.device.role == "officer"
        with pytest.raises(Refused, match="审批人"):
            own_lists.approve(desk, "zhang", second)
        with as_another_program(desk):
            written = own_lists.approve(desk, "zhang", second)
        (refused,) = unit.sync(desk).refused
        assert (refused.log, refused.seq) == ("houye-90", written.seq)
        assert f"fieldlog office role houye-90 supervisor --since {day_of(written):%Y-%m-%d}" in refused.why
        unit.sync(one)
        assert (state(one, first), state(one, second)) == ("已发布", "待审批")
        assert state(desk, second) == "待审批", "not by its own word either"
        today = midnight(day_of(written).date())
        unit.office.give(unit.name, "houye-90", "supervisor", today, today + 86_400_000)
        assert not unit.sync(desk).refused
        assert desk.device.role == "officer"
        unit.sync(one)
        assert (state(one, first), state(one, second)) == ("已发布", "已发布")


def test_a_log_that_goes_on_after_a_fork_has_the_roles_of_the_one_before(unit: Unit):
    with unit.laptop("houye-90", "supervisor") as desk:
        unit.office.give(unit.name, "houye-90", "officer")
        caller = unit.hub.parts.enrolment.member(token_of(desk, unit))
        unit.hub.parts.enrolment.go_on_as(caller, "houye-90-k7m2", "ab" * 32)
        devices = unit.office.roster(unit.name).devices
        assert devices["houye-90-k7m2"].dates == devices["houye-90"].dates
        assert devices["houye-90-k7m2"].root == "houye-90"
        given = unit.office.give(unit.name, "houye-90-k7m2", "supervisor")
        assert given.keys() == {"houye-90", "houye-90-k7m2"}


def later(hours: int) -> datetime:
    return datetime.now().astimezone() + timedelta(hours=hours)


def test_what_a_device_wrote_after_it_was_shut_out_is_taken_neither_from_a_stick_nor_relayed(unit: Unit, tmp_path):
    with (
        unit.laptop("houye-01") as one,
        unit.laptop("houye-02") as two,
        laptop(tmp_path, "houye-03", unit.name) as naive,
    ):
        let_read_sticks(naive, one, unit.stick)
        note(two, "停用之前")
        device = two.device
        unit.hub.parts.enrolment.revoke(unit.name, "houye-02")
        unit.sync(one)
    with Book.open(tmp_path / "houye-02", now=lambda: later(2)) as two:
        note(two, "停用之后")
        sync_folder(two, unit.stick)
        upto, lines = two.heads()[device.id].seq, list(two.lines_after({}))
    with Book.open(tmp_path / "houye-01") as one, Book.open(tmp_path / "houye-03") as naive:
        (refused,) = sync_folder(one, unit.stick).refused
        assert (refused.log, refused.seq) == ("houye-02", 4)
        assert "停用" in refused.why
        assert "fieldlog office enrol houye-02" in refused.why
        assert notes_in(one) == ["停用之前"]
        naive.merge(lines)
        assert naive.heads()["houye-02"].seq == upto
        relayed = sync_http(naive, unit.hub.url, unit.hub.code(unit.name, "officer", "houye-03"))
        assert [(each.log, each.seq) for each in relayed.refused] == [("houye-02", 4)]
        unit.sync(one)
        assert unit.hub.parts.ledger.heads(unit.name).get("houye-02", (0,))[0] <= 3


def test_a_device_goes_by_the_role_that_comes_with_the_list(unit: Unit):
    with unit.laptop("houye-05", "officer", given="viewer") as one:
        assert one.device.role == "viewer"
        with pytest.raises(Refused, match="本机登记的角色是“只看”，不能写备注"):
            note(one, "x")
        unit.office.give(unit.name, "houye-05", "officer")
        signed = roster.sign(unit.office.roster(unit.name), unit.hub.parts.keys.sign)
        assert roster.save(one, signed, signing_key(one), live=False), "as from a stick"
        assert one.device.role == "officer"
        note(one, "x")
        assert not unit.sync(one).refused


def test_doctor_says_whose_word_the_roles_are(unit: Unit, tmp_path: Path):
    def detail() -> str:
        checks = fieldlog("doctor", "--json", data=tmp_path / "houye-01").object["checks"]
        return next(each["detail"] for each in checks if each["name"] == "roster")

    with laptop(tmp_path, "houye-01", unit.name), laptop(tmp_path, "houye-66", unit.name) as stranger:
        lines = list(stranger.lines_after({}))
    assert "按它自己写的" in detail()
    with Book.open(tmp_path / "houye-01") as one:
        unit.sync(one, unit.hub.code(unit.name))
        one.merge(lines)
    assert "1 台，办公室签名" in detail()
    assert "houye-66 不在名册里" in detail()


def test_it_travels_by_stick_from_the_office_and_from_device_to_device(unit: Unit):
    with unit.laptop("houye-01") as one, unit.laptop("houye-02") as two, unit.laptop("houye-03") as three:
        for book in (one, two, three):
            note(book, "一")
            sync_folder(book, unit.stick)
        unit.office.give(unit.name, "houye-02", "viewer")
        receive_stick(unit.hub.parts, unit.stick, lambda *_: None)
        sync_folder(one, unit.stick)
        assert one.roster == unit.office.roster(unit.name)
        other = unit.folder / "another"
        other.mkdir()
        sync_folder(one, other)
        sync_folder(two, other)
        assert two.roster == one.roster
        assert two.device.role == "viewer"
        sync_folder(three, unit.stick)
        assert three.roster == one.roster
        for path in unit.stick.rglob("*.age"):
            path.write_bytes(path.read_bytes()[:-1])
        sync_folder(three, unit.stick)
        assert three.roster == one.roster


def test_a_device_on_a_stick_that_the_office_does_not_list_is_named(unit: Unit, tmp_path: Path):
    with unit.laptop("houye-01") as one, laptop(tmp_path, "houye-66", unit.name) as stranger:
        note(stranger, "不知道是谁写的")
        sync_folder(one, unit.stick)
        sync_folder(stranger, unit.stick)
        (told,) = [each for each in sync_folder(one, unit.stick).notes if "houye-66" in each]
        assert "名册" in told
        assert not [each for each in sync_folder(one, unit.stick).notes if "houye-66" in each], "nothing new of it"
        unit.sync(stranger, unit.hub.code(unit.name))
        unit.sync(one)
        note(stranger, "登记以后写的")
        sync_folder(stranger, unit.stick)
        result = sync_folder(one, unit.stick)
        assert result.received
        assert not [each for each in result.notes if "houye-66" in each]


def test_a_new_book_has_no_list(tmp_path: Path):
    with Book.create(tmp_path, Device(id="houye-01", unit="houye", unit_name="后叶镇", doc=str(ULID()))) as book:
        assert book.roster is None
        (tmp_path / "keys" / "roster.json").write_bytes(b'{"fieldlog": "roster"')
    with Book.open(tmp_path) as book:
        assert book.roster is None
        assert book.write("zhang", book.new_id(), bodies.ItemNoted(note="一")).seq == 2


def test_each_change_makes_a_newer_list_although_the_office_s_clock_was_ahead_once(tmp_path: Path):
    now = [2_000_000_000_000]
    enrolment = Enrolment(open_database(f"sqlite:///{tmp_path / 'hub.sqlite'}"), lambda: now[0])
    key = Ed25519PrivateKey.generate()
    public_key = key.public_key().public_bytes_raw().hex()

    def enrol(device: str, role: str) -> None:
        code = enrolment.new_code("ming", role, device)
        proof = key.sign(possession(plain(code)[:SECRET_LENGTH], device)).hex()
        enrolment.enrol(code, device, "ming", public_key, "here", proof)

    def changes() -> Iterator[None]:
        yield enrol("houye-01", "officer")
        yield enrol("houye-02", "officer")
        now[0] -= 86_400_000
        yield enrol("houye-03", "officer")
        enrolment.revoke("ming", "houye-01")
        yield
        enrolment.roster.give("ming", "houye-02", "viewer")
        yield
        enrolment.roster.give("ming", "houye-02", "officer")
        yield
        now[0] += 2 * 86_400_000
        enrolment.revoke("ming", "houye-02")
        yield
        now[0] -= 2 * 86_400_000
        yield enrol("houye-02", "officer")
        yield enrol("houye-01", "viewer")

    dates = [enrolment.roster.roster("ming").at for _ in changes()]
    assert dates == sorted(set(dates))
