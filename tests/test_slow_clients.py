"""Clients that dawdle, crowd or ask too often cost the others nothing: real sockets against a real hub."""

import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from starting import Started

from fieldlog.office.patience import LARGEST_HEAD
from fieldlog.office.rates import Doorkeeper, Pace, TooOften
from fieldlog.office.serve import open_hub

RUN = """
import sys
if "cramped" in sys.argv:
    import resource
    resource.setrlimit(resource.RLIMIT_NOFILE, (700, 700))
from fieldlog.office.patience import Patience, HANDSHAKE_S
from fieldlog.office import serve
from fieldlog.office.rates import Doorkeeper, Pace
serve.HANDSHAKE_S = 2.0
serve.run(sys.argv[1], port=0, tls="tls" in sys.argv, patience=Patience(300.0 if "cramped" in sys.argv else 1.0, 2.0, 4096, 40),
          door=Doorkeeper(Pace(30, 5), Pace(25, 5)))
"""


@contextmanager
def impatient(folder: Path, *options: str) -> Iterator[tuple[str, str]]:
    """A hub with little patience, its address and a token."""
    url = f"sqlite:///{folder / 'hub.sqlite'}"
    process = Started([sys.executable, "-c", RUN, url, *options], stdout=subprocess.PIPE, text=True)
    try:
        address = process.stdout.readline().strip()
        hub = open_hub(url)
        admitted = hub.enrolment.enrol(hub.enrolment.new_code("houye"), "houye-01", "houye", "0" * 64, "")
        yield address, admitted.token
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    with impatient(tmp_path_factory.mktemp("impatient")) as started:
        yield started


def dial(address: str) -> socket.socket:
    host, port = address.partition("://")[2].rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=20)


def is_let_go(line: socket.socket, trickle: bytes = b"") -> bool:
    """Whether the hub hangs up, though something comes every now and then."""
    line.settimeout(0.2)
    for _ in range(60):
        try:
            if trickle:
                line.sendall(trickle)
            if not line.recv(4096):
                return True
        except TimeoutError:
            continue
        except OSError:
            return True
    return False


def asks(address: str, token: str) -> int:
    return httpx.get(
        f"{address}/v1/heads", headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=20
    ).status_code


def test_a_head_that_comes_byte_by_byte_is_not_waited_for(hub: tuple[str, str]):
    with dial(hub[0]) as line:
        line.sendall(b"GET /v1/heads HTTP/1.1\r\nHost: hub\r\nX: ")
        assert is_let_go(line, b"x")


def test_nor_one_after_a_request_that_was_answered(hub: tuple[str, str]):
    with dial(hub[0]) as line:
        line.sendall(b"GET /nowhere HTTP/1.1\r\nHost: hub\r\n\r\n")
        assert line.recv(65536).startswith(b"HTTP/1.1 404")
        line.sendall(b"GET /v1/heads HTTP/1.1\r\nX: ")
        assert is_let_go(line, b"x")


def test_nor_a_body(hub: tuple[str, str]):
    address, token = hub
    with dial(address) as line:
        head = (
            f"POST /v1/entries HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer {token}\r\nContent-Length: 100000\r\n\r\n"
        )
        line.sendall(head.encode())
        assert is_let_go(line, b"x")


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on open files to set")
def test_many_who_dawdle_do_not_keep_others_out(tmp_path: Path):
    with impatient(tmp_path, "cramped") as (address, token), ExitStack() as crowd:
        for _ in range(750):  # the hub may have 700 files open, and would wait five minutes for a head
            line = crowd.enter_context(dial(address))
            with suppress(OSError):
                line.sendall(b"GET /v1/heads HTTP/1.1\r\nX: ")
        assert asks(address, token) == 200
        assert asks(address, token) == 200


def test_a_head_without_end_is_cut_off(hub: tuple[str, str]):
    with dial(hub[0]) as line, suppress(OSError):
        line.sendall(b"GET /v1/heads HTTP/1.1\r\nX: " + b"x" * (LARGEST_HEAD + 65536))
        line.settimeout(10)
        assert line.recv(100).startswith(b"HTTP/1.1 4")


def test_who_asks_too_often_waits_and_others_do_not(hub: tuple[str, str]):
    address, token = hub
    time.sleep(1)
    with httpx.Client(base_url=address, trust_env=False) as client:
        wrong = [client.get("/v1/heads", headers={"Authorization": "Bearer wrong"}) for _ in range(60)]
        assert wrong[0].status_code == 401
        assert wrong[-1].status_code == 429
        assert int(wrong[-1].headers["retry-after"]) >= 1
        assert "稍等" in wrong[-1].json()["error"]
        mine = client.get("/v1/heads", headers={"Authorization": f"Bearer {token}"})
        assert mine.status_code == 200  # from the same address, with a token that is known


def test_tls_that_is_never_begun_does_not_keep_a_place(tmp_path: Path):
    with impatient(tmp_path, "tls") as (address, _token), dial(address) as silent:
        with dial(address) as other:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            with context.wrap_socket(other) as talk:
                talk.sendall(b"GET /v1/authority HTTP/1.1\r\nHost: hub\r\n\r\n")
                assert talk.recv(4096).startswith(b"HTTP/1.1 200")
                talk.sendall(b"GET /v1/authority HTTP/1.1\r\n")
                assert is_let_go(talk, b"X")
        assert is_let_go(silent)


def test_a_device_at_a_polite_pace_is_never_stopped():
    now = [0.0]
    door = Doorkeeper(Pace(3, 1))
    door._devices._clock = lambda: now[0]  # pyright: ignore[reportPrivateUsage]
    for _ in range(3):
        door.after("token", "houye-01")
    with pytest.raises(TooOften) as told:
        door.after("token", "houye-01")
    assert told.value.after_s >= 1
    door.after("token of another", "houye-02")
    now[0] += 1
    door.after("token", "houye-01")
