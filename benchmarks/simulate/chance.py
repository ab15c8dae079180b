"""Chance and time that come from the seed: salts, keys, tokens and names, and no thread to disturb the order."""

import hashlib
import os
import random
import secrets
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import anyio.to_thread
import ulid
from cryptography.hazmat.primitives.asymmetric import ed25519

from fieldlog.book.durable import replace_file
from fieldlog.sync import http_packs
from fieldlog.sync.age_files import MAGIC, Cipher, NotForUs, Undecipherable


@contextmanager
def seeded(dice: random.Random) -> Iterator[None]:
    """Whatever the product draws at random comes from `dice`, and what it would do on a thread is done at once."""

    def draw(size: int) -> bytes:
        return dice.randbytes(size)

    def key() -> ed25519.Ed25519PrivateKey:
        return ed25519.Ed25519PrivateKey.from_private_bytes(dice.randbytes(32))

    async def at_once(work: Callable[..., Any], *arguments: Any, **_: object) -> Any:
        return work(*arguments)

    with (
        mock.patch.object(os, "urandom", draw),
        mock.patch.object(random, "_urandom", draw),
        mock.patch.object(secrets, "token_bytes", lambda size=32: draw(size)),
        mock.patch.object(ulid, "default_generator", ulid.ULIDGenerator()),  # it counts on within a millisecond
        mock.patch.object(tempfile, "_name_sequence", _Names(random.Random(0))),
        mock.patch.object(ed25519.Ed25519PrivateKey, "generate", key),
        mock.patch.object(anyio.to_thread, "run_sync", at_once),
        mock.patch.multiple(Cipher, encrypt=_enclose, write_file=_enclose_file, _decrypt=_disclose),
        mock.patch.object(http_packs, "ThreadPoolExecutor", _AtOnce),
    ):
        yield


def _enclose(_cipher: Cipher, content: bytes) -> bytes:
    """What stands in for a file encrypted with age, whose bytes no seed decides: whole or damaged, but open."""
    return MAGIC + hashlib.sha256(content).digest() + content


def _enclose_file(cipher: Cipher, path: Path, source: Path) -> None:
    replace_file(path, _enclose(cipher, source.read_bytes()))


def _disclose(_cipher: Cipher, path: Path, into: Any) -> None:
    content = path.read_bytes()
    magic, digest, content = content[: len(MAGIC)], content[len(MAGIC) : len(MAGIC) + 32], content[len(MAGIC) + 32 :]
    if magic != MAGIC:
        raise NotForUs("no age")
    if hashlib.sha256(content).digest() != digest:
        raise Undecipherable("damaged")
    into.write(content)


class _AtOnce:
    """What looks like a pool of threads, and does the work as it is handed in."""

    def __init__(self, _threads: int) -> None: ...

    def __enter__(self) -> "_AtOnce":
        return self

    def __exit__(self, *_: object) -> None: ...

    def submit(self, work: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Do it, and hold the result."""
        done: Future[Any] = Future()
        done.set_result(work(*arguments))
        return done


class _Names:
    """Names for temporary files."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice

    def __iter__(self) -> "_Names":
        return self

    def __next__(self) -> str:
        return f"{self._dice.getrandbits(40):010x}"
