"""The hub as a process, spoken to over HTTP as any program may."""

import hashlib
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hubs import RUN_HUB, Chain, HubProcess
from starting import Started

from fieldlog.domain.errors import EnvironmentFault, ExitCode, UsageError
from fieldlog.office.database import open_database
from fieldlog.office.enrolment import ALPHABET, MOST_TRIES_OF_ONE, Enrolment, TooManyTries, WrongCode
from fieldlog.office.serve import run
from fieldlog.sync.enrol_code import plain
from fieldlog.sync.exchange import read_pack, write_pack

UNITS = (f"unit-{number}" for number in count(1))
MINUTE_MS = 60_000


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    with HubProcess(tmp_path_factory.mktemp("office")) as hub:
        yield hub


class Caller:
    """An enrolled device that speaks plain HTTP, in a unit of its own unless told."""

    def __init__(self, hub: HubProcess, chain: Chain | None = None, unit: str = "") -> None:
        self.hub = hub
        self.chain = chain or Chain()
        self.unit = unit or next(UNITS)
        admitted = enrol(hub, hub.code(self.unit), self.chain, self.unit)
        assert admitted.status_code == 200, admitted.text
        self.token = admitted.json()["token"]
        self.http = httpx.Client(base_url=hub.url, headers={"Authorization": f"Bearer {self.token}"}, trust_env=False)

    def post(self, lines: list[bytes]) -> dict[str, Any]:
        answer = self.http.post("/v1/entries", content=write_pack(lines))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def heads(self) -> dict[str, Any]:
        return self.http.get("/v1/heads").json()


def enrol(hub: HubProcess, code: str, chain: Chain, unit: str, key: Ed25519PrivateKey | None = None) -> httpx.Response:
    """Enrol as a device does; with another key than its own, as somebody who only read its public one."""
    proof = (key or chain.key).sign(f"fieldlog enrolment 1\n{plain(code)}\n{chain.log}\n".encode()).hex()
    wish = {"code": code, "device": chain.log, "unit": unit, "public_key": chain.public_key, "proof": proof}
    return httpx.post(f"{hub.url}/v1/enrol", json=wish, trust_env=False)


def error_of(answer: httpx.Response) -> str:
    """The one line in Chinese that every refusal carries."""
    error = answer.json()["error"]
    assert "\n" not in error
    assert any("一" <= letter <= "鿿" for letter in error)
    return error


def test_a_device_posts_and_another_of_its_unit_fetches(hub: HubProcess):
    caller = Caller(hub)
    caller.chain.add(5)
    ack = caller.post(caller.chain.lines)
    assert (ack["received"], ack["durable"], ack["refused"]) == (5, True, [])
    assert ack["heads"] == {"houye-01": [5, caller.chain.prev]}
    other = Caller(hub, Chain("houye-02"), caller.unit)
    assert other.heads()["heads"] == ack["heads"]
    fetched = other.http.get("/v1/entries", params={"after": "houye-01:2"})
    assert list(read_pack([fetched.content])) == caller.chain.lines[2:]
    assert list(read_pack([other.http.get("/v1/entries", params={"after": "houye-01:5"}).content])) == []


def test_five_parallel_identical_posts_are_stored_once(hub: HubProcess):
    caller = Caller(hub)
    caller.chain.add(300)
    answers: list[dict[str, Any]] = []

    def post() -> None:
        with httpx.Client(base_url=hub.url, headers=caller.http.headers, trust_env=False) as client:
            answers.append(client.post("/v1/entries", content=write_pack(caller.chain.lines)).json())

    threads = [threading.Thread(target=post) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer["received"] for answer in answers) == [0, 0, 0, 0, 300]
    assert {str(answer["heads"]) for answer in answers} == {str({"houye-01": [300, caller.chain.prev]})}


