"""Unpacking what somebody else packed: it may be cut short, no zstd at all, swell without end, or hold one endless line."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

import zstandard

from fieldlog.domain.errors import FoundWrong
from fieldlog.domain.log_format import LONGEST_LINE_BYTES

_Part = TypeVar("_Part")
_STEP: Final = 1024  # zstd can swell 32,000-fold: no step may unpack to more than about 32 MiB
_WINDOW: Final = 8 * 1024 * 1024


class PackDamaged(FoundWrong):
    """The pack is cut short or is none; the entries read before the damage are sound as far as they go."""


def no_more_than(largest: int, parts: Iterable[_Part], length: Callable[[_Part], int]) -> Iterator[_Part]:
    """The parts, until they are longer than `largest` together; then PackDamaged."""
    size = 0
    for part in parts:
        size += length(part)
        if size > largest:
            raise PackDamaged(f"数据包解开后超过 {largest // 1024 // 1024} MiB，已停止读取")
        yield part


def cut_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines in what comes block by block, without line feeds; PackDamaged for one that is no entry's or has no end."""
    rest: list[bytes] = []
    rest_bytes = 0
    for block in blocks:
        first, *others = block.split(b"\n")
        rest.append(first)
        rest_bytes += len(first)
        if others:
            yield b"".join(rest)
            yield from others[:-1]
            rest, rest_bytes = [others[-1]], len(others[-1])
        if rest_bytes > LONGEST_LINE_BYTES:
            raise PackDamaged("数据包里有一行超过 4 MiB，不是 fieldlog 的记录")
    if rest_bytes:
        raise PackDamaged("数据包的最后一行不完整")


def unpack(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """What zstd frames hold, as it comes; PackDamaged where they are cut short or are none."""
    decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    frame = decompressor.decompressobj()
    fresh = False  # at least one whole frame must come
    for block in blocks:
        data = block
        while data:
            try:
                yield frame.decompress(data)
            except zstandard.ZstdError as error:
                raise PackDamaged("数据包已损坏，解不开") from error
            fresh = frame.eof
            data = frame.unused_data if fresh else b""
            if fresh:
                frame = decompressor.decompressobj()
    if not fresh:
        raise PackDamaged("数据包不完整，后面的部分没有传到")


def in_steps(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in steps that unpack to little enough."""
    for chunk in chunks:
        for start in range(0, len(chunk), _STEP):
            yield chunk[start : start + _STEP]
