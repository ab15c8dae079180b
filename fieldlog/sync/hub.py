"""One hub, as a client sees it: its calls, and what they answer.

Each request may be sent again without harm, but for enrolment, whose code works once.
"""

import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from fieldlog.sync.exchange import PIECE_BYTES, WAYS
from fieldlog.sync.hub_answers import (
    Admission,
    Answer,
    HubState,
    read_admission,
    read_answer,
    read_state,
    read_stranded,
)
from fieldlog.sync.line import PAUSES, Line, Transport, Wait
from fieldlog.sync.office_keys import OfficeTrust, read_trust

if TYPE_CHECKING:
    import httpx

PACK_TYPE: Final = "application/vnd.fieldlog.pack"

_Read = TypeVar("_Read")


class HubConnection:
    """A connection to the hub at `url`; use it as a context manager."""

    def __init__(
        self, url: str, wait: Wait = time.sleep, transport: "Transport | None" = None, authority: str = ""
    ) -> None:
        """With `authority`, PEM, nobody else vouches for the hub."""
        self.url = url
        self.token = ""
        self.speaks_for = ("", "")
        """The unit and device that the hub knows by the token; receipts are for them."""
        self.line = Line(url, wait, transport, authority)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.line.__exit__(kind, error, at)

    def use_token(self, token: str) -> None:
        """Speak as an enrolled device from now on."""
        self.token = token
        self.line.use_token(token)

    def enrol(self, code: str, device: str, unit: str, public_key: str, proof: str) -> Admission:
        """Trade a one-time code for a token; `proof` is the signature over `enrol_code.possession`.

        Raises:
            EnvironmentFault: the hub cannot be reached, or does not take the code.
        """
        wish = {"code": code, "device": device, "unit": unit, "public_key": public_key, "proof": proof}
        return self._read(read_admission, self.line.request("POST", "/v1/enrol", pauses=(), json=wish))

    def go_on_as(self, device: str, public_key: str) -> Admission:
        """A token for the log that this device goes on under; the token it spoke with so far proves that it may.

        Raises:
            EnvironmentFault: the hub cannot be reached, or refuses.
        """
        wish = {"device": device, "public_key": public_key}
        return self._read(read_admission, self.line.request("POST", "/v1/continue", json=wish))

    def office(self) -> OfficeTrust:
        """The office's keys and this unit's, as they are now.

        Raises:
            EnvironmentFault: the hub cannot be reached, or refuses.
        """
        return self._read(read_trust, self.line.request("GET", "/v1/office"))

    def say_hello(self) -> None:
        """Find out whether the hub is there, and that its certificate holds; nothing is told to it.

        Raises:
            EnvironmentFault: it cannot be reached.
            NotTheOffice: its certificate is not of the authority that this connection trusts.
        """
        self.line.request("GET", "/v1/authority")

    def new_token(self) -> str:
        """A token to use from now on; the one used so far stays good until the new one was used.

        Raises:
            EnvironmentFault: the hub cannot be reached, or refuses.
        """
        return self._read(lambda fields: str(fields["token"]), self.line.request("POST", "/v1/token"))

    def state(self, acknowledged: int = 0, roster: str | None = None) -> HubState:
        """Heads and wanted attachments, in one round trip.

        With `acknowledged`, how many entries of this device's log the hub has acknowledged, it can tell its office where
        it has fewer, being restored from a backup. With `roster`, the digest of the list of devices that is here or
        empty, it sends its own where that is another one.
        """
        headers = {} if roster is None else {"Fieldlog-Roster": roster or "none"}
        if acknowledged:
            headers["Fieldlog-Acknowledged"] = str(acknowledged)
        state = self._read(read_state, self.line.request("GET", "/v1/heads", headers=headers))
        self.speaks_for = (state.unit, state.device)
        return state

    def post(self, pack: bytes, pauses: tuple[float, ...] = PAUSES) -> Answer:
        """Send a pack; what is acknowledged is on the hub's disk."""
        headers = {"Content-Type": PACK_TYPE}
        response = self.line.request("POST", "/v1/entries", pauses=pauses, content=pack, headers=headers)
        return self._read(lambda fields: read_answer(fields, *self.speaks_for), response)

    def hand_over_case(self, log: str, doc: str, lines: list[bytes], signature: str) -> tuple[str, ...]:
        """Give the hub a case that came on paper; returns what `HubState.stranded` says now.

        Raises:
            HubRefused: the case does not hold, or its device is not known there.
            EnvironmentFault: the hub cannot be reached.
        """
        wish = {"log": log, "doc": doc, "lines": [line.decode() for line in lines], "signature": signature}
        return self._read(read_stranded, self.line.request("POST", "/v1/cases", json=wish))

    def write_again(self, log: str) -> tuple[str, ...]:
        """Have written again what stands beside the log and nobody will; returns what `HubState.stranded` says now.

        Raises:
            HubRefused: the hub says why it does not.
            EnvironmentFault: the hub cannot be reached.
        """
        return self._read(read_stranded, self.line.request("POST", "/v1/stranded", json={"log": log}))

    def entries(self, after: dict[str, int], most: int = PIECE_BYTES, pauses: tuple[float, ...] = PAUSES) -> bytes:
        """One pack of what comes after these numbers, of about `most` bytes of lines; it is empty at the end."""
        text = ",".join(f"{log}:{seq}" for log, seq in sorted(after.items()))
        wish: dict[str, str | int] = {"after": text, "ways": ",".join(WAYS)}
        if most < PIECE_BYTES:
            wish["most"] = most
        response = self.line.request("GET", "/v1/entries", pauses=pauses, params=wish)
        if response.headers.get("content-type") != PACK_TYPE:
            raise self.line.no_hub()
        return response.content

    def _read(self, read: Callable[[dict[str, Any]], _Read], response: "httpx.Response") -> _Read:
        return read_fields(self.line, read, response)


def read_fields(line: Line, read: Callable[[dict[str, Any]], _Read], response: "httpx.Response") -> _Read:
    """What `read` makes of an answer.

    Raises:
        EnvironmentFault: it is none of a hub.
    """
    try:
        fields: Any = response.json()
        if not isinstance(fields, dict) or "fieldlog" not in fields:
            raise line.no_hub()
        return read(fields)  # pyright: ignore[reportUnknownArgumentType]
    except (KeyError, ValueError, TypeError) as error:
        raise line.no_hub() from error