def test_a_tampered_pack_is_refused_with_the_entry_named_and_a_cut_one_keeps_its_beginning(hub: HubProcess):
    caller = Caller(hub)
    lines = caller.chain.add(4).lines
    wrong = lines[2].replace("第 3 条".encode(), "第三条！".encode())
    ack = caller.post([*lines[:2], wrong, lines[3]])
    assert [(refusal["log"], refusal["seq"]) for refusal in ack["refused"]] == [("houye-01", 3)]
    assert ack["heads"]["houye-01"][0] == 2
    cut = caller.http.post("/v1/entries", content=write_pack(lines)[:-6]).json()
    assert "不完整" in cut["refused"][0]["why"]
    junk = caller.http.post("/v1/entries", content=b"junk")
    assert junk.json()["refused"][0]["why"]


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer wrong", "Basic eDp5", "Bearer ''; drop table devices"])
@pytest.mark.parametrize("address", ["/v1/heads", "/v1/entries", "/v1/blobs/" + "0" * 64])
def test_without_the_right_token_nothing_is_told(hub: HubProcess, token: str, address: str):
    answer = httpx.get(hub.url + address, headers={"Authorization": token}, trust_env=False)
    assert answer.status_code == 401
    assert "登记" in error_of(answer)


def test_a_revoked_device_is_shut_out(hub: HubProcess):
    caller = Caller(hub)
    assert hub.parts.enrolment.revoke(caller.unit, "houye-01")
    answer = caller.http.get("/v1/heads")
    assert answer.status_code == 403
    assert "停用" in error_of(answer)


def test_a_code_works_once_for_its_own_device_however_it_is_typed(hub: HubProcess):
    unit = next(UNITS)
    code = hub.code(unit, "supervisor", "houye-02")
    assert set(code) <= {*ALPHABET, "-"}
    wrong = enrol(hub, code, Chain("houye-03"), unit)
    assert "houye-02" in error_of(wrong)
    typed = f" {code.lower().replace('-', ' ')} "
    admitted = enrol(hub, typed, Chain("houye-02"), unit)
    assert (admitted.json()["role"], admitted.json()["unit"]) == ("supervisor", unit)
    assert enrol(hub, code, Chain("houye-02"), unit).status_code == 403


def test_two_laptops_cannot_have_one_id_but_one_may_enrol_again(hub: HubProcess):
    caller = Caller(hub)
    answer = enrol(hub, hub.code(caller.unit), Chain(), caller.unit)
    assert answer.status_code == 409
    assert "另一台电脑" in error_of(answer)
    again = enrol(hub, hub.code(caller.unit), caller.chain, caller.unit)
    assert again.status_code == 200
    assert caller.http.get("/v1/heads").status_code == 401  # the old token went with it


def test_a_code_and_another_s_public_key_do_not_open_that_one_s_place(hub: HubProcess):
    caller = Caller(hub)
    code = hub.code(caller.unit)
    answer = enrol(hub, code, caller.chain, caller.unit, key=Ed25519PrivateKey.generate())
    assert (answer.status_code, answer.json()["rule"]) == (409, "device.proof")
    assert "密钥" in error_of(answer)
    assert caller.http.get("/v1/heads").status_code == 200  # its token is still good
    assert enrol(hub, code, caller.chain, caller.unit).status_code == 200, "nor was the code used up"


def test_codes_expire_and_guessing_is_stopped(tmp_path: Path):
    now = [1_795_000_000_000]
    enrolment = Enrolment(open_database(f"sqlite:///{tmp_path / 'hub.sqlite'}"), lambda: now[0])
    code = enrolment.new_code("houye")
    now[0] += 24 * 60 * MINUTE_MS
    for _ in range(MOST_TRIES_OF_ONE):
        with pytest.raises(WrongCode):
            enrolment.enrol(code, "houye-01", "houye", "0" * 64, "10.0.0.7")
    fresh = enrolment.new_code("houye")
    with pytest.raises(TooManyTries, match="十分钟"):
        enrolment.enrol(fresh, "houye-01", "houye", "0" * 64, "10.0.0.7")
    assert enrolment.enrol(fresh, "houye-02", "houye", "0" * 64, "10.0.0.8").unit == "houye"
    now[0] += 11 * MINUTE_MS
    assert enrolment.enrol(enrolment.new_code("houye"), "houye-01", "houye", "1" * 64, "10.0.0.7").role == "officer"


