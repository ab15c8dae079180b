"""What a cell means: text, telephone numbers, dates, yes and no. Nothing here knows of rows or columns."""

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from fieldlog.sheets.grid import Cell
from fieldlog.sheets.text import HAN, is_error, match_key, plain, text_of

_EXCEL_DAY_ZERO: Final = date(1899, 12, 30)
"""Day 0 of Excel's calendar for days after February 1900."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text read from a cell; `doubt` is empty or says in Chinese what is odd."""

    text: str
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class DateReading:
    day: date | None
    doubt: str = ""
    unlimited: bool = False
    """长期: the paper has no last day."""


def address_key(text: str) -> str:
    """`match_key` of an address from the township downward: 云阳县后叶镇… and 后叶镇… are one place."""
    key = match_key(text)
    return re.sub(r"^(?:重庆市?)?(?:[^区县镇乡村]{1,4}(?:县|(?<!社)区))?(?=.)", "", key) or key


def digits_of(cell: Cell) -> Reading:
    """A number that is really a name (a certificate, a licence): as typed, unless the table rounded it."""
    if isinstance(cell, str) and re.fullmatch(r"\s*\d\.\d*[eE]\+?\d+\s*", cell):
        return Reading(text_of(cell), f"号码显示成了科学计数法（{text_of(cell)}），末几位已丢失，请改为文本重填")
    if isinstance(cell, int) and abs(cell) >= 10**15:
        return Reading(str(cell), f"号码按数字保存，末几位可能已变成0（{cell}），请核对")
    if isinstance(cell, float):
        return Reading(text_of(cell), f"号码按数字保存，末几位可能已丢失（{text_of(cell)}），请核对")
    return Reading(plain(cell))


# ---- telephone -------------------------------------------------------------------------------------------------------

_PHONE: Final = re.compile(
    r"(?<!\d)(?:(?:\+|00)?86[ -]?)?(1[3-9]\d(?:[ -]?\d{4}){2})(?!\d)"  # mobile
    r"|(?<!\d)(0(?:10|2\d|[3-9]\d{2})[ -]?\d{3,4}[ -]?\d{4}(?:-\d{1,6})?)(?!\d)"  # with area code
    r"|(?<!\d)([48]00[ -]?\d{3}[ -]?\d{4}|[2-9]\d{6,7})(?!\d)"  # service number, or local
)
_POWER_OF_TEN: Final = re.compile(r"([0-9]\.[0-9]+)[eE]\+?([0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class PhoneReading:
    phone: str
    """All numbers found, joined by 、; the text as it stands when none was."""
    person: str = ""
    """A name written beside the number."""
    doubt: str = ""


def phone_of(cell: Cell) -> PhoneReading:
    """Telephone numbers, saved as text or number, one or several in a cell, with or without a name."""
    written = _unpowered(cell)
    if not written:
        return PhoneReading("")
    half_width = unicodedata.normalize("NFKC", written).replace("—", "-").replace("–", "-")
    half_width = re.sub(r"[()]", " ", half_width)
    found: list[str] = []
    for match in _PHONE.finditer(half_width):
        number = re.sub(r"[ -]", "", match[1]) if match[1] else _landline(match[2] or match[3])
        if number not in found:
            found.append(number)
    rest = _PHONE.sub(" ", half_width)
    person = re.sub(rf"[^{HAN}·]", "", re.sub(r"电话|手机|联系|座机|办公室?|住宅|号码?|不详|[或和及无]", "", rest))
    if not found:
        kept = written if re.search(r"\d{3}", written) else ""
        doubt = f"电话不像号码（{written[:40]}），{'请核对' if kept else '没有采用，请补上'}"
        return PhoneReading(kept, person if 2 <= len(person) <= 4 and not kept else "", doubt)
    odd = re.search(r"\d{3,}", rest)
    doubt = f"电话里还有认不出的数字（{written[:40]}），请核对" if odd else ""
    return PhoneReading("、".join(found), person if 2 <= len(person) <= 4 else "", doubt)


def _landline(written: str) -> str:
    """Area code, number and extension with a dash between them: 023 5500 1234 is 023-55001234."""
    parts = re.fullmatch(r"(0(?:10|2\d|[3-9]\d{2}))?[ -]?(\d{3,4})[ -]?(\d{4})(-\d{1,6})?", written)
    if parts is None:
        return written.replace(" ", "-")
    return (f"{parts[1]}-" if parts[1] else "") + parts[2] + parts[3] + (parts[4] or "")


def _unpowered(cell: Cell) -> str:
    text = plain(cell)
    power = _POWER_OF_TEN.fullmatch(text)
    if power is None:
        return re.sub(r"(\d{7,})\.0+(?!\d)", r"\1", text)
    digits, exponent = power[1], int(power[2])
    whole = len(digits) - 2 <= exponent <= 20
    # 1.3000003517E+10 still holds all its digits, 1.3E+10 has lost them
    return str(int(digits.replace(".", "")) * 10 ** (exponent - len(digits) + 2)) if whole and len(digits) > 8 else text


# ---- dates -----------------------------------------------------------------------------------------------------------

_DAY: Final = re.compile(r"(?<!\d)(\d{4})\s*[-./年、,]\s*(\d{1,2})\s*[-./月、,]\s*(\d{1,2})(?!\d)\s*[日号]?")
_SOLID_DAY: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)")
_MONTH: Final = re.compile(r"(?<!\d)(\d{4})\s*(?:[-./]\s*(\d{1,2})|年\s*(\d{1,2})\s*月?)(?!\d)")


