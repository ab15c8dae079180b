"""RaptorQ, the fountain code of RFC 6330, for a message of one source block: any symbols of it bring the message back.

As many as the message has are nearly always enough (99 %; two more leave one case in a million). The parameters that
the RFC transmits (4.3) are Z = 1, N = 1, Al = 1, F the message's length and T the symbols'.
`docs/decisions/0008-fountain.md` says why it is not a library.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from fieldlog.codes.raptorq_block import MOST_SYMBOLS, Block, block_of
from fieldlog.codes.raptorq_solving import intermediate_symbols

__all__ = ["MOST_ESI", "MOST_SYMBOLS", "Source", "stand_in", "symbols_of", "whole"]

MOST_ESI: Final = 0xFFFFFF
"""The largest encoding symbol id; it has three bytes (3.2)."""

_SPARES_TRIED: Final = 200


def symbols_of(length: int, size: int) -> int:
    """K: how many symbols of `size` bytes a message of that length has."""
    return -(-length // size)


class Source:
    """A message to be sent."""

    def __init__(self, message: bytes, size: int) -> None:
        """Symbols have `size` bytes; raises ValueError where the message is empty or has more than MOST_SYMBOLS."""
        self.size = size
        self._block = block_of(symbols_of(len(message), size))
        filled = message.ljust(self._block.k * size, b"\0")
        self._symbols = [filled[at : at + size] for at in range(0, len(filled), size)]

    @property
    def count(self) -> int:
        """K, and so how many symbols are needed at least."""
        return self._block.k

    def symbol(self, esi: int) -> bytes:
        """The symbol of that id: below `count` the message itself, above a repair symbol."""
        if esi < self._block.k:
            return self._symbols[esi]
        value = 0
        for column in self._block.neighbours(self._block.internal(esi)):
            value ^= self._intermediate[column]
        return value.to_bytes(self.size)

    @cached_property
    def _intermediate(self) -> list[int]:
        symbols = {isi: int.from_bytes(symbol) for isi, symbol in enumerate(self._symbols)}
        solved = intermediate_symbols(self._block, symbols | _zeros(self._block), self.size)
        assert solved is not None  # noqa: S101 - the systematic indices are chosen so (5.6)
        return solved


def whole(length: int, size: int, symbols: Mapping[int, bytes]) -> bytes | None:
    """The message of `length` bytes from symbols by their id; None where they are too few.

    Raises:
        ValueError: there is no such message, or the symbols contradict each other.
    """
    block = block_of(symbols_of(length, size))
    if len(symbols) < block.k:
        return None
    there = {block.internal(esi): int.from_bytes(symbol) for esi, symbol in symbols.items()}
    missing = [isi for isi in range(block.k) if isi not in there]
    if missing:
        solved = intermediate_symbols(block, there | _zeros(block), size)
        if solved is None:
            return None
        for isi in missing:
            value = 0
            for column in block.neighbours(isi):
                value ^= solved[column]
            there[isi] = value
    return b"".join(there[isi].to_bytes(size) for isi in range(block.k))[:length]


def stand_in(count: int) -> int | None:
    """The first repair symbol that replaces any one of `count` source symbols, the others being there.

    That is one that all of them are part of, with a factor that is not zero. Of unit vectors, one a source symbol, a
    repair symbol is the list of its factors. The more symbols, the rarer: of 60 four in five, of 1,000 one in 50.
    """
    units = Source(b"".join((1 << 8 * place).to_bytes(count) for place in range(count)), count)
    tried = range(count, count + _SPARES_TRIED)
    return next((esi for esi in tried if 0 not in units.symbol(esi)), None)


def _zeros(block: Block) -> dict[int, int]:
    """The symbols that fill the block up; both sides know them."""
    return dict.fromkeys(range(block.k, block.k_prime), 0)
