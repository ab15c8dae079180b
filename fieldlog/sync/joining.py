"""Becoming one of an office's devices."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fieldlog.book.device import Device, sign
from fieldlog.domain.errors import EnvironmentFault, UsageError
from fieldlog.sync.credentials import Credential, load_credential, pinned_credentials, save_credential
from fieldlog.sync.enrol_code import EnrolCode, NotTheOffice, possession, read_code
from fieldlog.sync.hub import HubConnection
from fieldlog.sync.hub_answers import HubState
from fieldlog.sync.line import HubRefused, Transport, Wait, is_on_this_machine
from fieldlog.sync.office_keys import save_trust
from fieldlog.sync.pinning import pinned_authority
from fieldlog.sync.roster import digest_here

if TYPE_CHECKING:
    from fieldlog.book.book import Book

_PLAIN: Final = "http://"


class NotEnrolled(EnvironmentFault):
    """This device has no token for that hub; an enrolment code gets it one."""


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
    proof = sign(book.folder, device.id, possession(code.secret, device.id))
    with HubConnection(address, wait, transport, authority) as hub:
        admission = hub.enrol(code.secret, device.id, device.unit, book.public_key(device.id), proof)
    if authority and admission.trust is not None:  # the code may be from before the office's keys changed
        authority = admission.trust.public.authority
    save_credential(
        book.folder, Credential(address, admission.token, admission.unit, admission.role, authority=authority)
    )
    if admission.trust is not None:
        save_trust(book.folder, admission.trust)


def _authority_for(book: "Book", address: str, code: EnrolCode, transport: "Transport | None") -> str:
    if address.startswith(_PLAIN):
        if code.pin and not is_on_this_machine(address):
            raise UsageError(f"这个登记码要用加密的网址：请把 {address} 的 http:// 改成 https://；登记码没有发出去")
        return ""
    if code.pin:
        return pinned_authority(address, code.pin, transport)
    known = load_credential(book.folder, address)
    return known.authority if known else ""


def may_be_known(folder: Path, address: str) -> bool:
    """Whether this device has a token for `address`, or one for an office that may have moved there."""
    moved = not address.startswith(_PLAIN) and bool(pinned_credentials(folder))
    return moved or load_credential(folder, address) is not None


def credential_for(book: "Book", address: str, wait: Wait, transport: "Transport | None") -> Credential:
    """The credential for the hub at `address`, also where the office has moved there: its authority proves that it did.

    Raises:
        NotEnrolled: this device has no token for it.
        EnvironmentFault: the hub cannot be reached.
    """
    credential = load_credential(book.folder, address)
    if credential is not None:
        return credential
    for known in pinned_credentials(book.folder):
        if address.startswith(_PLAIN):
            break
        with HubConnection(address, wait, transport, known.authority) as hub:
            try:
                hub.say_hello()
            except NotTheOffice:
                continue
        moved = replace(known, url=address)
        save_credential(book.folder, moved)
        return moved
    raise NotEnrolled(
        f"本机还没有在 {address} 登记：请办公室用 fieldlog office enrol 给一个登记码，"
        f"再运行 fieldlog sync {address} --enrol 登记码"
    )


def any_state(book: "Book", hub: HubConnection, acknowledged: int) -> HubState:
    """What the hub holds; one that was restored may know only an older token, from before a new token or a new log."""
    try:
        return hub.state(acknowledged, digest_here(book))
    except HubRefused as refused:
        credential = load_credential(book.folder, hub.url)
        for token in filter(None, (credential.previous, credential.before) if credential else ()):
            hub.use_token(token)
            with suppress(HubRefused):
                state = hub.state(0, digest_here(book))
                if credential is not None and token == credential.previous:
                    save_credential(book.folder, replace(credential, token=token, previous=""))
                return state
        raise refused from None


def require_own(device: Device, state: HubState) -> None:
    """See that the token is this device's.

    Raises:
        EnvironmentFault: it is another one's, as in a data folder that was copied.
    """
    if (state.device, state.unit) != (device.id, device.unit):
        raise EnvironmentFault(
            f"本机的令牌属于 {state.unit} 的 {state.device}，而本机是 {device.unit} 的 {device.id}："
            "数据文件夹是从别的电脑复制来的，请重新登记"
        )


def take_along(book: "Book", hub: HubConnection) -> HubState:
    """Bind the log that this device goes on under to the device that the hub knows."""
    device = book.device
    admission = hub.go_on_as(device.id, book.public_key(device.id))
    known = load_credential(book.folder, hub.url)
    before = (known.before or known.token) if known else ""
    authority = known.authority if known else ""
    given = Credential(hub.url, admission.token, admission.unit, admission.role, before, authority)
    save_credential(book.folder, given)
    hub.use_token(admission.token)
    return hub.state()
