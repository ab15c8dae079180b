"""Laptops and a hub as real processes: what one writes, the others get, whatever happens on the way."""

import http.server
import os
import shutil
import socket
import sqlite3
import ssl
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hubs import CuttingNetwork, HubProcess, environment, laptop, log_bytes, note, notes_in, photograph
from starting import Started, run

from fieldlog.book.book import Book
from fieldlog.domain.errors import EnvironmentFault, UsageError
from fieldlog.domain.heads import Head
from fieldlog.sync.credentials import Credential, load_credential, save_credential
from fieldlog.sync.http import sync_http

UNITS = (f"unit-{number}" for number in count(1))
LONG = "长" * 200_000
"""600 KB: eight of them are more than one piece."""


def at_once(_seconds: float) -> None:
    """Do not wait between tries."""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    with HubProcess(tmp_path_factory.mktemp("office")) as hub:
        yield hub


class Unit:
    """A unit of its own on the shared hub."""

    def __init__(self, hub: HubProcess, folder: Path) -> None:
        self.hub = hub
        self.folder = folder
        self.name = next(UNITS)

    def laptop(self, device: str, url: str = "", role: str = "officer") -> Book:
        """A new laptop that is enrolled."""
        book = laptop(self.folder, device, self.name, role)
        sync_http(book, url or self.hub.url, self.hub.code(self.name, role))
        return book

    def heads(self) -> dict[str, Head]:
        return self.hub.parts.ledger.heads(self.name)


@pytest.fixture
def unit(hub: HubProcess, tmp_path: Path) -> Unit:
    return Unit(hub, tmp_path)


def test_a_token_goes_to_no_other_address_than_the_one_that_gave_it(tmp_path: Path):
    given = Credential("https://office-1:8470", "token", "houye", "officer")
    save_credential(tmp_path, given)
    assert load_credential(tmp_path, given.url) == given
    for other in ("http://office-1:8470", "https://office_1:8470", "https://office-1:8470/x", "https://office-1"):
        assert load_credential(tmp_path, other) is None


def test_two_laptops_end_with_the_same_logs_as_the_hub(unit: Unit):
    with unit.laptop("houye-01") as officer, unit.laptop("houye-02", role="supervisor") as supervisor:
        note(officer, "灭火器失压", "通道堵塞")
        sent = sync_http(officer, unit.hub.url)
        note(supervisor, "请三日内复查")
        got = sync_http(supervisor, unit.hub.url)
        assert (sent.sent, got.sent, got.received) == (3, 2, 3)  # with the seals; log.started came when they enrolled
        sync_http(officer, unit.hub.url)
        assert notes_in(officer) == notes_in(supervisor) == ["灭火器失压", "通道堵塞", "请三日内复查"]
        assert officer.heads() == supervisor.heads() == unit.heads()
        assert log_bytes(officer) == log_bytes(supervisor)
        again = sync_http(officer, unit.hub.url)
        assert (again.sent, again.received, again.refused, again.heads) == (0, 0, (), officer.heads())


def test_where_nothing_is_new_there_is_one_round_trip(unit: Unit):
    asked: list[bytes] = []

    def remember(request: bytes) -> bool:
        asked.append(request)
        return False

    with unit.laptop("houye-01") as book, CuttingNetwork(unit.hub.port, swallow=remember) as network:
        sync_http(book, network.url, unit.hub.code(unit.name))
        asked.clear()
        sync_http(book, network.url)
        assert [request.split(b" HTTP")[0] for request in asked] == [b"GET /v1/heads"]


def test_an_answer_lost_after_the_hub_stored_the_entries_does_no_harm(unit: Unit):
    lost: list[bytes] = []

    def lose_two(request: bytes) -> bool:
        if request.startswith(b"POST /v1/entries") and len(lost) < 2:
            lost.append(request)
            return True
        return False

    with unit.laptop("houye-01") as book, CuttingNetwork(unit.hub.port, swallow=lose_two) as network:
        sync_http(book, network.url, unit.hub.code(unit.name))
        note(book, "一", "二")
        result = sync_http(book, network.url, wait=at_once)
        assert network.cuts == 1  # asked again, the hub says that it has them
        assert (result.sent, result.refused, result.heads) == (3, (), book.heads())
        assert unit.heads() == book.heads()


