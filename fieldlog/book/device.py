"""Who this device is: `device.toml` and the keys beside it."""

import re
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

import tomli_w

from fieldlog.book.durable import only_owner, replace_file
from fieldlog.book.logfiles import log_files, reading
from fieldlog.domain.errors import EnvironmentFault, NotFound, UsageError, os_words
from fieldlog.domain.log_format import is_device_id, is_reserved
from fieldlog.domain.roles import OFFICER, ROLES

_PUBLIC_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Device:
    """One participant with a log of its own."""

    id: str
    """Name of its log, `houye-01`."""
    unit: str
    """The unit's short name in ASCII, `houye`."""
    unit_name: str
    """The unit's full name on screens and papers."""
    doc: str
    """ULID that the device's own entries are about."""
    role: str = OFFICER
    officer: str = ""
    """Id of the officer who works on it now."""


def read_device(folder: Path) -> Device:
    """Read `device.toml`.

    Raises:
        NotFound: there is no book in this folder yet.
        EnvironmentFault: the file cannot be read or is damaged.
    """
    path = folder / "device.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise NotFound(f"{folder} 里还没有数据，请先运行 fieldlog init（或 fieldlog demo 看示例）") from error
    except OSError as error:
        raise EnvironmentFault(f"读不出 {path}：{os_words(error)}") from error
    except UnicodeDecodeError as error:
        raise EnvironmentFault(f"{path} 不是 UTF-8，请从备份恢复这个文件；日志没有受影响") from error
    try:
        fields = tomllib.loads(text)
        device = Device(**fields)
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise EnvironmentFault(f"{path} 已损坏，请从备份恢复这个文件；日志没有受影响") from error
    if not all(isinstance(value, str) for value in fields.values()) or not is_device_id(device.id):
        raise EnvironmentFault(f"{path} 里的设备编号不合规则")
    return device


def require_no_data(folder: Path) -> None:
    """Raise UsageError where `folder` holds entries, whose key and device a new book would put others in place of.

    Logs count without a `device.toml`, too; what an initialisation that was cut short leaves behind does not.
    """
    if (folder / "view.json").exists() or any(log_files(log) for log in (folder / "log").glob("*")):
        what = "直接运行 fieldlog" if (folder / "device.toml").exists() else "从备份恢复 device.toml"
        raise UsageError(f"{folder} 里已经有数据，不能重新初始化；换一个文件夹，或{what}")


def write_device(folder: Path, device: Device) -> None:
    """Write `device.toml`, whole or not at all."""
    if not is_device_id(device.id) or not is_device_id(device.unit):
        raise UsageError("设备编号和单位代码只能用小写字母、数字和连字符，例如 houye-01 和 houye")
    if is_reserved(device.id) or is_reserved(device.unit):
        name = device.unit if is_reserved(device.unit) else device.id
        raise UsageError(f"{name} 是 Windows 保留的名字，不能当设备编号或单位代码，请换一个，例如 houye-01")
    if device.role not in ROLES:
        raise UsageError(f"角色只能是 {'、'.join(ROLES)} 之一")
    replace_file(folder / "device.toml", tomli_w.dumps(asdict(device)).encode())


def create_key(folder: Path, name: str = "device") -> str:
    """Make an Ed25519 key, readable by its owner only, and return the public key as 64 hex digits.

    A device that goes on under another log has a key of that log's name beside its first one.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - 40 ms

    key = Ed25519PrivateKey.generate()
    path = folder / "keys" / f"{name}.key"
    replace_file(path, key.private_bytes_raw().hex().encode())
    only_owner(path)
    return key.public_key().public_bytes_raw().hex()


def given_key(folder: Path, log: str) -> str:
    """The public key of device `log` that somebody put into the folder of keys, 64 hex digits, or empty.

    Raises:
        EnvironmentFault: there is one, and it cannot be read.
    """
    path = folder / f"{log}.pub"
    if not path.is_file():
        return ""
    with reading(path) as stream:
        text = stream.read(200).decode("ascii", "replace").strip()
    return text if _PUBLIC_KEY.fullmatch(text) else ""


def sign(folder: Path, log: str, message: bytes) -> str:
    """Sign with the key of this device's `log`; 128 hex digits.

    Raises:
        EnvironmentFault: the key is missing or unreadable.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - 40 ms

    path = folder / "keys" / f"{log}.key"
    if not path.exists():
        path = folder / "keys" / "device.key"
    try:
        key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text(encoding="ascii").strip()))
    except (OSError, ValueError) as error:
        raise EnvironmentFault(f"读不出签名密钥 {path}，请从备份恢复；记录本身不受影响") from error
    return key.sign(message).hex()


def is_signed(public_key: str, signature: str, message: bytes) -> bool:
    """Whether `signature` over `message` was made with the private half of `public_key` (both in hex digits)."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True
