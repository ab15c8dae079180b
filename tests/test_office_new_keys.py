"""The office changes its own keys: devices follow by line and by stick, nobody else leads them away, what was signed stays proven."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import httpx
import pytest
from command import command, fieldlog
from hubs import HubProcess, laptop, note
from township import ITEMS, Township

from fieldlog.actions import answering
from fieldlog.book.book import Book
from fieldlog.book.verify import VerifyReport
from fieldlog.domain.errors import EnvironmentFault
from fieldlog.office.key_file import KeyFile, read_file, write_file
from fieldlog.office.key_rotation import rotate_keys
from fieldlog.office.keys import FILE, FOLDER, OfficeKeys, load_keys, make_keys
from fieldlog.sync.credentials import load_credential, save_credential
from fieldlog.sync.enrol_code import NotTheOffice
from fieldlog.sync.folder import sync_folder
from fieldlog.sync.http import sync_http
from fieldlog.sync.office_keys import load_trust, save_trust
from fieldlog.sync.pinning import trusting_only
from fieldlog.sync.receipt_verify import verify_kept
from fieldlog.sync.receipts import newest_receipt
from fieldlog.sync.succession import OfficePublic, make_statement

VERIFIER = Path(__file__).parent.parent / "docs/verify_minimal.py"
NOTICED_S = 1.2
"""A running hub looks once a second."""


class Office:
    """A hub on its own TLS, the folder of its keys, and laptops."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.keys = folder / FOLDER
        self.open = ExitStack()
        self.hub = self.open.enter_context(HubProcess(folder, tls=True))

    def laptop(self, device: str, *, enrolled: bool = True) -> Book:
        book = self.open.enter_context(laptop(self.folder, device))
        note(book, f"{device} 的第一条")
        if enrolled:
            sync_http(book, self.hub.url, self.hub.long_code("houye"))
        return book

    def change(self) -> OfficeKeys:
        """As the command does it, without its pauses' full length."""
        rotate_keys(self.keys, lambda _s: time.sleep(NOTICED_S))
        time.sleep(NOTICED_S)
        self.hub.parts.keys.refresh()
        return self.hub.parts.keys


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office(tmp_path_factory.mktemp("office"))
    with office.open:
        yield office


def content(keys: Path) -> KeyFile:
    return read_file((keys / FILE).read_bytes())


def knows(book: Book, public: OfficePublic, url: str) -> bool:
    """Whether a device goes by these keys, also on its line."""
    trust, credential = load_trust(book.folder), load_credential(book.folder, url)
    assert trust is not None
    assert credential is not None
    return trust.public == public and credential.authority == public.authority


def test_devices_follow_by_line_by_stick_and_after_two_changes(tmp_path: Path, office: Office):
    by_line, by_stick, away = (office.laptop(f"houye-0{number}") for number in (1, 2, 3))
    unused, before = office.hub.long_code("houye"), office.hub.parts.keys.public
    stick, away_stick = tmp_path / "stick", tmp_path / "away"
    for place in (stick, away_stick):
        place.mkdir()
    note(by_stick, "在路上的")
    note(by_line, "也在路上")
    for book in (by_line, by_stick):
        sync_folder(book, stick)  # encrypted to the keys from before
    sync_folder(away, away_stick)
    assert (
        fieldlog("office", "receive", away_stick, "--db", office.hub.db_url, data=office.folder).code == 0
    )  # an old receipt

    told = fieldlog("office", "rotate-keys", "--json", data=office.folder).object
    time.sleep(NOTICED_S)
    office.hub.parts.keys.refresh()
    new = office.hub.parts.keys.public
    assert (told["changes"], told["key_id"]) == (1, new.key_id)
    assert {new.signing_key, new.age_recipient, new.authority}.isdisjoint(before.as_json().values())
    text = (office.keys / FILE).read_text("utf-8")
    assert text.count("PRIVATE KEY") == 2  # the old authority's is gone

    note(by_line, "换了以后")
    assert sync_http(by_line, office.hub.url).sent
    assert knows(by_line, new, office.hub.url)
    assert sync_http(office.laptop("houye-04", enrolled=False), office.hub.url, unused).sent  # the code is still good

    received = fieldlog("office", "receive", stick, "--json", "--db", office.hub.db_url, data=office.folder)
    assert received.code == 0, received.err
    assert received.object["units"][0]["received"]  # the office still opens what was on its way
    assert sync_folder(by_stick, stick).notes == ()
    assert knows(by_stick, new, office.hub.url)
    assert newest_receipt(by_stick.folder).signing_key == new.signing_key

    for knowing in (away.folder, office.folder):  # of the keys from before, and of those from after
        proven = fieldlog("verify", stick, data=knowing)
        assert (proven.code, "houye-02：办公室" in proven.out) == (0, True), proven.out

    newest = office.change().public
    assert sync_http(by_stick, office.hub.url).refused == ()
    assert sync_http(away, office.hub.url).refused == ()
    for book in (by_stick, away):
        assert knows(book, newest, office.hub.url)
        assert len(load_trust(book.folder).succession) == 2
    assert sync_folder(by_line, stick).notes == ()  # the office was not here since: by what another device left
    sync_folder(by_stick, stick)
    sync_folder(by_line, stick)
    assert knows(by_line, newest, office.hub.url)
    assert (
        sync_folder(away, away_stick).notes == ()
    )  # what the office signed with the key that is gone still counts there
    for book in (by_line, by_stick, away):
        report = VerifyReport()
        verify_kept(book.folder, report)
        (line,) = (note for note in report.notes if note.startswith(f"{book.device.id}："))
        assert "请与办公室核对" not in line
        assert report.problems == []


