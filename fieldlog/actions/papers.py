"""Giving out papers: worked out from what was recorded, kept whole in the log, printed again as they were."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fieldlog.actions import lookup, numbering
from fieldlog.actions.paper_values.common import Values, day_words
from fieldlog.actions.paper_values.hazards import hazard_values
from fieldlog.actions.paper_values.visit import visit_values
from fieldlog.actions.texts import plain
from fieldlog.book.book import Book, Draft
from fieldlog.book.device import is_signed, sign
from fieldlog.domain.errors import FoundWrong, NotFound, Refused, UsageError
from fieldlog.domain.hazard_state import is_overdue
from fieldlog.domain.log_format import may_repeat
from fieldlog.domain.paper import Paper, Version
from fieldlog.domain.paper_bodies import PaperPrinted, PaperReprinted, PaperVoided
from fieldlog.papers.layout import Layout, layout
from fieldlog.papers.marks import Mark, mark_png, read_mark

VALUES: Final[Mapping[str, Callable[[Book, str], Values]]] = {
    "inspection": visit_values,
    "hazard": hazard_values,
}
"""By the family of the document, what its papers say."""
TABLES: Final = {"inspections": "inspection", "hazards": "hazard"}
_DRAFT: Final = "草稿，不能使用"


@dataclass(frozen=True, slots=True)
class Given:
    """A paper as it was given out."""

    doc: str
    version: Version
    copy_no: int
    """0 for the first print of a version."""
    content: bytes
    """The .docx file."""


def family_of(book: Book, of: str) -> str:
    """The family of the document a paper is to be made of.

    Raises:
        NotFound: there is no document of which papers are made.
    """
    for table, family in TABLES.items():
        if book.row(table, of) is not None:
            return family
    raise NotFound(f"没有编号为 {of} 的检查、隐患或案件")


def values_of(book: Book, paper: Layout, of: str, typed: Mapping[str, str]) -> Values:
    """What the paper would say now, without number, date and proof.

    Raises:
        NotFound: there is no such document.
        Refused: papers of this kind are not made of it, or something is typed that it does not hold.
    """
    family = family_of(book, of)
    if family not in paper.of:
        raise Refused(f"{paper.title}（{paper.id}）不是从这种记录出的，请选别的文书", rule="papers")
    unknown = [name for name in typed if name not in paper.typed]
    if unknown:
        raise Refused(
            f"{paper.title}没有“{unknown[0]}”这一栏，可填的有：{'、'.join(paper.typed) or '无'}", rule="papers"
        )
    return {**VALUES[family](book, of), "typed": {name: plain(typed.get(name, "")) for name in paper.typed}}


def draft(book: Book, named: str, of: str, typed: Mapping[str, str]) -> bytes:
    """The paper as it would be, marked as a draft; nothing is written.

    Raises:
        as `values_of`; FoundWrong: the office's own template cannot be filled in.
    """
    from fieldlog.papers.rendering import render  # noqa: PLC0415 - only for printing

    paper = layout(named)
    values = values_of(book, paper, of, typed)
    today = day_words(lookup.today(book))
    return render(
        _template(book, paper)[0], {**values, "number": "", "date": today, "edition": _DRAFT, "proof": ""}, b""
    )


def give_out(
    book: Book, by: str, named: str, of: str, typed: Mapping[str, str], *, number: str = "", another: bool = False
) -> Given:
    """Print a paper: its first version; where the record says otherwise by now, the next; where it does not, a reprint.

    `another` begins a paper of its own beside one of the same kind that was given out before.

    Raises:
        as `values_of`; Refused: it bears a number and none was given, or something that is typed is lacking.
        FoundWrong: the office's own template cannot be filled in; then nothing is written.
    """
    paper = layout(named)
    values = values_of(book, paper, of, typed)
    before = None if another else newest_of(book, paper.id, of)
    if before is not None and (standing := before.newest) is not None and standing.body.values == values:
        return reprint(book, by, before.doc)
    kept = number or (before.newest.body.number if before is not None and before.newest is not None else "")
    kept = kept or (numbering.offered(book, paper.series, lookup.today(book)) if paper.series else "")
    if paper.series and not kept:
        year = lookup.today(book).year
        raise Refused(
            f"{paper.title}要有文号，本机没有“{paper.series}”的号段：请写明文号（例如 后叶{paper.series}〔{year}〕1号），"
            f"或请办公室运行 fieldlog office numbers grant 后叶{paper.series} --device {book.device.id}，本机再同步一次",
            rule=numbering.RULE,
        )
    lacking = [each.what for name, each in paper.typed.items() if each.required and not typed.get(name, "").strip()]
    if lacking:
        raise Refused(f"{paper.title}还缺：{'、'.join(lacking)}", rule="papers")
    if paper.orders:
        _check_days(book, of)
    draft(book, named, of, typed)  # a template that cannot be filled in is found before anything is written
    doc = before.doc if before is not None else book.new_id()
    kept, taken = numbering.take_draft(book, by, kept, doc) if paper.series else ("", None)
    body = PaperPrinted(
        paper=paper.id,
        title=paper.title,
        of=of,
        version=1 + max((each.body.version for each in before.versions), default=0) if before is not None else 1,
        number=kept,
        date=lookup.today(book).isoformat(),
        values=values,
        template=_template(book, paper)[1],
        head=_head(book, of),
    )
    book.write_all([*([taken] if taken is not None else []), Draft(by, doc, body)])
    return _rendered(book, doc, 0)


def _check_days(book: Book, of: str) -> None:
    """Raise Refused where the order would demand something by a day that has passed (P31)."""
    today = lookup.today(book)
    rows = [row for row in book.rows("hazards") if of in (row["id"], row["inspection"])]
    late = next((row for row in rows if is_overdue(row, today)), None)
    if late is not None:
        raise Refused(
            f"{late['number']} 的期限 {late['due']} 已过，不能再责令到那一天：先复查并定新的期限，或办延期", rule="P31"
        )


def reprint(book: Book, by: str, doc: str) -> Given:
    """The newest version once more, in the words it was given out with; the copy says which it is.

    Raises:
        NotFound: no such paper. Refused: it is void.
    """
    paper = paper_of(book, doc)
    if paper.voided:
        raise Refused(f"这份文书已作废（{paper.voided}），不能再印", rule="papers")
    newest = paper.newest
    assert newest is not None  # noqa: S101 - `paper_of` sees to it
    copy_no = paper.copies.get(newest.body.version, 0) + 1
    book.write(by, doc, PaperReprinted(version=newest.body.version, copy_no=copy_no))
    return _rendered(book, doc, copy_no)


def void(book: Book, by: str, doc: str, reason: str) -> None:
    """Say that it was given out by mistake. Raises NotFound, and Refused without a reason."""
    paper_of(book, doc)
    if not reason.strip():
        raise Refused("作废文书要写明原因", rule="papers")
    book.write(by, doc, PaperVoided(reason=plain(reason)))


def paper_of(book: Book, doc: str) -> Paper:
    """The folded paper. Raises NotFound where there is none."""
    state = book.document(doc)
    if not isinstance(state, Paper) or state.newest is None:
        raise NotFound(f"没有编号为 {doc} 的文书")
    return state


def newest_of(book: Book, paper: str, of: str) -> Paper | None:
    """The paper of that kind that was given out for the document last and is not void."""
    rows = [row for row in book.rows("papers") if row["of"] == of and row["paper"] == paper and not row["voided"]]
    return paper_of(book, max(rows, key=lambda row: str(row["printed"]))["id"]) if rows else None


def own_template(book: Book, paper: Layout) -> Path:
    """Where the office's own template of the paper stands, if it has one."""
    return book.folder / "papers" / f"{paper.id}.docx"


