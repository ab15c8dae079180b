"""The two looks of fieldlog and the glyphs an old console cannot draw.

Every colour of the program stands here; TCSS uses the theme's variables only. One accent (blue) for where the
cursor is; teal, amber and vermilion for states, which stay apart for colour-blind eyes and always have a word too.
Text on any of the three grounds ($background, $surface, $panel) reaches WCAG AA (4.5 : 1).
"""

import unicodedata
from functools import lru_cache

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter
from textual.scrollbar import ScrollBarRender
from textual.theme import Theme

LIGHT = Theme(
    name="fieldlog-light",
    dark=False,
    primary="#1B5C9E",
    secondary="#4A5A68",
    accent="#1B5C9E",
    success="#0B6B57",
    warning="#805000",
    error="#AD3512",
    foreground="#1C252C",
    background="#FAFBFB",
    surface="#F0F3F4",
    panel="#E4E9EC",
    variables={
        "boost": "#D6DEE3",
        "text-muted": "#52606B",
        "text-disabled": "#6C7983",
        "block-cursor-background": "#1B5C9E",
        "block-cursor-foreground": "#FFFFFF",
        "block-cursor-blurred-background": "#CBDCEC",
        "block-cursor-blurred-foreground": "#1C252C",
        "footer-key-foreground": "#1B5C9E",
        "footer-background": "#E4E9EC",
        "input-selection-background": "#B7D2EC",
        "scrollbar": "#B4C0C8",
        "scrollbar-hover": "#93A3AE",
        "scrollbar-active": "#1B5C9E",
        "scrollbar-background": "#F0F3F4",
    },
)

DARK = Theme(
    name="fieldlog-dark",
    dark=True,
    primary="#82B8EC",
    secondary="#A9B7C2",
    accent="#82B8EC",
    success="#6CCBB0",
    warning="#E2B457",
    error="#F4956F",
    foreground="#DFE5E9",
    background="#14191D",
    surface="#1A2126",
    panel="#232C33",
    variables={
        "boost": "#303C45",
        "text-muted": "#9BA9B4",
        "text-disabled": "#84919B",
        "block-cursor-background": "#2A5C8F",
        "block-cursor-foreground": "#FFFFFF",
        "block-cursor-blurred-background": "#26343F",
        "block-cursor-blurred-foreground": "#DFE5E9",
        "footer-key-foreground": "#82B8EC",
        "footer-background": "#232C33",
        "input-selection-background": "#2F567C",
        "scrollbar": "#3D4B55",
        "scrollbar-hover": "#556672",
        "scrollbar-active": "#82B8EC",
        "scrollbar-background": "#1A2126",
    },
)


class PlainScrollBar(ScrollBarRender):
    """A scroll bar of whole cells: the eighth-blocks of Textual's own are drawn two cells wide by old consoles."""

    VERTICAL_BARS = [" "] * 8
    HORIZONTAL_BARS = [" "] * 8


# One cell for one cell, so that nothing on the line moves. Everything ambiguous that is not named becomes `?`.
_TWINS = str.maketrans(
    {
        **dict.fromkeys("\u2500\u2501\u2504\u2505\u2550\u2594\u2581\u2013\u2014\u2015", "-"),
        **dict.fromkeys("\u2502\u2503\u2506\u2507\u2551\u2588\u258c\u258f\u2590\u258e\u258a\u258b\u2595\u2589", "|"),
        **dict.fromkeys("\u2580\u2582\u2583\u2584\u2585\u2586\u2587\u2592\u2593\u25a0\u25a1\u25aa", "#"),
        **dict.fromkeys("\u2018\u2019", "'"),
        **dict.fromkeys("\u201c\u201d\u2033", '"'),
        **dict.fromkeys("\u00b7\u2026\u2022\u00b0", "."),
        **dict.fromkeys("\u2605\u2606\u203b\u25cf\u25cb\u25c6\u25c7", "*"),
        **dict.fromkeys("\u2192\u2265\u226b\u25b6\u25b8\u203a", ">"),
        **dict.fromkeys("\u2190\u2264\u226a\u25c0\u2039", "<"),
        **dict.fromkeys("\u2191\u25b2", "^"),
        **dict.fromkeys("\u2193\u25bc\u221a\u2713", "v"),
        **dict.fromkeys("\u00d7\u2715\u2717", "x"),
        "\u00f7": "/",
        "\u2103": "C",
        "\u00a7": "S",
        "\u00b1": "~",
        **{chr(0x2460 + number): str(number + 1) for number in range(9)},
    }
)
_BOX_CORNERS = range(0x250C, 0x254C)
_DOUBLE_CORNERS = range(0x2552, 0x2574)


@lru_cache(4096)
def in_ascii(text: str) -> str:
    """The text with every ambiguous-width glyph replaced by one ASCII character; Han text stays as it is."""
    if text.isascii():
        return text
    return "".join(map(_narrow, text.translate(_TWINS)))


def _narrow(character: str) -> str:
    if unicodedata.east_asian_width(character) != "A":
        return character
    code = ord(character)
    return "+" if code in _BOX_CORNERS or code in _DOUBLE_CORNERS else "?"


class AsciiGlyphs(LineFilter):
    """Replaces ambiguous-width glyphs on their way to the terminal, borders and officers' texts alike."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments with only such glyphs as every console draws in the cells we count for them."""
        return [Segment(in_ascii(text), style, control) for text, style, control in segments]
