"""The hub under simulation: its application called in this process, killed before or after a commit, put back from a
backup. And the line to it, which cuts, loses answers, and delivers a request twice or late."""

import asyncio
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

import httpx
import orjson
from fastapi import FastAPI
from sqlalchemy import event, select
from sqlalchemy.util import LRUCache
from starlette.requests import ClientDisconnect

from benchmarks.simulate.disk import HOOKS
from fieldlog.office.app import Hub, create_app
from fieldlog.office.backup import back_up, restore
from fieldlog.office.rates import Doorkeeper
from fieldlog.office.serve import open_hub
from fieldlog.office.tables import branches, cases, entries
from fieldlog.sync.exchange import place_of

UNIT: Final = "houye"
URL: Final = "http://127.0.0.1:8470"


_STATEMENTS: Final = LRUCache[Any, Any](500)


class HubKilled(BaseException):
    """The hub's process was killed right before a commit."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it travels."""

    method: str
    target: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


class _Body(httpx.SyncByteStream):
    """An answer's body on its way; `upto` so many bytes, where the line is cut then."""

    def __init__(self, content: bytes, upto: int | None = None) -> None:
        self.content = content
        self._upto = upto

    def __iter__(self) -> Iterator[bytes]:
        if self._upto is not None:
            yield self.content[: self._upto]
            raise httpx.ReadError("cut")
        yield self.content


