"""The text of a law as articles (条), paragraphs (款) and items (项); pure, and no text makes it fail.

An article begins with `第十六条` (or `第十六条之一`) and a space; each line after it is a paragraph, but one that begins
with `（一）` or `(一)` is an item of the paragraph before. A heading ends an article, an appendix (附件, 附表) the law.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from fieldlog.domain.citation import Citation, chinese_number
from fieldlog.domain.errors import NotFound
from fieldlog.domain.numerals import HAN_NUMBER, number_of

NUMERAL: Final = f"[{HAN_NUMBER}0-9０-９]"
"""A digit of a number as law texts and officers write it."""

_ARTICLE = re.compile(rf"(?:\*\*)?第\s?({NUMERAL}{{1,9}})\s?条(?:之({NUMERAL}{{1,3}}))?(?:\*\*)?(?:[\s:：]+|$)")
_HEADING = re.compile(rf"#|第{NUMERAL}{{1,5}}[编章节](?:[\s]|$)|附\s?则$")
_APPENDIX = re.compile(r"#*\s*附\s?(?:件|表|录|图)(?:\s|[0-9０-９一二三四五六七八九十：:]|$)|#*\s*附[：:]")
_ITEM = re.compile(r"[（(]\s?([一二三四五六七八九十百]{1,5})\s?[）)]")
_SUBITEM = re.compile(r"[0-9０-９]{1,2}[.．、]|[（(][0-9０-９]{1,2}[）)]|[①-⑳]")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")


@dataclass(frozen=True, slots=True, order=True)
class ArticleNumber:
    """第十六条, or with `sub` 第十六条之一, which an amendment put behind it."""

    number: int
    sub: int = 0

    def __str__(self) -> str:
        return f"{self.number}-{self.sub}" if self.sub else str(self.number)

    @property
    def chinese(self) -> str:
        """第十六条之一."""
        return f"第{chinese_number(self.number)}条" + (f"之{chinese_number(self.sub)}" if self.sub else "")


@dataclass(frozen=True, slots=True)
class Place:
    """What a citation points at in a law."""

    article: ArticleNumber
    paragraph: int | None = None
    item: int | None = None

    def __str__(self) -> str:
        return ".".join(str(part) for part in (self.article, self.paragraph, self.item) if part is not None)

    @property
    def chinese(self) -> str:
        """第十六条第一款第四项."""
        paragraph = f"第{chinese_number(self.paragraph)}款" if self.paragraph is not None else ""
        return self.article.chinese + paragraph + (f"第{chinese_number(self.item)}项" if self.item is not None else "")


def place_of(cited: Citation) -> Place | None:
    """Where a citation points; None for a law by its name alone."""
    if cited.article is None:
        return None
    return Place(ArticleNumber(cited.article), cited.paragraph, cited.item)


@dataclass(frozen=True, slots=True)
class LawItem:
    """One item, with its number in front as printed."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class LawParagraph:
    """One paragraph: its words, and the items under them."""

    text: str
    items: tuple[LawItem, ...] = ()

    def item(self, number: int) -> LawItem | None:
        """The item of that number."""
        return next((item for item in self.items if item.number == number), None)


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """One line of an article, and whether what is cited covers it."""

    text: str
    place: Place
    cited: bool

    @property
    def is_item(self) -> bool:
        """An item; else the words of a paragraph."""
        return self.place.item is not None


@dataclass(frozen=True, slots=True)
class Article:
    """One article; `line` is where it begins in its file, from 1."""

    number: ArticleNumber
    line: int
    paragraphs: tuple[LawParagraph, ...]

    def lines(self, cited: Iterable[Place] = ()) -> Iterator[ArticleLine]:
        """The article line by line; a paragraph's items belong to what cites the paragraph."""
        places = [place for place in cited if place.article == self.number]
        for p, paragraph in enumerate(self.paragraphs, 1):
            of_it = [place for place in places if place.paragraph in (None, p)]
            whole = any(place.item is None for place in of_it)
            yield ArticleLine(paragraph.text, Place(self.number, p), whole)
            for item in paragraph.items:
                here = whole or any(place.item == item.number for place in of_it)
                yield ArticleLine(item.text, Place(self.number, p, item.number), here)

    def within(self, place: Place) -> Place:
        """`place` with its paragraph named where only one has items.

        Raises:
            NotFound: the article has no such paragraph or item.
        """
        name = self.number.chinese
        p = place.paragraph
        if p is not None and not 1 <= p <= len(self.paragraphs):
            raise NotFound(f"{name}只有 {len(self.paragraphs)} 款，没有第{chinese_number(p)}款")
        if place.item is None:
            return place
        if p is None:
            listing = [n for n, paragraph in enumerate(self.paragraphs, 1) if paragraph.items]
            if len(listing) > 1:
                raise NotFound(f"{name}有 {len(listing)} 款分项，要写明是第几款的第{chinese_number(place.item)}项")
            p = listing[0] if listing else 1
        paragraph = self.paragraphs[p - 1]
        if paragraph.item(place.item) is None:
            held = f"只有 {len(paragraph.items)} 项" if paragraph.items else "不分项"
            raise NotFound(f"{name}第{chinese_number(p)}款{held}，没有第{chinese_number(place.item)}项")
        return replace(place, paragraph=p)

    def quoted(self, place: Place) -> tuple[str, ...]:
        """The words at `place`, a paragraph with its items; raises as `within` does."""
        exact = self.within(place)
        return tuple(line.text for line in self.lines([exact]) if line.cited)


