"""One hub, as a client sees it: requests with retries, and every failure in one Chinese line.

Each request may be sent again without harm, but for enrolment, whose code works once.
"""

import re
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias

from fieldlog.domain.errors import EnvironmentFault, FieldlogError, UsageError
from fieldlog.domain.heads import Head, Refusal
from fieldlog.sync.enrol_code import LONG, NotTheOffice
from fieldlog.sync.exchange import PLAIN, WAYS, heads_from_json
from fieldlog.sync.office_keys import OfficeTrust, read_trust
from fieldlog.sync.pinning import trusting_only
from fieldlog.sync.receipts import Receipt, receipt_in

if TYPE_CHECKING:
    import httpx

PAUSES: Final = (0.3, 1.0, 3.0)
"""Seconds to wait before each further try."""
PACK_TYPE: Final = "application/vnd.fieldlog.pack"
BLOB_PIECE_BYTES: Final = 4 * 1024 * 1024

_CONNECT_SECONDS: Final = 10
_ANSWER_SECONDS: Final = 60
_LONGEST_WISHED_PAUSE: Final = 30
_MOST_MISPLACED: Final = 3
LOOPBACK: Final = ("127.", "localhost", "::1", "[::1]")

Wait = Callable[[float], None]
Transport: TypeAlias = "httpx.BaseTransport"
"""What carries requests to the hub: the network, or whatever stands in for it."""


@dataclass(frozen=True, slots=True)
class HubState:
    """What the hub holds for this device's unit."""

    unit: str
    device: str
    heads: dict[str, Head]
    wanted: tuple[str, ...]
    """Attachments it has not got."""
    now: int = 0
    """What its clock says, in milliseconds since 1970; 0 where it does not say."""
    ways: tuple[str, ...] = (PLAIN,)
    """Of packs that it reads; an older hub does not say."""
    office_key_id: str = ""
    """Which keys the office has now; empty where the hub is too old to have any."""
    role: str = ""
    """The role that the office gave this device."""
    roster: dict[str, Any] | None = None
    """The signed list of the unit's devices, where it is another one than the device said it has."""
    rotate: bool = False
    """Whether this device is to fetch a new token."""
    receipt: Receipt | None = None
    """Not checked yet; None of a hub that is too old to give one."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The hub's acknowledgement of a pack."""

    received: int
    known: int
    refused: tuple[Refusal, ...]
    heads: dict[str, Head]
    wanted: tuple[str, ...]
    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """What enrolment gave."""

    token: str
    unit: str
    role: str
    trust: OfficeTrust | None
    """The office's keys; None of a hub that is too old to have any."""


class HubRefused(EnvironmentFault):
    """The hub answered, and said no; the message is the hub's own."""


def hub_address(url: str) -> str:
    """The hub's URL in one form.

    Raises:
        UsageError: it is no http(s) URL, or holds a password or a query.
    """
    import httpx  # noqa: PLC0415 - 60 ms

    try:
        parsed = httpx.URL(url.strip())
    except (httpx.InvalidURL, ValueError) as error:
        raise UsageError(f"{url} 不是办公室的地址，应像 https://192.168.1.10:8470") from error
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.userinfo or parsed.query or parsed.fragment:
        raise UsageError(f"{url} 不是办公室的地址，应像 https://192.168.1.10:8470，不带密码和参数")
    return str(parsed).rstrip("/")