def test_who_offers_keys_that_the_old_ones_did_not_sign_is_refused_in_one_line(tmp_path: Path, office: Office):
    """Even with the office's own certificate, its database, and a statement: only the old signing key leads on."""
    book = office.laptop("houye-07")
    known = load_trust(book.folder)
    there, thief = content(office.keys), tmp_path / "thief"
    thief.mkdir()
    for file in office.folder.glob("hub.sqlite*"):
        shutil.copyfile(file, thief / file.name)
    own, _ = make_keys(tmp_path / "thief-keys")
    stolen = replace(
        content(tmp_path / "thief-keys").keys, authority=there.keys.authority, authority_key=there.keys.authority_key
    )
    (thief / FOLDER).mkdir()
    write_file(thief / FOLDER, replace(there, keys=stolen))
    note(book, "不能给别人")
    with HubProcess(thief, tls=True) as between:
        save_credential(book.folder, replace(load_credential(book.folder, office.hub.url), url=between.url))
        book.close()
        assert "冒充" in fieldlog("sync", between.url, data=book.folder).complaint
        assert load_trust(book.folder) == known
        assert "不能给别人".encode() not in b"".join(path.read_bytes() for path in thief.rglob("*.sqlite*"))
    forged = make_statement(known.public.signing_key, 1, stolen.public(), own.sign, stolen.sign)
    former = replace(content(rotated(tmp_path / "other")).former[0], statement=forged)
    write_file(thief / FOLDER, replace(there, keys=stolen, former=(former,)))
    with HubProcess(thief, tls=True) as between:
        save_credential(book.folder, replace(load_credential(book.folder, office.hub.url), url=between.url))
        assert "冒充" in fieldlog("sync", between.url, data=book.folder).complaint
        assert load_trust(book.folder) == known


def rotated(folder: Path) -> Path:
    """Keys of somebody else, changed once."""
    make_keys(folder)
    rotate_keys(folder, lambda _s: None)
    return folder


def test_a_forged_statement_on_a_stick_is_named_and_not_followed(tmp_path: Path):
    keys, _ = make_keys(tmp_path / FOLDER)
    other = load_keys(rotated(tmp_path / "other"))
    stick = tmp_path / "stick"
    stick.mkdir()
    with laptop(tmp_path, "houye-01") as book, laptop(tmp_path, "houye-02") as misled:
        trust = load_trust_of(book, keys)
        forged = make_statement(keys.public.signing_key, 1, other.public, other.sign, other.sign)
        save_trust(misled.folder, replace(trust, public=other.public, succession=(forged,)))
        sync_folder(misled, stick)
        (line,) = sync_folder(book, stick).notes
        assert "没有采用" in line
        assert load_trust(book.folder) == trust


def load_trust_of(book: Book, keys: OfficeKeys):
    from fieldlog.sync.office_keys import OfficeTrust

    trust = OfficeTrust(keys.public, keys.unit_identity("houye"))
    save_trust(book.folder, trust)
    return trust


def test_a_change_that_is_killed_leaves_a_working_office_and_goes_on_when_run_again(office: Office):
    book, before = office.laptop("houye-05"), office.hub.parts.keys.public
    with subprocess.Popen(command("office", "rotate-keys", "--data", office.folder)) as changing:
        while content(office.keys).coming is None:
            time.sleep(0.02)
        with pytest.raises(EnvironmentFault, match="正在换"):
            rotate_keys(office.keys)
        changing.kill()
    coming = content(office.keys).coming
    with HubProcess(office.folder, tls=True) as second:  # another process, started in the middle of it
        note(book, "换到一半")
        assert sync_http(book, office.hub.url).sent
        assert sync_http(office.laptop("houye-06", enrolled=False), second.url, second.long_code("houye")).sent
        assert knows(book, before, office.hub.url)
        new = office.change()
        assert content(office.keys).keys == coming.keys
        for url in (second.url, office.hub.url):
            assert sync_http(book, url).refused == ()
            assert knows(book, new.public, url)


