"""A source block of RFC 6330: its parameters, and which intermediate symbols make up each of its symbols.

Names of one letter are those of the RFC, so that text and code can be read side by side: a block of K source symbols is
filled up to K' with zeros, and L = K' + S + H intermediate symbols stand behind it, W of them reached by the sparse part
(LT), the last P by the dense one (PI). The numbers of `raptorq_tables.json` are its tables of 5.5 and 5.6.
"""

from bisect import bisect_left, bisect_right
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

import orjson

MOST_SYMBOLS: Final = 56_403
"""K'_max (5.1.2)."""
_DEGREES: Final = (
    5243, 529531, 704294, 791675, 844104, 879057, 904023, 922747, 937311, 948962, 958494, 966438, 973160, 978921, 983914,
    988283, 992138, 995565, 998631, 1001391, 1003887, 1006157, 1008229, 1010129, 1011876, 1013490, 1014983, 1016370,
    1017662, 1048576,
)  # fmt: skip
"""f[1] to f[30] of 5.3.5.2."""


class Block(NamedTuple):
    """The parameters of a source block (5.3.3.3 and 5.6)."""

    k: int
    """Source symbols."""
    k_prime: int
    """Source symbols with those of zeros that fill it up."""
    j: int
    """The systematic index, chosen so that the source symbols can stand among the encoded ones."""
    s: int
    """LDPC symbols."""
    h: int
    """HDPC symbols."""
    w: int
    """LT symbols."""
    p1: int
    """The smallest prime that is not below P."""

    @property
    def l(self) -> int:  # noqa: E743 - the RFC's name
        """Intermediate symbols."""
        return self.k_prime + self.s + self.h

    @property
    def p(self) -> int:
        """PI symbols."""
        return self.l - self.w

    def internal(self, esi: int) -> int:
        """The internal symbol id of an encoding symbol id: repair symbols come after those of zeros (5.3.1)."""
        return esi if esi < self.k else esi + self.k_prime - self.k

    def neighbours(self, isi: int) -> list[int]:
        """The intermediate symbols whose sum is the symbol of that internal id (5.3.5.3, 5.3.5.4)."""
        w, p, p1 = self.w, self.p, self.p1
        y = (10267 * (self.j + 1) + isi * ((53591 + self.j * 997) | 1)) & 0xFFFFFFFF
        d = min(bisect_right(_DEGREES, random(y, 0, 1 << 20)) + 1, w - 2)
        a, b = 1 + random(y, 1, w - 1), random(y, 2, w)
        d1 = 2 + random(isi, 3, 2) if d < 4 else 2
        a1, b1 = 1 + random(isi, 4, p1 - 1), random(isi, 5, p1)
        found = [(b + step * a) % w for step in range(d)]
        while d1:
            if b1 < p:
                found.append(w + b1)
                d1 -= 1
            b1 = (b1 + a1) % p1
        return found

    def sparse_checks(self) -> list[list[int]]:
        """Sets of intermediate symbols whose sum is zero: the S relations of LDPC (5.3.3.3)."""
        s, w, p = self.s, self.w, self.p
        b = w - s
        checks = [[b + i, w + i % p, w + (i + 1) % p] for i in range(s)]
        for i in range(b):
            for step in range(3):
                checks[(i + step * (1 + i // s)) % s].append(i)
        return checks

    def dense_places(self, column: int) -> tuple[int, int]:
        """The two rows of MT that have a one in this column, which is any but the last (5.3.3.3)."""
        first = random(column + 1, 6, self.h)
        return first, (first + random(column + 1, 7, self.h - 1) + 1) % self.h


@cache
def block_of(k: int) -> Block:
    """The block of `k` source symbols, the smallest of the table that holds them.

    Raises:
        ValueError: there is none.
    """
    if not 0 < k <= MOST_SYMBOLS:
        raise ValueError(f"no block of {k} symbols")
    rows: list[list[int]] = _tables()["parameters"]
    k_prime, j, s, h, w = rows[bisect_left(rows, [k])]
    return Block(k, k_prime, j, s, h, w, _prime_from(k_prime + s + h - w))


def random(y: int, i: int, m: int) -> int:
    """Rand[y, i, m] (5.3.5.1): a number below `m`."""
    v0, v1, v2, v3 = _random_tables()
    return (v0[(y + i) & 255] ^ v1[((y >> 8) + i) & 255] ^ v2[((y >> 16) + i) & 255] ^ v3[((y >> 24) + i) & 255]) % m


def _prime_from(number: int) -> int:
    while any(number % factor == 0 for factor in range(2, int(number**0.5) + 1)):
        number += 1
    return number


@cache
def _tables() -> dict[str, Any]:
    return orjson.loads((files("fieldlog.codes") / "raptorq_tables.json").read_bytes())


@cache
def _random_tables() -> tuple[list[int], ...]:
    return tuple(_tables()["random"])
