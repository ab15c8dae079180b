"""The office's list of devices, shutting one out, and new tokens that never lock anybody out."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import httpx
import pytest
from command import fieldlog
from hubs import CuttingNetwork, HubProcess, laptop, note

from fieldlog.book.book import Book
from fieldlog.domain.errors import EnvironmentFault
from fieldlog.sync.credentials import load_credential, save_credential
from fieldlog.sync.http import sync_http

UNITS = count()


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    with HubProcess(tmp_path_factory.mktemp("hub")) as started:
        yield started


@pytest.fixture
def book(tmp_path: Path, hub: HubProcess) -> Iterator[Book]:
    """A laptop that is enrolled."""
    with laptop(tmp_path, "houye-01", f"unit-{next(UNITS)}") as opened:
        note(opened, "一", "二")
        sync_http(opened, hub.url, hub.code(opened.device.unit))
        yield opened


def office(hub: HubProcess, *arguments: str, unit: str):
    return fieldlog("office", *arguments, "--db", hub.db_url, "--unit", unit, data=hub.database.parent)


def listed(hub: HubProcess, unit: str, device: str = "houye-01"):
    (found,) = [each for each in hub.parts.enrolment.devices(unit) if each.device == device]
    return found.as_json()


def token_of(book: Book, hub: HubProcess) -> str:
    credential = load_credential(book.folder, hub.url)
    assert credential is not None
    return credential.token


def asks(hub: HubProcess, token: str) -> int:
    return httpx.get(f"{hub.url}/v1/heads", headers={"Authorization": f"Bearer {token}"}, trust_env=False).status_code


def until(holds: Callable[[], object]) -> None:
    for _ in range(100):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError


def test_the_list_says_role_entries_and_when_it_was_last_heard(hub: HubProcess, book: Book):
    unit = book.device.unit
    until(lambda: listed(hub, unit)["last_heard"])  # written down each second
    (row,) = office(hub, "devices", "--json", unit=unit).rows
    assert row == listed(hub, unit)
    assert (row["role"], row["revoked"], row["entries"]) == ("officer", None, book.heads()["houye-01"].seq)
    assert row["enrolled"] <= row["last_heard"]
    told = office(hub, "devices", unit=unit).out
    assert "houye-01" in told
    assert "正常" in told


def test_only_a_supervisor_may_ask_the_hub_for_the_list(hub: HubProcess, book: Book, tmp_path: Path):
    unit = book.device.unit
    with laptop(tmp_path, "houye-90", unit, "supervisor") as desk:
        sync_http(desk, hub.url, hub.code(unit, "supervisor"))
        seen = {}
        for each in (book, desk):
            headers = {"Authorization": f"Bearer {token_of(each, hub)}"}
            seen[each.device.id] = httpx.get(f"{hub.url}/v1/devices", headers=headers, trust_env=False)
    assert seen["houye-01"].status_code == 403
    assert [row["device"] for row in seen["houye-90"].json()["devices"]] == ["houye-01", "houye-90"]
    assert seen["houye-90"].json()["devices"][0]["last_heard"]


def test_a_lost_laptop_is_shut_out_with_its_codes_and_comes_back_with_a_new_one(hub: HubProcess, book: Book):
    unit = book.device.unit
    waiting = hub.code(unit, device="houye-01")
    assert office(hub, "revoke", "houye-01", "--json", unit=unit).object["revoked"] == ["houye-01"]
    with pytest.raises(EnvironmentFault, match="停用"):
        sync_http(book, hub.url)
    with pytest.raises(EnvironmentFault, match="登记码不对"):
        sync_http(book, hub.url, waiting)
    assert listed(hub, unit)["revoked"]
    note(book, "找回来了")
    assert sync_http(book, hub.url, hub.code(unit, device="houye-01")).sent
    assert listed(hub, unit)["revoked"] is None


def test_another_laptop_cannot_take_the_name_of_one_that_burned(hub: HubProcess, book: Book, tmp_path: Path):
    unit = book.device.unit
    with laptop(tmp_path / "new", "houye-01", unit) as other:
        with pytest.raises(EnvironmentFault) as told:
            sync_http(other, hub.url, hub.code(unit))
        assert "houye-02" in str(told.value)
        assert "office revoke houye-01" in str(told.value)
    with laptop(tmp_path / "new", "houye-02", unit) as other:
        sync_http(other, hub.url, hub.code(unit))
        assert other.heads()["houye-01"] == book.heads()["houye-01"]  # what the burned one brought home is there


def test_an_unknown_device_is_named(hub: HubProcess, book: Book):
    ran = office(hub, "revoke", "houye-77", unit=book.device.unit)
    assert ran.code != 0
    assert "houye-77" in ran.complaint


@pytest.mark.parametrize("words", [["revoke", "nope"], ["rotate", "nope"], ["role", "nope", "officer"]])
def test_a_name_that_no_unit_has_is_told_so_without_asking_for_the_unit(hub: HubProcess, book: Book, words: list[str]):
    ran = fieldlog("office", *words, "--db", hub.db_url, data=hub.database.parent)
    assert ran.code != 0
    assert "没有登记过 nope" in ran.complaint


def test_a_name_that_does_not_say_its_unit_is_found_where_one_unit_has_it(hub: HubProcess, tmp_path: Path):
    with laptop(tmp_path, "desk", f"unit-{next(UNITS)}") as desk:
        sync_http(desk, hub.url, hub.code(desk.device.unit))
        ran = fieldlog("office", "revoke", "desk", "--json", "--db", hub.db_url, data=hub.database.parent)
        assert ran.object["revoked"] == ["desk"]
        assert listed(hub, desk.device.unit, "desk")["revoked"]


def test_a_new_token_is_fetched_by_itself_and_the_old_one_works_until_it_was_used(hub: HubProcess, book: Book):
    unit, old = book.device.unit, token_of(book, hub)
    assert office(hub, "rotate", "houye-01", "--json", unit=unit).object["rotating"] == ["houye-01"]
    sync_http(book, hub.url)
    new = token_of(book, hub)
    assert new != old
    assert listed(hub, unit)["rotating"]  # it was given, and not yet used
    assert asks(hub, old) == 200
    sync_http(book, hub.url)
    assert token_of(book, hub) == new
    assert not listed(hub, unit)["rotating"]
    assert (asks(hub, new), asks(hub, old)) == (200, 401)


def test_a_lost_answer_or_a_power_cut_locks_nobody_out(hub: HubProcess, book: Book):
    unit, before = book.device.unit, load_credential(book.folder, hub.url)
    assert before is not None
    hub.parts.enrolment.tokens.ask_new(unit)
    with CuttingNetwork(hub.port, swallow=lambda request: request.startswith(b"POST /v1/token")) as network:
        save_credential(book.folder, replace(before, url=network.url))
        with pytest.raises(EnvironmentFault):
            sync_http(book, network.url, wait=lambda _s: None)
        assert network.cuts
    note(book, "还能同步")
    assert sync_http(book, hub.url).sent  # with the old token, which got another new one and used it
    assert token_of(book, hub) != before.token
    assert asks(hub, before.token) == 401
    assert not listed(hub, unit)["rotating"]


def test_a_hub_restored_from_before_a_new_token_knows_the_one_before(hub: HubProcess, book: Book):
    unit = book.device.unit
    credential = load_credential(book.folder, hub.url)
    assert credential is not None
    save_credential(book.folder, replace(credential, token="known only to what was lost", previous=credential.token))
    note(book, "恢复以后")
    assert sync_http(book, hub.url).sent
    assert token_of(book, hub) == credential.token
    assert listed(hub, unit)["entries"] == book.heads()["houye-01"].seq


def test_an_office_that_moved_is_recognised_by_its_authority(tmp_path: Path):
    with HubProcess(tmp_path, tls=True) as office_hub, laptop(tmp_path, "houye-01") as book:
        sync_http(book, office_hub.url, office_hub.long_code("houye"))
        note(book, "搬家以后")
        moved = office_hub.url.replace("127.0.0.1", "localhost")
        assert sync_http(book, moved).sent
        assert load_credential(book.folder, moved) is not None
