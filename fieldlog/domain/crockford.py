"""Document ids as bytes: 26 characters of Crockford's base 32 hold 16 bytes."""

from typing import Final

_DIGITS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES: Final = {digit: value for value, digit in enumerate(_DIGITS)}
ID_BYTES: Final = 16
_ID_DIGITS: Final = 26


def id_of(data: bytes) -> str:
    """The document id that 16 bytes spell."""
    number = int.from_bytes(data[:ID_BYTES])
    return "".join(_DIGITS[number >> 5 * place & 31] for place in range(_ID_DIGITS - 1, -1, -1))


def bytes_of(doc: str) -> bytes:
    """The 16 bytes that a document id spells.

    Raises:
        ValueError: it is none.
    """
    try:
        number = sum(_VALUES[digit] << 5 * place for place, digit in enumerate(reversed(doc)))
        if len(doc) == _ID_DIGITS:
            return number.to_bytes(ID_BYTES)
    except (KeyError, OverflowError) as error:
        raise ValueError(doc) from error
    raise ValueError(doc)