def test_a_network_that_stays_down_is_told_and_what_was_acknowledged_is_not_sent_again(unit: Unit):
    with unit.laptop("houye-01") as book:
        note(book, *[LONG] * 16)
        through = [0]

        def one_piece(passed: int) -> bool:
            through[0] = max(through[0], passed)
            return passed < 40_000

        with (
            CuttingNetwork(unit.hub.port, one_piece) as network,
            pytest.raises(EnvironmentFault, match=r"断了|连不上") as told,
        ):
            book.seal()
            note(book, *(os.urandom(30_000).hex() for _ in range(10)))
            sync_http(book, network.url, unit.hub.code(unit.name), wait=at_once)
        assert "\n" not in str(told.value)
        reached = unit.heads()["houye-01"].seq
        result = sync_http(book, unit.hub.url, unit.hub.code(unit.name))  # enrolling by the network took the old token
        assert result.sent == book.heads()["houye-01"].seq - reached
        assert unit.heads() == book.heads() == result.heads


KILLED_CLIENT = """
import os, signal, sys
from pathlib import Path
from fieldlog.book.book import Book
from fieldlog.sync.http import sync_http
def die(what, done, total):
    os.kill(os.getpid(), signal.SIGKILL)
sync_http(Book.open(Path(sys.argv[1])), sys.argv[2], None, die)
"""


def test_a_client_killed_between_two_pieces_goes_on_after_the_first(unit: Unit):
    book = unit.laptop("houye-01")
    with book:
        note(book, *[LONG] * 20)
    child = [sys.executable, "-c", KILLED_CLIENT, str(book.folder), unit.hub.url]
    assert run(child, env=environment()).returncode == -9
    reached = unit.hub.parts.ledger.heads(unit.name)["houye-01"].seq
    with Book.open(book.folder) as again:
        assert 2 < reached < again.heads()["houye-01"].seq
        result = sync_http(again, unit.hub.url)
        assert result.sent == again.heads()["houye-01"].seq - reached
        assert unit.heads() == again.heads()


def test_a_hub_restored_from_an_older_backup_gets_everything_again(tmp_path: Path):
    with HubProcess(tmp_path / "office" if (tmp_path / "office").mkdir() is None else tmp_path) as hub:
        backup = tmp_path / "backup.sqlite"
        with laptop(tmp_path, "houye-01") as book:
            note(book, "备份前")
            sync_http(book, hub.url, hub.code("houye"))
            hub.stop()
            with closing(sqlite3.connect(hub.database)) as running, closing(sqlite3.connect(backup)) as copy:
                running.backup(copy)
            with HubProcess(hub.database.parent) as newer:
                note(book, "备份后")
                sha256 = photograph(book, b"jpeg" * 1000)
                before = sync_http(book, newer.url, newer.code("houye"))
                assert before.blobs_sent == 1
                newer.stop()
            for path in hub.database.parent.glob("hub.sqlite*"):
                path.unlink()
            shutil.copy(backup, hub.database)
            shutil.rmtree(hub.database.with_suffix(".blobs"))
            with HubProcess(hub.database.parent) as restored:
                result = sync_http(book, restored.url, restored.code("houye"))
                assert (result.sent, result.blobs_sent) == (before.sent, 1)
                assert restored.parts.ledger.heads("houye") == book.heads()
                assert restored.parts.attachments.size("houye", sha256) == 4000


def test_a_laptop_restored_from_an_older_backup_gets_its_own_entries_back(unit: Unit):
    book = unit.laptop("houye-01")
    backup = unit.folder / "backup"
    with book:
        shutil.copytree(book.folder, backup)
        note(book, "备份之后写的")
        sync_http(book, unit.hub.url)
        heads = book.heads()
    (backup / "lock").unlink(missing_ok=True)
    with Book.open(backup) as restored:
        result = sync_http(restored, unit.hub.url)
        assert result.received == 2
        assert result.refused == ()
        assert restored.heads() == heads
        assert notes_in(restored) == ["备份之后写的"]
        note(restored, "接着写")
        assert sync_http(restored, unit.hub.url).refused == ()


