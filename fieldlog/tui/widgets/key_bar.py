# pyright: reportUnknownMemberType=false
# Textual leaves `Widget.app` and `Screen` signals without their type parameters.
"""The bottom line of every screen: the keys that work now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

from fieldlog.tui.live_keys import LiveKey, live_keys

GAP = 2
"""Cells between two keys, where there is room for all of them."""

PINNED = ("Esc", "F1")
"""Keys that stay, at the right, whatever else has to go."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A key with the cell it starts in."""

    live: LiveKey
    x: int

    @property
    def width(self) -> int:
        """Cells of key, space and word."""
        return _width(self.live)


def place_keys(keys: Sequence[LiveKey], width: int) -> list[Placed]:
    """The keys that fit into `width` cells: in their order from the left, the way out and help at the right.

    A screen names its keys in order of importance; where the line is too short, they move together, then the tail goes.
    """
    gap = GAP if sum(_width(live) + GAP for live in keys) - GAP <= width else 1
    pinned = sorted((live for live in keys if live.key in PINNED), key=lambda live: PINNED.index(live.key))
    end = width
    at_right: list[Placed] = []
    for live in reversed(pinned):
        at_right.insert(0, Placed(live, max(end - _width(live), 0)))
        end -= _width(live) + gap
    placed: list[Placed] = []
    x = 0
    for live in (live for live in keys if live.key not in PINNED):
        if x + _width(live) > end:
            break
        placed.append(Placed(live, x))
        x += _width(live) + gap
    return placed + at_right


def _width(live: LiveKey) -> int:
    return cell_len(live.key) + 1 + cell_len(live.word)


class KeyBar(Widget):
    """Shows the keys of its screen from the live bindings; a click on one presses it."""

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-bar--key"}
    """
    | Class | Description |
    | :- | :- |
    | `key-bar--key` | The name of a key. |
    """

    DEFAULT_CSS = """
    KeyBar {
        height: 1;
        padding: 0 1;
        background: $footer-background;
        color: $foreground;
        &>.key-bar--key { color: $footer-key-foreground; text-style: bold; }
    }
    """

    keys: reactive[tuple[LiveKey, ...]] = reactive(())
    """What is shown; follows the screen."""

    def on_mount(self) -> None:
        """Follow the screen's bindings."""
        self.screen.bindings_updated_signal.subscribe(self, self._follow)
        self._follow(self.screen)

    def _follow(self, screen: Screen[object]) -> None:
        if screen.is_attached:
            self.keys = tuple(live for live in live_keys(screen) if live.shown)

    def render(self) -> Text:
        """The keys that fit."""
        line = Text(no_wrap=True, end="")
        style = self.get_component_rich_style("key-bar--key", partial=True)
        for placed in place_keys(self.keys, self.size.width):
            line.append(" " * (placed.x - line.cell_len))
            line.append(placed.live.key, style).append(f" {placed.live.word}")
        return line

    async def _on_click(self, event: events.Click) -> None:
        event.stop()
        offset = event.get_content_offset(self)
        for placed in place_keys(self.keys, self.size.width):
            if offset is not None and placed.x <= offset.x < placed.x + placed.width:
                self.app.simulate_key(placed.live.keys[0])
