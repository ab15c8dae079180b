"""How a place in a film is written."""


def film_clock(ms: int) -> str:
    """`0:01:23.4`, as players show it."""
    tenths = ms // 100
    return f"{tenths // 36_000}:{tenths // 600 % 60:02}:{tenths // 10 % 60:02}.{tenths % 10}"
