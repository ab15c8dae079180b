"""Running the hub: database, socket, server, and one line with its URL once it answers."""

import asyncio
import errno
import gc
import signal
import socket
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final

import uvicorn

from fieldlog.domain.errors import EnvironmentFault, UsageError, os_words
from fieldlog.office.addresses import is_loopback, own_names, reachable
from fieldlog.office.app import Hub, create_app
from fieldlog.office.attachments import Attachments
from fieldlog.office.database import blob_folder, open_database
from fieldlog.office.enrolment import Enrolment
from fieldlog.office.keys import FOLDER, load_keys, make_keys
from fieldlog.office.ledger import Ledger, Now, wall_milliseconds
from fieldlog.office.patience import HANDSHAKE_S, LARGEST_HEAD, PATIENCE, WAITING_ROOM, Patience, look_at, protocol_with
from fieldlog.office.rates import Doorkeeper

DEFAULT_PORT: Final = 8470
_STOP_SECONDS: Final = 10
_STOPPED_BY: Final = (signal.SIGINT, signal.SIGTERM)


def open_hub(db_url: str, blobs: Path | None = None, now: Now = wall_milliseconds, keys: Path | None = None) -> Hub:
    """The hub's parts over one database; attachments stand beside a SQLite file unless `blobs` says where.

    So do the office's keys unless `keys` says where; they are made where there are none.

    Raises:
        UsageError, EnvironmentFault: the database or the folder cannot be used.
    """
    folder = blobs or blob_folder(db_url)
    if folder is None:
        raise UsageError("PostgreSQL 旁边没有地方放附件，请用 --blobs 指定附件文件夹")
    engine = open_database(db_url)
    office_keys, _made = make_keys(keys or folder.parent / FOLDER)
    return Hub(Ledger(engine, now), Enrolment(engine, now), Attachments(engine, folder, now), office_keys, now)


def run(
    db_url: str,
    host: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    *,
    blobs: Path | None = None,
    keys: Path | None = None,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
    tls: bool = False,
    insecure: bool = False,
    patience: Patience = PATIENCE,
    door: Doorkeeper | None = None,
    announce: Callable[[str], None] | None = None,
) -> None:
    """Serve until interrupted; `announce` gets the URL once the hub answers (printed by default). Port 0 is any free.

    Raises:
        UsageError: beyond this machine without TLS or the office's keys; or half of a certificate.
        EnvironmentFault: the port is taken, or the database or the certificate cannot be opened.
    """
    if (tls_cert is None) != (tls_key is None):
        raise UsageError("证书和私钥要一起给：--tls-cert 和 --tls-key")
    own = tls_cert is None and not insecure and (tls or not is_loopback(host))
    if own and not is_loopback(host):
        _require_keys(keys, host)
    hub = open_hub(db_url, blobs, keys=keys)
    names = own_names(host) if own else []
    if own:
        tls_cert = hub.keys.server_file(names)
    config = uvicorn.Config(
        create_app(hub, door),
        http=protocol_with(patience),
        ws="none",
        backlog=WAITING_ROOM,
        loop="asyncio",
        h11_max_incomplete_event_size=LARGEST_HEAD,
        log_config=None,
        access_log=False,
        server_header=False,
        ssl_certfile=tls_cert,
        ssl_keyfile=tls_key,
        timeout_graceful_shutdown=_STOP_SECONDS,
        lifespan="off",
    )
    _load(config)
    bound = _bind(host, port)
    _calm_collector()
    with bound:
        url = _url(bound, reachable(host), "https" if tls_cert else "http")
        hub.keys.note_address(url)
        _Server(config, lambda: (announce or _print)(url), hub, names).run(sockets=[bound])
        hub.enrolment.heard.write_down()


def _require_keys(keys: Path | None, host: str) -> None:
    """Keys for other machines are made on purpose, by somebody who is told to keep a copy."""
    if keys is None or load_keys(keys) is None:
        raise UsageError(
            f"在 {host} 上服务要有办公室的密钥：第一次请先运行 fieldlog office init；"
            "换过电脑的，把备份的 office-keys 文件夹复制回来。另有证书的用 --tls-cert 和 --tls-key，确实要明文时加 --insecure"
        )


class _Server(uvicorn.Server):
    """Says when it answers, and returns when it is told to stop instead of dying of the signal."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], hub: Hub, names: Sequence[str]) -> None:
        """With `names`, those in a certificate of the office's own, which is shown anew when the office's keys change."""
        super().__init__(config)
        self._ready = ready
        self._hub = hub
        self._names = names
        self._heard = hub.enrolment.heard
        self._writing: asyncio.Future[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        loop = asyncio.get_running_loop()
        if self.config.is_ssl:  # uvicorn has no word for it, and asyncio waits a minute
            loop.create_server = partial(loop.create_server, ssl_handshake_timeout=HANDSHAKE_S)
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second; once in each, slow clients are looked at, and what was heard is written down."""
        if counter % 10 == 0:
            look_at(self.server_state.connections)
        if counter % 10 == 0:
            self._follow_keys()
        if counter % 10 == 0 and not self._heard.is_empty() and (self._writing is None or self._writing.done()):
            self._writing = asyncio.get_running_loop().run_in_executor(None, self._heard.write_down)
        return await super().on_tick(counter)

    def _follow_keys(self) -> None:
        """Go on with keys that `office rotate-keys` made; connections that stand keep the certificate they began with."""
        if self._hub.keys.refresh() and self._names and self.config.ssl is not None:
            with suppress(
                EnvironmentFault, OSError
            ):  # the one that is loaded is good for devices that know the old keys
                self.config.ssl.load_cert_chain(self._hub.keys.server_file(self._names))

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        before = {number: signal.signal(number, self.handle_exit) for number in _STOPPED_BY}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _calm_collector() -> None:
    """Proving a piece makes 40,000 objects that reference counting frees; walking them took a quarter of the time."""
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)


def _load(config: uvicorn.Config) -> None:
    try:
        config.load()
    except OSError as error:  # ssl.SSLError is one
        raise EnvironmentFault(f"证书或私钥用不了：{os_words(error)}") from error


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise EnvironmentFault(f"不认得主机名 {host}，请检查 --host") from error
    bound = socket.socket(family, kind, protocol)
    try:
        if sys.platform == "win32":  # there SO_REUSEADDR would let two programs have one port
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(WAITING_ROOM)
    except (OSError, OverflowError) as error:
        bound.close()
        raise EnvironmentFault(_why_not_bound(host, port, error)) from error
    return bound


def _why_not_bound(host: str, port: int, error: Exception) -> str:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE or getattr(error, "winerror", 0) == 10048:
        return f"端口 {port} 已被占用：办公室服务可能已经在运行；否则用 --port 换一个"
    if number in (errno.EACCES, errno.EPERM):
        return f"没有权限使用端口 {port}，请用 --port 换一个大于 1024 的"
    if number == errno.EADDRNOTAVAIL or getattr(error, "winerror", 0) == 10049:
        return f"这台电脑没有 {host} 这个地址：请用它自己的地址，或用 --host 0.0.0.0"
    return f"不能在 {host}:{port} 上提供服务：{getattr(error, 'strerror', None) or error}"


def _url(bound: socket.socket, host: str, scheme: str) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"{scheme}://{name}:{bound.getsockname()[1]}"


def _print(url: str) -> None:
    print(url, flush=True)  # noqa: T201 - the one line that scripts wait for
