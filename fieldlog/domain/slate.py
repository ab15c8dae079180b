"""The slate: a code that the laptop shows for a camera to film, and that nobody can make up afterwards.

A slate is shown in runs. When a run begins, the laptop draws a secret and hashes it again and again, once for each
second that the run may last; what comes out last goes into the log as the run's commitment before the first code is
shown. The code of second `n` carries the value from which `n + 1` further hashes lead to the commitment. Whoever knows
a code can work out those before it, never one after it, and the secret is gone when the run ends: neither somebody who
edits a film nor the laptop itself can later make a code of a moment at which none was shown. Each hash takes in the
device, the document and the beginning, so that a value is worth nothing in another run. `docs/footage.md` has the bytes.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from fieldlog.domain.crockford import ID_BYTES, bytes_of, id_of
from fieldlog.domain.log_format import is_device_id

STEP_MS: Final = 1000
MOST_STEPS: Final = 3600
"""Seconds that a run may last."""
TOKEN_BYTES: Final = 12
LATE_MS: Final = 5 * 60_000
"""A run that was written so long after the moment it names was made afterwards, and every list says so."""
_NO_DOC: Final = bytes(ID_BYTES)


class Run(NamedTuple):
    """What all codes of one showing have in common."""

    log: str
    """The device that shows it."""
    doc: str
    """The inspection it is shown in, or empty."""
    start_ms: int
    """Its first second, in milliseconds since 1970 by the laptop's clock."""


class Slate(NamedTuple):
    """One code."""

    run: Run
    counter: int
    """Whole seconds since the run began."""
    token: bytes

    @property
    def moment_ms(self) -> int:
        """When it began to be shown; it is shown for one second."""
        return self.run.start_ms + self.counter * STEP_MS

    @property
    def commitment(self) -> str:
        """What the log must say of the run for this code to be real, 24 hex digits."""
        token = self.token
        for _ in range(self.counter + 1):
            token = _next(self.run, token)
        return token.hex()


class Showing:
    """The codes of one run, while it lasts."""

    def __init__(self, run: Run, secret: bytes, steps: int = MOST_STEPS) -> None:
        """`secret` is random; nobody may keep it."""
        tokens = [secret[:TOKEN_BYTES]]
        for _ in range(steps):
            tokens.append(_next(run, tokens[-1]))
        self.run = run
        self.commitment = tokens.pop().hex()
        self._tokens = tokens[::-1]

    def slate(self, counter: int) -> Slate | None:
        """The code of that second; None when the run is over."""
        return Slate(self.run, counter, self._tokens[counter]) if 0 <= counter < len(self._tokens) else None


def pack(slate: Slate) -> bytes:
    """The bytes of a code."""
    doc = bytes_of(slate.run.doc) if slate.run.doc else _NO_DOC
    return b"".join((
        doc, slate.run.start_ms.to_bytes(6), slate.counter.to_bytes(2), slate.token, slate.run.log.encode()
    ))  # fmt: skip


def unpack(data: bytes) -> Slate | None:
    """The code that these bytes are; None where they are none."""
    head = ID_BYTES + 6 + 2
    log = data[head + TOKEN_BYTES :].decode("ascii", "replace")
    counter = int.from_bytes(data[ID_BYTES + 6 : head])
    if not is_device_id(log) or counter >= MOST_STEPS:
        return None
    doc = "" if data[:ID_BYTES] == _NO_DOC else id_of(data[:ID_BYTES])
    run = Run(log, doc, int.from_bytes(data[ID_BYTES : ID_BYTES + 6]))
    return Slate(run, counter, data[head : head + TOKEN_BYTES])


def standing(slate: Slate, runs: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The row of the log's run that vouches for the code, out of those by commitment; None where there is none."""
    row = runs.get(slate.commitment)
    if row is None or (row["log"], row["inspection"], row["start_ms"]) != slate.run or slate.counter >= row["steps"]:
        return None
    return row


def _next(run: Run, token: bytes) -> bytes:
    said = f"fieldlog slate 1\n{run.log}\n{run.doc}\n{run.start_ms}\n".encode()
    return hashlib.sha256(said + token).digest()[:TOKEN_BYTES]
