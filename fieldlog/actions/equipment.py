"""The loan ledger (设备领用): registering equipment, lending it out, taking it back, and who had it when."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from fieldlog.actions import lookup
from fieldlog.actions.texts import plain
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.domain.entries import Entry
from fieldlog.domain.equipment import CAMERA, IN_SERVICE, Equipment, Loan
from fieldlog.domain.errors import NotFound, Refused

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Lending:
    """One line of the ledger: a piece of equipment and one loan of it."""

    row: Row
    loan: Loan


def register(book: Book, by: str, *, number: str, kind: str = CAMERA, **others: str) -> Entry:
    """Register a piece of equipment; `others` are fields of `EquipmentRegistered`.

    Raises:
        Refused: no number, a number that another piece of its kind has, or a field that cannot be.
    """
    name = plain(number).strip()
    _check_free(book, name, kind)
    try:
        body = bodies.EquipmentRegistered.model_validate({**others, "number": name, "kind": kind})
    except ValidationError as error:
        raise _cannot_be(error) from error
    return book.write(by, book.new_id(), body)


def change(book: Book, by: str, named: str, reason: str = "", **changes: str) -> Entry:
    """Change fields of `EquipmentChanged`, its `status` among them.

    Raises:
        NotFound: no such equipment.
        Refused: a number that is taken, a field that cannot be, or out of service while somebody has it.
    """
    row = find(book, named)
    if "number" in changes or "kind" in changes:
        number, kind = str(changes.get("number", row["number"])), str(changes.get("kind", row["kind"]))
        _check_free(book, number, kind, row["id"])
    if changes.get("status", IN_SERVICE) != IN_SERVICE and row["holder"]:
        raise Refused(f"{shown(row)}还在{_name(book, row['holder'])}手里，请先归还", rule="equipment.lent")
    try:
        body = bodies.EquipmentChanged.model_validate({**changes, "reason": plain(reason)})
    except ValidationError as error:
        raise _cannot_be(error) from error
    return book.write(by, row["id"], body)


def lend(
    book: Book,
    by: str,
    named: str,
    officer: str,
    *,
    clock_ms: int | None = None,
    battery: str = "",
    space: str = "",
    faults: str = "",
) -> Entry:
    """Give it to an officer now.

    Raises:
        NotFound: no such equipment or officer.
        Refused: somebody has it, or it is out of service.
    """
    row, who = find(book, named), lookup.officer(book, officer)
    if row["holder"]:
        raise Refused(f"{shown(row)}还没有归还，在{_name(book, row['holder'])}手里，请先归还", rule="equipment.lent")
    if row["status"] != IN_SERVICE:
        raise Refused(f"{shown(row)}的状态是{row['status']}，不能领用；修好后先改成在用", rule="equipment.status")
    try:
        body = bodies.EquipmentLent.model_validate(
            {
                "officer": who["id"],
                "moment": _now(book),
                "clock_ms": clock_ms,
                "battery": battery,
                "space": space,
                "faults": plain(faults),
            }
        )
    except ValidationError as error:
        raise _cannot_be(error) from error
    return book.write(by, row["id"], body)


def take_back(book: Book, by: str, named: str, faults: str = "") -> Entry:
    """Take it back now.

    Raises:
        NotFound: no such equipment.
        Refused: nobody has it.
    """
    row = find(book, named)
    if not row["holder"]:
        raise Refused(f"{shown(row)}没有借出，不用归还", rule="equipment.returned")
    return book.write(by, row["id"], bodies.EquipmentReturned(moment=_now(book), faults=plain(faults)))


def find(book: Book, named: str) -> Row:
    """The row by id, or by its number where only one piece has it; a camera comes before others of that number.

    Raises:
        NotFound: there is none, or several.
    """
    rows: list[Row] = list(book.rows("equipment"))
    wanted = plain(named).strip()
    found = [row for row in rows if wanted in (row["id"], row["serial"] or None, shown(row))]
    found = found or [row for row in rows if row["number"] == wanted]
    cameras = [row for row in found if row["kind"] == CAMERA]
    if len(found) > 1 and len(cameras) == 1:
        return cameras[0]
    if len(found) != 1:
        what = "没有编号为" if not found else "不止一件设备的编号是"
        raise NotFound(
            f"{what} {wanted} 的设备" + ("" if found else "，请先登记") + ("，请写成“执法记录仪03”" if found else "")
        )
    return found[0]


def shown(row: Mapping[str, Any]) -> str:
    """执法记录仪03."""
    return f"{row['kind']}{row['number']}"


def lendings(book: Book, named: str = "") -> list[Lending]:
    """The ledger, the newest loan first; of one piece where `named`."""
    rows: Iterable[Row] = [find(book, named)] if named else book.rows("equipment")
    found = [Lending(row, loan) for row in rows for loan in _state(book, row["id"]).loans]
    return sorted(found, key=lambda each: datetime.fromisoformat(each.loan.out), reverse=True)


def holder_of_camera(book: Book, number: str, moment: datetime) -> str:
    """The id of the officer who had the camera of that number at `moment`, or empty."""
    for row in book.rows("equipment"):
        if row["kind"] == CAMERA and number in (row["number"], row["serial"] or None):
            for loan in reversed(_state(book, row["id"]).loans):
                back = datetime.fromisoformat(loan.back) if loan.back else None
                if datetime.fromisoformat(loan.out) <= moment and (back is None or moment <= back):
                    return loan.officer
    return ""


def clock_ahead(shown: str, now: datetime) -> int | None:
    """Milliseconds that a clock which shows `shown` (09:15:30, 091530) is ahead of `now`; None where it shows no time.

    The nearest day is meant: 235959 shortly after midnight is a second behind. A camera shows whole seconds, so that
    half of one is taken off `now` on average.
    """
    digits = unicodedata.normalize("NFKC", shown).replace(":", "").strip()
    try:
        then = datetime.strptime(digits, "%H%M%S" if len(digits) == 6 else "%H%M").time()  # noqa: DTZ007 - a time of day
    except ValueError:
        return None
    ahead = now.replace(hour=then.hour, minute=then.minute, second=then.second, microsecond=0) - now
    half_a_day = timedelta(hours=12)
    if ahead > half_a_day:
        ahead -= 2 * half_a_day
    elif ahead < -half_a_day:
        ahead += 2 * half_a_day
    return round(ahead.total_seconds() * 1000) + 500


def clock_word(clock_ms: int | None) -> str:
    """How the clock stood: 准, 快 2 分 5 秒, 慢 3 秒, or empty where nobody looked."""
    if clock_ms is None:
        return ""
    seconds = round(abs(clock_ms) / 1000)
    if seconds <= 1:
        return "准"
    hours, rest = divmod(seconds, 3600)
    parts = ((hours, "时"), (rest // 60, "分"), (rest % 60, "秒"))
    return ("快 " if clock_ms > 0 else "慢 ") + " ".join(f"{number} {unit}" for number, unit in parts if number)


def _state(book: Book, doc: str) -> Equipment:
    state = book.document(doc)
    if not isinstance(state, Equipment):
        raise NotFound(f"没有编号为 {doc} 的设备")
    return state


def _check_free(book: Book, number: str, kind: str, own: str = "") -> None:
    if not number:
        raise Refused("请填设备编号，例如 03", rule="equipment.number")
    for row in book.rows("equipment"):
        if (row["number"], row["kind"]) == (number, kind) and row["id"] != own:
            raise Refused(f"{kind}{number} 已经登记过，请换一个编号", rule="equipment.number")


def _cannot_be(error: ValidationError) -> Refused:
    fields = "、".join(_FIELDS.get(str(each["loc"][0]), str(each["loc"][0])) for each in error.errors())
    return Refused(f"设备的{fields}填得不对，请改正", rule="equipment.fields")


_FIELDS = {
    "number": "编号（1 到 40 个字）",
    "kind": "类别（执法记录仪、对讲机、录音笔、打印机、执法车、其他）",
    "status": "状态（在用、送修、停用、报废）",
    "battery": "电量（充足、偏低）",
    "space": "存储空间（充足、偏低）",
    "clock_ms": "时钟偏差（毫秒）",
}


def _name(book: Book, officer: str) -> str:
    row = book.row("officers", officer)
    return str(row["name"]) if row else "别人"


def _now(book: Book) -> str:
    return book.now().isoformat(timespec="seconds")