class HubConnection:
    """A connection to the hub at `url`; use it as a context manager."""

    def __init__(
        self, url: str, wait: Wait = time.sleep, transport: "Transport | None" = None, authority: str = ""
    ) -> None:
        """With `authority`, PEM, nobody else vouches for the hub."""
        import httpx  # noqa: PLC0415 - 60 ms

        self.url = url
        self.token = ""
        self._pinned = bool(authority)
        self._speaks_for = ("", "")
        """The unit and device that the hub knows by the token; receipts are for them."""
        self._wait = wait
        self._failures = httpx.TransportError
        self._client = httpx.Client(
            base_url=url,
            transport=transport,  # the network, unless told otherwise
            timeout=httpx.Timeout(_ANSWER_SECONDS, connect=_CONNECT_SECONDS),
            verify=trusting_only(authority)
            if authority
            else url.startswith("https:"),  # without TLS, loading the authorities would take most of the time
            trust_env=not url.partition("://")[2].startswith(LOOPBACK),  # a proxy knows nothing of this machine
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._client.close()

    def use_token(self, token: str) -> None:
        """Speak as an enrolled device from now on."""
        self.token = token
        self._client.headers["Authorization"] = f"Bearer {token}"

    def enrol(self, code: str, device: str, unit: str, public_key: str) -> Admission:
        """Trade a one-time code for a token.

        Raises:
            EnvironmentFault: the hub cannot be reached, or does not take the code.
        """
        wish = {"code": code, "device": device, "unit": unit, "public_key": public_key}
        fields = self._fields(self._request("POST", "/v1/enrol", pauses=(), json=wish))
        return self._admission(fields)

    def go_on_as(self, device: str, public_key: str) -> Admission:
        """A token for the log that this device goes on under; the token it spoke with so far proves that it may.

        Raises:
            EnvironmentFault: the hub cannot be reached, or refuses.
        """
        wish = {"device": device, "public_key": public_key}
        fields = self._fields(self._request("POST", "/v1/continue", json=wish))
        return self._admission(fields)

    def office(self) -> OfficeTrust:
        """The office's keys and this unit's, as they are now.

        Raises:
            EnvironmentFault: the hub cannot be reached, or refuses.
        """
        try:
            return read_trust(self._fields(self._request("GET", "/v1/office")))
        except ValueError as error:
            raise self._no_hub() from error

    def say_hello(self) -> None:
        """Find out whether the hub is there, and that its certificate holds; nothing is told to it.

        Raises:
            EnvironmentFault: it cannot be reached.
            NotTheOffice: its certificate is not of the authority that this connection trusts.
        """
        self._request("GET", "/v1/authority")

    def new_token(self) -> str:
        """A token to use from now on; the one used so far stays good until the new one was used.

        Raises:
            EnvironmentFault: the hub cannot be reached, or refuses.
        """
        try:
            return str(self._fields(self._request("POST", "/v1/token"))["token"])
        except KeyError as error:
            raise self._no_hub() from error

    def state(self, acknowledged: int = 0, roster: str | None = None) -> HubState:
        """Heads and wanted attachments, in one round trip.

        With `acknowledged`, how many entries of this device's log the hub has acknowledged, it can tell its office where
        it has fewer, being restored from a backup. With `roster`, the digest of the list of devices that is here or
        empty, it sends its own where that is another one.
        """
        headers = {} if roster is None else {"Fieldlog-Roster": roster or "none"}
        if acknowledged:
            headers["Fieldlog-Acknowledged"] = str(acknowledged)
        fields = self._fields(self._request("GET", "/v1/heads", headers=headers))
        try:
            self._speaks_for = (str(fields["unit"]), str(fields["device"]))
            return HubState(
                *self._speaks_for,
                heads_from_json(fields["heads"]),
                _texts(fields["wanted"]),
                int(fields.get("now", 0)),
                _texts(fields.get("ways", [PLAIN])),
                str(fields.get("office_key_id", "")),
                str(fields.get("role", "")),
                fields.get("roster"),
                fields.get("rotate") is True,
                receipt=receipt_in(fields, *self._speaks_for),
            )
        except (KeyError, ValueError, TypeError) as error:
            raise self._no_hub() from error

    def post(self, pack: bytes) -> Answer:
        """Send a pack; what is acknowledged is on the hub's disk."""
        fields = self._fields(self._request("POST", "/v1/entries", content=pack, headers={"Content-Type": PACK_TYPE}))
        try:
            refused = tuple(Refusal(str(one["log"]), int(one["seq"]), str(one["why"])) for one in fields["refused"])
            return Answer(
                int(fields["received"]),
                int(fields["known"]),
                refused,
                heads_from_json(fields["heads"]),
                _texts(fields["wanted"]),
                receipt_in(fields, *self._speaks_for),
            )
        except (KeyError, ValueError, TypeError) as error:
            raise self._no_hub() from error

    def entries(self, after: dict[str, int]) -> bytes:
        """One pack of what comes after these numbers; it is empty at the end."""
        text = ",".join(f"{log}:{seq}" for log, seq in sorted(after.items()))
        response = self._request("GET", "/v1/entries", params={"after": text, "ways": ",".join(WAYS)})
        if response.headers.get("content-type") != PACK_TYPE:
            raise self._no_hub()
        return response.content

    def put_blob(self, sha256: str, path: Path) -> Receipt | None:
        """Bring an attachment, from where an earlier try was cut; where it is there already, only ask for its receipt.

        Raises:
            EnvironmentFault: the hub did not take it.
        """
        total = path.stat().st_size
        address = f"/v1/blobs/{sha256}"
        answer = self._request("HEAD", address, allowed=(404,))
        misplaced = 0
        with path.open("rb") as stream:
            while answer.status_code != 201:
                misplaced += answer.status_code == 409
                if misplaced > _MOST_MISPLACED:
                    raise HubRefused("同一附件有两处在同时上传，请稍后再同步")
                start = _offset(answer) if _offset(answer) < total else 0
                stream.seek(start)
                piece = stream.read(BLOB_PIECE_BYTES)
                headers = {"Content-Range": f"bytes {start}-{start + len(piece) - 1}/{total}"} if piece else {}
                answer = self._request("PUT", address, allowed=(409,), content=piece, headers=headers)
        try:
            return receipt_in(self._fields(answer), *self._speaks_for)
        except ValueError as error:
            raise self._no_hub() from error

    def blob(self, sha256: str) -> Iterator[bytes] | None:
        """The attachment's bytes, going on where a connection is cut; None where the hub has not got it either."""
        head = self._request("HEAD", f"/v1/blobs/{sha256}", allowed=(404,))
        if head.status_code == 404:
            return None
        length = head.headers.get("content-length", "")
        if not length.isdecimal():  # a proxy that knows nothing of us may leave it out
            raise self._no_hub()
        return self._blob_pieces(sha256, int(length))

    def _blob_pieces(self, sha256: str, total: int) -> Iterator[bytes]:
        start = 0
        while start < total:
            span = {"Range": f"bytes={start}-{min(start + BLOB_PIECE_BYTES, total) - 1}"}
            content = self._request("GET", f"/v1/blobs/{sha256}", headers=span).content
            if not content:
                raise self._no_hub()
            start += len(content)
            yield content

    def _request(
        self,
        method: str,
        path: str,
        *,
        pauses: tuple[float, ...] = PAUSES,
        allowed: tuple[int, ...] = (),
        **content: Any,  # noqa: ANN401 - passed on to httpx
    ) -> "httpx.Response":
        for pause in (*pauses, None):
            try:
                response = self._client.request(method, path, **content)
            except self._failures as error:
                if pause is None or _is_tls(error):
                    raise self._unreachable(error) from error
            else:
                wished = response.headers.get("retry-after", "") if response.status_code == 429 else ""
                if pause is None or (response.status_code not in (502, 503, 504) and not wished.isdecimal()):
                    return self._checked(response, allowed)
                pause = max(pause, min(int(wished or 0), _LONGEST_WISHED_PAUSE))  # noqa: PLW2901
            self._wait(pause)
        raise AssertionError  # pragma: no cover - the loop returns or raises

    def _checked(self, response: "httpx.Response", allowed: tuple[int, ...]) -> "httpx.Response":
        if response.is_success or response.status_code in allowed:
            return response
        said: Any = None
        if response.headers.get("content-type", "").startswith("application/json"):
            try:
                said = response.json()
            except ValueError:
                said = None
        if not isinstance(said, dict) or "error" not in said:
            raise self._no_hub()
        fields: dict[str, Any] = said  # pyright: ignore[reportUnknownVariableType]
        raise HubRefused(" ".join(str(fields["error"]).split()))

    def _fields(self, response: "httpx.Response") -> dict[str, Any]:
        try:
            fields: Any = response.json()
        except ValueError as error:
            raise self._no_hub() from error
        if not isinstance(fields, dict) or "fieldlog" not in fields:
            raise self._no_hub()
        return fields  # pyright: ignore[reportUnknownVariableType]

    def _admission(self, fields: dict[str, Any]) -> Admission:
        try:
            trust = read_trust(fields) if "office" in fields else None
            return Admission(str(fields["token"]), str(fields["unit"]), str(fields["role"]), trust)
        except (KeyError, ValueError) as error:
            raise self._no_hub() from error

    def _no_hub(self) -> FieldlogError:
        return EnvironmentFault(f"{self.url} 不是 fieldlog 的办公室服务，请核对地址和端口")

    def _unreachable(self, error: Exception) -> FieldlogError:
        import httpx  # noqa: PLC0415

        if _is_tls(error) and self._pinned:
            return NotTheOffice(
                f"{self.url} 不是登记过的那个办公室，可能有人冒充，没有同步；办公室若换过密钥，请要新的登记码，再登记一次"
            )
        if _is_tls(error):
            return EnvironmentFault(
                f"{self.url} 的证书不可信，为防止有人冒充，没有同步；第一次同步请用办公室给的 {LONG} 位登记码"
            )
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            return EnvironmentFault(f"连不上办公室 {self.url}：请检查网络，或请办公室确认服务已启动；本机的记录都在")
        return EnvironmentFault(f"与办公室 {self.url} 的连接断了，办公室已确认的不用重传；请稍后再同步")


def _is_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _offset(response: "httpx.Response") -> int:
    text = response.headers.get("upload-offset", "0")
    return int(text) if re.fullmatch(r"\d{1,15}", text) else 0


def _texts(values: list[Any]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)
