"""The office's keys: what it signs with, what is encrypted to it, and its own certificate authority.

All of it stands in one file, `<data>/office-keys/keys.toml`, that only its owner reads. Whoever has it can speak as the
office; whoever loses it has every device enrol again (`docs/decisions/0011-office-keys.md`).
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from fieldlog.book.durable import only_owner, private_folder, replace_file, sync_folder
from fieldlog.domain.errors import EnvironmentFault, os_words
from fieldlog.office.key_file import FILE, KeyFile, new_file, read_file, write_file
from fieldlog.sync.succession import OfficePublic, Statement

__all__ = ["FILE", "FOLDER", "OfficeKeys", "load_keys", "make_keys", "set_aside"]

FOLDER: Final = "office-keys"
SERVER_FILE: Final = "server.pem"
"""Can be lost: it is made again at the next start."""
ADDRESS_FILE: Final = "address"
"""The URL that the hub answered at last."""
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_IDENTITY_PREFIX: Final = "age-secret-key-"


class OfficeKeys:
    """The keys in use; `refresh` follows where another process changed them."""

    def __init__(self, folder: Path, content: KeyFile) -> None:
        """Raises ValueError or an error of age's where the keys are damaged."""
        self.folder = folder
        self._public: OfficePublic = content.keys.public()
        self._file: KeyFile = content

    @property
    def public(self) -> OfficePublic:
        """What devices are given."""
        return self._public

    @property
    def succession(self) -> list[Statement]:
        """How the office came to these keys, the oldest change first."""
        return [each.statement for each in self._file.former]

    @property
    def earlier_authorities(self) -> list[str]:
        """Certificates, PEM, that devices may still know the office by, the newest first."""
        return [each.authority for each in reversed(self._file.former)]

    @property
    def age_identity(self) -> str:
        """`AGE-SECRET-KEY-1…`, which opens what was encrypted to the office."""
        return self._file.keys.age_identity

    @property
    def age_identities(self) -> list[str]:
        """This one and those before, which open what was on its way when the keys changed."""
        return [self.age_identity, *(each.age_identity for each in reversed(self._file.former))]

    def refresh(self) -> bool:
        """Go on with what another process made of these keys; returns whether the server needs another certificate.

        A file that cannot be read just now, or whose keys do not follow from these, changes nothing.
        """
        try:
            there = read_file((self.folder / FILE).read_bytes())
            if there == self._file:
                return False
            public = there.keys.public()
        except Exception:  # noqa: BLE001 - TOML, hex and bech32 each have their own; the hub goes on as it is
            return False
        followed = {each.statement.before for each in there.former} | {public.signing_key}
        if self._public.signing_key not in followed:
            return False
        other = there.served.authority != self._file.served.authority
        self._file, self._public = there, public
        return other

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
        issuer, bridges = self._file.served, "".join(self._file.bridges)
        with suppress(OSError, ValueError):
            there = path.read_text(encoding="ascii")
            if serves(there, issuer.authority, names, now) and bridges in there:
                return path
        try:
            key, certificate = issue(issuer.authority_key, issuer.authority, names, now)
            replace_file(path, f"{certificate}{bridges}{key}".encode())
            only_owner(path)
        except OSError as error:
            raise EnvironmentFault(f"服务的证书没有写到 {path}：{os_words(error)}") from error
        return path

    def sign(self, message: bytes) -> str:
        """The office's signature, 128 hex digits."""
        return self._file.keys.sign(message)

    def unit_identity(self, unit: str) -> str:
        """The age identity that all devices of a unit share, `AGE-SECRET-KEY-1…`; always the same one for a unit."""
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

        info = f"fieldlog unit identity 1\n{unit}".encode()
        key = HKDF(SHA256(), 32, None, info).derive(bytes.fromhex(self._file.secret))
        return bech32(_IDENTITY_PREFIX, key).upper()


def load_keys(folder: Path) -> OfficeKeys | None:
    """The keys in `folder`, or None where the office has none yet.

    Raises:
        EnvironmentFault: they cannot be read or are damaged.
    """
    path = folder / FILE
    try:
        return OfficeKeys(folder, read_file(path.read_bytes()))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EnvironmentFault(f"读不出办公室的密钥 {path}：{os_words(error)}") from error
    except Exception as error:  # TOML, hex and bech32 each have their own
        raise EnvironmentFault(f"办公室的密钥 {path} 已损坏，请把备份的 {folder.name} 文件夹复制回来") from error


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
            made = new_file()
            write_file(folder, made)
    except OSError as error:
        raise EnvironmentFault(f"办公室的密钥没有写到 {folder}：{os_words(error)}") from error
    return OfficeKeys(folder, made), True


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
