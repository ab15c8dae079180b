"""TLS that trusts one authority, the office's own, and nothing else.

Neither names nor times in certificates are looked at: a township has no domain name, its addresses change, and a
laptop's clock may be wrong by a year. `docs/decisions/0010-pinned-authority.md` says why that is safe.
"""

import hmac
import ssl
from typing import TYPE_CHECKING, Any, Final

from fieldlog.domain.errors import EnvironmentFault
from fieldlog.sync.enrol_code import NotTheOffice, pin_of

if TYPE_CHECKING:
    import httpx

_NO_CHECK_TIME: Final = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which Python has no name for."""
_LARGEST_ANSWER: Final = 64 * 1024
_SECONDS: Final = 15
_MOST_AUTHORITIES: Final = 4
"""Codes last a day, and each one costs an scrypt."""


def trusting_only(authority: str) -> ssl.SSLContext:
    """A context in which a server must prove that the authority (PEM) issued its certificate.

    Raises:
        ssl.SSLError, ValueError: that is no certificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cadata=authority)
    context.verify_flags |= _NO_CHECK_TIME
    return context


def pinned_authority(url: str, pin: str, transport: "httpx.BaseTransport | None" = None) -> str:
    """Ask the hub at `url` for its authority and hold it against the pin; nothing is told to the hub.

    A code from before the office's keys changed is for the authority before, which vouches for the one after it.

    Raises:
        NotTheOffice: it is another one; somebody may be in between.
        EnvironmentFault: nothing answers there.
    """
    for authority in _ask(url, transport):
        if hmac.compare_digest(pin_of(authority), pin):
            return authority
    raise NotTheOffice(
        f"{url} 不是发这个登记码的办公室，可能有人冒充；登记码没有发出去，仍可使用：请核对网址，再向办公室要登记码"
    )


def _ask(url: str, transport: "httpx.BaseTransport | None") -> list[str]:
    import httpx  # noqa: PLC0415 - 60 ms

    unproven = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    unproven.check_hostname = False
    unproven.verify_mode = ssl.CERT_NONE  # what comes is held against the pin
    try:
        with (
            httpx.Client(base_url=url, transport=transport, verify=unproven, timeout=_SECONDS) as client,
            client.stream("GET", "/v1/authority") as response,
        ):
            content = bytearray()
            for piece in response.iter_bytes():
                content += piece
                if len(content) > _LARGEST_ANSWER:
                    break
            response.raise_for_status()
        return _authorities_in(bytes(content))
    except (httpx.HTTPStatusError, ValueError) as error:
        raise EnvironmentFault(f"{url} 不是 fieldlog 的办公室服务，请核对地址和端口；登记码没有发出去") from error
    except httpx.TransportError as error:
        raise EnvironmentFault(
            f"连不上办公室 {url}：请检查网络和网址，或请办公室确认服务已启动；登记码没有发出去"
        ) from error


def _authorities_in(content: bytes) -> list[str]:
    import orjson  # noqa: PLC0415

    fields: Any = orjson.loads(content)
    if not isinstance(fields, dict) or not isinstance(fields.get("authority"), str):  # pyright: ignore[reportUnknownMemberType]
        raise ValueError("authority")
    earlier: Any = fields.get("earlier", [])  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    if not isinstance(earlier, list):
        raise ValueError("earlier")
    told: list[object] = [fields["authority"], *earlier]
    return [str(each) for each in told[:_MOST_AUTHORITIES]]
