"""A fountain code: from any frames of a message, little more than its length, the message comes back.

A random linear code over two elements. The first frames are the message's blocks themselves; every later one is the
exclusive or of about half of the blocks, chosen by its number. Any `k` blocks' worth of frames and two more solve it with
probability 7/8 and more (each further frame halves the rest), which for the few dozen blocks of one inspection is closer
to perfect than an LT code; `docs/decisions/` says why it is not RFC 6330.
"""

import hashlib
from collections.abc import Iterable
from typing import Final

MOST_BLOCKS: Final = 4096


def cut(message: bytes, block_bytes: int) -> list[bytes]:
    """The message in blocks of equal length, the last one filled with zeros."""
    if not message or block_bytes < 1:
        raise ValueError("nothing to cut")
    return [message[at : at + block_bytes].ljust(block_bytes, b"\0") for at in range(0, len(message), block_bytes)]


def chosen(seed: bytes, number: int, count: int) -> int:
    """Which of `count` blocks frame `number` is made of, as bits: one below `count`, all at it, about half above.

    The one of all blocks stands in for any single block that cannot be read, so that one spare code on paper is enough.
    """
    if number < count:
        return 1 << number
    if number == count:
        return (1 << count) - 1
    stream = hashlib.shake_256(seed + number.to_bytes(4)).digest((count + 7) // 8)
    mask = int.from_bytes(stream) & ((1 << count) - 1)
    return mask or 1 << number % count


def frame(blocks: list[bytes], seed: bytes, number: int) -> bytes:
    """The content of frame `number`."""
    mask = chosen(seed, number, len(blocks))
    mixed = 0
    for at, block in enumerate(blocks):
        if mask >> at & 1:
            mixed ^= int.from_bytes(block)
    return mixed.to_bytes(len(blocks[0]))


class Solver:
    """Takes frames in any order until the message can be worked out."""

    def __init__(self, seed: bytes, count: int) -> None:
        self._seed = seed
        self._count = count
        self._rows: dict[int, tuple[int, int]] = {}
        """By its highest block: which blocks, and their exclusive or."""

    @property
    def lacking(self) -> int:
        """How many more frames are needed at least."""
        return self._count - len(self._rows)

    def take(self, number: int, content: bytes) -> bool:
        """Take in a frame; True where it brought something new."""
        mask, value = chosen(self._seed, number, self._count), int.from_bytes(content)
        while mask:
            top = mask.bit_length() - 1
            if top not in self._rows:
                self._rows[top] = (mask, value)
                return True
            mask, value = mask ^ self._rows[top][0], value ^ self._rows[top][1]
        return False

    def solve(self, block_bytes: int, length: int) -> bytes | None:
        """The message, or None while frames are lacking."""
        if self.lacking:
            return None
        solved: list[int] = []
        for at in range(self._count):
            mask, value = self._rows[at]
            for below in range(at):
                if mask >> below & 1:
                    value ^= solved[below]
            solved.append(value)
        return b"".join(value.to_bytes(block_bytes) for value in solved)[:length]


def lacking_blocks(numbers: Iterable[int], count: int) -> list[int]:
    """The plain frames, from 0, that were not read."""
    read = set(numbers)
    return [number for number in range(count) if number not in read]
