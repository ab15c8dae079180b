"""The list of a case's recordings as a page to print: one HTML file without anything from elsewhere, A4 by its own style.

A browser or word processor of any office prints it; the header of a table is repeated on every sheet, and no row is cut.
"""

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Final

from fieldlog.actions.footage_sheet import FilmLine, FootageSheet, MomentLine
from fieldlog.book.durable import replace_file
from fieldlog.domain.errors import EnvironmentFault, os_words

_STYLE: Final = """
@page { size: A4; margin: 22mm 18mm; }
body { font: 10.5pt/1.5 "仿宋", FangSong, STFangsong, "Noto Serif CJK SC", serif; color: #000; background: #fff; }
h1 { font: bold 18pt "黑体", SimHei, "Noto Sans CJK SC", sans-serif; text-align: center; margin: 0 0 12pt; }
h2 { font: bold 12pt "黑体", SimHei, "Noto Sans CJK SC", sans-serif; margin: 14pt 0 4pt; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 0.5pt solid #000; padding: 2pt 4pt; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { white-space: nowrap; }
thead { display: table-header-group; }
tr, p { break-inside: avoid; }
.number { white-space: nowrap; }
.hash { font: 8pt/1.3 monospace; }
.sign { margin-top: 28pt; display: flex; justify-content: space-between; }
"""
_MOMENTS: Final = ("序号", "时间", "类别", "内容", "机号", "录像", "录像中的时刻")
_FILMS: Final = ("录像", "文件名和校验值（SHA-256）", "机号", "开始时间", "时长", "大小", "核对、说明")
_NOWRAP: Final = frozenset({"序号", "时间", "类别", "机号", "录像", "录像中的时刻", "时长"})


def write_page(sheet: FootageSheet, path: Path) -> None:
    """Write the page; it is there whole or not at all.

    Raises:
        EnvironmentFault: it cannot be written there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, page_of(sheet).encode("utf-8"))
    except OSError as error:
        raise EnvironmentFault(f"没有写到 {path}：{os_words(error)}。请换一个能写的位置") from error


def page_of(sheet: FootageSheet) -> str:
    """The page."""
    title = f"执法音像记录清单 {sheet.premises}"
    return "\n".join([
        "<!DOCTYPE html>",
        '<html lang="zh-CN"><head><meta charset="utf-8">',
        f"<title>{_text(title)}</title><style>{_STYLE}</style></head><body>",
        *_body(sheet),
        "</body></html>",
        "",
    ])  # fmt: skip


def _body(sheet: FootageSheet) -> Iterator[str]:
    yield "<h1>执法音像记录清单</h1>"
    yield from _table((), [
        ("执法单位", sheet.unit), ("被检查单位", sheet.premises), (f"{sheet.about}编号", sheet.document),
        ("时间", sheet.when), ("执法人员", sheet.officers),
        *([("录像情况", sheet.covered)] if sheet.covered else []),
    ])  # fmt: skip
    yield "<h2>一、各时刻在录像中的位置</h2>"
    rows = [_moment(number, each) for number, each in enumerate(sheet.moments, 1)]
    yield from _table(_MOMENTS, rows) if rows else ["<p>没有记下时刻。</p>"]
    yield "<h2>二、录像文件</h2>"
    yield from _table(_FILMS, [_film(each) for each in sheet.films]) if sheet.films else ["<p>没有录像。</p>"]
    if sheet.covered:
        yield "<h2>三、没有录像的时段和环节</h2>"
        yield f"<p>时段：{_text('；'.join(sheet.gaps) or '没有')}</p>"
        yield f"<p>环节：{_text('、'.join(sheet.unseen) or '没有')}</p>"
    yield (
        "<p>录像中的时刻从该文件第一帧算起，按“时:分:秒”。文件以校验值为准，改名、挪动不影响；"
        "内容有改动的，校验值就不同。</p>"
    )
    yield (
        f'<p class="sign"><span>制作：{_text(sheet.maker)}　{_text(sheet.made)}</span>'
        "<span>核对：＿＿＿＿＿＿</span><span>日期：＿＿＿＿＿＿</span></p>"
    )


def _moment(number: int, each: MomentLine) -> Sequence[str]:
    shown = each.offset if each.film else "没有录像"
    return (str(number), each.at, each.kind, each.what, each.camera, str(each.film or ""), shown)


def _film(each: FilmLine) -> Sequence[str]:
    worn = f"{each.camera}（{each.officer}）" if each.officer else each.camera
    begun = f"{each.begun}（{each.known_by}）" if each.known_by else each.begun
    told = "；".join(filter(None, (each.checked and f"核对 {each.checked}", each.remark)))
    return (str(each.number), f"{each.name}\n{each.sha256}", worn, begun, each.length, each.size, told)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table; without `heads` the first cell of each row is its heading."""
    yield "<table>"
    if heads:
        yield f"<thead><tr>{''.join(f'<th>{_text(head)}</th>' for head in heads)}</tr></thead>"
    yield "<tbody>"
    for row in rows:
        cells = [
            f"<td{' class=number' if heads[place] in _NOWRAP else ''}>{_cell(text)}</td>"
            if heads
            else f"<{'th' if not place else 'td'}>{_text(text)}</{'th' if not place else 'td'}>"
            for place, text in enumerate(row)
        ]
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody></table>"


def _cell(text: str) -> str:
    """A cell; what follows a line feed is a file's hash."""
    first, feed, rest = text.partition("\n")
    return _text(first) + (f'<br><span class="hash">{_text(rest)}</span>' if feed else "")


def _text(text: str) -> str:
    """Text as it stands, without characters that HTML does not have."""
    return escape("".join(char if char.isprintable() else " " for char in text))