@pytest.mark.parametrize("more", [0, 1, 6])
def test_a_fork_is_refused_named_and_kept_and_the_rest_still_comes_through(unit: Unit, more: int):
    """Restored and then written on: `more` says whether the laptop is behind the hub, or has overtaken it."""
    book = unit.laptop("houye-01")
    backup = unit.folder / "backup"
    with unit.laptop("houye-02") as other:
        note(other, "别人的")
        sync_http(other, unit.hub.url)
    with book:
        note(book, "共同的")
        sync_http(book, unit.hub.url)
        forked_at = book.heads()["houye-01"].seq + 1
        shutil.copytree(book.folder, backup)
        note(book, "先写的一", "先写的二", "先写的三")
        sync_http(book, unit.hub.url)
    (backup / "lock").unlink(missing_ok=True)
    with Book.open(backup) as twin:
        note(twin, "后写的", *(["再写"] * more))
        for _ in range(2):
            result = sync_http(twin, unit.hub.url)
            assert [(refusal.log, refusal.seq) for refusal in result.refused] == [("houye-01", forked_at)]
            assert "两个版本" in result.refused[0].why
        kept = unit.hub.parts.ledger.branch(unit.name, "houye-01")
        assert kept == list(twin.lines_after({**dict.fromkeys(twin.heads(), 9999), "houye-01": forked_at - 1}))
        assert "别人的" in notes_in(twin)
        assert unit.heads()["houye-01"] != twin.heads()["houye-01"]


def test_attachments_travel_and_a_damaged_download_is_named(unit: Unit):
    with unit.laptop("houye-01") as officer, unit.laptop("houye-02") as supervisor:
        content = os.urandom(9_000_000)
        sha256, broken = photograph(officer, content), photograph(officer, b"second photo")
        assert sync_http(officer, unit.hub.url).blobs_sent == 2
        unit.hub.parts.attachments.path(unit.name, broken).write_bytes(b"second phot0")
        got = sync_http(supervisor, unit.hub.url)
        assert got.blobs_received == 1
        assert broken[:12] in got.refused[0].why
        assert supervisor.blobs.path(sha256).read_bytes() == content
        unit.hub.parts.attachments.path(unit.name, broken).write_bytes(b"second photo")
        assert sync_http(supervisor, unit.hub.url).blobs_received == 1
        assert sync_http(supervisor, unit.hub.url).blobs_received == 0


def test_a_hub_that_asks_for_another_file_than_an_attachment_gets_nothing(unit: Unit):
    with unit.laptop("houye-01") as book:
        key = book.folder / "keys" / "device.key"
        with closing(sqlite3.connect(unit.hub.database)) as database, database:
            database.execute("INSERT INTO blobs (unit, sha256, size) VALUES (?, ?, 64)", (unit.name, str(key)))
        result = sync_http(book, unit.hub.url)
        assert (result.blobs_sent, result.refused) == (0, ())


def test_a_line_that_the_hubs_disk_damaged_beyond_reading_is_named_and_the_rest_comes(unit: Unit):
    with unit.laptop("houye-01") as officer, unit.laptop("houye-02") as supervisor:
        note(officer, "一", "二", "三")
        sync_http(officer, unit.hub.url)
        with closing(sqlite3.connect(unit.hub.database)) as database, database:
            database.execute(
                "UPDATE entries SET line = ? WHERE unit = ? AND log = 'houye-01' AND seq = 4", (b"\0" * 9, unit.name)
            )
        result = sync_http(supervisor, unit.hub.url)
        assert result.received == 1  # the start and its seal came with the enrolment
        assert [refusal.log for refusal in result.refused] == [""]
        assert notes_in(supervisor) == ["一"]


def test_an_upload_cut_in_the_middle_of_a_photo_goes_on_there(unit: Unit):
    with unit.laptop("houye-01") as book:
        sha256 = photograph(book, os.urandom(10_000_000))
        limit = [7_000_000]

        def once(passed: int) -> bool:
            if passed < limit[0]:
                return True
            limit[0] = 10**12
            return False

        with CuttingNetwork(unit.hub.port, once) as network:
            sync_http(book, network.url, unit.hub.code(unit.name), wait=at_once)
            assert network.cuts == 1
        assert unit.hub.parts.attachments.size(unit.name, sha256) == 10_000_000


def test_a_laptop_relays_what_it_holds_of_others_to_a_hub_that_lacks_it(unit: Unit, tmp_path: Path):
    with unit.laptop("houye-01") as officer, unit.laptop("houye-02") as supervisor:
        note(officer, "带去办公室")
        officer.seal()
        supervisor.merge(officer.lines_after({}))
        result = sync_http(supervisor, unit.hub.url)
        assert result.refused == ()
        assert unit.heads() == supervisor.heads()
        assert sync_http(officer, unit.hub.url).sent == 0


def test_the_token_is_readable_by_its_owner_only_and_goes_nowhere_else(unit: Unit, capfd: pytest.CaptureFixture[str]):
    with unit.laptop("houye-01") as book:
        (path,) = (book.folder / "keys").glob("hub-*.toml")
        token = path.read_text(encoding="utf-8").split('token = "')[1].split('"')[0]
        assert sys.platform == "win32" or stat.S_IMODE(path.stat().st_mode) == 0o600
        result = sync_http(book, unit.hub.url)
        assert token not in str(result) + "".join(capfd.readouterr())


