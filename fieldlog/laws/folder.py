"""A law folder: its texts by name, read when somebody asks for one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from fieldlog.domain.citation import Citation
from fieldlog.domain.errors import FoundWrong, NotFound, UsageError
from fieldlog.domain.file_problem import Unreadable
from fieldlog.domain.law_status import LawHead, objection
from fieldlog.domain.law_text import Article, ArticleLine, LawText, parse_law
from fieldlog.laws.index import read_index
from fieldlog.laws.source import INDEX, LARGEST_TEXT_BYTES, as_text, read_bytes

HOW_TO_IMPORT: Final = "由办公室给法规文件夹，运行 fieldlog laws import 文件夹"


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that holds the words looked for, and its first line that does."""

    head: LawHead
    article: Article
    line: ArticleLine


class LawFolder:
    """The texts in one folder. What is asked for is read once; a folder that was imported anew needs a new object."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._texts: dict[str, LawText] = {}

    @cached_property
    def heads(self) -> tuple[LawHead, ...]:
        """The texts, in the index's order.

        Raises:
            FoundWrong: the index is damaged; the message names the first mistake.
        """
        heads, problems = read_index(self.folder)
        if problems:
            raise FoundWrong(f"法规文件夹用不了：{problems[0]}。请重新导入（fieldlog laws import 文件夹）")
        return tuple(heads)

    def find(self, named: str) -> LawHead | None:
        """The law of that name or full title."""
        return self._named.get(named.strip())

    def head(self, named: str) -> LawHead:
        """The same.

        Raises:
            NotFound: there is none.
        """
        found = self.find(named)
        if found is None:
            raise NotFound(f"法规文件夹里没有“{named}”；用 fieldlog laws list 看有哪些")
        return found

    def text(self, head: LawHead) -> LawText:
        """The articles of a law.

        Raises:
            FoundWrong: its file cannot be read.
        """
        if head.name not in self._texts:
            try:
                content = read_bytes(self.folder, head.file, LARGEST_TEXT_BYTES)
                self._texts[head.name] = parse_law(as_text(content, head.file))
            except Unreadable as error:
                raise FoundWrong(f"法规文本用不了：{error.problem}。请重新导入") from None
        return self._texts[head.name]

    def objection(self, cited: Citation) -> str | None:
        """What is wrong with a citation held against these texts; None where it holds."""
        head = self.find(cited.law)
        try:
            return objection(cited, head, lambda: self.text(self.head(cited.law)))
        except FoundWrong as error:
            return str(error)

    def search(self, words: Sequence[str]) -> Iterator[Hit]:
        """The articles of every law that hold all these words.

        Raises:
            FoundWrong: a text cannot be read.
        """
        for head in self.heads:
            for article in self.text(head).articles:
                lines = list(article.lines())
                whole = "\n".join(line.text for line in lines)
                if all(word in whole for word in words):
                    yield Hit(head, article, next(line for line in lines if words[0] in line.text))

    @cached_property
    def _named(self) -> dict[str, LawHead]:
        titles = {head.title: head for head in self.heads}
        return titles | {head.name: head for head in self.heads}


def law_folder(data: Path, named: Path | None = None) -> LawFolder | None:
    """The folder somebody named, else `DATA/laws`; None where nothing was imported.

    Raises:
        UsageError: the named folder has no index.
    """
    folder = named or data / "laws"
    if (folder / INDEX).exists():
        return LawFolder(folder)
    if named is not None:
        raise UsageError(f"{named} 里没有 {INDEX}，不是法规文件夹")
    return None
