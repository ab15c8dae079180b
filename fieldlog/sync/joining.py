"""Becoming one of an office's devices, and following it when its keys or this device's token change."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fieldlog.domain.errors import UsageError
from fieldlog.sync.credentials import Credential, load_credential, save_credential
from fieldlog.sync.enrol_code import EnrolCode, read_code
from fieldlog.sync.hub import LOOPBACK, HubConnection, Transport, Wait
from fieldlog.sync.office_keys import load_trust, save_trust
from fieldlog.sync.pinning import pinned_authority

if TYPE_CHECKING:
    from fieldlog.book.book import Book

_PLAIN: Final = "http://"


def join(book: "Book", address: str, typed: str, wait: Wait, transport: "Transport | None") -> None:
    """Trade the code for a token; before the code is told, the pin in it proves who is at the other end.

    Raises:
        UsageError: the code is mistyped, or would go over the network without TLS.
        NotTheOffice: another office answers; it has not seen the code.
        EnvironmentFault: the hub cannot be reached, or does not take the code.
    """
    code = read_code(typed)
    authority = _authority_for(book, address, code, transport)
    device = book.device
    with HubConnection(address, wait, transport, authority) as hub:
        admission = hub.enrol(code.secret, device.id, device.unit, book.public_key(device.id))
    save_credential(
        book.folder, Credential(address, admission.token, admission.unit, admission.role, authority=authority)
    )
    if admission.trust is not None:
        save_trust(book.folder, admission.trust)


def _authority_for(book: "Book", address: str, code: EnrolCode, transport: "Transport | None") -> str:
    if address.startswith(_PLAIN):
        if code.pin and not address.removeprefix(_PLAIN).startswith(LOOPBACK):
            raise UsageError(f"这个登记码要用加密的网址：请把 {address} 的 http:// 改成 https://；登记码没有发出去")
        return ""
    if code.pin:
        return pinned_authority(address, code.pin, transport)
    known = load_credential(book.folder, address)
    return known.authority if known else ""


def follow_office(book: "Book", hub: HubConnection, key_id: str) -> None:
    """Fetch the office's keys where they are others than this device knows; the connection has proved whose they are."""
    known = load_trust(book.folder)
    if not key_id or (known is not None and known.public.key_id == key_id):
        return
    trust = hub.office()
    save_trust(book.folder, trust)
    credential = load_credential(book.folder, hub.url)
    if credential is not None and credential.authority not in ("", trust.public.authority):
        save_credential(book.folder, replace(credential, authority=trust.public.authority))
