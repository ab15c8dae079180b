"""What a device knows of its office since it enrolled: public keys, and the key that its unit shares.

Kept in `keys/office.toml`, readable by its owner only, since the unit's key opens what is written for the unit.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, cast

import tomli_w

from fieldlog.book.durable import only_owner, replace_file
from fieldlog.domain.errors import EnvironmentFault, os_words
from fieldlog.sync.succession import (
    OfficePublic,
    SigningKeys,
    Statement,
    keys_of,
    matching,
    read_public,
    read_statements,
)

__all__ = ["OfficePublic", "OfficeTrust", "load_trust", "read_trust", "save_trust"]

_IDENTITY: Final = re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]{58}")


@dataclass(frozen=True, slots=True)
class OfficeTrust:
    """What this device holds of its office's keys."""

    public: OfficePublic
    unit_identity: str
    """`AGE-SECRET-KEY-1…`, the same on every device of the unit."""
    succession: tuple[Statement, ...] = ()
    """How the office came to these keys, the oldest change first."""

    @property
    def signing_keys(self) -> SigningKeys:
        """With what the office signs now, and signed before."""
        return _signing_keys(self.public.signing_key, self.succession)

    @property
    def unit_recipient(self) -> str:
        """`age1…` of the unit: every device of it, and the office, can open what is encrypted to it."""
        from pyrage import x25519  # noqa: PLC0415 - only where something is encrypted

        return str(x25519.Identity.from_str(self.unit_identity).to_public())


def read_trust(fields: Mapping[str, object]) -> OfficeTrust:
    """Office and unit key as the hub's answer or the file has them: `office`, `unit_identity`, `succession`.

    Raises:
        ValueError: something is missing, or is no such key.
    """
    office = fields.get("office")
    if not isinstance(office, Mapping):
        raise ValueError("office")
    public = read_public(cast("Mapping[str, object]", office))
    identity = matching(_IDENTITY, str(fields.get("unit_identity", "")))
    return OfficeTrust(public, identity, read_statements(fields.get("succession", [])))


@lru_cache(maxsize=8)
def _signing_keys(current: str, succession: tuple[Statement, ...]) -> SigningKeys:
    return keys_of(current, succession)


def load_trust(folder: Path) -> OfficeTrust | None:
    """The office's keys in the book at `folder`, or None where this device never heard of them.

    Raises:
        EnvironmentFault: the file cannot be read or is damaged.
    """
    path = _path(folder)
    try:
        return _in_text(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise EnvironmentFault(f"读不出办公室的公钥 {path}，请向办公室要登记码，重新登记") from error


@lru_cache(maxsize=8)
def _in_text(text: str) -> OfficeTrust:
    """What the file says: it is asked for several times in one synchronisation."""
    return read_trust(tomllib.loads(text))


def save_trust(folder: Path, trust: OfficeTrust) -> None:
    """Keep the office's keys in the book at `folder`.

    Raises:
        EnvironmentFault: the disk refused; what stood there before still stands.
    """
    path = _path(folder)
    fields: dict[str, Any] = {"office": trust.public.as_json(), "unit_identity": trust.unit_identity}
    if trust.succession:
        fields["succession"] = [each.as_json() for each in trust.succession]
    try:
        replace_file(path, tomli_w.dumps(fields, multiline_strings=True).encode())
        only_owner(path)
    except OSError as error:
        raise EnvironmentFault(f"办公室的公钥没有保存到 {path}：{os_words(error)}。请腾出空间后再同步") from error


def _path(folder: Path) -> Path:
    return folder / "keys" / "office.toml"
