"""The office's keys: what it signs with, what is encrypted to it, and its own certificate authority.

All of it stands in one file, `<data>/office-keys/keys.toml`, that only its owner reads. Whoever has it can speak as the
office; whoever loses it has every device enrol again (`docs/decisions/0011-office-keys.md`).
"""

import tomllib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Final

import tomli_w

from fieldlog.book.durable import only_owner, private_folder, replace_file, sync_folder
from fieldlog.domain.errors import EnvironmentFault, os_words
from fieldlog.sync.office_keys import OfficePublic

FOLDER: Final = "office-keys"
FILE: Final = "keys.toml"
SERVER_FILE: Final = "server.pem"
"""Can be lost: it is made again at the next start."""
ADDRESS_FILE: Final = "address"
"""The URL that the hub answered at last."""
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_IDENTITY_PREFIX: Final = "age-secret-key-"


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the file holds."""

    signing_key: str
    """Ed25519 private key, hex."""
    age_identity: str
    """`AGE-SECRET-KEY-1…`."""
    secret: str
    """32 random bytes, hex; the units' keys are derived from it."""
    authority_key: str
    """Private key of the authority, PEM."""
    authority: str
    """Its certificate, PEM."""


class OfficeKeys:
    """The keys in use."""

    def __init__(self, folder: Path, secrets: Secrets) -> None:
        self.folder = folder
        self._secrets = secrets

    @cached_property
    def public(self) -> OfficePublic:
        """What devices are given."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - 40 ms
        from pyrage import x25519  # noqa: PLC0415

        signing_key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self._secrets.signing_key))
        recipient = x25519.Identity.from_str(self._secrets.age_identity).to_public()
        return OfficePublic(signing_key.public_key().public_bytes_raw().hex(), str(recipient), self._secrets.authority)

    @property
    def age_identity(self) -> str:
        """`AGE-SECRET-KEY-1…`, which opens what was encrypted to the office."""
        return self._secrets.age_identity

    def note_address(self, url: str) -> None:
        """Keep where the hub answers, for enrolment codes; it matters little enough that a full disk is no reason to stop."""
        with suppress(OSError):
            replace_file(self.folder / ADDRESS_FILE, url.encode())

    def address(self) -> str:
        """Where the hub answered last; empty where it never did."""
        with suppress(OSError):
            return (self.folder / ADDRESS_FILE).read_text(encoding="utf-8").strip()
        return ""

    def server_file(self, names: Sequence[str]) -> Path:
        """Private key and certificate for a server of these names, PEM in one file; made anew where it has to be.

        Raises:
            EnvironmentFault: the disk refused.
        """
        from fieldlog.office.authority import issue, serves  # noqa: PLC0415 - cryptography takes 60 ms

        path, now = self.folder / SERVER_FILE, datetime.now(UTC)
        with suppress(OSError, ValueError):
            if serves(path.read_text(encoding="ascii"), self._secrets.authority, names, now):
                return path
        try:
            key, certificate = issue(self._secrets.authority_key, self._secrets.authority, names, now)
            replace_file(path, f"{certificate}{key}".encode())
            only_owner(path)
        except OSError as error:
            raise EnvironmentFault(f"服务的证书没有写到 {path}：{os_words(error)}") from error
        return path

    def sign(self, message: bytes) -> str:
        """The office's signature, 128 hex digits."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415

        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self._secrets.signing_key)).sign(message).hex()

    def unit_identity(self, unit: str) -> str:
        """The age identity that all devices of a unit share, `AGE-SECRET-KEY-1…`; always the same one for a unit."""
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

        info = f"fieldlog unit identity 1\n{unit}".encode()
        key = HKDF(SHA256(), 32, None, info).derive(bytes.fromhex(self._secrets.secret))
        return bech32(_IDENTITY_PREFIX, key).upper()


def load_keys(folder: Path) -> OfficeKeys | None:
    """The keys in `folder`, or None where the office has none yet.

    Raises:
        EnvironmentFault: they cannot be read or are damaged.
    """
    path = folder / FILE
    try:
        secrets = Secrets(**tomllib.loads(path.read_text(encoding="utf-8")))
        keys = OfficeKeys(folder, secrets)
        _ = keys.public
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EnvironmentFault(f"读不出办公室的密钥 {path}：{os_words(error)}") from error
    except Exception as error:  # TOML, hex and bech32 each have their own
        raise EnvironmentFault(f"办公室的密钥 {path} 已损坏，请把备份的 {folder.name} 文件夹复制回来") from error
    return keys


def make_keys(folder: Path) -> tuple[OfficeKeys, bool]:
    """The keys in `folder`, made where there are none; and whether they were. Of several processes one makes them.

    Raises:
        EnvironmentFault: they are damaged, or the disk refused; nothing is half-made.
    """
    from filelock import FileLock  # noqa: PLC0415

    if (there := load_keys(folder)) is not None:
        return there, False
    try:
        private_folder(folder)
        with FileLock(folder / ".lock"):
            if (there := load_keys(folder)) is not None:
                return there, False
            secrets = _new_secrets()
            replace_file(folder / FILE, tomli_w.dumps(asdict(secrets), multiline_strings=True).encode())
            only_owner(folder / FILE)
    except OSError as error:
        raise EnvironmentFault(f"办公室的密钥没有写到 {folder}：{os_words(error)}") from error
    return OfficeKeys(folder, secrets), True


def set_aside(folder: Path, now: datetime) -> Path | None:
    """Rename keys that are not to be used any more, damaged ones too; None where there are none.

    Raises:
        EnvironmentFault: the disk refused, and they are where they were.
    """
    if not (folder / FILE).exists():
        return None
    aside = folder.with_name(f"{folder.name}.before-{now:%Y%m%d-%H%M%S}")
    try:
        folder.rename(aside)
        sync_folder(folder.parent)
    except OSError as error:
        raise EnvironmentFault(f"原来的密钥 {folder} 没有移开：{os_words(error)}") from error
    return aside


def _new_secrets() -> Secrets:
    import secrets  # noqa: PLC0415

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415
    from pyrage import x25519  # noqa: PLC0415

    from fieldlog.office.authority import make_authority  # noqa: PLC0415

    authority_key, authority = make_authority(datetime.now(UTC))
    return Secrets(
        Ed25519PrivateKey.generate().private_bytes_raw().hex(),
        str(x25519.Identity.generate()),
        secrets.token_hex(32),
        authority_key,
        authority,
    )


def bech32(prefix: str, content: bytes) -> str:
    """BIP 173, as age writes its keys."""
    digits = _five_bits(content)
    expanded = [ord(char) >> 5 for char in prefix] + [0] + [ord(char) & 31 for char in prefix]
    check = _polymod([*expanded, *digits, 0, 0, 0, 0, 0, 0]) ^ 1
    digits += [(check >> 5 * (5 - place)) & 31 for place in range(6)]
    return f"{prefix}1{''.join(_BECH32[digit] for digit in digits)}"


def _five_bits(content: bytes) -> list[int]:
    bits = "".join(f"{byte:08b}" for byte in content)
    bits += "0" * (-len(bits) % 5)
    return [int(bits[start : start + 5], 2) for start in range(0, len(bits), 5)]


def _polymod(values: list[int]) -> int:
    generator = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, part in enumerate(generator):
            check ^= part if top >> place & 1 else 0
    return check