def test_tokens_and_codes_are_not_in_the_database(hub: HubProcess):
    code = hub.code(next(UNITS))
    caller = Caller(hub)
    stored = b"".join(path.read_bytes() for path in hub.database.parent.glob("hub.sqlite*"))
    assert caller.unit.encode() in stored
    assert caller.token.encode() not in stored
    assert code.replace("-", "").encode() not in stored


def test_requests_that_are_too_long_or_make_no_sense_are_told(hub: HubProcess):
    caller = Caller(hub)
    long = caller.http.post("/v1/entries", content=b"\0" * (16 * 1024 * 1024 + 1))
    assert (long.status_code, "16 MiB" in error_of(long)) == (413, True)
    endless = caller.http.post("/v1/entries", content=(b"\0" * 1_000_000 for _ in range(20)))
    assert (endless.status_code, "16 MiB" in error_of(endless)) == (413, True)
    for address, status in (
        ("/v1/entries?after=houye-01", 400),
        ("/v1/entries?after=A:1", 400),
        ("/v1/blobs/nonsense", 400),
        ("/nowhere", 404),
    ):
        answer = caller.http.get(address)
        assert (address, answer.status_code) == (address, status)
        error_of(answer)
    for wish in (b"", b"[1]", b'{"code": "x", "device": "BAD ID", "public_key": "00"}', b"\xff"):
        answer = caller.http.post("/v1/enrol", content=wish, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400
        error_of(answer)


def test_whoever_has_no_token_yet_is_not_listened_to_for_long(hub: HubProcess):
    def endless() -> Iterator[bytes]:
        for _ in range(1_000):
            yield b" " * 65_536

    for wish in (b" " * 1_000_000, endless()):
        try:
            answer = httpx.post(f"{hub.url}/v1/enrol", content=wish, trust_env=False)
        except httpx.TransportError:  # the hub hung up in the middle of it
            continue
        assert answer.status_code == 413
        assert "不接收" in error_of(answer)
    assert "登记码不对" in error_of(enrol(hub, "A" * 200, Chain(), "houye"))


def test_an_attachment_goes_on_where_it_was_cut_and_comes_back_in_parts(hub: HubProcess):
    caller = Caller(hub)
    content = bytes(range(256)) * 4096
    sha256 = hashlib.sha256(content).hexdigest()
    caller.post(caller.chain.add(1, "photo.attached", {"sha256": sha256, "size": len(content)}).lines)
    assert caller.heads()["wanted"] == [sha256]
    address, half = f"/v1/blobs/{sha256}", len(content) // 2
    first = caller.http.put(
        address, content=content[:half], headers={"Content-Range": f"bytes 0-{half - 1}/{len(content)}"}
    )
    assert first.status_code == 202
    assert caller.http.head(address).headers["upload-offset"] == str(half)
    misplaced = caller.http.put(
        address,
        content=content[half + 1 :],
        headers={"Content-Range": f"bytes {half + 1}-{len(content) - 1}/{len(content)}"},
    )
    assert (misplaced.status_code, misplaced.headers["upload-offset"]) == (409, str(half))
    rest = caller.http.put(
        address, content=content[half:], headers={"Content-Range": f"bytes {half}-{len(content) - 1}/{len(content)}"}
    )
    assert rest.status_code == 201
    assert caller.heads()["wanted"] == []
    assert caller.http.head(address).headers["content-length"] == str(len(content))
    assert caller.http.get(address, headers={"Range": "bytes=10-19"}).content == content[10:20]
    assert Caller(hub).http.get(address).status_code == 404  # another unit


def test_an_attachment_that_is_not_what_its_hash_says_is_thrown_away(hub: HubProcess):
    caller = Caller(hub)
    address = "/v1/blobs/" + hashlib.sha256(b"what was meant").hexdigest()
    wrong = caller.http.put(address, content=b"something else")
    assert (wrong.status_code, "没有哪条已收到的记录提到" in error_of(wrong)) == (422, True)
    sha256 = address.rpartition("/")[2]
    caller.post(caller.chain.add(1, "photo.attached", {"sha256": sha256, "size": 14}).lines)
    wrong = caller.http.put(address, content=b"something else")
    assert (wrong.status_code, "校验值" in error_of(wrong)) == (422, True)
    assert caller.http.put(address, content=b"what was meant").status_code == 201
    too_big = caller.http.put(address[:-1] + "0", content=b"x", headers={"Content-Range": "bytes 0-0/999999999"})
    assert (too_big.status_code, "MiB" in error_of(too_big)) == (413, True)


def test_an_attachment_missing_after_a_restore_is_asked_for_again(hub: HubProcess):
    caller = Caller(hub)
    sha256 = hashlib.sha256(b"photo").hexdigest()
    caller.post(caller.chain.add(1, "photo.attached", {"sha256": sha256, "size": 5}).lines)
    assert caller.http.put(f"/v1/blobs/{sha256}", content=b"photo").status_code == 201
    hub.parts.attachments.path(caller.unit, sha256).unlink()
    assert caller.http.get(f"/v1/blobs/{sha256}").status_code == 404
    assert caller.heads()["wanted"] == [sha256]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_its_url_once_in_one_line_and_stops_cleanly(tmp_path: Path, number: int):
    hub = HubProcess(tmp_path)
    assert httpx.get(f"{hub.url}/v1/heads", trust_env=False).status_code == 401
    hub.process.send_signal(number)
    out, err = hub.process.communicate(timeout=30)
    assert (hub.process.returncode, out, err) == (0, "", "")


def test_entries_survive_a_killed_hub(tmp_path: Path):
    hub = HubProcess(tmp_path)
    caller = Caller(hub)
    ack = caller.post(caller.chain.add(50).lines)
    hub.process.kill()
    hub.stop()
    with HubProcess(tmp_path) as again:
        assert (
            httpx.get(f"{again.url}/v1/heads", headers=caller.http.headers, trust_env=False).json()["heads"]
            == ack["heads"]
        )


def test_a_port_in_use_an_unknown_host_and_plain_http_beyond_this_machine_are_told(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'hub.sqlite'}"
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(EnvironmentFault, match="已被占用") as told:
        run(url, port=taken.getsockname()[1])
    assert told.value.exit_code == ExitCode.ENVIRONMENT
    with pytest.raises(EnvironmentFault, match="不认得主机名"):
        run(url, "no.such.host.invalid", insecure=True)
    with pytest.raises(UsageError, match="office init"):
        run(url, "0.0.0.0")
    with pytest.raises(UsageError, match="--tls-key"):
        run(url, tls_cert=tmp_path / "cert.pem")
    with pytest.raises(EnvironmentFault, match="证书"):
        run(url, port=0, tls_cert=tmp_path / "cert.pem", tls_key=tmp_path / "key.pem")


def test_two_processes_may_serve_one_database(hub: HubProcess):
    caller = Caller(hub)
    second = Started([sys.executable, "-c", RUN_HUB, hub.db_url, "0"], stdout=subprocess.PIPE, text=True)
    try:
        url = second.stdout.readline().strip()
        chain = caller.chain.add(6)
        caller.post(chain.lines[:3])
        answer = httpx.post(
            f"{url}/v1/entries", content=write_pack(chain.lines), headers=caller.http.headers, trust_env=False
        ).json()
        assert (answer["known"], answer["received"]) == (3, 3)
        assert caller.heads()["heads"] == answer["heads"]
    finally:
        second.terminate()
        second.communicate(timeout=30)
