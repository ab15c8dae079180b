"""A real hub as a process of its own, laptops that sync with it, and a network that cuts connections."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starting import Started
from ulid import ULID

from fieldlog.book.book import Book, Draft
from fieldlog.book.device import Device
from fieldlog.domain.bodies import ItemNoted, PhotoAttached
from fieldlog.domain.entries import make_entry, seal_message
from fieldlog.domain.log_format import NO_HASH
from fieldlog.office.app import Hub
from fieldlog.office.serve import open_hub
from fieldlog.sync.enrol_code import write_code
from fieldlog.sync.office_keys import load_trust, save_trust

RUN_HUB = (
    "import sys, pathlib; from fieldlog.office.serve import run; "
    "run(sys.argv[1], port=int(sys.argv[2]), blobs=pathlib.Path(sys.argv[3]) if sys.argv[3:] else None, "
    "tls='tls' in sys.argv)"
)


class HubProcess:
    """The hub, started through its own `run`; `parts` looks into the same database from here."""

    def __init__(self, folder: Path, port: int = 0, db_url: str = "", *, tls: bool = False) -> None:
        self.database = folder / "hub.sqlite"
        self.db_url = db_url or f"sqlite:///{self.database}"
        blobs = folder / "hub.blobs"
        self.process = Started(
            [sys.executable, "-c", RUN_HUB, self.db_url, str(port), str(blobs), *(["tls"] if tls else [])],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.url = self.process.stdout.readline().strip()
        assert self.url, self.process.stderr.read()
        self.port = int(self.url.rsplit(":", 1)[1])
        self.parts: Hub = open_hub(self.db_url, blobs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def code(self, unit: str, role: str = "officer", device: str = "") -> str:
        """A fresh enrolment code."""
        return self.parts.enrolment.new_code(unit, role, device)

    def long_code(self, unit: str) -> str:
        """A fresh enrolment code with the pin of this office's authority."""
        return write_code(self.code(unit), self.parts.keys.public.authority)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop it and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.communicate(timeout=30)
        return self.process.returncode


def laptop(folder: Path, device: str, unit: str = "houye", role: str = "officer") -> Book:
    """A new book."""
    return Book.create(folder / device, Device(id=device, unit=unit, unit_name="后叶镇", doc=str(ULID()), role=role))


def share_keys(knowing: Book, other: Book) -> None:
    """Give a device the office's keys that another one has, as its own enrolment would."""
    trust = load_trust(knowing.folder)
    assert trust is not None
    save_trust(other.folder, trust)


def note(book: Book, *texts: str) -> None:
    """Write a remark for each text."""
    doc = book.new_id()
    book.write_all([Draft("zhang", doc, ItemNoted(note=text)) for text in texts])


def photograph(book: Book, content: bytes) -> str:
    """Attach a photo and return its SHA-256."""
    sha256 = book.blobs.put([content])
    book.write("zhang", book.new_id(), PhotoAttached(sha256=sha256, name="现场.jpg", size=len(content)))
    return sha256


def notes_in(book: Book) -> list[str]:
    """Every remark in every log, in order."""
    return [str(entry.fields["note"]) for entry in book.entries() if entry.kind == "item.noted"]


def log_bytes(book: Book) -> dict[str, bytes]:
    """The logs as they stand on the disk."""
    return {path.name: b"".join(file.read_bytes() for file in sorted(path.glob("*.jsonl")))
            for path in sorted((book.folder / "log").iterdir()) if path.is_dir()}  # fmt: skip


class Chain:
    """A log written without a book, so that tests can write what no book would."""

    def __init__(self, log: str = "houye-01", salt: str = "0" * 32) -> None:
        self.log = log
        self.salt = salt
        self.lines: list[bytes] = []
        self.prev = NO_HASH
        self.key = Ed25519PrivateKey.generate()
        self.public_key = self.key.public_key().public_bytes_raw().hex()

    @property
    def seq(self) -> int:
        return len(self.lines)

    def add(self, count: int = 1, kind: str = "item.noted", body: dict[str, object] | None = None) -> Self:
        """Write entries."""
        for _ in range(count):
            seq = self.seq + 1
            entry = make_entry(
                log=self.log, seq=seq, prev=self.prev, hlc=f"{(1_795_000_000_000 + seq) << 16:016x}",
                at="2026-11-24T09:00:00.000+08:00", by="zhang", kind=kind, doc="01KAT8S1RZ0000000000000000",
                body=body or {"note": f"第 {seq} 条"}, salt=self.salt,
            )  # fmt: skip
            self.prev = entry.hash
            self.lines.append(entry.line())
        return self

    def seal(self, key: Ed25519PrivateKey | None = None) -> Self:
        """Seal it, with another device's key if given."""
        signature = (key or self.key).sign(seal_message(self.log, self.seq, self.prev)).hex()
        return self.add(1, "log.sealed", {"upto": self.seq, "head": self.prev, "signature": signature})

    def branch(self, at: int, salt: str = "1" * 32) -> "Chain":
        """The same log up to entry `at`, to be written on differently."""
        twin = Chain(self.log, self.salt)
        twin.key, twin.public_key = self.key, self.public_key
        twin.add(at)
        twin.salt = salt
        return twin


class CuttingNetwork:
    """A TCP relay to the hub that cuts connections: `let_through` is told how much has passed towards the hub on one, and
    says whether to go on, `let_back` the same of what comes back; `swallow` says whether to cut instead of giving the
    answer to a request that begins so."""

    def __init__(
        self,
        port: int,
        let_through: Callable[[int], bool] = lambda _passed: True,
        swallow: Callable[[bytes], bool] = lambda _request: False,
        let_back: Callable[[int], bool] = lambda _passed: True,
    ) -> None:
        self._port = port
        self._let_through = let_through
        self._swallow = swallow
        self._let_back = let_back
        self.cuts = self.bytes_up = self.bytes_down = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._relay, args=(near,), daemon=True).start()

    def _relay(self, near: socket.socket) -> None:
        far = socket.create_connection(("127.0.0.1", self._port))
        last = [b""]
        back = threading.Thread(target=self._answer, args=(far, near, last), daemon=True)
        back.start()
        passed = 0
        with suppress(OSError):
            while data := near.recv(65536):
                if data.split(b" ", 1)[0] in (b"GET", b"POST", b"PUT", b"HEAD"):
                    last[0] = data[:64]
                passed += len(data)
                if not self._let_through(passed):
                    self.cuts += 1
                    break
                self.bytes_up += len(data)
                far.sendall(data)
        _hang_up(near, far)

    def _answer(self, far: socket.socket, near: socket.socket, last: list[bytes]) -> None:
        passed = 0
        with suppress(OSError):
            while data := far.recv(65536):
                passed += len(data)
                if not self._let_back(passed):
                    self.cuts += 1
                    break
                self.bytes_down += len(data)
                request, last[0] = last[0], b""  # an answer may come in several pieces; it is told once
                if request and self._swallow(request):
                    self.cuts += 1
                    break
                near.sendall(data)
        _hang_up(near, far)


def _hang_up(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


def environment() -> dict[str, str]:
    """What a child process of a test needs."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parent), "PYTHONIOENCODING": "utf-8"}
