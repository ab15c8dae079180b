"""How long the hub waits for a slow client, and whom it lets go when too many come at once.

uvicorn has a limit for idle connections only, and one byte resets it; its limit on connections turns everybody away,
those who were kept waiting first of all. Here a connection has so long for a request's head, and must then move so many
bytes in each span of time; where places run short, whoever has waited longest on the most crowded address goes first.
"""

import sys
import time
from asyncio import Transport
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


@dataclass(frozen=True, slots=True)
class Patience:
    """What a client may cost. A line of 1,200 bit/s, slower than any that photos would be sent over, stays within it."""

    head_s: float = 15.0
    """For a request's line and headers."""
    span_s: float = 30.0
    """In each such span of a body or an answer …"""
    least_bytes: int = 4 * 1024
    """… so much must go through."""
    most_connections: int = 0
    """Beyond that some are let go; 0 for as many as the system has room for."""


PATIENCE: Final = Patience()
HANDSHAKE_S: Final = 10.0
"""For TLS to begin."""
LARGEST_HEAD: Final = 64 * 1024
"""Bytes of a request's line and headers; the numbers of 1,000 logs fit into `GET /v1/entries?after=…`."""
_MOST: Final = 4_096
_MOST_ON_WINDOWS: Final = 400  # its select() takes 512 sockets
WAITING_ROOM: Final = 512
"""Connections that the system has made and the hub has not seen; it takes them all at once before it can let one go."""
_OTHER_FILES: Final = WAITING_ROOM + 128  # database, attachments, libraries

_HEAD, _BODY, _ANSWER, _NOTHING = "head", "body", "answer", ""


class PatientProtocol(H11Protocol):
    """uvicorn's connection, with an eye on how long its client takes."""

    patience = PATIENCE
    places = _MOST

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """A client came; where there are too many, somebody has to go."""
        super().connection_made(transport)
        self.waits_for: str = _HEAD
        self.since = time.monotonic()
        self._moved = self._pending = 0
        if len(self.connections) > self.places:
            _make_room(cast("Iterable[PatientProtocol]", self.connections), self.places)

    def data_received(self, data: bytes) -> None:
        """Count what comes."""
        self._moved += len(data)
        super().data_received(data)

    def look(self, now: float) -> None:
        """Hang up where the client takes too long; called about once a second."""
        state = self._state()
        pending = self.transport.get_write_buffer_size()
        if state == _ANSWER:
            self._moved += max(0, self._pending - pending)
        self._pending = pending
        if state != self.waits_for:
            self.waits_for, self.since, self._moved = state, now, 0
        elif state == _HEAD and now - self.since > self.patience.head_s:
            self.transport.abort()
        elif state in (_BODY, _ANSWER) and now - self.since > self.patience.span_s:
            if self._moved < self.patience.least_bytes:
                self.transport.abort()
            self.since, self._moved = now, 0

    def _state(self) -> str:
        """What this side waits for the client to do."""
        if self.transport.get_write_buffer_size():
            return _ANSWER
        if self.conn.their_state is h11.SEND_BODY:
            return _NOTHING if self.flow.read_paused else _BODY
        if self.conn.their_state is h11.IDLE:
            return _HEAD
        return _NOTHING


def look_at(connections: Iterable[object]) -> None:
    """Hang up on those who take too long."""
    now = time.monotonic()
    for each in list(connections):
        if isinstance(each, PatientProtocol):
            each.look(now)


def _make_room(connections: Iterable[PatientProtocol], places: int) -> None:
    """Hang up on whoever has kept the hub waiting longest, of the address that holds the most such places."""
    here = [each for each in connections if not each.transport.is_closing()]
    waiting = [each for each in here if each.waits_for in (_HEAD, _BODY)]
    if len(here) <= places or not waiting:
        return
    crowd = Counter(_address(each) for each in waiting)
    most = max(crowd.values())
    crowded = [each for each in waiting if crowd[_address(each)] == most]
    min(crowded, key=lambda each: each.since).transport.abort()


def _address(connection: PatientProtocol) -> str:
    return connection.client[0] if connection.client else ""


def protocol_with(patience: Patience) -> type[PatientProtocol]:
    """The connections' class for a server with this patience."""
    room = patience.most_connections or _room()
    return type("PatientProtocol", (PatientProtocol,), {"patience": patience, "places": room})


def _room() -> int:
    """How many connections the system has room for; where it may be asked for more, it is."""
    if sys.platform == "win32":
        return _MOST_ON_WINDOWS
    import resource  # noqa: PLC0415 - not on Windows

    wanted = _MOST + _OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(16, min(_MOST, soft - _OTHER_FILES))
