"""A device proves by the pin in its code that it speaks to its office, before it says the code and ever after."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from command import fieldlog, new_unit
from hubs import HubProcess, laptop, note
from hypothesis import given
from hypothesis import strategies as st

from fieldlog.book.book import Book
from fieldlog.cli.office_keys import half_blocks
from fieldlog.domain.errors import FieldlogError, UsageError
from fieldlog.office.authority import issue, make_authority
from fieldlog.office.keys import set_aside
from fieldlog.sync.credentials import load_credential, save_credential
from fieldlog.sync.enrol_code import ALPHABET, NotTheOffice, pin_of, plain, read_code, write_code
from fieldlog.sync.enrol_qr import enrolment_text, modules
from fieldlog.sync.http import sync_http
from fieldlog.sync.office_keys import load_trust
from fieldlog.sync.pinning import trusting_only

UNITS = count()
LONG_AGO = datetime(2010, 6, 1, tzinfo=UTC)


class Impostor:
    """A real TLS server; it tells what it was asked, and answers everything with an authority."""

    def __init__(self, folder: Path, key: str, certificate: str, shows: str) -> None:
        (folder / "impostor.pem").write_text(certificate + key)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(folder / "impostor.pem")
        self._answer = json.dumps({"fieldlog": 1, "authority": shows}).encode()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        self.heard = b""
        self.shaken = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                with suppress(OSError), self._context.wrap_socket(near, server_side=True) as talk:
                    talk.settimeout(5)
                    self.shaken += 1
                    while data := talk.recv(65536):
                        self.heard += data
                        head = (
                            f"HTTP/1.1 200 OK\r\nContent-Length: {len(self._answer)}\r\nContent-Type: application/json"
                        )
                        talk.sendall(f"{head}\r\n\r\n".encode() + self._answer)

    def close(self) -> None:
        self._listener.close()


@contextmanager
def impostor(folder: Path, shows: str = "") -> Iterator[Impostor]:
    """Somebody with an authority of their own, who shows that one, or the office's."""
    key, authority = make_authority(datetime.now(UTC))
    server = Impostor(folder, *issue(key, authority, ["127.0.0.1"], datetime.now(UTC)), shows or authority)
    yield server
    server.close()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    with HubProcess(tmp_path_factory.mktemp("office"), tls=True) as hub:
        yield hub


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with laptop(tmp_path, "houye-01", f"unit-{next(UNITS)}") as opened:
        note(opened, "一")
        yield opened


def test_a_code_from_the_command_line_lets_a_laptop_in_over_the_offices_own_tls(tmp_path: Path, office: HubProcess):
    data, desk = new_unit(tmp_path / "laptop"), office.database.parent
    options = ("--db", office.db_url, "--url", office.url, "--png", tmp_path / "code.png", "--json")
    told = fieldlog("office", "enrol", "--unit", "houye", *options, data=desk).object
    assert [len(group) for group in told["code"].split("-")] == [4, 4, 4, 4, 4, 5]
    assert (tmp_path / "code.png").read_bytes().startswith(b"\x89PNG")
    typed = f"  {told['code'].lower().replace('-', '　')}\n"  # as an input method may have it
    joined = fieldlog("sync", office.url, "--enrol", "-", "--json", data=data, given=typed)
    assert joined.code == 0, joined.err
    assert fieldlog("sync", "--json", data=data).object["sent"] == 0


def test_the_qr_code_alone_is_enough(tmp_path: Path, office: HubProcess):
    from PIL import Image
    from zxingcpp import read_barcodes

    told = fieldlog("office", "enrol", "--unit", "houye", "--db", office.db_url, "--url", office.url,
                    "--png", tmp_path / "code.png", "--json", data=office.database.parent).object  # fmt: skip
    (code,) = read_barcodes(Image.open(tmp_path / "code.png"))
    assert read_code(code.text).url == office.url == told["url"]
    data = tmp_path / "laptop"
    laptop(tmp_path, "laptop").close()
    joined = fieldlog("sync", "--enrol", "-", data=data, given=code.text + "\n")
    assert joined.code == 0, joined.err


@pytest.mark.parametrize("shows_the_offices", [False, True])
def test_a_man_in_the_middle_does_not_see_the_code(
    tmp_path: Path, office: HubProcess, book: Book, shows_the_offices: bool
):
    code = office.long_code(book.device.unit)
    with impostor(tmp_path, office.parts.keys.public.authority if shows_the_offices else "") as between:
        with pytest.raises(NotTheOffice) as failed:
            sync_http(book, between.url, code, wait=lambda _s: None)
        assert "冒充" in str(failed.value)
        assert "\n" not in str(failed.value)
        assert between.shaken  # it was asked for its authority, and for nothing else
        assert b"/v1/enrol" not in between.heard
        assert plain(code)[:8] not in between.heard.decode("latin-1")
    assert sync_http(book, office.url, code).sent  # the code is still good


