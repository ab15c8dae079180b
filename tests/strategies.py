"""Hypothesis strategies for what stands in logs."""

from typing import Any

from hypothesis import strategies as st

_SAFE = 2**53 - 1
_KEYS = st.text(st.characters(max_codepoint=127), max_size=8)


def texts() -> st.SearchStrategy[str]:
    """Any text that UTF-8 can carry, with control characters, quotes and characters beyond the BMP."""
    return st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def json_bodies() -> st.SearchStrategy[dict[str, Any]]:
    """Bodies as an entry may hold them."""
    leaves = st.one_of(st.none(), st.booleans(), st.integers(-_SAFE, _SAFE), texts())
    values = st.recursive(
        leaves, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_KEYS, inner, max_size=4))
    )
    return st.dictionaries(_KEYS.filter(lambda key: key != "salt"), values, max_size=5)