def date_of(cell: Cell) -> DateReading:
    """The last day a paper is valid. Of a span (2022.9.27-2027.9.26) that is its end."""
    if isinstance(cell, datetime):
        return _plausible(cell.date(), cell)
    if isinstance(cell, date):
        return _plausible(cell, cell)
    if isinstance(cell, (bool, time, timedelta)):
        return _no_date(cell)
    if isinstance(cell, (int, float)) and 20_000 <= cell < 80_000:
        return _plausible(_EXCEL_DAY_ZERO + timedelta(days=int(cell)), cell)
    text = unicodedata.normalize("NFKC", plain(cell))
    if not text:
        return DateReading(None)
    if re.search(r"长期|永久|无固定期限|无期限", text):
        return DateReading(None, unlimited=True)
    if re.fullmatch(r"[2-7]\d{4}", text):
        return _plausible(_EXCEL_DAY_ZERO + timedelta(days=int(text)), cell)
    return _last_day_in(text, cell)


def _last_day_in(text: str, cell: Cell) -> DateReading:
    without_hour = re.sub(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?.*$", "", text)
    found = [match.groups() for pattern in (_DAY, _SOLID_DAY) for match in pattern.finditer(without_hour)]
    if not found:
        return _month_end(without_hour, cell)
    days: list[date] = []
    for year, month, day in found:
        try:
            days.append(date(int(year), int(month), int(day)))
        except ValueError:
            return _no_date(cell)
    return _plausible(max(days), cell)


def _month_end(text: str, cell: Cell) -> DateReading:
    match = _MONTH.fullmatch(text)
    month = int(match[2] or match[3]) if match else 0
    if match is None or not 1 <= month <= 12 or not 1990 <= int(match[1]) <= 2100:
        return _no_date(cell)
    last = calendar.monthrange(int(match[1]), month)[1]
    return DateReading(date(int(match[1]), month, last), f"日期只有年月（{text}），按当月最后一天记，请核对")


def _plausible(day: date, cell: Cell) -> DateReading:
    return DateReading(day) if 1990 <= day.year <= 2100 else _no_date(cell)


def _no_date(cell: Cell) -> DateReading:
    return DateReading(None, f"日期认不出来（{text_of(cell)[:40]}），没有采用，请写成 2027-09-26 这样")


# ---- yes and no ------------------------------------------------------------------------------------------------------

_YES: Final = re.compile(r"(是|有|√|✓|✔|☑|y|yes|true|1|已|存在|使用|t)")
_NO: Final = re.compile(r"(否|无|没|未|不|×|✗|✘|x|n$|no|false|0$|f$|/|-|—|□)")


def yes_or_no(cell: Cell) -> bool | None:
    """Whether the cell says yes; `None` when it is empty or says neither. `无人住宿` is a no, `有，2人` a yes."""
    text = unicodedata.normalize("NFKC", text_of(cell)).casefold()
    if not text or is_error(text):
        return None
    if _NO.match(text):
        return False
    if _YES.match(text):
        return True
    count = re.fullmatch(r"(\d+)(人|间|处|台|瓶|个|户|床)?", text)
    return int(count[1]) > 0 if count else None
