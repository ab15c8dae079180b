"""How answers, remarks, photos and hazards name an item of a visit.

By the item's id; in a section that is walked once for each thing of a kind (each 冷藏柜) with the thing's number behind
it, from 1: `canyin-12@2`. Statistics over items cut at the `@`.
"""


def reference(item: str, nth: int = 0) -> str:
    """The reference to an item; `nth` is the thing's number, 0 where the section is walked once."""
    return f"{item}@{nth}" if nth else item


def item_of(ref: str) -> str:
    """The id of the item that is meant."""
    return ref.partition("@")[0]


def nth_of(ref: str) -> int:
    """Which thing is meant, from 1; 0 where none is."""
    if "@" not in ref:  # nearly every one
        return 0
    number = ref.partition("@")[2]
    return int(number) if number.isascii() and number.isdecimal() and len(number) <= 4 else 0


def label_of(thing: str, nth: int) -> str:
    """What the nth thing is called while nobody has named it: 冷藏柜2."""
    return f"{thing}{nth}"
