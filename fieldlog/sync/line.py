"""The line to a hub: one request at a time, tried again where that helps, and every failure in one Chinese line."""

import ssl
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from ipaddress import ip_address
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias
from urllib.parse import urlsplit

from fieldlog.domain.errors import EnvironmentFault, FieldlogError, UsageError
from fieldlog.sync.enrol_code import LONG, NotTheOffice
from fieldlog.sync.exchange import PIECE_BYTES
from fieldlog.sync.pinning import trusting_only

if TYPE_CHECKING:
    import httpx

PAUSES: Final = (0.3, 1.0, 3.0)
"""Seconds to wait before each further try without any progress."""

_CONNECT_SECONDS: Final = 10
_ANSWER_SECONDS: Final = 60
_LONGEST_WISHED_PAUSE: Final = 30
_LEAST_BYTES: Final = 64 * 1024
_CALM: Final = 8
"""So many pieces in a row, before larger ones are tried."""
_BUSY: Final = (502, 503, 504)

Wait = Callable[[float], None]
Transport: TypeAlias = "httpx.BaseTransport"
"""What carries requests to the hub: the network, or whatever stands in for it."""


class HubRefused(EnvironmentFault):
    """The hub answered, and said no; the message is the hub's own."""


class HubBusy(HubRefused):
    """Not now: the same request may be sent again after `after_s` seconds."""

    def __init__(self, why: str, after_s: float = 0) -> None:
        super().__init__(why)
        self.after_s = after_s


class LineCut(EnvironmentFault):
    """No answer came: the hub cannot be reached, or the connection was cut; nobody knows whether the request arrived."""


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