class Office:
    """The hub over its own folder, and what it has promised to hold."""

    def __init__(self, folder: Path, now: Callable[[], int]) -> None:
        self._root = folder
        self._now = now
        self._loop = asyncio.new_event_loop()
        self._generation = 0
        self.armed = 0
        """At which of the next commits the process dies, 0 for none: a request may make several."""
        self.died = False
        """Whether it has died since it was started."""
        self.promised: dict[str, int] = {}
        self._start()

    @property
    def folder(self) -> Path:
        """Where its database and attachments are."""
        return self._root / f"g{self._generation}"

    @property
    def _db_url(self) -> str:
        return f"sqlite:///{self.folder / 'hub.sqlite'}"

    def _start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.hub = open_hub(self._db_url, self.folder / "hub.blobs", self._now)
        self._engine = self.hub.ledger.engine
        self._engine._compiled_cache = _STATEMENTS  # else each hub compiles them anew, a quarter of a world's time
        event.listen(self._engine, "commit", self._committing)
        self._app = _application(self.hub)
        self.died = False

    def _committing(self, _connection: object) -> None:
        if self.armed:
            self.armed -= 1
            self.died = self.armed == 0
            if self.died:
                raise HubKilled

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()
        self._loop.close()

    def restart(self) -> None:
        """Kill the process and start another on what is on the disk; all that was promised must be there."""
        with HOOKS.running(None):  # a laptop may be in the middle of a request
            self._restart()

    def _restart(self) -> None:
        old, engine = self.folder, self._engine
        self._generation += 1
        shutil.copytree(old, self.folder, ignore=shutil.ignore_patterns("*-shm"))
        engine.dispose()
        shutil.rmtree(old)
        self._start()
        held = self.hub.ledger.heads(UNIT)
        short = {log: seq for log, seq in self.promised.items() if log not in held or held[log].seq < seq}
        assert not short, f"the hub forgot what it had acknowledged: {short}, it holds {held}"

    def back_up(self, target: Path) -> None:
        """Make a backup while it runs."""
        back_up(self._db_url, self.folder / "hub.blobs", target, _quietly)

    def restore(self, backup: Path) -> None:
        """Put a backup back over what there is."""
        self._engine.dispose()
        restore(self._db_url, self.folder / "hub.blobs", backup, _quietly, force=True)
        self._start()
        self.promised = {log: head.seq for log, head in self.hub.ledger.heads(UNIT).items()}

    def lines(self) -> dict[str, list[bytes]]:
        """Every entry by log, as it is in the database."""
        with self._engine.connect() as connection:
            found = connection.execute(select(entries.c.log, entries.c.line).order_by(entries.c.log, entries.c.seq))
            logs: dict[str, list[bytes]] = {}
            for log, line in found:
                logs.setdefault(log, []).append(bytes(line))
            return logs

    def beside(self) -> list[bytes]:
        """Every entry that it keeps beside the logs: refused branches, and what came on paper."""
        with self._engine.connect() as connection:
            refused = connection.execute(select(branches.c.line)).scalars().all()
            paper = connection.execute(select(cases.c.lines)).scalars().all()
        return [*map(bytes, refused), *(line for lines in paper for line in bytes(lines).splitlines())]

    def deliver(self, request: Request, upto: int | None = None) -> httpx.Response:
        """Let the hub answer; with `upto`, the connection is cut after so many bytes of the body."""
        with HOOKS.running(None):
            status, headers, body = self._loop.run_until_complete(self._call(request, upto))
        answer = httpx.Response(status, headers=headers, stream=_Body(body))
        if request.method == "POST" and status == 200 and request.target.startswith("/v1/entries"):
            self.promised |= {log: seq for log, (seq, _hash) in orjson.loads(body)["heads"].items()}
        return answer

    async def _call(self, request: Request, upto: int | None) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        path, _, query = request.target.partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": request.method,
            "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": query.encode(),
            "root_path": "", "headers": list(request.headers), "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 8470),
        }  # fmt: skip
        coming: list[dict[str, Any]] = [{"type": "http.request", "body": request.body, "more_body": False}]
        if upto is not None:
            coming = [{"type": "http.request", "body": request.body[:upto], "more_body": True}]
        status, headers, body = 0, list[tuple[bytes, bytes]](), bytearray()

        async def receive() -> dict[str, Any]:
            return coming.pop(0) if coming else {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status, headers = message["status"], message["headers"]
            else:
                body.extend(message.get("body", b""))

        try:
            await self._app(scope, receive, send)
        except ClientDisconnect:
            assert upto is not None
        return status, headers, bytes(body)


class Line(httpx.BaseTransport):
    """What carries a laptop's requests to the hub."""

    def __init__(self, office: Office, dice: random.Random, said: Callable[[str], None]) -> None:
        self._office = office
        self._dice = dice
        self._said = said
        self.trouble = 0.0
        """How likely a request meets a fault."""
        self.kills = False
        """Whether the hub's process may die."""
        self.late: list[Request] = []
        """Requests that are still on their way although the laptop gave up on them."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request, or not."""
        sent = Request(
            request.method, request.url.raw_path.decode(), tuple((k.lower(), v) for k, v in request.headers.raw),
            request.read(),
        )  # fmt: skip
        if self._dice.random() >= self.trouble:
            return self._office.deliver(sent)
        faults = [
            self._cut_before,
            self._cut_within,
            self._lose_answer,
            self._cut_answer,
            self._twice,
            self._late,
            self._busy,
        ]
        faults += [self._die_before, self._die_after] if self.kills else []
        fault = self._dice.choice(faults)
        self._said(f"{fault.__name__.strip('_')} {sent.method} {sent.target[:20]}")
        return fault(sent)

    def _cut_before(self, _sent: Request) -> httpx.Response:
        raise httpx.ConnectError("cut")

    def _cut_within(self, sent: Request) -> httpx.Response:
        self._office.deliver(sent, self._dice.randrange(len(sent.body) + 1))
        raise httpx.WriteError("cut")

    def _lose_answer(self, sent: Request) -> httpx.Response:
        self._office.deliver(sent)
        raise httpx.ReadError("cut")

    def _cut_answer(self, sent: Request) -> httpx.Response:
        answer = self._office.deliver(sent)
        assert isinstance(answer.stream, _Body)
        answer.stream = _Body(answer.stream.content, self._dice.randrange(len(answer.stream.content) + 1))
        return answer

    def _twice(self, sent: Request) -> httpx.Response:
        first, second = self._office.deliver(sent), self._office.deliver(sent)
        return self._dice.choice((first, second))

    def _late(self, sent: Request) -> httpx.Response:
        self.late.append(sent)
        raise httpx.ReadTimeout("late")

    def _busy(self, _sent: Request) -> httpx.Response:
        return httpx.Response(503, text="no")

    def _die_before(self, sent: Request) -> httpx.Response:
        self._office.armed = self._dice.choice((1, 1, 2, 2, 3))
        try:
            answer = self._office.deliver(sent)
        except HubKilled:
            pass
        else:
            if not self._office.died:  # the request changed nothing
                self._office.armed = 0
                return answer
        self._office.restart()
        raise httpx.ReadError("hub killed")

    def _die_after(self, sent: Request) -> httpx.Response:
        self._office.deliver(sent)
        self._office.restart()
        raise httpx.ReadError("hub killed")

    def bring_late(self) -> None:
        """Let one of the late requests arrive."""
        if self.late:
            sent = self.late.pop(self._dice.randrange(len(self.late)))
            self._said(f"arrives late: {sent.method} {sent.target[:20]}")
            self._office.deliver(sent)

    @contextmanager
    def in_trouble(self, trouble: float) -> Iterator[None]:
        """Faults as likely as that, until the end of the block."""
        before, self.trouble = self.trouble, trouble
        try:
            yield
        finally:
            self.trouble = before


class _Current:
    """Stands for the thing of its kind that is there now."""

    def __init__(self) -> None:
        self.stands_for: object = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stands_for, name)


_HUB: Final = _Current()
_DOOR: Final = _Current()


@cache
def _made_once() -> FastAPI:
    return create_app(cast("Hub", _HUB), cast("Doorkeeper", _DOOR))


def _application(hub: Hub) -> FastAPI:
    """The interface to this hub; laying it out anew for each would take an eighth of a world's time."""
    _HUB.stands_for, _DOOR.stands_for = hub, Doorkeeper()
    return _made_once()


def logs_in(lines: list[bytes]) -> set[str]:
    """The logs that lines say they are of."""
    return {place.log for line in lines if (place := place_of(line))}


def _quietly(_what: str, _done: int, _total: int) -> None:
    """Say nothing."""
