"""RaptorQ: making the repair codes of a message, and putting it together where none of its plain codes was read.

Beside it stands the same with the Rust package `raptorq`, where that is installed. `python -m benchmarks.fountain` runs it alone.
"""

import random
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec

from benchmarks.report import HEADER, Row
from fieldlog.codes.raptorq import Source, whole

_SIZE = 56
"""Bytes of a symbol: of a code on a screen of 80x24."""
_BUDGET_S = 1


def run() -> Iterator[Row]:
    """From a small visit to the largest message; seconds, the best of three."""
    dice = random.Random(6330)
    for count in (8, 40, 100, 300, 1000, 4600):
        message = dice.randbytes(count * _SIZE)
        source = Source(message, _SIZE)
        got = {esi: source.symbol(esi) for esi in range(count, 2 * count + 2)}

        def put_together(message: bytes = message, got: dict[int, bytes] = got) -> None:
            if whole(len(message), _SIZE, got) != message:
                raise SystemExit("not the message")

        makes, takes = (
            _best(lambda message=message, count=count: Source(message, _SIZE).symbol(count)),
            _best(put_together),
        )
        theirs = _theirs(message, got) if find_spec("raptorq") else ("", "")
        yield Row(f"{count:,} 块，第一个冗余码", f"{makes * 1000:.1f} ms", theirs[0], makes, _BUDGET_S)
        yield Row(f"{count:,} 块，全凭冗余码还原", f"{takes * 1000:.1f} ms", theirs[1], takes, _BUDGET_S)


def _theirs(message: bytes, got: dict[int, bytes]) -> tuple[str, str]:
    import raptorq

    def put_together() -> None:
        decoder = raptorq.Decoder.with_defaults(len(message), _SIZE)
        for esi, symbol in got.items():
            decoder.decode(esi.to_bytes(4) + symbol)

    makes = _best(lambda: raptorq.Encoder.with_defaults(message, _SIZE).get_encoded_packets(1))
    return f"{makes * 1000:.1f} ms", f"{_best(put_together) * 1000:.1f} ms"


def _best(work: Callable[[], object]) -> float:
    times: list[float] = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Measure and print."""
    print(HEADER)
    for row in run():
        print(row.line(), flush=True)


if __name__ == "__main__":
    main()
