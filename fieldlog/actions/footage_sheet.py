"""What the printed list of a case's recordings says (录像清单): plain values in words, for whatever lays them out.

`footage_page` makes a page to print of it; a form of the case file can take the same values.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fieldlog.actions.footage_matching import Film, Tied, moment_at
from fieldlog.actions.footage_moments import WORDS, Shown, case_of, moments_of, name_of_file, tie_around
from fieldlog.actions.timeline import name_of, names_of
from fieldlog.book.book import Book
from fieldlog.domain.film_time import film_clock
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.inspection import Inspection

SOURCES: Final = {
    "slate": "对时码", "offset": "同机对时码", "container": "文件信息", "name": "文件名", "file": "文件时间", "unknown": "不知道",
}  # fmt: skip
"""What each way to know when a recording began is called."""
_CHECKED: Final = {"same": "没有变", "moved": "没有变，换了位置", "changed": "内容变了", "missing": "不见了"}


@dataclass(frozen=True, slots=True)
class MomentLine:
    """Something that happened, and where a recording shows it."""

    at: str
    kind: str
    what: str
    camera: str
    film: int
    """Number of the recording in `films`; 0 where none shows it."""
    offset: str
    """In the film, `0:01:23.4`; empty where none shows it."""


@dataclass(frozen=True, slots=True)
class FilmLine:
    """A recording of the case."""

    number: int
    name: str
    camera: str
    officer: str
    begun: str
    known_by: str
    """How the beginning is known, and how well."""
    length: str
    size: str
    sha256: str
    checked: str
    """What the newest reading of the whole file came to, and when; empty where nobody read it again."""
    remark: str


@dataclass(frozen=True, slots=True)
class FootageSheet:
    """The whole list."""

    unit: str
    about: str
    """检查 or 隐患."""
    document: str
    """Its number, or id."""
    premises: str
    when: str
    officers: str
    covered: str
    """How much of the inspection is on film; empty for a hazard."""
    moments: tuple[MomentLine, ...]
    films: tuple[FilmLine, ...]
    gaps: tuple[str, ...]
    """Stretches of the inspection that no recording shows."""
    unseen: tuple[str, ...]
    """Stages that no recording shows."""
    made: str
    maker: str


def sheet_of(book: Book, named: str) -> FootageSheet:
    """The list of an inspection, or of a hazard by its id or number.

    Raises:
        NotFound: there is no such document, or two hazards have the number.
    """
    state = case_of(book, named)
    visit = state.doc if isinstance(state, Inspection) else str(state.fields.get("inspection", ""))
    tied = tie_around(book, visit) if visit else None
    if tied is None:  # a hazard of no inspection: nothing of it was filmed in one
        return _sheet(book, state, [], [], ("", (), ()))
    moments = each_once(moments_of(book, state.doc, tied))
    shown = {each.film.row["id"] for each in moments if each.film}
    if isinstance(state, Inspection):
        shown |= {film.row["id"] for film in tied.films if state.doc in film.inspections}
    films = [film for film in tied.films if film.row["id"] in shown]
    return _sheet(book, state, moments, films, _coverage(book, tied, state))


def _sheet(
    book: Book,
    state: Inspection | Hazard,
    moments: Sequence[Shown],
    films: Sequence[Film],
    coverage: tuple[str, tuple[str, ...], tuple[str, ...]],
) -> FootageSheet:
    numbers = {film.row["id"]: number for number, film in enumerate(films, 1)}
    covered, gaps, unseen = coverage
    about, document, premises, when, officers = _heading(book, state)
    maker = book.device.officer or book.device.id
    return FootageSheet(
        unit=book.device.unit_name or book.device.unit,
        about=about,
        document=document,
        premises=premises,
        when=when,
        officers=officers,
        covered=covered,
        moments=tuple(_moment_line(book, each, numbers) for each in moments),
        films=tuple(_film_line(book, film, number) for number, film in enumerate(films, 1)),
        gaps=gaps,
        unseen=unseen,
        made=f"{book.now():%Y-%m-%d %H:%M}",
        maker=name_of(book, maker),
    )


def each_once(moments: Sequence[Shown]) -> list[Shown]:
    """The moments without the answers that a hazard stands for."""
    found = {each.event.ms for each in moments if each.event.kind == "hazard"}
    return [each for each in moments if each.event.kind != "answer" or each.event.ms not in found]


def about_ms(ms: int | None) -> str:
    """How well a beginning is known, in words."""
    if ms is None:
        return ""
    if ms < 1000:
        return f"{ms} 毫秒"
    return f"{ms / 1000:.0f} 秒" if ms < 120_000 else f"{ms // 60_000} 分钟"


def length_of(ms: int | None) -> str:
    """How long a recording is, `0:12:05`."""
    if not ms:
        return ""
    seconds = round(ms / 1000)
    return f"{seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02}"


def _heading(book: Book, state: Inspection | Hazard) -> tuple[str, str, str, str, str]:
    """What it is, its number, where, when, who."""
    if isinstance(state, Hazard):
        fields = state.fields
        number = str(fields.get("number") or state.doc)
        people = names_of(book, [str(each) for each in fields.get("officers", ())])
        return "隐患", number, str(fields.get("premises_name", "")), f"发现 {_minute(state.found_at)}", people
    assert state.opened is not None  # noqa: S101 - case_of returns no other
    end = _minute(state.closed_at) if state.closed_at else "没有结束"
    people = names_of(book, state.opened.officers)
    return "检查", state.doc, state.opened.premises_name, f"{_minute(state.opened_at)} 至 {end}", people


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")


def _coverage(
    book: Book, tied: Tied, state: Inspection | Hazard
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:  # fmt: skip
    """How much is on film, in words; the gaps; the stages that are not on film."""
    coverage = tied.match.coverage.get(state.doc)
    if coverage is None:
        return "", (), ()
    present = sum(end - begin for begin, end in coverage.sittings)
    share = 100 * coverage.covered_ms // present if present else 100 * bool(coverage.covered)
    gaps = tuple(
        f"{moment_at(book, begin):%Y-%m-%d %H:%M:%S} 至 {moment_at(book, end):%H:%M:%S}（{length_of(end - begin)}）"
        for begin, end in coverage.gaps
    )
    return f"在场 {length_of(present) or '0:00:00'}，拍到 {share}%", gaps, coverage.unseen


def _moment_line(book: Book, each: Shown, numbers: Mapping[str, int]) -> MomentLine:
    film = each.film
    return MomentLine(
        at=f"{moment_at(book, each.event.ms):%Y-%m-%d %H:%M:%S}",
        kind=WORDS[each.event.kind],
        what=each.what,
        camera=film.camera if film else "",
        film=numbers[film.row["id"]] if film else 0,
        offset=film_clock(each.at_ms) if film else "",
    )


def _film_line(book: Book, film: Film, number: int) -> FilmLine:
    row, start = film.row, film.start
    checked = row["checked"]
    return FilmLine(
        number=number,
        name=name_of_file(row["path"]),
        camera=film.camera,
        officer=name_of(book, film.officer) if film.officer else "",
        begun=f"{moment_at(book, start.ms):%Y-%m-%d %H:%M:%S}" if start.ms is not None else "不知道",
        known_by=f"{SOURCES[start.source]}，误差 {about_ms(start.uncertainty_ms)}" if start.ms is not None else "",
        length=length_of(row["duration_ms"]),
        size=f"{row['size']:,} 字节",
        sha256=row["sha256"],
        checked=f"{checked['at'][:10]} {_CHECKED.get(checked['result'], checked['result'])}" if checked else "",
        remark="；".join(_remarks(film)),
    )


def _remarks(film: Film) -> Iterator[str]:
    if film.parts:
        yield f"连续录像的第 {film.part} 段，共 {film.parts} 段"
    if film.row["broken"]:
        yield f"放不出来：{film.row['broken']}"
    if film.start.clock_off_ms is not None and film.start.source in ("slate", "offset"):
        yield f"记录仪时钟{_off(film.start.clock_off_ms)}"
    if any(anchor.late for anchor in film.facts.anchors):
        yield "对时码是事后做的，日志里写着制作时间"


def _off(ms: int) -> str:
    """How a camera's clock stood, `快 0:07:00`; `ms` is true time less the clock's."""
    if abs(ms) < 1000:
        return "准"
    return f"{'慢' if ms > 0 else '快'} {length_of(abs(ms))}"