@dataclass(frozen=True, slots=True)
class LawText:
    """The articles of one law, in the order of its file."""

    articles: tuple[Article, ...]
    _by_number: dict[ArticleNumber, Article] = field(repr=False, compare=False)

    def article(self, number: ArticleNumber) -> Article:
        """The article of that number.

        Raises:
            NotFound: there is none.
        """
        found = self._by_number.get(number)
        if found is None:
            last = max((article.number for article in self.articles), default=None)
            until = f"，最后一条是{last.chinese}" if last is not None else ""
            raise NotFound(f"没有{number.chinese}{until}")
        return found

    def incomplete(self, articles: int) -> list[tuple[int, str]]:
        """What keeps this from being 第一条 to the last of `articles`, each once: (line, why in Chinese)."""
        wrong: list[tuple[int, str]] = []
        seen: dict[ArticleNumber, int] = {}
        for article in self.articles:
            if article.number in seen:
                wrong.append(
                    (article.line, f"{article.number.chinese}又出现一次，前一次在第 {seen[article.number]} 行")
                )
            elif seen and article.number < max(seen):
                wrong.append((article.line, f"{article.number.chinese}的次序不对，它前面已经有{max(seen).chinese}"))
            seen.setdefault(article.number, article.line)
            wrong.extend((article.line, why) for why in _broken_items(article))
        gone = [n for n in range(1, articles + 1) if ArticleNumber(n) not in seen]
        if gone:
            named = "、".join(ArticleNumber(n).chinese for n in gone[:3]) + (f"等 {len(gone)} 条" if gone[3:] else "")
            wrong.append((1, f"缺{named}：看条号后面有没有空格，条文有没有抄全"))
        beyond = [number for number in seen if number.number > articles]
        if beyond:
            wrong.append((seen[beyond[0]], f"有{beyond[0].chinese}，索引里却写共 {articles} 条"))
        return wrong


def parse_law(text: str) -> LawText:
    """The articles in `text`; what comes before the first and behind an appendix is left out."""
    articles: list[Article] = []
    lines: list[str] | None = None
    for n, raw in enumerate(text.split("\n"), 1):
        line = _UNSEEN.sub("", raw).strip()
        if not line:
            continue
        if articles and _APPENDIX.match(line):
            break
        if begin := _article_number(line):
            _finish(articles, lines)
            number, rest = begin
            articles.append(Article(number, n, ()))
            lines = [rest] if rest else []
        elif _HEADING.match(line):
            _finish(articles, lines)
            lines = None
        elif lines is not None:
            lines.append(line)
    _finish(articles, lines)
    by_number: dict[ArticleNumber, Article] = {}
    for article in articles:
        by_number.setdefault(article.number, article)
    return LawText(tuple(articles), by_number)


def read_number(written: str) -> int | None:
    """十六, 一百零五, 16 or １６ as a number from 1 to 9999; None where it is none."""
    return number_of(written) or None


def _article_number(line: str) -> tuple[ArticleNumber, str] | None:
    """The number that `line` begins an article with, and the rest of the line."""
    begin = _ARTICLE.match(line)
    number = read_number(begin[1]) if begin else None
    if begin is None or number is None:
        return None
    sub = read_number(begin[2]) if begin[2] else 0
    return (ArticleNumber(number, sub), line[begin.end() :]) if sub is not None else None


def _finish(articles: list[Article], lines: list[str] | None) -> None:
    """Give the last article its paragraphs."""
    if lines is not None:
        articles[-1] = replace(articles[-1], paragraphs=tuple(_paragraphs(lines)))


def _paragraphs(lines: Iterable[str]) -> Iterator[LawParagraph]:
    text, items = "", list[LawItem]()
    for line in (part for whole in lines for part in _unrolled(whole)):
        found = _ITEM.match(line)
        number = read_number(found[1]) if found else None
        if number is not None:
            items.append(LawItem(number, line))
        elif items and _SUBITEM.match(line):  # 目, below an item
            items[-1] = replace(items[-1], text=f"{items[-1].text}\n{line}")
        else:
            if text or items:
                yield LawParagraph(text, tuple(items))
            text, items = line, []
    if text or items:
        yield LawParagraph(text, tuple(items))


def _unrolled(line: str) -> Iterator[str]:
    """Items written on behind another (`…：（一）…；（二）…`) on lines of their own."""
    begin, due = 0, 1
    for found in _ITEM.finditer(line):
        number = read_number(found[1])
        before = line[begin : found.start()].rstrip()
        if found.start() == 0 and number is not None:
            due = number + 1
        elif number == due and before.endswith((":", "：") if due == 1 else (";", "；", "。")):
            yield before
            begin, due = found.start(), due + 1
    yield line[begin:]


def _broken_items(article: Article) -> Iterator[str]:
    for p, paragraph in enumerate(article.paragraphs, 1):
        numbers = [item.number for item in paragraph.items]
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"{article.number.chinese}第{chinese_number(p)}款的项号不是从（一）起逐个排下来的"
    if not article.paragraphs:
        yield f"{article.number.chinese}没有内容"