def test_an_enrolled_laptop_gives_its_token_to_nobody_else(tmp_path: Path, office: HubProcess, book: Book):
    sync_http(book, office.url, office.long_code(book.device.unit))
    credential = load_credential(book.folder, office.url)
    assert credential is not None
    with impostor(tmp_path, office.parts.keys.public.authority) as between:
        save_credential(book.folder, replace(credential, url=between.url))  # its address now leads elsewhere
        with pytest.raises(NotTheOffice, match="新的登记码"):
            sync_http(book, between.url, wait=lambda _s: None)
        assert between.heard == b""


def test_neither_clock_nor_name_stands_in_the_way(tmp_path: Path):
    key, authority = make_authority(LONG_AGO)  # expired, as to a laptop whose clock runs ahead
    server = Impostor(tmp_path, *issue(key, authority, ["an.other.name"], LONG_AGO), authority)
    context = trusting_only(authority)
    with socket.create_connection(("127.0.0.1", int(server.url.rsplit(":", 1)[1]))) as line:
        assert context.wrap_socket(line, server_hostname="127.0.0.1").version()
    server.close()


def test_a_short_code_asks_for_a_public_certificate(office: HubProcess, book: Book):
    with pytest.raises(FieldlogError, match="25 位"):
        sync_http(book, office.url, office.code(book.device.unit), wait=lambda _s: None)


@pytest.mark.parametrize("host", ["192.0.2.7", "127.0.0.1.example", "localhost.example"])
def test_a_code_with_a_pin_does_not_go_over_the_network_in_plain(book: Book, host: str):
    with pytest.raises(UsageError, match="https"):
        sync_http(book, f"http://{host}:8470", write_code("ABCD2345", make_authority(LONG_AGO)[1]))


AUTHORITY = make_authority(LONG_AGO)[1]
CODE = write_code("ABCD2345", AUTHORITY)


def test_the_code_in_the_terminal_can_be_scanned():
    from PIL import Image
    from zxingcpp import read_barcodes

    text = enrolment_text(CODE, "https://192.168.1.10:8470")
    dots = [[glyph in half for glyph in line] for line in half_blocks(modules(text)) for half in ("█▀", "█▄")]
    picture = Image.new("L", (len(dots[0]), len(dots)), 255)
    picture.putdata([0 if dark else 255 for row in dots for dark in row])
    (code,) = read_barcodes(picture.resize((picture.width * 8, picture.height * 8), 0))
    assert code.text == text
    read = read_code(code.text)
    assert (read.url, write_code(read.secret), read.pin) == ("https://192.168.1.10:8470", CODE[:9], pin_of(AUTHORITY))


@given(st.integers(0, 24), st.sampled_from(ALPHABET))
def test_one_wrong_letter_is_told_from_a_wrong_office(place: int, letter: str):
    letters = plain(CODE)
    wrong = letters[:place] + letter + letters[place + 1 :]
    if wrong == letters:
        assert read_code(wrong).secret == "ABCD2345"
    else:
        with pytest.raises(UsageError, match="有一位不对"):
            read_code(wrong)


@pytest.mark.parametrize("spoil", [lambda pem: pem * 2, lambda _pem: "", lambda pem: pem[:200], lambda _pem: "中" * 99])
def test_what_is_no_certificate_has_no_pin(spoil: Callable[[str], str]):
    with pytest.raises(NotTheOffice):
        pin_of(spoil(make_authority(LONG_AGO)[1]))


def test_an_office_that_lost_its_keys_has_a_way_on(tmp_path: Path):
    with laptop(tmp_path, "houye-01") as book:
        with HubProcess(tmp_path, tls=True) as before:
            sync_http(book, before.url, before.long_code("houye"))
        assert set_aside(tmp_path / "office-keys", datetime.now(UTC)) is not None
        note(book, "密钥丢了以后")
        with HubProcess(tmp_path, before.port, tls=True) as after:
            with pytest.raises(NotTheOffice, match="新的登记码"):
                sync_http(book, after.url)
            result = sync_http(book, after.url, after.long_code("houye"))
            assert result.sent == 2  # the remark and its seal, nothing again
            assert load_trust(book.folder).public == after.parts.keys.public
