"""The village or neighbourhood that an address names."""

import re
from typing import Final

_UPPER_LEVELS: Final = re.compile(
    r"^(?:中国)?"
    r"(?:[一-龥]{2,7}?(?:省|自治区))?"
    r"(?:[一-龥]{2,6}?市)?"
    r"(?:(?!.{0,6}社区)[一-龥]{1,6}?[县区])?"
    r"(?:[一-龥]{1,6}?(?:街道办事处|街道|镇|乡)(?!村|社区))?"
)
"""Province, city, county and township before the village; 社区 must not be read as a district."""

_VILLAGE: Final = re.compile(r"^([一-龥]{1,7}?(?:社区|居委会|村(?!村|路|街|道|巷|小区|大道|镇|乡|民小组)))")
"""石板村滨河路 is in 石板村, 新农村路 is a road."""


def village_in(address: str) -> str:
    """`后叶镇正街社区正街171号` gives `正街社区`; an address without a village gives an empty text."""
    match = _VILLAGE.match(_UPPER_LEVELS.sub("", address, count=1)) or _VILLAGE.match(address)
    return match[1] if match else ""