def test_no_keys_are_changed_where_there_are_none_or_damaged_ones(tmp_path: Path):
    assert "office init" in fieldlog("office", "rotate-keys", data=tmp_path).complaint
    make_keys(tmp_path / FOLDER)
    (tmp_path / FOLDER / FILE).write_text("secret = 1\n")
    with pytest.raises(EnvironmentFault, match="损坏"):
        rotate_keys(tmp_path / FOLDER, lambda _s: None)
    assert (tmp_path / FOLDER / FILE).read_text() == "secret = 1\n"


def test_a_case_file_is_proven_by_any_of_the_offices_keys_and_by_no_other(tmp_path: Path, township: Township):
    book = township.book
    visit = township.visit()
    for item in ITEMS:
        answering.answer(book, township.by, visit, item, "符合")
    with HubProcess(tmp_path) as hub:
        sync_http(book, hub.url, hub.code(book.device.unit))
        first = hub.parts.keys.public.signing_key
        rotate_keys(tmp_path / FOLDER, lambda _s: None)
        time.sleep(NOTICED_S)
        note(book, "换了以后")
        sync_http(book, hub.url)
    last = load_keys(tmp_path / FOLDER).public.signing_key
    case = tmp_path / "case.jsonl"
    assert fieldlog("export", "--case", visit, "--output", case, data=book.folder).code == 0
    *_, receipt, statement = map(json.loads, case.read_text("utf-8").splitlines())
    assert (receipt["signing_key"], statement["signing_key"]) == (first, last)
    stranger = make_keys(tmp_path / "stranger")[0].public.signing_key
    for key, is_proven in ((first, True), (last, True), (stranger, False)):
        file = tmp_path / "office-key.pub"
        file.write_text(key)
        run = [sys.executable, "-I", VERIFIER, "--office-key", file, case]
        assert subprocess.run(run, capture_output=True, check=False).returncode == (0 if is_proven else 1)
    (tmp_path / "office-key.pub").write_text(last)
    told = fieldlog("verify", "--key", tmp_path / "office-key.pub", case)
    assert "已收到并校验到第" in told.out
    assert "请与办公室核对" not in told.out
    spoilt = case.read_text("utf-8").replace(statement["countersignature"][:64], "0" * 64)
    case.write_text(spoilt, "utf-8")
    assert "请与办公室核对" in fieldlog("verify", "--key", tmp_path / "office-key.pub", case).out


def test_keys_that_change_in_the_middle_of_a_synchronisation_do_not_stop_it(office: Office):
    book = office.laptop("houye-09")
    note(book, "正在送")
    line = httpx.HTTPTransport(verify=trusting_only(office.hub.parts.keys.public.authority))

    class Changing(httpx.BaseTransport):
        """The network; the first pack arrives after the office has other keys than it had said."""

        asked: ClassVar[list[str]] = []

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.method == "POST" and "POST" not in self.asked:
                office.change()
            self.asked.append(request.method)
            return line.handle_request(request)

    assert sync_http(book, office.hub.url, transport=Changing()).sent
    assert "POST" in Changing.asked
    assert knows(book, office.hub.parts.keys.public, office.hub.url)
    assert newest_receipt(book.folder).signing_key == office.hub.parts.keys.public.signing_key


def test_the_copy_in_the_safe_brings_the_office_back_if_it_is_the_new_one(tmp_path: Path, office: Office):
    book = office.laptop("houye-08")
    old_safe, new_safe = tmp_path / "old-safe", tmp_path / "new-safe"
    shutil.copytree(office.keys, old_safe)
    office.change()
    shutil.copytree(office.keys, new_safe)
    sync_http(book, office.hub.url)
    office.hub.stop()
    for safe, is_new in ((new_safe, True), (old_safe, False)):
        shutil.rmtree(office.keys)
        shutil.copytree(safe, office.keys)
        note(book, "恢复以后")
        with HubProcess(office.folder, office.hub.port, tls=True) as hub:  # makes the server's certificate anew
            if is_new:
                assert sync_http(book, hub.url).sent
                continue
            with pytest.raises(NotTheOffice, match="新的登记码"):
                sync_http(book, hub.url)
            assert sync_http(book, hub.url, hub.long_code("houye")).sent
            assert knows(book, hub.parts.keys.public, hub.url)
