"""Taking numbers for papers out of this device's blocks, voiding them, and what became of each series."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from fieldlog.actions.texts import plain
from fieldlog.book.book import Book, Draft
from fieldlog.domain.errors import Refused
from fieldlog.domain.number_bodies import NumberTaken, NumberVoided
from fieldlog.domain.numbering import NumberSeries
from fieldlog.domain.numbers import Lease, Number, left, next_serial, read_number, series_doc

RULE: Final = "number"


def offered(book: Book, kind: str, day: date) -> str:
    """The number that a paper of that kind would get now; empty where this device has no block with one left."""
    mine = [
        each for each in _leases(book, "", day.year) if each.series.endswith(kind) and each.device == book.device.id
    ]
    for series in dict.fromkeys(each.series for each in mine):
        serial = next_serial(
            [each for each in mine if each.series == series], book.device.id, _series(book, series, day.year).used
        )
        if serial:
            return str(Number(series, day.year, serial))
    return ""


def take_draft(book: Book, by: str, number: str, of: str) -> tuple[str, Draft | None]:
    """The number as it is written, and what records that it is taken; None where `of` has it already.

    Raises:
        Refused: it is no number, another document has it, it is void, or it is in another device's block.
    """
    read = read_number(number)
    if read is None:
        raise Refused(f"“{number}”不是文号，请写成 后叶责改〔2026〕12号", rule=RULE)
    state = _series(book, read.series, read.year)
    if reason := state.voided.get(read.serial):
        raise Refused(f"{read} 已作废（{reason}），不能再用，请换一个号", rule=RULE)
    bearers = [each["of"] for each in state.taken.get(read.serial, [])]
    if bearers and of not in bearers:
        raise Refused(f"{read} 已经用在别的文书上，请换一个号", rule=RULE)
    if bearers:  # also where another device gave it out first: a later version keeps its number
        return str(read), None
    for each in _leases(book, read.series, read.year):
        if each.first <= read.serial <= each.last and each.device != book.device.id:
            raise Refused(f"{read} 在分给 {each.device} 的号段里，请用本机的号", rule=RULE)
    taken = NumberTaken(series=read.series, year=read.year, serial=read.serial, of=of)
    doc = series_doc(book.device.unit, read.series, read.year)
    return str(read), Draft(by, doc, taken)


def void(book: Book, by: str, number: str, reason: str) -> None:
    """Say that a number stays empty.

    Raises:
        Refused: it is none, a paper has it (void the paper), or no reason is given.
    """
    read = read_number(number)
    if read is None:
        raise Refused(f"“{number}”不是文号，请写成 后叶责改〔2026〕12号", rule=RULE)
    if not reason.strip():
        raise Refused("作废文号要写明原因", rule=RULE)
    state = _series(book, read.series, read.year)
    if read.serial in state.used:
        raise Refused(f"{read} 已经用过或作废过", rule=RULE)
    doc = series_doc(book.device.unit, read.series, read.year)
    body = NumberVoided(series=read.series, year=read.year, serial=read.serial, reason=plain(reason))
    book.write(by, doc, body)


def register(book: Book) -> list[dict[str, Any]]:
    """Every series with its blocks, what was taken, void, doubled, and what this device has left."""
    rows = {(row["series"], row["year"]): row for row in book.rows("numbers")}
    leased = {(each.series, each.year) for each in _leases(book)}
    found: list[dict[str, Any]] = []
    for series, year in sorted({*rows, *leased}):
        state = _series(book, series, year)
        leases = _leases(book, series, year)
        row = rows.get((series, year), {"taken": 0, "highest": 0, "voided": 0, "doubled": ""})
        found.append({
            "series": series, "year": year, "taken": row["taken"], "highest": row["highest"], "voided": row["voided"],
            "doubled": row["doubled"], "left": left(leases, book.device.id, state.used),
            "blocks": [f"{each.device}:{each.first}-{each.last}" for each in leases],
        })  # fmt: skip
    return found


def _series(book: Book, series: str, year: int) -> NumberSeries:
    state = book.document(series_doc(book.device.unit, series, year))
    return state if isinstance(state, NumberSeries) else NumberSeries("")


def _leases(book: Book, series: str = "", year: int = 0) -> Sequence[Lease]:
    every = book.roster.numbers if book.roster else ()
    return [each for each in every if series in ("", each.series) and year in (0, each.year)]
