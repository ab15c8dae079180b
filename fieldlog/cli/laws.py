"""`fieldlog laws import | list | show | search`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fieldlog.actions.paths import named_path
from fieldlog.cli.chinese import ChineseCommand, LazyGroup
from fieldlog.cli.options import as_json, common, laws_option
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import remark, say, say_json, say_json_lines
from fieldlog.cli.tables import Column, say_table
from fieldlog.domain.errors import ExitCode, NotFound, UsageError

if TYPE_CHECKING:
    from fieldlog.domain.law_status import LawHead
    from fieldlog.domain.law_text import Article, LawText, Place
    from fieldlog.laws import Installed, LawFolder

_BEFORE, _AROUND = 10, 32
"""Of the line that `search` shows: so many characters before the word, and so many in all."""


@click.group(cls=LazyGroup, help="法规文本：导入以后，清单依据可以逐条核对，走清单时按回车能看条文。")
@common
def laws() -> None:
    """The office's law texts."""


@laws.command("import", cls=ChineseCommand, help="导入法规文件夹（index.json 和条文），整套替换；有一处不对就不导入。")
@common
@as_json
@click.argument("folder", metavar="文件夹", type=click.Path(path_type=Path))
@click.pass_context
def import_folder(ctx: click.Context, folder: Path, as_json: bool) -> None:
    """Take the texts over, whole or not at all."""
    from fieldlog.laws import install

    source = named_path(folder)
    if not source.is_dir():
        raise UsageError(f"没有 {source} 这个文件夹")
    settings: Settings = ctx.obj
    done = install(source, settings.folder / "laws")
    if as_json:
        say_json(_as_json(done))
    else:
        _show_import(done)
    if done.problems:
        ctx.exit(ExitCode.FOUND_WRONG)


@laws.command("list", cls=ChineseCommand, help="列出法规文本：名称、版本日期、条数、是否现行。")
@common
@as_json
@laws_option
@click.pass_obj
def list_all(settings: Settings, as_json: bool, laws: Path | None) -> None:
    """Print the texts."""
    heads = _folder(settings, laws).heads
    if as_json:
        say_json_lines(_head(head) | {"articles": head.articles, "note": head.note} for head in heads)
        return
    columns = [Column("名称", 44), Column("版本"), Column("条数"), Column("种类"), Column("状态", 60)]
    say_table(columns, ([head.name, head.version, str(head.articles), head.kind, head.shown_status] for head in heads))


@laws.command(
    "show", cls=ChineseCommand, help="查看条文，如 消防法#16.1.4、消防法 16、《消防法》第十六条第一款第（四）项。"
)
@common
@as_json
@laws_option
@click.argument("cited", metavar="法名和条款项", nargs=-1, required=True)
@click.pass_obj
def show(settings: Settings, cited: tuple[str, ...], as_json: bool, laws: Path | None) -> None:
    """Print the law, article, paragraph or item that somebody names."""
    from fieldlog.domain.law_words import read_cited

    folder = _folder(settings, laws)
    try:
        name, place = read_cited(" ".join(cited))
    except ValueError as error:
        raise UsageError(str(error)) from None
    head = folder.head(name)
    text = folder.text(head)
    if place is None:
        lines = [line for article in text.articles for line in _whole(article)]
    else:
        lines, place = _quoted(head, text, place)
    if as_json:
        say_json(_head(head) | _place(head, place) | {"note": head.note, "text": "\n".join(lines)})
        return
    say(f"《{head.title}》{place.chinese if place else ''}（{head.version} 文本）")
    for line in lines:
        say(line)
    if doubt := head.doubt(place.article.number if place else None):
        remark(f"注意：{doubt}{f'（{head.note}）' if head.note else ''}")


@laws.command("search", cls=ChineseCommand, help="查找写有这些词的条文；几个词要同在一条里。")
@common
@as_json
@laws_option
@click.argument("words", metavar="词…", nargs=-1, required=True)
@click.pass_obj
def search(settings: Settings, words: tuple[str, ...], as_json: bool, laws: Path | None) -> None:
    """Print the articles that hold the words."""
    wanted = [word for each in words for word in each.split()]
    if not wanted:
        raise UsageError("写上要找的词，例如 fieldlog laws search 疏散通道")
    hits = list(_folder(settings, laws).search(wanted))
    if as_json:
        say_json_lines(_head(hit.head) | _place(hit.head, hit.line.place) | {"text": hit.line.text} for hit in hits)
        return
    rows = ([f"{hit.head.name}#{hit.line.place}", _around(hit.line.text, wanted[0])] for hit in hits)
    say_table([Column("条款项"), Column("条文")], rows)
    remark(f"{len(hits)} 条" if hits else f"没有写有“{' '.join(wanted)}”的条文")


def _folder(settings: Settings, named: Path | None) -> "LawFolder":
    from fieldlog.laws import law_folder
    from fieldlog.laws.folder import HOW_TO_IMPORT

    folder = law_folder(settings.folder, named)
    if folder is None:
        raise NotFound(f"还没有法规文本：{HOW_TO_IMPORT}")
    return folder


def _quoted(head: "LawHead", text: "LawText", place: "Place") -> "tuple[list[str], Place]":
    """The words at `place`, and `place` with the paragraph that was left out because only one has items."""
    try:
        article = text.article(place.article)
        exact = article.within(place)
        return (_whole(article) if exact.paragraph is None else list(article.quoted(exact))), exact
    except NotFound as missing:
        raise NotFound(f"《{head.name}》{missing}（{head.version} 文本）") from None


def _whole(article: "Article") -> list[str]:
    first, *others = (line.text for line in article.lines())
    return [f"{article.number.chinese}　{first}", *others]


def _around(text: str, word: str) -> str:
    """The part of a line where the word stands, of about a screen's width."""
    begin = max(0, text.find(word) - _BEFORE)
    return ".." * (begin > 0) + text[begin : begin + _AROUND]


def _as_json(done: "Installed") -> dict[str, Any]:
    return {
        "added": list(done.added),
        "updated": list(done.updated),
        "unchanged": list(done.unchanged),
        "removed": list(done.removed),
        "problems": [{"file": each.file, "line": each.line, "why": each.why} for each in done.problems],
    }


def _show_import(done: "Installed") -> None:
    for problem in done.problems:
        say(str(problem))
    if done.problems:
        say(f"{len(done.problems)} 处问题，没有导入，原来的文本没有变")
        return
    for word, names in (("新增", done.added), ("更新", done.updated), ("移除", done.removed)):
        for name in names:
            say(f"{word} {name}")
    counts = f"新增 {len(done.added)}，更新 {len(done.updated)}，不变 {len(done.unchanged)}，移除 {len(done.removed)}"
    say(counts if done.added or done.updated or done.removed else f"没有变化，共 {len(done.unchanged)} 部")


def _head(head: "LawHead") -> dict[str, Any]:
    return {
        "name": head.name,
        "title": head.title,
        "kind": head.kind,
        "version": head.version,
        "status": head.status,
    }


def _place(head: "LawHead", place: "Place | None") -> dict[str, Any]:
    """Where the text stands; the numbers are null where a whole law, article or paragraph is shown."""
    return {
        "cite": f"{head.name}#{place}" if place else head.name,
        "article": place.article.number if place else None,
        "sub": (place.article.sub or None) if place else None,
        "paragraph": place.paragraph if place else None,
        "item": place.item if place else None,
    }
