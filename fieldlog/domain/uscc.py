"""The unified social credit code (统一社会信用代码, GB 32100-2015) as people write it.

Offices write it in lower case, full width, with blanks, and put other numbers in its place: the old 15-digit
registration number, or the owner's identity number. Only a code whose check digit fits is ever used.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

_LOOKALIKE: Final = str.maketrans("OIZSV", "01250")
"""Letters that the code never holds, and what they were probably meant to be (V has no twin; 0 keeps it wrong)."""


@dataclass(frozen=True, slots=True)
class CodeReading:
    """`code` is valid or empty; `doubt` says in Chinese what is wrong with what was written, else empty."""

    code: str
    doubt: str = ""


def compact(text: str) -> str:
    """Upper case, half width, without blanks, dashes and invisible signs."""
    return re.sub(r"[\s\-‐-―·.'’‘`\u200b-\u200f\ufeff]", "", unicodedata.normalize("NFKC", text)).upper()


def examine(text: str) -> CodeReading:
    """Read one written code. An identity number is never repeated in the doubt, since it is personal."""
    from stdnum.cn import uscc  # noqa: PLC0415 - it loads ssl, which the start of the program can do without

    written = compact(text)
    if not written:
        return CodeReading("")
    if is_person_id(written):
        return CodeReading("", "填的是身份证号，不是统一社会信用代码")
    if uscc.is_valid(written):
        return CodeReading(written)
    return CodeReading("", _what_is_wrong(written))


def is_person_id(text: str) -> bool:
    """Whether it is an 18-digit identity number (GB 11643) with a possible birthday and a right check digit."""
    if not re.fullmatch(r"[1-8][0-9]{16}[0-9X]", text):
        return False
    from stdnum.cn import ric  # noqa: PLC0415

    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    return 1900 <= born.year <= 2100 and ric.calc_check_digit(text) == text[-1]


def _what_is_wrong(written: str) -> str:
    from stdnum.cn import uscc  # noqa: PLC0415

    if re.fullmatch(r"[0-9]{15}", written):
        return f"填的是15位旧注册号（{written}），不是统一社会信用代码"
    if not re.fullmatch(r"[0-9A-Z]+", written):
        return f"统一社会信用代码里有不该有的字符：{written[:40]}"
    if len(written) != 18:
        return f"统一社会信用代码应为18位，现为{len(written)}位：{written[:40]}"
    guess = written.translate(_LOOKALIKE)
    if guess != written:
        hint = f"，是否应为 {guess}" if uscc.is_valid(guess) else ""
        return f"统一社会信用代码里没有字母 I O S V Z：{written}{hint}"
    return f"统一社会信用代码校验位不对：{written}"