def _template(book: Book, paper: Layout) -> tuple[bytes, str]:
    """The template and, where it is the office's own, its hash."""
    own = own_template(book, paper)
    try:
        content = own.read_bytes()
    except FileNotFoundError:
        from fieldlog.papers.building import build  # noqa: PLC0415 - only for printing

        return build(paper), ""
    except OSError as error:
        raise UsageError(f"读不出本单位的模板 {own}，请检查这个文件") from error
    return content, hashlib.sha256(content).hexdigest()


def _head(book: Book, of: str) -> str | None:
    newest = max(book.entries_of(of), key=lambda entry: entry.order, default=None)
    return newest.hash if newest is not None else None


def mark_of(book: Book, doc: str, version: Version) -> Mark:
    """The code of a version, by this device, which need not be the one that gave it out first.

    Raises:
        EnvironmentFault: the signing key cannot be read.
    """
    bare = Mark(doc, version.body.version, version.hash, book.device.id)
    signature = sign(book.folder, bare.log, bare.message)
    return Mark(bare.doc, bare.version, bare.hash, bare.log, signature)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a paper's code comes to, against what this book holds."""

    mark: Mark
    version: Version | None
    """The version that the code means; None where this book does not hold it."""
    genuine: bool
    """The signature is the one of its device; False where this book does not know that device's key."""
    newest: bool
    voided: str = ""


