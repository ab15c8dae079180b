"""Ids: a list's from the pinyin of its title, an item's by its text, so that results stay comparable."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from fieldlog.domain.checklist import Checklist
from fieldlog.domain.checklist_parts import Item, Section
from fieldlog.domain.citation import Citation
from fieldlog.sheets.text import match_key

_LONGEST_ID: Final = 40
_FILLED_IN: Final = (
    *("how_to_check", "penalty", "level", "standard", "deadline_days", "deadline_kind", "condition", "shared"),
    *("measure", "photo", "findings"),
)
"""What the office may have set in the file by hand since, and a table seldom states."""
_TAIL = re.compile(
    r"(?:专项)?(?:监督|执法|安全|现场|日常)?(?:检查|排查|自查|巡查|核查|评分|评定|考核)?(?:记录)?(?:表|清单|单|表格|要点表|要点|标准)$"
)
_PLACE = re.compile(r"^[\u4e00-\u9fff]{2,3}(?:镇|乡|街道|县|区)(?=[\u4e00-\u9fff]{3})")


def list_id(title: str, taken: Collection[str] = ()) -> str:
    """The pinyin of a title without township, year and 检查表; two syllables a word, `jiuxiao-changsuo-xiaofang`."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - loads its dictionary

    plain = re.sub(r"[（(][^（）()]*[)）]|\d{4}\s*年?版?", "", title)
    plain = re.sub(r"[^\u4e00-\u9fffA-Za-z0-9]", "", plain)
    plain = _TAIL.sub("", _PLACE.sub("", plain)) or plain
    syllables = [re.sub(r"[^a-z0-9]", "", each.lower()) for each in lazy_pinyin(plain)]
    syllables = [each for each in syllables if each]
    words = ["".join(syllables[at : at + 2]) for at in range(0, len(syllables), 2)]
    if not words or not words[0][0].isalpha():
        words.insert(0, "qingdan")
    made = ""
    for word in words:
        longer = f"{made}-{word}" if made else word
        if len(longer) > _LONGEST_ID - 3:
            break
        made = longer
    made = made or "qingdan"
    return next(each for n in range(1, 1000) if (each := made if n == 1 else f"{made}-{n}") not in taken)


def renamed(checklist: Checklist, new_id: str, numbers: Mapping[str, int]) -> Checklist:
    """The list under another id, its items numbered as `numbers` says by their present id."""
    sections = tuple(
        section.model_copy(
            update={
                "items": tuple(item.model_copy(update={"id": f"{new_id}-{numbers[item.id]}"}) for item in section.items)
            }
        )
        for section in checklist.sections
    )
    return checklist.model_copy(update={"id": new_id, "sections": sections})


def numbers_for(checklist: Checklist, before: Checklist | None, used: int = 0) -> dict[str, int]:
    """The number of each item: that of the item with the same text in the version before, else the next free one.

    Args:
        used: the highest number ever given, where the file of the version before says so.
    """
    known = {match_key(item.text): number_of(item.id) for item in before.items()} if before else {}
    free = max([used, *known.values()])
    numbers: dict[str, int] = {}
    for item in checklist.items():
        number = known.pop(match_key(item.text), None)
        if number is None:
            free += 1
            number = free
        numbers[item.id] = number
    return numbers


def number_of(item_id: str) -> int:
    """The number at the end of an item's id."""
    return int(item_id.rpartition("-")[2])


def carried_over(item: Item, before: Item, stated: Collection[str]) -> Item:
    """The item with what the version before holds beyond the table: verified citations, findings, conditions."""
    held = {name: getattr(before, name) for name in _FILLED_IN if name not in stated}
    if "level" in stated:
        held.pop("standard", None)
    held["basis"] = before.basis if "basis" not in stated else _verified(item.basis, before.basis)
    if "penalty" in stated:
        held["penalty"] = _verified(item.penalty, before.penalty)
    return item.model_copy(update=held)


def _verified(now: tuple[Citation, ...], before: tuple[Citation, ...]) -> tuple[Citation, ...]:
    read = {str(each): each for each in before if each.verified}
    return tuple(read.get(str(each), each) for each in now)


def merged(checklist: Checklist, before: Checklist, stated: Mapping[str, Collection[str]]) -> Checklist:
    """A list read again, with what its version before holds beyond the table; `stated` by the present ids."""
    known = {item.id: item for item in before.items()}
    sections = tuple(_merged(section, before, known, stated) for section in checklist.sections)
    return checklist.model_copy(
        update={
            "sections": sections, "competence": before.competence, "applies_to": before.applies_to,
            "extends": before.extends,
            "features": before.features or checklist.features, "scoring": checklist.scoring or before.scoring,
        }
    )  # fmt: skip


def _merged(
    section: Section, before: Checklist, known: Mapping[str, Item], stated: Mapping[str, Collection[str]]
) -> Section:
    items = tuple(
        carried_over(item, known[item.id], stated.get(item.id, ())) if item.id in known else item
        for item in section.items
    )
    old = next((each for each in before.sections if each.title == section.title), None)
    held = {"items": items}
    if old is not None:
        held |= {name: getattr(section, name) or getattr(old, name) for name in ("place", "condition", "repeat")}
    return section.model_copy(update=held)
