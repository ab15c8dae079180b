"""A line to a hub on this machine as a village has it: slow, far, and cut every few seconds; or only counted.

It relays TCP. All connections share the line's rate in each direction; what is under way when the line is cut is lost,
and both ends see a reset.
"""

import queue
import random
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Self

_CHUNK: Final = 4096
_BUFFER: Final = 16 * 1024
"""What a sender may believe to be sent while it still waits for the line."""
_RESET: Final = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Shape:
    """How bad the line is; as it stands, it is as good as none."""

    bits_per_second: float = 0
    """In each direction; 0 is without limit."""
    round_trip_s: float = 0
    cut_every_s: float = 0
    """In the middle, counted from when the line is made; 0 is never. Between a half and one and a half of it, the same each time,
    since what just fits between regular cuts would always or never get through."""


BAD: Final = Shape(1_000_000, 0.2, 5)
"""1 Mbit/s, 200 ms there and back, cut every five seconds or so."""


class SlowLine:
    """Relays to `port` on this machine; `url` is where clients go. Use it as a context manager."""

    def __init__(self, port: int, shape: Shape = Shape()) -> None:
        self._port = port
        self._shape = shape
        self._up, self._down = _Direction(shape.bits_per_second), _Direction(shape.bits_per_second)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self.cuts = 0
        """How often a connection was cut that something was going through."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        _go(self._accept)
        if shape.cut_every_s:
            _go(self._cut)

    @property
    def bytes_up(self) -> int:
        """Sent towards the hub so far, requests with their headers; TCP's own bytes are not counted."""
        return self._up.bytes

    @property
    def bytes_down(self) -> int:
        """Sent by the hub so far."""
        return self._down.bytes

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._listener.close()
        self._reset()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._port))
                for end in (near, far):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with self._lock:
                    self._open |= {near, far}
                self._relay(near, far, self._up, self._shape.round_trip_s)  # connecting takes a round trip, too
                self._relay(far, near, self._down, 0)

    def _relay(self, source: socket.socket, target: socket.socket, direction: "_Direction", first_s: float) -> None:
        arriving: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        not_before = time.monotonic() + first_s

        def read() -> None:
            data = b"begin"
            while data:
                try:
                    data = source.recv(_CHUNK)
                except OSError:
                    data = b""
                sent = direction.carry(len(data), not_before)
                arriving.put((sent + self._shape.round_trip_s / 2, data))

        def deliver() -> None:
            with suppress(OSError):
                while True:
                    due, data = arriving.get()
                    time.sleep(max(0.0, due - time.monotonic()))
                    if not data:
                        break
                    target.sendall(data)
            with suppress(OSError):
                target.shutdown(socket.SHUT_WR)

        _go(read)
        _go(deliver)

    def _cut(self) -> None:
        chance = random.Random(5)
        while not self._ended.wait(self._shape.cut_every_s * chance.uniform(0.5, 1.5)):
            self._reset()

    def _reset(self) -> None:
        with self._lock:
            ends, self._open = self._open, set()
        alive = False
        for end in ends:
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                end.shutdown(socket.SHUT_RDWR)
                alive = True
            end.close()
        self.cuts += alive


class _Direction:
    """One direction of the line, which all connections share."""

    def __init__(self, bits_per_second: float) -> None:
        self._seconds_per_byte = 8 / bits_per_second if bits_per_second else 0.0
        self._lock = threading.Lock()
        self._free_at = 0.0
        self.bytes = 0

    def carry(self, length: int, not_before: float) -> float:
        """Wait until that many bytes are on the line; returns when the last of them is."""
        with self._lock:
            self.bytes += length
            self._free_at = max(time.monotonic(), not_before, self._free_at) + length * self._seconds_per_byte
            sent = self._free_at
        time.sleep(max(0.0, sent - time.monotonic()))
        return sent


def _go(task: Callable[[], None]) -> None:
    threading.Thread(target=task, daemon=True).start()
