"""Recordings and coverage as other programs get them, and as tables."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fieldlog.actions.footage_matching import Film, Tied, moment_at
from fieldlog.actions.footage_sheet import SOURCES, about_ms, length_of
from fieldlog.cli.streams import remark
from fieldlog.cli.tables import Column, say_table

if TYPE_CHECKING:
    from fieldlog.book.book import Book
    from fieldlog.footage.timeline import Coverage

Row = dict[str, Any]


def film_row(book: "Book", film: Film) -> Row:
    """A recording as other programs get it."""
    row, start = film.row, film.start
    return {
        "path": row["path"],
        "sha256": row["sha256"],
        "camera": film.camera,
        "start": _text(book, start.ms),
        "start_source": start.source,
        "uncertainty_ms": start.uncertainty_ms if start.ms is not None else None,
        "duration_ms": row["duration_ms"],
        "inspections": list(film.inspections),
        "moments": [
            {
                "inspection": moment.event.doc, "kind": moment.event.kind, "key": moment.event.key,
                "at": _text(book, moment.event.ms), "offset_ms": moment.at_ms,
            }
            for moment in film.moments
        ],
        "id": film.row["id"],
        "medium": row["medium"],
        "size": row["size"],
        "codec": row["codec"],
        "width": row["width"],
        "height": row["height"],
        "broken": row["broken"],
        "camera_source": row["camera_source"] or ("loan" if film.camera else ""),
        "officer": film.officer,
        "person": row["person"],
        "spans": [
            {"inspection": span.doc, "from_ms": span.from_ms, "to_ms": span.to_ms, "basis": span.basis}
            for span in film.spans
        ],
        "unclear": list(film.unclear),
        "clock_off_ms": start.clock_off_ms,
        "drift_ppm": start.drift_ppm,
        "local_as_utc": start.local_as_utc,
        "slates": len(film.facts.anchors),
        "slates_late": sum(anchor.late for anchor in film.facts.anchors),
        "slates_unproven": film.facts.unproven,
        "part": film.part,
        "parts": film.parts,
        "whole": film.whole or row["id"],
        "places": row["places"],
    }  # fmt: skip


def say_films(book: "Book", rows: Sequence[Row]) -> None:
    """The table of recordings."""
    names: dict[str, str] = {str(row["doc"]): str(row["premises_name"]) for row in book.rows("inspections")}
    columns = [
        Column("开始"), Column("凭据"), Column("误差"), Column("时长"), Column("机号", 12), Column("检查", 30),
        Column("对上"), Column("文件", 60),
    ]  # fmt: skip
    shown: list[list[str]] = [
        [
            str(row["start"] or "")[:19].replace("T", " "),
            SOURCES[row["start_source"]],
            about_ms(row["uncertainty_ms"]),
            length_of(row["duration_ms"]),
            str(row["camera"]),
            "、".join(names.get(str(doc), str(doc)) for doc in row["inspections"]) or _why_loose(row),
            f"{len(row['moments'])} 处" if row["moments"] else "",
            str(row["path"]),
        ]
        for row in rows
    ]
    count = say_table(columns, shown)
    remark(f"共 {count} 个" if count else "还没有登记录像；插好存储卡后运行 fieldlog footage scan 文件夹")
    late = sum(bool(row["slates_late"]) for row in rows)
    unproven = sum(bool(row["slates_unproven"]) for row in rows)
    if late:
        remark(f"{late} 个录像里的对时码是事后做的，日志里写着制作时间")
    if unproven:
        remark(f"{unproven} 个录像里的对时码，本机日志里没有记录，没有采用；同步别的电脑后会自动对时")


def coverage_row(book: "Book", each: "Coverage", tied: Tied) -> Row:
    """An inspection as other programs get it, with what is on film of it."""
    row = book.row("inspections", each.doc) or {}
    films = [film for film in tied.films if each.doc in film.inspections]
    return {
        "doc": each.doc,
        "premises_name": row.get("premises_name", ""),
        "opened": row.get("opened", ""),
        "closed": row.get("closed") or None,
        "recordings": [film.row["id"] for film in films],
        "cameras": sorted({film.camera for film in films}),
        "present_ms": sum(end - begin for begin, end in each.sittings),
        "covered_ms": each.covered_ms,
        "gaps": [{"from": _text(book, begin), "to": _text(book, end)} for begin, end in each.gaps],
        "stages_shown": list(each.shown),
        "stages_unseen": list(each.unseen),
        "moments": sum(moment.event.doc == each.doc for film in films for moment in film.moments),
        "unclear": [film.row["id"] for film in tied.films if each.doc in film.unclear],
    }


def say_coverage(rows: Sequence[Row]) -> None:
    """The table of inspections."""
    columns = [Column("检查"), Column("单位", 30), Column("录像"), Column("缺口", 50), Column("不在录像里的环节", 40)]
    shown: list[list[str]] = [
        [
            row["opened"][:16].replace("T", " "),
            row["premises_name"],
            f"{len(row['recordings'])} 段 {'、'.join(filter(None, row['cameras']))}" if row["recordings"] else "没有",
            "、".join(f"{gap['from'][11:19]}-{gap['to'][11:19]}" for gap in row["gaps"]) if row["recordings"] else "",
            "、".join(row["stages_unseen"]),
        ]
        for row in rows
    ]
    count = say_table(columns, shown)
    without = sum(not row["recordings"] for row in rows)
    remark(f"共 {count} 次检查，{without} 次没有录像" if count else "这段时间没有检查")


def _text(book: "Book", ms: int | None) -> str | None:
    return None if ms is None else moment_at(book, ms).isoformat(timespec="milliseconds")


def _why_loose(row: Row) -> str:
    if row["broken"]:
        return f"（{row['broken']}）"
    return f"（分不清是 {len(row['unclear'])} 次检查里的哪次）" if row["unclear"] else "（没有对上）"
