"""From frames back to the message: RaptorQ, and the mixtures of the first version, which codes printed before still hold."""

import hashlib
from collections.abc import Iterable, Sequence

from fieldlog.codes import raptorq
from fieldlog.domain.errors import FoundWrong
from fieldlog.sync.qr_frames import Frame


def put_together(frames: Sequence[Frame]) -> bytes | None:
    """The message of these frames, which are of one set, in any order; None while some are lacking.

    Raises:
        FoundWrong: the frames contradict each other.
    """
    first = frames[0]
    if first.version == 1:
        return _mixtures(frames).solve(len(first.content), first.length)
    try:
        return raptorq.whole(first.length, len(first.content), {frame.number: frame.content for frame in frames})
    except ValueError as error:
        raise FoundWrong("各张二维码对不起来，没有收下；请重新出一份") from error


def lacking(frames: Sequence[Frame]) -> int:
    """How many more are needed at least, where these do not make the message."""
    if frames[0].version == 1:
        return _mixtures(frames).lacking
    return max(frames[0].blocks - len({frame.number for frame in frames}), 1)


def lacking_blocks(numbers: Iterable[int], count: int) -> list[int]:
    """The plain frames, from 0, that were not read."""
    read = set(numbers)
    return [number for number in range(count) if number not in read]


def _mixtures(frames: Sequence[Frame]) -> "_Mixtures":
    solver = _Mixtures(bytes.fromhex(frames[0].message), frames[0].blocks)
    for frame in frames:
        solver.take(frame.number, frame.content)
    return solver


class _Mixtures:
    """Version 1: a frame is the exclusive or of the blocks that its number chooses, about half of them."""

    def __init__(self, seed: bytes, count: int) -> None:
        self._seed = seed
        self._count = count
        self._rows: dict[int, tuple[int, int]] = {}
        """By its highest block: which blocks, and their exclusive or."""

    @property
    def lacking(self) -> int:
        return self._count - len(self._rows)

    def take(self, number: int, content: bytes) -> None:
        mask, value = self._chosen(number), int.from_bytes(content)
        while mask:
            top = mask.bit_length() - 1
            if top not in self._rows:
                self._rows[top] = (mask, value)
                return
            mask, value = mask ^ self._rows[top][0], value ^ self._rows[top][1]

    def solve(self, block_bytes: int, length: int) -> bytes | None:
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

    def _chosen(self, number: int) -> int:
        """Which blocks, as bits: one below `count`, all at it, about half above."""
        if number < self._count:
            return 1 << number
        every = (1 << self._count) - 1
        if number == self._count:
            return every
        stream = hashlib.shake_256(self._seed + number.to_bytes(4)).digest((self._count + 7) // 8)
        return int.from_bytes(stream) & every or 1 << number % self._count
