"""Which key a key press means, and what it is called on the screen.

An input method that is on, or a number pad under the kitty protocol, sends other keys than a plain keyboard.
Outside text fields every key press is folded to its plain twin before Textual looks for a binding, so that a
screen binds `full_stop` and is reached by `.`, `。`, `．` and the pad's decimal point alike.
"""

import unicodedata
from typing import NamedTuple

from textual.keys import KEY_NAME_REPLACEMENTS, format_key, key_to_character


class PlainKey(NamedTuple):
    """A key as Textual names it (`full_stop`, `f4`, `1`) and the character it types, if any."""

    key: str
    character: str | None


NUMBER_PAD = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "decimal": ".",
    "separator": ".",
    "equal": "=",
}
"""Names of the pad's keys under the kitty protocol, and what they type."""

# Beyond Unicode's own compatibility forms. A laptop without a number pad has `+` only with Shift; `=` is the same key.
_SAME = {"\u3002": ".", "\u3001": "/", "=": "+"}

_NUM_LOCK_OFF = frozenset({"insert", "kp_begin"})


def name_of(character: str) -> str:
    """Textual's name of an ASCII character's key: `1` -> `1`, `.` -> `full_stop`, `/` -> `slash`."""
    if character.isalnum():
        return character
    name = unicodedata.name(character).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


def fold(key: str, character: str | None) -> PlainKey:
    """The plain twin of a key pressed outside a text field; the key itself if it has none."""
    typed = NUMBER_PAD.get(key) or character or key_to_character(key)
    if typed is None or len(typed) != 1 or not typed.isprintable():
        return PlainKey(key, character)
    plain = unicodedata.normalize("NFKC", typed)
    plain = _SAME.get(plain, plain)
    if len(plain) != 1 or not plain.isascii():
        return PlainKey(key, character)
    return PlainKey(name_of(plain), plain)


def fold_in_text(key: str, character: str | None) -> PlainKey:
    """The same inside a text field: text stays as typed, only a number pad key that lost its character gets it back."""
    if character is None and key in NUMBER_PAD:
        return PlainKey(name_of(NUMBER_PAD[key]), NUMBER_PAD[key])
    return PlainKey(key, character)


def is_composed(character: str | None) -> bool:
    """Whether a character can only come from an input method: a Han character or full-width punctuation."""
    return character is not None and len(character) == 1 and unicodedata.east_asian_width(character) in "WF"


def hints_num_lock_off(key: str) -> bool:
    """Whether the key is what the pad's 0 or 5 sends while NumLock is off; nothing in fieldlog uses it."""
    return key in _NUM_LOCK_OFF


_LABELS = {
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "space": "空格",
    "backspace": "退格",
    "delete": "Del",
    "insert": "Ins",
    "up": "上",
    "down": "下",
    "left": "左",
    "right": "右",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}


def label(key: str) -> str:
    """What a key is called on the screen: `f4` -> `F4`, `full_stop` -> `.`, `ctrl+p` -> `Ctrl+P`, `up` -> `上`."""
    if key in _LABELS:
        return _LABELS[key]
    *modifiers, last = key.split("+")
    if last in _LABELS:
        name = _LABELS[last]
    elif len(last) > 1 and last[0] == "f" and last[1:].isdecimal():
        name = last.upper()
    else:
        name = format_key(last)
        if modifiers:
            name = name.upper()
    return "+".join([*(modifier.capitalize() for modifier in modifiers), name])
