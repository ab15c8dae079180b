"""`fieldlog papers`: the documents the law asks for, printed from what was recorded."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fieldlog.actions.paths import named_path
from fieldlog.cli.books import looking, writing
from fieldlog.cli.chinese import ChineseCommand, LazyGroup
from fieldlog.cli.options import as_json, common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import say, say_json, say_json_lines
from fieldlog.cli.tables import Column, say_table
from fieldlog.domain.errors import EnvironmentFault, ExitCode, UsageError, os_words

if TYPE_CHECKING:
    from fieldlog.papers.layout import Layout

COMMANDS = {
    "list": ("fieldlog.cli.papers:list_papers", "有哪些文书；写上检查、隐患或案件编号，看已经出了哪些"),
    "fields": ("fieldlog.cli.papers:fields", "一种文书的模板里可以用哪些占位符"),
    "template": ("fieldlog.cli.papers:template", "导出一种文书的 Word 模板，改好再 install"),
    "lint": ("fieldlog.cli.papers:lint", "检查一个模板能不能用"),
    "install": ("fieldlog.cli.papers:install", "把改好的模板装上，从此用它出这种文书"),
    "verify": ("fieldlog.cli.papers:verify", "核对一份文书：照片、扫描件或核对码"),
    "numbers": ("fieldlog.cli.papers:numbers", "文号：各号段用到几号、还剩几个、作废了哪些"),
    "void-number": ("fieldlog.cli.papers:void_number", "作废一个还没有用的文号，写明原因"),
    "void": ("fieldlog.cli.papers:void", "作废一份出错的文书，写明原因"),
    "print": ("fieldlog.cli.papers:print_paper", "出一份文书（Word，--pdf 为 PDF）；再出一次是重印"),
}


@click.group("papers", cls=LazyGroup, lazy=COMMANDS, help="文书：从记录出，每份带核对码，可用 Word 换模板。")
@common
def papers() -> None:
    """Group of the commands about papers."""


@click.command("list", cls=ChineseCommand, help="有哪些文书；写上检查、隐患或案件编号，看已经出了哪些。")
@common
@as_json
@click.argument("of", metavar="[编号]", required=False, default="")
@click.pass_obj
def list_papers(settings: Settings, as_json: bool, of: str) -> None:
    """Print the kinds of papers, or those given out for a document."""
    if of:
        with looking(settings.folder) as book:
            rows = [row for row in book.rows("papers") if row["of"] == of]
        rows.sort(key=lambda row: row["printed"])
        if as_json:
            say_json_lines(rows)
            return
        columns = [Column(each) for each in ("编号", "文书", "文号", "版", "日期", "重印", "作废")]
        say_table(columns, ([row["id"], row["title"], row["number"], str(row["version"]), row["date"], str(row["copies"]), row["voided"]] for row in rows))  # fmt: skip
        return
    from fieldlog.papers.layout import layouts

    kinds = layouts().values()
    if as_json:
        say_json_lines({"id": each.id, "title": each.title, "of": list(each.of), "series": each.series, "form_known": each.form_known} for each in kinds)  # fmt: skip
        return
    say_table(
        [Column("编号"), Column("文书", 24), Column("从什么记录出"), Column("文号"), Column("说明", 40)],
        (
            [each.id, each.title, "、".join(_FAMILIES[family] for family in each.of), each.series, each.note]
            for each in kinds
        ),
    )


_FAMILIES: Mapping[str, str] = {
    "inspection": "检查", "hazard": "隐患", "task": "检查任务", "case": "案件", "stop": "纠违", "premises": "单位",
}  # fmt: skip


@click.command(cls=ChineseCommand, help="一种文书的模板里可以用哪些占位符。")
@common
@as_json
@click.argument("paper", metavar="文书")
def fields(as_json: bool, paper: str) -> None:
    """Print the placeholders of a paper."""
    from fieldlog.papers.layout import layout
    from fieldlog.papers.lint import names_of

    rows = names_of(layout(paper))
    if as_json:
        say_json_lines({"name": name, "what": what, "sample": sample} for name, what, sample in rows)
        return
    say_table([Column("占位符", 30), Column("是什么", 30), Column("例", 30)], rows)
    say("写作 {{ party.name }}；带 [] 的是表格行，写在 {%tr for row in items %} 和 {%tr endfor %} 之间：{{ row.text }}")


@click.command(cls=ChineseCommand, help="导出一种文书的 Word 模板，改好后用 fieldlog papers install 装上。")
@common
@click.option("--out", metavar="文件", type=click.Path(path_type=Path), required=True, help="写到哪里，.docx")
@click.argument("paper", metavar="文书")
def template(out: Path, paper: str) -> None:
    """Write the shipped template to a file."""
    from fieldlog.papers.building import build
    from fieldlog.papers.layout import layout

    kind = layout(paper)
    _write(named_path(out), build(kind))
    say(f"{kind.title}的模板在 {out}，可用 Word 或 WPS 修改")


@click.command(cls=ChineseCommand, help="检查一个模板能不能用：占位符对不对，少了什么。")
@common
@as_json
@click.option("--paper", metavar="文书", help="是哪种文书的模板；不写时看文件名，例如 D9.docx")
@click.argument("file", metavar="模板", type=click.Path(path_type=Path))
def lint(as_json: bool, paper: str | None, file: Path) -> int:
    """Check a template."""
    from fieldlog.papers.lint import lint as problems_of

    kind, content = _kind(paper, file), _read(file)
    problems = problems_of(content, kind)
    if as_json:
        say_json({"paper": kind.id, "file": str(file), "problems": problems})
    else:
        for problem in problems:
            say(problem)
        if not problems:
            say(f"可以用作{kind.title}（{kind.id}）的模板")
    return ExitCode.FOUND_WRONG if problems else ExitCode.DONE


@click.command(cls=ChineseCommand, help="把改好的模板装上，从此本机用它出这种文书；先检查，有问题不装。")
@common
@click.option("--paper", metavar="文书", help="是哪种文书的模板；不写时看文件名，例如 D9.docx")
@click.argument("file", metavar="模板", type=click.Path(path_type=Path))
@click.pass_obj
def install(settings: Settings, paper: str | None, file: Path) -> int:
    """Put an office's own template in the place of the shipped one."""
    from fieldlog.actions.papers import own_template
    from fieldlog.book.durable import durable_folder, replace_file
    from fieldlog.papers.lint import lint as problems_of

    kind, content = _kind(paper, file), _read(file)
    if problems := problems_of(content, kind):
        raise UsageError(f"没有装上：{problems[0]}")
    with looking(settings.folder) as book:
        place = own_template(book, kind)
    try:
        durable_folder(place.parent)
        replace_file(place, content)
    except OSError as error:
        raise EnvironmentFault(f"写不了 {place}：{os_words(error)}") from error
    say(f"已装上，今后用它出{kind.title}；删除 {place} 就恢复原来的")
    return ExitCode.DONE


