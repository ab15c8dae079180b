"""The field that finds premises: typed letters, digits, or what a scanner types."""

import re

from fieldlog.tui.widgets.text_field import SearchField

PLACEHOLDER = "名称、拼音首字母、信用代码、电话或地址；可扫码"

_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Z])")  # GB 32100-2015: no I, O, S, V, Z


def searched(typed: str) -> str:
    """What to look for: the credit code alone where the text holds one, as the address in a shop's QR code does."""
    code = _CODE.search(typed.upper())
    return code[0] if code else typed


class PremisesField(SearchField):
    """A search field that says what finds premises. Enter takes the first, Down goes to the list."""

    def __init__(self) -> None:
        super().__init__(placeholder=PLACEHOLDER)
