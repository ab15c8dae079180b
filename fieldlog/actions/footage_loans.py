"""What the loan ledger says of cameras: their makers' numbers, who had them when, and how their clocks stood."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fieldlog.book.book import Book
from fieldlog.domain.equipment import CAMERA, Equipment
from fieldlog.footage.facts import camera_key, moment_ms
from fieldlog.footage.starts import Check

_FILMS: Final = (CAMERA, "录音笔")


@dataclass(frozen=True, slots=True)
class _Loan:
    out_ms: int
    back_ms: int | None
    camera: str
    officer: str


class CameraLoans:
    """The ledger's cameras and recorders."""

    def __init__(self, book: Book) -> None:
        self._numbers: dict[str, str] = {}
        self._labels: dict[str, str] = {}
        self.checks: dict[str, list[Check]] = {}
        """By camera, how its clock was found to stand, in the order of time."""
        loans: list[_Loan] = []
        for row in book.rows("equipment"):
            state = book.document(row["id"])
            if row["kind"] not in _FILMS or not isinstance(state, Equipment):
                continue
            key = camera_key(row["number"])
            self._labels[key] = row["number"]
            for serial in {row["serial"], row["serial"].upper().removeprefix("DSJ")} - {""}:
                self._numbers[camera_key(serial)] = key  # names have DSJ_000123 where the plate has DSJ000123
            for loan in state.loans:
                out = moment_ms(loan.out)
                loans.append(_Loan(out, moment_ms(loan.back) if loan.back else None, key, loan.officer))
                if loan.clock_ms is not None:
                    self.checks.setdefault(key, []).append(Check(out, loan.clock_ms))
        self._loans = sorted(loans, key=lambda loan: loan.out_ms)
        self._outs = [loan.out_ms for loan in self._loans]
        for checks in self.checks.values():
            checks.sort()

    def number(self, camera: str) -> str:
        """The number that officers know a camera by, where the name of the file has the maker's; by `camera_key`."""
        return self._numbers.get(camera, camera)

    def label(self, camera: str) -> str:
        """How the ledger writes that number; empty where it has none."""
        return self._labels.get(camera, "")

    def officer(self, camera: str, ms: int) -> str:
        """Who had the camera then, or empty."""
        return next((loan.officer for loan in self._at(ms) if loan.camera == camera), "")

    def camera_of(self, officer: str, ms: int) -> str:
        """The one camera that the officer had then; empty where it was none or several."""
        cameras = {loan.camera for loan in self._at(ms) if loan.officer == officer}
        return cameras.pop() if len(cameras) == 1 else ""

    def _at(self, ms: int) -> Iterator[_Loan]:
        """The loans that were out then, the newest first."""
        for loan in reversed(self._loans[: bisect_right(self._outs, ms)]):
            if loan.back_ms is None or loan.back_ms > ms:
                yield loan
