"""Citations of law: `消防法#16.1.4` is article (条) 16, paragraph (款) 1, item (项) 4 of 消防法.

A citation whose text nobody has read against the statement it supports is *unverified*: it is shown as
such and may be a bare name, `药品经营质量管理规范`. Law texts are cited, never copied.
"""

import re
from typing import Annotated, Any, Final, cast

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

UNVERIFIED_MARK: Final = "（待核）"
HIGHEST_NUMBER: Final = 9999

_PARSED = re.compile(r"(?P<law>[^#]+)(?:#(?P<where>.*))?", re.DOTALL)
_WHERE = re.compile(r"[1-9]\d{0,3}(?:\.[1-9]\d{0,3}){0,2}", re.ASCII)
_DIGITS: Final = "零一二三四五六七八九"
_PLACES: Final = ("", "十", "百", "千")
_LEVELS: Final = ("条", "款", "项")

_Number = Annotated[int, Field(ge=1, le=HIGHEST_NUMBER)]
_LawName = Annotated[str, StringConstraints(min_length=2, max_length=60, pattern=r"^[^\s#;；《》][^#;；《》\n\r]*$")]


class Citation(BaseModel):
    """A place in a law, or an unverified law or standard by its name."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    law: _LawName
    article: _Number | None = None
    paragraph: _Number | None = None
    item: _Number | None = None
    verified: bool = True
    """Somebody read this article of the text in force against the statement that cites it."""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:  # noqa: ANN401 - whatever YAML held
        """Take the two forms of the YAML format beside the fields themselves."""
        if isinstance(value, str):
            return _fields(value) | {"verified": True}
        if isinstance(value, dict) and "law" not in value:
            given = dict(cast("dict[str, Any]", value))
            if isinstance(given.get("cite"), str):
                return _fields(given.pop("cite")) | given
        return cast("Any", value)

    @model_validator(mode="after")
    def _whole(self) -> "Citation":
        if self.law != self.law.strip():
            raise PydanticCustomError("citation", "法规名称前后不能有空格")
        if self.item is not None and self.paragraph is None:
            raise PydanticCustomError("citation", "有项无款：项前面要写款，如 消防法#16.1.4")
        if self.paragraph is not None and self.article is None:
            raise PydanticCustomError("citation", "有款无条：款前面要写条，如 消防法#16.1")
        if self.verified and self.article is None:
            raise PydanticCustomError(
                "citation",
                "“{law}”没有写到条，又没有标明未核实：写成 法名#条.款.项，或 {example}",
                {"law": self.law, "example": "{cite: 名称, verified: false}"},
            )
        return self

    def __str__(self) -> str:
        """The form that `parse` reads: `消防法#16.1.4`, or the bare name."""
        numbers = [str(n) for n in (self.article, self.paragraph, self.item) if n is not None]
        return f"{self.law}#{'.'.join(numbers)}" if numbers else self.law

    @property
    def chinese(self) -> str:
        """《消防法》第十六条第一款第四项; a technical standard is named without title marks."""
        name = self.law if self.law[0].isascii() else f"《{self.law}》"
        places = zip((self.article, self.paragraph, self.item), _LEVELS, strict=True)
        return name + "".join(f"第{chinese_number(n)}{level}" for n, level in places if n is not None)

    @property
    def shown(self) -> str:
        """`chinese`, marked where nobody has verified it: what screens and documents print."""
        return self.chinese if self.verified else self.chinese + UNVERIFIED_MARK


def parse(text: str, *, verified: bool = True) -> Citation:
    """Read `消防法#16.1.4`; a bare name only where `verified` is false.

    Raises:
        pydantic.ValidationError: (a ValueError) `text` is no citation; its message is Chinese.
    """
    return Citation.model_validate(_fields(text) | {"verified": verified})


def chinese_number(number: int) -> str:
    """1 to 9999 as law texts write it: 16 is 十六, 105 is 一百零五, 110 is 一百一十."""
    if not 1 <= number <= HIGHEST_NUMBER:
        raise ValueError(f"{number} 不在 1 到 {HIGHEST_NUMBER} 之间")
    digits = str(number)
    written = ""
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit != "0":
            written += _DIGITS[int(digit)] + _PLACES[place]
        elif not written.endswith("零"):
            written += "零"
    written = written.rstrip("零")
    return written[1:] if 10 <= number < 20 else written


def _fields(text: str) -> dict[str, str | int]:
    """`text` cut into the fields of a citation."""
    cut = _PARSED.fullmatch(text)
    if cut is None:
        raise PydanticCustomError("citation", "缺法规名称：写成 法名#条.款.项，如 消防法#16.1.4")
    where = cut["where"]
    if where is None:
        return {"law": cut["law"]}
    if not _WHERE.fullmatch(where):
        raise PydanticCustomError(
            "citation",
            "“{text}”的条款项写法不对：# 后面是条.款.项的数字，如 消防法#16.1.4",
            {"text": text},
        )
    return {"law": cut["law"]} | dict(zip(("article", "paragraph", "item"), map(int, where.split(".")), strict=False))
