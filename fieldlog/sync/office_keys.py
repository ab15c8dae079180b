"""What a device knows of its office since it enrolled: public keys, and the key that its unit shares.

Kept in `keys/office.toml`, readable by its owner only, since the unit's key opens what is written for the unit.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import tomli_w

from fieldlog.book.durable import only_owner, replace_file
from fieldlog.domain.errors import EnvironmentFault, os_words

_SIGNING_KEY: Final = re.compile(r"[0-9a-f]{64}")
_RECIPIENT: Final = re.compile(r"age1[0-9a-z]{58}")
_IDENTITY: Final = re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]{58}")
_LONGEST_AUTHORITY: Final = 16 * 1024


@dataclass(frozen=True, slots=True)
class OfficePublic:
    """The public halves of an office's keys."""

    signing_key: str
    """Ed25519, 64 hex digits; receipts and rosters are signed with it."""
    age_recipient: str
    """`age1…`; what travels to the office on a stick is encrypted to it."""
    authority: str
    """The office's own certificate authority, PEM."""

    @property
    def key_id(self) -> str:
        """16 hex digits that change when any of the keys does."""
        text = f"{self.signing_key}\n{self.age_recipient}\n{self.authority}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def as_json(self) -> dict[str, str]:
        """As the hub tells it."""
        return {"signing_key": self.signing_key, "age_recipient": self.age_recipient, "authority": self.authority}


@dataclass(frozen=True, slots=True)
class OfficeTrust:
    """What this device holds of its office's keys."""

    public: OfficePublic
    unit_identity: str
    """`AGE-SECRET-KEY-1…`, the same on every device of the unit."""

    @property
    def unit_recipient(self) -> str:
        """`age1…` of the unit: every device of it, and the office, can open what is encrypted to it."""
        from pyrage import x25519  # noqa: PLC0415 - only where something is encrypted

        return str(x25519.Identity.from_str(self.unit_identity).to_public())


def read_trust(fields: Mapping[str, object]) -> OfficeTrust:
    """Office and unit key as the hub's answer or the file has them: `office` and `unit_identity`.

    Raises:
        ValueError: something is missing, or is no such key.
    """
    office = fields.get("office")
    if not isinstance(office, Mapping):
        raise ValueError("office")
    named: dict[str, str] = {str(name): str(value) for name, value in office.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    public = OfficePublic(
        _matching(_SIGNING_KEY, named.get("signing_key", "")),
        _matching(_RECIPIENT, named.get("age_recipient", "")),
        named.get("authority", ""),
    )
    if "BEGIN CERTIFICATE" not in public.authority or len(public.authority) > _LONGEST_AUTHORITY:
        raise ValueError("authority")
    return OfficeTrust(public, _matching(_IDENTITY, str(fields.get("unit_identity", ""))))


def load_trust(folder: Path) -> OfficeTrust | None:
    """The office's keys in the book at `folder`, or None where this device never heard of them.

    Raises:
        EnvironmentFault: the file cannot be read or is damaged.
    """
    path = _path(folder)
    try:
        return read_trust(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise EnvironmentFault(f"读不出办公室的公钥 {path}，请向办公室要登记码，重新登记") from error


def save_trust(folder: Path, trust: OfficeTrust) -> None:
    """Keep the office's keys in the book at `folder`.

    Raises:
        EnvironmentFault: the disk refused; what stood there before still stands.
    """
    path = _path(folder)
    fields = {"office": trust.public.as_json(), "unit_identity": trust.unit_identity}
    try:
        replace_file(path, tomli_w.dumps(fields, multiline_strings=True).encode())
        only_owner(path)
    except OSError as error:
        raise EnvironmentFault(f"办公室的公钥没有保存到 {path}：{os_words(error)}。请腾出空间后再同步") from error


def _path(folder: Path) -> Path:
    return folder / "keys" / "office.toml"


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(text[:16])
    return text