def fault(book: Book, url: str, code: str | None = None) -> str:
    """The one line that a failed sync says."""
    with pytest.raises(EnvironmentFault) as told:
        sync_http(book, url, code, wait=at_once)
    line = str(told.value)
    assert "\n" not in line
    return line


def test_a_laptop_that_is_not_enrolled_or_not_any_more_is_told_what_to_do(unit: Unit):
    with laptop(unit.folder, "houye-05", unit.name) as stranger:
        assert "office enrol" in fault(stranger, unit.hub.url)
        assert "登记码" in fault(stranger, unit.hub.url, "ABCD-EFGH")
        assert "属于单位" in fault(stranger, unit.hub.url, unit.hub.code("other-unit"))
    with unit.laptop("houye-01") as book:
        (path,) = (book.folder / "keys").glob("hub-*.toml")
        good = path.read_text(encoding="utf-8")
        path.write_text(good.replace('token = "', 'token = "x'), encoding="utf-8")
        assert "令牌" in fault(book, unit.hub.url)
        path.write_text("nonsense", encoding="utf-8")
        assert "重新登记" in fault(book, unit.hub.url)
        path.write_text(good, encoding="utf-8")
        unit.hub.parts.enrolment.revoke(unit.name, "houye-01")
        assert "停用" in fault(book, unit.hub.url)


def test_a_copied_data_folder_is_noticed(unit: Unit):
    with unit.laptop("houye-01") as first, laptop(unit.folder, "houye-02", unit.name) as second:
        (path,) = (first.folder / "keys").glob("hub-*.toml")
        shutil.copy(path, second.folder / "keys" / path.name)
        assert "houye-01" in fault(second, unit.hub.url)


class SomeWebsite(http.server.BaseHTTPRequestHandler):
    """Any web server but a hub."""

    def do_GET(self) -> None:
        body = "<html>欢迎使用路由器</html>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        pass


def test_an_address_where_nothing_or_something_else_answers_is_told(unit: Unit):
    with unit.laptop("houye-01") as book:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        assert "连不上" in fault(book, f"http://127.0.0.1:{port}", "ABCD-EFGH")
        assert "连不上" in fault(book, "http://no.such.host.invalid:8470", "ABCD-EFGH")
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), SomeWebsite) as website:
            threading.Thread(target=website.serve_forever, daemon=True).start()
            assert "不是 fieldlog" in fault(book, f"http://127.0.0.1:{website.server_port}", "ABCD-EFGH")
            website.shutdown()
        for wrong in ("http://", "ftp://host", "http://user:secret@host", "http://host?token=x", "http://[::"):
            with pytest.raises(UsageError, match="地址"):
                sync_http(book, wrong)


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate that nobody vouches for, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return cert_file, key_file


RUN_TLS = """
import sys
from pathlib import Path
from fieldlog.office.serve import run
run(sys.argv[1], "localhost", 0, tls_cert=Path(sys.argv[2]), tls_key=Path(sys.argv[3]))
"""


def test_an_untrusted_certificate_stops_the_sync_and_a_trusted_one_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    cert, key = certificate(tmp_path)
    database = f"sqlite:///{tmp_path / 'hub.sqlite'}"
    child = [sys.executable, "-c", RUN_TLS, database, str(cert), str(key)]
    with Started(child, stdout=subprocess.PIPE, text=True) as process, laptop(tmp_path, "houye-01") as book:
        try:
            url = process.stdout.readline().strip()
            assert url.startswith("https://localhost:")
            assert "证书不可信" in fault(book, url, "ABCD-EFGH")
            trusting = ssl.create_default_context(cafile=str(cert))
            monkeypatch.setattr(ssl, "create_default_context", lambda *_args, **_options: trusting)
            assert "登记码" in fault(book, url, "ABCD-EFGH")
        finally:
            process.terminate()


def test_a_hub_over_tls_has_a_token_of_its_own(tmp_path: Path):
    for scheme in ("http", "https"):
        save_credential(tmp_path, Credential(f"{scheme}://10.0.0.2:8470", f"token-{scheme}", "houye", "officer"))
    for scheme in ("http", "https"):
        credential = load_credential(tmp_path, f"{scheme}://10.0.0.2:8470")
        assert credential is not None and credential.token == f"token-{scheme}"
