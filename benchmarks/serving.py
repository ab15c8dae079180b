"""Real hub processes for the benchmarks, and the bare server that stands beside them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

_OFFICE = [sys.executable, "-m", "fieldlog", "office"]


@contextmanager
def serving(command: list[str]) -> Iterator[str]:
    """Run a server that prints its URL, and stop it in the end."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().split()[-1]
        finally:
            server.terminate()


@contextmanager
def bare_hub(db_url: str) -> Iterator[str]:
    """A server that stores what it is sent, see `benchmarks.bare_hub`; its URL."""
    with serving([sys.executable, "-m", "benchmarks.bare_hub", db_url]) as url:
        yield url


class Office:
    """A hub over a database, run as an office runs it; use `run` for its URL."""

    def __init__(self, folder: Path, db_url: str) -> None:
        self._options = ["--data", str(folder), "--db", db_url]

    @contextmanager
    def run(self) -> Iterator[str]:
        """Serve until the end of the block."""
        with serving([*_OFFICE, "serve", *self._options, "--port", "0"]) as url:
            yield url

    def code(self, device: str, role: str = "officer", unit: str = "houye") -> str:
        """A new enrolment code."""
        command = [*_OFFICE, "enrol", *self._options, "--unit", unit, "--role", role, "--json", device]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return str(json.loads(done.stdout)["code"])


def port_of(url: str) -> int:
    """The port of a server on this machine."""
    port = urlsplit(url).port
    assert port
    return port
