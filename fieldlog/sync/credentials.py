"""The token for each hub: `keys/hub-<scheme>-<address>.toml`, readable by its owner only, never in an argument or a log."""

import re
import tomllib
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import tomli_w

from fieldlog.book.durable import only_owner, replace_file
from fieldlog.domain.errors import EnvironmentFault, os_words


@dataclass(frozen=True, slots=True)
class Credential:
    """What this device got when it enrolled."""

    url: str
    token: str
    unit: str
    role: str
    before: str = ""
    """The token from before this device went on under a new log."""
    authority: str = ""
    """The office's own authority, PEM, that a server there must prove itself by; empty where public ones vouch."""
    previous: str = ""
    """The token before this one; a hub that was restored from a backup may know no other."""


def load_credential(folder: Path, url: str) -> Credential | None:
    """The credential for the hub at `url`, or None where this device never enrolled there.

    A token that was got from another address whose file bears the same name is no token for this one.

    Raises:
        EnvironmentFault: the file cannot be read.
    """
    path = _path(folder, url)
    try:
        credential = _in_text(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise EnvironmentFault(f"读不出 {path}，请向办公室要登记码，重新登记") from error
    return credential if credential.url == url else None


def pinned_credentials(folder: Path) -> list[Credential]:
    """The credentials for hubs that prove themselves by their office's own authority, the newest first."""
    found: list[Credential] = []
    paths = sorted((folder / "keys").glob("hub-https-*.toml"), key=_written, reverse=True)
    for path in paths:
        with suppress(OSError, ValueError, TypeError):
            found.append(_in_text(path.read_text(encoding="utf-8")))
    return [each for each in found if each.authority]


def _written(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=8)
def _in_text(text: str) -> Credential:
    """What a file says: it is asked for several times in one synchronisation."""
    return Credential(**tomllib.loads(text))


def save_credential(folder: Path, credential: Credential) -> None:
    """Keep a credential in the book at `folder`.

    Raises:
        EnvironmentFault: the disk refused.
    """
    path = _path(folder, credential.url)
    try:
        replace_file(path, tomli_w.dumps(asdict(credential)).encode())
        only_owner(path)
    except OSError as error:
        raise EnvironmentFault(f"令牌没有保存到 {path}：{os_words(error)}。请再要一个登记码") from error


def _path(folder: Path, url: str) -> Path:
    name = re.sub(r"[^a-z0-9.]+", "-", url.lower()).strip("-.")  # with the scheme: http and https are two hubs
    return folder / "keys" / f"hub-{name}.toml"
