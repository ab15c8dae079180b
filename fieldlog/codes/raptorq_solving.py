"""Working out the intermediate symbols of an RFC 6330 block from any symbols of it, by inactivation (5.4).

A symbol is an integer of as many bytes. Most equations are sums of few unknowns, and most unknowns follow from one
another: some hundred, the *inactive* ones, are set aside until one equation after the other has a single unknown left.
Every other symbol is then a known value plus some inactive ones, which are kept before the value in the same integer, a
byte each, so that one exclusive or adds both; what remains is Gaussian elimination over GF(256) among the inactive ones.
"""

import heapq
from collections.abc import Sequence
from functools import cache

from fieldlog.codes.raptorq_block import Block

Equation = tuple[Sequence[int], int]
"""Intermediate symbols, and what their sum is."""


def intermediate_symbols(block: Block, symbols: dict[int, int], size: int) -> list[int] | None:
    """The L intermediate symbols, from symbols of `size` bytes by internal id; None where there are too few.

    Raises:
        ValueError: the symbols contradict each other.
    """
    equations: list[Equation] = [(check, 0) for check in block.sparse_checks()]
    equations += [(block.neighbours(isi), value) for isi, value in symbols.items()]
    steps, inactive = _order(block, [columns for columns, _sum in equations])
    known = _with_inactive(block, equations, steps, inactive, size)
    pivots: dict[int, int] = {}
    used = {row for row, _column in steps}
    for row, (columns, value) in enumerate(equations):
        if row not in used:
            _reduce(pivots, _add(value, columns, known), size)
    for equation in _dense_equations(block, known, size + len(inactive)):
        _reduce(pivots, equation, size)
    if len(pivots) < len(inactive):
        return None
    solved: list[int] = [0] * block.l
    for column, value in zip(inactive, _resolve(pivots, size), strict=True):
        solved[column] = value
    for row, column in steps:
        columns, value = equations[row]
        solved[column] = _add(value, columns, solved)  # its own place still holds zero
    return solved


def _add(value: int, columns: Sequence[int], symbols: Sequence[int]) -> int:
    for column in columns:
        value ^= symbols[column]
    return value


def _order(block: Block, rows: list[Sequence[int]]) -> tuple[list[tuple[int, int]], list[int]]:
    """Which equation gives which symbol, in the order to go by, and the symbols that are inactive.

    The next is always an equation with the fewest open symbols; of several, the one that occurs least is worked out and
    the others become inactive. The PI symbols are from the beginning.
    """
    w = block.w
    where: list[list[int]] = [[] for _ in range(w)]
    for row, columns in enumerate(rows):
        for column in columns:
            if column < w:
                where[column].append(row)
    degrees = [sum(column < w for column in columns) for columns in rows]
    waiting = [(degree, len(rows[row]), row) for row, degree in enumerate(degrees) if degree]
    heapq.heapify(waiting)
    is_open = [True] * w
    steps: list[tuple[int, int]] = []
    inactive = list(range(w, block.l))
    while waiting:
        degree, _full, row = heapq.heappop(waiting)
        if degree != degrees[row]:
            continue
        columns = sorted((c for c in rows[row] if c < w and is_open[c]), key=lambda c: len(where[c]))
        degrees[row] = 0
        steps.append((row, columns[0]))
        inactive += columns[1:]
        for column in columns:
            is_open[column] = False
            for other in where[column]:
                if degrees[other]:
                    degrees[other] -= 1
                    if degrees[other]:
                        heapq.heappush(waiting, (degrees[other], len(rows[other]), other))
    return steps, inactive + [column for column in range(w) if is_open[column]]


def _with_inactive(
    block: Block, equations: list[Equation], steps: list[tuple[int, int]], inactive: list[int], size: int
) -> list[int]:
    """Each symbol as a value and the inactive ones to be added to it."""
    known = [0] * block.l
    for place, column in enumerate(inactive):
        known[column] = 1 << 8 * (size + place)
    for row, column in steps:
        columns, value = equations[row]
        known[column] = _add(value, columns, known)
    return known


def _dense_equations(block: Block, known: list[int], width: int) -> list[int]:
    """The H relations of HDPC: MT times GAMMA (5.3.3.3), GAMMA by Horner's rule, since it is all powers of alpha."""
    sums = known[block.k_prime + block.s :][: block.h]
    ones = int.from_bytes(b"\1" * width)
    high = ones << 7
    last = block.k_prime + block.s - 1
    running = 0
    for column in range(last):
        over = running & high
        running = ((running ^ over) << 1) ^ ((over >> 7) * 0x1D) ^ known[column]
        first, second = block.dense_places(column)
        sums[first] ^= running
        sums[second] ^= running
    over = running & high
    running = ((running ^ over) << 1) ^ ((over >> 7) * 0x1D) ^ known[last]
    for row in range(block.h):
        sums[row] ^= _times(running, _powers()[row])
    return sums


def _reduce(pivots: dict[int, int], equation: int, size: int) -> None:
    """Add an equation among inactive symbols to those in row echelon form, by their first byte."""
    while equation.bit_length() > 8 * size:
        place = (equation.bit_length() - 1) // 8
        factor = equation >> 8 * place
        pivot = pivots.get(place)
        if pivot is None:
            pivots[place] = _times(equation, _inverse(factor))
            return
        equation ^= _times(pivot, factor)
    if equation:
        raise ValueError("symbols contradict each other")


def _resolve(pivots: dict[int, int], size: int) -> list[int]:
    """The inactive symbols' values in their order, each from those below it."""
    values: list[int] = []
    for place in sorted(pivots):
        equation = pivots[place]
        value = equation & ((1 << 8 * size) - 1)
        factors = (equation >> 8 * size).to_bytes(place - size + 1, "little")
        for factor, below in zip(factors, values, strict=False):
            if factor:
                value ^= _times(below, factor)
        values.append(value)
    return values


def _times(symbol: int, factor: int) -> int:
    """A symbol times an element of GF(256), byte by byte (5.7)."""
    if factor == 1:
        return symbol
    width = (symbol.bit_length() + 7) // 8
    return int.from_bytes(symbol.to_bytes(width).translate(_multiples(factor)))


@cache
def _powers() -> list[int]:
    """Alpha to the power of 0 to 254 (OCT_EXP)."""
    powers = [1]
    for _ in range(254):
        double = powers[-1] << 1
        powers.append(double ^ 0x11D if double > 255 else double)
    return powers


@cache
def _logarithms() -> dict[int, int]:
    return {power: exponent for exponent, power in enumerate(_powers())}


@cache
def _multiples(factor: int) -> bytes:
    """Every byte times the factor, which is not zero."""
    powers, logarithms = _powers(), _logarithms()
    return bytes([0, *(powers[(logarithms[factor] + logarithms[byte]) % 255] for byte in range(1, 256))])


def _inverse(factor: int) -> int:
    return _powers()[-_logarithms()[factor] % 255]
