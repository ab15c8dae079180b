"""The office's receipts: signed by the office, kept by the device, believed by nobody without its key."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hubs import HubProcess, laptop, note, photograph

from fieldlog.book.book import Book
from fieldlog.domain.errors import EnvironmentFault
from fieldlog.office.keys import make_keys
from fieldlog.sync.credentials import load_credential
from fieldlog.sync.http import sync_http
from fieldlog.sync.office_keys import OfficeTrust, load_trust
from fieldlog.sync.receipts import first_receipt, kept_receipts, newest_receipt, received_by_office


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    with HubProcess(tmp_path_factory.mktemp("office")) as hub:
        yield hub


@pytest.fixture
def book(hub: HubProcess, tmp_path: Path) -> Iterator[Book]:
    unit = f"unit-{tmp_path.name[-12:].strip('_-')}".replace("_", "-")
    with laptop(tmp_path, "houye-01", unit) as book:
        sync_http(book, hub.url, hub.code(unit))
        yield book


def trust(book: Book) -> OfficeTrust:
    known = load_trust(book.folder)
    assert known is not None
    return known


def test_a_receipt_names_what_the_office_holds_and_is_kept_from_the_first_that_says_so(hub: HubProcess, book: Book):
    note(book, "灭火器失压")
    sha256 = photograph(book, b"jpeg" * 1000)
    sync_http(book, hub.url)
    reached = book.heads()["houye-01"].seq
    assert received_by_office(book.folder)["houye-01"][0] == reached
    kept = list(kept_receipts(book.folder))
    assert all(each.is_signed_by(trust(book).public.signing_key) for each in kept)
    assert [each.blobs for each in kept if each.blobs] == [(sha256,)]
    first = first_receipt(kept, {"houye-01": reached})
    assert first is not None
    assert abs(first.at - book.now().timestamp() * 1000) < 60_000
    note(book, "后来的")
    sync_http(book, hub.url)
    assert first_receipt(kept_receipts(book.folder), {"houye-01": reached}) == first


def test_where_nothing_is_new_no_receipt_is_kept_and_a_torn_one_does_no_harm(hub: HubProcess, book: Book):
    (path,) = (book.folder / "receipts").iterdir()
    before = path.read_bytes()
    sync_http(book, hub.url)
    assert path.read_bytes() == before
    path.write_bytes(before + before[:100])  # the power went
    assert newest_receipt(book.folder) is not None
    note(book, "断电以后")
    sync_http(book, hub.url)
    assert received_by_office(book.folder)["houye-01"][0] == book.heads()["houye-01"].seq
    assert len(list(kept_receipts(book.folder))) == before.count(b"\n") + 1


class Imposter(httpx.BaseTransport):
    """Passes everything on to the hub, and puts its own word in the place of the office's."""

    def __init__(self, folder: Path, path: str, field: str) -> None:
        self._keys = make_keys(folder)[0]
        self._path = path
        self._field = field
        self._to_hub = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._to_hub.handle_request(request)
        if request.method != "HEAD" and request.url.path.startswith(self._path):
            said = json.loads(response.read())
            match self._field:
                case "signature":
                    said["receipt"]["signature"] = self._keys.sign(b"fieldlog receipt 1\n")
                case "receipt":
                    said.pop("receipt", None)
                case "heads":
                    said["heads"] = {log: [seq + 5, hash_] for log, (seq, hash_) in said["heads"].items()}
                case _:
                    said["receipt"]["at"] += 1
            return httpx.Response(response.status_code, json=said)
        return response


@pytest.mark.parametrize("path", ["/v1/heads", "/v1/entries", "/v1/blobs"])
@pytest.mark.parametrize("field", ["signature", "heads", "at", "receipt"])
def test_an_answer_that_the_office_did_not_sign_is_told_and_not_taken_for_an_acknowledgement(
    hub: HubProcess, book: Book, tmp_path: Path, path: str, field: str
):
    before = received_by_office(book.folder)
    note(book, "现场情况")
    photograph(book, b"jpeg" * 10)
    kept = len(list(kept_receipts(book.folder)))
    with pytest.raises(EnvironmentFault, match="签名不对") as told:
        sync_http(book, hub.url, transport=Imposter(tmp_path / "other-office", path, field))
    assert "\n" not in str(told.value)
    if path != "/v1/blobs":
        assert received_by_office(book.folder) == before
        assert len(list(kept_receipts(book.folder))) == kept
    assert not any(each.blobs for each in kept_receipts(book.folder))
    assert sync_http(book, hub.url).refused == ()
    assert received_by_office(book.folder)["houye-01"][0] == book.heads()["houye-01"].seq


def test_the_answer_names_the_receipt_s_heads_and_its_time(hub: HubProcess, book: Book):
    credential = load_credential(book.folder, hub.url)
    assert credential is not None
    answer = httpx.get(f"{hub.url}/v1/heads", headers={"Authorization": f"Bearer {credential.token}"}).json()
    assert set(answer["receipt"]) == {"at", "blobs", "signature"}
    assert abs(answer["receipt"]["at"] - answer["now"]) < 10_000
