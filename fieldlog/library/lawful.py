"""Holding every citation of a list against law texts, each reported in its own line."""

from collections.abc import Callable, Iterator
from typing import Any, Final, cast

from pydantic import ValidationError

from fieldlog.domain.checklist_parts import Standard
from fieldlog.domain.citation import Citation
from fieldlog.domain.law_words import read_places
from fieldlog.library.source import Source, Step

_Objection = Callable[[Citation], str | None]
_WORDS: Final = {"basis": "依据", "penalty": "罚则"}


def check_citations(source: Source, objection: _Objection) -> None:
    """Report every basis, penalty and 判定标准 that does not hold; those that are malformed are told already."""
    for path, item in _items(source.data):
        name = item.get("id") if isinstance(item.get("id"), str) else f"第 {int(path[3]) + 1} 项"
        for key, word in _WORDS.items():
            for n, raw in enumerate(_sequence(item.get(key))):
                why = _why(raw, objection)
                if why is not None:
                    source.report((*path, key, n), f"{name} 的{word}第 {n + 1} 个：{why}")
        if (why := _standard_why(item.get("standard"), objection)) is not None:
            source.report((*path, "standard", "clause"), f"{name} 的判定标准：{why}")


def _why(raw: Any, objection: _Objection) -> str | None:  # noqa: ANN401 - whatever YAML held
    try:
        return objection(Citation.model_validate(raw))
    except ValidationError:
        return None


def _standard_why(raw: Any, objection: _Objection) -> str | None:  # noqa: ANN401
    """A 判定标准 is a name and a clause in words; where it names a law text, it is held against it like a citation."""
    try:
        standard = Standard.model_validate(raw)
        law = standard.name.strip("《》")
        cited = [
            Citation(
                law=law,
                article=place.article.number,
                paragraph=place.paragraph or (1 if place.item else None),
                item=place.item,
                verified=standard.verified,
            )
            for place in read_places(standard.clause)
            if not place.article.sub
        ]
    except ValidationError:
        return None
    if not cited and standard.verified:
        return f"条款“{standard.clause}”看不出是第几条，核对不了：写成 第三条第一项，或写 verified: false"
    return next((why for each in cited if (why := objection(each)) is not None), None)


def _items(data: Any) -> Iterator[tuple[tuple[Step, ...], dict[str, Any]]]:  # noqa: ANN401
    for s, section in enumerate(_sequence(data.get("sections"))):
        held = cast("dict[str, Any]", section) if isinstance(section, dict) else {}
        for i, item in enumerate(_sequence(held.get("items"))):
            if isinstance(item, dict):
                yield ("sections", s, "items", i), cast("dict[str, Any]", item)


def _sequence(value: Any) -> list[Any]:  # noqa: ANN401
    return cast("list[Any]", value) if isinstance(value, list) else []