def is_on_this_machine(url: str) -> bool:
    """Whether only this machine can answer at `url`; a name that merely begins like it, `127.0.0.1.example`, is elsewhere."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class Patience:
    """How often to try again: as long as something moves; where nothing does, a few times."""

    def __init__(self, wait: Wait, pauses: tuple[float, ...] = PAUSES) -> None:
        self._wait = wait
        self._pauses = pauses
        self._in_vain = 0

    def moved(self) -> None:
        """Something got through since the last failure."""
        self._in_vain = 0

    def after(self, error: LineCut | HubBusy) -> None:
        """Wait before the next try; raises the error where there has been enough of it."""
        if self._in_vain >= len(self._pauses):
            raise error
        pause = self._pauses[self._in_vain]
        self._in_vain += 1
        self._wait(max(pause, error.after_s if isinstance(error, HubBusy) else 0))


class Stride:
    """How much to send or ask for at once: less where the line is cut, since a piece that was cut has to go again."""

    def __init__(self, wait: Wait) -> None:
        self.bytes = PIECE_BYTES
        """Of lines, before they are packed."""
        self._patience = Patience(wait)
        self._in_a_row = 0

    def through(self) -> None:
        """A piece got through."""
        self._patience.moved()
        self._in_a_row += 1
        if self._in_a_row >= _CALM:
            self._in_a_row, self.bytes = 0, min(PIECE_BYTES, self.bytes * 2)

    def cut(self, error: LineCut | HubBusy) -> None:
        """One did not: wait and make it smaller; raises the error where not even small ones get through."""
        self._in_a_row, self.bytes = 0, max(_LEAST_BYTES, self.bytes // 4)
        self._patience.after(error)


class Line:
    """A connection to whatever answers at `url`; use it as a context manager."""

    def __init__(
        self, url: str, wait: Wait = time.sleep, transport: "Transport | None" = None, authority: str = ""
    ) -> None:
        """With `authority`, PEM, nobody else vouches for the hub."""
        import httpx  # noqa: PLC0415 - 60 ms

        self.url = url
        self._pinned = bool(authority)
        self.wait = wait
        self._failures = httpx.TransportError
        self._client = httpx.Client(
            base_url=url,
            transport=transport,  # the network, unless told otherwise
            timeout=httpx.Timeout(_ANSWER_SECONDS, connect=_CONNECT_SECONDS),
            # without TLS, loading the public authorities would take most of the time, and an empty context some
            verify=trusting_only(authority) if authority else url.startswith("https:") or _trusting_nobody(),
            trust_env=not is_on_this_machine(url),  # a proxy knows nothing of this machine
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._client.close()

    def use_token(self, token: str) -> None:
        """Speak as an enrolled device from now on."""
        self._client.headers["Authorization"] = f"Bearer {token}"

    def request(
        self,
        method: str,
        path: str,
        *,
        pauses: tuple[float, ...] = PAUSES,
        allowed: tuple[int, ...] = (),
        **content: Any,  # noqa: ANN401 - passed on to httpx
    ) -> "httpx.Response":
        """Send a request that may be sent twice without harm, and again where no answer comes.

        Raises:
            LineCut: no answer came, however often it was tried.
            HubRefused: the hub said no.
            EnvironmentFault: whatever answers is no hub.
        """
        patience = Patience(self.wait, pauses)
        while True:
            try:
                return self._checked(self._client.request(method, path, **content), allowed)
            except self._failures as error:
                cut = self._unreachable(error)
                if not isinstance(cut, LineCut):
                    raise cut from error
                patience.after(cut)
            except HubBusy as error:
                patience.after(error)

    def chunks(self, path: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes from `start` to before `end` of what stands at `path`, as they come; one try.

        Raises:
            LineCut: it was cut; what was given out counts.
            HubRefused: the hub said no.
            EnvironmentFault: whatever answers is no hub.
        """
        try:
            with self._client.stream("GET", path, headers={"Range": f"bytes={start}-{end - 1}"}) as response:
                if not response.is_success:
                    response.read()
                self._checked(response, ())
                if response.status_code != 206:
                    raise self.no_hub()
                yield from response.iter_raw()
        except self._failures as error:
            raise self._unreachable(error) from error

    def _checked(self, response: "httpx.Response", allowed: tuple[int, ...]) -> "httpx.Response":
        if response.is_success or response.status_code in allowed:
            return response
        said = _error_in(response)
        why = said or str(self.no_hub())
        wished = response.headers.get("retry-after", "") if response.status_code == 429 else ""
        if response.status_code in _BUSY or wished.isdecimal():
            raise HubBusy(why, min(int(wished or 0), _LONGEST_WISHED_PAUSE))
        raise HubRefused(why) if said else self.no_hub()

    def no_hub(self) -> FieldlogError:
        """Whatever answers is not a hub."""
        return EnvironmentFault(f"{self.url} 不是 fieldlog 的办公室服务，请核对地址和端口")

    def _unreachable(self, error: Exception) -> FieldlogError:
        import httpx  # noqa: PLC0415

        if _is_tls(error) and self._pinned:
            return NotTheOffice(
                f"{self.url} 不是登记过的那个办公室，可能有人冒充，没有同步；办公室若另建过密钥，或恢复了换下的旧密钥，请要新的登记码，再登记一次"
            )
        if _is_tls(error):
            return EnvironmentFault(
                f"{self.url} 的证书不可信，为防止有人冒充，没有同步；第一次同步请用办公室给的 {LONG} 位登记码"
            )
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            return LineCut(f"连不上办公室 {self.url}：请检查网络，或请办公室确认服务已启动；本机的记录都在")
        return LineCut(f"与办公室 {self.url} 的连接断了，办公室已确认的不用重传；请稍后再同步")


@lru_cache(maxsize=1)
def _trusting_nobody() -> ssl.SSLContext:
    """For a line without TLS: should anything on it come to speak TLS after all, no certificate holds."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _error_in(response: "httpx.Response") -> str:
    """What the hub says is wrong, in one line; empty where it is no hub that says it."""
    if not response.headers.get("content-type", "").startswith("application/json"):
        return ""
    try:
        said: Any = response.json()
        return " ".join(str(said["error"]).split())
    except (ValueError, KeyError, TypeError):
        return ""


def _is_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False
