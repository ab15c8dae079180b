"""Where a word starts and ends in mixed Han and Latin text, for Ctrl+W and Ctrl+arrow.

Without a dictionary there are no word limits in Han text; Textual takes the whole run, so that Ctrl+W deletes a
sentence. Two characters are the usual length of a word.
"""

from typing import Literal

_HAN_WORD = 2

_Kind = Literal["space", "han", "word", "mark"]


def word_start(text: str, end: int) -> int:
    """Where the word before `end` starts; spaces behind a word belong to it.

    A word is a run of letters and digits, a run of marks, or at most two Han characters.
    """
    place = end
    while place and text[place - 1].isspace():
        place -= 1
    if not place:
        return 0
    kind = _kind(text[place - 1])
    least = max(place - _HAN_WORD, 0) if kind == "han" else 0
    while place > least and _kind(text[place - 1]) == kind:
        place -= 1
    return place


def word_end(text: str, start: int) -> int:
    """Where the word after `start` ends: the mirror of `word_start`."""
    return len(text) - word_start(text[::-1], len(text) - start)


def _kind(character: str) -> _Kind:
    if character.isspace():
        return "space"
    if not (character.isalnum() or character == "_"):
        return "mark"
    return "han" if character >= "\u2e80" else "word"
