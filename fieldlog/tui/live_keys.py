# pyright: reportUnknownMemberType=false
# Textual leaves `App` and `Screen` without their type parameters.
"""The keys that work on a screen right now, read from Textual's own table, so that help cannot lie."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from fieldlog.tui.keys import label


@dataclass(frozen=True, slots=True)
class LiveKey:
    """One thing that keys of this screen do."""

    keys: tuple[str, ...]
    """Textual's names of the keys, the one to show first."""
    word: str
    """What it does, in Chinese."""
    owner: str
    """CSS type of the widget, screen or app the keys belong to."""
    shown: bool
    """Whether it belongs into the key bar."""
    called: str = ""
    """What the binding itself calls its keys, e.g. `1-9`."""

    @property
    def key(self) -> str:
        """The first key as it is called on the screen."""
        return self.called or label(self.keys[0])

    @property
    def all_keys(self) -> str:
        """All keys as they are called on the screen; the Super twins of a Mac's keyboard go without saying."""
        plain = [key for key in self.keys if not key.startswith("super+")]
        return self.called or " ".join(dict.fromkeys(label(key) for key in plain or self.keys))


# Bindings that Textual's own containers and screens bring along, with English words.
_TEXTUAL_WORDS = {
    "app.focus_next": "下一处",
    "app.focus_previous": "上一处",
    "screen.copy_text": "复制选中的文字",
    "scroll_up": "上滚",
    "scroll_down": "下滚",
    "page_up": "上一页",
    "page_down": "下一页",
    "scroll_home": "到开头",
    "scroll_end": "到末尾",
}


def live_keys(screen: Screen[object]) -> list[LiveKey]:
    """What can be pressed on this screen now, the focused widget's keys first, then its parents', the app's last.

    A node may carry `action_words`, words of its own for an action (`{"open": "详情"}`). Bindings of one
    `Binding.Group` stand together under its description; a compact group is called `1-9`. A binding without a Chinese
    word is one of Textual's that nobody needs to know, and stays out.
    """
    found: dict[tuple[DOMNode, str | Binding.Group], list[Binding]] = {}
    for active in screen.active_bindings.values():
        if active.enabled and not active.binding.system:
            binding = active.binding
            found.setdefault((active.node, binding.group or binding.action), []).append(binding)
    return [
        LiveKey(
            keys=tuple(binding.key for binding in bindings),
            word=word,
            owner=type(node).__name__,
            shown=any(binding.show for binding in bindings),
            called=_called(bindings),
        )
        for (node, _), bindings in found.items()
        if (word := _word(node, bindings[0]))
    ]


def _called(bindings: Sequence[Binding]) -> str:
    group = bindings[0].group
    if group is not None and group.compact:
        return f"{label(bindings[0].key)}-{label(bindings[-1].key)}"
    return bindings[0].key_display or ""


def _word(node: DOMNode, binding: Binding) -> str:
    own: Mapping[str, str] = getattr(node, "action_words", {})
    word = own.get(binding.action) or _TEXTUAL_WORDS.get(binding.action) or binding.description
    if binding.group is not None:
        word = binding.group.description or word
    return "" if word.isascii() else word