def _typed(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """`name=text`, each once."""
    found: dict[str, str] = {}
    for each in values:
        name, equals, text = each.partition("=")
        if not equals:
            raise click.BadParameter(f"“{each}”看不懂，请写成 栏目=内容", ctx, param)
        found[name.strip()] = text
    return found


@click.command("print", cls=ChineseCommand, help="出一份文书；内容没变再出一次是重印，变了是新的一版。")
@common
@as_json
@click.option("--of", required=True, metavar="编号", help="检查、隐患或案件的编号")
@click.option("--out", metavar="文件", type=click.Path(path_type=Path), required=True, help="写到哪里，.docx 或 .pdf")
@click.option("--set", "typed", metavar="栏目=内容", multiple=True, callback=_typed, help="记录里没有、要当场填的栏目")
@click.option("--number", metavar="文号", default="", help="文号")
@click.option("--another", is_flag=True, help="同一种文书另出一份，不是重印")
@click.option("--draft", is_flag=True, help="只看样子，不记录，不编号")
@click.argument("paper", metavar="文书")
@click.pass_obj
def print_paper(
    settings: Settings,
    as_json: bool,
    of: str,
    out: Path,
    typed: dict[str, str],
    number: str,
    another: bool,
    draft: bool,
    paper: str,
) -> None:
    """Give out a paper, or write a draft of it."""
    from fieldlog.actions import papers as actions
    from fieldlog.papers.pdf import to_pdf

    place = named_path(out)
    if place.suffix.lower() not in (".docx", ".pdf"):
        raise UsageError(f"不知道 {place.name} 是什么格式，请写成 .docx 或 .pdf")
    as_pdf = place.suffix.lower() == ".pdf"
    if draft:
        with looking(settings.folder) as book:
            content = actions.draft(book, paper, of, typed)
        _write(place, to_pdf(content) if as_pdf else content)
        say(f"草稿在 {place}，不能使用")
        return
    with writing(settings.folder) as book:
        given = actions.give_out(book, book.device.officer, paper, of, typed, number=number, another=another)
    body = given.version.body
    _write(place, to_pdf(given.content) if as_pdf else given.content)
    if as_json:
        say_json({"doc": given.doc, "paper": body.paper, "number": body.number, "version": body.version, "copy": given.copy_no, "hash": given.version.hash, "file": str(place)})  # fmt: skip
        return
    copy = f"，第 {given.copy_no} 次重印" if given.copy_no else ""
    say(f"{body.title} {body.number} 第 {body.version} 版{copy}，在 {place}")


@click.command(cls=ChineseCommand, help="核对一份文书：给照片、扫描件，或扫码得到的文字（FLP1: 开头）。")
@common
@as_json
@click.argument("what", metavar="照片或核对码")
@click.pass_obj
def verify(settings: Settings, as_json: bool, what: str) -> int:
    """Check a paper against the log."""
    from fieldlog.actions.papers import check

    with looking(settings.folder) as book:
        checked = check(book, what if what.startswith("FLP1:") else _code_in(Path(what)))
    version = checked.version
    found = bool(version) and checked.genuine
    if as_json:
        body = version.body if version else None
        say_json({
            "ok": found and checked.newest and not checked.voided, "doc": checked.mark.doc, "version": checked.mark.version,
            "log": checked.mark.log, "hash": checked.mark.hash, "genuine": checked.genuine, "newest": checked.newest,
            "voided": checked.voided, "title": body.title if body else None, "number": body.number if body else None,
            "date": body.date if body else None, "values": body.values if body else None,
        })  # fmt: skip
    elif version is None:
        known = "签名属实" if checked.genuine else _NOT_CHECKED
        say(f"{known}；本机没有 {checked.mark.log} 的这条记录，请先同步，或请出具单位核对")
    else:
        known = "签名属实" if checked.genuine else _NOT_CHECKED
        body, copy = version.body, "" if checked.mark.log == version.log else f"，这一张由 {checked.mark.log} 印"
        say(f"{body.title} {body.number}，第 {body.version} 版，{body.date} 由 {version.log} 出具{copy}，{known}")
        if checked.voided:
            say(f"已作废：{checked.voided}")
        elif not checked.newest:
            say("这不是最新的一版，已被后来的一版替换")
        else:
            say("是最新的一版；请对照纸上的内容：fieldlog papers print 可再印一份")
    return ExitCode.DONE if found and checked.newest and not checked.voided else ExitCode.FOUND_WRONG


_NOT_CHECKED = "签名没有核对：本机没有那台电脑的公钥，不能当作真的"


def _code_in(file: Path) -> str:
    """The paper's code in a picture."""
    from fieldlog.domain.errors import FoundWrong
    from fieldlog.papers.marks import PREFIX
    from fieldlog.sync.qr_read import texts_in

    codes = [text for text in texts_in(named_path(file)) if text.startswith(PREFIX)]
    if not codes:
        raise FoundWrong(f"{file} 里没有认出文书的核对码，请对准右下角的码再照一张")
    return codes[0]


@click.command(cls=ChineseCommand, help="作废一份出错的文书；文号不再用，记录都在。")
@common
@click.option("--reason", required=True, metavar="原因", help="为什么作废")
@click.argument("doc", metavar="文书编号")
@click.pass_obj
def void(settings: Settings, reason: str, doc: str) -> None:
    """Void a paper."""
    from fieldlog.actions import papers as actions

    with writing(settings.folder) as book:
        actions.void(book, book.device.officer, doc, reason)
    say("已作废，文号不再使用")


@click.command(cls=ChineseCommand, help="文号：各号段用到几号、本机还剩几个、作废和重号的。")
@common
@as_json
@click.pass_obj
def numbers(settings: Settings, as_json: bool) -> None:
    """Print what became of the numbers."""
    from fieldlog.actions.numbering import register

    with looking(settings.folder) as book:
        rows = register(book)
    if as_json:
        say_json_lines(rows)
        return
    columns = [Column(each) for each in ("文号", "年", "已用", "用到", "作废", "本机剩", "重号")]
    shown = [
        [each["series"], *(str(each[name]) for name in ("year", "taken", "highest", "voided", "left")), each["doubled"]]
        for each in rows
    ]
    if not say_table(columns, shown):
        say("还没有号段：请办公室运行 fieldlog office numbers grant，本机再同步一次；也可以手工写文号")


@click.command("void-number", cls=ChineseCommand, help="作废一个还没有用的文号；号一直空着，原因留着。")
@common
@click.option("--reason", required=True, metavar="原因", help="为什么作废，例如 年末未用")
@click.argument("number", metavar="文号")
@click.pass_obj
def void_number(settings: Settings, reason: str, number: str) -> None:
    """Void a number."""
    from fieldlog.actions import numbering

    with writing(settings.folder) as book:
        numbering.void(book, book.device.officer, number, reason)
    say(f"{number} 已作废")


def _kind(named: str | None, file: Path) -> "Layout":
    from fieldlog.papers.layout import layout

    return layout(named or file.stem)


def _read(file: Path) -> bytes:
    try:
        return named_path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"读不出 {file}：{os_words(error)}") from error


def _write(place: Path, content: bytes) -> None:
    from fieldlog.book.durable import replace_file

    try:
        replace_file(place, content)
    except OSError as error:
        raise EnvironmentFault(f"写不了 {place}：{os_words(error)}；如果正用 Word 打开着，请先关上") from error
