"""What stands in the office's file of keys: those in use, those about to be, and what is kept of those before.

All of it is one file that is replaced as a whole, so that a change of keys that is cut off is either done or not.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import tomli_w

from fieldlog.book.durable import only_owner, replace_file
from fieldlog.sync.succession import OfficePublic, Statement, read_statement

FILE: Final = "keys.toml"


@dataclass(frozen=True, slots=True)
class KeySet:
    """Keys that change together."""

    signing_key: str
    """Ed25519 private key, hex."""
    age_identity: str
    """`AGE-SECRET-KEY-1…`."""
    authority_key: str
    """Private key of the authority, PEM."""
    authority: str
    """Its certificate, PEM."""

    def public(self) -> OfficePublic:
        """What devices are given of them; raises ValueError or an error of age's where they are damaged."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - 40 ms
        from pyrage import x25519  # noqa: PLC0415

        signing_key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.signing_key))
        recipient = x25519.Identity.from_str(self.age_identity).to_public()
        return OfficePublic(signing_key.public_key().public_bytes_raw().hex(), str(recipient), self.authority)

    def sign(self, message: bytes) -> str:
        """A signature, 128 hex digits."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415

        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.signing_key)).sign(message).hex()


@dataclass(frozen=True, slots=True)
class Coming:
    """Keys that are about to take over: the server's certificate is theirs already, and nothing is signed with them yet."""

    keys: KeySet
    bridge: str
    """The certificate of their authority by the one in use, PEM, for devices that know only that one."""


@dataclass(frozen=True, slots=True)
class Former:
    """What is kept of keys that were replaced: nothing that could sign."""

    age_identity: str
    """Opens what is still on its way."""
    authority: str
    bridge: str
    """The certificate of the next authority by this one, PEM."""
    statement: Statement
    """By what they were replaced."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """All that the file holds."""

    keys: KeySet
    secret: str
    """32 random bytes, hex; the units' keys are derived from it. It stays when the keys change."""
    former: tuple[Former, ...] = ()
    """The oldest first."""
    coming: Coming | None = None

    @property
    def served(self) -> KeySet:
        """Whose authority issues the server's certificate."""
        return self.coming.keys if self.coming else self.keys

    @property
    def bridges(self) -> list[str]:
        """How devices that know an older authority get to the one that is served, the newest first."""
        ahead = [self.coming.bridge] if self.coming else []
        return [*ahead, *(each.bridge for each in reversed(self.former))]


def new_file() -> KeyFile:
    """For an office that has no keys yet."""
    import secrets  # noqa: PLC0415

    return KeyFile(new_keys(), secrets.token_hex(32))


def new_keys() -> KeySet:
    """Keys that nobody has yet."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415
    from pyrage import x25519  # noqa: PLC0415

    from fieldlog.office.authority import make_authority  # noqa: PLC0415 - cryptography takes 60 ms

    authority_key, authority = make_authority(datetime.now(UTC))
    signing_key = Ed25519PrivateKey.generate().private_bytes_raw().hex()
    return KeySet(signing_key, str(x25519.Identity.generate()), authority_key, authority)


def read_file(content: bytes) -> KeyFile:
    """What the file says; raises ValueError, KeyError or TypeError where it is damaged."""
    fields: dict[str, Any] = tomllib.loads(content.decode())
    former = tuple(_former(each) for each in fields.pop("former", []))
    coming = fields.pop("coming", None)
    secret = fields.pop("secret")
    return KeyFile(KeySet(**fields), secret, former, _coming(coming) if coming else None)


def write_file(folder: Path, content: KeyFile) -> None:
    """Put it into the folder in place of what is there; raises OSError, and what was there still is."""
    fields: dict[str, Any] = {**asdict(content.keys), "secret": content.secret}
    if content.coming:
        fields["coming"] = {**asdict(content.coming.keys), "bridge": content.coming.bridge}
    if content.former:
        fields["former"] = [
            {
                "age_identity": each.age_identity,
                "authority": each.authority,
                "bridge": each.bridge,
                "statement": each.statement.as_json(),
            }
            for each in content.former
        ]
    replace_file(folder / FILE, tomli_w.dumps(fields, multiline_strings=True).encode())
    only_owner(folder / FILE)


def _coming(fields: dict[str, Any]) -> Coming:
    bridge = fields.pop("bridge")
    return Coming(KeySet(**fields), bridge)


def _former(fields: Mapping[str, Any]) -> Former:
    statement = read_statement(fields["statement"])
    return Former(str(fields["age_identity"]), str(fields["authority"]), str(fields["bridge"]), statement)
