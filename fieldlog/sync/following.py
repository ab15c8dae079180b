"""A device follows its office to new keys: by the word of the keys that it knows, and in no other way."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fieldlog.sync.credentials import load_credential, pinned_credentials, save_credential
from fieldlog.sync.enrol_code import NotTheOffice
from fieldlog.sync.hub import HubConnection
from fieldlog.sync.hub_answers import HubState
from fieldlog.sync.office_keys import OfficeTrust, load_trust, save_trust
from fieldlog.sync.receipts import Receipt, WrongReceipt, check_receipt
from fieldlog.sync.succession import Statement, steps_after

if TYPE_CHECKING:
    from fieldlog.book.book import Book

NOT_SIGNED: Final = "给出的办公室新密钥没有本机所知的旧密钥签名，可能有人冒充，没有采用；请到办公室核实，办公室确实另建过密钥的，要新的登记码再登记一次"


def lead_on(known: OfficeTrust, succession: tuple[Statement, ...]) -> OfficeTrust | None:
    """What a device knows once it followed the statements from the keys it knows; None where they do not hold.

    What it knew of earlier changes stays; the unit's key does not change with the office's.
    """
    steps = steps_after(known.public.signing_key, succession)
    if steps is None:
        return None
    if not steps:
        return known
    return replace(known, public=steps[-1].public, succession=(*known.succession, *steps))


def follow_told(known: OfficeTrust, told: OfficeTrust, where: str) -> OfficeTrust:
    """What a device knows after a hub, named by `where`, told it its office's keys.

    One that lags behind, or was put back to older keys of this office, changes nothing.

    Raises:
        NotTheOffice: the keys that this device knows did not sign the ones that it is told.
    """
    if told.public.signing_key in known.signing_keys:
        return known
    followed = lead_on(known, told.succession)
    if followed is None or followed.public != told.public:
        raise NotTheOffice(f"{where} {NOT_SIGNED}")
    return followed


def adopt(folder: Path, known: OfficeTrust, followed: OfficeTrust) -> None:
    """Keep other keys of the office, and go by its new authority wherever the old one was gone by.

    Cut off in between, the old authority still leads to the office, and the next synchronisation ends it.

    Raises:
        EnvironmentFault: the disk refused.
    """
    if followed == known:
        return
    save_trust(folder, followed)
    for credential in pinned_credentials(folder):
        if credential.authority == known.public.authority:
            save_credential(folder, replace(credential, authority=followed.public.authority))


def follow_office(book: "Book", hub: HubConnection, state: HubState) -> None:
    """Follow the office to other keys where it has them, and fetch a new token where it asks for that.

    A token is kept before it is used: the old one works until then.

    Raises:
        NotTheOffice: whoever answers has keys that the ones known here did not sign.
    """
    known = load_trust(book.folder)
    if state.office_key_id and (known is None or known.public.key_id != state.office_key_id):
        told = hub.office()
        if known is None:
            save_trust(book.folder, told)
        else:
            adopt(book.folder, known, follow_told(known, told, hub.url))
    trust, credential = load_trust(book.folder), load_credential(book.folder, hub.url)
    if credential is None:
        return
    if trust is not None and trust.public.key_id == state.office_key_id and credential.authority:
        known_by = replace(credential, authority=trust.public.authority)
        if known_by != credential:
            save_credential(book.folder, known_by)
            credential = known_by
    if state.rotate:
        token = hub.new_token()
        save_credential(book.folder, replace(credential, token=token, previous=hub.token))
        hub.use_token(token)


class OfficeWord:
    """What the office signs in the course of one synchronisation, also where its keys change in the middle of it."""

    def __init__(self, book: "Book", hub: HubConnection) -> None:
        self._book = book
        self._hub = hub
        self.trust: OfficeTrust | None = None

    def follow(self, state: HubState) -> None:
        """Go by the keys that the hub names; raises as `follow_office`."""
        follow_office(self._book, self._hub, state)
        self.trust = load_trust(self._book.folder)

    def is_of_now(self, state: HubState) -> bool:
        """Whether the hub goes by the keys that are known here; another process of it may lag a second behind."""
        return self.trust is None or state.office_key_id in ("", self.trust.public.key_id)

    def check(self, receipt: Receipt | None) -> None:
        """See that the office signed it.

        Raises:
            WrongReceipt: it did not.
        """
        try:
            check_receipt(receipt, self.trust)
        except WrongReceipt:
            self.follow(self._hub.state())
            check_receipt(receipt, self.trust)
