"""By what names and addresses other machines may reach this one."""

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Final

_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_FAR_AWAY: Final = ("192.0.2.1", "2001:db8::1")
"""Documentation addresses (RFC 5737, 3849): a datagram socket bound for them shows the way out; nothing is sent."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def own_names(host: str) -> list[str]:
    """What a certificate for a server that listens on `host` should name."""
    names: dict[str, None] = dict.fromkeys(_LOOPBACK)
    if not _is_any(host):
        names[host] = None
    names |= dict.fromkeys([*_outward(), *_resolved()])
    return [name for name in names if _can_be_named(name)]


def reachable(host: str) -> str:
    """What to type on another machine to reach a server that listens on `host`."""
    if not _is_any(host):
        return host
    return next(_outward(), None) or socket.gethostname() or host


def _is_any(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def _outward() -> Iterator[str]:
    """The address that faces the network, of each family that has one."""
    for family, far in zip((socket.AF_INET, socket.AF_INET6), _FAR_AWAY, strict=True):
        with suppress(OSError), closing(socket.socket(family, socket.SOCK_DGRAM)) as probe:
            probe.connect((far, 9))
            yield str(probe.getsockname()[0])


def _resolved() -> Iterator[str]:
    name = socket.gethostname()
    yield name
    with suppress(OSError, UnicodeError):
        for *_, address in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM):
            yield str(address[0]).partition("%")[0]


def _can_be_named(name: str) -> bool:
    """Whether it is an address, or a host name of ASCII letters as certificates have them."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return bool(name) and name.isascii() and all(part and len(part) < 64 for part in name.split("."))
    return True
