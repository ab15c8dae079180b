"""The articles that an item or a hazard cites, out of the law folder: what the officer reads before relying on one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fieldlog.domain.checklist_parts import Item
from fieldlog.domain.citation import Citation
from fieldlog.domain.errors import FieldlogError, NotFound
from fieldlog.domain.walk import Question
from fieldlog.tui.widgets.columns import Tone
from fieldlog.tui.widgets.prose import Paragraph

if TYPE_CHECKING:
    from fieldlog.domain.law_status import LawHead
    from fieldlog.domain.law_text import ArticleNumber, Place
    from fieldlog.laws import LawFolder

_HERE: Final = "> "
"""Stands before a line that is cited; the tone only supports it."""
_MARKED = len(_HERE)
_ITEM = 6  # cells of （四）


@dataclass(frozen=True, slots=True)
class Cited:
    """One citation as the screen shows it, and what it names."""

    shown: str
    law: str
    place: "Place | None"


@dataclass(frozen=True, slots=True)
class CitedUnder:
    """Citations of one kind, under its word: 依据, 罚则."""

    word: str
    cited: tuple[Cited, ...]


def cited_in_question(question: Question) -> list[CitedUnder]:
    """What the items of a question cite; each citation once."""
    return cited_by([item for _list, item in question.asked])


def cited_by(items: Iterable[Item], basis: Sequence[str] | None = None) -> list[CitedUnder]:
    """What items cite. `basis` takes the place of theirs: as a hazard has it, in words."""
    items = list(items)
    if basis is None:
        under = dict.fromkeys(_of_citation(each) for item in items for each in item.basis)
    else:
        under = dict.fromkeys(map(_of_words, basis))
    penalty = dict.fromkeys(_of_citation(each) for item in items for each in item.penalty)
    return [CitedUnder(word, tuple(cited)) for word, cited in (("依据", under), ("罚则", penalty)) if cited]


def law_articles(data: Path, under: Sequence[CitedUnder]) -> list[Paragraph]:
    """The cited articles with what is cited marked; or one line that says why there are none, and what to do.

    Reads the law folder now, not earlier: walking never does.
    """
    from fieldlog.laws import law_folder  # noqa: PLC0415 - no screen needs it before an officer asks
    from fieldlog.laws.folder import HOW_TO_IMPORT  # noqa: PLC0415

    if not under:
        return []
    folder = law_folder(data)
    if folder is None:
        return [Paragraph(f"看不到条文：还没有法规文本，{HOW_TO_IMPORT}", "warn")]
    lines: list[Paragraph] = []
    try:
        for each in under:
            lines += [*([Paragraph("")] if lines else []), Paragraph(f"{each.word}条文", "accent")]
            lines += _texts(folder, each.cited)
    except FieldlogError as error:
        lines.append(Paragraph(str(error), "bad"))
    return lines


def _texts(folder: "LawFolder", cited: Sequence[Cited]) -> Iterator[Paragraph]:
    """Each article once, in the order of the citations; then those of which there is no text."""
    missing: list[str] = []
    articles: dict[tuple[str, ArticleNumber], tuple[LawHead, list[Cited]]] = {}
    for each in cited:
        head = folder.find(each.law)
        if head is None:
            missing.append(each.shown)
        elif each.place is None:
            yield Paragraph(each.shown, "strong")
            yield Paragraph("没有写到条，条文用 fieldlog laws search 查找", "muted")
        else:
            articles.setdefault((head.name, each.place.article), (head, []))[1].append(each)
    for (_law, number), (head, together) in articles.items():
        yield Paragraph("；".join(each.shown for each in together), "strong")
        yield _standing(head, number)
        yield from _article(folder, head, number, [each.place for each in together if each.place is not None])
    if missing:
        told = "办公室补进后再导入：fieldlog laws import 文件夹"
        yield Paragraph(f"法规文件夹里没有：{'；'.join(missing)}。{told}", "warn")


def _standing(head: "LawHead", number: "ArticleNumber") -> Paragraph:
    """Whose text it is and whether it can be relied on."""
    text = f"{head.title}，{head.version} 文本，"
    if doubt := head.doubt(number.number):
        return Paragraph(f"{text}{head.shown_status}。注意：{doubt}", "warn")
    return Paragraph(f"{text}{head.shown_status}", "muted")


def _article(
    folder: "LawFolder", head: "LawHead", number: "ArticleNumber", places: "Sequence[Place]"
) -> Iterator[Paragraph]:
    try:
        article = folder.text(head).article(number)
    except NotFound as error:
        yield Paragraph(f"{head.version} 文本里{error}", "bad")
        return
    exact: list[Place] = []
    for place in places:
        try:
            exact.append(article.within(place))
        except NotFound as error:
            yield Paragraph(f"{head.version} 文本里{error}", "bad")
    lines = list(article.lines(exact))
    marking = not all(line.cited for line in lines)
    for n, line in enumerate(lines):
        mark = _HERE if marking and line.cited else ""
        tone: Tone = "strong" if mark else "muted" if marking else ""
        begin = "" if n else f"{number.chinese}　"
        yield Paragraph(mark + begin + line.text, tone, (_MARKED if mark else 0) + (_ITEM if line.is_item else 0))


def _of_citation(cited: Citation) -> Cited:
    from fieldlog.domain.law_text import place_of  # noqa: PLC0415

    return Cited(cited.shown, cited.law, place_of(cited))


def _of_words(words: str) -> Cited:
    """What a hazard's basis names; one that cannot be read is a name of which there is no text."""
    from fieldlog.domain.law_words import read_cited  # noqa: PLC0415

    try:
        law, place = read_cited(words)
    except ValueError:
        return Cited(words, words, None)
    return Cited(words, law, place)