def check(book: Book, text: str) -> Checked:
    """Hold a paper's code against the log.

    Raises:
        FoundWrong: it is no paper's code, or its signature or hash is not what it should be.
    """
    mark = read_mark(text)
    state = book.document(mark.doc)
    paper = state if isinstance(state, Paper) else None
    same = [each for each in (paper.versions if paper else ()) if is_meant(mark, each)]
    key = book.public_key(mark.log)
    if key and not is_signed(key, mark.signature, mark.message):
        raise FoundWrong(f"核对码上的签名不是 {mark.log} 的：这份文书不是由它出具的，或码被改动过")
    if paper is not None and not same:
        raise FoundWrong("核对码与记录对不上：记录里没有这一版，请查这份文书的来历")
    newest = paper.newest if paper else None
    return Checked(
        mark,
        same[0] if same else None,
        bool(key),
        newest is not None and newest in same,
        paper.voided if paper else "",
    )


def is_meant(mark: Mark, version: Version) -> bool:
    """Whether the code is of this version, also where its device went on under another log and wrote it again.

    That a version repeats another's entry is anybody's claim; only the device that the code is of may make it.
    """
    if mark.version != version.body.version:
        return False
    return mark.hash == version.hash or (mark.hash == version.origin and may_repeat(mark.log, version.log))


def _rendered(book: Book, doc: str, copy_no: int) -> Given:
    from fieldlog.papers.rendering import render  # noqa: PLC0415 - only for printing

    newest = paper_of(book, doc).newest
    assert newest is not None  # noqa: S101
    mark = mark_of(book, doc, newest)
    values = {
        **newest.body.values,
        "number": newest.body.number,
        "date": day_words(newest.body.date),
        "edition": _edition(newest.body.version, copy_no),
        "proof": _proof(newest, mark),
    }
    template, _own = _template(book, layout(newest.body.paper))
    return Given(doc, newest, copy_no, render(template, values, mark_png(mark)))


def _edition(version: int, copy_no: int) -> str:
    words = (f"第{version}版，替换此前各版" if version > 1 else "", f"第{copy_no}次重印" if copy_no else "")
    return "　".join(filter(None, words))


def _proof(version: Version, mark: Mark) -> str:
    return (
        f"本文书由执法记录生成，第 {version.body.version} 版，记录 {version.log} 第 {version.seq} 条，"
        f"校验值 {mark.short}。扫右侧码，用 fieldlog papers verify 核对。"
    )
