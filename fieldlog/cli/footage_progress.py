"""How far a scan is, on a terminal: files, bytes, bytes a second, time left. Nothing on a pipe."""

import sys
from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from fieldlog.footage.files import MediaFile
    from fieldlog.footage.scan import Outcome

_EVERY_S = 0.2


class ScanProgress:
    """One line that is written over and over."""

    def __init__(self, files: int, size: int) -> None:
        self._shows = sys.stderr.isatty() and bool(files)
        self._files, self._done = files, 0
        self._total = size
        self._read = 0
        self._begun = monotonic()
        self._shown = 0.0

    @classmethod
    def of(cls, waiting: "Sequence[MediaFile]") -> "ScanProgress":
        """Over these files."""
        return cls(len(waiting), sum(file.size for file in waiting))

    def read(self, count: int) -> None:
        """So many bytes more."""
        self._read += count
        self._show()

    def done(self, outcome: "Outcome") -> None:
        """One file more."""
        if outcome.body is not None or not outcome.doc:
            self.one()

    def one(self) -> None:
        """One more."""
        self._done += 1
        self._show()

    def end(self) -> None:
        """Leave the last line standing."""
        self._show(last=True)

    def _show(self, *, last: bool = False) -> None:
        now = monotonic()
        if not self._shows or (now - self._shown < _EVERY_S and not last):
            return
        self._shown = now
        rate = self._read / max(now - self._begun, 0.001)
        left = (self._total - self._read) / rate if rate else 0
        words = f"{self._done}/{self._files} 个  {self._read / 2**30:.2f}/{self._total / 2**30:.2f} GiB"
        words += f"  {rate / 2**20:.0f} MiB/s  还要 {_span(left)}" if not last else f"  {rate / 2**20:.0f} MiB/s"
        click.echo(f"\r{words}   ", err=True, nl=last)


def _span(seconds: float) -> str:
    whole = round(seconds)
    if whole < 60:
        return f"{whole} 秒"
    return (
        f"{whole // 60} 分 {whole % 60:02} 秒" if whole < 3600 else f"{whole // 3600} 小时 {whole % 3600 // 60:02} 分"
    )
