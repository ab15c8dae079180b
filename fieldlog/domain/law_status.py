"""Which law texts stand, and what is wrong with a citation held against them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from fieldlog.domain.citation import Citation
from fieldlog.domain.errors import NotFound
from fieldlog.domain.law_text import LawText, place_of


class Standing(Enum):
    """What a text's `status` says about relying on it."""

    CURRENT = "现行"
    AMENDED = "已修改"
    """Some articles read differently now; the note names them."""
    DOUBTFUL = "可能已修订"
    """Nobody could confirm that the text is still in force."""
    SUPERSEDED = "已被取代"


STATUS_WORDS: Final = (
    ("current", Standing.CURRENT),
    ("现行", Standing.CURRENT),
    ("有效", Standing.CURRENT),
    ("amended", Standing.AMENDED),
    ("已修改", Standing.AMENDED),
    ("已修正", Standing.AMENDED),
    ("probably", Standing.DOUBTFUL),
    ("可能", Standing.DOUBTFUL),
    ("superseded", Standing.SUPERSEDED),
    ("已被取代", Standing.SUPERSEDED),
    ("已废止", Standing.SUPERSEDED),
    ("已失效", Standing.SUPERSEDED),
    ("已修订", Standing.SUPERSEDED),
)
"""How a `status` begins; more may follow (`current as of 2025-04`, `superseded-in-part`)."""

_NOT_ARTICLES = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}|\d+\s*(?:年|月|日|号|个|处|articles|paragraphs)|(?:18|19|20)\d{2}(?!\s*条)", re.IGNORECASE
)
_RANGE = re.compile(r"(\d{1,4})\s*条?\s*(?:(?:-|\u2013|~|～|至|到|to)\s*第?\s*(\d{1,4}))?")


def standing_of(status: str) -> Standing | None:
    """What a `status` means; None for words that are not known."""
    written = status.strip().lower()
    return next((standing for word, standing in STATUS_WORDS if written.startswith(word)), None)


@dataclass(frozen=True, slots=True)
class LawHead:
    """One text of a law folder, as its index describes it."""

    name: str
    """Short name, as citations write it: 消防法."""
    title: str
    version: str
    """Date of the text, `2021-04-29`."""
    articles: int
    status: str
    kind: str = ""
    note: str = ""
    file: str = ""

    @property
    def standing(self) -> Standing:
        """What the status means; words that nobody knows are doubtful."""
        return standing_of(self.status) or Standing.DOUBTFUL

    @property
    def checked(self) -> str:
        """The month in which somebody found it current: `2025-04`, or nothing."""
        found = re.search(r"20\d{2}-\d{2}(?:-\d{2})?", self.status)
        return found[0] if found else ""

    @property
    def shown_status(self) -> str:
        """`现行（2025-04 核对）`, `已修改：…`: for a person."""
        word = self.standing.value
        if self.standing is Standing.CURRENT and self.checked:
            word += f"（{self.checked} 核对）"
        return f"{word}：{self.note}" if self.note else word

    def changed_articles(self) -> frozenset[int]:
        """The articles that the note of an amended text names; none where it names none."""
        found: set[int] = set()
        for first, last in _RANGE.findall(_NOT_ARTICLES.sub(" ", self.note)):
            begin, end = int(first), int(last or first)
            found.update(range(begin, min(end, self.articles) + 1))
        return frozenset(n for n in found if 1 <= n <= self.articles)

    def doubt(self, article: int | None) -> str:
        """Why nobody can rely on this text for that article, in Chinese; empty where it stands."""
        match self.standing:
            case Standing.CURRENT:
                return ""
            case Standing.AMENDED:
                changed = self.changed_articles()
                if article in changed:
                    return f"手头的 {self.version} 文本已修改，这一条要按新文本核对"
                return "" if changed else f"手头的 {self.version} 文本已修改，又没写明改了哪几条"
            case Standing.DOUBTFUL:
                return f"手头的 {self.version} 文本可能已修订"
            case Standing.SUPERSEDED:
                return f"手头的 {self.version} 文本已被取代"


def objection(cited: Citation, head: LawHead | None, text: Callable[[], LawText]) -> str | None:
    """What is wrong with a citation, in Chinese and with the mend; None where it holds or rightly says `verified: false`.

    `head` is the text of that name in the law folder, `text` reads it. A place that a text in force does not have is
    wrong whether or not somebody claims to have read it.
    """
    if head is None:
        return f"法规文件夹里没有“{cited.law}”，核对不了：改正法名，或写 verified: false" if cited.verified else None
    if cited.law != head.name:
        return f"法名写简称“{head.name}”，不写“{cited.law}”"
    place = place_of(cited)
    if place is None:
        return None
    if doubt := head.doubt(cited.article):
        return f"{cited.chinese}：{doubt}，写 verified: false 或改引现行文本" if cited.verified else None
    try:
        text().article(place.article).within(place)
    except NotFound as missing:
        return f"{cited.chinese}核对不上：{missing}（{head.version} 文本）"
    return None
