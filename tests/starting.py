"""Starting the program as a process of its own without loading its libraries each time.

The tests start it some thousand times, and most of what that costs is importing pydantic, SQLAlchemy, FastAPI and the
like. So one process a test worker loads those once and forks for each start; what is forked loads the program's own
modules anew, has its own standard streams, folder and environment, and is a child of the test as any other process is.
Where that cannot be done, or the environment would change how Python itself starts, it is started from nothing.
"""

import atexit
import ctypes
import gc
import importlib
import json
import os
import runpy
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

LIBRARIES = (
    "alembic.runtime.migration", "chinese_calendar", "click", "cryptography.hazmat.primitives.asymmetric.ed25519",
    "cryptography.x509", "email.message", "fastapi", "filelock", "http.client", "httpx", "openpyxl", "orjson",
    "PIL.Image", "platformdirs", "pydantic", "pypinyin", "pyrage", "qrcode", "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.sqlite", "tinydb", "tomli_w", "ulid", "uvicorn", "wcwidth", "yaml", "zstandard",
)  # fmt: skip
"""Other people's libraries that the commands load; none of the program's own modules is ever among them."""
_HEEDED = {"PYTHONPATH", "PYTHONIOENCODING"}
"""What a fork reads of Python's own variables after all."""
_SUBREAPER = 36
"""Linux's PR_SET_CHILD_SUBREAPER: what a child leaves behind when it ends becomes this process's own child."""


class Started(subprocess.Popen[Any]):
    """`subprocess.Popen` for `[sys.executable, "-m" or "-c", …]`, forked from a process that has the libraries."""

    def _execute_child(self, args: Any, *rest: Any) -> None:
        """What `Popen` calls to start the process once its pipes are made."""
        folder, environment, streams = rest[4], rest[5], rest[9:15]
        if not _can_fork(args, environment):
            super()._execute_child(args, *rest)  # type: ignore[misc]
            return
        its_ends = [
            its if its != -1 else ours
            for its, ours in zip((streams[0], streams[3], streams[5]), (0, 1, 2), strict=True)
        ]
        wish = {
            "args": [*map(str, args[1:])],
            "folder": str(folder or Path.cwd()),
            "environment": {**(environment or os.environ)},
        }
        self.pid = _library_process().start(wish, its_ends)
        self._child_created = True
        self._close_pipe_fds(*streams)  # type: ignore[attr-defined]


def run(
    args: list[str], content: bytes = b"", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """`subprocess.run` with captured output, of a process started that way."""
    with Started(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env) as process:
        try:
            out, err = process.communicate(content, timeout=120)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(args, process.returncode, out, err)


def _can_fork(args: Any, environment: Mapping[str, str] | None) -> bool:
    """Python reads its own variables and the locale when it starts, which a fork does no more."""
    changed = {} if environment is None else dict(environment.items() ^ os.environ.items())
    return (
        sys.platform == "linux"
        and args[0] == sys.executable
        and args[1] in ("-m", "-c")
        and not any(name.startswith(("PYTHON", "LC_", "LANG")) for name in changed.keys() - _HEEDED)
    )


class _LibraryProcess:
    """The process that has the libraries."""

    def __init__(self) -> None:
        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
        self._line, its_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._turn = threading.Lock()
        with its_end:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(its_end.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[its_end.fileno()],
            )
        atexit.register(self._end)

    def start(self, wish: dict[str, Any], streams: list[int]) -> int:
        """Have a process started and return its number."""
        with self._turn:
            socket.send_fds(self._line, [json.dumps(wish).encode()], streams)
            return int(self._line.recv(100))

    def _end(self) -> None:
        self._line.close()
        self._process.wait()


@cache
def _library_process() -> _LibraryProcess:
    return _LibraryProcess()


def _serve(line: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """Fork for each wish and return it, with its streams, in the process forked; None when nobody wishes any more."""
    while True:
        content, streams, _flags, _from = socket.recv_fds(line, 2**20, 3)
        if not content:
            return None
        number, told = os.pipe()
        between = os.fork()  # it ends at once, so that what it forks becomes the test's own child
        if not between and not (forked := os.fork()):
            for each in (line.detach(), number, told):
                os.close(each)
            return json.loads(content), streams
        if not between:
            os.write(told, str(forked).encode())
            os._exit(0)
        os.waitpid(between, 0)
        line.send(os.read(number, 100))
        for each in (*streams, number, told):
            os.close(each)


def _become(wish: dict[str, Any], streams: list[int]) -> None:
    """Take the streams, the folder and the environment that a process of its own would have."""
    for number, each in enumerate(streams):
        os.dup2(each, number)
        os.close(each)
    os.environ.clear()
    os.environ.update(wish["environment"])
    os.chdir(wish["folder"])
    unbuffered = bool(os.environ.get("PYTHONUNBUFFERED"))
    encoding, _, errors = os.environ.get("PYTHONIOENCODING", "").partition(":")
    sys.stdin = sys.__stdin__ = open(0, encoding=encoding or None, errors=errors or None, closefd=False)  # noqa: SIM115
    for name, number, default in (("stdout", 1, errors or "strict"), ("stderr", 2, "backslashreplace")):
        stream = open(number, "w", encoding=encoding or None, errors=default, closefd=False)  # noqa: SIM115
        stream.reconfigure(write_through=unbuffered, line_buffering=number == 2 or stream.isatty())
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _run(option: str, what: str, *rest: str) -> None:
    """Do what `python -m` or `python -c` does."""
    sys.argv = [option, *rest]
    sys.path[1:1] = [each for each in os.environ.get("PYTHONPATH", "").split(os.pathsep) if each]
    if option == "-m":
        sys.path[0] = str(Path.cwd())
        runpy.run_module(what, run_name="__main__", alter_sys=True)
        return
    sys.path[0] = ""
    sys.modules["__main__"] = main = ModuleType("__main__")
    exec(compile(what, "<string>", "exec"), main.__dict__)


def _main() -> None:
    for name in LIBRARIES:
        with suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()
    wished = _serve(socket.socket(fileno=int(sys.argv[1])))
    if wished is not None:
        _become(*wished)
        code: Any = 0
        try:
            _run(*wished[0]["args"])
        except SystemExit as end:
            code = end.code or 0
        if isinstance(code, int):
            _end(code)
        sys.exit(code)


def _end(code: int) -> None:
    """End without taking all libraries apart, which is most of what a short command would take."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _main()
