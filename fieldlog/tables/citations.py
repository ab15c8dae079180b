"""Free-text bases into citations: `《消防法》第十六条第一款第（四）项、第二十八条` as an office writes them.

Nothing read here is verified: nobody has held the article against the statement. What is no citation is handed back.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import ValidationError

from fieldlog.domain.citation import UNVERIFIED_MARK, Citation
from fieldlog.domain.numerals import number_of
from fieldlog.tables.citation_words import (
    FILLER,
    LEAD,
    LISTED,
    LONGEST_NAME,
    MOST_IN_RANGE,
    STANDARD,
    TOKEN,
    WIDTH,
    each_with_level,
    law_name,
    place_words,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """The citations of one cell, and what of it was not understood."""

    citations: tuple[Citation, ...]
    rest: tuple[str, ...] = ()
    """Pieces of the text that are no citation, or that a citation cannot say; kept in the item's note."""


@dataclass(slots=True)
class _Reader:
    abbreviations: dict[str, str]
    law: str = ""
    article: int | None = None
    paragraph: int | None = None
    item: int | None = None
    open: bool = False
    """A place was read since the last citation was made."""
    named: bool = False
    """The law was named and has no place yet."""
    ranging: bool = False
    found: list[Citation] = field(default_factory=list[Citation])
    rest: list[str] = field(default_factory=list[str])

    def name(self, law: str) -> None:
        self.close()
        if self.named and self.law:
            self._add(self.law, None, None, None)
        self.law, self.article, self.paragraph, self.item = law, None, None, None
        self.named, self.ranging = True, False

    def close(self) -> None:
        """Make the citation of the place read so far."""
        if not self.open:
            return
        self.open = False
        if not self.law:
            self.rest.append(place_words(self.article, self.paragraph, self.item))
        else:
            paragraph = 1 if self.item is not None and self.paragraph is None else self.paragraph
            self._add(self.law, self.article, paragraph, self.item)

    def take_article(self, number: int, written: str) -> None:
        start = self.article
        if self.ranging and start is not None and start < number <= start + MOST_IN_RANGE and not self.paragraph:
            self.close()
            for between in range(start + 1, number):
                self._add(self.law, between, None, None)
        elif self.ranging and start is not None:
            self.rest.append(f"{written}（范围只取了首尾）")
        self.close()
        self.article, self.paragraph, self.item = number, None, None
        self.open, self.named, self.ranging = True, False, False

    def take_paragraph(self, number: int) -> None:
        if self.article is None:
            self.rest.append(f"第{number}款")
            return
        start = self.paragraph
        if self.open and start is not None:
            self.close()
            for between in range(start + 1, number) if self.ranging and number <= start + MOST_IN_RANGE else ():
                self._add(self.law, self.article, between, None)
        self.paragraph, self.item, self.open, self.ranging = number, None, True, False

    def take_item(self, number: int) -> None:
        if self.article is None:
            self.rest.append(f"第{number}项")
            return
        start = self.item
        if self.open and start is not None:
            self.close()
            for between in range(start + 1, number) if self.ranging and number <= start + MOST_IN_RANGE else ():
                self._add(self.law, self.article, self.paragraph or 1, between)
        self.item, self.open, self.ranging = number, True, False

    def takes(self) -> tuple[Callable[[int], None], ...]:
        """What takes an article, a paragraph and an item."""
        return (lambda number: self.take_article(number, f"第{number}条")), self.take_paragraph, self.take_item

    def bare(self, law: str) -> None:
        """Cite a text by its name alone."""
        self.close()
        self.named = False
        self._add(law, None, None, None)

    def _add(self, law: str, article: int | None, paragraph: int | None, item: int | None) -> None:
        try:
            made = Citation(law=law, article=article, paragraph=paragraph, item=item, verified=False)
        except ValidationError:
            self.rest.append(law + place_words(article, paragraph, item))
            return
        if made not in self.found:
            self.found.append(made)


def read_citations(text: str, law: str = "", abbreviations: dict[str, str] | None = None) -> Reading:
    """The citations in the text of a cell, all unverified.

    Args:
        law: the law that a bare 第二十八条 belongs to, where the column's heading names one.
        abbreviations: short names explained elsewhere in the table; what this text explains is added.
    """
    reader = _Reader(abbreviations if abbreviations is not None else {}, law=law_name(law) if law else "")
    plain = re.sub(r"-{2,}", "-", text.replace(UNVERIFIED_MARK, "").translate(WIDTH))
    plain = LISTED.sub(each_with_level, plain)
    for line in re.split(r"\n+", plain):
        _read_line(reader, line)
    reader.close()
    if reader.named and reader.law:
        reader.bare(reader.law)
    return Reading(tuple(reader.found), tuple(piece for piece in reader.rest if piece.strip()))


def _read_line(reader: _Reader, line: str) -> None:
    at = 0
    while at < len(line):
        found = TOKEN.search(line, at)
        between = line[at : found.start() if found else len(line)]
        _keep(reader, between)
        if found is None:
            return
        at = found.end()
        at = _skip_quote(reader, line, at) if found["quote"] else _take(reader, found, line, at)


