"""Line breaking for Han text, by cells.

Rules: no line begins with a closing mark and none ends with an opening one (GB/T 15834-2011, 5.1.1-5.1.4), a run of
letters and digits stays together, and a space at a break disappears. Textual's own wrapping takes a whole Han run for
one word and lets a line begin with a comma.
"""

import re
from collections.abc import Iterable, Iterator

from rich.cells import cell_len, chop_cells

from fieldlog.tui.widgets.cells import one_line

# Written as escapes where the glyph is of ambiguous width: such glyphs do not belong on our own screens, and a test
# looks for them in this package's strings.
NEVER_FIRST = frozenset(
    "，。、；：？！）》」』】〕〉,.;:?!)]}%％～~/"
    "\u201d\u2019\u2026\u2014\u00b7\u2103\u2030\u00b0\u00b7\uff5d\uff3d\u30fb\u3017\uff0f"
)
"""Marks that belong to what stands before them."""

NEVER_LAST = frozenset("（《「『【〔〈([{#\u201c\u2018\uff5b\uff3b\u3016￥\u00a5$\u00a7")
"""Marks that belong to what comes after them."""

_PIECE = re.compile(r"[ \u3000]+|[^\W\u2e80-\U0003ffff]+(?:[.,:/@+\-\u2013][^\W\u2e80-\U0003ffff]+)*|.", re.DOTALL)


def wrap(text: str, width: int, hanging: int = 0, *, indented: bool = False) -> list[str]:
    """The lines of `text`, each at most `width` cells wide, without trailing spaces.

    Lines after the first of a paragraph, where `indented` that one too, start with `hanging` spaces. Line breaks in the text stay. A unit that is
    wider than the line is chopped; only then may a line begin with a closing mark.
    """
    width = max(width, 2)  # a Han character needs two
    hanging = min(hanging, width - 2)
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        lines.extend(_wrap_paragraph(one_line(paragraph), width, " " * hanging, " " * hanging if indented else ""))
    return lines


def _wrap_paragraph(text: str, width: int, indent: str, first: str) -> Iterator[str]:
    line, used = first, len(first)
    for unit in _units(text.strip()):
        if used + cell_len(unit.rstrip()) > width and not (line.isspace() or not line):
            yield line.rstrip()
            line, used = indent, len(indent)
        *full, rest = _chunks(unit, width - used, width - len(indent))
        for chunk in full:
            yield line + chunk
            line, used = indent, len(indent)
        line, used = line + rest, used + cell_len(rest)
    yield line.rstrip()


def _chunks(unit: str, first: int, others: int) -> list[str]:
    """A unit in pieces that fit: the first into what is left of its line, the others into a line each."""
    if cell_len(unit.rstrip()) <= first:
        return [unit]
    head = chop_cells(unit, first)[0]
    return [head, *chop_cells(unit[len(head) :].rstrip(), others)]


def _units(text: str) -> Iterator[str]:
    """The text cut where a line may break: opening marks stand before their unit, closing marks and spaces after it."""
    unit = ""
    for piece in _PIECE.findall(text):
        if unit and not (piece.isspace() or piece[0] in NEVER_FIRST or _ends_open(unit)):
            yield unit
            unit = ""
        unit += piece
    if unit:
        yield unit


def _ends_open(unit: str) -> bool:
    return not unit[-1].isspace() and unit[-1] in NEVER_LAST


def lines_of(parts: Iterable[str], width: int, gap: str = "  ") -> list[str]:
    """The parts, none of them broken, on as few lines as they need; one that is wider than a line stands alone."""
    lines: list[str] = []
    for part in parts:
        if lines and cell_len(lines[-1]) + len(gap) + cell_len(part) <= width:
            lines[-1] += gap + part
        else:
            lines.append(part)
    return lines
