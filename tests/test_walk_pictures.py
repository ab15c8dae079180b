"""How the walk looks. `pytest --snapshot-update tests/test_walk_pictures.py` writes the pictures anew."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot
from township import Township
from walking import keys, open_visit, walking

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])


def pressing(sequence: str) -> Callable[[Pilot[None]], object]:
    async def press(pilot: Pilot[None]) -> None:
        await pilot.press(*keys(sequence))
        await pilot.pause()

    return press


@SIZES
@pytest.mark.parametrize(
    ("name", "sequence"),
    [
        ("answered", "1 2 1 down 1"),
        ("strip", "1 3 2"),
        ("form", "2 1 up f4"),
        ("finish", "1 2 escape f10"),
    ],
    ids=lambda value: value if " " not in value else "",
)
def test_picture(township: Township, snap_compare, size: tuple[int, int], name: str, sequence: str):
    app = walking(township, open_visit(township, "lianxi", "dianpu", "fangxian"))
    assert snap_compare(app, terminal_size=size, run_before=pressing(sequence))