def _take(reader: _Reader, found: re.Match[str], line: str, at: int) -> int:  # noqa: PLR0912 - one branch a token
    """Use one token; returns where to read on."""
    if found["title"] or found["name"] or found["marked"]:
        return _take_name(reader, found, line, at)
    if found["standard"]:
        reader.close()
        return _take_standard(reader, found["standard"], line, at)
    if found["dotted"] and reader.law:
        for number, take in zip(found["dotted"].split("."), reader.takes(), strict=False):
            take(int(number))
    elif found["clause"]:
        _take_clause(reader, found[0], found["clause"])
    elif found["article"]:
        _take_article(reader, found)
    elif found["paragraph"]:
        _with_number(reader, found["paragraph"], found[0], reader.take_paragraph)
    elif found["item"] or found["bare_item"]:
        number = found["item"] or found["bare_item"]
        if found["bare_item"] and not (reader.open or reader.ranging):
            _keep(reader, found[0])
        else:
            _with_number(reader, number, found[0], reader.take_item)
    elif found["point"]:
        reader.rest.append(f"{place_words(reader.article, reader.paragraph, reader.item)}{found[0]}")
    elif found["range"]:
        reader.ranging = reader.open
    elif found["short"] and reader.law:
        reader.abbreviations[found["shortname"]] = reader.law
    return at


def _with_number(reader: _Reader, written: str, whole: str, take: Callable[[int], None]) -> None:
    number = number_of(written)
    if number:
        take(number)
    else:
        reader.rest.append(whole)


def _take_article(reader: _Reader, found: re.Match[str]) -> None:
    number = number_of(found["article"])
    if not number:
        reader.rest.append(found[0])
    elif found["sub"]:
        # 第X条之一 is another article than 第X条, and a citation holds whole numbers only
        reader.rest.append(f"{reader.law}{found[0]}（编号还写不了“之几”，只引了法规名）")
        if reader.law:
            reader.bare(reader.law)
    else:
        reader.take_article(number, found[0])


def _take_name(reader: _Reader, found: re.Match[str], line: str, at: int) -> int:
    if found["title"]:
        name = law_name(found["title"][1:-1])
    else:
        raw = found["name"] or found["marked"]
        cut = LEAD.sub("", raw)
        name = law_name(cut)
        if len(name) < 2 or name in (
            "法",
            "依法",
            "规定",
            "标准",
            "办法",
            "方案",
            "制度",
            "本法",
            "本条例",
            "有关规定",
        ):
            if name in ("本法", "本条例", "本规定", "本办法") and reader.law:
                return at
            _keep(reader, raw)
            return at
    name = reader.abbreviations.get(name, name)
    standard = re.match(rf"\s*[（(]?\s*({STANDARD})\s*[)）]?", line[at:])
    if standard:
        reader.close()
        if reader.named and reader.law:
            reader.bare(reader.law)
        reader.named = False
        return _take_standard(reader, standard[1], line, at + standard.end(), name)
    reader.name(name)
    return at


def _take_standard(reader: _Reader, written: str, line: str, at: int, title: str = "") -> int:
    """A standard by its number, with its title and clause where they stand beside it."""
    number = re.sub(r"\s+", " ", written).strip()
    number = re.sub(r"\s?-\s?(\d{2,4})$", r"-\1", number)
    number = (
        re.sub(r"^([A-Z]+(?:\s?/\s?[TZ])?)\s?-?\s?([A-Z]?\d)", r"\1 \2", number).replace(" /", "/").replace("/ ", "/")
    )
    after = re.match(r"\s*(?:[（(][^()（）]*(?:年|版)[^()（）]*[)）])?\s*(?:《([^《》]+)》)?\s*", line[at:])
    if after is not None:
        title = title or (law_name(after[1]) if after[1] else "")
        at += after.end()
    base = f"{number} {title}" if title else number
    clauses = re.match(
        r"(?:(?:中|的|之)?第?\d{1,3}(?:\.\d{1,3})*(?:\s*[条款项]|(?<=\.\d)|(?<=\.\d\d))[、，,和及\s]*)+", line[at:]
    )
    if clauses is None:
        reader.bare(base[:LONGEST_NAME].strip())
    else:
        at += clauses.end()
        for clause in re.findall(r"\d{1,3}(?:\.\d{1,3})*", clauses[0]):
            reader.bare(f"{base[: LONGEST_NAME - 20].strip()} 第{clause}条")
    reader.law, reader.article, reader.named = base[: LONGEST_NAME - 20].strip(), None, False
    return at


def _take_clause(reader: _Reader, whole: str, clause: str) -> None:
    """第5.5.1条 of a technical text: no article with paragraph and item, so it stays part of the name."""
    if reader.law and (reader.named or "第" in whole or reader.found):
        law = reader.law
        reader.open = False
        reader.bare(f"{law[: LONGEST_NAME - 20]} 第{clause}条")
    else:
        reader.rest.append(whole)


def _skip_quote(reader: _Reader, line: str, at: int) -> int:
    """After a place and a colon stands the article's own text, in which other places may be named."""
    if not (reader.open or reader.article):
        return at
    reader.close()
    end = line.find("《", at)
    end = len(line) if end < 0 else end
    quoted = line[at:end].strip(" ；;。")
    if len(quoted) > 8:
        reader.rest.append(quoted)
        return end
    return at


def _keep(reader: _Reader, piece: str) -> None:
    if not FILLER.fullmatch(piece):
        reader.close()
        reader.rest.append(piece.strip(" 、，,；;。"))
