"""Places in a law as people write them: 《消防法》第十六条第一款第（四）项, 消防法 16.1.4, 消防法#16-1."""

import re
from typing import Final

from fieldlog.domain.citation import HIGHEST_NUMBER, UNVERIFIED_MARK
from fieldlog.domain.law_text import NUMERAL, ArticleNumber, Place, read_number

_ITEM: Final = rf"第?\s?[（(]?\s?{NUMERAL}{{1,5}}\s?[）)]?"
_PLACE = re.compile(
    rf"第\s?({NUMERAL}{{1,9}})\s?条(?:之({NUMERAL}{{1,3}}))?"
    rf"(?:\s?第\s?({NUMERAL}{{1,5}})\s?款)?"
    rf"(?:\s?({_ITEM}(?:[、,，和及或]{_ITEM})*)\s?项)?"
)
_PLAIN = re.compile(r"([1-9]\d{0,3})(?:-([1-9]\d{0,2}))?(?:\.([1-9]\d{0,3}))?(?:\.([1-9]\d{0,3}))?", re.ASCII)
_NUMBER = re.compile(f"{NUMERAL}+")


def read_places(text: str) -> list[Place]:
    """Every place that `text` names, in order: 第二十八条、第六十条第一款第（一）、（三）项 are three."""
    return [place for found in _PLACE.finditer(text) for place in _of_match(found)]


def read_cited(text: str) -> tuple[str, Place | None]:
    """The law's name and the place that `text` cites; no place where it is a name alone.

    Raises:
        ValueError: something follows the name that is no place; the message is Chinese.
    """
    text = text.strip().removesuffix(UNVERIFIED_MARK).strip()
    if text.startswith("《"):
        name, _mark, where = text[1:].rpartition("》")
    else:
        name, where = _name_and_where(text)
    name, where = name.strip().strip("《》"), where.strip().removeprefix("#")
    if not where:
        return name or text.strip("《》"), None
    plain = _PLAIN.fullmatch(where)
    if plain is not None:
        article, sub, paragraph, item = (int(part) if part else None for part in plain.groups())
        return name, Place(ArticleNumber(article or 0, sub or 0), paragraph, item)
    written = _PLACE.fullmatch(where)
    places = _of_match(written) if written is not None else []
    if len(places) != 1 or not name:
        raise ValueError(f"看不懂“{where[:30]}”：写成 消防法#16.1.4 或 消防法第十六条第一款第四项，一次一处")
    return name, places[0]


def _name_and_where(text: str) -> tuple[str, str]:
    """Cut where the place begins: at `#`, at a number behind a space, or at 第…条."""
    if "#" in text:
        name, _sign, where = text.partition("#")
        return name, where or "?"
    name, space, where = text.rpartition(" ")
    if space and where and where[0].isdigit() and _PLAIN.fullmatch(where):
        return name, where
    found = re.search(rf"第\s?{NUMERAL}{{1,9}}\s?条", text)
    return (text[: found.start()], text[found.start() :]) if found else (text, "")


def _of_match(found: re.Match[str]) -> list[Place]:
    article, sub = read_number(found[1]), read_number(found[2]) if found[2] else 0
    paragraph = read_number(found[3]) if found[3] else None
    if article is None or sub is None or article > HIGHEST_NUMBER or (found[3] and paragraph is None):
        return []
    number = ArticleNumber(article, sub)
    if found[4] is None:
        return [Place(number, paragraph)]
    items = [read_number(part) for part in _NUMBER.findall(found[4])]
    return [Place(number, paragraph, item) for item in items if item is not None]
