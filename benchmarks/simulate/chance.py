"""Chance and time that come from the seed: salts, keys, tokens and names, and no thread to disturb the order."""

import os
import random
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import anyio.to_thread
from cryptography.hazmat.primitives.asymmetric import ed25519


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
        mock.patch.object(tempfile, "_name_sequence", _Names(dice)),
        mock.patch.object(ed25519.Ed25519PrivateKey, "generate", key),
        mock.patch.object(anyio.to_thread, "run_sync", at_once),
    ):
        yield


class _Names:
    """Names for temporary files."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice

    def __iter__(self) -> "_Names":
        return self

    def __next__(self) -> str:
        return f"{self._dice.getrandbits(40):010x}"
